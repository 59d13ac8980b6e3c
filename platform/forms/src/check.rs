//! What is wrong with a form, before it is published: its shape, its patterns, and every expression and template that form-js
//! would evaluate, also those that only decide what is shown.

use crate::fault::FieldFault;
use crate::formula::{Condition, Formula, Unreadable, names};
use crate::schema;
use crate::template;
use casewright_engine_feel::Names;
use serde_json::Value;

/// Unary tests, which hide and lock.
const CONDITIONS: [&str; 2] = ["conditional/hide", "readonly"];
/// Expressions that give a value.
const FORMULAS: [&str; 9] = [
    "validate/min",
    "validate/max",
    "validate/minLength",
    "validate/maxLength",
    "valuesExpression",
    "expression",
    "dataSource",
    "columnsExpression",
    "multiple",
];
/// Expressions, or templates.
const TEMPLATES: [&str; 11] = [
    "alt",
    "appearance/prefixAdorner",
    "appearance/suffixAdorner",
    "description",
    "label",
    "source",
    "text",
    "content",
    "url",
    "title",
    "accept",
];

/// Why a form is not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The `id` of the component, or its key where it has none.
    pub field: Option<String>,
    /// What is wrong, with a pointer into the schema.
    pub fault: FieldFault,
}

/// Looks through a form.
///
/// # Errors
/// All that is wrong with it.
pub fn check(form: &Value) -> Result<(), Vec<Refusal>> {
    let faults = match schema::read(form) {
        Ok(_) => of_expressions(form),
        Err(faults) => faults,
    };
    if faults.is_empty() {
        return Ok(());
    }
    Err(faults.into_iter().map(|fault| Refusal { field: field_at(form, &fault.pointer), fault }).collect())
}

fn of_expressions(form: &Value) -> Vec<FieldFault> {
    let names = names(form, &[]);
    let mut faults = Vec::new();
    // The reading has seen that this is no deeper than it may be.
    let mut open = vec![(form, String::new())];
    while let Some((component, pointer)) = open.pop() {
        if !pointer.is_empty() {
            of_component(component, &pointer, &names, &mut faults);
        }
        let children = component.get("components").and_then(Value::as_array).into_iter().flatten();
        open.extend(children.enumerate().map(|(index, child)| (child, format!("{pointer}/components/{index}"))));
    }
    faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    faults
}

fn of_component(component: &Value, pointer: &str, names: &Names, faults: &mut Vec<FieldFault>) {
    let mut refuse = |property: &str, unreadable: Unreadable| {
        let key = component.get("key").or_else(|| component.get("path")).and_then(Value::as_str).unwrap_or_default();
        let Unreadable { message, line, column } = unreadable;
        let property_name = property.replace('/', ".");
        let of_field = if key.is_empty() { property_name } else { format!("{key}: {property_name}") };
        let detail = format!("{of_field}: {message} (line {line}, column {column})");
        faults.push(FieldFault::new(&format!("{pointer}/{property}"), "expression", &detail));
    };
    let text = |property: &str| component.pointer(&format!("/{property}")).and_then(Value::as_str);
    for property in CONDITIONS {
        if let Some(Err(unreadable)) = text(property).and_then(|text| Condition::read(text, names)) {
            refuse(property, unreadable);
        }
    }
    for property in FORMULAS.into_iter().chain(TEMPLATES) {
        if let Some(Err(unreadable)) = text(property).and_then(|text| Formula::read(text, names)) {
            refuse(property, unreadable);
        }
    }
    for property in TEMPLATES {
        let template = text(property).filter(|text| !text.starts_with('=') && template::is_template(text));
        if let Some(Err(unreadable)) = template.map(|template| of_template(template, names)) {
            refuse(property, unreadable);
        }
    }
}

