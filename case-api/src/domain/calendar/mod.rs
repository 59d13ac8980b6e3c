//! Calendars that an organisation shares: working time that definitions name by id, so that a holiday is written down once.
//!
//! [`content`] is what a calendar says, [`state`] the aggregate that keeps it, [`ics`] reads holidays from a calendar file.

pub(crate) mod content;
pub(crate) mod ics;
pub(crate) mod state;

pub(crate) use content::{CalendarContent, Holiday};
pub(crate) use state::{SharedCalendar, SharedCalendarEvent};
