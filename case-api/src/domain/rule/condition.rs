//! Whether the `when` of a rule holds.

use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Looks keys up in the event, then in the case. All entries of `when` must hold; an empty `when` always does.
pub(crate) fn holds(when: &Map<String, Value>, event: &Value, case: &Value) -> bool {
    when.iter().all(|(key, wanted)| {
        let actual = lookup(event, key).or_else(|| lookup(case, key)).unwrap_or(&Value::Null);
        matches(actual, wanted)
    })
}

fn lookup<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |value, part| value.get(part))
}

fn matches(actual: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Array(options) => options.iter().any(|option| equal(actual, option)),
        Value::Object(tests) => tests.iter().all(|(test, operand)| passes(actual, test, operand)),
        _ => equal(actual, wanted),
    }
}

/// What [`passes`] understands.
const TESTS: [&str; 6] = ["not", "exists", "gt", "gte", "lt", "lte"];

/// Tests of a `when` that nothing would ever pass, with their keys.
pub(crate) fn unknown_tests(when: &Map<String, Value>) -> Vec<(&str, &str)> {
    let mut unknown = Vec::new();
    for (key, wanted) in when {
        let mut open = vec![wanted];
        while let Some(Value::Object(tests)) = open.pop() {
            unknown.extend(
                tests.keys().filter(|test| !TESTS.contains(&test.as_str())).map(|t| (key.as_str(), t.as_str())),
            );
            open.extend(tests.get("not"));
        }
    }
    unknown
}

fn passes(actual: &Value, test: &str, operand: &Value) -> bool {
    match test {
        "not" => !matches(actual, operand),
        "exists" => operand.as_bool() == Some(!actual.is_null()),
        "gt" => compare(actual, operand) == Some(Ordering::Greater),
        "gte" => matches!(compare(actual, operand), Some(Ordering::Greater | Ordering::Equal)),
        "lt" => compare(actual, operand) == Some(Ordering::Less),
        "lte" => matches!(compare(actual, operand), Some(Ordering::Less | Ordering::Equal)),
        // An unknown test never holds: a rule that is misspelt must not act.
        _ => false,
    }
}

/// An object with an `id` (stage, status, person) equals its id.
fn equal(actual: &Value, wanted: &Value) -> bool {
    if let (Some(a), Some(b)) = (actual.as_f64(), wanted.as_f64()) {
        return a == b;
    }
    match (actual, wanted) {
        (Value::Object(object), Value::String(id)) => object.get("id").and_then(Value::as_str) == Some(id),
        _ => actual == wanted,
    }
}

fn compare(actual: &Value, operand: &Value) -> Option<Ordering> {
    if let (Some(a), Some(b)) = (actual.as_f64(), operand.as_f64()) {
        return a.partial_cmp(&b);
    }
    Some(actual.as_str()?.cmp(operand.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(when: Value) -> bool {
        let event = json!({"taskDefinitionKey": "assess", "to": {"id": "decision", "name": "Decision"}});
        let case = json!({"stage": "intake", "fields": {"amount": 900}});
        holds(when.as_object().unwrap(), &event, &case)
    }

    #[test]
    fn all_conditions_must_hold_over_event_and_case() {
        assert!(check(json!({})));
        assert!(check(json!({"taskDefinitionKey": "assess", "stage": "intake", "to": "decision"})));
        assert!(!check(json!({"taskDefinitionKey": "assess", "stage": "decision"})));
    }

    #[test]
    fn lists_mean_one_of_and_objects_compare() {
        assert!(check(json!({"stage": ["intake", "decision"], "fields.amount": {"gt": 500, "lte": 900}})));
        assert!(!check(json!({"fields.amount": {"gt": 900}})));
        assert!(check(json!({"fields.missing": {"exists": false}})));
    }

    #[test]
    fn an_unknown_test_never_holds() {
        assert!(!check(json!({"fields.amount": {"greater": 1}})));
    }
}
