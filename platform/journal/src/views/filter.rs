//! What a filter means, in memory: the definition the stores are tested against, and the way to filter live entries.

use crate::views::view::Filter;
use casewright_rows::{Document, lookup};
use serde_json::{Number, Value};
use std::cmp::Ordering;

impl Filter {
    /// Whether a document passes. `joined` answers [`Filter::InView`]: the values of a field of the rows of another view
    /// that pass a filter.
    pub fn matches(&self, document: &Document, joined: &dyn Fn(&'static str, &str, &Filter) -> Vec<Value>) -> bool {
        match self {
            Self::All => true,
            Self::And(parts) => parts.iter().all(|part| part.matches(document, joined)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(document, joined)),
            Self::Not(part) => !part.matches(document, joined),
            Self::Eq(field, value) => equal(lookup(document, field), value),
            Self::Ne(field, value) => !equal(lookup(document, field), value),
            Self::Lt(field, value) => is(document, field, value, &[Ordering::Less]),
            Self::Lte(field, value) => is(document, field, value, &[Ordering::Less, Ordering::Equal]),
            Self::Gt(field, value) => is(document, field, value, &[Ordering::Greater]),
            Self::Gte(field, value) => is(document, field, value, &[Ordering::Greater, Ordering::Equal]),
            Self::In(field, values) => {
                let found = lookup(document, field);
                values.iter().any(|value| equal(found, value))
            }
            Self::Like { field, pattern, ignore_case } => {
                text(document, field).is_some_and(|text| like(text, pattern, *ignore_case))
            }
            Self::EqIgnoreCase(field, wanted) => text(document, field).is_some_and(|text| fold(text) == fold(wanted)),
            Self::IsNull(field) => is_null(lookup(document, field)),
            Self::NotNull(field) => !is_null(lookup(document, field)),
            Self::Contains(field, value) => holds(document, field, value),
            Self::ContainsAny(field, values) => values.iter().any(|value| holds(document, field, value)),
            Self::InView { field, view, select, filter } => {
                let found = lookup(document, field);
                matches!(found, Some(Value::String(_) | Value::Number(_)))
                    && joined(view, select, filter).iter().any(|value| equal(found, value))
            }
        }
    }

    /// The views it asks besides its own.
    pub(crate) fn joined_views(&self, into: &mut Vec<&'static str>) {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                for part in parts {
                    part.joined_views(into);
                }
            }
            Self::Not(part) => part.joined_views(into),
            Self::InView { view, filter, .. } => {
                into.push(view);
                filter.joined_views(into);
            }
            _ => {}
        }
    }
}

/// Case folding as the stores do it.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// SQL LIKE: `%` any run, `_` any one character, `\` takes the next character as it is.
pub(crate) fn like(text: &str, pattern: &str, ignore_case: bool) -> bool {
    if ignore_case {
        return like_chars(&chars(&fold(text)), &tokens(&fold(pattern)));
    }
    like_chars(&chars(text), &tokens(pattern))
}

/// One step of a LIKE pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LikeToken {
    Any,
    One,
    Char(char),
}

pub(crate) fn tokens(pattern: &str) -> Vec<LikeToken> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        tokens.push(match c {
            '%' => LikeToken::Any,
            '_' => LikeToken::One,
            '\\' => LikeToken::Char(rest.next().unwrap_or('\\')),
            other => LikeToken::Char(other),
        });
    }
    tokens
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

/// Greedy with one point to come back to, so it is linear in practice and never exponential.
fn like_chars(text: &[char], pattern: &[LikeToken]) -> bool {
    let (mut t, mut p) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(LikeToken::Any) => {
                back = Some((p, t));
                p += 1;
            }
            Some(LikeToken::One) => {
                t += 1;
                p += 1;
            }
            Some(LikeToken::Char(c)) if *c == text[t] => {
                t += 1;
                p += 1;
            }
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    t = from + 1;
                    p = star + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|token| *token == LikeToken::Any)
}

fn is(document: &Document, field: &str, value: &Value, orders: &[Ordering]) -> bool {
    lookup(document, field).and_then(|found| compare(found, value)).is_some_and(|order| orders.contains(&order))
}

fn text<'a>(document: &'a Document, field: &str) -> Option<&'a str> {
    lookup(document, field).and_then(Value::as_str)
}

fn holds(document: &Document, field: &str, value: &Value) -> bool {
    lookup(document, field)
        .and_then(Value::as_array)
        .is_some_and(|items| items.iter().any(|item| equal(Some(item), value)))
}

fn is_null(value: Option<&Value>) -> bool {
    matches!(value, None | Some(Value::Null))
}

fn equal(found: Option<&Value>, value: &Value) -> bool {
    match (found, value) {
        (None, Value::Null) => true,
        (Some(found), value) => (found.is_null() && value.is_null()) || compare(found, value) == Some(Ordering::Equal),
        (None, _) => false,
    }
}

/// The order of two scalars of one type; none otherwise.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => numbers(left, right),
        (Value::String(left), Value::String(right)) => Some(left.as_bytes().cmp(right.as_bytes())),
        _ => None,
    }
}

fn numbers(left: &Number, right: &Number) -> Option<Ordering> {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => Some(left.cmp(&right)),
        _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_follows_sql() {
        assert!(like("invoice-42", "invoice%", false));
        assert!(like("invoice-42", "%42", false));
        assert!(like("Invoice", "invoice", true));
        assert!(!like("Invoice", "invoice", false));
        assert!(like("a_b", "a\\_b", false));
        assert!(!like("axb", "a\\_b", false));
        assert!(like("", "%", false));
        assert!(!like("", "_", false));
        assert!(like("abcabc", "%b%c", false));
    }
}
