//! Variable values to FEEL values and back.

use casewright_engine_feel::Date;
use casewright_engine_feel::{Context, DateTime, Number, Value as Feel, Zone};
use casewright_engine_value::{EvaluationError, Instant, Value, zone};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// Values of a result, with those in its lists and contexts. They share what they hold, variables do not.
const MAX_VALUES: u32 = 500_000;
/// Bytes of the texts of a result.
const MAX_BYTES: usize = 64 << 20;

/// Dates become a date and time of the process's time zone, which it does not say, as Camunda's do; bytes and files have no FEEL value.
pub(crate) fn to_feel(value: &Value) -> Feel {
    match value {
        Value::Null | Value::NullOf(_) | Value::Bytes(_) | Value::File(_) => Feel::Null,
        Value::Boolean(value) => Feel::Boolean(*value),
        Value::Short(n) => whole(i64::from(*n)),
        Value::Integer(n) => whole(i64::from(*n)),
        Value::Long(n) => whole(*n),
        Value::Double(n) => Number::from_f64(*n).map(Feel::Number).unwrap_or_default(),
        Value::String(text) | Value::Xml(text) => Feel::String(Arc::clone(text)),
        Value::Date(instant) => Feel::DateTime(local(*instant)),
        Value::Json(_) | Value::Object(_) => match crate::java::json::value_to_json(value) {
            serde_json::Value::Null => Feel::Null,
            json => to_feel(&crate::java::json::value_from_json(&json)),
        },
        Value::List(items) => Feel::list(items.iter().map(to_feel).collect()),
        Value::Map(entries) => {
            let entries: Context = entries.iter().map(|(key, value)| (key.clone(), to_feel(value))).collect();
            Feel::Context(Arc::new(entries))
        }
    }
}

fn whole(n: i64) -> Feel {
    Feel::Number(Number::from(n))
}

fn local(instant: Instant) -> DateTime {
    DateTime::new(crate::java::date::civil(instant), Zone::Local)
}

/// The moment that is meant, by the clocks of the process's time zone where no other is said.
fn moment_of(moment: &DateTime) -> Option<Instant> {
    match moment.zone {
        Zone::Local => crate::java::date::instant(moment.date.civil()?.to_datetime(moment.time)),
        Zone::Offset(_) | Zone::Named(_) => moment.timestamp().map(Instant::from),
    }
}

/// Whole numbers become `Long`, others `Double`. A date is a `Date`; within lists and contexts it is its text, as it is when
/// Camunda writes them as JSON. Times, durations and ranges are always their text.
///
/// # Errors
/// `Limit` for what is larger written out than anybody can have meant.
pub(crate) fn from_feel(value: &Feel) -> Result<Value, EvaluationError> {
    match value {
        Feel::Date(date) => Ok(midnight(*date).map_or(Value::Null, Value::Date)),
        Feel::DateTime(moment) => Ok(moment_of(moment).map_or(Value::Null, Value::Date)),
        other => Writer { values: MAX_VALUES, bytes: MAX_BYTES, keeps_dates: false }.value(other),
    }
}

/// What FEEL still knows of a value where it was not yet a variable: in its parts dates, durations and functions are what they
/// were. None where the variable says all of it.
pub(crate) fn beyond_variables(value: &Feel) -> Option<Feel> {
    has_more(value).then(|| with_more(value))
}

fn has_more(value: &Feel) -> bool {
    match value {
        Feel::List(items) => items.iter().any(has_more),
        Feel::Context(entries) => entries.values().any(has_more),
        Feel::Null | Feel::Boolean(_) | Feel::Number(_) | Feel::String(_) | Feel::Range(_) => false,
        _ => true,
    }
}

/// Numbers are those of variables, and contexts have no functions.
fn with_more(value: &Feel) -> Feel {
    match value {
        Feel::Number(number) => to_feel(&from_number(number)),
        Feel::List(items) => Feel::list(items.iter().map(with_more).collect()),
        Feel::Context(entries) => {
            let told = entries.iter().filter(|(_, value)| !matches!(value, Feel::Function(_)));
            let entries: Context = told.map(|(name, value)| (name.clone(), with_more(value))).collect();
            Feel::Context(Arc::new(entries))
        }
        Feel::Range(_) => Feel::Null,
        other => other.clone(),
    }
}

/// [`from_feel`], where a date within a list or a context is a `Date` as well. What no instant has a text for, as a year before
/// 0 has none, is its text.
///
/// # Errors
/// See [`from_feel`].
pub(crate) fn from_feel_with_dates(value: &Feel) -> Result<Value, EvaluationError> {
    Writer { values: MAX_VALUES, bytes: MAX_BYTES, keeps_dates: true }.value(value)
}

fn instant_of(value: &Feel) -> Option<Value> {
    match value {
        Feel::Date(date) if date.year() >= 0 => midnight(*date).map(Value::Date),
        Feel::DateTime(moment) if moment.date.year() >= 0 => moment_of(moment).map(Value::Date),
        _ => None,
    }
}

fn midnight(date: Date) -> Option<Instant> {
    zone::timestamp(date.civil()?.at(0, 0, 0, 0)).map(Instant::from)
}

struct Writer {
    values: u32,
    bytes: usize,
    keeps_dates: bool,
}

impl Writer {
    fn value(&mut self, value: &Feel) -> Result<Value, EvaluationError> {
        self.values = self.values.checked_sub(1).ok_or_else(too_large)?;
        if self.keeps_dates
            && let Some(date) = instant_of(value)
        {
            return Ok(date);
        }
        Ok(match value {
            Feel::Null | Feel::Function(_) => Value::Null,
            Feel::Boolean(value) => Value::Boolean(*value),
            Feel::Number(number) => from_number(number),
            Feel::String(text) => {
                self.count(text.len())?;
                Value::String(Arc::clone(text))
            }
            Feel::List(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?;
                Value::List(Arc::new(items))
            }
            Feel::Context(entries) => {
                let mut all: IndexMap<SmolStr, Value> = IndexMap::with_capacity(entries.len());
                // What Camunda makes of a context has no functions in it.
                let told = |value: &Feel| self.keeps_dates || !matches!(value, Feel::Function(_));
                let told: Vec<_> = entries.iter().filter(|(_, value)| told(value)).collect();
                for (name, value) in told {
                    all.insert(name.clone(), self.value(value)?);
                }
                Value::Map(Arc::new(all))
            }
            zero if self.keeps_dates && zero.zero_duration().is_some() => {
                Value::string(zero.zero_duration().unwrap_or_default())
            }
            Feel::Range(range) if !range.low.iter().chain(&range.high).all(is_writable) => Value::Null,
            text => {
                let text = text.to_string();
                self.count(text.len())?;
                Value::string(&text)
            }
        })
    }

    fn count(&mut self, bytes: usize) -> Result<(), EvaluationError> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(too_large)?;
        Ok(())
    }
}

fn too_large() -> EvaluationError {
    EvaluationError::Limit { what: "size of the result of a FEEL expression", limit: format!("{MAX_VALUES} values") }
}

fn is_writable(end: &Feel) -> bool {
    !matches!(end, Feel::Number(number) if !number.to_f64().is_finite())
}

/// What is beyond a double has no value (DMN 1.5, 10.3.2.3.1: there is no infinity).
fn from_number(number: &Number) -> Value {
    if let Some(whole) = number.to_i64() {
        return Value::Long(whole);
    }
    let double = number.to_f64();
    if double.is_finite() { Value::Double(double) } else { Value::Null }
}
