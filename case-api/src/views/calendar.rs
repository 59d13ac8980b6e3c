//! View `calendar`: one row per shared calendar.

use crate::domain::calendar::{CalendarContent, SharedCalendar, SharedCalendarEvent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A calendar, as lists show it.
#[derive(Clone, Debug, Row)]
#[row(view = "calendar")]
pub(crate) struct CalendarRow {
    pub(crate) name: String,
    #[row(json)]
    pub(crate) calendar: CalendarContent,
    pub(crate) updated_at: Instant,
    pub(crate) version: u64,
}

/// Writes the rows of calendars.
pub(crate) struct CalendarProjector;

impl Projector for CalendarProjector {
    fn group(&self) -> &'static str {
        "case-api-calendars"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: CalendarRow::VIEW, indexes: &[&[CalendarRow::NAME]], full_text: &[], denormalized: None }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[SharedCalendar::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
        match crate::views::entry::read::<SharedCalendarEvent>(entry) {
            Some(SharedCalendarEvent::CalendarDefined { calendar }) => {
                let row = CalendarRow {
                    name: calendar.name.clone(),
                    calendar,
                    updated_at: entry.meta.at.into(),
                    version: entry.meta.seq,
                };
                out.put(tenant, CalendarRow::VIEW, id, row);
            }
            Some(SharedCalendarEvent::CalendarDeleted) => out.remove(tenant, CalendarRow::VIEW, id),
            None => {}
        }
    }
}
