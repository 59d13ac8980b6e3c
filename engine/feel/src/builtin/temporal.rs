//! Functions that make dates, times and durations (DMN 1.5, 10.3.4.1), and look into calendars (10.3.4.8).

use super::{Call, Signature, fixed, optional, or_null};
use crate::evaluate::Outcome;
use crate::literal;
use crate::number::Number;
use crate::operate;
use crate::temporal::{self, DateTime, Time, Zone};
use crate::value::Value;
use jiff::civil::{self, Date};
use jiff::tz::TimeZone;

pub(super) const SIGNATURES: &[Signature] = &[
    fixed("date", &["from"], date),
    fixed("date", &["year", "month", "day"], date_of),
    fixed("date and time", &["from"], date_and_time),
    fixed("date and time", &["date", "time"], date_with_time),
    fixed("date and time", &["date", "timezone"], date_with_time),
    fixed("time", &["from"], time),
    optional("time", &["hour", "minute", "second", "offset"], 3, time_of),
    fixed("duration", &["from"], duration),
    fixed("years and months duration", &["from", "to"], years_and_months),
    fixed("now", &[], |call| Ok(Value::DateTime(temporal::in_utc(call.evaluator.host.now())))),
    fixed("today", &[], |call| Ok(Value::Date(temporal::in_utc(call.evaluator.host.now()).local.date()))),
    fixed("day of year", &["date"], |call| Ok(Value::Number(i64::from(or_null!(day(call)).day_of_year()).into()))),
    fixed("day of week", &["date"], |call| Ok(Value::string(weekday(or_null!(day(call)))))),
    fixed("month of year", &["date"], |call| {
        let month = usize::try_from(or_null!(day(call)).month() - 1).unwrap_or_default();
        Ok(Value::string(MONTHS[month]))
    }),
    fixed("week of year", &["date"], |call| {
        Ok(Value::Number(i64::from(or_null!(day(call)).iso_week_date().week()).into()))
    }),
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

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        civil::Weekday::Monday => "Monday",
        civil::Weekday::Tuesday => "Tuesday",
        civil::Weekday::Wednesday => "Wednesday",
        civil::Weekday::Thursday => "Thursday",
        civil::Weekday::Friday => "Friday",
        civil::Weekday::Saturday => "Saturday",
        civil::Weekday::Sunday => "Sunday",
    }
}

fn day_of(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::DateTime(moment) => Some(moment.local.date()),
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

fn date_and_time(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::String(text) => DateTime::parse(text).map(Value::DateTime).unwrap_or_default(),
        Value::DateTime(moment) => Value::DateTime(moment.clone()),
        Value::Date(date) => Value::DateTime(DateTime::new(date.at(0, 0, 0, 0), Zone::Local)),
        _ => Value::Null,
    })
}

/// A day and a time of it; or a moment by the clocks of a zone.
fn date_with_time(call: &Call<'_, '_>) -> Outcome {
    let made = match (call.single(0), call.single(1)) {
        (moment, Value::Time(time)) => {
            day_of(moment).map(|day| DateTime::new(day.to_datetime(time.time), time.zone.clone()))
        }
        (Value::DateTime(moment), Value::String(zone)) => TimeZone::get(zone).ok().and_then(|zone| moment.within(zone)),
        _ => None,
    };
    Ok(made.map(Value::DateTime).unwrap_or_default())
}

fn time(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::String(text) => Time::parse(text).map(Value::Time).unwrap_or_default(),
        Value::Time(time) => Value::Time(time.clone()),
        Value::DateTime(moment) => Value::Time(Time { time: moment.local.time(), zone: moment.zone.clone() }),
        Value::Date(_) => Value::Time(Time { time: civil::Time::midnight(), zone: Zone::Offset(0) }),
        _ => Value::Null,
    })
}

fn time_of(call: &Call<'_, '_>) -> Outcome {
    let (hour, minute): (i64, i64) = (or_null!(call.whole(0)), or_null!(call.whole(1)));
    // Seconds may have a fraction.
    let nanos = or_null!(or_null!(call.number(2)).multiply(&Number::Whole(1_000_000_000)).and_then(|n| n.to_i64()));
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60_000_000_000).contains(&nanos) {
        return Ok(Value::Null);
    }
    let since_midnight = i128::from(hour * 3_600 + minute * 60) * 1_000_000_000 + i128::from(nanos);
    let zone = match call.single(3) {
        Value::Null => Zone::Local,
        Value::DayTimeDuration(offset) => {
            let seconds = or_null!(i32::try_from(offset / 1_000_000_000).ok().filter(|s| s.abs() <= 18 * 3_600));
            Zone::Offset(seconds)
        }
        _ => return Ok(Value::Null),
    };
    let time = or_null!(temporal::clock_of(since_midnight));
    Ok(Value::Time(Time { time, zone }))
}

fn duration(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::String(text) => literal::parse_duration(text).unwrap_or_default(),
        duration @ (Value::DayTimeDuration(_) | Value::YearMonthDuration(_)) => duration.clone(),
        // Camunda's: milliseconds as a number are none.
        _ => operate::number(None),
    })
}

fn years_and_months(call: &Call<'_, '_>) -> Outcome {
    let (from, to) = (or_null!(day_of(call.single(0))), or_null!(day_of(call.single(1))));
    Ok(Value::YearMonthDuration(temporal::months_between(from, to)))
}
