//! Values between two ends: `>50`, `<=2026-03-31`, `10..20`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// Both ends belong to it; none: no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range<T> {
    pub from: Option<T>,
    pub to: Option<T>,
}

/// What one value stands for: a number for itself, a day for all of its milliseconds.
type Span = (i64, i64);

/// Whole numbers.
pub(super) fn numbers(text: &str) -> Option<Range<i64>> {
    read(text, |value| value.parse().ok().map(|number| (number, number)))
}

/// Milliseconds since 1970: a day of UTC (`2026-01-31`) or an instant with its offset (RFC 3339).
pub(super) fn times(text: &str) -> Option<Range<i64>> {
    read(text, |value| {
        if let Ok(instant) = value.parse::<Timestamp>() {
            return Some((instant.as_millisecond(), instant.as_millisecond()));
        }
        let day: Date = value.parse().ok().filter(|_| value.len() == 10)?;
        let begin = |day: Date| Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond());
        Some((begin(day)?, begin(day.checked_add(1.day()).ok()?)? - 1))
    })
}

fn read(text: &str, value: impl Fn(&str) -> Option<Span>) -> Option<Range<i64>> {
    if let Some((from, to)) = text.split_once("..") {
        let end = |text: &str| match text {
            "*" => Some(None),
            text => value(text).map(Some),
        };
        let (from, to) = (end(from)?, end(to)?);
        return Some(Range { from: from.map(|span| span.0), to: to.map(|span| span.1) });
    }
    if let Some(text) = text.strip_prefix(">=") {
        return Some(Range { from: Some(value(text)?.0), to: None });
    }
    if let Some(text) = text.strip_prefix("<=") {
        return Some(Range { from: None, to: Some(value(text)?.1) });
    }
    if let Some(text) = text.strip_prefix('>') {
        return Some(Range { from: Some(value(text)?.1.checked_add(1)?), to: None });
    }
    if let Some(text) = text.strip_prefix('<') {
        return Some(Range { from: None, to: Some(value(text)?.0.checked_sub(1)?) });
    }
    let (from, to) = value(text)?;
    Some(Range { from: Some(from), to: Some(to) })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    #[test]
    fn a_day_is_all_of_it() {
        assert_eq!(times("1970-01-02"), Some(Range { from: Some(DAY), to: Some(2 * DAY - 1) }));
        assert_eq!(times(">1970-01-02"), Some(Range { from: Some(2 * DAY), to: None }));
        assert_eq!(times("<1970-01-02"), Some(Range { from: None, to: Some(DAY - 1) }));
        assert_eq!(times("1970-01-02..*"), Some(Range { from: Some(DAY), to: None }));
        assert_eq!(times(">=1970-01-01T00:00:01Z"), Some(Range { from: Some(1_000), to: None }));
    }

    #[test]
    fn what_is_no_number_is_no_range() {
        assert_eq!(numbers("10..20"), Some(Range { from: Some(10), to: Some(20) }));
        assert_eq!(numbers(">9223372036854775807"), None);
        assert_eq!((numbers("high"), times("yesterday"), times(">")), (None, None, None));
    }
}
