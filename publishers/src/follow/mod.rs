//! What runs beside the requests: [`occasions`] turns entries of the log into notifications, [`deliveries`] sends what is due.

pub(crate) mod deliveries;
mod followers;
mod occasions;

use crate::state::PublishersState;
use casewright_bus::{Bus, HandlerError, handler};
use casewright_contracts::kinds;
use casewright_service::Shutdown;
use std::sync::Arc;

/// Derives and delivers notifications until a stop is requested.
pub async fn run(state: PublishersState, bus: Arc<dyn Bus>, shutdown: Shutdown) {
    let consumer = state.clone();
    let subscription = bus.subscribe(
        "publishers-notifications",
        &[kinds::CASE, kinds::PROCESS_INSTANCE],
        handler(move |envelope| {
            let state = consumer.clone();
            async move {
                occasions::consume(&state, &envelope)
                    .await
                    .map_err(|error| HandlerError::retry_because("an occasion could not be notified", error))
            }
        }),
    );
    deliveries::run(state, shutdown).await;
    subscription.end().await;
}
