//! References to stored files, as a field of a case, a task or a form holds them: a list of
//! `{"fileId", "name", "size", "contentType"}`. Who sends one says which file; what it is called and how large it is, is
//! what the file store says.

use crate::schema::{self, Component, Kind};
use serde_json::{Map, Value};

/// Files of one field.
pub const MAX_FILES: usize = 50;
/// Longest id of a file.
const MAX_ID: usize = 128;

/// What a value that is not one should have been, for people.
pub const EXPECTED: &str = "a list of uploaded files is expected";

/// Whether this is such a list.
pub fn is_list(value: &Value) -> bool {
    value.as_array().is_some_and(|files| files.len() <= MAX_FILES && files.iter().all(|file| file_id(file).is_some()))
}

/// Which file is referred to.
pub fn file_id(reference: &Value) -> Option<&str> {
    let id = reference.get("fileId")?.as_str()?;
    let is_id = !id.is_empty()
        && id.len() <= MAX_ID
        && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_id.then_some(id)
}

/// The places in `data` that hold files by this schema, rows of lists included. A schema that cannot be read has none:
/// it is refused where it judges.
pub fn places(schema: &Value, data: &Map<String, Value>) -> Vec<Vec<String>> {
    let Ok(schema) = schema::read(schema) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    walk(&schema.components, &Value::Object(data.clone()), &[], &mut found);
    found
}

fn walk(components: &[Component], data: &Value, base: &[String], found: &mut Vec<Vec<String>>) {
    for component in components {
        let place: Vec<String> = base.iter().chain(&component.path).cloned().collect();
        let value = component.path.iter().try_fold(data, |value, part| value.get(part));
        match (&component.kind, value) {
            (Kind::Files { .. }, Some(Value::Array(_))) => found.push(place),
            (Kind::Rows(list), Some(Value::Array(rows))) => {
                for (index, row) in rows.iter().enumerate() {
                    let mut place = place.clone();
                    place.push(index.to_string());
                    walk(&list.components, row, &place, found);
                }
            }
            _ => {}
        }
    }
}

/// The places in `data` that hold files, whatever its form says: a list of references and of nothing else.
#[must_use]
pub fn places_of_lists(data: &Map<String, Value>) -> Vec<Vec<String>> {
    found_lists(data).into_iter().map(|(place, _)| place).collect()
}

/// The references of all lists of files in `data`.
#[must_use]
pub fn lists(data: &Map<String, Value>) -> Vec<&Value> {
    found_lists(data).into_iter().flat_map(|(_, references)| references).collect()
}

/// Lists of references and of nothing else, each with its place.
fn found_lists(data: &Map<String, Value>) -> Vec<(Vec<String>, &Vec<Value>)> {
    let mut found = Vec::new();
    let mut open: Vec<(Vec<String>, &Value)> = data.iter().map(|(name, value)| (vec![name.clone()], value)).collect();
    while let Some((place, value)) = open.pop() {
        let below = |part: String| place.iter().cloned().chain([part]).collect();
        match value {
            Value::Array(items) if !items.is_empty() && is_list(value) => found.push((place, items)),
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(index, item)| (below(index.to_string()), item)));
            }
            Value::Object(members) => open.extend(members.iter().map(|(name, value)| (below(name.clone()), value))),
            _ => {}
        }
    }
    found
}

/// The value at a place, to be changed.
pub fn at<'a>(data: &'a mut Map<String, Value>, place: &[String]) -> Option<&'a mut Value> {
    let (first, rest) = place.split_first()?;
    rest.iter().try_fold(data.get_mut(first)?, |value, part| match value {
        Value::Object(members) => members.get_mut(part),
        Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Ids of all files that a value refers to, wherever in it.
pub fn ids_in(value: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                ids.extend(file_id(value).map(str::to_owned));
                open.extend(members.values());
            }
            _ => {}
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_are_found_in_groups_and_rows() {
        let schema = json!({"components": [
            {"type": "filepicker", "key": "photos"},
            {"type": "group", "path": "car", "components": [{"type": "filepicker", "key": "papers"}]},
            {"type": "dynamiclist", "path": "rooms", "components": [{"type": "filepicker", "key": "plan"}]},
            {"type": "filepicker", "key": "absent"}
        ]});
        let mut file = json!([{"fileId": "f1", "name": "a.png"}]);
        let mut data = json!({"photos": file, "car": {"papers": file}, "rooms": [{"plan": file}, {}]});
        let data = data.as_object_mut().unwrap();
        let found: Vec<String> = places(&schema, data).iter().map(|place| place.join("/")).collect();
        assert_eq!(found, ["photos", "car/papers", "rooms/0/plan"]);
        assert_eq!(at(data, &["rooms".to_owned(), "0".to_owned(), "plan".to_owned()]), Some(&mut file));
        assert_eq!(ids_in(&Value::Object(data.clone())).len(), 3);
    }

    #[test]
    fn a_key_of_the_browser_is_no_file() {
        assert!(is_list(&json!([{"fileId": "0a-b", "name": "x"}])));
        for wrong in [json!("files::1r4t"), json!([{"name": "x"}]), json!([{"fileId": "../secret"}]), json!([1])] {
            assert!(!is_list(&wrong), "{wrong}");
        }
    }
}
