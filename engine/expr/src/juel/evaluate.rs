//! Walks a parsed expression over a scope.

use super::ast::{Binary, Node, Part, Template, Unary};
use super::coerce;
use crate::object::{self, Object};
use casewright_engine_value::{EvaluationError, Facade, Scope, Value};
use std::sync::Arc;

/// Why a part of an expression has no value, before the text of the whole expression is put around it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// `PropertyNotFoundException`.
    Property(String),
    /// `MethodNotFoundException`.
    Method(String),
    /// `ELException` and everything else thrown on the way.
    Evaluation(String),
    /// What a scope's method answered; handed on as it is, since it may be a BPMN error.
    Raised(EvaluationError),
}

impl Failure {
    pub(crate) fn evaluation(cause: String) -> Self {
        Self::Evaluation(cause)
    }

    fn in_expression(self, text: &str) -> EvaluationError {
        match self {
            Self::Property(cause) => {
                EvaluationError::Failed(format!("Unknown property used in expression: {text}. Cause: {cause}"))
            }
            Self::Method(cause) => {
                EvaluationError::Failed(format!("Unknown method used in expression: {text}. Cause: {cause}"))
            }
            Self::Evaluation(cause) => {
                EvaluationError::Failed(format!("Error while evaluating expression: {text}. Cause: {cause}"))
            }
            Self::Raised(EvaluationError::Failed(cause)) => {
                EvaluationError::Failed(format!("Error while evaluating expression: {text}. Cause: {cause}"))
            }
            Self::Raised(error) => error,
        }
    }
}

/// The value of a template: of its only expression, or the text of all parts together.
pub(crate) fn evaluate(template: &Template, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
    if let [Part::Expression(node)] = template.parts.as_slice() {
        return value_of(node, scope).map_err(|failure| failure.in_expression(&template.text));
    }
    let mut text = String::new();
    for part in &template.parts {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Expression(node) => {
                let value = value_of(node, scope).map_err(|failure| failure.in_expression(&template.text))?;
                if !matches!(value, Value::Null) {
                    text.push_str(&object::to_text(&value));
                }
            }
        }
    }
    Ok(Value::String(Arc::from(text)))
}

fn value_of(node: &Node, scope: &mut dyn Scope) -> Result<Value, Failure> {
    object_of(node, scope)?.into_value()
}

fn object_of(node: &Node, scope: &mut dyn Scope) -> Result<Object, Failure> {
    match node {
        Node::Literal(value) => Ok(Object::Plain(value.clone())),
        Node::Identifier(name) => resolve(name, scope),
        Node::Property(base, name) => property(base, name, scope),
        Node::Invoke(base, name, arguments) => invoke(base, name, arguments, scope),
        Node::Call(function, arguments) => {
            let arguments = objects_of(arguments, scope)?;
            function.call(&arguments, scope)
        }
        Node::Unary(operator, operand) => unary(*operator, operand, scope).map(Object::Plain),
        Node::Binary(operator, left, right) => binary(*operator, left, right, scope).map(Object::Plain),
        Node::Choice(condition, yes, no) => {
            let chosen = if coerce::to_boolean(&value_of(condition, scope)?)? { yes } else { no };
            object_of(chosen, scope)
        }
    }
}

fn objects_of(nodes: &[Node], scope: &mut dyn Scope) -> Result<Vec<Object>, Failure> {
    nodes.iter().map(|node| object_of(node, scope)).collect()
}

/// Built-in names win over variables.
fn resolve(name: &str, scope: &dyn Scope) -> Result<Object, Failure> {
    let facade = match name {
        "execution" => Some(Facade::Execution),
        "task" => Some(Facade::Task),
        "externalTask" => Some(Facade::ExternalTask),
        _ => None,
    };
    if let Some(facade) = facade.filter(|facade| scope.has(*facade)) {
        return Ok(Object::Facade(facade));
    }
    if let Some(value) = scope.get(name) {
        return Ok(Object::Plain(value));
    }
    if name == "authenticatedUserId" {
        return Ok(Object::Plain(scope.current_user().map_or(Value::Null, |user| Value::string(&user))));
    }
    Err(Failure::Property(format!("Cannot resolve identifier '{name}'")))
}

