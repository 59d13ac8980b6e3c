//! Where feel-scala reckons otherwise: factors and quotients of durations are whole numbers of 32 bits, and moments are equal
//! when their zones are as well.

use crate::number::Number;
use crate::operate;
use crate::value::Value;
use bigdecimal::RoundingMode;

const MILLI: i128 = 1_000_000;

pub(super) fn multiply(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::YearMonthDuration(_) | Value::DayTimeDuration(_), Value::Number(n)) => {
            operate::multiply(left, &whole_part(n))
        }
        (Value::Number(n), Value::YearMonthDuration(_) | Value::DayTimeDuration(_)) => {
            operate::multiply(right, &whole_part(n))
        }
        _ => operate::multiply(left, right),
    }
}

pub(super) fn divide(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::YearMonthDuration(months), Value::Number(n)) => {
            let quotient = Number::from(*months).divide(n).and_then(|quotient| int(&quotient));
            quotient.map(|months| Value::YearMonthDuration(i64::from(months))).unwrap_or_default()
        }
        (Value::DayTimeDuration(nanos), Value::Number(n)) => {
            let millis = operate::whole(nanos.div_euclid(MILLI));
            let quotient = millis.and_then(|millis| millis.divide(n)).and_then(|quotient| int(&quotient));
            quotient.map(|millis| Value::DayTimeDuration(i128::from(millis) * MILLI)).unwrap_or_default()
        }
        (Value::YearMonthDuration(a), Value::YearMonthDuration(b)) => {
            a.checked_div(*b).map(|quotient| Value::Number(quotient.into())).unwrap_or_default()
        }
        (Value::DayTimeDuration(a), Value::DayTimeDuration(b)) => {
            let quotient = a.div_euclid(MILLI).checked_div(b.div_euclid(MILLI));
            operate::number(quotient.and_then(operate::whole))
        }
        _ => operate::divide(left, right),
    }
}

/// Between two times with zones there is no direction.
pub(super) fn between(left: &Value, right: &Value) -> Value {
    match (left, right) {
        _ if super::differ_in_zone(left, right) => Value::Null,
        (Value::Time(left), Value::Time(right)) => {
            Value::DayTimeDuration((left.nanos_of_day() - right.nanos_of_day()).abs())
        }
        _ => operate::subtract(left, right),
    }
}

fn whole_part(n: &Number) -> Value {
    operate::number(int(n).map(|whole| Number::from(i64::from(whole))))
}

/// The whole part, of which the lower 32 bits are kept.
fn int(n: &Number) -> Option<i32> {
    const BITS: i64 = 1 << 32;
    let whole = n.round(0, RoundingMode::Down)?.modulo(&Number::Whole(BITS))?.to_i64()?.rem_euclid(BITS);
    i32::try_from(if whole >= BITS / 2 { whole - BITS } else { whole }).ok()
}

/// None where one of two says no zone.
pub(super) fn same_moment(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        _ if super::differ_in_zone(left, right) => None,
        (Value::Time(left), Value::Time(right)) => Some(left == right),
        (Value::DateTime(left), Value::DateTime(right)) => Some(left == right),
        _ => None,
    }
}
