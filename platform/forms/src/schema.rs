//! A form-js schema, reduced to what decides about data. Components that show and do not hold (text, image, button) are
//! left out; groups are walked; rows of a dynamic list carry their own components.

use crate::fault::FieldFault;
use regex::Regex;
use serde_json::Value;

/// Components of one schema.
const MAX_COMPONENTS: usize = 2_000;
/// Groups in groups.
const MAX_DEPTH: usize = 20;
/// Compiled size of one pattern, in bytes.
const MAX_PATTERN: usize = 256 * 1024;

#[derive(Debug)]
pub struct Schema {
    pub components: Vec<Component>,
}

#[derive(Debug)]
pub struct Component {
    /// Where the value is in the data; a group with a `path` puts its components below it.
    pub path: Vec<String>,
    pub label: String,
    pub kind: Kind,
    pub required: bool,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub min_length: Option<usize>,
    pub max_length: Option<usize>,
    pub pattern: Option<Regex>,
    /// Read-only or disabled: what is submitted for it is ignored.
    pub is_locked: bool,
    /// FEEL conditions of the component and of the groups around it; any of them hides it.
    pub hide: Vec<String>,
}

#[derive(Debug)]
pub enum Kind {
    Text,
    Email,
    Phone,
    Number {
        decimal_digits: Option<u32>,
    },
    Checkbox,
    /// One of the options; `None`: they come from data and cannot be checked here.
    Choice(Option<Vec<Value>>),
    /// Several of the options.
    Choices(Option<Vec<Value>>),
    Date,
    Time,
    DateTime,
    /// References to stored files.
    Files {
        multiple: bool,
    },
    Rows(Vec<Component>),
    /// A type this release does not know: the value is taken as it is.
    Unknown,
}

/// Reads a schema.
///
/// # Errors
/// What is not a form-js schema, or more of it than we take, with pointers into the schema.
pub fn read(schema: &Value) -> Result<Schema, Vec<FieldFault>> {
    let mut reader = Reader { faults: Vec::new(), count: 0 };
    let components = schema.get("components").and_then(Value::as_array);
    let Some(components) = components else {
        return Err(vec![FieldFault::new("/components", "required", "a form-js schema has `components`")]);
    };
    let mut out = Vec::new();
    reader.walk(components, "/components", &[], &[], 0, &mut out);
    if reader.faults.is_empty() { Ok(Schema { components: out }) } else { Err(reader.faults) }
}

struct Reader {
    faults: Vec<FieldFault>,
    count: usize,
}

