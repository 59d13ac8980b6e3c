//! Translates a policy's filter document into a journal filter.
//!
//! `{"all": true}`, `{"none": true}`, `{"and": [..]}`, `{"or": [..]}`, `{"not": ..}`, `{"eq": [field, value]}`, `ne`, `lt`,
//! `lte`, `gt`, `gte`, `{"in": [field, [values]]}`, `{"contains": [field, value]}`, `{"containsAny": [field, [values]]}`,
//! `{"isNull": field}`, `{"notNull": field}`. Anything else is an error, and an error denies.

use casewright_journal::{Field, Filter};
use serde_json::Value;

/// Deeper documents are refused.
const MAX_DEPTH: usize = 16;

/// Why a document is no filter.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("a filter is an object with exactly one key")]
    NotAnObject,
    #[error("there is no operator {0}")]
    UnknownOperator(String),
    #[error("{0} has other operands than it takes")]
    Operands(String),
    #[error("nested deeper than {MAX_DEPTH}")]
    TooDeep,
}

pub(crate) fn translate(document: &Value) -> Result<Filter, FilterError> {
    at_depth(document, 0)
}

fn at_depth(document: &Value, depth: usize) -> Result<Filter, FilterError> {
    if depth > MAX_DEPTH {
        return Err(FilterError::TooDeep);
    }
    let object = document.as_object().ok_or(FilterError::NotAnObject)?;
    let mut entries = object.iter();
    let (Some((operator, operands)), None) = (entries.next(), entries.next()) else {
        return Err(FilterError::NotAnObject);
    };
    let wrong = || FilterError::Operands(operator.clone());
    let all = |operands: &Value| -> Result<Vec<Filter>, FilterError> {
        let items = operands.as_array().ok_or_else(wrong)?;
        items.iter().map(|item| at_depth(item, depth + 1)).collect()
    };
    Ok(match operator.as_str() {
        "all" => Filter::All,
        "none" => Filter::Not(Box::new(Filter::All)),
        "and" => Filter::And(all(operands)?),
        "or" => Filter::Or(all(operands)?),
        "not" => Filter::Not(Box::new(at_depth(operands, depth + 1)?)),
        "isNull" => Filter::IsNull(field(operands).ok_or_else(wrong)?),
        "notNull" => Filter::NotNull(field(operands).ok_or_else(wrong)?),
        _ => {
            let (name, value) = pair(operands).ok_or_else(wrong)?;
            match operator.as_str() {
                "eq" => Filter::Eq(name, value.clone()),
                "ne" => Filter::Ne(name, value.clone()),
                "lt" => Filter::Lt(name, value.clone()),
                "lte" => Filter::Lte(name, value.clone()),
                "gt" => Filter::Gt(name, value.clone()),
                "gte" => Filter::Gte(name, value.clone()),
                "contains" => Filter::Contains(name, value.clone()),
                "in" => Filter::In(name, value.as_array().ok_or_else(wrong)?.clone()),
                "containsAny" => Filter::ContainsAny(name, value.as_array().ok_or_else(wrong)?.clone()),
                _ => return Err(FilterError::UnknownOperator(operator.clone())),
            }
        }
    })
}

fn pair(operands: &Value) -> Option<(Field, &Value)> {
    match operands.as_array()?.as_slice() {
        [name, value] => Some((field(name)?, value)),
        _ => None,
    }
}

/// A field is a dotted path of plain names: it becomes part of a query.
fn field(value: &Value) -> Option<Field> {
    let name = value.as_str()?;
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    is_plain.then(|| Field::named(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_becomes_a_filter() {
        let document = json!({"or": [{"isNull": "a.b"}, {"not": {"in": ["c", [1, 2]]}}]});
        assert_eq!(
            translate(&document).unwrap(),
            Filter::Or(vec![
                Filter::IsNull(Field::named("a.b")),
                Filter::Not(Box::new(Filter::In(Field::named("c"), vec![json!(1), json!(2)]))),
            ])
        );
    }

    #[test]
    fn what_is_no_filter_is_an_error_and_never_everything() {
        for document in [
            json!(true),
            json!({}),
            json!({"eq": ["a", 1], "ne": ["a", 1]}),
            json!({"eq": ["a"]}),
            json!({"eq": ["a'; drop", 1]}),
            json!({"like": ["a", "b"]}),
            json!({"and": {"all": true}}),
        ] {
            assert!(translate(&document).is_err(), "{document}");
        }
        let mut deep = json!({"all": true});
        for _ in 0..20 {
            deep = json!({"not": deep});
        }
        assert_eq!(translate(&deep), Err(FilterError::TooDeep));
    }
}
