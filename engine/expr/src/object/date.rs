//! `java.util.Date` and Joda's `DateTime`, both in the time zone of the process.

use super::model::{self, Object, int_argument, no_property, text_argument};
use crate::java::date::{civil, format, instant, zoned};
use crate::java::to_text;
use crate::juel::{Failure, coerce};
use casewright_engine_value::{Instant, Value};
use jiff::Span;
use jiff::civil::DateTime;

pub(super) fn property(instant: Instant, name: &Value) -> Result<Value, Failure> {
    let civil = civil(instant);
    Ok(match to_text(name).as_str() {
        "time" => Value::Long(instant.0),
        "year" => Value::Integer(i32::from(civil.year()) - 1900),
        "month" => Value::Integer(i32::from(civil.month()) - 1),
        "date" => Value::Integer(i32::from(civil.day())),
        "day" => Value::Integer(i32::from(civil.weekday().to_sunday_zero_offset())),
        "hours" => Value::Integer(i32::from(civil.hour())),
        "minutes" => Value::Integer(i32::from(civil.minute())),
        "seconds" => Value::Integer(i32::from(civil.second())),
        "timezoneOffset" => Value::Integer(-zoned(instant).offset().seconds() / 60),
        _ => return Err(no_property("java.util.Date", name)),
    })
}

pub(super) fn invoke(instant: Instant, method: &str, arguments: &[Object]) -> Result<Option<Value>, Failure> {
    Ok(match (method, arguments) {
        ("before", [other]) => Some(Value::Boolean(instant < date_argument(other)?)),
        ("after", [other]) => Some(Value::Boolean(instant > date_argument(other)?)),
        (getter, []) => match model::getter_property(getter) {
            Some(name) => property(instant, &Value::string(&name)).ok(),
            None => None,
        },
        _ => None,
    })
}

pub(super) fn moment_property(instant: Instant, name: &str) -> Result<Object, Failure> {
    moment_field(instant, name)
        .map(Object::Plain)
        .ok_or_else(|| no_property("org.joda.time.DateTime", &Value::string(name)))
}

fn moment_field(instant: Instant, name: &str) -> Option<Value> {
    let civil = civil(instant);
    Some(Value::Integer(match name {
        "millis" => return Some(Value::Long(instant.0)),
        "year" => i32::from(civil.year()),
        "monthOfYear" => i32::from(civil.month()),
        "dayOfMonth" => i32::from(civil.day()),
        "dayOfWeek" => i32::from(civil.weekday().to_monday_one_offset()),
        "dayOfYear" => i32::from(civil.day_of_year()),
        "hourOfDay" => i32::from(civil.hour()),
        "minuteOfHour" => i32::from(civil.minute()),
        "minuteOfDay" => i32::from(civil.hour()) * 60 + i32::from(civil.minute()),
        "secondOfMinute" => i32::from(civil.second()),
        "millisOfSecond" => i32::from(civil.millisecond()),
        _ => return None,
    }))
}

pub(super) fn invoke_moment(moment: Instant, method: &str, arguments: &[Object]) -> Result<Option<Object>, Failure> {
    let changed = match (method, arguments) {
        ("toDate", []) => return Ok(Some(Object::Plain(Value::Date(moment)))),
        ("toDateTime", []) => return Ok(Some(Object::Moment(moment))),
        ("withTimeAtStartOfDay", []) => Some(civil(moment).date().at(0, 0, 0, 0)),
        ("toString", [pattern]) => {
            let text = format(moment, &text_argument(pattern)?);
            return Ok(Some(Object::Plain(Value::string(&text))));
        }
        ("isBefore", [other]) => return Ok(Some(truth(moment < date_argument(other)?))),
        ("isAfter", [other]) => return Ok(Some(truth(moment > date_argument(other)?))),
        ("isEqual", [other]) => return Ok(Some(truth(moment == date_argument(other)?))),
        (_, [amount]) => {
            let amount = int_argument(amount)?;
            if let Some(unit) = method.strip_prefix("plus") {
                return Ok(shifted(moment, unit, amount).map(Object::Moment));
            } else if let Some(unit) = method.strip_prefix("minus") {
                return Ok(amount.checked_neg().and_then(|to| shifted(moment, unit, to)).map(Object::Moment));
            } else if let Some(field) = method.strip_prefix("with") {
                with_field(moment, field, amount)?
            } else {
                None
            }
        }
        (getter, []) => {
            return Ok(model::getter_property(getter).and_then(|name| moment_field(moment, &name)).map(Object::Plain));
        }
        _ => None,
    };
    Ok(changed.and_then(instant).map(Object::Moment))
}

fn truth(value: bool) -> Object {
    Object::Plain(Value::Boolean(value))
}

/// Days and more by the calendar of the time zone, hours and less by the time that passes.
fn shifted(moment: Instant, unit: &str, amount: i64) -> Option<Instant> {
    let span = Span::new();
    let span = match unit {
        "Years" => span.try_years(amount),
        "Months" => span.try_months(amount),
        "Weeks" => span.try_weeks(amount),
        "Days" => span.try_days(amount),
        "Hours" => span.try_hours(amount),
        "Minutes" => span.try_minutes(amount),
        "Seconds" => span.try_seconds(amount),
        "Millis" => span.try_milliseconds(amount),
        _ => return None,
    };
    Some(Instant::from(zoned(moment).checked_add(span.ok()?).ok()?.timestamp()))
}

fn with_field(moment: Instant, field: &str, to: i64) -> Result<Option<DateTime>, Failure> {
    let now = civil(moment);
    let small = i8::try_from(to).unwrap_or(i8::MIN);
    let with = now.with();
    let built = match field {
        "Year" => with.year(i16::try_from(to).unwrap_or(i16::MIN)).build(),
        "MonthOfYear" => with.month(small).build(),
        "DayOfMonth" => with.day(small).build(),
        "DayOfYear" => with.day_of_year(i16::try_from(to).unwrap_or(i16::MIN)).build(),
        "DayOfWeek" if (1..=7).contains(&to) => {
            let distance = to - i64::from(now.weekday().to_monday_one_offset());
            now.checked_add(Span::new().days(distance))
        }
        "HourOfDay" => with.hour(small).build(),
        "MinuteOfHour" => with.minute(small).build(),
        "SecondOfMinute" => with.second(small).build(),
        "MillisOfSecond" => with.millisecond(i16::try_from(to).unwrap_or(i16::MIN)).build(),
        _ => return Ok(None),
    };
    built.map(Some).map_err(|_| {
        let name = field[..1].to_lowercase() + &field[1..];
        Failure::evaluation(format!("Value {to} for {name} must be in the valid range"))
    })
}

fn date_argument(argument: &Object) -> Result<Instant, Failure> {
    match argument.to_value()? {
        Value::Date(instant) => Ok(instant),
        other => Ok(Instant(coerce::to_long(&other)?)),
    }
}
