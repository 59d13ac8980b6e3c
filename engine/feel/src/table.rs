//! Decision tables as they are drawn (DMN 1.5, 8.2): inputs, outputs, rules, and the hit policy.

use crate::ast::{Expr, Expression, Test, UnaryTests};
use crate::rule_index::{Cell, RuleIndex};
use crate::types::Type;
use smol_str::SmolStr;

/// A decision table as an expression of a model.
#[derive(Debug)]
pub struct Table {
    /// What traces call it.
    pub(crate) name: SmolStr,
    pub(crate) policy: HitPolicy,
    pub(crate) inputs: Vec<Input>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) index: Option<RuleIndex>,
}

/// What a table does with the rules that match (8.2.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitPolicy {
    Unique,
    First,
    Any,
    Priority,
    RuleOrder,
    OutputOrder,
    Collect(Option<Aggregation>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregation {
    Sum,
    Min,
    Max,
    Count,
}

#[derive(Debug)]
pub struct Input {
    /// What people call it.
    pub label: SmolStr,
    pub expression: Expression,
    pub kind: Type,
    /// None: any value of the type.
    pub allowed: Option<UnaryTests>,
}

#[derive(Debug)]
pub struct Output {
    /// None where it is the only one and has no name.
    pub name: Option<SmolStr>,
    pub kind: Type,
    /// In order of priority; none: any value of the type.
    pub allowed: Option<UnaryTests>,
    pub default: Option<Expression>,
}

/// One condition an input, one conclusion an output.
#[derive(Debug)]
pub struct Rule {
    pub conditions: Vec<UnaryTests>,
    pub conclusions: Vec<Expression>,
}

impl Table {
    #[must_use]
    pub fn new(name: SmolStr, policy: HitPolicy, inputs: Vec<Input>, outputs: Vec<Output>, rules: Vec<Rule>) -> Self {
        let index = RuleIndex::of(rules.len(), inputs.len(), |rule, column| rules[rule].conditions.get(column));
        Self { name, policy, inputs, outputs, rules, index }
    }
}

impl RuleIndex {
    /// Of so many rules and columns; a cell that is not known answers none. None when no column tells rules apart.
    #[must_use]
    pub fn of<'a>(rules: usize, columns: usize, cell: impl Fn(usize, usize) -> Option<&'a UnaryTests>) -> Option<Self> {
        Self::of_cells(rules, columns, |rule, column| cell(rule, column).and_then(indexed))
    }
}

/// What a rule index makes of a cell; none when it is no list of literals.
fn indexed(tests: &UnaryTests) -> Option<Cell<'_>> {
    let Some(tests) = &tests.tests else {
        return Some(Cell::Any);
    };
    let mut literals = Vec::with_capacity(tests.len());
    for test in tests {
        let Test::Literal(Expr::Const(value)) = test else {
            return None;
        };
        literals.push(value);
    }
    Some(Cell::Literals(literals))
}
