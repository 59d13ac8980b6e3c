//! `java.lang.Number` and `Boolean`.

use crate::java::to_text;
use crate::juel::{Failure, coerce};
use casewright_engine_value::Value;

pub(super) fn invoke(value: &Value, method: &str) -> Result<Option<Value>, Failure> {
    Ok(Some(match method {
        "intValue" => Value::Integer(int_value(value)?),
        "longValue" => Value::Long(coerce::to_long(value)?),
        "shortValue" => Value::Short(int_value(value)? as i16),
        "doubleValue" | "floatValue" => Value::Double(coerce::to_double(value)?),
        "toString" => Value::string(&to_text(value)),
        _ => return Ok(None),
    }))
}

/// Java narrows a long by its low bits and a double to the nearest end of the range.
fn int_value(value: &Value) -> Result<i32, Failure> {
    Ok(match value {
        Value::Double(n) => *n as i32,
        other => coerce::to_long(other)? as i32,
    })
}
