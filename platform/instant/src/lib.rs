//! An instant, as the whole platform keeps it: in variables, in rows of views, in the log.
//!
//! What is kept is a number, so that order is the order of time everywhere. People and other systems read RFC 3339:
//! [`rfc3339`] is for the fields of answers, requests and events.

mod field;
pub mod zone;

pub use field::{optional_rfc3339, rfc3339};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};

/// Milliseconds since 1970-01-01T00:00:00Z. The platform's time has no finer grain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// The calendar's view of it. What lies beyond the calendar (the years -9999 to 9999) is its nearest end.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }
}

impl From<Timestamp> for Instant {
    fn from(at: Timestamp) -> Self {
        Self(at.as_millisecond())
    }
}

/// `2026-11-21T12:00:00.000Z`: RFC 3339 (section 5.6), UTC, always three digits of a second, so that text order is time order.
impl Display for Instant {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse::<Timestamp>().unwrap().into()
    }

    #[test]
    fn text_order_is_time_order_even_for_whole_seconds() {
        let whole = at("2026-11-21T12:00:00Z");
        let later = at("2026-11-21T12:00:00.001Z");
        assert_eq!(whole.to_string(), "2026-11-21T12:00:00.000Z");
        assert!(whole.to_string() < later.to_string() && whole < later);
    }

    #[test]
    fn an_instant_beyond_the_calendar_is_its_end() {
        assert_eq!(Instant(i64::MAX).timestamp(), Timestamp::MAX);
        assert_eq!(Instant(i64::MIN).timestamp(), Timestamp::MIN);
    }
}
