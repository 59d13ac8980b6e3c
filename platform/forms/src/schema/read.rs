//! JSON to a [`Schema`].

use super::{Component, ComputedOn, Days, Kind, Lines, Lock, NumberKind, Rows, Schema};
use crate::decimal;
use crate::fault::FieldFault;
use crate::formula::{self, Condition, Formula};
use crate::option::Options;
use crate::rule::{Limit, Preset, Rules};
use crate::template::is_template;
use crate::truth::is_truthy;
use casewright_engine_feel::Names;
use serde_json::Value;
use std::sync::Arc;

/// Components of one schema.
const MAX_COMPONENTS: usize = 2_000;
/// Groups in groups.
const MAX_DEPTH: usize = 20;
/// Rows that a list may have from the beginning.
const MAX_ROWS: u64 = 1_000;

/// Reads a schema.
///
/// # Errors
/// What is not a form-js schema, or more of it than we take, with pointers into the schema.
pub(crate) fn read(schema: &Value) -> Result<Schema, Vec<FieldFault>> {
    read_for(schema, &formula::names(schema, &[]))
}

/// [`read`], where these names exist. An expression that cannot be read is none, as in the browser: forms may have been
/// published before anybody looked.
///
/// # Errors
/// Those of [`read`].
pub(crate) fn read_for(schema: &Value, names: &Names) -> Result<Schema, Vec<FieldFault>> {
    let mut reader = Reader { names, faults: Vec::new(), count: 0 };
    let Some(components) = schema.get("components").and_then(Value::as_array) else {
        return Err(vec![FieldFault::new("/components", "required", "a form-js schema has `components`")]);
    };
    let mut out = Vec::new();
    reader.walk(components, "/components", &Around::default(), &mut out);
    if reader.faults.is_empty() { Ok(Schema { components: out }) } else { Err(reader.faults) }
}

/// The groups around a component.
#[derive(Clone, Default)]
struct Around {
    path: Vec<String>,
    hide: Vec<Arc<Condition>>,
    depth: usize,
}

struct Reader<'a> {
    names: &'a Names,
    faults: Vec<FieldFault>,
    count: usize,
}

