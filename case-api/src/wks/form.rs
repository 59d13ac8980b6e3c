//! A Form.io form as a form-js schema: the part that has a counterpart. Layout is flattened to groups; scripts and remote
//! data are reported and left out.

use super::{Report, text};
use serde_json::{Map, Value, json};

/// Version of the form-js schema we write.
const SCHEMA_VERSION: u32 = 18;
/// Containers in containers.
const MAX_DEPTH: usize = 20;

/// None when there is nothing to show.
pub(super) fn convert(key: &str, title: Option<&str>, structure: Option<&Value>, report: &mut Report) -> Option<Value> {
    let structure = structure?;
    let place = format!("form {key}");
    if text(structure, "display").as_deref() == Some("wizard") {
        report.find(&place, "wizard-as-pages", "the pages of a wizard became groups of one form");
    }
    let mut converter = Converter { place, report, count: 0 };
    let components = converter.components(structure.get("components")?.as_array()?, 0);
    (!components.is_empty()).then(|| {
        json!({
            "type": "default", "id": key, "schemaVersion": SCHEMA_VERSION, "name": title.unwrap_or(key), "components": components,
        })
    })
}

struct Converter<'a> {
    place: String,
    report: &'a mut Report,
    count: usize,
}

impl Converter<'_> {
    fn components(&mut self, components: &[Value], depth: usize) -> Vec<Value> {
        if depth > MAX_DEPTH {
            self.find("", "too-deep", "containers are nested too deeply; the inner ones were left out");
            return Vec::new();
        }
        components.iter().filter_map(|component| self.component(component, depth)).collect()
    }

    fn component(&mut self, source: &Value, depth: usize) -> Option<Value> {
        let key = text(source, "key").unwrap_or_default();
        let kind = text(source, "type").unwrap_or_default();
        let base = match kind.as_str() {
            "textfield" | "password" | "url" => json!({"type": "textfield"}),
            "email" => json!({"type": "textfield", "validate": {"validationType": "email"}}),
            "phoneNumber" => json!({"type": "textfield"}),
            "textarea" => json!({"type": "textarea"}),
            "number" | "currency" => json!({"type": "number"}),
            "checkbox" => json!({"type": "checkbox"}),
            "radio" => json!({"type": "radio", "values": self.options(source, &key)}),
            "select" if source.get("multiple") == Some(&Value::Bool(true)) => {
                json!({"type": "taglist", "values": self.options(source, &key)})
            }
            "select" => json!({"type": "select", "values": self.options(source, &key)}),
            "selectboxes" => {
                self.find(
                    &key,
                    "values-differ",
                    "stored as a list of the chosen options, not as an object of true and false",
                );
                json!({"type": "checklist", "values": self.options(source, &key)})
            }
            "datetime" => date_time(source),
            "day" => json!({"type": "datetime", "subtype": "date", "dateLabel": label(source, &key)}),
            "time" => json!({"type": "datetime", "subtype": "time", "timeLabel": label(source, &key)}),
            "file" => {
                json!({"type": "filepicker", "multiple": source.get("multiple").cloned().unwrap_or(json!(false))})
            }
            "tags" => {
                self.find(&key, "tags-as-text", "free tags have no counterpart; they are one line of text");
                json!({"type": "textfield"})
            }
            "content" | "htmlelement" => {
                let words = text(source, "html").or_else(|| text(source, "content")).unwrap_or_default();
                return Some(self.named(json!({"type": "text", "text": without_tags(&words)})));
            }
            "hidden" => {
                self.find(
                    &key,
                    "hidden-left-out",
                    "a hidden field has no place in a form; set it as a field of the case",
                );
                return None;
            }
            "button" => return None,
            // The outermost component of the forms that WKS ships: it only holds the others.
            "" if source.get("components").is_some() => return self.container(source, "panel", &key, depth),
            "panel" | "fieldset" | "well" | "container" | "columns" | "tabs" | "table" | "datagrid" | "editgrid" => {
                return self.container(source, &kind, &key, depth);
            }
            "recordtype" => {
                self.find(
                    &key,
                    "record-type-left-out",
                    "a choice of records has no counterpart; it is one line of text",
                );
                json!({"type": "textfield"})
            }
            other => {
                self.find(&key, "unsupported-component", format!("`{other}` has no counterpart and was left out"));
                return None;
            }
        };
        Some(self.field(source, &key, base))
    }

    fn field(&mut self, source: &Value, key: &str, base: Value) -> Value {
        let mut field = base;
        let mut rules = match field.get("validate") {
            Some(Value::Object(rules)) => rules.clone(),
            _ => Map::new(),
        };
        rules.extend(self.rules(source, key));
        if let Some(members) = field.as_object_mut() {
            members.insert("key".to_owned(), json!(key));
            members.insert("label".to_owned(), json!(label(source, key)));
            if let Some(description) = text(source, "description") {
                members.insert("description".to_owned(), json!(description));
            }
            if source.get("disabled") == Some(&Value::Bool(true)) {
                members.insert("readonly".to_owned(), json!(true));
            }
            if let Some(default) = source.get("defaultValue").filter(|v| !v.is_null() && **v != json!("")) {
                members.insert("defaultValue".to_owned(), default.clone());
            }
            if !rules.is_empty() {
                members.insert("validate".to_owned(), Value::Object(rules));
            }
            if let Some(hide) = self.condition(source, key) {
                members.insert("conditional".to_owned(), json!({"hide": hide}));
            }
        }
        for (name, what) in [
            ("calculateValue", "a calculated value"),
            ("customDefaultValue", "a default value by script"),
            ("customConditional", "a condition by script"),
            ("logic", "logic"),
        ] {
            let present = source.get(name).is_some_and(|value| match value {
                Value::String(script) => !script.trim().is_empty(),
                Value::Array(items) => !items.is_empty(),
                _ => false,
            });
            if present {
                self.find(key, "script-left-out", format!("{what} ({name}) is code and was left out"));
            }
        }
        self.named(field)
    }

    fn rules(&mut self, source: &Value, key: &str) -> Map<String, Value> {
        let mut rules = Map::new();
        let Some(validate) = source.get("validate") else {
            return rules;
        };
        if validate.get("required") == Some(&Value::Bool(true)) {
            rules.insert("required".to_owned(), json!(true));
        }
        for name in ["min", "max", "minLength", "maxLength"] {
            let number = validate.get(name).and_then(|v| v.as_f64().or_else(|| v.as_str()?.trim().parse().ok()));
            if let Some(number) = number {
                rules.insert(name.to_owned(), json!(number));
            }
        }
        if let Some(pattern) = text(validate, "pattern") {
            if regex::Regex::new(&pattern).is_ok() {
                rules.insert("pattern".to_owned(), json!(pattern));
            } else {
                self.find(
                    key,
                    "pattern-left-out",
                    "the pattern uses look-around or back-references, which are not supported",
                );
            }
        }
        if text(validate, "custom").is_some() || text(validate, "customPrivate").is_some() {
            self.find(key, "script-left-out", "a validation by script was left out");
        }
        rules
    }

    /// `conditional: {show, when, eq}`: shown (or hidden) when another field has a value.
    fn condition(&mut self, source: &Value, key: &str) -> Option<String> {
        let conditional = source.get("conditional")?;
        let when = text(conditional, "when")?;
        let shows = match conditional.get("show") {
            Some(Value::Bool(show)) => *show,
            Some(Value::String(show)) if !show.is_empty() => show == "true",
            _ => return None,
        };
        let equal = match conditional.get("eq") {
            Some(Value::String(text)) if text == "true" || text == "false" => text.clone(),
            Some(Value::String(text)) if !text.contains('"') => format!("\"{text}\""),
            Some(value @ (Value::Bool(_) | Value::Number(_))) => value.to_string(),
            _ => {
                self.find(key, "condition-left-out", "its condition cannot be said as an expression");
                return None;
            }
        };
        Some(format!("={when} {} {equal}", if shows { "!=" } else { "=" }))
    }

    fn container(&mut self, source: &Value, kind: &str, key: &str, depth: usize) -> Option<Value> {
        let lists: Vec<&Vec<Value>> = match kind {
            "columns" => nested(source, "columns"),
            "table" => source
                .get("rows")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_array)
                .flatten()
                .filter_map(|cell| cell.get("components")?.as_array())
                .collect(),
            "tabs" => nested(source, "components"),
            _ => source.get("components").and_then(Value::as_array).into_iter().collect(),
        };
        let components: Vec<Value> = lists.into_iter().flat_map(|list| self.components(list, depth + 1)).collect();
        if components.is_empty() {
            return None;
        }
        let label = text(source, "title").or_else(|| text(source, "label")).or_else(|| text(source, "legend"));
        let mut group =
            json!({"type": "group", "label": label, "showOutline": kind != "columns", "components": components});
        if let Some(members) = group.as_object_mut() {
            if matches!(kind, "datagrid" | "editgrid") {
                members.insert("type".to_owned(), json!("dynamiclist"));
                members.insert("path".to_owned(), json!(key));
            } else if kind == "container" {
                members.insert("path".to_owned(), json!(key));
            }
        }
        Some(self.named(group))
    }

    fn options(&mut self, source: &Value, key: &str) -> Vec<Value> {
        let values = source.get("values").or_else(|| source.pointer("/data/values")).and_then(Value::as_array);
        let is_remote = text(source, "dataSrc").is_some_and(|kind| kind != "values");
        if is_remote {
            self.find(
                key,
                "remote-options-left-out",
                "options that come from a URL or a resource were left out; name them",
            );
        }
        let options: Vec<Value> = values
            .into_iter()
            .flatten()
            .filter_map(|option| {
                let value = option.get("value").filter(|value| **value != json!(""))?;
                let label = text(option, "label").unwrap_or_else(|| value.as_str().unwrap_or_default().to_owned());
                Some(json!({"label": label, "value": value}))
            })
            .collect();
        if options.is_empty() && !is_remote {
            self.find(key, "no-options", "it has no options");
        }
        options
    }

    /// form-js wants an id on every component.
    fn named(&mut self, mut component: Value) -> Value {
        self.count += 1;
        if let Some(members) = component.as_object_mut() {
            members.insert("id".to_owned(), json!(format!("Field_{}", self.count)));
        }
        component
    }

    fn find(&mut self, key: &str, code: &str, detail: impl Into<String>) {
        let place = if key.is_empty() { self.place.clone() } else { format!("{}/{key}", self.place) };
        self.report.find(&place, code, detail);
    }
}

fn nested<'a>(source: &'a Value, name: &str) -> Vec<&'a Vec<Value>> {
    source
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|part| part.get("components")?.as_array())
        .collect()
}

fn date_time(source: &Value) -> Value {
    let is_on = |name: &str| source.get(name) != Some(&Value::Bool(false));
    match (is_on("enableDate"), is_on("enableTime")) {
        (true, false) => json!({"type": "datetime", "subtype": "date", "dateLabel": label(source, "Date")}),
        (false, true) => json!({"type": "datetime", "subtype": "time", "timeLabel": label(source, "Time")}),
        _ => {
            json!({"type": "datetime", "subtype": "datetime", "dateLabel": label(source, "Date"), "timeLabel": "Time"})
        }
    }
}

fn label(source: &Value, key: &str) -> String {
    text(source, "label").unwrap_or_else(|| key.to_owned())
}

/// Words only: markup of a foreign form is not shown.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut is_inside = false;
    for character in html.chars() {
        match character {
            '<' => is_inside = true,
            '>' => is_inside = false,
            _ if !is_inside => out.push(character),
            _ => {}
        }
    }
    out.trim().to_owned()
}
