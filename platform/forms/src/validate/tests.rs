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

fn judge_shown(components: Value, data: Value, known: Value) -> Result<Value, Vec<(String, String)>> {
    let schema = json!({"type": "default", "components": components});
    validate(&schema, data.as_object().unwrap(), known.as_object().unwrap())
        .map(|submission| Value::Object(submission.data))
        .map_err(|faults| faults.into_iter().map(|f| (f.pointer, f.code)).collect())
}

#[test]
fn conditions_are_all_of_feel_and_one_that_comes_to_null_hides() {
    let shown = |hide: &str, data: Value| {
        let components = json!([{"type": "number", "key": "amount"},
            {"type": "textfield", "key": "x", "conditional": {"hide": hide}, "validate": {"required": true}}]);
        judge(components, data).is_err()
    };
    let asked = json!({"amount": 2_000});
    for (hide, expected) in [
        ("=if amount = null then true else amount < 1000", true),
        ("=some n in [1, 2] satisfies n * 1000 = amount", false),
        ("=amount in [1..10]", true),
        ("=not(contains(string(amount), \"200\"))", true),
        // Neither is known, so the comparison is null.
        ("=missing < 5", false),
        ("=not(missing < 5)", true),
        // feelin has no such function, whose call is null there.
        ("=is blank(string(amount))", false),
        // No expression, and one that the browser cannot read either.
        ("amount = 2000", true),
        ("=amount >", true),
    ] {
        assert_eq!(shown(hide, asked.clone()), expected, "{hide}");
    }
}

#[test]
fn rows_are_judged_by_what_is_in_and_around_them() {
    let components = json!([
        {"type": "checkbox", "key": "strict"},
        {"type": "dynamiclist", "path": "items", "components": [
            {"type": "textfield", "key": "kind"},
            {"type": "textfield", "key": "plate", "conditional": {"hide": "=this.kind != \"car\""}, "validate": {"required": true}},
            {"type": "textfield", "key": "note", "conditional": {"hide": "=parent.strict = false or i[1] > 1"},
             "validate": {"required": true}}]}
    ]);
    let data = json!({"strict": true, "items": [{"kind": "car"}, {"kind": "bike", "plate": "stale"}]});
    assert_eq!(
        refused(components.clone(), data),
        pairs(&[("/data/items/0/plate", "required"), ("/data/items/0/note", "required")])
    );
    let data =
        json!({"strict": false, "items": [{"kind": "car", "plate": "B 1"}, {"kind": "bike", "plate": "stale"}, null]});
    let kept = json!({"strict": false, "items": [{"kind": "car", "plate": "B 1"}, {"kind": "bike"}, null]});
    assert_eq!(judge(components, data).unwrap(), kept);
}

#[test]
fn expression_fields_are_computed_whatever_was_sent() {
    let components = json!([
        {"type": "number", "key": "price"}, {"type": "number", "key": "count"},
        {"type": "expression", "key": "gross", "expression": "=if net = null then null else net * 1.5"},
        {"type": "expression", "key": "net", "expression": "=price * count"},
        {"type": "expression", "key": "asked", "expression": "=gross + 1", "computeOn": "presubmit"},
        {"type": "textfield", "key": "why", "conditional": {"hide": "=gross < 100"}, "validate": {"required": true}}
    ]);
    let data = json!({"price": 10, "count": 2, "net": 1, "gross": 1, "why": "forged"});
    let kept = json!({"price": 10, "count": 2, "net": 20, "gross": 30, "asked": 31});
    assert_eq!(judge(components.clone(), data).unwrap(), kept);
    assert_eq!(refused(components, json!({"price": 100, "count": 2})), pairs(&[("/data/why", "required")]));
}

#[test]
fn what_does_not_settle_is_what_was_sent() {
    let components =
        json!([{"type": "expression", "key": "times", "expression": "=if times = null then 1 else times + 1"}]);
    assert_eq!(judge(components, json!({"times": 3})).unwrap(), json!({"times": 3}));
}

#[test]
fn bounds_and_options_may_be_expressions() {
    let components = json!([
        {"type": "number", "key": "least"},
        {"type": "number", "key": "amount", "validate": {"min": "=least", "max": "=least * 2"}},
        {"type": "textfield", "key": "word", "validate": {"maxLength": "=least"}},
        {"type": "select", "key": "city", "valuesExpression": "=for c in cities return {label: c.name, value: c.id}"},
        {"type": "taglist", "key": "tags", "valuesKey": "all"}
    ]);
    let known = json!({"cities": [{"name": "Bonn", "id": 1}], "all": ["a", {"label": "B", "value": "b"}]});
    let wrong = json!({"least": 3, "amount": 7, "word": "four", "city": 2, "tags": ["b", "c"]});
    let expected = pairs(&[
        ("/data/amount", "max"),
        ("/data/word", "maxLength"),
        ("/data/city", "option"),
        ("/data/tags/1", "option"),
    ]);
    assert_eq!(judge_shown(components.clone(), wrong, known.clone()).unwrap_err(), expected);
    let right = json!({"least": 3, "amount": 6, "word": "two", "city": 1, "tags": ["a", "b"]});
    assert_eq!(judge_shown(components, right.clone(), known).unwrap(), right);
}

