//! Conversions (DMN 1.5, 10.3.4.1), and JSON.

use super::{Call, Signature, fixed, optional, or_null};
use crate::dialect::Dialect;
use crate::evaluate::Outcome;
use crate::number::Number;
use crate::operate;
use crate::text::{self, Bounded};
use crate::value::{Context, Value};
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::sync::Arc;

/// Longest text that a value is written as, in bytes.
const MAX_TEXT: usize = 8 << 20;

pub(super) const SIGNATURES: &[Signature] = &[
    fixed("string", &["from"], string),
    optional("number", &["from", "grouping separator", "decimal separator"], 1, number),
    fixed("to json", &["value"], to_json),
    fixed("from json", &["value"], from_json),
];

fn string(call: &Call<'_, '_>) -> Outcome {
    let value = call.argument(0);
    if value.is_null() {
        return Ok(Value::Null);
    }
    if call.evaluator.is_standard()
        && let Some(zero) = value.zero_duration()
    {
        return call.string(zero);
    }
    let text = match call.evaluator.dialect {
        Dialect::Standard => Bounded::styled(value, text::SPACED, MAX_TEXT),
        dialect if dialect.is_scala() => Bounded::styled(value, text::RAW, MAX_TEXT),
        _ => Bounded::styled(value, text::DOUBLES, MAX_TEXT),
    };
    call.string(&or_null!(text))
}

fn number(call: &Call<'_, '_>) -> Outcome {
    let is_separated = call.is_given(1) || call.is_given(2);
    if call.evaluator.is_scala() && is_separated && call.argument(1).is_null() && call.argument(2).is_null() {
        return Ok(Value::Null);
    }
    let mut text = match call.single(0) {
        Value::Number(_) if call.evaluator.is_scala() => return Ok(Value::Null),
        Value::Number(number) if call.evaluator.is_lenient() => return Ok(Value::Number(number.clone())),
        Value::Number(number) if !is_separated => return Ok(Value::Number(number.clone())),
        other => or_null!(other.as_str()).trim().to_owned(),
    };
    for (position, allowed, replacement) in [(1, [" ", ",", "."].as_slice(), ""), (2, [",", "."].as_slice(), ".")] {
        let separator = call.argument(position);
        if separator.is_null() {
            continue;
        }
        let separator = or_null!(separator.as_str());
        if !allowed.contains(&separator) || position == 2 && call.text(1) == Some(separator) {
            return Ok(Value::Null);
        }
        text = text.replace(separator, replacement);
    }
    Ok(operate::number(Number::parse(&text)))
}

fn to_json(call: &Call<'_, '_>) -> Outcome {
    let mut left = 100_000;
    let json = or_null!(json_of(call.argument(0), &mut left));
    let text = json.to_string();
    call.string(&text)
}

/// Dates, times and durations as their texts; none when there is too much of it.
fn json_of(value: &Value, left: &mut u32) -> Option<Json> {
    *left = left.checked_sub(1)?;
    Some(match value {
        Value::Null | Value::Function(_) => Json::Null,
        Value::Boolean(value) => Json::Bool(*value),
        Value::Number(number) => match number.to_i64() {
            Some(whole) => Json::from(whole),
            None => serde_json::Number::from_f64(number.to_f64()).map_or(Json::Null, Json::Number),
        },
        Value::List(items) => Json::Array(items.iter().map(|item| json_of(item, left)).collect::<Option<_>>()?),
        Value::Context(entries) => Json::Object(
            entries
                .iter()
                .map(|(name, value)| Some((name.to_string(), json_of(value, left)?)))
                .collect::<Option<_>>()?,
        ),
        text => Json::String(Bounded::of(text, MAX_TEXT)?),
    })
}

fn from_json(call: &Call<'_, '_>) -> Outcome {
    let text = or_null!(call.text(0));
    call.evaluator.meter.take(text.len() as u64 * 8)?;
    let json: Json = or_null!(serde_json::from_str(text).ok());
    Ok(of_json(json))
}

fn of_json(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Boolean(value),
        Json::Number(number) => operate::number(Number::parse(&number.to_string())),
        Json::String(text) => Value::string(&text),
        Json::Array(items) => Value::list(items.into_iter().map(of_json).collect()),
        Json::Object(members) => Value::Context(Arc::new(
            members.into_iter().map(|(name, value)| (SmolStr::new(name), of_json(value))).collect::<Context>(),
        )),
    }
}
