//! `java.util.List` and `java.util.Map`, and decision results, which are lists of maps with readers of their own.

use super::model::{self, Object, Outcome, int_argument, same, text_argument};
use crate::java::{class_name, to_text};
use crate::juel::{Failure, coerce};
use casewright_engine_value::Value;
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::sync::Arc;

type Entries = IndexMap<SmolStr, Value>;

/// `list[index]`: null outside its bounds. A decision result has named readers too.
pub(super) fn element(items: &Arc<Vec<Value>>, name: &Value) -> Result<Value, Failure> {
    if let Value::String(text) = name
        && text.parse::<i64>().is_err()
        && let Some(value) = result_reader(items, &format!("get{}", capitalised(text)), &[])?
    {
        return Ok(value);
    }
    let index = coerce::to_long(name)?;
    Ok(usize::try_from(index).ok().and_then(|index| items.get(index)).cloned().unwrap_or_default())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

pub(super) fn invoke_list(
    items: &Arc<Vec<Value>>,
    method: &str,
    arguments: &[Object],
) -> Result<Option<Outcome>, Failure> {
    let value = match (method, arguments) {
        ("size", []) => Value::Integer(count(items.len())),
        ("isEmpty", []) => Value::Boolean(items.is_empty()),
        ("get", [index]) => items.get(position(index, items.len())?).cloned().unwrap_or_default(),
        ("contains", [sought]) => Value::Boolean(find(items, sought)?.is_some()),
        ("indexOf", [sought]) => Value::Integer(find(items, sought)?.map_or(-1, count)),
        ("containsAll", [others]) => {
            let others = list_argument(others)?;
            Value::Boolean(others.iter().all(|other| items.iter().any(|item| loosely_same(item, other))))
        }
        ("subList", [from, to]) => sub_list(items, int_argument(from)?, int_argument(to)?)?,
        ("iterator" | "stream" | "toArray", []) => Value::List(Arc::clone(items)),
        _ => return change_list(items, method, arguments),
    };
    Ok(Some(Outcome::of(value)))
}

fn change_list(items: &Arc<Vec<Value>>, method: &str, arguments: &[Object]) -> Result<Option<Outcome>, Failure> {
    let mut changed = items.as_ref().clone();
    let result = match (method, arguments) {
        ("add", [item]) => {
            changed.push(item.to_value()?);
            Value::Boolean(true)
        }
        ("add", [index, item]) => {
            let at = usize::try_from(int_argument(index)?).unwrap_or(usize::MAX);
            if at > changed.len() {
                return Err(out_of_bounds(index, changed.len()));
            }
            changed.insert(at, item.to_value()?);
            Value::Null
        }
        ("addAll", [others]) => {
            changed.extend(list_argument(others)?.iter().cloned());
            Value::Boolean(changed.len() > items.len())
        }
        ("set", [index, item]) => {
            let at = position(index, changed.len())?;
            std::mem::replace(&mut changed[at], item.to_value()?)
        }
        ("remove", [Object::Plain(Value::Integer(_) | Value::Long(_))]) => {
            changed.remove(position(&arguments[0], items.len())?)
        }
        ("remove", [sought]) => match find(items, sought)? {
            Some(at) => {
                changed.remove(at);
                Value::Boolean(true)
            }
            None => Value::Boolean(false),
        },
        ("clear", []) => {
            changed.clear();
            Value::Null
        }
        _ => return Ok(result_reader(items, method, arguments)?.map(Outcome::of)),
    };
    Ok(Some(Outcome { result: Object::Plain(result), changed: Some(Value::List(Arc::new(changed))) }))
}

/// `DmnDecisionResult`: `getSingleResult()`, `getFirstResult()`, `collectEntries(name)`, `getSingleEntry()`, `getResultList()`.
fn result_reader(items: &Arc<Vec<Value>>, method: &str, arguments: &[Object]) -> Result<Option<Value>, Failure> {
    if !items.iter().all(|item| matches!(item, Value::Map(_))) {
        return Ok(None);
    }
    Ok(Some(match (method, arguments) {
        ("getSingleResult", []) => single_result(items)?,
        ("getFirstResult", []) => items.first().cloned().unwrap_or_default(),
        ("getResultList", []) => Value::List(Arc::clone(items)),
        ("getSingleEntry", []) => match single_result(items)? {
            Value::Map(entries) => single_entry(&entries)?,
            _ => Value::Null,
        },
        ("getFirstEntry", []) => match items.first() {
            Some(Value::Map(entries)) => entries.values().next().cloned().unwrap_or_default(),
            _ => Value::Null,
        },
        ("collectEntries", [name]) => {
            let name = text_argument(name)?;
            Value::List(Arc::new(
                items
                    .iter()
                    .filter_map(|item| match item {
                        Value::Map(entries) => entries.get(name.as_str()).cloned(),
                        _ => None,
                    })
                    .collect(),
            ))
        }
        _ => return Ok(None),
    }))
}

fn single_result(items: &[Value]) -> Result<Value, Failure> {
    match items {
        [] => Ok(Value::Null),
        [single] => Ok(single.clone()),
        more => Err(Failure::evaluation(format!(
            "DMN-01008 Unable to return single decision result entry as it has more than one entry '{}'",
            to_text(&Value::List(Arc::new(more.to_vec())))
        ))),
    }
}

fn single_entry(entries: &Entries) -> Result<Value, Failure> {
    match entries.len() {
        0 => Ok(Value::Null),
        1 => Ok(entries.values().next().cloned().unwrap_or_default()),
        _ => Err(Failure::evaluation(format!(
            "DMN-01007 Unable to return single decision rule result entry as it has more than one entry '{}'",
            to_text(&Value::Map(Arc::new(entries.clone())))
        ))),
    }
}

pub(super) fn invoke_map(
    entries: &Arc<Entries>,
    method: &str,
    arguments: &[Object],
) -> Result<Option<Outcome>, Failure> {
    let value = match (method, arguments) {
        ("size", []) => Value::Integer(count(entries.len())),
        ("isEmpty", []) => Value::Boolean(entries.is_empty()),
        ("get" | "getEntry", [key]) => entries.get(text_argument(key)?.as_str()).cloned().unwrap_or_default(),
        ("getOrDefault", [key, default]) => match entries.get(text_argument(key)?.as_str()) {
            Some(found) => found.clone(),
            None => default.to_value()?,
        },
        ("containsKey", [key]) => Value::Boolean(entries.contains_key(text_argument(key)?.as_str())),
        ("containsValue", [sought]) => {
            let sought = sought.to_value()?;
            Value::Boolean(entries.values().any(|value| loosely_same(value, &sought)))
        }
        ("keySet", []) => Value::List(Arc::new(entries.keys().map(|key| Value::string(key)).collect())),
        ("values", []) => Value::List(Arc::new(entries.values().cloned().collect())),
        ("entrySet", []) => Value::List(Arc::new(entries.iter().map(entry_object).collect())),
        ("getEntryMap", []) => Value::Map(Arc::clone(entries)),
        ("getSingleEntry", []) => single_entry(entries)?,
        ("getFirstEntry", []) => entries.values().next().cloned().unwrap_or_default(),
        _ => return change_map(entries, method, arguments),
    };
    Ok(Some(Outcome::of(value)))
}

fn entry_object((key, value): (&SmolStr, &Value)) -> Value {
    Value::Map(Arc::new(IndexMap::from([
        (SmolStr::new_static("key"), Value::string(key)),
        (SmolStr::new_static("value"), value.clone()),
    ])))
}

fn change_map(entries: &Arc<Entries>, method: &str, arguments: &[Object]) -> Result<Option<Outcome>, Failure> {
    let mut changed = entries.as_ref().clone();
    let result = match (method, arguments) {
        ("put", [key, value]) => {
            changed.insert(SmolStr::from(text_argument(key)?), value.to_value()?).unwrap_or_default()
        }
        ("remove", [key]) => changed.shift_remove(text_argument(key)?.as_str()).unwrap_or_default(),
        ("putAll", [others]) => match model::as_collection(others.to_value()?) {
            Value::Map(others) => {
                changed.extend(others.iter().map(|(key, value)| (key.clone(), value.clone())));
                Value::Null
            }
            _ => return Ok(None),
        },
        ("clear", []) => {
            changed.clear();
            Value::Null
        }
        _ => return Ok(None),
    };
    Ok(Some(Outcome { result: Object::Plain(result), changed: Some(Value::Map(Arc::new(changed))) }))
}

fn sub_list(items: &[Value], from: i64, to: i64) -> Result<Value, Failure> {
    let range = usize::try_from(from).ok().zip(usize::try_from(to).ok()).and_then(|(from, to)| items.get(from..to));
    range
        .map(|part| Value::List(Arc::new(part.to_vec())))
        .ok_or_else(|| Failure::evaluation(format!("fromIndex: {from}, toIndex: {to}, size: {}", items.len())))
}

fn list_argument(argument: &Object) -> Result<Arc<Vec<Value>>, Failure> {
    match model::as_collection(argument.to_value()?) {
        Value::List(items) => Ok(items),
        other => Err(Failure::evaluation(format!(
            "Cannot convert {} of class {} to class java.util.Collection",
            to_text(&other),
            class_name(&other)
        ))),
    }
}

fn find(items: &[Value], sought: &Object) -> Result<Option<usize>, Failure> {
    let sought = sought.to_value()?;
    Ok(items.iter().position(|item| loosely_same(item, &sought)))
}

/// Java's `equals`, except that whole numbers of different width are equal: literals of an expression are always long,
/// while an element may have been an integer in JSON.
fn loosely_same(item: &Value, sought: &Value) -> bool {
    let whole = |value: &Value| {
        matches!(value, Value::Short(_) | Value::Integer(_) | Value::Long(_))
            .then(|| coerce::to_long(value).ok())
            .flatten()
    };
    match (whole(item), whole(sought)) {
        (Some(left), Some(right)) => left == right,
        _ => same(item, sought),
    }
}

fn position(index: &Object, length: usize) -> Result<usize, Failure> {
    usize::try_from(int_argument(index)?).ok().filter(|at| *at < length).ok_or_else(|| out_of_bounds(index, length))
}

fn out_of_bounds(index: &Object, length: usize) -> Failure {
    let index = text_argument(index).unwrap_or_default();
    Failure::evaluation(format!("Index {index} out of bounds for length {length}"))
}

fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}
