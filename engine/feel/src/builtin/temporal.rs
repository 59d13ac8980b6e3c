//! Functions that make dates, times and durations (DMN 1.5, 10.3.4.1), and look into calendars (10.3.4.8).

use super::{Call, Signature, fixed, optional, or_null};
use crate::calendar::Date;
use crate::evaluate::Outcome;
use crate::literal;
use crate::number::Number;
use crate::operate;
use crate::temporal::{self, DateTime, Time, Zone};
use crate::value::Value;
use bigdecimal::RoundingMode;
use jiff::civil;
use jiff::tz::TimeZone;

pub(super) const SIGNATURES: &[Signature] = &[
    fixed("date", &["from"], date),
    fixed("date", &["year", "month", "day"], date_of),
    fixed("date and time", &["from"], date_and_time),
    fixed("date and time", &["date", "time"], date_with_time),
    fixed("date and time", &["date", "timezone"], date_with_time),
    optional("date and time", &["year", "month", "day", "hour", "minute", "second", "offset"], 6, moment_of),
    optional("date and time", &["year", "month", "day", "hour", "minute", "second", "timezone"], 6, moment_of),
    fixed("time", &["from"], time),
    optional("time", &["hour", "minute", "second", "offset"], 3, time_of),
    fixed("duration", &["from"], duration),
    fixed("years and months duration", &["from", "to"], years_and_months),
    fixed("now", &[], |call| Ok(Value::DateTime(now(call)))),
    fixed("today", &[], |call| Ok(Value::Date(now(call).date))),
    fixed("day of year", &["date"], |call| Ok(Value::Number(or_null!(day(call)).day_of_year().into()))),
    fixed("day of week", &["date"], |call| Ok(Value::string(WEEKDAYS[usize::from(or_null!(day(call)).weekday() - 1)]))),
    fixed("month of year", &["date"], |call| Ok(Value::string(MONTHS[usize::from(or_null!(day(call)).month() - 1)]))),
    fixed("week of year", &["date"], |call| Ok(Value::Number(or_null!(day(call)).week_of_year().into()))),
    fixed("last day of month", &["date"], |call| Ok(Value::Date(or_null!(day(call)).last_of_month()))),
];

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

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn now(call: &Call<'_, '_>) -> DateTime {
    let host = call.evaluator.host;
    DateTime::at(host.now(), &host.zone())
}

fn day_of(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::DateTime(moment) => Some(moment.date),
        _ => None,
    }
}

fn day(call: &Call<'_, '_>) -> Option<Date> {
    day_of(call.single(0))
}

fn date(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::String(text) => temporal::parse_date(text).map(Value::Date).unwrap_or_default(),
        other => day_of(other).map(Value::Date).unwrap_or_default(),
    })
}

fn small<T: TryFrom<i64>>(call: &Call<'_, '_>, position: usize) -> Option<T> {
    T::try_from(call.whole(position)?).ok()
}

fn date_of(call: &Call<'_, '_>) -> Outcome {
    let (year, month, day) = (or_null!(small(call, 0)), or_null!(small(call, 1)), or_null!(small(call, 2)));
    Ok(Date::new(year, month, day).map(Value::Date).unwrap_or_default())
}

/// By its parts, with an offset or the name of a zone where it has one.
fn moment_of(call: &Call<'_, '_>) -> Outcome {
    let date = or_null!(Date::new(or_null!(small(call, 0)), or_null!(small(call, 1)), or_null!(small(call, 2))));
    let time = or_null!(clock_at(call, 3));
    let zone = match call.single(6) {
        Value::String(name) => Zone::Named(or_null!(TimeZone::get(name).ok())),
        other => or_null!(zone_of(other)),
    };
    Ok(Value::DateTime(DateTime { date, time, zone }))
}

fn date_and_time(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::String(text) if lacks_seconds(call, text) => Value::Null,
        Value::String(text) => DateTime::parse(text).map(Value::DateTime).unwrap_or_default(),
        Value::DateTime(_) | Value::Date(_) if call.evaluator.is_scala() => Value::Null,
        Value::DateTime(moment) => Value::DateTime(moment.clone()),
        Value::Date(date) => Value::DateTime(DateTime::midnight(*date, Zone::Local)),
        _ => Value::Null,
    })
}

