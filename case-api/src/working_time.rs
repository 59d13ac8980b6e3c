//! The working time that clocks count by, looked up for who has the clocks: a case, or rows of a list.

use crate::domain::calendar::SharedCalendar;
use crate::domain::definition::CaseDefinitionAggregate;
use crate::domain::sla::SlaClock;
use crate::domain::sla::calendar::{Calendar, CalendarRef, OpeningHours};
use casewright_journal::{StoreError, TenantHandle};
use std::collections::HashMap;
use std::sync::Arc;

/// The calendars of some clocks.
#[derive(Default)]
pub(crate) struct WorkingTimes(HashMap<CalendarRef, Calendar>);

impl WorkingTimes {
    /// Those of these clocks, each looked up once.
    pub(crate) async fn of(handle: &TenantHandle, clocks: impl Iterator<Item = &SlaClock>) -> Result<Self, StoreError> {
        let mut known = HashMap::new();
        for clock in clocks {
            if !known.contains_key(&clock.counts) {
                known.insert(clock.counts.clone(), calendar(handle, &clock.counts).await?);
            }
        }
        Ok(Self(known))
    }

    /// What the clock counts by; every second where it was not looked up.
    pub(crate) fn by(&self, clock: &SlaClock) -> &Calendar {
        self.0.get(&clock.counts).unwrap_or(&Calendar::Always)
    }
}

async fn calendar(handle: &TenantHandle, counts: &CalendarRef) -> Result<Calendar, StoreError> {
    Ok(match counts {
        CalendarRef::Always => Calendar::Always,
        CalendarRef::Shared { id } => shared(handle, id).await?.map_or(Calendar::Always, Calendar::Business),
        CalendarRef::Definition { key, version } => {
            let loaded = handle.load::<CaseDefinitionAggregate>(key).await?;
            let definition = loaded.and_then(|(versions, _)| versions.version(*version).cloned());
            definition.map_or(Calendar::Always, |definition| definition.own_hours())
        }
    })
}

/// A shared calendar, one that was deleted too; none: there never was one, or it cannot be counted by.
pub(crate) async fn shared(handle: &TenantHandle, id: &str) -> Result<Option<Arc<OpeningHours>>, StoreError> {
    let loaded = handle.load::<SharedCalendar>(id).await?;
    let content = loaded.and_then(|(calendar, _)| calendar.content.clone());
    Ok(content.and_then(|content| match content.compile() {
        Ok(hours) => Some(Arc::new(hours)),
        Err(reason) => {
            tracing::error!(calendar = id, reason, "a calendar that was checked cannot be counted by");
            None
        }
    }))
}
