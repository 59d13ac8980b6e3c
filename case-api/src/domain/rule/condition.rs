//! Whether the `when` of a rule holds.

use super::run::{RuleTest, shown};
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// Looks keys up in the event, then in the case. All entries of `when` must hold; an empty `when` always does.
pub(crate) fn tested(when: &Map<String, Value>, event: &Value, case: &Value) -> Vec<RuleTest> {
    let test = |(key, wanted): (&String, &Value)| {
        let actual = lookup(event, key).or_else(|| lookup(case, key)).unwrap_or(&Value::Null);
        let (wanted_text, found) = (Some(shown(wanted)), shown(actual));
        RuleTest { asked: key.clone(), wanted: wanted_text, found, holds: matches(actual, wanted), reason: None }
    };
    when.iter().map(test).collect()
}

/// The texts that a test compares with, at whatever depth: ids of stages, queues, people.
pub(crate) fn texts_of(wanted: &Value) -> Vec<&str> {
    let (mut texts, mut open) = (Vec::new(), vec![wanted]);
    while let Some(value) = open.pop() {
        match value {
            Value::String(text) => texts.push(text.as_str()),
            Value::Array(options) => open.extend(options.iter().rev()),
            Value::Object(tests) => open.extend(tests.get("not")),
            _ => {}
        }
    }
    texts
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
        tested(when.as_object().unwrap(), &event, &case).iter().all(|test| test.holds)
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
    fn what_was_found_is_told() {
        let (event, case) = (json!({}), json!({"fields": {"amount": 900, "story": "x".repeat(1_000)}}));
        let when = json!({"fields.amount": {"gt": 1_000}, "fields.story": "y"});
        let tests = tested(when.as_object().unwrap(), &event, &case);
        assert_eq!((tests[0].asked.as_str(), &tests[0].found, tests[0].holds), ("fields.amount", &json!(900), false));
        assert!(tests[1].found.as_str().is_some_and(|found| found.len() < 600 && found.ends_with('…')));
    }

    #[test]
    fn texts_are_those_that_are_compared_with() {
        assert_eq!(texts_of(&json!(["a", "b"])), ["a", "b"]);
        assert_eq!(texts_of(&json!({"not": ["a"]})), ["a"]);
        assert!(texts_of(&json!({"exists": true})).is_empty());
    }

    #[test]
    fn an_unknown_test_never_holds() {
        assert!(!check(json!({"fields.amount": {"greater": 1}})));
    }
}
