//! Functions of contexts (DMN 1.5, 10.3.4.11).

use super::{Call, Signature, fixed, or_null, variadic};
use crate::budget::Failure;
use crate::env::context;
use crate::evaluate::Outcome;
use crate::value::{Context, Value};
use smol_str::SmolStr;
use std::sync::Arc;

pub(super) const SIGNATURES: &[Signature] = &[
    fixed("get value", &["m", "key"], get_value),
    fixed("get value", &["context", "key"], get_value),
    fixed("get value", &["context", "keys"], get_value),
    fixed("get entries", &["m"], get_entries),
    fixed("get entries", &["context"], get_entries),
    fixed("put", &["context", "key", "value"], put),
    fixed("context put", &["context", "key", "value"], put_by_key),
    fixed("context put", &["context", "keys", "value"], put),
    variadic("put all", &["contexts"], merge),
    variadic("context merge", &["contexts"], merge),
    fixed("context", &["entries"], from_entries),
];

fn entries_of(value: &Value) -> Option<&Arc<Context>> {
    match value {
        Value::Context(entries) => Some(entries),
        _ => None,
    }
}

/// One key, or a path of several.
fn keys_of(value: &Value) -> Option<Vec<SmolStr>> {
    match value {
        Value::String(key) => Some(vec![SmolStr::new(key)]),
        Value::List(keys) => keys.iter().map(|key| key.as_str().map(SmolStr::new)).collect(),
        _ => None,
    }
}

fn get_value(call: &Call<'_, '_>) -> Outcome {
    let keys = or_null!(keys_of(call.single(1)));
    if keys.is_empty() {
        return Ok(Value::Null);
    }
    let mut value = call.single(0).clone();
    for key in keys {
        let next = or_null!(entries_of(&value)).get(&key).cloned();
        value = or_null!(next);
    }
    Ok(value)
}

fn get_entries(call: &Call<'_, '_>) -> Outcome {
    let entries = or_null!(entries_of(call.single(0)));
    let mut all = Vec::with_capacity(entries.len());
    for (name, value) in entries.iter() {
        call.evaluator.meter.take(name.len() as u64 + 256)?;
        all.push(context([
            (SmolStr::new_static("key"), Value::string(name)),
            (SmolStr::new_static("value"), value.clone()),
        ]));
    }
    call.make_list(all)
}

fn weigh(call: &Call<'_, '_>, entries: &Context) -> Result<(), Failure> {
    call.evaluator.meter.take(entries.len() as u64 * 96)
}

fn put(call: &Call<'_, '_>) -> Outcome {
    let keys = or_null!(keys_of(call.single(1)));
    let entries = or_null!(entries_of(call.single(0)));
    Ok(put_at(call, entries, &keys, call.argument(2))?.map(Value::Context).unwrap_or_default())
}

/// A parameter named `key` takes one.
fn put_by_key(call: &Call<'_, '_>) -> Outcome {
    let is_named = call.evaluator.is_standard() && call.is_named();
    if is_named && call.text(1).is_none() { Ok(Value::Null) } else { put(call) }
}

/// None when the path leads through what is no context.
fn put_at(
    call: &Call<'_, '_>,
    entries: &Arc<Context>,
    keys: &[SmolStr],
    value: &Value,
) -> Result<Option<Arc<Context>>, Failure> {
    let Some((first, rest)) = keys.split_first() else {
        return Ok(None);
    };
    call.steps(1)?;
    weigh(call, entries)?;
    let value = if rest.is_empty() {
        value.clone()
    } else {
        if rest.len() > 64 {
            return Ok(None);
        }
        let empty = Arc::new(Context::new());
        let below = match entries.get(first) {
            Some(Value::Context(below)) => below,
            None => &empty,
            Some(_) => return Ok(None),
        };
        match put_at(call, below, rest, value)? {
            Some(below) => Value::Context(below),
            None => return Ok(None),
        }
    };
    let mut changed = entries.as_ref().clone();
    changed.insert(first.clone(), value);
    Ok(Some(Arc::new(changed)))
}

fn merge(call: &Call<'_, '_>) -> Outcome {
    let mut merged = Context::new();
    for value in or_null!(call.values()) {
        let entries = or_null!(entries_of(&value));
        weigh(call, entries)?;
        merged.extend(entries.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Ok(Value::Context(Arc::new(merged)))
}

/// Of contexts with `key` and `value`; a key twice is a mistake (10.3.4.11).
fn from_entries(call: &Call<'_, '_>) -> Outcome {
    let mut all = Context::new();
    for entry in or_null!(call.list(0)) {
        let entry = or_null!(entries_of(&entry));
        let key = or_null!(entry.get("key").and_then(Value::as_str));
        let value = or_null!(entry.get("value")).clone();
        call.evaluator.meter.take(key.len() as u64 + 96)?;
        if all.insert(SmolStr::new(key), value).is_some() {
            return Ok(Value::Null);
        }
    }
    Ok(Value::Context(Arc::new(all)))
}