/// Times of standard models are those of XML Schema, which have seconds; Camunda takes such without.
fn lacks_seconds(call: &Call<'_, '_>, text: &str) -> bool {
    let local = text.split('@').next().unwrap_or_default();
    let clock = local.rsplit('T').next().unwrap_or_default();
    let clock = clock.split(['Z', 'z', '+']).next().unwrap_or_default();
    call.evaluator.is_standard()
        && clock.contains(':')
        && clock.split('-').next().unwrap_or_default().matches(':').count() < 2
}

/// A day and a time of it; or a moment by the clocks of a zone.
fn date_with_time(call: &Call<'_, '_>) -> Outcome {
    let made = match (call.single(0), call.single(1)) {
        (moment, Value::Time(time)) => {
            day_of(moment).map(|date| DateTime { date, time: time.time, zone: time.zone.clone() })
        }
        (Value::DateTime(moment), Value::String(zone)) if call.evaluator.is_scala() && moment.zone == Zone::Local => {
            TimeZone::get(zone).ok().map(|zone| DateTime { zone: Zone::Named(zone), ..moment.clone() })
        }
        (Value::DateTime(moment), Value::String(zone)) => TimeZone::get(zone).ok().and_then(|zone| moment.within(zone)),
        _ => None,
    };
    Ok(made.map(Value::DateTime).unwrap_or_default())
}

fn time(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::String(text) if lacks_seconds(call, text) => Value::Null,
        Value::String(text) => Time::parse(text).map(Value::Time).unwrap_or_default(),
        Value::Time(_) if call.evaluator.is_scala() => Value::Null,
        Value::Time(time) => Value::Time(time.clone()),
        Value::DateTime(moment) => Value::Time(Time::of(moment)),
        Value::Date(_) => Value::Time(Time::new(civil::Time::midnight(), Zone::Offset(0))),
        _ => Value::Null,
    })
}

fn time_of(call: &Call<'_, '_>) -> Outcome {
    let time = or_null!(clock_at(call, 0));
    Ok(Value::Time(Time::new(time, or_null!(zone_of(call.single(3))))))
}

/// Hours, minutes and seconds, from this argument on. Seconds may have a fraction; feel-scala cuts it where the offset is null.
fn clock_at(call: &Call<'_, '_>, position: usize) -> Option<civil::Time> {
    let (hour, minute) = (call.whole(position)?, call.whole(position + 1)?);
    let is_cut = call.evaluator.is_scala() && call.is_given(position + 3) && call.argument(position + 3).is_null();
    let second = match is_cut {
        true => Number::from(call.whole(position + 2)?),
        false => call.number(position + 2)?.clone(),
    };
    // What is smaller than a nanosecond has no place in a time.
    let nanos = second.multiply(&Number::Whole(1_000_000_000))?.round(0, RoundingMode::Down)?.to_i64()?;
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60_000_000_000).contains(&nanos) {
        return None;
    }
    temporal::clock_of(i128::from(hour * 3_600 + minute * 60) * 1_000_000_000 + i128::from(nanos))
}

/// An offset as a duration; null is none.
fn zone_of(offset: &Value) -> Option<Zone> {
    match offset {
        Value::Null => Some(Zone::Local),
        Value::DayTimeDuration(offset) => {
            let seconds = i32::try_from(offset / 1_000_000_000).ok()?;
            (seconds.abs() <= 18 * 3_600).then_some(Zone::Offset(seconds))
        }
        _ => None,
    }
}

fn duration(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::String(text) => literal::parse_duration(text).unwrap_or_default(),
        Value::DayTimeDuration(_) | Value::YearMonthDuration(_) if call.evaluator.is_scala() => Value::Null,
        duration @ (Value::DayTimeDuration(_) | Value::YearMonthDuration(_)) => duration.clone(),
        // Camunda's: milliseconds as a number are none.
        _ => operate::number(None),
    })
}

fn years_and_months(call: &Call<'_, '_>) -> Outcome {
    let (from, to) = (or_null!(day_of(call.single(0))), or_null!(day_of(call.single(1))));
    Ok(Value::YearMonthDuration(temporal::months_between(from, to)))
}
