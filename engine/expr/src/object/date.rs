//! `java.util.Date` and Joda's `DateTime`, both in UTC.

use super::{Object, int_argument, no_property, text_argument};
use crate::juel::{Failure, coerce};
use casewright_engine_value::{Instant, Value};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

pub(crate) fn civil(instant: Instant) -> DateTime {
    TimeZone::UTC.to_datetime(Timestamp::from_millisecond(instant.0).unwrap_or(if instant.0 < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    }))
}

pub(crate) fn instant(civil: DateTime) -> Option<Instant> {
    let timestamp = TimeZone::UTC.to_timestamp(civil).ok()?;
    Some(Instant(timestamp.as_millisecond()))
}

/// `Thu Jan 01 00:00:00 UTC 1970`.
pub(crate) fn java_text(instant: Instant) -> String {
    format(instant, "EEE MMM dd HH:mm:ss 'UTC' yyyy")
}

/// `1970-01-01T00:00:00.000Z`.
pub(crate) fn iso_text(instant: Instant) -> String {
    format(instant, "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'")
}

/// `1970-01-01T00:00:00.000+0000`, as the REST contract writes dates.
pub(crate) fn rest_text(instant: Instant) -> String {
    format(instant, "yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'")
}

pub(super) fn property(instant: Instant, name: &Value) -> Result<Value, Failure> {
    let civil = civil(instant);
    Ok(match super::to_text(name).as_str() {
        "time" => Value::Long(instant.0),
        "year" => Value::Integer(i32::from(civil.year()) - 1900),
        "month" => Value::Integer(i32::from(civil.month()) - 1),
        "date" => Value::Integer(i32::from(civil.day())),
        "day" => Value::Integer(i32::from(civil.weekday().to_sunday_zero_offset())),
        "hours" => Value::Integer(i32::from(civil.hour())),
        "minutes" => Value::Integer(i32::from(civil.minute())),
        "seconds" => Value::Integer(i32::from(civil.second())),
        _ => return Err(no_property("java.util.Date", name)),
    })
}

pub(super) fn invoke(instant: Instant, method: &str, arguments: &[Object]) -> Result<Option<Value>, Failure> {
    Ok(match (method, arguments) {
        ("before", [other]) => Some(Value::Boolean(instant < date_argument(other)?)),
        ("after", [other]) => Some(Value::Boolean(instant > date_argument(other)?)),
        (getter, []) => match super::getter_property(getter) {
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
        ("toDateTime", []) => Some(civil(moment)),
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
                shifted(moment, unit, amount)
            } else if let Some(unit) = method.strip_prefix("minus") {
                amount.checked_neg().and_then(|amount| shifted(moment, unit, amount))
            } else if let Some(field) = method.strip_prefix("with") {
                with_field(moment, field, amount)?
            } else {
                None
            }
        }
        (getter, []) => {
            return Ok(super::getter_property(getter).and_then(|name| moment_field(moment, &name)).map(Object::Plain));
        }
        _ => None,
    };
    Ok(changed.and_then(instant).map(Object::Moment))
}

fn truth(value: bool) -> Object {
    Object::Plain(Value::Boolean(value))
}

fn shifted(moment: Instant, unit: &str, amount: i64) -> Option<DateTime> {
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
    civil(moment).checked_add(span.ok()?).ok()
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

/// `SimpleDateFormat` and Joda patterns: letters by their run length, quoted text as it is.
pub(crate) fn format(instant: Instant, pattern: &str) -> String {
    let civil = civil(instant);
    let mut out = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            copy_quoted(&mut letters, &mut out);
            continue;
        }
        if !letter.is_ascii_alphabetic() {
            out.push(letter);
            continue;
        }
        let mut width = 1;
        while letters.next_if_eq(&letter).is_some() {
            width += 1;
        }
        out.push_str(&field(civil, letter, width));
    }
    out
}

fn copy_quoted(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    if letters.next_if_eq(&'\'').is_some() {
        out.push('\'');
        return;
    }
    while let Some(letter) = letters.next() {
        if letter != '\'' {
            out.push(letter);
        } else if letters.next_if_eq(&'\'').is_some() {
            out.push('\'');
        } else {
            return;
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

fn field(civil: DateTime, letter: char, width: usize) -> String {
    let padded = |n: i64| format!("{n:0width$}");
    let hour = i64::from(civil.hour());
    match letter {
        'y' | 'Y' | 'u' if width == 2 => format!("{:02}", civil.year().rem_euclid(100)),
        'y' | 'Y' | 'u' => padded(i64::from(civil.year())),
        'M' if width >= 3 => name(&MONTHS, usize::from(civil.month().unsigned_abs()) - 1, width),
        'M' => padded(i64::from(civil.month())),
        'd' => padded(i64::from(civil.day())),
        'D' => padded(i64::from(civil.day_of_year())),
        'E' => {
            let day = civil.weekday().to_sunday_zero_offset().unsigned_abs();
            name(&DAYS, usize::from(day), width)
        }
        'e' => padded(i64::from(civil.weekday().to_monday_one_offset())),
        'H' => padded(hour),
        'k' => padded(if hour == 0 { 24 } else { hour }),
        'h' => padded(if hour % 12 == 0 { 12 } else { hour % 12 }),
        'K' => padded(hour % 12),
        'm' => padded(i64::from(civil.minute())),
        's' => padded(i64::from(civil.second())),
        'S' => padded(i64::from(civil.millisecond())),
        'a' => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        'w' => padded(i64::from(civil.date().iso_week_date().week())),
        'z' => "UTC".to_owned(),
        'Z' if width >= 2 => "+00:00".to_owned(),
        'Z' => "+0000".to_owned(),
        'X' => "Z".to_owned(),
        'G' => "AD".to_owned(),
        other => other.to_string().repeat(width),
    }
}

fn name(names: &[&str], index: usize, width: usize) -> String {
    let full = names.get(index).copied().unwrap_or_default();
    if width > 3 { full } else { &full[..3] }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::format;
    use casewright_engine_value::Instant;

    #[test]
    fn patterns_write_what_java_writes() {
        let instant = Instant(1_700_000_000_123);
        for (pattern, text) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2023-11-14T22:13:20.123"),
            ("EEE, d MMM yy h:mm a", "Tue, 14 Nov 23 10:13 PM"),
            ("EEEE dd. MMMM", "Tuesday 14. November"),
            ("'it''s' HH", "it's 22"),
        ] {
            assert_eq!(format(instant, pattern), text);
        }
    }
}