impl Reader<'_> {
    fn walk(&mut self, components: &[Value], pointer: &str, around: &Around, out: &mut Vec<Component>) {
        if around.depth > MAX_DEPTH {
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
            let Some(kind) = text(component, "type") else {
                self.faults.push(FieldFault::new(&format!("{pointer}/type"), "required", "a component has a type"));
                continue;
            };
            let mut around = around.clone();
            let hide = component.pointer("/conditional/hide").and_then(Value::as_str);
            around.hide.extend(hide.and_then(|text| self.condition(text)).map(Arc::new));
            let children = component.get("components").and_then(Value::as_array);
            if let (Some(children), false) = (children, kind == "dynamiclist" && repeats(component)) {
                around.path = below(&around.path, text(component, "path").unwrap_or_default());
                around.depth += 1;
                self.walk(children, &format!("{pointer}/components"), &around, out);
            } else if let Some(component) = self.component(component, kind, &pointer, around) {
                out.push(component);
            }
        }
    }

    fn component(&mut self, component: &Value, kind: &str, pointer: &str, around: Around) -> Option<Component> {
        let [first, second] = if kind == "dynamiclist" { ["path", "key"] } else { ["key", "path"] };
        let key = text(component, first).or_else(|| text(component, second)).unwrap_or_default();
        let kind = self.kind(component, kind, pointer, around.depth)?;
        if key.is_empty() {
            // A component without a key shows something and holds nothing.
            return None;
        }
        Some(Component {
            path: below(&around.path, key),
            label: text(component, "label").filter(|label| is_plain(label)).unwrap_or(key).to_owned(),
            rules: self.rules(component.get("validate"), pointer),
            default: component.get("defaultValue").cloned(),
            lock: self.lock(component),
            kind,
            hide: around.hide,
        })
    }

    /// None: it holds no data.
    fn kind(&mut self, component: &Value, kind: &str, pointer: &str, depth: usize) -> Option<Kind> {
        Some(match kind {
            "textfield" => Kind::Text { lines: Lines::One },
            "textarea" => Kind::Text { lines: Lines::Several },
            "number" => Kind::Number(NumberKind {
                decimal_digits: component.get("decimalDigits").and_then(Value::as_i64),
                increment: component.get("increment").and_then(decimal::of_json).filter(|step| !decimal::is_zero(step)),
                as_text: component.get("serializeToString").is_some_and(is_truthy),
            }),
            "checkbox" => Kind::Checkbox,
            "radio" | "select" => Kind::Choice(Options::read(component, self.names)),
            "checklist" | "taglist" => Kind::Choices(Options::read(component, self.names)),
            "datetime" => match text(component, "subtype") {
                Some("time") => Kind::Time,
                Some("datetime") => Kind::DateTime(days(component)),
                _ => Kind::Date(days(component)),
            },
            // An expression may allow several: what it says changes with the data, so several are let through.
            "filepicker" => Kind::Files {
                multiple: !matches!(component.get("multiple"), None | Some(Value::Bool(false) | Value::Null)),
            },
            "expression" => Kind::Computed {
                formula: text(component, "expression").and_then(|text| self.formula(text)),
                on: match text(component, "computeOn") {
                    None | Some("change") => ComputedOn::Change,
                    Some(_) => ComputedOn::Submit,
                },
            },
            "dynamiclist" => {
                let mut components = Vec::new();
                if let Some(children) = component.get("components").and_then(Value::as_array) {
                    let around = Around { depth: depth + 1, ..Around::default() };
                    self.walk(children, &format!("{pointer}/components"), &around, &mut components);
                }
                let count = component.get("defaultRepetitions").and_then(Value::as_u64).unwrap_or(1);
                Kind::Rows(Rows { components, count: usize::try_from(count.min(MAX_ROWS)).unwrap_or_default() })
            }
            "text" | "html" | "image" | "button" | "separator" | "spacer" | "iframe" | "table" | "documentPreview" => {
                return None;
            }
            _ => Kind::Unknown,
        })
    }

    fn rules(&mut self, validate: Option<&Value>, pointer: &str) -> Rules {
        let Some(validate) = validate.filter(|validate| validate.is_object()) else {
            return Rules::default();
        };
        let limit = |name: &str| match validate.get(name) {
            None | Some(Value::Null) => Limit::None,
            Some(Value::String(text)) if text.starts_with('=') => {
                self.formula(text).map_or(Limit::None, Limit::Computed)
            }
            Some(value) => Limit::Fixed(value.clone()),
        };
        let (min, max) = (limit("min"), limit("max"));
        let (min_length, max_length) = (limit("minLength"), limit("maxLength"));
        let pattern =
            match text(validate, "pattern").filter(|pattern| !pattern.is_empty()).map(crate::pattern::Pattern::new) {
                None => None,
                Some(Ok(pattern)) => Some(pattern),
                Some(Err(mistake)) => {
                    let detail = format!("{} (letter {})", mistake.message, mistake.letter);
                    self.faults.push(FieldFault::new(&format!("{pointer}/validate/pattern"), "pattern", &detail));
                    None
                }
            };
        Rules {
            required: validate.get("required").is_some_and(is_truthy),
            min,
            max,
            min_length,
            max_length,
            pattern,
            pattern_message: text(validate, "patternErrorMessage").filter(|text| !text.is_empty()).map(str::to_owned),
            preset: match text(validate, "validationType") {
                Some("email") => Some(Preset::Email),
                Some("phone") => Some(Preset::Phone),
                _ => None,
            },
        }
    }

    fn lock(&self, component: &Value) -> Lock {
        if component.get("disabled").is_some_and(is_truthy) {
            return Lock::Disabled;
        }
        match component.get("readonly") {
            Some(Value::String(text)) if text.starts_with('=') => {
                self.condition(text).map_or(Lock::Open, Lock::ReadOnlyWhen)
            }
            Some(value) if is_truthy(value) => Lock::ReadOnly,
            _ => Lock::Open,
        }
    }

    fn condition(&self, text: &str) -> Option<Condition> {
        Condition::read(text, self.names)?.ok()
    }

    fn formula(&self, text: &str) -> Option<Formula> {
        Formula::read(text, self.names)?.ok()
    }
}

fn days(component: &Value) -> Days {
    let is_open = component.get("disallowPassedDates").is_none_or(|disallow| !is_truthy(disallow));
    if is_open { Days::All } else { Days::NotPassed }
}

/// A label that says what it says, and is neither expression nor template.
fn is_plain(label: &str) -> bool {
    !label.is_empty() && !label.starts_with('=') && !is_template(label)
}

fn repeats(component: &Value) -> bool {
    component.get("isRepeating").is_none_or(is_truthy)
}

fn text<'a>(component: &'a Value, name: &str) -> Option<&'a str> {
    component.get(name).and_then(Value::as_str)
}

/// `a.b` goes into nested objects.
fn below(path: &[String], key: &str) -> Vec<String> {
    path.iter().cloned().chain(key.split('.').filter(|part| !part.is_empty()).map(str::to_owned)).collect()
}
