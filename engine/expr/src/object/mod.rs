//! What an expression holds while it is evaluated, and the fixed library of properties and methods on it.
//!
//! Camunda's expressions call Java methods by reflection. Here only the methods that models use exist, one file per
//! receiver; anything else is `Method not found`, as it would be for a method Java does not have. Values are immutable:
//! a method that changes its receiver answers the changed receiver in [`Outcome::changed`].

pub(crate) mod collection;
mod date;
mod json_path;
mod model;
mod number;
pub(crate) mod spin;
mod text;
mod xml;

use crate::java::{class_name, json, to_text};
use crate::juel::{Failure, LESS, coerce};
use casewright_engine_value::Value;
use model::{no_property, same};
use std::sync::Arc;

pub(crate) use model::{Object, Outcome, as_collection, facade_class, getter_property, looks_at_variable};

/// `base.name` and `base[name]`; `base` is not null.
pub(crate) fn property(base: &Object, name: &Value) -> Result<Object, Failure> {
    match base {
        Object::Plain(value) => value_property(value, name).map(Object::Plain),
        Object::Moment(instant) => date::moment_property(*instant, &to_text(name)),
        Object::Node(node) => spin::node_property(node, &to_text(name)),
        other => Err(no_property(&object_class(other), name)),
    }
}

fn value_property(value: &Value, name: &Value) -> Result<Value, Failure> {
    match value {
        Value::Map(entries) => Ok(entries.get(to_text(name).as_str()).cloned().unwrap_or_default()),
        Value::List(items) => collection::element(items, name),
        Value::Date(instant) => date::property(*instant, name),
        Value::Json(text) => spin::node_property(&spin::parse_node(text)?, &to_text(name))?.into_value(),
        Value::Object(object) => match json::parse_object(object) {
            Some(Value::Map(entries)) => match entries.get(to_text(name).as_str()) {
                Some(found) => Ok(found.clone()),
                None if object.type_name.starts_with("java.util.") => Ok(Value::Null),
                None => Err(no_property(&object.type_name, name)),
            },
            Some(Value::List(items)) => collection::element(&items, name),
            _ => Err(no_property(&object.type_name, name)),
        },
        Value::String(text) if to_text(name) == "bytes" => Ok(Value::Bytes(Arc::from(text.as_bytes()))),
        other => Err(no_property(class_name(other), name)),
    }
}

/// `base.method(arguments)`; `base` is neither null nor a facade.
pub(crate) fn invoke(base: &Object, method: &str, arguments: &[Object]) -> Result<Outcome, Failure> {
    let found = match base {
        Object::Plain(value) => invoke_value(value, method, arguments)?,
        Object::Moment(instant) => date::invoke_moment(*instant, method, arguments)?.map(Outcome::object),
        Object::Node(node) => spin::invoke_node(node, method, arguments)?,
        Object::Matches(found) => spin::invoke_matches(found, method)?.map(Outcome::object),
        Object::Element(element) => xml::invoke(element, method, arguments)?.map(Outcome::object),
        Object::Facade(_) => None,
    };
    if let Some(outcome) = found {
        return Ok(outcome);
    }
    if let Some(outcome) = common(base, method, arguments)? {
        return Ok(Outcome::of(outcome));
    }
    Err(no_method(base, method, arguments))
}

fn invoke_value(value: &Value, method: &str, arguments: &[Object]) -> Result<Option<Outcome>, Failure> {
    match value {
        Value::String(text) => Ok(text::invoke(text, method, arguments)?.map(Outcome::of)),
        Value::Short(_) | Value::Integer(_) | Value::Long(_) | Value::Double(_) => {
            Ok(number::invoke(value, method)?.map(Outcome::of))
        }
        Value::Date(instant) => Ok(date::invoke(*instant, method, arguments)?.map(Outcome::of)),
        Value::List(items) => collection::invoke_list(items, method, arguments),
        Value::Map(entries) => collection::invoke_map(entries, method, arguments),
        Value::Json(text) => spin::invoke_node(&spin::parse_node(text)?, method, arguments),
        Value::Xml(text) => {
            let element = Arc::new(xml::parse(text)?);
            Ok(xml::invoke(&element, method, arguments)?.map(Outcome::object))
        }
        Value::Object(object) => invoke_object(object, method, arguments),
        _ => Ok(None),
    }
}

/// Collections by their methods, beans by their getters; a change is written back in the class it had.
fn invoke_object(
    object: &Arc<casewright_engine_value::ObjectValue>,
    method: &str,
    arguments: &[Object],
) -> Result<Option<Outcome>, Failure> {
    let Some(parsed) = json::parse_object(object) else {
        return Ok(None);
    };
    if let Value::Map(entries) = &parsed
        && !object.type_name.starts_with("java.util.")
    {
        let found =
            getter_property(method).filter(|_| arguments.is_empty()).and_then(|name| entries.get(name.as_str()));
        return Ok(found.cloned().map(Outcome::of));
    }
    let outcome = invoke_value(&parsed, method, arguments)?;
    Ok(outcome.map(|outcome| Outcome {
        result: outcome.result,
        changed: outcome.changed.map(|changed| json::serialise_like(object, &changed)),
    }))
}

/// Methods every Java object has.
fn common(base: &Object, method: &str, arguments: &[Object]) -> Result<Option<Value>, Failure> {
    Ok(match (method, arguments) {
        ("toString", []) => Some(Value::string(&text(base)?)),
        ("equals", [other]) => Some(Value::Boolean(same(&base.to_value()?, &other.to_value()?))),
        ("compareTo", [other]) => {
            let (left, right) = (base.to_value()?, other.to_value()?);
            let less = coerce::compare(LESS, &left, &right)?;
            let equal = coerce::equal(&left, &right)?;
            Some(Value::Integer(if equal {
                0
            } else if less {
                -1
            } else {
                1
            }))
        }
        _ => None,
    })
}

/// Java's `String.valueOf`.
pub(crate) fn text(base: &Object) -> Result<String, Failure> {
    Ok(match base {
        Object::Moment(instant) => crate::java::date::joda_text(*instant),
        other => to_text(&other.to_value()?),
    })
}

fn object_class(object: &Object) -> String {
    match object {
        Object::Plain(Value::Object(object)) => object.type_name.clone(),
        Object::Plain(value) => class_name(value).to_owned(),
        Object::Moment(_) => "org.joda.time.DateTime".to_owned(),
        Object::Node(_) => "org.camunda.spin.impl.json.jackson.JacksonJsonNode".to_owned(),
        Object::Matches(_) => "org.camunda.spin.impl.json.jackson.query.JacksonJsonPathQuery".to_owned(),
        Object::Element(_) => "org.camunda.spin.impl.xml.dom.DomXmlElement".to_owned(),
        Object::Facade(facade) => facade_class(*facade).to_owned(),
    }
}

fn no_method(base: &Object, method: &str, arguments: &[Object]) -> Failure {
    let types: Vec<String> = arguments.iter().map(|argument| format!("class {}", object_class(argument))).collect();
    Failure::Method(format!("Method not found: class {}.{method}({})", object_class(base), types.join(", ")))
}
