//! What operators do with two values (DMN 1.5, 10.3.2.8 and tables 45 to 52). What they cannot do is null.

use crate::calendar::Date;
use crate::number::Number;
use crate::temporal::{self, Time};
use crate::value::Value;
use bigdecimal::ToPrimitive;
use std::sync::Arc;

pub(crate) fn number(number: Option<Number>) -> Value {
    number.map_or(Value::Null, Value::Number)
}

pub(crate) fn add(left: &Value, right: &Value) -> Value {
    use Value as V;
    let sum = match (left, right) {
        (V::Number(a), V::Number(b)) => a.add(b).map(V::Number),
        (V::String(a), V::String(b)) => Some(V::String(Arc::from(format!("{a}{b}")))),
        (V::YearMonthDuration(a), V::YearMonthDuration(b)) => a.checked_add(*b).map(V::YearMonthDuration),
        (V::DayTimeDuration(a), V::DayTimeDuration(b)) => a.checked_add(*b).map(V::DayTimeDuration),
        (moment, V::YearMonthDuration(months)) | (V::YearMonthDuration(months), moment) => plus_months(moment, *months),
        (moment, V::DayTimeDuration(nanos)) | (V::DayTimeDuration(nanos), moment) => plus_nanos(moment, *nanos),
        _ => None,
    };
    sum.unwrap_or_default()
}

pub(crate) fn subtract(left: &Value, right: &Value) -> Value {
    use Value as V;
    let difference = match (left, right) {
        (V::Number(a), V::Number(b)) => a.subtract(b).map(V::Number),
        (V::Date(a), V::Date(b)) => Some(V::DayTimeDuration(temporal::nanos_between(*a, *b))),
        (V::DateTime(a), V::DateTime(b)) => Some(V::DayTimeDuration(a.nanos() - b.nanos())),
        (V::DateTime(a), V::Date(b)) => Some(V::DayTimeDuration(a.nanos() - midnight(*b))),
        (V::Date(a), V::DateTime(b)) => Some(V::DayTimeDuration(midnight(*a) - b.nanos())),
        (V::Time(a), V::Time(b)) => Some(V::DayTimeDuration(a.nanos_of_day() - b.nanos_of_day())),
        (V::YearMonthDuration(a), V::YearMonthDuration(b)) => a.checked_sub(*b).map(V::YearMonthDuration),
        (V::DayTimeDuration(a), V::DayTimeDuration(b)) => a.checked_sub(*b).map(V::DayTimeDuration),
        (moment, V::YearMonthDuration(months)) => months.checked_neg().and_then(|months| plus_months(moment, months)),
        (moment, V::DayTimeDuration(nanos)) => nanos.checked_neg().and_then(|nanos| plus_nanos(moment, nanos)),
        _ => None,
    };
    difference.unwrap_or_default()
}

fn midnight(date: Date) -> i128 {
    i128::from(date.days()) * temporal::DAY
}

fn plus_months(moment: &Value, months: i64) -> Option<Value> {
    match moment {
        Value::Date(date) => date.plus_months(months).map(Value::Date),
        Value::DateTime(moment) => moment.plus_months(months).map(Value::DateTime),
        _ => None,
    }
}

fn plus_nanos(moment: &Value, nanos: i128) -> Option<Value> {
    match moment {
        Value::Date(date) => temporal::date_plus(*date, nanos).map(Value::Date),
        Value::DateTime(moment) => moment.plus(nanos).map(Value::DateTime),
        Value::Time(time) => Time::plus(time, nanos).map(Value::Time),
        _ => None,
    }
}

pub(crate) fn multiply(left: &Value, right: &Value) -> Value {
    use Value as V;
    let product = match (left, right) {
        (V::Number(a), V::Number(b)) => a.multiply(b).map(V::Number),
        (V::YearMonthDuration(months), V::Number(n)) | (V::Number(n), V::YearMonthDuration(months)) => {
            times(i128::from(*months), n).and_then(|m| i64::try_from(m).ok()).map(V::YearMonthDuration)
        }
        (V::DayTimeDuration(nanos), V::Number(n)) | (V::Number(n), V::DayTimeDuration(nanos)) => {
            times(*nanos, n).map(V::DayTimeDuration)
        }
        _ => None,
    };
    product.unwrap_or_default()
}

pub(crate) fn divide(left: &Value, right: &Value) -> Value {
    use Value as V;
    let quotient = match (left, right) {
        (V::Number(a), V::Number(b)) => a.divide(b).map(V::Number),
        (V::YearMonthDuration(months), V::Number(n)) => inverse(n)
            .and_then(|n| times(i128::from(*months), &n))
            .and_then(|m| i64::try_from(m).ok())
            .map(V::YearMonthDuration),
        (V::DayTimeDuration(nanos), V::Number(n)) => inverse(n).and_then(|n| times(*nanos, &n)).map(V::DayTimeDuration),
        (V::YearMonthDuration(a), V::YearMonthDuration(b)) => Number::from(*a).divide(&Number::from(*b)).map(V::Number),
        (V::DayTimeDuration(a), V::DayTimeDuration(b)) => whole(*a).and_then(|a| a.divide(&whole(*b)?)).map(V::Number),
        _ => None,
    };
    quotient.unwrap_or_default()
}

fn inverse(n: &Number) -> Option<Number> {
    Number::Whole(1).divide(n)
}

/// A large whole number.
pub(crate) fn whole(value: i128) -> Option<Number> {
    Number::of(bigdecimal::BigDecimal::from(value))
}

fn times(amount: i128, factor: &Number) -> Option<i128> {
    let product = whole(amount)?.multiply(factor)?;
    product.round(0, bigdecimal::RoundingMode::HalfEven)?.decimal().to_i128()
}

pub(crate) fn negate(value: &Value) -> Value {
    match value {
        Value::Number(n) => number(n.negate()),
        Value::YearMonthDuration(months) => months.checked_neg().map(Value::YearMonthDuration).unwrap_or_default(),
        Value::DayTimeDuration(nanos) => nanos.checked_neg().map(Value::DayTimeDuration).unwrap_or_default(),
        _ => Value::Null,
    }
}

pub(crate) fn power(base: &Value, exponent: &Value) -> Value {
    match (base, exponent) {
        (Value::Number(base), Value::Number(exponent)) => number(base.power(exponent)),
        _ => Value::Null,
    }
}
