//! FEEL in a form: read once a judgement, evaluated within a budget.
//!
//! A text is an expression when it begins with `=`; anything else is a value. What hides or locks a component is read as unary
//! tests of nothing at all, which is what form-js does: a condition that comes to null is one that holds.

use crate::fault::FieldFault;
use crate::feelin;
use crate::scope::{Scope, to_json};
use casewright_engine_feel::{Budget, Expression, Failure, Host, Names, SyntaxError, UnaryTests, Value as Feel};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// Longest expression, in bytes.
const MAX_LENGTH: usize = 10_000;
/// What one evaluation may cost.
const BUDGET: Budget = Budget { steps: 50_000, bytes: 4 << 20, depth: 100, time: Duration::from_millis(100) };
/// What all evaluations of one judgement may take.
const TIME: Duration = Duration::from_secs(2);
/// What all formulas of one judgement may give, as [`to_json`] counts it.
const VALUES: u64 = 500_000;
/// Objects in objects whose names are looked at.
const MAX_DEPTH: usize = 32;

/// What is wrong with an expression, and where in the text of its property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) message: String,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// An expression that gives a value.
#[derive(Debug)]
pub(crate) struct Formula {
    expression: Expression,
    compares_by_size: bool,
}

/// An expression that hides or locks.
#[derive(Debug)]
pub(crate) enum Condition {
    /// `=true`: as a test it would ask whether nothing is true.
    Always,
    Tests {
        tests: UnaryTests,
        /// The text as an expression, where it compares by size and is one.
        by_size: Option<Formula>,
    },
}

impl Formula {
    /// None when the text is no expression.
    pub(crate) fn read(text: &str, names: &Names) -> Option<Result<Self, Unreadable>> {
        let expression = text.strip_prefix('=')?;
        let as_there = feelin::expression(expression);
        let read = checked(expression, &as_there, |text| Expression::parse(text, names));
        let compares_by_size = feelin::compares_by_size(expression);
        Some(read.map(|expression| Self { expression, compares_by_size }))
    }

    /// Its value; null for what FEEL cannot compute.
    ///
    /// # Errors
    /// It takes more than it may; the fault is without a pointer.
    pub(crate) fn value(&self, scope: &Scope, purse: &Purse) -> Result<Value, FieldFault> {
        purse.take(&self.evaluated(scope, purse)?)
    }

    /// What comes to null may compare a text with a number, which JavaScript does.
    fn evaluated(&self, scope: &Scope, purse: &Purse) -> Result<Feel, FieldFault> {
        let value = within(self.expression.evaluate(scope, purse.budget()?))?.unwrap_or_default();
        if !value.is_null() || !self.compares_by_size {
            return Ok(value);
        }
        Ok(within(self.expression.evaluate(&WithNumbers(scope), purse.budget()?))?.unwrap_or_default())
    }
}

impl Condition {
    /// None when the text is no expression.
    pub(crate) fn read(text: &str, names: &Names) -> Option<Result<Self, Unreadable>> {
        let expression = text.strip_prefix('=')?;
        if is_true(expression) {
            return Some(Ok(Self::Always));
        }
        let as_there = feelin::tests(expression);
        let read = checked(expression, &as_there, |text| UnaryTests::parse(text, names));
        Some(read.map(|tests| {
            let formula = Formula::read(text, names).and_then(Result::ok);
            Self::Tests { tests, by_size: formula.filter(|formula| formula.compares_by_size) }
        }))
    }

    /// Whether it holds.
    ///
    /// # Errors
    /// It takes more than it may; the fault is without a pointer.
    pub(crate) fn holds(&self, scope: &Scope, purse: &Purse) -> Result<bool, FieldFault> {
        match self {
            Self::Always => Ok(true),
            Self::Tests { tests, by_size } => {
                let compared = by_size.as_ref().map(|formula| formula.evaluated(scope, purse)).transpose()?;
                if let Some(Feel::Boolean(holds)) = compared {
                    return Ok(holds);
                }
                within(tests.accept(&Feel::Null, scope, purse.budget()?)).map(Option::unwrap_or_default)
            }
        }
    }
}

