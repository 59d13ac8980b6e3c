//! The working time that promises of a definition count: the shared calendars that it names, its own hours, or every second.

use super::CaseDefinition;
use crate::domain::sla::SlaPolicy;
use crate::domain::sla::calendar::{Calendar, CalendarRef, OpeningHours};
use crate::domain::sla::policy::CalendarKind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Shared calendars by id, as they are now.
pub(crate) type SharedCalendars = BTreeMap<String, Arc<OpeningHours>>;

impl CaseDefinition {
    /// Ids of the shared calendars that it names.
    pub(crate) fn calendar_ids(&self) -> BTreeSet<&str> {
        self.calendar_id
            .iter()
            .chain(self.slas.iter().filter_map(|sla| sla.calendar_id.as_ref()))
            .map(String::as_str)
            .collect()
    }

    /// What working time a promise counts, so that it is found again.
    pub(crate) fn counts(&self, policy: &SlaPolicy) -> CalendarRef {
        let shared = |id: &String| CalendarRef::Shared { id: id.clone() };
        match (&policy.calendar_id, policy.calendar, &self.calendar_id) {
            (Some(id), _, _) | (None, CalendarKind::Business, Some(id)) => shared(id),
            (None, CalendarKind::Business, None) => {
                CalendarRef::Definition { key: self.key.clone(), version: self.version }
            }
            (None, CalendarKind::Always, _) => CalendarRef::Always,
        }
    }

    /// The working time of a promise. A shared calendar that is not there counts every second: a promise is rather kept too
    /// early than never.
    pub(crate) fn calendar_of(&self, policy: &SlaPolicy) -> Calendar {
        match self.counts(policy) {
            CalendarRef::Always => Calendar::Always,
            CalendarRef::Shared { id } => {
                self.calendars.get(&id).map_or(Calendar::Always, |hours| Calendar::Business(hours.clone()))
            }
            CalendarRef::Definition { .. } => self.own_hours(),
        }
    }

    /// The hours that stand in it; nine to five when there are none.
    pub(crate) fn own_hours(&self) -> Calendar {
        let hours = self.business_hours.clone().unwrap_or_default();
        hours.compile().map_or(Calendar::Always, |hours| Calendar::Business(Arc::new(hours)))
    }
}
