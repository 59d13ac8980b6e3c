//! What an expression holds while it is evaluated, and how it becomes the argument of a method.

use super::spin;
use crate::java::{json, to_text};
use crate::juel::{Failure, coerce};
use crate::xml::Element;
use casewright_engine_value::{Facade, Instant, Value};
use std::sync::Arc;

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
    Element(Arc<Element>),
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

/// Whether this method of `execution` or `task` looks at the variable that its first argument names.
pub(crate) fn looks_at_variable(method: &str) -> bool {
    matches!(method, "getVariable" | "getVariableLocal" | "hasVariable" | "hasVariableLocal")
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

pub(crate) fn no_property(class: &str, name: &Value) -> Failure {
    Failure::Property(format!("The class '{class}' does not have the property '{}'.", to_text(name)))
}

/// Java's `equals`: same class and same content.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    left == right
}

/// An argument as Java's `int`.
pub(crate) fn int_argument(argument: &Object) -> Result<i64, Failure> {
    coerce::to_long(&argument.to_value()?)
}

/// An argument as Java's `String`; null is null.
pub(crate) fn text_argument(argument: &Object) -> Result<String, Failure> {
    Ok(to_text(&argument.to_value()?))
}
