//! Texts that are a date, a time or a duration (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.9, and `@"..."` of 10.3.1.2).

use crate::temporal::{DAY, DateTime, NANOS, Time, parse_date};
use crate::value::Value;

/// `P1Y2M`, `P1DT2H3M4.5S`, with a sign before it; weeks as days.
pub(crate) fn parse_duration(text: &str) -> Option<Value> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let rest = rest.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return None,
        None => (rest, ""),
    };
    let (mut months, mut nanos) = (None::<i64>, None::<i128>);
    for (number, unit) in parts(date)? {
        let whole: i64 = number.parse().ok()?;
        match unit {
            'Y' => months = Some(months.unwrap_or(0).checked_add(whole.checked_mul(12)?)?),
            'M' => months = Some(months.unwrap_or(0).checked_add(whole)?),
            'W' => nanos = Some(nanos.unwrap_or(0) + i128::from(whole) * 7 * DAY),
            'D' => nanos = Some(nanos.unwrap_or(0) + i128::from(whole) * DAY),
            _ => return None,
        }
    }
    for (number, unit) in parts(time)? {
        let amount = match unit {
            'H' => i128::from(number.parse::<i64>().ok()?) * 3_600 * NANOS,
            'M' => i128::from(number.parse::<i64>().ok()?) * 60 * NANOS,
            'S' => {
                let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
                let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
                i128::from(whole.parse::<i64>().ok()?) * NANOS + digits.parse::<i128>().ok()?
            }
            _ => return None,
        };
        nanos = Some(nanos.unwrap_or(0) + amount);
    }
    match (months, nanos) {
        (Some(months), None) => Some(Value::YearMonthDuration(sign * months)),
        (None, Some(nanos)) => Some(Value::DayTimeDuration(i128::from(sign) * nanos)),
        _ => None,
    }
}

/// Numbers with the letter behind each.
fn parts(text: &str) -> Option<Vec<(&str, char)>> {
    let mut all = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let unit = rest[end..].chars().next()?;
        if end == 0 {
            return None;
        }
        all.push((&rest[..end], unit));
        rest = &rest[end + unit.len_utf8()..];
    }
    Some(all)
}

/// What `@"..."` says.
pub(crate) fn literal(text: &str) -> Option<Value> {
    if text.trim_start_matches('-').starts_with('P') {
        return parse_duration(text);
    }
    if let Some(date) = parse_date(text) {
        return Some(Value::Date(date));
    }
    if text.split_once('T').is_some_and(|(date, _)| parse_date(date).is_some()) {
        return DateTime::parse(text).map(Value::DateTime);
    }
    Time::parse(text).map(Value::Time)
}
