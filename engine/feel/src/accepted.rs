//! Which values tests accept, as far as the text alone tells: for reviews of decision tables.

use crate::ast::{Arguments, Comparison, Expr, Expression, Test, UnaryTests};
use crate::budget::Budget;
use crate::dialect::Dialect;
use crate::env::{Env, Host};
use crate::evaluate::Evaluator;
use crate::value::{Range, Value};

/// Values that tests accept.
#[derive(Clone, Debug)]
pub enum Accepted {
    Any,
    /// Those in one of the ranges; a single value is a range from it to it.
    In(Vec<Range>),
    /// Those in none of the ranges.
    NotIn(Vec<Range>),
}

/// Functions that make a constant of constants.
const CONSTRUCTORS: [&str; 5] = ["date", "time", "date and time", "duration", "number"];

impl UnaryTests {
    /// None when it hangs on more than the input, or is more than a comparison with constants.
    #[must_use]
    pub fn accepted(&self) -> Option<Accepted> {
        match self.tests.as_deref() {
            None => Some(Accepted::Any),
            Some([Test::Not(tests)]) => Some(Accepted::NotIn(ranges(tests)?)),
            Some(tests) => Some(Accepted::In(ranges(tests)?)),
        }
    }
}

impl Expression {
    /// The value of an expression that hangs on nothing.
    #[must_use]
    pub fn constant(&self) -> Option<Value> {
        constant(&self.root)
    }
}

fn ranges(tests: &[Test]) -> Option<Vec<Range>> {
    tests.iter().map(range).collect()
}

fn range(test: &Test) -> Option<Range> {
    let between = |low: Option<Value>, low_included, high: Option<Value>, high_included| Range {
        low,
        low_included,
        high,
        high_included,
    };
    match test {
        Test::Literal(literal) => point(constant(literal)?),
        Test::Compare(Comparison::Equal, end) => point(constant(end)?),
        Test::Compare(Comparison::Less, end) => Some(between(None, false, Some(constant(end)?), false)),
        Test::Compare(Comparison::LessOrEqual, end) => Some(between(None, false, Some(constant(end)?), true)),
        Test::Compare(Comparison::Greater, end) => Some(between(Some(constant(end)?), false, None, false)),
        Test::Compare(Comparison::GreaterOrEqual, end) => Some(between(Some(constant(end)?), true, None, false)),
        Test::Compare(Comparison::NotEqual, _) | Test::Not(_) | Test::Condition(_) => None,
        Test::Expression(expression) => match constant(expression)? {
            Value::Range(range) => Some(range.as_ref().clone()),
            // True accepts whatever the input is.
            Value::Boolean(_) | Value::List(_) => None,
            value => point(value),
        },
    }
}

fn point(value: Value) -> Option<Range> {
    let is_comparable = matches!(value, Value::Boolean(_)) || value.compares(&value).is_some();
    is_comparable.then(|| Range {
        low: Some(value.clone()),
        low_included: true,
        high: Some(value),
        high_included: true,
    })
}

/// Nothing has a value but what the text says.
struct Nothing;

impl Host for Nothing {
    fn variable(&self, _: &str) -> Option<Value> {
        None
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn random(&self) -> u128 {
        0
    }
}

fn constant(expression: &Expr) -> Option<Value> {
    if !is_constant(expression) {
        return None;
    }
    let value =
        Evaluator::new(&Nothing, Budget::default(), Dialect::default()).eval(expression, &Env::default()).ok()?;
    (!value.is_null()).then_some(value)
}

fn is_constant(expression: &Expr) -> bool {
    match expression {
        Expr::Const(_) => true,
        Expr::Negate(inner) => is_constant(inner),
        Expr::Range(range) => range.low.iter().chain(&range.high).all(is_constant),
        Expr::Call(call) => {
            let is_constructor = CONSTRUCTORS.contains(&call.name.as_str());
            is_constructor && matches!(&call.arguments, Arguments::Positional(all) if all.iter().all(is_constant))
        }
        _ => false,
    }
}
