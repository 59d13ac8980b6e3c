//! Computed fields: in which order they are computed, and again when what they look at has changed.

use super::feel::{self, Scope};
use super::model::{FieldDefinition, FieldSet, FieldType};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// A computed field that is another one now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Recomputed {
    pub(crate) key: String,
    pub(crate) before: Value,
    pub(crate) after: Value,
}

/// A computed field with the keys that its formula looks at.
struct Formula<'a> {
    field: &'a FieldDefinition,
    text: &'a str,
    inputs: HashSet<&'a str>,
}

/// Those whose formula can be read: all of them, in what was published.
fn formulas(set: FieldSet<'_>) -> Vec<Formula<'_>> {
    let computed = set.fields.iter().filter(|field| field.kind == FieldType::Computed);
    computed
        .filter_map(|field| {
            let text = field.formula.as_deref()?;
            let expression = feel::parse(set, text).ok()?;
            let keys = set.fields.iter().map(|field| field.key.as_str());
            Some(Formula { field, text, inputs: keys.filter(|key| expression.mentions(key)).collect() })
        })
        .collect()
}

/// The formulas so that each comes after those it looks at.
///
/// # Errors
/// Keys of computed fields that look at each other, beginning and ending with the same.
fn ordered<'a>(formulas: &'a [Formula<'a>]) -> Result<Vec<&'a Formula<'a>>, Vec<&'a str>> {
    let mut order: Vec<&Formula<'_>> = Vec::new();
    let mut done: HashSet<&str> = HashSet::new();
    for start in formulas {
        // Depth first without recursion: the path, and which of the formulas is looked at next for each on it.
        let mut path: Vec<(&Formula<'_>, usize)> = vec![(start, 0)];
        while let Some((formula, next)) = path.pop() {
            if done.contains(formula.field.key.as_str()) {
                continue;
            }
            let wanted = formulas.iter().enumerate().skip(next).find(|(_, other)| {
                let key = other.field.key.as_str();
                formula.inputs.contains(key) && !done.contains(key)
            });
            let Some((index, other)) = wanted else {
                done.insert(&formula.field.key);
                order.push(formula);
                continue;
            };
            path.push((formula, index + 1));
            if let Some(begin) = path.iter().position(|(before, _)| before.field.key == other.field.key) {
                let keys = path.iter().skip(begin).map(|(on_path, _)| on_path.field.key.as_str());
                return Err(keys.chain([other.field.key.as_str()]).collect());
            }
            path.push((other, 0));
        }
    }
    Ok(order)
}

/// The computed fields that look at each other, as a path of keys that begins and ends with the same; none: there is no circle.
#[must_use]
pub(crate) fn circle(set: FieldSet<'_>) -> Option<Vec<String>> {
    let formulas = formulas(set);
    ordered(&formulas).err().map(|keys| keys.into_iter().map(str::to_owned).collect())
}

/// Computes what looks at one of the `changed` fields, and what looks at that; none: everything. `fields` has the new values
/// afterwards.
pub(crate) fn recompute(
    set: FieldSet<'_>,
    fields: &mut Map<String, Value>,
    changed: Option<&[&str]>,
    at: Timestamp,
) -> Vec<Recomputed> {
    let formulas = formulas(set);
    let mut moved: HashSet<String> = changed.into_iter().flatten().map(|key| (*key).to_owned()).collect();
    let mut all = Vec::new();
    for formula in ordered(&formulas).unwrap_or_default() {
        if changed.is_some() && !formula.inputs.iter().any(|input| moved.contains(*input)) {
            continue;
        }
        let key = &formula.field.key;
        let scope = Scope { set, fields, at };
        let after = feel::computed(&scope, formula.text, formula.field.result.unwrap_or_default());
        let before = fields.get(key).cloned().unwrap_or(Value::Null);
        if before == after {
            continue;
        }
        if after.is_null() {
            fields.remove(key);
        } else {
            fields.insert(key.clone(), after.clone());
        }
        moved.insert(key.clone());
        all.push(Recomputed { key: key.clone(), before, after });
    }
    all
}
