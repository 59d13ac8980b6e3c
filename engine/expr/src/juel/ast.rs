//! The tree of a parsed expression, and its text as JUEL prints it in messages.

use super::function::Function;
use super::operator::{Binary, Unary};
use crate::java::to_text;
use casewright_engine_value::Value;
use std::fmt;
use std::sync::Arc;

/// A parsed attribute text: literal parts and `${...}` parts in order.
#[derive(Debug)]
pub(crate) struct Template {
    /// The text as it was given; part of most messages.
    pub(crate) text: Arc<str>,
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug)]
pub(crate) enum Part {
    Text(Arc<str>),
    Expression(Node),
}

#[derive(Debug)]
pub(crate) enum Node {
    Literal(Value),
    Identifier(Arc<str>),
    /// `base.name` and `base['name']`.
    Property(Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
    /// `base.name(arguments)` and `base['name'](arguments)`.
    Invoke(Box<Node>, Box<Node>, Vec<Node>),
    Unary(Unary, Box<Node>),
    Binary(Binary, Box<Node>, Box<Node>),
    Choice(Box<Node>, Box<Node>, Box<Node>),
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(Value::String(text)) => write!(f, "'{text}'"),
            Self::Literal(value) => f.write_str(&to_text(value)),
            Self::Identifier(name) => f.write_str(name),
            Self::Property(base, name) => write_member(f, base, name),
            Self::Call(function, arguments) => {
                f.write_str(function.name())?;
                write_arguments(f, arguments)
            }
            Self::Invoke(base, name, arguments) => {
                write_member(f, base, name)?;
                write_arguments(f, arguments)
            }
            Self::Unary(operator, operand) => write!(f, "{} {operand}", operator.symbol()),
            Self::Binary(operator, left, right) => {
                write!(f, "{left} {} {right}", operator.symbol())
            }
            Self::Choice(condition, yes, no) => write!(f, "{condition} ? {yes} : {no}"),
        }
    }
}

fn write_member(f: &mut fmt::Formatter<'_>, base: &Node, name: &Node) -> fmt::Result {
    match name {
        Node::Literal(Value::String(text)) => write!(f, "{base}.{text}"),
        other => write!(f, "{base}[{other}]"),
    }
}

fn write_arguments(f: &mut fmt::Formatter<'_>, arguments: &[Node]) -> fmt::Result {
    f.write_str("(")?;
    for (position, argument) in arguments.iter().enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{argument}")?;
    }
    f.write_str(")")
}

impl Unary {
    fn symbol(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Not => "!",
            Self::Empty => "empty",
        }
    }
}

impl Binary {
    fn symbol(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::Greater => ">",
            Self::LessOrEqual => "<=",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}
