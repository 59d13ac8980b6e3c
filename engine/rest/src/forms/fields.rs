//! Values of form fields: defaults, conversion between text and model, and constraints.

use super::date_pattern;
use crate::error::{RestError, RestResult};
use casewright_engine_core::command::{Lifetime, NewVariable};
use casewright_engine_model::model::FormField;
use casewright_engine_value::{Evaluator, Language, Scope, Value};
use smol_str::SmolStr;

/// Evaluates defaults over a scope.
pub(super) fn default_of(
    field: &FormField,
    evaluator: &dyn Evaluator,
    scope: &mut dyn Scope,
) -> RestResult<Option<Value>> {
    match &field.default_value {
        None => Ok(None),
        Some(text) => evaluator
            .evaluate(Language::Juel, text, scope)
            .map(|value| Some(value).filter(|value| !value.is_null()))
            .map_err(|error| RestError::engine(error.to_string())),
    }
}

/// What the fields show: the variable of that name, else the default.
pub(crate) fn form_values(
    fields: &[FormField],
    evaluator: &dyn Evaluator,
    scope: &mut dyn Scope,
) -> RestResult<Vec<(SmolStr, Value)>> {
    fields
        .iter()
        .map(|field| {
            let value = match scope.get(variable_of(field)) {
                Some(value) => value,
                None => match default_of(field, evaluator, scope)? {
                    Some(value) => to_model(field, &value)?,
                    None => Value::Null,
                },
            };
            Ok((field.id.clone(), shown(field, value)))
        })
        .collect()
}

/// The variable that a field shows and sets.
fn variable_of(field: &FormField) -> &SmolStr {
    field.variable.as_ref().unwrap_or(&field.id)
}

/// A date is shown in its pattern, and as nothing when there is none.
fn shown(field: &FormField, value: Value) -> Value {
    if field.type_name != "date" {
        return value;
    }
    match value {
        Value::Date(at) => Value::string(&date_pattern::format(pattern(field), at)),
        null if null.is_null() => Value::string(""),
        other => other,
    }
}

pub(super) fn pattern(field: &FormField) -> &str {
    field.date_pattern.as_deref().unwrap_or(date_pattern::DEFAULT)
}

/// The variables that a submission sets: fields checked and converted, defaults of those left out, then the others.
///
/// # Errors
/// A constraint that does not hold, a value that is none of the field's type.
pub(crate) fn submitted(
    fields: &[FormField],
    mut given: Vec<NewVariable>,
    evaluator: &dyn Evaluator,
    scope: &mut dyn Scope,
) -> RestResult<Vec<NewVariable>> {
    let mut out = Vec::new();
    for field in fields {
        let place = given.iter().position(|variable| variable.name == field.id);
        let own = place.map(|place| given.remove(place));
        let value = own.as_ref().map(|variable| &variable.value).filter(|value| !value.is_null());
        check(field, value, scope)?;
        let model = match &own {
            Some(variable) => Some(to_model(field, &variable.value)?),
            None => default_of(field, evaluator, scope)?.map(|value| to_model(field, &value)).transpose()?,
        };
        let lifetime = own.as_ref().map_or(Lifetime::Stored, |variable| variable.lifetime);
        out.extend(model.map(|value| NewVariable { lifetime, ..NewVariable::new(variable_of(field).clone(), value) }));
    }
    out.extend(given);
    Ok(out)
}

fn to_model(field: &FormField, value: &Value) -> RestResult<Value> {
    let refused = |what: &str| RestError::engine(format!("The value of form field '{}' is no {what}", field.id));
    Ok(match (field.type_name.as_str(), value) {
        (_, null) if null.is_null() => null.clone(),
        ("long", Value::Long(_)) => value.clone(),
        ("long", Value::Short(v)) => Value::Long(i64::from(*v)),
        ("long", Value::Integer(v)) => Value::Long(i64::from(*v)),
        ("long", Value::Double(v)) => Value::Long(*v as i64),
        ("long", Value::String(text)) => Value::Long(text.trim().parse().map_err(|_| refused("number"))?),
        ("boolean", Value::Boolean(_)) | ("date", Value::Date(_)) => value.clone(),
        ("boolean", Value::String(text)) => Value::Boolean(text.eq_ignore_ascii_case("true")),
        ("date", Value::String(text)) if text.is_empty() => Value::Null,
        ("date", Value::String(text)) => {
            Value::Date(date_pattern::parse(pattern(field), text).ok_or_else(|| refused("date"))?)
        }
        ("enum", Value::String(text)) => {
            if !field.values.contains_key(text.as_ref()) {
                return Err(RestError::engine(format!("Invalid value for enum form property: {text}")));
            }
            value.clone()
        }
        ("long", _) => return Err(refused("number")),
        ("boolean", _) => return Err(refused("boolean")),
        ("date", _) => return Err(refused("date")),
        ("string", Value::String(_)) => value.clone(),
        ("string" | "enum", other) => Value::string(&text_of(other)),
        // A type of the caller's own: taken as it is.
        _ => value.clone(),
    })
}

/// A scalar as text.
pub(super) fn text_of(value: &Value) -> String {
    match casewright_engine_views::plain(value) {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

fn check(field: &FormField, value: Option<&Value>, scope: &dyn Scope) -> RestResult<()> {
    for (name, config) in &field.constraints {
        if !holds(field, name, config.as_deref(), value, scope) {
            let shown = config.as_ref().map_or_else(|| name.to_string(), |config| format!("{name}({config})"));
            return Err(RestError::new(
                http::StatusCode::INTERNAL_SERVER_ERROR,
                "FormFieldValidatorException",
                format!("Invalid value submitted for form field '{}': validation of {shown} failed.", field.id),
                Some(0),
            ));
        }
    }
    Ok(())
}

fn holds(field: &FormField, name: &str, config: Option<&str>, value: Option<&Value>, scope: &dyn Scope) -> bool {
    let limit = || config.and_then(|config| config.trim().parse::<f64>().ok());
    let number = |value: &Value| match value {
        Value::Short(v) => Some(f64::from(*v)),
        Value::Integer(v) => Some(f64::from(*v)),
        Value::Long(v) => Some(*v as f64),
        Value::Double(v) => Some(*v),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let length = |value: &Value| text_of(value).chars().count() as f64;
    match (name, value) {
        ("required", None) => scope.get(&field.id).is_some_and(|known| !known.is_null()),
        ("required", Some(Value::String(text))) => !text.is_empty(),
        ("readonly", submitted) => submitted.is_none(),
        ("min", Some(value)) => number(value).zip(limit()).is_none_or(|(n, limit)| n >= limit),
        ("max", Some(value)) => number(value).zip(limit()).is_none_or(|(n, limit)| n <= limit),
        ("minlength", Some(value)) => limit().is_none_or(|limit| length(value) >= limit),
        ("maxlength", Some(value)) => limit().is_none_or(|limit| length(value) <= limit),
        _ => true,
    }
}
