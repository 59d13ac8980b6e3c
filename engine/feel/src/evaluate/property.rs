//! Properties of values.

use crate::calendar::Date;
use crate::operate;
use crate::temporal;
use crate::value::Value;

/// Properties of values (DMN 1.5, table 65); null when there is no such.
pub(super) fn property(value: &Value, name: &str) -> Value {
    let number = |n: i64| Value::Number(n.into());
    let date = |date: Date| match name {
        "year" => number(i64::from(date.year())),
        "month" => number(i64::from(date.month())),
        "day" => number(i64::from(date.day())),
        "weekday" => number(i64::from(date.weekday())),
        _ => Value::Null,
    };
    let time = |time: jiff::civil::Time, zone: &temporal::Zone, offset: Option<i32>| match name {
        "hour" => number(i64::from(time.hour())),
        "minute" => number(i64::from(time.minute())),
        "second" => number(i64::from(time.second())),
        "time offset" => {
            offset.map_or(Value::Null, |offset| Value::DayTimeDuration(i128::from(offset) * 1_000_000_000))
        }
        "timezone" => zone.name().map_or(Value::Null, |name| Value::string(&name)),
        _ => Value::Null,
    };
    match value {
        Value::Date(value) => date(*value),
        Value::Time(value) => time(value.time, &value.zone, value.offset()),
        Value::DateTime(value) => match date(value.date) {
            Value::Null => time(value.time, &value.zone, value.zone.offset_at(value.date, value.time)),
            found => found,
        },
        Value::YearMonthDuration(months) => match name {
            "years" => number(months / 12),
            "months" => number(months % 12),
            _ => Value::Null,
        },
        Value::DayTimeDuration(nanos) => {
            let position = ["days", "hours", "minutes", "seconds"].iter().position(|unit| *unit == name);
            position.map_or(Value::Null, |at| operate::number(operate::whole(temporal::parts_of(*nanos)[at])))
        }
        Value::Range(range) => match name {
            "start" => range.low.clone().unwrap_or_default(),
            "end" => range.high.clone().unwrap_or_default(),
            "start included" => Value::Boolean(range.low_included),
            "end included" => Value::Boolean(range.high_included),
            _ => Value::Null,
        },
        _ => Value::Null,
    }
}