/// Whether it says `true` and nothing else, in brackets or without.
fn is_true(expression: &str) -> bool {
    let mut inner = expression.trim();
    while let Some(within) = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        inner = within.trim();
    }
    inner == "true"
}

/// A scope in which texts that are numbers are such.
struct WithNumbers<'a>(&'a Scope);

impl Host for WithNumbers<'_> {
    fn variable(&self, name: &str) -> Option<Feel> {
        self.0.variable(name).map(feelin::with_numbers)
    }

    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn random(&self) -> u128 {
        self.0.random()
    }
}

/// What is left of what one judgement may cost.
pub(crate) struct Purse {
    begun: Instant,
    values: Cell<u64>,
}

impl Purse {
    pub(crate) fn new() -> Self {
        Self { begun: Instant::now(), values: Cell::new(VALUES) }
    }

    /// What the next evaluation may cost.
    ///
    /// # Errors
    /// Nothing is left.
    pub(crate) fn budget(&self) -> Result<Budget, FieldFault> {
        let left = TIME.saturating_sub(self.begun.elapsed());
        if left.is_zero() {
            return Err(overrun("the expressions of this form take too long together"));
        }
        Ok(Budget { time: left.min(BUDGET.time), ..BUDGET })
    }
}

impl Purse {
    /// A value as data.
    fn take(&self, value: &Feel) -> Result<Value, FieldFault> {
        let mut left = self.values.get();
        let taken = to_json(value, &mut left);
        self.values.set(left);
        taken.ok_or_else(|| overrun("the expressions of this form give too much together"))
    }
}

fn overrun(detail: &str) -> FieldFault {
    FieldFault::new("", "expression", detail)
}

fn within<T>(evaluated: Result<T, Failure>) -> Result<Option<T>, FieldFault> {
    match evaluated {
        Ok(value) => Ok(Some(value)),
        Err(Failure::Assertion(_) | Failure::NoFunction(_)) => Ok(None),
        Err(limit @ Failure::Limit(_)) => Err(overrun(&limit.to_string())),
    }
}

/// Reads it as it is there, once it is known to be right as it was written: places are told of that, and the sign before it
/// counts in its first line.
fn checked<T>(text: &str, as_there: &str, parse: impl Fn(&str) -> Result<T, SyntaxError>) -> Result<T, Unreadable> {
    if text.len() > MAX_LENGTH {
        let message = format!("an expression is limited to {MAX_LENGTH} bytes");
        return Err(Unreadable { message, line: 1, column: 1 });
    }
    let read = parse(text).and_then(|read| if text == as_there { Ok(read) } else { parse(as_there) });
    read.map_err(|error| Unreadable {
        message: error.message,
        line: error.line,
        column: error.column + u32::from(error.line == 1),
    })
}

/// The names that expressions of a form may use: those of its fields, and of what it is shown.
pub(crate) fn names(schema: &Value, shown: &[&Map<String, Value>]) -> Names {
    let mut found = Vec::new();
    of_fields(schema, 0, &mut found);
    for data in shown {
        of_members(data, 0, &mut found);
    }
    Names::new(found)
}

fn of_fields<'a>(component: &'a Value, depth: usize, found: &mut Vec<&'a str>) {
    for name in ["key", "path", "valuesKey"] {
        if let Some(path) = component.get(name).and_then(Value::as_str) {
            found.extend(path.split('.'));
        }
    }
    if let Some(children) = component.get("components").and_then(Value::as_array).filter(|_| depth < MAX_DEPTH) {
        children.iter().for_each(|child| of_fields(child, depth + 1, found));
    }
}

fn of_members<'a>(members: &'a Map<String, Value>, depth: usize, found: &mut Vec<&'a str>) {
    if depth > MAX_DEPTH {
        return;
    }
    for (name, value) in members {
        found.push(name);
        match value {
            Value::Object(members) => of_members(members, depth + 1, found),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_object).for_each(|item| of_members(item, depth + 1, found));
            }
            _ => {}
        }
    }
}
