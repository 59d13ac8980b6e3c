//! Walks a parsed expression over a scope.

use super::ast::{Node, Part, Template};
use super::coerce;
use super::failure::Failure;
use super::operator::{Binary, Unary};
use crate::java::to_text;
use crate::object::{self, Object};
use casewright_engine_value::{EvaluationError, Facade, Scope, Value, measure};
use std::sync::Arc;

/// Bytes of everything that the calls of one evaluation make: texts, and lists with what is in them.
const MAX_MADE: usize = 16 << 20;

/// One evaluation: what it sees, and how much it may still make.
///
/// A method makes a text of two, and its result is the receiver of the next one: a line of text could ask for more than there is
/// memory. Each text has its own limit, too, where it is made.
struct Run<'a> {
    scope: &'a mut dyn Scope,
    left: usize,
}

impl Run<'_> {
    /// Counts what a call has made.
    fn made(&mut self, object: &Object) -> Result<(), Failure> {
        match object {
            Object::Plain(value) => self.value(value),
            Object::Node(node) => self.take(node.to_string().len()),
            Object::Moment(_) | Object::Matches(_) | Object::Element(_) | Object::Facade(_) => Ok(()),
        }
    }

    fn value(&mut self, value: &Value) -> Result<(), Failure> {
        let size = measure(value, self.left).ok_or_else(too_much)?;
        self.take(size)
    }

    fn take(&mut self, size: usize) -> Result<(), Failure> {
        self.left = self.left.checked_sub(size).ok_or_else(too_much)?;
        Ok(())
    }
}

fn too_much() -> Failure {
    Failure::Raised(EvaluationError::Limit {
        what: "size of what an expression makes",
        limit: format!("{MAX_MADE} bytes"),
    })
}

/// The value of a template: of its only expression, or the text of all parts together.
pub(crate) fn evaluate(template: &Template, scope: &mut dyn Scope) -> Result<Value, EvaluationError> {
    let run = &mut Run { scope, left: MAX_MADE };
    if let [Part::Expression(node)] = template.parts.as_slice() {
        return value_of(node, run).map_err(|failure| failure.in_expression(&template.text));
    }
    let mut text = String::new();
    for part in &template.parts {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Expression(node) => {
                let part = part_text(node, run).map_err(|failure| failure.in_expression(&template.text))?;
                text.push_str(&part);
            }
        }
    }
    Ok(Value::String(Arc::from(text)))
}

/// Of an expression beside text; null is nothing.
fn part_text(node: &Node, run: &mut Run<'_>) -> Result<String, Failure> {
    let object = object_of(node, run)?;
    if object.is_null() {
        return Ok(String::new());
    }
    let part = object::text(&object)?;
    run.take(part.len())?;
    Ok(part)
}

fn value_of(node: &Node, run: &mut Run<'_>) -> Result<Value, Failure> {
    object_of(node, run)?.into_value()
}

fn object_of(node: &Node, run: &mut Run<'_>) -> Result<Object, Failure> {
    match node {
        Node::Literal(value) => Ok(Object::Plain(value.clone())),
        Node::Identifier(name) => resolve(name, run.scope),
        Node::Property(base, name) => property(base, name, run),
        Node::Invoke(base, name, arguments) => invoke(base, name, arguments, run),
        Node::Call(function, arguments) => {
            let arguments = objects_of(arguments, run)?;
            let object = function.call(&arguments, run.scope)?;
            run.made(&object)?;
            Ok(object)
        }
        Node::Unary(operator, operand) => unary(*operator, operand, run).map(Object::Plain),
        Node::Binary(operator, left, right) => binary(*operator, left, right, run).map(Object::Plain),
        Node::Choice(condition, yes, no) => {
            let chosen = if coerce::to_boolean(&value_of(condition, run)?)? { yes } else { no };
            object_of(chosen, run)
        }
    }
}

fn objects_of(nodes: &[Node], run: &mut Run<'_>) -> Result<Vec<Object>, Failure> {
    nodes.iter().map(|node| object_of(node, run)).collect()
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

fn property(base: &Node, name: &Node, run: &mut Run<'_>) -> Result<Object, Failure> {
    let object = object_of(base, run)?;
    let name = value_of(name, run)?;
    if object.is_null() {
        return Ok(Object::Plain(Value::Null));
    }
    match object {
        Object::Facade(facade) => facade_property(facade, &to_text(&name), run.scope),
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

fn invoke(base: &Node, name: &Node, arguments: &[Node], run: &mut Run<'_>) -> Result<Object, Failure> {
    let object = object_of(base, run)?;
    let method = to_text(&value_of(name, run)?);
    let arguments = objects_of(arguments, run)?;
    if object.is_null() {
        return Err(Failure::Property(format!("Target unreachable, base expression '{base}' resolved to null")));
    }
    if let Object::Facade(facade) = object {
        return facade_method(facade, &method, arguments, run);
    }
    let outcome = object::invoke(&object, &method, &arguments)?;
    run.made(&outcome.result)?;
    if let Some(changed) = &outcome.changed {
        run.value(changed)?;
    }
    if let (Some(changed), Node::Identifier(variable)) = (outcome.changed, base) {
        // Camunda writes a mutable object that a call changed back to its variable when the transaction ends.
        run.scope.set(variable, changed);
    }
    Ok(outcome.result)
}

fn facade_method(facade: Facade, method: &str, arguments: Vec<Object>, run: &mut Run<'_>) -> Result<Object, Failure> {
    let arguments = arguments.into_iter().map(Object::into_value).collect::<Result<Vec<_>, _>>()?;
    if arguments.is_empty()
        && let Some(name) = object::getter_property(method)
        && let Some(value) = run.scope.property(facade, &name)
    {
        return Ok(Object::Plain(value));
    }
    run.scope.invoke(facade, method, &arguments).map(Object::Plain).map_err(Failure::Raised)
}

fn unary(operator: Unary, operand: &Node, run: &mut Run<'_>) -> Result<Value, Failure> {
    let value = value_of(operand, run)?;
    match operator {
        Unary::Negate => coerce::negate(&value),
        Unary::Not => Ok(Value::Boolean(!coerce::to_boolean(&value)?)),
        Unary::Empty => Ok(Value::Boolean(coerce::is_empty(&object::as_collection(value)))),
    }
}

fn binary(operator: Binary, left: &Node, right: &Node, run: &mut Run<'_>) -> Result<Value, Failure> {
    let left = value_of(left, run)?;
    match operator {
        Binary::And if !coerce::to_boolean(&left)? => return Ok(Value::Boolean(false)),
        Binary::Or if coerce::to_boolean(&left)? => return Ok(Value::Boolean(true)),
        _ => {}
    }
    let right = value_of(right, run)?;
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
