//! What the fields of a case are found by exactly: one text for each value, `key:value`.
//!
//! A person and another case are found by their id and by what people call them, money by its currency, a list of options by each of
//! them. Long texts, tables and files are found by their words alone.

use serde_json::{Map, Value};

/// Marks of one case, and the longest of them in bytes.
const MOST: usize = 500;
const LONGEST: usize = 300;

/// The marks of all fields.
pub(super) fn of(fields: &Map<String, Value>) -> Vec<String> {
    let mut marks = Vec::new();
    for (key, value) in fields {
        match value {
            Value::Array(items) => marks.extend(items.iter().filter_map(Value::as_str).map(|text| mark(key, text))),
            Value::Object(members) => {
                let named =
                    ["id", "number", "name", "currency"].iter().filter_map(|member| members.get(*member)?.as_str());
                marks.extend(named.map(|text| mark(key, text)));
            }
            Value::String(text) => marks.push(mark(key, text)),
            Value::Number(number) => marks.push(mark(key, &number.to_string())),
            Value::Bool(value) => marks.push(mark(key, if *value { "true" } else { "false" })),
            Value::Null => {}
        }
    }
    marks.retain(|mark| mark.len() <= LONGEST);
    marks.truncate(MOST);
    marks
}

fn mark(key: &str, value: &str) -> String {
    format!("{key}:{value}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_value_that_is_short_has_its_mark() {
        let fields = json!({
            "expert": {"id": "ben", "name": "Ben"}, "perils": ["Fire", "Water"], "estimate": {"amount": "5.00", "currency": "EUR"},
            "insured": false, "amount": 12.5, "policy": "HB-1", "story": "x".repeat(400), "items": [{"what": "Sofa"}]
        });
        let found = of(fields.as_object().unwrap());
        let expected = [
            "expert:ben",
            "expert:Ben",
            "perils:Fire",
            "perils:Water",
            "estimate:EUR",
            "insured:false",
            "amount:12.5",
            "policy:HB-1",
        ];
        assert_eq!(found, expected);
    }
}
