//! Judges a submission by its schema, and hands back what may be stored: hidden, locked and unknown values are dropped,
//! so that a form is a fence and not a suggestion.

use super::condition;
use super::reference;
use super::schema::{self, Component, Kind};
use crate::fault::{FieldFault, escape};
use serde_json::{Map, Value};

/// Rows of a dynamic list.
const MAX_ROWS: usize = 1_000;

/// What passed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submission {
    pub data: Map<String, Value>,
}

/// Judges `data` by `schema`. `known` is what the form was filled with before: hidden conditions look at it as well.
///
/// # Errors
/// A fault per field, with pointers from `/data`; or, when the schema itself cannot be read, from `/form`.
pub fn validate(
    schema: &Value,
    data: &Map<String, Value>,
    known: &Map<String, Value>,
) -> Result<Submission, Vec<FieldFault>> {
    let schema = read(schema)?;
    judge(&schema, data, known, "/data").map(|data| Submission { data })
}

/// [`validate`] of a form that is handed on before it is filled in: what is there is judged, nothing is asked for.
///
/// # Errors
/// Those of [`validate`].
pub fn validate_begun(
    schema: &Value,
    data: &Map<String, Value>,
    known: &Map<String, Value>,
) -> Result<Submission, Vec<FieldFault>> {
    let schema = read(schema)?;
    judge_as(&schema, (data, known), "/data", Asks::Nothing).map(|data| Submission { data })
}

/// Judges the fields of a case by the form of a stage; pointers are from `/fields`. Nothing is stored of what passes.
pub fn judge_fields(schema: &Value, fields: &Map<String, Value>) -> Result<(), Vec<FieldFault>> {
    judge(&read(schema)?, fields, &Map::new(), "/fields").map(|_| ())
}

/// Judges the fields a case is created with by its form, and gives those that may be stored: what the form knows as it
/// lets it through, and what it does not know as it came. Pointers are from `/fields`.
pub fn judge_new(schema: &Value, fields: &Map<String, Value>) -> Result<Map<String, Value>, Vec<FieldFault>> {
    let schema = read(schema)?;
    let mut passed = judge(&schema, fields, &Map::new(), "/fields")?;
    let is_of_form = |key: &String| schema.components.iter().any(|component| component.path.first() == Some(key));
    for (key, value) in fields.iter().filter(|(key, _)| !is_of_form(key)) {
        passed.insert(key.clone(), value.clone());
    }
    Ok(passed)
}

fn read(schema: &Value) -> Result<schema::Schema, Vec<FieldFault>> {
    schema::read(schema).map_err(|faults| faults.into_iter().map(|fault| fault.under("/form")).collect())
}

fn judge(
    schema: &schema::Schema,
    data: &Map<String, Value>,
    known: &Map<String, Value>,
    base: &str,
) -> Result<Map<String, Value>, Vec<FieldFault>> {
    judge_as(schema, (data, known), base, Asks::All)
}

fn judge_as(
    schema: &schema::Schema,
    (data, known): (&Map<String, Value>, &Map<String, Value>),
    base: &str,
    asks: Asks,
) -> Result<Map<String, Value>, Vec<FieldFault>> {
    let mut context = known.clone();
    context.extend(data.clone());
    let mut judge = Judge { context: Value::Object(context), asks, faults: Vec::new() };
    let mut out = Map::new();
    judge.components(&schema.components, data, base, &mut out);
    if judge.faults.is_empty() { Ok(out) } else { Err(judge.faults) }
}

/// What of a form has to be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    All,
    Nothing,
}

struct Judge {
    context: Value,
    asks: Asks,
    faults: Vec<FieldFault>,
}

impl Judge {
    fn components(
        &mut self,
        components: &[Component],
        data: &Map<String, Value>,
        base: &str,
        out: &mut Map<String, Value>,
    ) {
        for component in components {
            let is_hidden = component.hide.iter().any(|hide| condition::is_true(hide, &self.context));
            if is_hidden || component.is_locked {
                continue;
            }
            let pointer = component.path.iter().fold(base.to_owned(), |p, part| format!("{p}/{}", escape(part)));
            let value = get(data, &component.path);
            if is_empty(component, value) {
                if component.required && self.asks == Asks::All {
                    self.fault(&pointer, "required", format!("{} is needed", component.label));
                }
                // An emptied field is a fact too: it is stored as it came.
                if let Some(value) = value {
                    put(out, &component.path, value.clone());
                }
                continue;
            }
            if let Some(value) = value
                && let Some(value) = self.value(component, value, &pointer)
            {
                put(out, &component.path, value);
            }
        }
    }

