//! What an expression holds while it is evaluated, and the fixed library of properties and methods on it.
//!
//! Camunda's expressions call Java methods by reflection. Here only the methods that models use exist, one file per
//! receiver; anything else is `Method not found`, as it would be for a method Java does not have. Values are immutable:
//! a method that changes its receiver answers the changed receiver in [`Outcome::changed`].

pub(crate) mod collection;
pub(crate) mod date;
pub(crate) mod json;
mod json_path;
mod number;
pub(crate) mod spin;
mod text;
mod xml;

use crate::juel::coerce;
use crate::juel::{Failure, LESS};
use casewright_engine_value::{Facade, Instant, Value};
use std::sync::Arc;

pub(crate) use text::{class_name, to_text};

#[derive(Clone, Debug)]
pub(crate) enum Object {
    Plain(Value),
    /// A Joda `DateTime`, what `dateTime()` gives; a `Date` as soon as it leaves the expression.
    Moment(Instant),
    /// A Spin JSON node; `Json` as soon as it leaves the expression.
    Node(Arc<serde_json::Value>),
    /// The result of `jsonPath(..)`, before one of its readers is called.
    Matches(Arc<Vec<serde_json::Value>>),
    /// A Spin XML element; `Xml` as soon as it leaves the expression.
    Element(Arc<xml::Element>),
    /// `execution`, `task`, `externalTask`.
    Facade(Facade),
}

/// What a method call gave, and its receiver when the call changed it.
pub(crate) struct Outcome {
    pub(crate) result: Object,
    pub(crate) changed: Option<Value>,
}

impl Outcome {
    pub(crate) fn of(value: Value) -> Self {
        Self::object(Object::Plain(value))
    }

    pub(crate) fn object(result: Object) -> Self {
        Self { result, changed: None }
    }
}

impl Object {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Plain(Value::Null))
    }

    /// The value a variable can hold.
    pub(crate) fn into_value(self) -> Result<Value, Failure> {
        Ok(match self {
            Self::Plain(value) => value,
            Self::Moment(instant) => Value::Date(instant),
            Self::Node(node) => Value::Json(Arc::from(node.to_string())),
            Self::Matches(found) => Value::List(Arc::new(found.iter().map(spin::json_value).collect())),
            Self::Element(element) => Value::Xml(Arc::from(element.to_xml())),
            Self::Facade(facade) => {
                return Err(Failure::evaluation(format!(
                    "an object of class {} cannot be a value",
                    facade_class(facade)
                )));
            }
        })
    }

    /// The value an argument has; facades are none.
    pub(crate) fn to_value(&self) -> Result<Value, Failure> {
        self.clone().into_value()
    }
}

pub(crate) fn facade_class(facade: Facade) -> &'static str {
    match facade {
        Facade::Execution => "org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity",
        Facade::Task => "org.camunda.bpm.engine.impl.persistence.entity.TaskEntity",
        Facade::ExternalTask => "org.camunda.bpm.engine.impl.persistence.entity.ExternalTaskEntity",
    }
}

/// `getBusinessKey` -> `businessKey`, `isActive` -> `active`.
pub(crate) fn getter_property(method: &str) -> Option<String> {
    let rest = method.strip_prefix("get").or_else(|| method.strip_prefix("is"))?;
    let mut letters = rest.chars();
    let first = letters.next()?;
    if !first.is_uppercase() {
        return None;
    }
    Some(first.to_lowercase().chain(letters).collect())
}

/// A serialised object in JSON as the list or map it stands for; other values as they are.
pub(crate) fn as_collection(value: Value) -> Value {
    match &value {
        Value::Object(object) => json::parse_object(object).unwrap_or(value),
        _ => value,
    }
}

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

pub(crate) fn no_property(class: &str, name: &Value) -> Failure {
    Failure::Property(format!("The class '{class}' does not have the property '{}'.", to_text(name)))
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
        ("toString", []) => Some(Value::string(&object_text(base)?)),
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

fn object_text(base: &Object) -> Result<String, Failure> {
    Ok(match base {
        Object::Moment(instant) => date::iso_text(*instant),
        other => to_text(&other.to_value()?),
    })
}

/// Java's `equals`: same class and same content.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    left == right
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

/// An argument as Java's `int`.
pub(crate) fn int_argument(argument: &Object) -> Result<i64, Failure> {
    coerce::to_long(&argument.to_value()?)
}

/// An argument as Java's `String`; null is null.
pub(crate) fn text_argument(argument: &Object) -> Result<String, Failure> {
    Ok(to_text(&argument.to_value()?))
}
