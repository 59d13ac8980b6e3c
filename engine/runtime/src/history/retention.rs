//! When history may be removed: the time to live of a definition, counted from the start or the end of the root instance.
//!
//! The time is fixed by the entry that starts or ends the root instance; a later change of the time to live is for others.

use crate::config::{HistoryConfig, RemovalTimeFrom};
use crate::registry::Catalog;
use casewright_engine_core::Event;
use casewright_engine_core::entity::ProcessInstance;
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::Recorded;

const DAY_MS: i64 = 86_400_000;

/// That many days later.
pub(crate) fn after_days(base: Instant, days: i64) -> Instant {
    Instant(base.0.saturating_add(days.saturating_mul(DAY_MS)))
}

/// Gives the start or end of a root instance the time at which its history may be removed.
pub(crate) fn date(events: &mut [Recorded], history: &HistoryConfig, catalog: &Catalog) {
    let from = history.removal_time;
    for recorded in events {
        let Recorded::Core(core) = recorded else {
            continue;
        };
        let (instance, base) = match (&core.event, from) {
            (Event::InstanceStarted { instance, .. }, RemovalTimeFrom::Start) => (instance, instance.started),
            (Event::InstanceEnded { instance, ended, .. }, RemovalTimeFrom::End) => (instance, *ended),
            _ => continue,
        };
        core.removal_time = of_root(instance, base, catalog);
    }
}

fn of_root(instance: &ProcessInstance, base: Instant, catalog: &Catalog) -> Option<Instant> {
    if instance.super_instance.is_some() {
        return None;
    }
    let days = catalog.process(&instance.definition.id)?.history_time_to_live?;
    Some(after_days(base, days))
}

/// When the history of a batch that began at `started`, or ended at `ended`, may be removed.
pub(crate) fn of_batch(
    kind: &str,
    started: Instant,
    ended: Option<Instant>,
    history: &HistoryConfig,
) -> Option<Instant> {
    let days = history.batch_days.of(kind)?;
    let base = match history.removal_time {
        RemovalTimeFrom::Start => started,
        RemovalTimeFrom::End => ended?,
        RemovalTimeFrom::None => return None,
    };
    Some(after_days(base, i64::from(days)))
}
