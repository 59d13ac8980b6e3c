//! Notifications: one aggregate per person and occasion, delivered over the channels that person wants.
//!
//! - [`aggregate`] keeps what was said and how its deliveries stand; [`preferences`] what a person wants.
//! - [`rule`] turns entries of the log into occasions, [`people`] finds who is concerned, [`create`] makes notifications.
//! - [`delivery`] sends what is due, with retries; [`channel`] are the ways out.
//! - [`rest`] is `/api/v1/notifications` and `/api/v1/notification-preferences`.
//!
//! Ids are derived from occasion and person, and Message-IDs from them: hearing an entry twice, or sending again after a
//! crash, is seen as the same by us and by the receiver's mail program.

pub(crate) mod aggregate;
pub mod channel;
pub(crate) mod config;
pub(crate) mod create;
pub(crate) mod delivery;
pub(crate) mod people;
pub(crate) mod preferences;
pub(crate) mod rest;
pub(crate) mod rule;
pub(crate) mod view;

pub use channel::email::SmtpConfig;
pub use channel::http_sms::SmsConfig;
pub use channel::webhook::WebhookConfig;
pub use config::NotificationConfig;
pub(crate) use rest::router;

use crate::state::PublishersState;
use casewright_bus::{Bus, HandlerError, handler};
use casewright_contracts::kinds;
use casewright_journal::Projector;
use casewright_service::Shutdown;
use std::sync::Arc;

pub(crate) fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(view::NotificationProjector)]
}

pub(crate) async fn run(state: PublishersState, bus: Arc<dyn Bus>, shutdown: Shutdown) {
    let hearing = state.clone();
    let subscription = bus.subscribe(
        "publishers-notifications",
        &[kinds::CASE, kinds::PROCESS_INSTANCE],
        handler(move |envelope| {
            let state = hearing.clone();
            async move {
                rule::hear(&state, &envelope)
                    .await
                    .map_err(|error| HandlerError::retry_because("an occasion could not be notified", error))
            }
        }),
    );
    delivery::run(state, shutdown).await;
    drop(subscription);
}
