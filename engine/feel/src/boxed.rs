//! Boxed expressions (DMN 1.5, chapter 7 and 10.2): what a model draws instead of writing it as text.

use crate::ast::{Arguments, Definition, Domain, Expr, Expression, Parameter};
use crate::builtin;
use crate::dialect::Dialect;
use crate::table::Table;
use crate::types::Type;
use crate::value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

/// What a quantifier asks of the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    Some,
    Every,
}

impl Expression {
    fn of(root: Expr) -> Self {
        Self { root, dialect: Dialect::Standard }
    }

    /// What is left empty.
    #[must_use]
    pub fn null() -> Self {
        Self::of(Expr::Const(Value::Null))
    }

    /// As far as its value can be made one of the type; else null.
    #[must_use]
    pub fn typed(self, kind: Type) -> Self {
        if matches!(kind, Type::Any) { self } else { Self::of(Expr::Typed(Box::new(self.root), kind)) }
    }

    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::of(Expr::List(items.into_iter().map(|item| item.root).collect()))
    }

    /// Each entry sees those before it; with a result, that is the value, else the entries are.
    #[must_use]
    pub fn context(entries: Vec<(SmolStr, Self)>, result: Option<Self>) -> Self {
        let entries = entries.into_iter().map(|(name, value)| (name, value.root)).collect();
        Self::of(match result {
            None => Expr::Context(entries),
            Some(result) => Expr::Block(entries, Box::new(result.root)),
        })
    }

    /// A call with arguments by the names of the parameters.
    #[must_use]
    pub fn invocation(function: Self, bindings: Vec<(SmolStr, Self)>) -> Self {
        let arguments = Arguments::Named(bindings.into_iter().map(|(name, argument)| (name, argument.root)).collect());
        Self::of(match function.root {
            Expr::Name(name) => builtin::named_call(name, arguments),
            other => Expr::Invoke(Box::new(other), arguments),
        })
    }

    /// `result` is the type of what it gives.
    #[must_use]
    pub fn function(parameters: Vec<Parameter>, body: Self, result: Type) -> Self {
        Self::of(Expr::Function(Arc::new(Definition { parameters, body: body.root, result })))
    }

    #[must_use]
    pub fn conditional(condition: Self, then: Self, otherwise: Self) -> Self {
        Self::of(Expr::If(Box::new((condition.root, then.root, otherwise.root))))
    }

    #[must_use]
    pub fn filter(list: Self, condition: Self) -> Self {
        Self::of(Expr::Filter(Box::new((list.root, condition.root))))
    }

    #[must_use]
    pub fn iteration(variable: SmolStr, list: Self, body: Self) -> Self {
        Self::of(Expr::For(vec![(variable, Domain::Values(list.root))], Box::new(body.root)))
    }

    #[must_use]
    pub fn quantified(quantifier: Quantifier, variable: SmolStr, list: Self, condition: Self) -> Self {
        let domains = vec![(variable, Domain::Values(list.root))];
        Self::of(Expr::Quantified(quantifier == Quantifier::Every, domains, Box::new(condition.root)))
    }

    #[must_use]
    pub fn table(table: Table) -> Self {
        Self::of(Expr::Table(Box::new(table)))
    }
}
