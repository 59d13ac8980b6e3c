//! What Java and Camunda write otherwise than we do, for the same value.

use casewright_engine_feel::{Number, Type, Value as Feel};
use serde_json::{Value as Json, json};

/// The answer without the fractions in its durations: Java counts seconds downwards and adds them.
pub(super) fn whole_seconds(answer: &Json) -> Json {
    match answer {
        Json::Array(items) => items.iter().map(whole_seconds).collect(),
        Json::Object(entries) => entries.iter().map(|(name, value)| (name.clone(), whole_seconds(value))).collect(),
        Json::String(text) => {
            let durations = regex::Regex::new(r"-?P(?:[0-9]+D)?T[0-9HM]*[0-9]+\.[0-9]+S");
            let whole = |found: &regex::Captures<'_>| match Type::DayTimeDuration.read(&found[0]) {
                Some(Feel::DayTimeDuration(nanos)) => {
                    Feel::DayTimeDuration(nanos.div_euclid(SECOND) * SECOND).to_string()
                }
                _ => found[0].to_owned(),
            };
            durations.map_or(Json::Null, |durations| Json::String(durations.replace_all(text, whole).into_owned()))
        }
        other => other.clone(),
    }
}

/// In nanoseconds.
const SECOND: i128 = 1_000_000_000;

/// The answer with what our engine has for Java's values.
pub(super) fn without_java(answer: &Json) -> Json {
    match answer {
        Json::Array(items) => items.iter().map(without_java).collect(),
        Json::String(text) if text.starts_with(|c: char| c == 'P' || c.is_ascii_digit()) => {
            Json::String(text_of_java(text))
        }
        Json::Object(entries) => {
            if let (1, Some((kind, Json::String(text)))) = (entries.len(), entries.iter().next())
                && let Some(ours) = of_java(kind, text)
            {
                return ours;
            }
            entries.iter().map(|(name, value)| (name.clone(), without_java(value))).collect()
        }
        other => other.clone(),
    }
}

fn of_java(kind: &str, text: &str) -> Option<Json> {
    let feel = match kind {
        "LocalDate" => Type::Date.read(text)?,
        "LocalDateTime" | "ZonedDateTime" | "OffsetDateTime" => Type::DateTime.read(text.split('[').next()?)?,
        "LocalTime" | "OffsetTime" | "ZonedTime" | "Period" | "Duration" => {
            return Some(Json::String(text_of_java(text)));
        }
        "ValFunction" => return Some(Json::Null),
        _ => return None,
    };
    Some(match super::super::ours::date_of(&feel) {
        Some(millis) => json!({ "Date": millis.to_string() }),
        None => Json::Null,
    })
}

/// What FEEL writes for what Java writes.
fn text_of_java(text: &str) -> String {
    let feel = match text {
        period if period.starts_with('P') => duration_of_java(period),
        moment if moment.contains('T') => Type::DateTime.read(&zoned(moment)),
        time => Type::Time.read(time),
    };
    feel.map_or_else(|| text.to_owned(), |value| value.to_string())
}

/// `2026-07-01T12:00+02:00[Europe/Berlin]` has its zone twice.
fn zoned(text: &str) -> String {
    match text.split_once('[') {
        Some((moment, zone)) => {
            let clock = moment.rfind(['+', 'Z']).map_or(moment, |end| &moment[..end]);
            format!("{clock}@{}", zone.trim_end_matches(']'))
        }
        None => text.to_owned(),
    }
}

/// `PT-76H` and `P-1Y2M`: each number has its own sign.
fn duration_of_java(text: &str) -> Option<Feel> {
    let (date, time) = text.strip_prefix('P')?.split_once('T').unwrap_or((text.strip_prefix('P')?, ""));
    let parts = |all: &str| {
        let part = regex::Regex::new(r"(-?[0-9.]+)([YMDHS])").ok()?;
        let of = |found: regex::Captures<'_>| Some((found[1].parse::<f64>().ok()?, found[2].chars().next()?));
        part.captures_iter(all).map(of).collect::<Option<Vec<_>>>()
    };
    #[expect(clippy::cast_possible_truncation, reason = "what is made up is small")]
    let sum = |all: Vec<(f64, char)>, units: &[(char, f64)]| {
        let factor = |unit| units.iter().find(|(own, _)| *own == unit).map_or(0.0, |(_, factor)| *factor);
        all.into_iter().map(|(amount, unit)| amount * factor(unit)).sum::<f64>().round() as i64
    };
    if time.is_empty() {
        return Some(Feel::YearMonthDuration(sum(parts(date)?, &[('Y', 12.0), ('M', 1.0)])));
    }
    let millis = sum(parts(time)?, &[('H', 3_600_000.0), ('M', 60_000.0), ('S', 1_000.0)]);
    Some(Feel::DayTimeDuration(i128::from(millis) * 1_000_000))
}

/// Without the plus that Java writes before years of five digits, and the offset of a zone before there were zones, which is
/// one to the second.
pub(super) fn without_plus(answer: &Json) -> Json {
    each_text(answer, &|text| {
        let years = regex::Regex::new(r"\+([0-9]{5,}-[0-9]{2}-[0-9]{2})|[+-][0-9]{2}:[0-9]{2}:[0-9]{2}(@)");
        years.map_or_else(|_| text.to_owned(), |years| years.replace_all(text, "$1$2").into_owned())
    })
}

/// With the name of the output for a count of nothing, which has none.
pub(super) fn with_name_of_count(theirs: &Json, ours: &Json) -> Json {
    let name = ours[0].as_object().and_then(|outputs| outputs.keys().next());
    match (name, theirs.as_array().map(Vec::as_slice)) {
        (Some(name), Some([single])) if single.get("null").is_some() => json!([{ name.as_str(): single["null"] }]),
        _ => theirs.clone(),
    }
}

/// The answer with each of its texts changed.
pub(super) fn each_text(answer: &Json, change: &dyn Fn(&str) -> String) -> Json {
    match answer {
        Json::Array(items) => items.iter().map(|item| each_text(item, change)).collect(),
        Json::Object(entries) => entries.iter().map(|(name, value)| (change(name), each_text(value, change))).collect(),
        Json::String(text) => Json::String(change(text)),
        other => other.clone(),
    }
}

/// The answer with lists of entries of contexts in the order of their names.
pub(super) fn with_sorted_entries(answer: &Json) -> Json {
    match answer {
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(with_sorted_entries).collect();
            let key = |item: &Json| item["context"]["key"].as_str().map(str::to_owned);
            if items.iter().all(|item| key(item).is_some() && item["context"].get("value").is_some()) {
                items.sort_by_key(key);
            }
            Json::Array(items)
        }
        Json::Object(entries) => {
            entries.iter().map(|(name, value)| (name.clone(), with_sorted_entries(value))).collect()
        }
        other => other.clone(),
    }
}

/// All there is, in no order.
pub(super) fn letters(answer: &Json) -> Vec<char> {
    let numbers = regex::Regex::new(r#"\{"(?:number|Double)":"([^"]+)"\}"#);
    let plain = |found: &regex::Captures<'_>| Number::parse(&found[1]).map(|n| n.to_string()).unwrap_or_default();
    let text = answer.to_string();
    let text = numbers.map(|numbers| numbers.replace_all(&text, plain).into_owned()).unwrap_or_default();
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}