    /// The value to store; none when it was refused.
    fn value(&mut self, component: &Component, value: &Value, pointer: &str) -> Option<Value> {
        let before = self.faults.len();
        match &component.kind {
            Kind::Text | Kind::Email | Kind::Phone => self.text(component, value, pointer),
            Kind::Number { decimal_digits } => return self.number(component, value, *decimal_digits, pointer),
            Kind::Checkbox if !value.is_boolean() => self.fault(pointer, "type", "true or false is expected"),
            Kind::Checkbox | Kind::Unknown => {}
            Kind::Choice(options) => self.choice(options.as_deref(), value, pointer),
            Kind::Choices(options) => self.choices(options.as_deref(), value, pointer),
            Kind::Date => self.parsed::<jiff::civil::Date>(value, pointer, "a date is expected: 2026-11-21"),
            Kind::Time => self.time(value, pointer),
            Kind::DateTime => self.date_time(value, pointer),
            Kind::Files { multiple } => self.files(*multiple, value, pointer),
            Kind::Rows(components) => return self.rows(components, value, pointer),
        }
        (self.faults.len() == before).then(|| value.clone())
    }

    fn text(&mut self, component: &Component, value: &Value, pointer: &str) {
        let Some(text) = value.as_str() else {
            return self.fault(pointer, "type", "a text is expected");
        };
        let length = text.chars().count();
        if let Some(min) = component.min_length.filter(|min| length < *min) {
            self.fault(pointer, "minLength", format!("at least {min} characters are needed"));
        }
        if let Some(max) = component.max_length.filter(|max| length > *max) {
            self.fault(pointer, "maxLength", format!("at most {max} characters are allowed"));
        }
        if let Some(pattern) = &component.pattern
            && !pattern.is_match(text)
        {
            self.fault(pointer, "pattern", format!("{} does not have the expected form", component.label));
        }
        match component.kind {
            Kind::Email if !is_email(text) => self.fault(pointer, "email", "an e-mail address is expected"),
            Kind::Phone if !is_phone(text) => {
                self.fault(pointer, "phone", "a telephone number with country code is expected")
            }
            _ => {}
        }
    }

