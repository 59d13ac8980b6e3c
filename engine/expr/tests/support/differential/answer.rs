//! When two answers are the same: numbers by their value, failures whatever their words, all else by kind and text.

use casewright_engine_feel::Number;
use serde_json::Value as Json;

/// How closely numbers are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closeness {
    Exact,
    /// One of both reckons in doubles.
    Doubles,
}

pub(crate) fn is_error(answer: &Json) -> bool {
    answer.get("error").is_some()
}

/// `number`, `text`, `null`, ...: what an answer is, for groups of differences.
pub(crate) fn kind(answer: &Json) -> &str {
    match answer {
        Json::Null => "null",
        Json::Bool(true) => "true",
        Json::Bool(false) => "false",
        Json::String(_) => "text",
        Json::Array(_) => "list",
        Json::Number(_) => "number",
        Json::Object(pair) => pair.keys().next().map_or("nothing", String::as_str),
    }
}

pub(crate) fn same(left: &Json, right: &Json, closeness: Closeness) -> bool {
    match (left, right) {
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(a, b)| same(a, b, closeness))
        }
        (Json::Object(left), Json::Object(right)) => {
            if left.contains_key("error") || right.contains_key("error") {
                return left.contains_key("error") && right.contains_key("error");
            }
            left.len() == right.len()
                && left.iter().all(|(name, a)| {
                    right.get(name).is_some_and(|b| match name.as_str() {
                        "number" | "Double" => same_number(a, b, closeness) || same(a, b, closeness),
                        _ => same(a, b, closeness),
                    })
                })
        }
        (left, right) => left == right,
    }
}

fn same_number(left: &Json, right: &Json, closeness: Closeness) -> bool {
    let (Some(left), Some(right)) = (left.as_str(), right.as_str()) else {
        return false;
    };
    match closeness {
        Closeness::Exact => match (Number::parse(left), Number::parse(right)) {
            (Some(left), Some(right)) => left == right,
            _ => false,
        },
        Closeness::Doubles => match (left.parse::<f64>(), right.parse::<f64>()) {
            (Ok(left), Ok(right)) => (left - right).abs() <= 1e-9 * left.abs().max(right.abs()).max(1.0),
            _ => false,
        },
    }
}
