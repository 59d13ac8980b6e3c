//! The loop of all that this room looks at now and then.
//!
//! Every node may run it: each look asks the aggregates it finds, and they decide once.

use crate::repository::CaseError;
use crate::state::CaseApiState;
use casewright_journal::Causes;
use casewright_service::Shutdown;
use futures::future::BoxFuture;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// One look at all that is due.
pub(super) type Look = for<'a> fn(&'a CaseApiState) -> BoxFuture<'a, Result<(), CaseError>>;

/// Looks again and again until a stop is requested. `what` is what the log calls it.
pub(super) async fn run(what: &str, period: Duration, state: CaseApiState, shutdown: Shutdown, look: Look) {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return,
            _ = interval.tick() => {}
        }
        if let Err(error) = look(&state).await {
            tracing::warn!(what, error = %Causes(&error), "could not be looked at; the next tick tries again");
        }
    }
}
