use super::*;
use serde_json::json;

fn judge(components: Value, data: Value) -> Result<Value, Vec<(String, String)>> {
    let data = data.as_object().unwrap().clone();
    validate(&json!({"type": "default", "components": components}), &data, &Map::new())
        .map(|submission| Value::Object(submission.data))
        .map_err(|faults| faults.into_iter().map(|f| (f.pointer, f.code)).collect())
}

fn refused(components: Value, data: Value) -> Vec<(String, String)> {
    judge(components, data).unwrap_err()
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn a_form_that_is_handed_on_asks_for_nothing_and_judges_what_is_there() {
    let schema = json!({"type": "default", "components": [
        {"type": "textfield", "key": "policy", "validate": {"required": true}},
        {"type": "number", "key": "amount", "validate": {"required": true, "min": 0}},
        {"type": "textfield", "key": "secret", "conditional": {"hide": "=level < 2"}}
    ]});
    let begun = |data: Value| {
        let known = json!({"level": 1}).as_object().unwrap().clone();
        validate_begun(&schema, data.as_object().unwrap(), &known)
    };
    let passed = begun(json!({"policy": "", "secret": "x", "other": 1})).unwrap();
    assert_eq!(Value::Object(passed.data), json!({"policy": ""}));
    let faults = begun(json!({"amount": -1})).unwrap_err();
    assert_eq!((faults[0].pointer.as_str(), faults[0].code.as_str()), ("/data/amount", "min"));
}

#[test]
fn every_rule_of_a_field_has_its_code_and_pointer() {
    let components = json!([
        {"type": "textfield", "key": "policy", "validate": {"required": true, "pattern": "^[A-Z]{2}-[0-9]{6}$"}},
        {"type": "number", "key": "amount", "decimalDigits": 2, "validate": {"min": 0, "max": 100}},
        {"type": "textarea", "key": "text", "validate": {"minLength": 3, "maxLength": 5}},
        {"type": "select", "key": "damage", "values": [{"label": "Water", "value": "water"}]},
        {"type": "checklist", "key": "papers", "values": [{"label": "A", "value": "a"}]},
        {"type": "checkbox", "key": "agreed", "validate": {"required": true}},
        {"type": "datetime", "key": "day", "subtype": "date"},
        {"type": "textfield", "key": "mail", "validate": {"validationType": "email"}}
    ]);
    let wrong = json!({"policy": "x", "amount": 100.123, "text": "ab", "damage": "fire", "papers": ["a", "b"],
        "agreed": false, "day": "21.11.2026", "mail": "nobody"});
    assert_eq!(
        refused(components.clone(), wrong),
        pairs(&[
            ("/data/policy", "pattern"),
            ("/data/amount", "max"),
            ("/data/amount", "decimalDigits"),
            ("/data/text", "minLength"),
            ("/data/damage", "option"),
            ("/data/papers/1", "option"),
            ("/data/agreed", "required"),
            ("/data/day", "type"),
            ("/data/mail", "email"),
        ])
    );
    let right = json!({"policy": "HB-204118", "amount": 99.5, "text": "abcd", "damage": "water", "papers": ["a"],
        "agreed": true, "day": "2026-11-21", "mail": "a@b.example"});
    assert_eq!(judge(components.clone(), right.clone()).unwrap(), right);
    assert_eq!(refused(components, json!({"agreed": true})), pairs(&[("/data/policy", "required")]));
}

#[test]
fn a_wrong_type_is_never_stored() {
    assert_eq!(refused(json!([{"type": "number", "key": "a"}]), json!({"a": "much"})), pairs(&[("/data/a", "type")]));
    assert_eq!(refused(json!([{"type": "textfield", "key": "a"}]), json!({"a": 1})), pairs(&[("/data/a", "type")]));
    assert_eq!(refused(json!([{"type": "checkbox", "key": "a"}]), json!({"a": "yes"})), pairs(&[("/data/a", "type")]));
}

#[test]
fn what_is_hidden_is_neither_asked_for_nor_stored() {
    let components = json!([
        {"type": "checkbox", "key": "complete"},
        {"type": "textfield", "key": "missing", "conditional": {"hide": "=complete"}, "validate": {"required": true}}
    ]);
    assert_eq!(
        judge(components.clone(), json!({"complete": true, "missing": "x"})).unwrap(),
        json!({"complete": true})
    );
    assert_eq!(refused(components, json!({"complete": false})), pairs(&[("/data/missing", "required")]));
}

#[test]
fn locked_and_unknown_values_are_dropped() {
    let components = json!([
        {"type": "textfield", "key": "shown", "readonly": true, "validate": {"required": true}},
        {"type": "textfield", "key": "off", "disabled": true},
        {"type": "textfield", "key": "open"}
    ]);
    let data = json!({"shown": "forged", "off": "forged", "open": "kept", "admin": true});
    assert_eq!(judge(components, data).unwrap(), json!({"open": "kept"}));
}

#[test]
fn groups_with_a_path_and_rows_have_nested_pointers() {
    let components = json!([
        {"type": "group", "path": "person", "components": [
            {"type": "textfield", "key": "name", "validate": {"required": true}}]},
        {"type": "dynamiclist", "path": "items", "components": [{"type": "number", "key": "price", "validate": {"min": 1}}]}
    ]);
    assert_eq!(
        refused(components.clone(), json!({"person": {}, "items": [{"price": 2}, {"price": 0}]})),
        pairs(&[("/data/person/name", "required"), ("/data/items/1/price", "min")])
    );
    let right = json!({"person": {"name": "Ana"}, "items": [{"price": 2}]});
    assert_eq!(judge(components, right.clone()).unwrap(), right);
}

#[test]
fn a_schema_that_cannot_be_read_is_refused_with_its_place() {
    assert_eq!(
        refused(json!([{"type": "textfield", "key": "a", "validate": {"pattern": "(x"}}]), json!({})),
        pairs(&[("/form/components/0/validate/pattern", "pattern")])
    );
}