    /// Numbers may come as text (form-js `serializeToString`); they are stored as they came.
    fn number(
        &mut self,
        component: &Component,
        value: &Value,
        decimal_digits: Option<u32>,
        pointer: &str,
    ) -> Option<Value> {
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.trim().to_owned(),
            _ => String::new(),
        };
        let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            self.fault(pointer, "type", "a number is expected");
            return None;
        };
        let before = self.faults.len();
        if let Some(min) = component.min.filter(|min| number < *min) {
            self.fault(pointer, "min", format!("at least {min} is needed"));
        }
        if let Some(max) = component.max.filter(|max| number > *max) {
            self.fault(pointer, "max", format!("at most {max} is allowed"));
        }
        let digits = text.split_once('.').map_or(0, |(_, decimals)| decimals.trim_end_matches('0').len());
        if let Some(allowed) = decimal_digits.filter(|allowed| digits > *allowed as usize) {
            self.fault(pointer, "decimalDigits", format!("at most {allowed} decimal digits are allowed"));
        }
        (self.faults.len() == before).then(|| value.clone())
    }

    fn choice(&mut self, options: Option<&[Value]>, value: &Value, pointer: &str) {
        if options.is_some_and(|options| !options.contains(value)) {
            self.fault(pointer, "option", "one of the options is expected");
        }
    }

    fn choices(&mut self, options: Option<&[Value]>, value: &Value, pointer: &str) {
        let Some(chosen) = value.as_array() else {
            return self.fault(pointer, "type", "a list of options is expected");
        };
        for (index, value) in chosen.iter().enumerate() {
            self.choice(options, value, &format!("{pointer}/{index}"));
        }
    }

    fn files(&mut self, multiple: bool, value: &Value, pointer: &str) {
        if !reference::is_list(value) {
            return self.fault(pointer, "type", reference::EXPECTED);
        }
        if !multiple && value.as_array().is_some_and(|files| files.len() > 1) {
            self.fault(pointer, "too-many", "one file is expected");
        }
    }

    fn time(&mut self, value: &Value, pointer: &str) {
        // form-js may write a time with its offset: `12:30+01:00`.
        let text = value.as_str().map(|text| text.split(['+', 'Z']).next().unwrap_or(text));
        let is_time = text.is_some_and(|text| {
            text.parse::<jiff::civil::Time>().is_ok()
                || text.get(..5).is_some_and(|t| t.parse::<jiff::civil::Time>().is_ok())
        });
        if !is_time {
            self.fault(pointer, "type", "a time is expected: 12:30");
        }
    }

    fn date_time(&mut self, value: &Value, pointer: &str) {
        let is_instant = value.as_str().is_some_and(|text| {
            text.parse::<jiff::Timestamp>().is_ok() || text.parse::<jiff::civil::DateTime>().is_ok()
        });
        if !is_instant {
            self.fault(pointer, "type", "a date and a time are expected: 2026-11-21T12:30Z");
        }
    }

    fn rows(&mut self, components: &[Component], value: &Value, pointer: &str) -> Option<Value> {
        let Some(rows) = value.as_array().filter(|rows| rows.len() <= MAX_ROWS) else {
            self.fault(pointer, "type", "a list of at most 1,000 rows is expected");
            return None;
        };
        let before = self.faults.len();
        let mut out = Vec::with_capacity(rows.len());
        for (index, row) in rows.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            let Some(row) = row.as_object() else {
                self.fault(&pointer, "type", "an object is expected");
                continue;
            };
            let mut kept = Map::new();
            self.components(components, row, &pointer, &mut kept);
            out.push(Value::Object(kept));
        }
        (self.faults.len() == before).then_some(Value::Array(out))
    }

    fn parsed<T: std::str::FromStr>(&mut self, value: &Value, pointer: &str, expected: &str) {
        if value.as_str().is_none_or(|text| text.parse::<T>().is_err()) {
            self.fault(pointer, "type", expected);
        }
    }

    fn fault(&mut self, pointer: &str, code: &str, detail: impl AsRef<str>) {
        self.faults.push(FieldFault::new(pointer, code, detail.as_ref()));
    }
}

/// Empty as form-js sees it: a required checkbox must be checked.
fn is_empty(component: &Component, value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Bool(false)) => component.required && matches!(component.kind, Kind::Checkbox),
        Some(_) => false,
    }
}

fn get<'a>(data: &'a Map<String, Value>, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(data.get(first)?, |value, part| value.get(part))
}

fn put(data: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [key] => {
            data.insert(key.clone(), value);
        }
        [key, rest @ ..] => {
            let nested = data.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(nested) = nested {
                put(nested, rest, value);
            }
        }
    }
}

/// Whether this can be an e-mail address: enough for a typing mistake, not for the rules of mail.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && !text.contains(char::is_whitespace)
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (text.starts_with('+') || text.starts_with("00"))
        && digits >= 7
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '/'))
}

#[cfg(test)]
mod tests {
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
        assert_eq!(
            refused(json!([{"type": "number", "key": "a"}]), json!({"a": "much"})),
            pairs(&[("/data/a", "type")])
        );
        assert_eq!(refused(json!([{"type": "textfield", "key": "a"}]), json!({"a": 1})), pairs(&[("/data/a", "type")]));
        assert_eq!(
            refused(json!([{"type": "checkbox", "key": "a"}]), json!({"a": "yes"})),
            pairs(&[("/data/a", "type")])
        );
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
            refused(json!([{"type": "textfield", "key": "a", "validate": {"pattern": "(?=x)"}}]), json!({})),
            pairs(&[("/form/components/0/validate/pattern", "pattern")])
        );
    }
}
