//! Functions of numbers (DMN 1.5, 10.3.4.5).

use super::{Call, Signature, fixed, optional, or_null};
use crate::evaluate::Outcome;
use crate::number::Number;
use crate::operate;
use crate::value::Value;
use bigdecimal::RoundingMode;

pub(super) const SIGNATURES: &[Signature] = &[
    fixed("decimal", &["n", "scale"], |call| rounded(call, RoundingMode::HalfEven)),
    optional("floor", &["n", "scale"], 1, |call| rounded(call, RoundingMode::Floor)),
    optional("ceiling", &["n", "scale"], 1, |call| rounded(call, RoundingMode::Ceiling)),
    fixed("round up", &["n", "scale"], |call| rounded(call, RoundingMode::Up)),
    fixed("round down", &["n", "scale"], |call| rounded(call, RoundingMode::Down)),
    fixed("round half up", &["n", "scale"], |call| rounded(call, RoundingMode::HalfUp)),
    fixed("round half down", &["n", "scale"], |call| rounded(call, RoundingMode::HalfDown)),
    fixed("abs", &["n"], abs),
    fixed("abs", &["number"], abs),
    fixed("modulo", &["dividend", "divisor"], modulo),
    fixed("sqrt", &["number"], sqrt),
    fixed("log", &["number"], log),
    fixed("exp", &["number"], |call| by_double(call, f64::exp)),
    fixed("odd", &["number"], |call| parity(call, 1)),
    fixed("even", &["number"], |call| parity(call, 0)),
    fixed("random number", &[], random),
];

/// Digits after the point that there can be (DMN 1.5, 10.3.4.5).
const SCALES: std::ops::RangeInclusive<i64> = -6_111..=6_176;

fn rounded(call: &Call<'_, '_>, mode: RoundingMode) -> Outcome {
    let number = or_null!(call.number(0));
    let scale = if call.is_given(1) { or_null!(call.whole(1).filter(|scale| SCALES.contains(scale))) } else { 0 };
    Ok(operate::number(number.round(scale, mode)))
}

/// The JVM's is one of doubles.
fn sqrt(call: &Call<'_, '_>) -> Outcome {
    let number = or_null!(call.number(0));
    Ok(match call.evaluator.is_scala() {
        true => operate::number(root(number)),
        false => operate::number(number.sqrt()),
    })
}

pub(super) fn root(number: &Number) -> Option<Number> {
    Number::from_f64(number.to_f64().sqrt())
}

fn abs(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::Number(number) => operate::number(number.abs()),
        duration @ (Value::DayTimeDuration(_) | Value::YearMonthDuration(_)) => {
            let is_negative = matches!(duration, Value::DayTimeDuration(..0) | Value::YearMonthDuration(..0));
            if is_negative { operate::negate(duration) } else { duration.clone() }
        }
        _ => Value::Null,
    })
}

fn modulo(call: &Call<'_, '_>) -> Outcome {
    let (dividend, divisor) = (or_null!(call.number(0)), or_null!(call.number(1)));
    Ok(operate::number(match call.evaluator.is_scala() {
        // A sum between two remainders, which may be rounded.
        true => dividend.remainder(divisor).and_then(|rest| rest.add(divisor)?.remainder(divisor)),
        false => dividend.modulo(divisor),
    }))
}

fn log(call: &Call<'_, '_>) -> Outcome {
    let number = or_null!(call.number(0));
    if number.is_negative() || number.is_zero() {
        return Ok(Value::Null);
    }
    by_double(call, f64::ln)
}

fn by_double(call: &Call<'_, '_>, function: fn(f64) -> f64) -> Outcome {
    let number = or_null!(call.number(0));
    Ok(operate::number(Number::from_f64(function(number.to_f64()))))
}

fn parity(call: &Call<'_, '_>, rest: i64) -> Outcome {
    let number = or_null!(call.number(0));
    if !number.is_integer() {
        return Ok(if call.evaluator.is_scala() { Value::Boolean(false) } else { Value::Null });
    }
    let two = Number::Whole(2);
    Ok(Value::Boolean(or_null!(number.modulo(&two)) == Number::from(rest)))
}

/// From 0 to below 1.
fn random(call: &Call<'_, '_>) -> Outcome {
    let bits = call.evaluator.host.random() >> 75;
    #[expect(clippy::cast_precision_loss, reason = "53 bits are a double")]
    let fraction = bits as f64 / (1_u64 << 53) as f64;
    Ok(operate::number(Number::from_f64(fraction)))
}
