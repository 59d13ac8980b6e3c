//! The time zone of the process, as Java has a default one: said once, before anything asks for it.
//!
//! What is kept never depends on it: instants are kept. It says what local times of models mean, and in which offset dates are
//! written. Until it is said it is UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use std::sync::OnceLock;

static LOCAL: OnceLock<TimeZone> = OnceLock::new();

/// Says the time zone of this process. A process has one: what is said after that changes nothing.
pub fn set_local(zone: TimeZone) {
    LOCAL.get_or_init(|| zone);
}

/// The time zone of this process; UTC unless another was said.
#[must_use]
pub fn local() -> &'static TimeZone {
    static UTC: TimeZone = TimeZone::UTC;
    LOCAL.get().unwrap_or(&UTC)
}

/// The name of [`local`] in the IANA database, e.g. `Europe/Berlin`. A zone that has no name there is its offset of now.
#[must_use]
pub fn local_name() -> String {
    name(local())
}

fn name(zone: &TimeZone) -> String {
    zone.iana_name().map_or_else(|| zone.to_offset(Timestamp::now()).to_string(), str::to_owned)
}

/// What the clocks of [`local`] show at a moment.
#[must_use]
pub fn civil(at: Timestamp) -> DateTime {
    local().to_datetime(at)
}

/// The offset of [`local`] at a moment.
#[must_use]
pub fn offset(at: Timestamp) -> Offset {
    local().to_offset(at)
}

/// `+0200`, as `SimpleDateFormat` writes `Z`; seconds of historical offsets are cut off.
#[must_use]
pub fn offset_digits(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.unsigned_abs() / 60;
    format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
}

/// When the clocks of [`local`] show a time. What they leap over counts on from before the leap, and of what they show twice
/// it is the first; none beyond the calendar (the years -9999 to 9999).
#[must_use]
pub fn timestamp(civil: DateTime) -> Option<Timestamp> {
    local().to_timestamp(civil).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_four_digits() {
        for (seconds, text) in [(0, "+0000"), (7_200, "+0200"), (-12_600, "-0330"), (20_700, "+0545")] {
            assert_eq!(offset_digits(Offset::from_seconds(seconds).expect("an offset")), text);
        }
    }

    #[test]
    fn a_process_that_says_nothing_is_in_utc() {
        assert_eq!((local(), local_name().as_str()), (&TimeZone::UTC, "UTC"));
    }
}