impl Reader {
    fn walk(
        &mut self,
        components: &[Value],
        pointer: &str,
        path: &[String],
        hide: &[String],
        depth: usize,
        out: &mut Vec<Component>,
    ) {
        if depth > MAX_DEPTH {
            self.faults.push(FieldFault::new(pointer, "too-deep", "groups are nested too deeply"));
            return;
        }
        for (index, component) in components.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            self.count += 1;
            if self.count > MAX_COMPONENTS {
                self.faults.push(FieldFault::new(&pointer, "too-many", "a form is limited to 2,000 components"));
                return;
            }
            let Some(kind) = component.get("type").and_then(Value::as_str) else {
                self.faults.push(FieldFault::new(&format!("{pointer}/type"), "required", "a component has a type"));
                continue;
            };
            let mut hide = hide.to_vec();
            if let Some(condition) = component.pointer("/conditional/hide").and_then(Value::as_str) {
                hide.push(condition.to_owned());
            }
            let children = component.get("components").and_then(Value::as_array);
            if let (Some(children), false) = (children, kind == "dynamiclist") {
                let path = below(path, component.get("path"));
                self.walk(children, &format!("{pointer}/components"), &path, &hide, depth + 1, out);
                continue;
            }
            if let Some(component) = self.component(component, kind, &pointer, path, hide, depth) {
                out.push(component);
            }
        }
    }

    fn component(
        &mut self,
        component: &Value,
        kind: &str,
        pointer: &str,
        path: &[String],
        hide: Vec<String>,
        depth: usize,
    ) -> Option<Component> {
        let key = component.get("key").or_else(|| component.get("path")).and_then(Value::as_str).unwrap_or_default();
        let kind = self.kind(component, kind, pointer, depth)?;
        if key.is_empty() {
            // A component without a key shows something and holds nothing.
            return None;
        }
        let validate = component.get("validate");
        let rule = |name: &str| validate.and_then(|v| v.get(name));
        let is_true = |value: Option<&Value>| value.and_then(Value::as_bool).unwrap_or(false);
        let pattern = match rule("pattern").and_then(Value::as_str).filter(|p| !p.is_empty()) {
            None => None,
            Some(pattern) => match regex::RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build() {
                Ok(regex) => Some(regex),
                Err(_) => {
                    let detail = "the pattern cannot be compiled (no look-around, no back-references)";
                    self.faults.push(FieldFault::new(&format!("{pointer}/validate/pattern"), "pattern", detail));
                    None
                }
            },
        };
        let kind = match (kind, rule("validationType").and_then(Value::as_str)) {
            (Kind::Text, Some("email")) => Kind::Email,
            (Kind::Text, Some("phone")) => Kind::Phone,
            (kind, _) => kind,
        };
        Some(Component {
            path: below(path, Some(&Value::from(key))),
            label: component.get("label").and_then(Value::as_str).filter(|l| !l.is_empty()).unwrap_or(key).to_owned(),
            kind,
            required: is_true(rule("required")),
            min: rule("min").and_then(number),
            max: rule("max").and_then(number),
            min_length: rule("minLength").and_then(length),
            max_length: rule("maxLength").and_then(length),
            pattern,
            is_locked: is_true(component.get("disabled")) || is_true(component.get("readonly")),
            hide,
        })
    }

    /// None: it holds no data.
    fn kind(&mut self, component: &Value, kind: &str, pointer: &str, depth: usize) -> Option<Kind> {
        Some(match kind {
            "textfield" | "textarea" => Kind::Text,
            "number" => Kind::Number {
                decimal_digits: component
                    .get("decimalDigits")
                    .and_then(Value::as_u64)
                    .and_then(|n| u32::try_from(n).ok()),
            },
            "checkbox" => Kind::Checkbox,
            "radio" | "select" => Kind::Choice(options(component)),
            "checklist" | "taglist" => Kind::Choices(options(component)),
            "datetime" => match component.get("subtype").and_then(Value::as_str) {
                Some("time") => Kind::Time,
                Some("datetime") => Kind::DateTime,
                _ => Kind::Date,
            },
            // An expression may allow several: only the browser can tell, so several are let through.
            "filepicker" => Kind::Files {
                multiple: !matches!(component.get("multiple"), None | Some(Value::Bool(false) | Value::Null)),
            },
            "dynamiclist" => {
                let mut rows = Vec::new();
                if let Some(children) = component.get("components").and_then(Value::as_array) {
                    self.walk(children, &format!("{pointer}/components"), &[], &[], depth + 1, &mut rows);
                }
                Kind::Rows(rows)
            }
            "text" | "html" | "image" | "button" | "separator" | "spacer" | "iframe" | "table" | "documentPreview" => {
                return None;
            }
            // An expression field computes its value in the browser; we take the value as data.
            _ => Kind::Unknown,
        })
    }
}

/// `a.b` goes into nested objects.
fn below(path: &[String], key: Option<&Value>) -> Vec<String> {
    let key = key.and_then(Value::as_str).unwrap_or_default();
    path.iter().cloned().chain(key.split('.').filter(|part| !part.is_empty()).map(str::to_owned)).collect()
}

/// Static options; `valuesKey` and `valuesExpression` take them from data.
fn options(component: &Value) -> Option<Vec<Value>> {
    let values = component.get("values").and_then(Value::as_array)?;
    Some(values.iter().filter_map(|option| option.get("value").cloned()).collect())
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn length(value: &Value) -> Option<usize> {
    let number = number(value)?;
    (0.0..=1e9).contains(&number).then_some(number as usize)
}
