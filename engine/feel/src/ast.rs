//! What a text says.
//!
//! Chains of one operator are flat, so that a long one is no deep one.

use crate::value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Debug)]
pub(crate) enum Expr {
    Const(Value),
    Name(SmolStr),
    List(Vec<Expr>),
    Context(Vec<(SmolStr, Expr)>),
    Range(Box<RangeExpr>),
    Negate(Box<Expr>),
    /// `+` and `-`.
    Sum(Box<Expr>, Vec<(bool, Expr)>),
    /// `*` and `/`.
    Product(Box<Expr>, Vec<(bool, Expr)>),
    Power(Box<Expr>, Vec<Expr>),
    Compare(Comparison, Box<(Expr, Expr)>),
    Between(Box<(Expr, Expr, Expr)>),
    In(Box<Expr>, Vec<Test>),
    InstanceOf(Box<Expr>, Type),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    If(Box<(Expr, Expr, Expr)>),
    For(Vec<(SmolStr, Domain)>, Box<Expr>),
    /// `every` when true, else `some`.
    Quantified(bool, Vec<(SmolStr, Domain)>, Box<Expr>),
    Function(Arc<Definition>),
    /// A function by its name: one of the text's, else a built-in.
    Call(SmolStr, Arguments),
    /// What an expression gave is called.
    Invoke(Box<Expr>, Arguments),
    Path(Box<Expr>, SmolStr),
    Filter(Box<(Expr, Expr)>),
}

#[derive(Debug)]
pub(crate) struct RangeExpr {
    pub(crate) low: Option<Expr>,
    pub(crate) low_included: bool,
    pub(crate) high: Option<Expr>,
    pub(crate) high_included: bool,
}

#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) parameters: Vec<SmolStr>,
    pub(crate) body: Expr,
}

#[derive(Debug)]
pub(crate) enum Domain {
    Values(Expr),
    /// `1..n`, also downwards.
    Span(Expr, Expr),
}

#[derive(Debug)]
pub(crate) enum Arguments {
    Positional(Vec<Expr>),
    Named(Vec<(SmolStr, Expr)>),
}

impl Arguments {
    pub(crate) fn expressions(&self) -> Box<dyn Iterator<Item = &Expr> + '_> {
        match self {
            Self::Positional(all) => Box::new(all.iter()),
            Self::Named(all) => Box::new(all.iter().map(|(_, expression)| expression)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// One test of an input.
#[derive(Debug)]
pub(crate) enum Test {
    Compare(Comparison, Expr),
    /// Equal to a literal.
    Literal(Expr),
    Expression(Expr),
    Not(Vec<Test>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Any,
    Null,
    Boolean,
    Number,
    String,
    Date,
    Time,
    DateTime,
    YearMonthDuration,
    DayTimeDuration,
    List(Option<Box<Type>>),
    Context(Vec<(SmolStr, Type)>),
    Range,
    Function,
}
