//! Which variables an expression looks at: by their names, or by asking the execution for one (`execution.getVariable('x')`).

use super::ast::{Node, Part, Template};
use crate::object;
use casewright_engine_value::Value;

impl Template {
    /// Whether one of its expressions looks at the variable of this name.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Text(_) => false,
            Part::Expression(node) => mentions(node, name),
        })
    }
}

fn mentions(node: &Node, name: &str) -> bool {
    let within = |nodes: &[Node]| nodes.iter().any(|inner| mentions(inner, name));
    match node {
        Node::Literal(_) => false,
        Node::Identifier(own) => **own == *name,
        Node::Property(base, key) => mentions(base, name) || mentions(key, name),
        Node::Call(_, arguments) => within(arguments),
        Node::Invoke(base, method, arguments) => {
            asks_for(method, arguments, name) || mentions(base, name) || mentions(method, name) || within(arguments)
        }
        Node::Unary(_, operand) => mentions(operand, name),
        Node::Binary(_, left, right) => mentions(left, name) || mentions(right, name),
        Node::Choice(condition, yes, no) => [condition, yes, no].into_iter().any(|inner| mentions(inner, name)),
    }
}

fn asks_for(method: &Node, arguments: &[Node], name: &str) -> bool {
    is_text(method, object::looks_at_variable)
        && arguments.first().is_some_and(|asked| is_text(asked, |own| own == name))
}

fn is_text(node: &Node, such: impl FnOnce(&str) -> bool) -> bool {
    matches!(node, Node::Literal(Value::String(text)) if such(text))
}
