//! The publishers: what happens is told to those it concerns, in the browser as it happens ([`live`]) and by
//! notifications in the app, by mail and over other channels ([`channel`]).
//!
//! What this crate must never do: tell somebody what they may not see (policy is asked at delivery, not at subscription),
//! put contents into live events, or send twice what was sent.

pub mod channel;
mod config;
mod domain;
mod follow;
pub mod live;
mod notification;
mod rest;
mod state;
mod views;

pub use config::{NotificationConfig, PublishersConfig};
pub use follow::run;
pub use live::LiveTimes;
pub use rest::router;
pub use state::PublishersState;

use casewright_journal::{Kind, Projector};
use std::sync::Arc;

/// What the journal is opened with for this room.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(views::notification::NotificationProjector)]
}

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![Kind::of::<domain::notification::Notification>(), Kind::of::<domain::preferences::Preferences>()]
}
