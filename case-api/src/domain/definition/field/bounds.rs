//! The least and the most that a field takes, and what its text looks like.

use super::model::{FieldDefinition, FieldType};
use super::moment;
use super::money::{self, Money};
use bigdecimal::BigDecimal;
use casewright_forms::FieldFault;
use jiff::Timestamp;
use jiff::civil::Date;
use regex::{Regex, RegexBuilder};
use serde_json::Value;
use std::str::FromStr;

/// Compiled size of a pattern, in bytes.
const MAX_COMPILED: usize = 64 * 1024;
/// Longest text of a pattern, in bytes.
const LONGEST_PATTERN: usize = 500;

/// Something that `min` and `max` compare; two of a field are of one kind.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Measure {
    Number(BigDecimal),
    Day(Date),
    Instant(Timestamp),
}

/// A value of a field; a bound of `money` is an amount as text.
fn measure(kind: FieldType, value: &Value) -> Option<Measure> {
    match kind {
        FieldType::Number => BigDecimal::from_str(&value.as_number()?.to_string()).ok().map(Measure::Number),
        FieldType::Money if value.is_object() => Money::read(value).ok().map(|money| Measure::Number(money.amount)),
        FieldType::Money => money::amount_of(value.as_str()?).map(Measure::Number),
        FieldType::Date => value.as_str()?.parse().ok().map(Measure::Day),
        FieldType::Datetime => moment::instant(value.as_str()?, false).ok().map(Measure::Instant),
        _ => None,
    }
}

/// Whether a bound can be compared with what a field of this kind holds.
#[must_use]
pub(crate) fn is_bound(kind: FieldType, value: &Value) -> bool {
    measure(kind, value).is_some()
}

/// Whether the two bounds leave room for a value.
#[must_use]
pub(crate) fn are_ordered(kind: FieldType, min: &Value, max: &Value) -> bool {
    match (measure(kind, min), measure(kind, max)) {
        (Some(min), Some(max)) => min <= max,
        _ => true,
    }
}

/// # Errors
/// What is wrong with the pattern, for its author.
pub(crate) fn pattern(text: &str) -> Result<Regex, String> {
    if text.len() > LONGEST_PATTERN {
        return Err(format!("a pattern is limited to {LONGEST_PATTERN} bytes"));
    }
    RegexBuilder::new(&format!("^(?:{text})$"))
        .size_limit(MAX_COMPILED)
        .build()
        .map_err(|_| "the pattern cannot be compiled (no look-around, no back-references)".to_owned())
}

/// Faults of a value that is of the kind of its field.
pub(crate) fn check(field: &FieldDefinition, value: &Value, pointer: &str, faults: &mut Vec<FieldFault>) {
    if let Some(measured) = measure(field.kind, value) {
        let is_below = |bound: &Value| measure(field.kind, bound).is_some_and(|bound| measured < bound);
        let is_above = |bound: &Value| measure(field.kind, bound).is_some_and(|bound| measured > bound);
        if let Some(min) = field.min.as_ref().filter(|min| is_below(min)) {
            faults.push(FieldFault::new(pointer, "min", &format!("at least {} is expected", told(min))));
        }
        if let Some(max) = field.max.as_ref().filter(|max| is_above(max)) {
            faults.push(FieldFault::new(pointer, "max", &format!("at most {} is expected", told(max))));
        }
    }
    match value {
        Value::String(text) if matches!(field.kind, FieldType::String | FieldType::Text) => {
            check_text(field, text, pointer, faults);
        }
        Value::Array(items) => check_count(field, items.len(), pointer, faults),
        _ => {}
    }
}

fn told(bound: &Value) -> String {
    bound.as_str().map_or_else(|| bound.to_string(), str::to_owned)
}

/// An empty text is no text: whether there must be one is asked elsewhere.
fn check_text(field: &FieldDefinition, text: &str, pointer: &str, faults: &mut Vec<FieldFault>) {
    if text.is_empty() {
        return;
    }
    let length = text.chars().count();
    let over = |limit: Option<u32>| limit.and_then(|limit| usize::try_from(limit).ok());
    if let Some(least) = over(field.min_length).filter(|least| length < *least) {
        faults.push(FieldFault::new(pointer, "too-short", &format!("at least {least} characters are expected")));
    }
    if let Some(most) = over(field.max_length).filter(|most| length > *most) {
        faults.push(FieldFault::new(pointer, "too-long", &format!("at most {most} characters are allowed")));
    }
    // One that cannot be compiled was refused when the definition was published.
    let matcher = field.pattern.as_deref().and_then(|text| pattern(text).ok());
    if matcher.is_some_and(|matcher| !matcher.is_match(text)) {
        faults.push(FieldFault::new(pointer, "pattern", "this is not written as it should be"));
    }
}

/// An empty list is no list: whether there must be one is asked elsewhere.
fn check_count(field: &FieldDefinition, count: usize, pointer: &str, faults: &mut Vec<FieldFault>) {
    let limit = |limit: Option<u32>| limit.and_then(|limit| usize::try_from(limit).ok());
    if let Some(least) = limit(field.min_items).filter(|least| count > 0 && count < *least) {
        faults.push(FieldFault::new(pointer, "too-few", &format!("at least {least} are expected")));
    }
    if let Some(most) = limit(field.max_items).filter(|most| count > *most) {
        faults.push(FieldFault::new(pointer, "too-many", &format!("at most {most} are allowed")));
    }
}
