//! The aggregate `calendar`.

use super::CalendarContent;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};

/// A shared calendar. What was deleted keeps its content: clocks that run by it go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SharedCalendar {
    /// None: there never was such a calendar.
    pub content: Option<CalendarContent>,
    pub is_deleted: bool,
}

/// What happens to a calendar.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "the names of entries stand beside those of every other aggregate")]
pub(crate) enum SharedCalendarEvent {
    CalendarDefined { calendar: CalendarContent },
    CalendarDeleted,
}

impl Aggregate for SharedCalendar {
    type Event = SharedCalendarEvent;
    const KIND: &'static str = "calendar";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            SharedCalendarEvent::CalendarDefined { calendar } => {
                *self = Self { content: Some(calendar.clone()), is_deleted: false };
            }
            SharedCalendarEvent::CalendarDeleted => self.is_deleted = true,
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            SharedCalendarEvent::CalendarDefined { .. } => "calendar-defined",
            SharedCalendarEvent::CalendarDeleted => "calendar-deleted",
        }
    }
}

impl SharedCalendar {
    /// The calendar, for who asks which ones there are.
    #[must_use]
    pub(crate) fn present(&self) -> Option<&CalendarContent> {
        self.content.as_ref().filter(|_| !self.is_deleted)
    }

    /// Gives it this content; nothing is written when it has it.
    #[must_use]
    pub(crate) fn define(&self, calendar: &CalendarContent) -> Decision<SharedCalendarEvent, ()> {
        let events = match self.present() == Some(calendar) {
            true => Vec::new(),
            false => vec![SharedCalendarEvent::CalendarDefined { calendar: calendar.clone() }],
        };
        Decision { events, answer: () }
    }

    /// Deletes it. The answer is whether there was one.
    #[must_use]
    pub(crate) fn delete(&self) -> Decision<SharedCalendarEvent, bool> {
        let is_there = self.present().is_some();
        let events = if is_there { vec![SharedCalendarEvent::CalendarDeleted] } else { Vec::new() };
        Decision { events, answer: is_there }
    }
}