fn property(base: &Node, name: &Node, scope: &mut dyn Scope) -> Result<Object, Failure> {
    let object = object_of(base, scope)?;
    let name = value_of(name, scope)?;
    if object.is_null() {
        return Ok(Object::Plain(Value::Null));
    }
    match object {
        Object::Facade(facade) => facade_property(facade, &object::to_text(&name), scope),
        object => object::property(&object, &name),
    }
}

fn facade_property(facade: Facade, name: &str, scope: &dyn Scope) -> Result<Object, Failure> {
    match scope.property(facade, name) {
        Some(value) => Ok(Object::Plain(value)),
        None => Err(Failure::Property(format!(
            "The class '{}' does not have the property '{name}'.",
            object::facade_class(facade)
        ))),
    }
}

fn invoke(base: &Node, name: &Node, arguments: &[Node], scope: &mut dyn Scope) -> Result<Object, Failure> {
    let object = object_of(base, scope)?;
    let method = object::to_text(&value_of(name, scope)?);
    let arguments = objects_of(arguments, scope)?;
    if object.is_null() {
        return Err(Failure::Property(format!("Target unreachable, base expression '{base}' resolved to null")));
    }
    if let Object::Facade(facade) = object {
        return facade_method(facade, &method, arguments, scope);
    }
    let outcome = object::invoke(&object, &method, &arguments)?;
    if let (Some(changed), Node::Identifier(variable)) = (outcome.changed, base) {
        // Camunda writes a mutable object that a call changed back to its variable when the transaction ends.
        scope.set(variable, changed);
    }
    Ok(outcome.result)
}

fn facade_method(
    facade: Facade,
    method: &str,
    arguments: Vec<Object>,
    scope: &mut dyn Scope,
) -> Result<Object, Failure> {
    let arguments = arguments.into_iter().map(Object::into_value).collect::<Result<Vec<_>, _>>()?;
    if arguments.is_empty()
        && let Some(name) = object::getter_property(method)
        && let Some(value) = scope.property(facade, &name)
    {
        return Ok(Object::Plain(value));
    }
    scope.invoke(facade, method, &arguments).map(Object::Plain).map_err(Failure::Raised)
}

fn unary(operator: Unary, operand: &Node, scope: &mut dyn Scope) -> Result<Value, Failure> {
    let value = value_of(operand, scope)?;
    match operator {
        Unary::Negate => coerce::negate(&value),
        Unary::Not => Ok(Value::Boolean(!coerce::to_boolean(&value)?)),
        Unary::Empty => Ok(Value::Boolean(coerce::is_empty(&object::as_collection(value)))),
    }
}

fn binary(operator: Binary, left: &Node, right: &Node, scope: &mut dyn Scope) -> Result<Value, Failure> {
    let left = value_of(left, scope)?;
    match operator {
        Binary::And if !coerce::to_boolean(&left)? => return Ok(Value::Boolean(false)),
        Binary::Or if coerce::to_boolean(&left)? => return Ok(Value::Boolean(true)),
        _ => {}
    }
    let right = value_of(right, scope)?;
    Ok(match operator {
        Binary::And | Binary::Or => Value::Boolean(coerce::to_boolean(&right)?),
        Binary::Equal => Value::Boolean(coerce::equal(&left, &right)?),
        Binary::NotEqual => Value::Boolean(!coerce::equal(&left, &right)?),
        Binary::Less | Binary::Greater | Binary::LessOrEqual | Binary::GreaterOrEqual => {
            Value::Boolean(coerce::compare(operator, &left, &right)?)
        }
        _ => coerce::arithmetic(operator, &left, &right)?,
    })
}
