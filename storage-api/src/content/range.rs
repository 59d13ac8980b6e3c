//! Which part of a file is asked for (RFC 9110, section 14).

use axum::http::{HeaderMap, header};
use std::ops::Range;

/// What a request wants of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    Part(Range<u64>),
    /// A part that is not there.
    Nothing,
}

/// Several ranges, other units and nonsense are ignored, as the specification allows; so is a range of bytes the client
/// knows under another tag.
pub(super) fn requested(headers: &HeaderMap, tag: &str, size: u64) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(range) = text(header::RANGE) else {
        return Wanted::All;
    };
    if text(header::IF_RANGE).is_some_and(|known| known != tag) {
        return Wanted::All;
    }
    parse(range, size).unwrap_or(Wanted::All)
}

fn parse(text: &str, size: u64) -> Option<Wanted> {
    let (first, last) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (first, last) = (first.trim(), last.trim());
    let range = if first.is_empty() {
        size.saturating_sub(number(last)?)..size
    } else {
        let start = number(first)?;
        let end = if last.is_empty() { size } else { number(last)?.saturating_add(1).min(size) };
        if !last.is_empty() && number(last)? < start {
            return None;
        }
        start..end
    };
    Some(if range.start < range.end { Wanted::Part(range) } else { Wanted::Nothing })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(range: &str) -> Wanted {
        let headers = HeaderMap::from_iter([(header::RANGE, range.parse().unwrap())]);
        requested(&headers, "\"t\"", 10)
    }

    #[test]
    fn one_range_is_cut_to_the_file() {
        assert_eq!(ask("bytes=0-3"), Wanted::Part(0..4));
        assert_eq!(ask("bytes=4-"), Wanted::Part(4..10));
        assert_eq!(ask("bytes=-3"), Wanted::Part(7..10));
        assert_eq!(ask("bytes=-30"), Wanted::Part(0..10));
        assert_eq!(ask("bytes=8-99999999999999999999999"), Wanted::Part(8..10));
    }

    #[test]
    fn a_range_behind_the_end_is_nothing() {
        assert_eq!(ask("bytes=10-"), Wanted::Nothing);
        assert_eq!(ask("bytes=-0"), Wanted::Nothing);
    }

    #[test]
    fn several_ranges_and_nonsense_are_ignored() {
        for range in ["bytes=0-1,3-4", "bytes=5-2", "bytes=a-b", "lines=1-2", "bytes=+1-2", "bytes=", "bytes=-"] {
            assert_eq!(ask(range), Wanted::All, "{range}");
        }
    }

    #[test]
    fn a_range_of_other_bytes_is_ignored() {
        let mut headers = HeaderMap::from_iter([(header::RANGE, "bytes=0-3".parse().unwrap())]);
        headers.insert(header::IF_RANGE, "\"t\"".parse().unwrap());
        assert_eq!(requested(&headers, "\"t\"", 10), Wanted::Part(0..4));
        headers.insert(header::IF_RANGE, "\"u\"".parse().unwrap());
        assert_eq!(requested(&headers, "\"t\"", 10), Wanted::All);
    }
}