fn of_template(template: &str, names: &Names) -> Result<(), Unreadable> {
    let parts = template::parts(template).map_err(|(message, at)| {
        let (line, column) = position(template, at);
        Unreadable { message, line, column }
    })?;
    for part in parts {
        // An expression counts the sign before it, which a template has not.
        if let Some(Err(unreadable)) = Formula::read(&format!("={}", part.text), names) {
            let (line, column) = position(template, part.at);
            let column = if unreadable.line == 1 { column + unreadable.column - 2 } else { unreadable.column };
            return Err(Unreadable { line: line + unreadable.line - 1, column, ..unreadable });
        }
    }
    Ok(())
}

/// Line and column of a byte, both from 1.
fn position(text: &str, at: usize) -> (u32, u32) {
    let before = &text[..at];
    let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (small(before.matches('\n').count() + 1), small(column))
}

/// The component that a pointer goes into.
fn field_at(form: &Value, pointer: &str) -> Option<String> {
    let mut component = form;
    let mut parts = pointer.split('/').skip(1);
    while let (Some("components"), Some(index)) = (parts.next(), parts.next()) {
        component = component.get("components")?.get(index.parse::<usize>().ok()?)?;
    }
    let name = |name: &str| component.get(name).and_then(Value::as_str).filter(|name| !name.is_empty());
    name("id").or_else(|| name("key")).or_else(|| name("path")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(component: Value) -> Vec<(String, String, String, String)> {
        let form = json!({"id": "form", "components": [{"type": "group", "components": [component]}]});
        let refusals = check(&form).err().unwrap_or_default();
        let tuple = |Refusal { field, fault }| (field.unwrap_or_default(), fault.pointer, fault.code, fault.detail);
        refusals.into_iter().map(tuple).collect()
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_field_property_and_place() {
        for (component, property, code, place) in [
            (json!({"conditional": {"hide": "=a >"}}), "conditional/hide", "expression", "column 5"),
            (json!({"conditional": {"hide": "=if a = 1\nthen"}}), "conditional/hide", "expression", "line 2, column 5"),
            (json!({"readonly": "=)"}), "readonly", "expression", "column 2"),
            (json!({"validate": {"min": "=1 +"}}), "validate/min", "expression", "column 5"),
            (json!({"validate": {"maxLength": "=nothing(1)"}}), "validate/maxLength", "expression", "nothing"),
            (json!({"validate": {"pattern": "(?=x"}}), "validate/pattern", "pattern", "letter 4"),
            (json!({"valuesExpression": "=[1"}), "valuesExpression", "expression", "column 4"),
            (json!({"expression": "="}), "expression", "expression", "column 2"),
            (json!({"label": "Hello {{name +}}"}), "label", "expression", "column 15"),
            (json!({"description": "{{#if a}}x"}), "description", "expression", "#if"),
        ] {
            let mut component = component;
            component["type"] = json!("textfield");
            component["id"] = json!("field_1");
            component["key"] = json!("a");
            let found = refused(component);
            let [(field, pointer, found_code, detail)] = found.as_slice() else {
                panic!("{property}: {found:?}");
            };
            assert_eq!((field.as_str(), found_code.as_str()), ("field_1", code), "{property}");
            assert_eq!(*pointer, format!("/components/0/components/0/{property}"));
            assert!(detail.contains(place), "{property}: {detail}");
        }
    }

    #[test]
    fn what_form_js_evaluates_may_be_anything_feel_has() {
        for component in [
            json!({"type": "textfield", "key": "a-b", "conditional": {"hide": "=a-b = 1"}}),
            json!({"type": "textfield", "key": "a", "conditional": {"hide": "no expression ("}}),
            json!({"type": "textfield", "key": "a", "label": "{ {{"}),
            json!({"type": "html", "content": "<style>p {color: red}</style>{{#loop rows}}{{this.x}}{{parent.y}}{{/loop}}"}),
            json!({"type": "text", "text": "=if a then \"x\" else \"y\""}),
            json!({"type": "table", "dataSource": "=rows[item.n > 1]", "columnsExpression": "=columns"}),
            json!({"type": "textfield", "key": "a", "validate": {"pattern": "^(?!00)(\\d)\\1$"}}),
        ] {
            assert_eq!(refused(component.clone()), [], "{component}");
        }
    }
}
