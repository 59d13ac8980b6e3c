//! Places in data: names of members and numbers of rows, from the outside in.

use crate::fault::escape;
use serde_json::{Map, Value};

/// A place, as the parts of its pointer.
pub(crate) type Place = Vec<String>;

/// A place further in.
pub(crate) fn below(base: &[String], path: &[String]) -> Place {
    base.iter().chain(path).cloned().collect()
}

/// JSON pointer of a place (RFC 6901).
pub(crate) fn pointer(place: &[String]) -> String {
    place.iter().map(|part| format!("/{}", escape(part))).collect()
}

/// What is at a place.
pub(crate) fn get<'a>(data: &'a Map<String, Value>, place: &[String]) -> Option<&'a Value> {
    let (first, rest) = place.split_first()?;
    rest.iter().try_fold(data.get(first)?, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

/// Puts a value at a place; objects on the way are made, rows are not.
pub(crate) fn put(data: &mut Map<String, Value>, place: &[String], value: Value) {
    let Some((first, rest)) = place.split_first() else {
        return;
    };
    if rest.is_empty() {
        data.insert(first.clone(), value);
        return;
    }
    let mut open = data.entry(first.clone()).or_insert(Value::Null);
    for (index, part) in rest.iter().enumerate() {
        if open.is_null() {
            *open = Value::Object(Map::new());
        }
        let is_last = index + 1 == rest.len();
        open = match open {
            Value::Object(members) if is_last => {
                members.insert(part.clone(), value);
                return;
            }
            Value::Object(members) => members.entry(part.clone()).or_insert(Value::Null),
            Value::Array(items) => match part.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                Some(item) if is_last => {
                    *item = value;
                    return;
                }
                Some(item) => item,
                None => return,
            },
            _ => return,
        };
    }
}

/// Takes the value out of a place, and with it what is left empty around it. A row that is taken out leaves its number.
pub(crate) fn clear(data: &mut Map<String, Value>, place: &[String]) {
    let Some((last, around)) = place.split_last() else {
        return;
    };
    let mut root = Value::Object(std::mem::take(data));
    let container = around.iter().try_fold(&mut root, |value, part| match value {
        Value::Object(members) => members.get_mut(part),
        Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?),
        _ => None,
    });
    let is_left_empty = match container {
        Some(Value::Object(members)) => members.remove(last).is_some() && members.is_empty(),
        Some(Value::Array(items)) => {
            if let Some(item) = last.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                *item = Value::Null;
            }
            items.iter().all(Value::is_null)
        }
        _ => false,
    };
    if let Value::Object(members) = root {
        *data = members;
    }
    if is_left_empty && !around.is_empty() {
        clear(data, around);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn place(text: &str) -> Place {
        text.split('/').map(str::to_owned).collect()
    }

    #[test]
    fn what_is_cleared_takes_the_empty_around_it_along() {
        let mut data = json!({"a": {"b": {"c": 1}}, "rows": [{"x": 1}, {"y": 2}], "z": 1});
        let data = data.as_object_mut().unwrap();
        clear(data, &place("a/b/c"));
        clear(data, &place("rows/0/x"));
        clear(data, &place("missing/x"));
        assert_eq!(Value::Object(data.clone()), json!({"rows": [null, {"y": 2}], "z": 1}));
        clear(data, &place("rows/1/y"));
        assert_eq!(Value::Object(data.clone()), json!({"z": 1}));
    }

    #[test]
    fn values_are_put_where_there_is_room() {
        let mut data = json!({"rows": [{}], "text": "x"});
        let data = data.as_object_mut().unwrap();
        put(data, &place("a/b"), json!(1));
        put(data, &place("rows/0/x"), json!(2));
        put(data, &place("rows/7/x"), json!(3));
        put(data, &place("text/x"), json!(4));
        assert_eq!(Value::Object(data.clone()), json!({"rows": [{"x": 2}], "text": "x", "a": {"b": 1}}));
        assert_eq!(get(data, &place("rows/0/x")), Some(&json!(2)));
    }
}
