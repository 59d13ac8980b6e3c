//! EL's type conversions and operators (EL 2.2, sections 1.7 to 1.9 and 1.18), with JUEL's messages.

use super::failure::Failure;
use super::operator::Binary;
use crate::java::{class_name, to_text};
use casewright_engine_value::Value;
use std::cmp::Ordering;

pub(crate) fn to_boolean(value: &Value) -> Result<bool, Failure> {
    match value {
        Value::Null => Ok(false),
        Value::Boolean(value) => Ok(*value),
        Value::String(text) => Ok(text.eq_ignore_ascii_case("true")),
        other => Err(cannot_coerce_type(other, "java.lang.Boolean")),
    }
}

pub(crate) fn to_long(value: &Value) -> Result<i64, Failure> {
    match value {
        Value::Null => Ok(0),
        Value::Short(n) => Ok(i64::from(*n)),
        Value::Integer(n) => Ok(i64::from(*n)),
        Value::Long(n) => Ok(*n),
        Value::Double(n) => Ok(*n as i64),
        Value::String(text) if text.is_empty() => Ok(0),
        Value::String(text) => text.parse().map_err(|_| cannot_coerce_value(text, "java.lang.Long")),
        other => Err(cannot_coerce_type(other, "java.lang.Long")),
    }
}

pub(crate) fn to_double(value: &Value) -> Result<f64, Failure> {
    match value {
        Value::Null => Ok(0.0),
        Value::Short(n) => Ok(f64::from(*n)),
        Value::Integer(n) => Ok(f64::from(*n)),
        Value::Long(n) => Ok(*n as f64),
        Value::Double(n) => Ok(*n),
        Value::String(text) if text.is_empty() => Ok(0.0),
        Value::String(text) => text.trim().parse().map_err(|_| cannot_coerce_value(text, "java.lang.Double")),
        other => Err(cannot_coerce_type(other, "java.lang.Double")),
    }
}

/// `empty`: null, `""`, and lists and maps without elements.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

pub(crate) fn negate(value: &Value) -> Result<Value, Failure> {
    Ok(match value {
        Value::Null => Value::Long(0),
        Value::Short(n) => Value::Short(n.wrapping_neg()),
        Value::Integer(n) => Value::Integer(n.wrapping_neg()),
        Value::Long(n) => Value::Long(n.wrapping_neg()),
        Value::Double(n) => Value::Double(-n),
        Value::String(text) if looks_fractional(text) => Value::Double(-to_double(value)?),
        Value::String(_) => Value::Long(to_long(value)?.wrapping_neg()),
        other => {
            return Err(Failure::evaluation(format!("Cannot negate '{}'", class_name(other))));
        }
    })
}

/// `+ - * / %`.
pub(crate) fn arithmetic(operator: Binary, left: &Value, right: &Value) -> Result<Value, Failure> {
    if matches!((left, right), (Value::Null, Value::Null)) {
        return Ok(Value::Long(0));
    }
    if operator == Binary::Divide {
        return Ok(Value::Double(to_double(left)? / to_double(right)?));
    }
    if is_fractional(left) || is_fractional(right) {
        let (left, right) = (to_double(left)?, to_double(right)?);
        return Ok(Value::Double(match operator {
            Binary::Add => left + right,
            Binary::Subtract => left - right,
            Binary::Multiply => left * right,
            _ => left % right,
        }));
    }
    let (left, right) = (to_long(left)?, to_long(right)?);
    Ok(Value::Long(match operator {
        Binary::Add => left.wrapping_add(right),
        Binary::Subtract => left.wrapping_sub(right),
        Binary::Multiply => left.wrapping_mul(right),
        _ if right == 0 => return Err(Failure::evaluation("/ by zero".to_owned())),
        _ => left.wrapping_rem(right),
    }))
}

/// `==`: null equals only null; otherwise the wider of the two types decides.
pub(crate) fn equal(left: &Value, right: &Value) -> Result<bool, Failure> {
    match (left, right) {
        (Value::Null, Value::Null) => Ok(true),
        (Value::Null, _) | (_, Value::Null) => Ok(false),
        _ if is_double(left) || is_double(right) => Ok(to_double(left)? == to_double(right)?),
        _ if is_integral(left) || is_integral(right) => Ok(to_long(left)? == to_long(right)?),
        (Value::Boolean(_), _) | (_, Value::Boolean(_)) => Ok(to_boolean(left)? == to_boolean(right)?),
        (Value::String(_), _) | (_, Value::String(_)) => Ok(to_text(left) == to_text(right)),
        _ => Ok(left == right),
    }
}

/// `< > <= >=`. A comparison with null is false.
pub(crate) fn compare(operator: Binary, left: &Value, right: &Value) -> Result<bool, Failure> {
    if matches!((left, right), (Value::Null, Value::Null)) {
        return Ok(matches!(operator, Binary::LessOrEqual | Binary::GreaterOrEqual));
    }
    if matches!(left, Value::Null) || matches!(right, Value::Null) {
        return Ok(false);
    }
    let ordering = order(left, right)?;
    Ok(match operator {
        Binary::Less => ordering == Some(Ordering::Less),
        Binary::Greater => ordering == Some(Ordering::Greater),
        Binary::LessOrEqual => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
        _ => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
    })
}

/// None when one of them is not a number (`NaN`).
fn order(left: &Value, right: &Value) -> Result<Option<Ordering>, Failure> {
    if is_double(left) || is_double(right) {
        return Ok(to_double(left)?.partial_cmp(&to_double(right)?));
    }
    if is_integral(left) || is_integral(right) {
        return Ok(Some(to_long(left)?.cmp(&to_long(right)?)));
    }
    match (left, right) {
        (Value::String(_), _) | (_, Value::String(_)) => Ok(Some(to_text(left).cmp(&to_text(right)))),
        (Value::Date(left), Value::Date(right)) => Ok(Some(left.cmp(right))),
        (Value::Boolean(left), Value::Boolean(right)) => Ok(Some(left.cmp(right))),
        _ => Err(Failure::evaluation(format!("Cannot compare '{}' and '{}'", class_name(left), class_name(right)))),
    }
}

fn is_double(value: &Value) -> bool {
    matches!(value, Value::Double(_))
}

fn is_integral(value: &Value) -> bool {
    matches!(value, Value::Short(_) | Value::Integer(_) | Value::Long(_))
}

/// A double, or text that JUEL takes for one because it has a point or an exponent in it.
fn is_fractional(value: &Value) -> bool {
    match value {
        Value::Double(_) => true,
        Value::String(text) => looks_fractional(text),
        _ => false,
    }
}

fn looks_fractional(text: &str) -> bool {
    text.contains(['.', 'e', 'E'])
}

fn cannot_coerce_value(text: &str, target: &str) -> Failure {
    Failure::evaluation(format!("Cannot coerce '{text}' to class {target}"))
}

fn cannot_coerce_type(value: &Value, target: &str) -> Failure {
    Failure::evaluation(format!("Cannot coerce from class {} to class {target}", class_name(value)))
}
