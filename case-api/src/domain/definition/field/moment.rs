//! Instants and durations as fields hold them.

use jiff::{Span, Timestamp, Zoned};

/// Longest text of either, in bytes.
const LONGEST: usize = 100;

/// The instant of an RFC 3339 text, or of an RFC 9557 text with its time zone; `zoned` asks for the zone. An offset that the zone
/// does not have at that time is refused.
///
/// # Errors
/// What was expected instead.
pub(crate) fn instant(text: &str, zoned: bool) -> Result<Timestamp, &'static str> {
    if text.len() > LONGEST {
        return Err("an instant is expected: 2026-11-21T12:00:00Z");
    }
    if text.contains('[') {
        return text
            .parse::<Zoned>()
            .map(|zoned| zoned.timestamp())
            .map_err(|_| "an instant with its time zone is expected: 2026-11-21T12:00:00+01:00[Europe/Berlin]");
    }
    if zoned {
        return Err("an instant with its time zone is expected: 2026-11-21T12:00:00+01:00[Europe/Berlin]");
    }
    text.parse::<Timestamp>().map_err(|_| "an instant is expected: 2026-11-21T12:00:00Z")
}

/// Whether this is a duration of ISO 8601 in capitals, which is how people and other programs read it. One is of years and months
/// or of days and times, as FEEL and XML Schema have it.
#[must_use]
pub(crate) fn is_duration(text: &str) -> bool {
    if text.len() > LONGEST
        || !text.trim_start_matches('-').starts_with('P')
        || text.bytes().any(|b| b.is_ascii_lowercase())
    {
        return false;
    }
    let Ok(span) = text.parse::<Span>() else {
        return false;
    };
    let of_months = span.get_years() != 0 || span.get_months() != 0;
    let of_days = span.get_weeks() == 0 && (span.get_days() != 0 || text.contains('T'));
    span.get_weeks() == 0 && !(of_months && of_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_may_name_its_zone_and_a_wrong_offset_is_refused() {
        assert_eq!(instant("2026-11-21T12:00:00Z", false), instant("2026-11-21T13:00:00+01:00[Europe/Berlin]", true));
        assert!(instant("2026-11-21T12:00:00Z", true).is_err());
        assert!(instant("2026-11-21T12:00:00+05:00[Europe/Berlin]", false).is_err());
        assert!(instant("2026-11-21T12:00:00+01:00[Europe/Nowhere]", false).is_err());
        assert!(instant("2026-11-21", false).is_err());
        assert!(instant(&"1".repeat(10_000), false).is_err());
    }

    #[test]
    fn durations_are_of_months_or_of_days() {
        for right in ["P2D", "PT4H", "P1Y6M", "P2DT4H30M", "-P1D", "PT0S"] {
            assert!(is_duration(right), "{right}");
        }
        for wrong in ["", "2 days", "P", "P1M2D", "p2d", "P1W", "1h"] {
            assert!(!is_duration(wrong), "{wrong}");
        }
    }
}
