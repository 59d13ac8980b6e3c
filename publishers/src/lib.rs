//! The publishers: what happens is told to those it concerns, in the browser as it happens ([`live`]) and by
//! notifications in the app, by mail, SMS or webhook ([`notification`]).
//!
//! What this crate must never do: tell somebody what they may not see (policy is asked at delivery, not at subscription),
//! put contents into live events, or send twice what was sent.

pub mod live;
pub mod notification;
mod state;

pub use live::LiveTimes;
pub use state::{PublishersConfig, PublishersState};

use axum::Router;
use casewright_bus::Bus;
use casewright_journal::{Kind, Projector};
use casewright_service::Shutdown;
use std::sync::Arc;

/// `/api/v1/live`, `/api/v1/notifications` and `/api/v1/notification-preferences`.
pub fn router(state: PublishersState) -> (Router, utoipa::openapi::OpenApi) {
    let (router, api) = notification::router(state.clone());
    (router.merge(live::router(state)), api)
}

/// What the journal is opened with for this room.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    notification::projectors()
}

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![Kind::of::<notification::aggregate::Notification>(), Kind::of::<notification::preferences::Preferences>()]
}

/// Derives and delivers notifications until a stop is requested.
pub async fn run(state: PublishersState, bus: Arc<dyn Bus>, shutdown: Shutdown) {
    notification::run(state, bus, shutdown).await;
}