#[test]
fn numbers_keep_their_steps_and_their_kind() {
    let components = json!([
        {"type": "number", "key": "step", "increment": 0.1},
        {"type": "number", "key": "text", "serializeToString": true, "validate": {"min": 1}},
        {"type": "number", "key": "plain"}
    ]);
    assert_eq!(
        refused(components.clone(), json!({"step": 0.25, "text": "0.5"})),
        pairs(&[("/data/step", "increment"), ("/data/text", "min")])
    );
    let kept = json!({"step": 0.3, "text": "1.50", "plain": 12});
    assert_eq!(judge(components, json!({"step": 0.3, "text": "1.50", "plain": "12"})).unwrap(), kept);
}

#[test]
fn a_day_that_has_passed_is_refused_where_it_is_new() {
    let components = json!([{"type": "datetime", "subtype": "date", "key": "day", "disallowPassedDates": true}]);
    let day = json!({"day": "2020-01-02"});
    assert_eq!(refused(components.clone(), day.clone()), pairs(&[("/data/day", "passed")]));
    assert_eq!(judge_shown(components.clone(), day.clone(), day.clone()).unwrap(), day);
    assert_eq!(judge_fields(&json!({"components": components}), day.as_object().unwrap()), Ok(()));
}

#[test]
fn a_lock_that_the_data_closes_lets_through_what_was_entered_before() {
    let components = json!([
        {"type": "checkbox", "key": "done"},
        {"type": "textfield", "key": "text", "readonly": "=done"},
        {"type": "dynamiclist", "path": "rows", "components": [{"type": "textfield", "key": "id", "readonly": true}]}
    ]);
    let data = json!({"done": true, "text": "typed", "rows": [{"id": "a"}, {"id": "forged"}]});
    let known = |done: bool| json!({"done": done, "rows": [{"id": "b"}, {"id": "a"}]});
    let kept = json!({"done": true, "text": "typed", "rows": [{"id": "a"}, {}]});
    assert_eq!(judge_shown(components.clone(), data.clone(), known(false)).unwrap(), kept);
    let kept = json!({"done": true, "rows": [{"id": "a"}, {}]});
    assert_eq!(judge_shown(components, data, known(true)).unwrap(), kept);
}

#[test]
fn an_expression_or_a_pattern_that_takes_too_long_is_a_fault_of_its_field() {
    let endless = "=count(for a in 1..1000, b in 1..1000 return a * b) > 0";
    for (component, code) in [
        (json!({"type": "textfield", "key": "a", "conditional": {"hide": endless}}), "expression"),
        (json!({"type": "number", "key": "a", "validate": {"min": endless}}), "expression"),
        (json!({"type": "expression", "key": "a", "expression": endless}), "expression"),
        (json!({"type": "select", "key": "a", "valuesExpression": endless}), "expression"),
        (json!({"type": "expression", "key": "a", "expression": "=[a, a, a, a, a, a, a, a, a]"}), "expression"),
        (json!({"type": "number", "key": "a", "validate": {"pattern": "^(1+1+)+\\1b$"}}), "pattern"),
    ] {
        let value = json!({"a": 1_111_111_111_111_111_111_i64});
        assert_eq!(refused(json!([component]), value), pairs(&[("/data/a", code)]), "{component}");
    }
}

#[test]
fn what_nobody_can_have_entered_decides_nothing() {
    let components = json!([
        {"type": "number", "key": "amount"},
        {"type": "textfield", "key": "off", "disabled": true},
        {"type": "textfield", "key": "why", "conditional": {"hide": "=amount < 1000"}, "validate": {"required": true}},
        {"type": "textfield", "key": "who", "conditional": {"hide": "=level = 1 or off = \"x\""}, "validate": {"required": true}}
    ]);
    let data = json!({"amount": 2000, "amount < 1000": true, "level": 1, "off": "x"});
    assert_eq!(
        judge_shown(components, data, json!({"level": 2, "off": "y"})).unwrap_err(),
        pairs(&[("/data/why", "required"), ("/data/who", "required")])
    );
}
