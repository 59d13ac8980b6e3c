//! Variable values to the FEEL values of `dsntk` and back.

use casewright_engine_value::{Instant, Value};
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Feel;
use dsntk_feel::{FeelNumber, Name};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::sync::Arc;

/// Dates become a date and time in UTC; bytes and files have no FEEL value.
pub(super) fn to_feel(value: &Value) -> Feel {
    match value {
        Value::Null | Value::NullOf(_) | Value::Bytes(_) | Value::File(_) => Feel::Null(None),
        Value::Boolean(value) => Feel::Boolean(*value),
        Value::Short(n) => Feel::Number((*n).into()),
        Value::Integer(n) => Feel::Number((*n).into()),
        Value::Long(n) => Feel::Number((*n).into()),
        Value::Double(n) => double(*n),
        Value::String(text) | Value::Xml(text) => Feel::String(text.to_string()),
        Value::Date(instant) => instant_to_feel(*instant),
        Value::Json(_) | Value::Object(_) => match crate::java::json::value_to_json(value) {
            serde_json::Value::Null => Feel::Null(None),
            json => to_feel(&crate::java::json::value_from_json(&json)),
        },
        Value::List(items) => Feel::List(items.iter().map(to_feel).collect()),
        Value::Map(entries) => {
            let mut context = FeelContext::default();
            for (key, value) in entries.iter() {
                context.set_entry(&Name::from(key.as_str()), to_feel(value));
            }
            Feel::Context(context)
        }
    }
}

/// FEEL numbers are decimal: a double goes over by its shortest decimal text.
fn double(n: f64) -> Feel {
    if !n.is_finite() {
        return Feel::Null(Some(format!("{n} is not a FEEL number")));
    }
    FeelNumber::from_str(&n.to_string()).map_or(Feel::Null(None), Feel::Number)
}

fn instant_to_feel(instant: Instant) -> Feel {
    let text = crate::java::date::iso_text(instant);
    Feel::try_from_xsd_date_time(&text).unwrap_or(Feel::Null(None))
}

/// Whole numbers become `Long`, others `Double`; dates become `Date`; times, durations and ranges their text.
pub(super) fn from_feel(value: &Feel) -> Value {
    match value {
        Feel::Boolean(value) => Value::Boolean(*value),
        Feel::Number(number) => from_number(number),
        Feel::String(text) => Value::string(text),
        Feel::Date(date) => from_text(&date.to_string()),
        Feel::DateTime(moment) => from_text(&with_offset(moment.to_string())),
        Feel::List(items) | Feel::ExpressionList(items) => Value::List(Arc::new(items.iter().map(from_feel).collect())),
        Feel::Context(context) => Value::Map(Arc::new(
            context
                .iter()
                .map(|(name, value)| (SmolStr::from(name.as_str()), from_feel(value)))
                .collect::<IndexMap<_, _>>(),
        )),
        Feel::Time(_) | Feel::DaysAndTimeDuration(_) | Feel::YearsAndMonthsDuration(_) | Feel::Range(..) => {
            // The ends of a range may be numbers that the library cannot write, see `from_number`.
            catch_unwind(AssertUnwindSafe(|| value.to_string())).map_or(Value::Null, |text| Value::string(&text))
        }
        Feel::Transparent(inner) => from_feel(inner),
        _ => Value::Null,
    }
}

/// What has overflowed is null (DMN 1.3, 10.3.2.3.1: there is no infinity); the library panics when it writes it.
fn from_number(number: &FeelNumber) -> Value {
    let is_finite = format!("{number:?}").contains('E');
    if !is_finite {
        return Value::Null;
    }
    if number.is_integer()
        && let Ok(whole) = i64::try_from(number)
    {
        return Value::Long(whole);
    }
    number.to_string().parse().map_or(Value::Null, Value::Double)
}

fn from_text(date: &str) -> Value {
    crate::timer::parse_date(date).map_or(Value::Null, Value::Date)
}

/// `2030-01-01T10:00:00@Europe/Berlin` -> with the offset instead of the name of the zone.
fn with_offset(text: String) -> String {
    let Some((local, zone)) = text.split_once('@') else {
        return text;
    };
    let offset = jiff::tz::TimeZone::get(zone).ok().and_then(|zone| {
        let civil: jiff::civil::DateTime = local.parse().ok()?;
        let timestamp = zone.to_timestamp(civil).ok()?;
        Some(zone.to_offset(timestamp))
    });
    match offset {
        Some(offset) => {
            let seconds = offset.seconds();
            let sign = if seconds < 0 { '-' } else { '+' };
            let minutes = seconds.abs() / 60;
            format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
        None => local.to_owned(),
    }
}
