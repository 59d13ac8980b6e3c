//! Methods of strings.
//!
//! Indexes count UTF-16 units, as Java's do.

use super::model::{Object, int_argument, text_argument};
use crate::juel::Failure;
use casewright_engine_value::Value;
use regex::Regex;
use std::fmt::Write as _;
use std::sync::Arc;

/// Bytes of a text that a method makes of others.
const MAX_MADE: usize = 1 << 20;

pub(super) fn invoke(text: &Arc<str>, method: &str, arguments: &[Object]) -> Result<Option<Value>, Failure> {
    Ok(Some(match (method, arguments) {
        ("length", []) => Value::Integer(length(text)),
        ("isEmpty", []) => Value::Boolean(text.is_empty()),
        ("isBlank", []) => Value::Boolean(text.trim().is_empty()),
        ("toLowerCase", []) => Value::string(&text.to_lowercase()),
        ("toUpperCase", []) => Value::string(&text.to_uppercase()),
        ("trim" | "strip", []) => Value::string(text.trim()),
        ("intern", []) => Value::String(Arc::clone(text)),
        ("hashCode", []) => Value::Integer(hash_code(text)),
        ("concat", [other]) => concat(text, &text_argument(other)?)?,
        ("equalsIgnoreCase", [other]) => Value::Boolean(text.to_lowercase() == text_argument(other)?.to_lowercase()),
        ("contains", [other]) => Value::Boolean(text.contains(text_argument(other)?.as_str())),
        ("startsWith", [other]) => Value::Boolean(text.starts_with(text_argument(other)?.as_str())),
        ("endsWith", [other]) => Value::Boolean(text.ends_with(text_argument(other)?.as_str())),
        ("indexOf", [other]) => Value::Integer(index(text, text.find(&text_argument(other)?))),
        ("lastIndexOf", [other]) => Value::Integer(index(text, text.rfind(&text_argument(other)?))),
        ("charAt", [at]) => {
            let at = int_argument(at)?;
            Value::string(&slice(text, at, at + 1)?)
        }
        ("substring", [from]) => {
            let from = int_argument(from)?;
            Value::string(&slice(text, from, i64::from(length(text)))?)
        }
        ("substring" | "subSequence", [from, to]) => {
            Value::string(&slice(text, int_argument(from)?, int_argument(to)?)?)
        }
        ("replace", [from, to]) => replace(text, &text_argument(from)?, &text_argument(to)?)?,
        ("repeat", [times]) => repeat(text, int_argument(times)?)?,
        ("matches", [pattern]) => {
            let pattern = text_argument(pattern)?;
            Value::Boolean(compile(&format!("^(?:{pattern})$"))?.is_match(text))
        }
        ("replaceAll", [pattern, to]) => {
            replace_matches(text, &compile(&text_argument(pattern)?)?, &text_argument(to)?, usize::MAX)?
        }
        ("replaceFirst", [pattern, to]) => {
            replace_matches(text, &compile(&text_argument(pattern)?)?, &text_argument(to)?, 1)?
        }
        ("split", [pattern]) => split(text, &text_argument(pattern)?)?,
        _ => return Ok(None),
    }))
}

fn length(text: &str) -> i32 {
    i32::try_from(text.encode_utf16().count()).unwrap_or(i32::MAX)
}

/// Java's index of a byte position, -1 for none.
fn index(text: &str, found: Option<usize>) -> i32 {
    found.map_or(-1, |byte| length(&text[..byte]))
}

fn slice(text: &str, from: i64, to: i64) -> Result<String, Failure> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let outside = || Failure::evaluation(format!("begin {from}, end {to}, length {}", units.len()));
    let start = usize::try_from(from).map_err(|_| outside())?;
    let end = usize::try_from(to).map_err(|_| outside())?;
    let part = units.get(start..end).ok_or_else(outside)?;
    Ok(String::from_utf16_lossy(part))
}

fn repeat(text: &str, times: i64) -> Result<Value, Failure> {
    let times = usize::try_from(times).map_err(|_| Failure::evaluation(format!("count is negative: {times}")))?;
    within_limit(text.len().saturating_mul(times))?;
    Ok(Value::string(&text.repeat(times)))
}

fn concat(text: &str, other: &str) -> Result<Value, Failure> {
    within_limit(text.len() + other.len())?;
    Ok(Value::String(Arc::from([text, other].concat())))
}

fn replace(text: &str, from: &str, to: &str) -> Result<Value, Failure> {
    let longer = to.len().saturating_sub(from.len());
    if longer > 0 {
        within_limit(text.len().saturating_add(text.matches(from).count().saturating_mul(longer)))?;
    }
    Ok(Value::string(&text.replace(from, to)))
}

/// The first so many matches, by what Java's replacement says.
fn replace_matches(text: &str, pattern: &Regex, to: &str, most: usize) -> Result<Value, Failure> {
    let to = replacement(to);
    let mut out = String::new();
    let mut rest = 0;
    for found in pattern.captures_iter(text).take(most) {
        let Some(whole) = found.get(0) else { continue };
        out.push_str(&text[rest..whole.start()]);
        found.expand(&to, &mut out);
        rest = whole.end();
        within_limit(out.len())?;
    }
    out.push_str(&text[rest..]);
    Ok(Value::String(Arc::from(out)))
}

/// Before a text is made longer. A text that was given may be longer than any that a method makes.
fn within_limit(length: usize) -> Result<(), Failure> {
    if length <= MAX_MADE {
        return Ok(());
    }
    let (what, limit) = ("length of a string", MAX_MADE.to_string());
    Err(Failure::Raised(casewright_engine_value::EvaluationError::Limit { what, limit }))
}

/// Trailing empty parts are dropped, as `String.split` does.
fn split(text: &str, pattern: &str) -> Result<Value, Failure> {
    let mut parts: Vec<&str> = compile(pattern)?.split(text).collect();
    if parts.len() > 1 && parts.first() == Some(&"") && pattern.is_empty() {
        parts.remove(0);
    }
    while parts.len() > 1 && parts.last() == Some(&"") {
        parts.pop();
    }
    Ok(Value::List(Arc::new(parts.into_iter().map(Value::string).collect())))
}

fn compile(pattern: &str) -> Result<Regex, Failure> {
    regex::RegexBuilder::new(pattern)
        .size_limit(1 << 20)
        .build()
        .map_err(|error| Failure::evaluation(format!("not a supported pattern '{pattern}': {error}")))
}

/// `$1` -> `${1}`, so that a letter after the digit is not taken for part of a group's name.
fn replacement(java: &str) -> String {
    let mut out = String::new();
    let mut letters = java.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('$') => out.push_str("$$"),
                Some(other) => out.push(other),
                None => {}
            },
            '$' => {
                let mut digits = String::new();
                while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                if digits.is_empty() {
                    out.push_str("$$");
                } else {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "${{{digits}}}");
                }
            }
            other => out.push(other),
        }
    }
    out
}

fn hash_code(text: &str) -> i32 {
    text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}
