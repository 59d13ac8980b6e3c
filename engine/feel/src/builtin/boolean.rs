//! Functions about truth and about what is there.

use super::{Call, Signature, fixed, optional, or_null};
use crate::budget::Failure;
use crate::evaluate::Outcome;
use crate::value::Value;

pub(super) const SIGNATURES: &[Signature] = &[
    fixed("not", &["negand"], not),
    fixed("is defined", &["value"], is_defined),
    fixed("get or else", &["value", "default"], get_or_else),
    optional("fromAi", &["value", "description", "type", "schema", "options"], 1, |call| Ok(call.argument(0).clone())),
    optional("assert", &["value", "condition", "cause"], 2, assert),
    optional("is", &["value1", "value2"], 0, is),
];

fn not(call: &Call<'_, '_>) -> Outcome {
    Ok(match call.single(0) {
        Value::Boolean(value) => Value::Boolean(!value),
        _ => Value::Null,
    })
}

fn is_defined(call: &Call<'_, '_>) -> Outcome {
    Ok(Value::Boolean(!call.argument(0).is_null()))
}

fn get_or_else(call: &Call<'_, '_>) -> Outcome {
    let value = call.argument(0);
    Ok(if value.is_null() { call.argument(1).clone() } else { value.clone() })
}

fn assert(call: &Call<'_, '_>) -> Outcome {
    if call.argument(1).is_true() {
        return Ok(call.argument(0).clone());
    }
    let cause = call.text(2).unwrap_or("The condition is not fulfilled");
    Err(Failure::Assertion(format!("FEEL assertion failed: {cause}").into()))
}

/// `is` (10.3.4.13): two values of one kind that are equal; of times and dates with times, the zones as well.
/// By name one may be left out, and is null then.
fn is(call: &Call<'_, '_>) -> Outcome {
    if !call.is_named() && !call.is_given(1) {
        return Ok(Value::Null);
    }
    let (left, right) = (call.argument(0), call.argument(1));
    let is_same = match (left, right) {
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::DateTime(a), Value::DateTime(b)) => a == b,
        (left, right) => or_null!(Some(call.is_same(left, right)?)),
    };
    Ok(Value::Boolean(is_same))
}
