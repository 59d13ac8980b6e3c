//! In which order values of fields stand, for sorting lists and for what lies between two ends.
//!
//! A value has a number where it is one, or is an amount of money, a day, an instant, a duration, yes or no; and words where it is a
//! text, a person or another case. Several options, tables and files have no order.

use crate::domain::definition::field::moment;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan, Unit};
use serde_json::{Map, Value, json};

/// Of longer words the beginning counts, in characters.
const LONGEST: usize = 100;

/// The numbers and the words of all fields, by [`place`].
#[must_use]
pub(crate) fn of(fields: &Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let (mut numbers, mut words) = (Map::new(), Map::new());
    for (key, value) in fields {
        if let Some(number) = number(value) {
            numbers.insert(place(key), json!(number));
        }
        if let Some(text) = words_of(value) {
            words.insert(place(key), Value::from(text));
        }
    }
    (numbers, words)
}

/// Under which name a field stands there: one that a path goes through, whatever the field is called.
#[must_use]
pub(crate) fn place(key: &str) -> String {
    let one = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_string(),
        letter => format!("_{:x}_", u32::from(letter)),
    };
    std::iter::once("f".to_owned()).chain(key.chars().map(one)).collect()
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::String(text) => read(text).map(|(from, _)| from),
        Value::Object(members) => members.get("amount").and_then(|amount| match amount {
            Value::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
            other => other.as_f64(),
        }),
        Value::Array(_) | Value::Null => None,
    }
}

fn words_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.as_str(),
        Value::Object(members) => ["name", "number"].iter().find_map(|member| members.get(*member)?.as_str())?,
        _ => return None,
    };
    Some(worded(text))
}

fn worded(text: &str) -> String {
    text.trim().to_lowercase().chars().take(LONGEST).collect()
}

/// The first and the last number that a text stands for: a day is all of its milliseconds since 1970, an instant one of them, a duration
/// its seconds.
fn read(text: &str) -> Option<(f64, f64)> {
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of our time are far from 2^53")]
    let millis = |at: Timestamp| at.as_millisecond() as f64;
    if text.len() == 10
        && let Ok(day) = text.parse::<Date>()
    {
        let begin = |day: Date| Some(millis(day.to_zoned(TimeZone::UTC).ok()?.timestamp()));
        return Some((begin(day)?, begin(day.checked_add(1.day()).ok()?)? - 1.0));
    }
    if moment::is_duration(text) {
        let span: Span = text.parse().ok()?;
        let seconds = span.total((Unit::Second, jiff::civil::date(2000, 1, 1))).ok()?;
        return Some((seconds, seconds));
    }
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let at = millis(moment::instant(text, text.contains('[')).ok()?);
    Some((at, at))
}

/// On which side of a bound values lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Above,
    From,
    To,
    Below,
}

/// An end of what is looked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) key: String,
    pub(crate) side: Side,
    pub(crate) end: End,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    Number(f64),
    Words(String),
}

impl Bound {
    /// Of `amount>=100`, `visit<2026-02-01`, `fields.policy>HB`. None: it is none.
    #[must_use]
    pub(crate) fn read(text: &str) -> Option<Self> {
        let at = text.find(['<', '>']).filter(|at| !text[..*at].contains(':'))?;
        let key = text[..at].trim();
        let key = key.strip_prefix("fields.").unwrap_or(key);
        let (side, rest) = match &text[at..] {
            rest if rest.starts_with(">=") => (Side::From, &rest[2..]),
            rest if rest.starts_with("<=") => (Side::To, &rest[2..]),
            rest if rest.starts_with('>') => (Side::Above, &rest[1..]),
            rest => (Side::Below, &rest[1..]),
        };
        let value = rest.trim();
        if key.is_empty() || value.is_empty() {
            return None;
        }
        let number = value.parse::<f64>().ok().filter(|number| number.is_finite()).map(|number| (number, number));
        let end = match number.or_else(|| read(value)) {
            // All of a day belongs to it.
            Some((first, last)) => End::Number(if matches!(side, Side::Above | Side::To) { last } else { first }),
            None => End::Words(worded(value)),
        };
        Some(Self { key: key.to_owned(), side, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_that_has_an_order_is_ordered() {
        let fields = json!({
            "amount": 12.5, "insured": true, "estimate": {"amount": "5.50", "currency": "EUR"}, "day": "1970-01-02",
            "visit": "1970-01-01T01:00:01+01:00[Europe/Paris]", "effort": "PT1H30M", "policy": " HB-1 ", "expert": {"id": "b", "name": "Ben"},
            "other": {"id": "x", "number": "CLM-2"}, "perils": ["Fire"], "items": [{"what": "Sofa"}], "a.b": 1, "odd": "PINK"
        });
        let (numbers, words) = of(fields.as_object().unwrap());
        let expected = json!({"famount": 12.5, "finsured": 1.0, "festimate": 5.5, "fday": 86_400_000.0, "fvisit": 1_000.0,
            "feffort": 5_400.0, "fa_2e_b": 1.0});
        assert_eq!(Value::Object(numbers), expected);
        let named = |key: &str| words.get(&place(key)).and_then(Value::as_str);
        assert_eq!((named("policy"), named("expert"), named("other")), (Some("hb-1"), Some("ben"), Some("clm-2")));
        assert_eq!((named("perils"), named("items"), named("odd")), (None, None, Some("pink")));
    }

    #[test]
    fn a_bound_is_read_by_what_it_is() {
        let read = |text: &str| Bound::read(text).map(|bound| (bound.key, bound.side, bound.end));
        let number = |key: &str, side, number: f64| Some((key.to_owned(), side, End::Number(number)));
        assert_eq!(read("amount>=100"), number("amount", Side::From, 100.0));
        assert_eq!(read("fields.amount < -2.5"), number("amount", Side::Below, -2.5));
        assert_eq!(read("day<=1970-01-01"), number("day", Side::To, 86_399_999.0));
        assert_eq!(read("day>1970-01-01"), number("day", Side::Above, 86_399_999.0));
        assert_eq!(read("day<1970-01-02"), number("day", Side::Below, 86_400_000.0));
        assert_eq!(read("effort>PT1H"), number("effort", Side::Above, 3_600.0));
        assert_eq!(read("policy>=HB"), Some(("policy".to_owned(), Side::From, End::Words("hb".to_owned()))));
        assert_eq!((read("perils:a>b"), read("amount>="), read(">5"), read("amount")), (None, None, None, None));
    }
}
