//! What a text says.
//!
//! Chains of one operator are flat, so that a long one is no deep one.

use crate::dialect::Dialect;
use crate::table::Table;
use crate::types::Type;
use crate::value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

/// The name that the input has in tests of it.
pub(crate) const INPUT: &str = "?";

/// A parsed expression.
#[derive(Debug)]
pub struct Expression {
    pub(crate) root: Expr,
    pub(crate) dialect: Dialect,
}

/// Parsed unary tests, as cells of decision tables have them (DMN 1.5, 7.3.3).
#[derive(Debug)]
pub struct UnaryTests {
    /// None: whatever the input is.
    pub(crate) tests: Option<Vec<Test>>,
    pub(crate) dialect: Dialect,
}

impl UnaryTests {
    /// `-`: whatever the input is.
    #[must_use]
    pub fn any() -> Self {
        Self { tests: None, dialect: Dialect::default() }
    }
}

#[derive(Debug)]
pub(crate) enum Expr {
    Const(Value),
    Name(SmolStr),
    List(Vec<Expr>),
    Context(Vec<(SmolStr, Expr)>),
    Range(Box<RangeExpr>),
    /// `(= 5)`: a range of one value.
    Point(Box<Expr>),
    Negate(Box<Expr>),
    /// `+` and `-`.
    Sum(Box<Expr>, Vec<(bool, Expr)>),
    /// `*` and `/`.
    Product(Box<Expr>, Vec<(bool, Expr)>),
    Power(Box<Expr>, Vec<Expr>),
    Compare(Comparison, Box<(Expr, Expr)>),
    Between(Box<(Expr, Expr, Expr)>),
    In(Box<Expr>, Vec<Test>),
    /// A range where feel-scala has no values that are ranges: whether the input lies in it, if there is one.
    InputIn(Box<Expr>),
    InstanceOf(Box<Expr>, Type),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    If(Box<(Expr, Expr, Expr)>),
    For(Vec<(SmolStr, Domain)>, Box<Expr>),
    /// `every` when true, else `some`.
    Quantified(bool, Vec<(SmolStr, Domain)>, Box<Expr>),
    Function(Arc<Definition>),
    Call(Box<NamedCall>),
    /// What an expression gave is called.
    Invoke(Box<Expr>, Arguments),
    Path(Box<Expr>, SmolStr),
    Filter(Box<(Expr, Expr)>),
    /// Entries one after the other, each seeing those before; the last expression is the value.
    Block(Vec<(SmolStr, Expr)>, Box<Expr>),
    /// Its value, as far as it can be made one of the type.
    Typed(Box<Expr>, Type),
    Table(Box<Table>),
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
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Expr,
    pub(crate) result: Type,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: SmolStr,
    pub kind: Type,
}

#[derive(Debug)]
pub(crate) enum Domain {
    Values(Expr),
    /// `1..n`, also downwards.
    Span(Expr, Expr),
}

/// A function by its name: one of the text's, else a built-in.
#[derive(Debug)]
pub(crate) struct NamedCall {
    pub(crate) name: SmolStr,
    pub(crate) arguments: Arguments,
    /// The built-in function of that name that takes these arguments, found out once.
    pub(crate) built_in: Option<BuiltIn>,
}

/// A built-in function, by its place among all.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BuiltIn(pub(crate) usize);

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
    /// An expression of the input that accepts when it is true, and not by what it equals.
    Condition(Expr),
    Not(Vec<Test>),
}

impl Test {
    /// Whether it compares the input with constants, and looks at no name.
    pub(crate) fn is_of_constants(&self) -> bool {
        match self {
            Self::Compare(_, expression) | Self::Literal(expression) => matches!(expression, Expr::Const(_)),
            Self::Not(tests) => tests.iter().all(Self::is_of_constants),
            Self::Expression(_) | Self::Condition(_) => false,
        }
    }
}
