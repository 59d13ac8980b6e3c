//! Trees to values.

mod call;
mod conform;
mod function;
mod iterate;
mod mentions;
mod property;
mod scala;
mod table;
mod variables;

use crate::ast::{Comparison, Expr, INPUT, Test};
use crate::budget::{Bound, Budget, Failure, Meter};
use crate::builtin;
use crate::dialect::Dialect;
use crate::env::{Env, Host, context};
use crate::number::Number;
use crate::operate;
use crate::temporal::{self, DateTime, Time, Zone};
use crate::trace::TableTrace;
use crate::types::Type;
use crate::value::{MAX_COMPARED, Range, Value};
use bigdecimal::RoundingMode;
pub(crate) use function::{Callee, DecisionService};
pub(crate) use mentions::{are_constant, mentions};
use property::property;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;
use variables::Variables;

pub(crate) type Outcome = Result<Value, Failure>;

/// What an operator looks at: a constant where it stands, else what evaluation put into the slot. It is neither copied nor
/// moved, which in small expressions costs more than the operator does. Leaves the function with a failure.
macro_rules! operand {
    ($evaluator:ident, $expression:expr, $env:expr, $slot:ident) => {
        match $expression {
            Expr::Const(value) => {
                $evaluator.meter.step()?;
                value
            }
            other => {
                $slot = $evaluator.eval(other, $env);
                match &$slot {
                    Ok(value) => value,
                    Err(failure) => return Err(failure.clone()),
                }
            }
        }
    };
}

/// One evaluation.
pub(crate) struct Evaluator<'a> {
    pub(crate) host: &'a dyn Host,
    pub(crate) meter: Meter,
    pub(crate) dialect: Dialect,
    variables: Variables,
    /// Why something is null that was meant to be more.
    reasons: RefCell<Vec<String>>,
    /// Where somebody asks why.
    traces: Option<RefCell<Vec<TableTrace>>>,
}

/// Reasons that are kept; those after tell of what follows from them.
const MAX_REASONS: usize = 8;
/// Tables that are kept for who asks why: a loop may evaluate thousands.
const MAX_TRACES: usize = 64;
/// Lists and contexts within one another, as a loop may make them of what it made before.
const MAX_VALUE_DEPTH: u32 = 64;

impl<'a> Evaluator<'a> {
    #[inline]
    pub(crate) fn new(host: &'a dyn Host, budget: Budget, dialect: Dialect) -> Self {
        let (variables, reasons) = (Variables::default(), RefCell::default());
        Self { host, meter: Meter::new(budget), dialect, variables, reasons, traces: None }
    }

    /// Keeps what became of each rule of the first tables that it evaluates.
    pub(crate) fn tracing(mut self) -> Self {
        self.traces = Some(RefCell::default());
        self
    }

    pub(crate) fn is_tracing(&self) -> bool {
        self.traces.is_some()
    }

    pub(crate) fn trace(&self, table: TableTrace) {
        if let Some(traces) = &self.traces {
            let mut traces = traces.borrow_mut();
            if traces.len() < MAX_TRACES {
                traces.push(table);
            }
        }
    }

    pub(crate) fn is_standard(&self) -> bool {
        self.dialect == Dialect::Standard
    }

    /// What can be understood is.
    pub(crate) fn is_lenient(&self) -> bool {
        self.dialect == Dialect::Forms
    }

    /// Whether a moment without a zone is no instant.
    fn has_local_moments(&self) -> bool {
        self.dialect == Dialect::Camunda
    }

    pub(crate) fn is_scala(&self) -> bool {
        self.dialect.is_scala()
    }

    /// Null, and why.
    pub(crate) fn null(&self, reason: impl FnOnce() -> String) -> Value {
        let mut reasons = self.reasons.borrow_mut();
        if reasons.len() < MAX_REASONS {
            reasons.push(reason());
        }
        Value::Null
    }

    pub(crate) fn into_findings(self) -> (Vec<String>, Vec<TableTrace>) {
        (self.reasons.into_inner(), self.traces.map(RefCell::into_inner).unwrap_or_default())
    }

    pub(crate) fn root(&self, expression: &Expr) -> Outcome {
        self.eval(expression, &Env::default())
    }

    /// Does one of the tests accept the input?
    pub(crate) fn accepts(&self, tests: &[Test], input: &Value) -> Result<bool, Failure> {
        self.accepts_in(tests, input, &Env::default())
    }

    pub(crate) fn accepts_in(&self, tests: &[Test], input: &Value, env: &Env) -> Result<bool, Failure> {
        // Cells that hold literals, as most do, look at nothing but the input.
        if tests.iter().all(Test::is_of_constants) {
            return Ok(self.any(tests, input, env)? == Some(true));
        }
        let env = env.with(SmolStr::new_static(INPUT), input.clone());
        Ok(self.any(tests, input, &env)? == Some(true))
    }

    pub(crate) fn eval(&self, expression: &Expr, env: &Env) -> Outcome {
        self.meter.step()?;
        match expression {
            Expr::Const(value) => Ok(value.clone()),
            Expr::Name(name) => self.name(name, env),
            inner => {
                self.meter.enter()?;
                let value = stacker::maybe_grow(64 << 10, 512 << 10, || self.compound(inner, env));
                self.meter.leave();
                value
            }
        }
    }

    fn name(&self, name: &SmolStr, env: &Env) -> Outcome {
        if let Some(value) = env.get(name) {
            return Ok(value.clone());
        }
        if name == INPUT && self.is_scala() {
            return Err(Failure::Assertion("there is no input that '?' could stand for".into()));
        }
        self.variables.get_or_ask(name, || match self.dialect {
            Dialect::Forms | Dialect::Camunda | Dialect::Camunda8 => self.host.variable(name).unwrap_or_default(),
            // What a model does not require does not exist for it.
            Dialect::Standard if builtin::exists(name) => Callee::BuiltIn(name.clone()).into(),
            Dialect::Standard => Value::Null,
        })
    }

    fn compound(&self, expression: &Expr, env: &Env) -> Outcome {
        match expression {
            Expr::Compare(comparison, sides) => {
                let (left_slot, right_slot);
                let left = operand!(self, &sides.0, env, left_slot);
                let right = operand!(self, &sides.1, env, right_slot);
                Ok(boolean(self.compare(*comparison, left, right)?))
            }
            Expr::Sum(first, rest) => self.or_null(self.sum(first, rest, env)),
            Expr::Product(first, rest) => self.or_null(self.product(first, rest, env)),
            Expr::And(all) => self.and(all, env),
            Expr::Or(all) => self.or(all, env),
            Expr::Call(call) => self.or_null(self.call(call, env)),
            Expr::Path(inner, name) => {
                let value = self.eval(inner, env)?;
                self.member(&value, name)
            }
            Expr::Const(value) => Ok(value.clone()),
            Expr::Name(name) => self.name(name, env),
            Expr::List(items) => self.list(items, env),
            Expr::Context(entries) => self.context(entries, env),
            Expr::Range(range) => {
                let low = range.low.as_ref().map(|low| self.or_null(self.eval(low, env))).transpose()?;
                let high = range.high.as_ref().map(|high| self.or_null(self.eval(high, env))).transpose()?;
                // An end that is null is none to feelin.
                let end = |end: Option<Value>| if self.is_lenient() { end.filter(|end| !end.is_null()) } else { end };
                Ok(make_range(end(low), range.low_included, end(high), range.high_included))
            }
            Expr::Point(inner) => {
                let end = self.eval(inner, env)?;
                Ok(make_range(Some(end.clone()), true, Some(end), true))
            }
            Expr::Negate(inner) => Ok(match self.or_null(self.eval(inner, env))? {
                Value::Number(number) => operate::negate(&Value::Number(number)),
                _ if self.is_scala() => Value::Null,
                other => operate::negate(&other),
            }),
            Expr::Power(first, rest) => {
                let mut value = self.or_null(self.eval(first, env))?;
                for exponent in rest {
                    self.meter.steps(64)?;
                    value = operate::power(&value, &self.or_null(self.eval(exponent, env))?);
                }
                Ok(value)
            }
            Expr::Between(parts) => self.between(parts, env),
            Expr::In(value, tests) => {
                let value = self.eval(value, env)?;
                let env = env.with(SmolStr::new_static(INPUT), value.clone());
                Ok(boolean(self.any(tests, &value, &env)?))
            }
            Expr::InputIn(range) => {
                let range = self.eval(range, env)?;
                let input = env.get(INPUT).cloned().unwrap_or_default();
                Ok(match range {
                    Value::Range(range) if !input.is_null() => boolean(range.contains(&input)),
                    _ => Value::Null,
                })
            }
            Expr::InstanceOf(value, kind) => {
                let value = self.eval(value, env)?;
                if self.is_scala() && matches!(kind, Type::Null) {
                    return Ok(Value::Boolean(false));
                }
                Ok(Value::Boolean(self.is_instance(&value, kind)?))
            }
            Expr::If(parts) => {
                let condition = self.or_null(self.eval(&parts.0, env))?;
                let branch = if condition.is_true() { &parts.1 } else { &parts.2 };
                self.eval(branch, env)
            }
            Expr::For(domains, body) => self.or_null(self.iterate(domains, body, env)),
            Expr::Quantified(is_every, domains, condition) => {
                self.or_null(self.quantify(*is_every, domains, condition, env))
            }
            Expr::Function(definition) => {
                let (definition, env) = (Arc::clone(definition), env.clone());
                Ok(Callee::Defined { definition, env }.into())
            }
            Expr::Invoke(function, arguments) => {
                let function = self.eval(function, env)?;
                self.invoke_with(&function, arguments, env, false)
            }
            Expr::Filter(parts) => {
                let value = self.or_null(self.eval(&parts.0, env))?;
                self.or_null(self.filter(&value, &parts.1, env))
            }
            Expr::Block(entries, result) => {
                let mut inner = env.clone();
                for (name, expression) in entries {
                    let value = self.eval(expression, &inner)?;
                    inner = inner.with(name.clone(), value);
                }
                self.eval(result, &inner)
            }
            Expr::Typed(inner, kind) => {
                let value = self.eval(inner, env)?;
                self.coerce(value, kind, "a value")
            }
            Expr::Table(table) => table.evaluate(self, env),
        }
    }

    /// Not below the lower end and not above the upper one, which is asked for only then. feelin asks for all, and turns ends
    /// that are the wrong way round.
    fn between(&self, parts: &(Expr, Expr, Expr), env: &Env) -> Outcome {
        let part = |part| self.or_null(self.eval(part, env));
        let (value, mut low) = (part(&parts.0)?, part(&parts.1)?);
        if !self.is_lenient() {
            let above = self.compare(Comparison::GreaterOrEqual, &value, &low)?;
            if above == Some(false) {
                return Ok(Value::Boolean(false));
            }
            let below = self.compare(Comparison::LessOrEqual, &value, &part(&parts.2)?)?;
            return Ok(boolean(all_of([above, below])));
        }
        let mut high = part(&parts.2)?;
        if value.is_null() || low.is_null() || high.is_null() {
            return Ok(Value::Null);
        }
        if low.compares(&high) == Some(Ordering::Greater) {
            std::mem::swap(&mut low, &mut high);
        }
        let above = self.compare(Comparison::GreaterOrEqual, &value, &low)?;
        Ok(boolean(all_of([above, self.compare(Comparison::LessOrEqual, &value, &high)?])))
    }

    fn list(&self, items: &[Expr], env: &Env) -> Outcome {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            values.push(self.eval(item, env)?);
        }
        self.make_list(values)
    }

    /// Counts what it holds.
    pub(crate) fn make_list(&self, items: Vec<Value>) -> Outcome {
        self.meter.take(items.iter().map(Value::weight).sum())?;
        Ok(Value::list(items))
    }

    /// Counts it.
    pub(crate) fn make_string(&self, text: &str) -> Outcome {
        self.meter.take(text.len() as u64)?;
        Ok(Value::string(text))
    }

    fn context(&self, entries: &[(SmolStr, Expr)], env: &Env) -> Outcome {
        let mut inner = env.clone();
        let mut all = Vec::with_capacity(entries.len());
        if self.is_standard()
            && let Some(twice) = repeated(entries)
        {
            return Ok(self.null(|| format!("the entry '{twice}' of a context is there twice")));
        }
        for (name, expression) in entries {
            let value = self.eval(expression, &inner)?;
            self.meter.take(value.weight() + 2 * name.len() as u64 + 64)?;
            inner = inner.with(name.clone(), value.clone());
            all.push((name.clone(), value));
        }
        Ok(context(all))
    }

    fn sum(&self, first: &Expr, rest: &[(bool, Expr)], env: &Env) -> Outcome {
        let mut value = self.eval(first, env)?;
        for (is_plus, right) in rest {
            let slot;
            let right = operand!(self, right, env, slot);
            if let Some(whole) = whole_with(&value, right, if *is_plus { i64::checked_add } else { i64::checked_sub }) {
                value = Value::Number(Number::Whole(whole));
                continue;
            }
            if let (Value::String(a), Value::String(b)) = (&value, right) {
                self.meter.take((a.len() + b.len()) as u64)?;
            }
            value = match is_plus {
                true => operate::add(&value, right),
                false if self.is_scala() && has_zone(&value) == Some(true) && matches!(value, Value::Time(_)) => {
                    scala::between(&value, right)
                }
                // Where only one of two times says where on earth it is meant, nothing lies between them.
                false if (self.is_standard() || self.has_local_moments()) && differ_in_zone(&value, right) => {
                    Value::Null
                }
                false if self.is_scala() && differ_in_kind(&value, right) => Value::Null,
                false => {
                    let (value, right) = self.settled(&value, right);
                    operate::subtract(&value, &right)
                }
            };
        }
        Ok(value)
    }

    fn product(&self, first: &Expr, rest: &[(bool, Expr)], env: &Env) -> Outcome {
        let mut value = self.eval(first, env)?;
        for (is_times, right) in rest {
            let slot;
            let right = operand!(self, right, env, slot);
            if *is_times && let Some(whole) = whole_with(&value, right, i64::checked_mul) {
                value = Value::Number(Number::Whole(whole));
                continue;
            }
            value = match (self.is_scala(), is_times) {
                (true, true) => scala::multiply(&value, right),
                (true, false) => scala::divide(&value, right),
                (false, true) => operate::multiply(&value, right),
                (false, false) => operate::divide(&value, right),
            };
        }
        Ok(value)
    }

    /// False with anything is false; else what is no boolean makes null (table 50).
    fn and(&self, all: &[Expr], env: &Env) -> Outcome {
        let mut result = Some(true);
        for part in all {
            match self.eval(part, env) {
                Ok(Value::Boolean(true)) => {}
                Ok(Value::Boolean(false)) => return Ok(Value::Boolean(false)),
                Ok(_) | Err(Failure::NoFunction(_)) => result = None,
                Err(failure) => return Err(failure),
            }
        }
        Ok(boolean(result))
    }

    fn or(&self, all: &[Expr], env: &Env) -> Outcome {
        let mut result = Some(false);
        for part in all {
            match self.eval(part, env) {
                Ok(Value::Boolean(true)) => return Ok(Value::Boolean(true)),
                Ok(Value::Boolean(false)) => {}
                Ok(_) | Err(Failure::NoFunction(_)) => result = None,
                Err(failure) => return Err(failure),
            }
        }
        Ok(boolean(result))
    }

    fn any(&self, tests: &[Test], input: &Value, env: &Env) -> Result<Option<bool>, Failure> {
        let mut result = Some(false);
        for test in tests {
            match self.test(test, input, env) {
                Ok(Some(true)) => return Ok(Some(true)),
                Ok(Some(false)) => {}
                // One of several is no answer, the only one is none at all.
                Err(Failure::NoFunction(_)) if tests.len() > 1 => result = None,
                Ok(None) => result = None,
                Err(failure) => return Err(failure),
            }
        }
        Ok(result)
    }

    fn test(&self, test: &Test, input: &Value, env: &Env) -> Result<Option<bool>, Failure> {
        self.meter.step()?;
        Ok(match test {
            Test::Compare(comparison, end) => {
                let slot;
                let end = operand!(self, end, env, slot);
                self.compare(*comparison, input, end)?
            }
            Test::Literal(literal) => {
                let slot;
                let literal = operand!(self, literal, env, slot);
                let equal = self.equal(input, literal)?;
                if self.is_scala() { equal } else { Some(equal == Some(true)) }
            }
            Test::Not(tests) => match self.any(tests, input, env) {
                Err(Failure::NoFunction(_)) => None,
                other => other?.map(|accepted| !accepted),
            },
            Test::Expression(expression) => {
                let value = match self.eval(expression, env) {
                    Err(Failure::NoFunction(_)) => return Ok(Some(false)),
                    other => other?,
                };
                if self.is_scala() {
                    return self.scala_holds(expression, &value, input);
                }
                if self.is_lenient() && matches!(expression, Expr::Range(_)) {
                    return Ok(Some(in_either(&value, input)));
                }
                Some(value.is_true() || self.holds(&value, input)?)
            }
            Test::Condition(condition) => match self.or_null(self.eval(condition, env))? {
                Value::Boolean(accepts) => Some(accepts),
                _ => None,
            },
        })
    }

    /// What an expression in a list of tests gave: does it accept the input?
    fn holds(&self, value: &Value, input: &Value) -> Result<bool, Failure> {
        if let Value::List(items) = value {
            for item in items.iter() {
                if in_range(item, input) || self.equal(input, item)? == Some(true) {
                    return Ok(true);
                }
            }
        }
        Ok(in_range(value, input) || self.equal(input, value)? == Some(true))
    }

    /// [`Evaluator::holds`], where what cannot be compared is no answer, and so is its contrary.
    fn scala_holds(&self, expression: &Expr, value: &Value, input: &Value) -> Result<Option<bool>, Failure> {
        Ok(match value {
            Value::Range(range)
                if self.has_local_moments()
                    && range.low.iter().chain(&range.high).any(|end| differ_in_zone(end, input)) =>
            {
                None
            }
            Value::Range(range) => range.contains(input),
            _ if matches!(expression, Expr::Range(_)) => None,
            Value::Boolean(true) => Some(true),
            Value::Boolean(false) => Some(matches!(input, Value::Boolean(false))),
            Value::List(_) => Some(self.holds(value, input)?),
            _ => self.equal(input, value)?,
        })
    }

    pub(crate) fn compare(&self, comparison: Comparison, left: &Value, right: &Value) -> Result<Option<bool>, Failure> {
        // In all dialects alike, and what tables do most.
        if let (Value::Number(left), Value::Number(right)) = (left, right) {
            self.meter.step()?;
            return Ok(Some(holds(comparison, left.cmp(right))));
        }
        Ok(match comparison {
            Comparison::Equal => self.equal(left, right)?,
            Comparison::NotEqual => self.equal(left, right)?.map(|equal| !equal),
            _ if self.has_local_moments() && differ_in_zone(left, right) => None,
            other => {
                let (left, right) = self.settled(left, right);
                ordered(other, &left, &right)
            }
        })
    }

    /// Two moments of which one has a zone and the other none, which is then by the clocks of the host's.
    fn settled<'v>(&self, left: &'v Value, right: &'v Value) -> (Cow<'v, Value>, Cow<'v, Value>) {
        let both = (Cow::Borrowed(left), Cow::Borrowed(right));
        if !differ_in_zone(left, right) {
            return both;
        }
        let here = |moment: &DateTime| Cow::Owned(Value::DateTime(moment.within_zone(&self.host.zone())));
        match (left, right) {
            (Value::DateTime(local), Value::DateTime(_)) if local.zone == Zone::Local => (here(local), both.1),
            (Value::DateTime(_), Value::DateTime(local)) => (both.0, here(local)),
            _ => both,
        }
    }

    /// Equality, counted by what it looks at.
    pub(crate) fn equal(&self, left: &Value, right: &Value) -> Result<Option<bool>, Failure> {
        if self.is_standard()
            && let (Some(left), Some(right)) = (milliseconds(left), milliseconds(right))
            && std::mem::discriminant(left.0) == std::mem::discriminant(right.0)
        {
            return Ok(Some(left.1 == right.1));
        }
        if self.has_local_moments()
            && let (Value::Time(_) | Value::DateTime(_), Value::Time(_) | Value::DateTime(_)) = (left, right)
        {
            return Ok(scala::same_moment(left, right));
        }
        if self.is_scala() && matches!((left, right), (Value::Function(_), Value::Function(_))) {
            return Ok(None);
        }
        let (left, right) = self.settled(left, right);
        let mut rest = MAX_COMPARED;
        let equal = left.equals_within(&right, &mut rest);
        self.meter.steps(MAX_COMPARED - rest)?;
        Ok(equal)
    }

    /// Values that grow with every round of a loop end at a depth: all that walks through them recurses.
    fn check_depth(&self, value: &Value) -> Result<(), Failure> {
        let mut rest = MAX_COMPARED;
        let is_too_deep = value.is_deeper_than(MAX_VALUE_DEPTH, &mut rest);
        self.meter.steps(MAX_COMPARED - rest)?;
        if is_too_deep {
            return Err(Failure::Limit(Bound::Nesting(MAX_VALUE_DEPTH)));
        }
        Ok(())
    }

    fn member(&self, value: &Value, name: &SmolStr) -> Outcome {
        Ok(match value {
            Value::Context(entries) => entries.get(name).cloned().unwrap_or_default(),
            Value::List(items) => {
                self.meter.steps(items.len() as u64)?;
                let mut members = Vec::with_capacity(items.len());
                for item in items.iter() {
                    members.push(self.nested_member(item, name)?);
                }
                self.make_list(members)?
            }
            // Java counts its seconds downwards.
            Value::DayTimeDuration(nanos) if self.is_scala() => {
                property(&Value::DayTimeDuration(nanos.div_euclid(temporal::NANOS) * temporal::NANOS), name)
            }
            other => property(other, name),
        })
    }

    fn nested_member(&self, value: &Value, name: &SmolStr) -> Outcome {
        self.meter.enter()?;
        let member = stacker::maybe_grow(64 << 10, 512 << 10, || self.member(value, name));
        self.meter.leave();
        member
    }

    /// The whole part of a number is the position in Camunda's lists.
    fn position(&self, number: &Number) -> Option<i64> {
        match number.to_i64() {
            None if self.is_scala() => number.round(0, RoundingMode::Floor)?.to_i64(),
            whole => whole,
        }
    }

    fn filter(&self, value: &Value, condition: &Expr, env: &Env) -> Outcome {
        let items = match value {
            Value::Null => return Ok(Value::Null),
            Value::List(items) => Arc::clone(items),
            _ if self.is_scala() => return Ok(Value::Null),
            single => Arc::new(vec![single.clone()]),
        };
        // A constant is a position. Anything else is looked at for the first item, and is a position when it gives a number.
        if let Expr::Const(Value::Number(position)) = condition {
            return Ok(at(&items, self.position(position)));
        }
        // What is neither a comparison nor a call is a position in feel-scala's when it is a number outside of the list.
        if self.is_scala()
            && !matches!(condition, Expr::Compare(..) | Expr::Between(_) | Expr::Call(..) | Expr::Invoke(..))
            && let Value::Number(position) = self.eval(condition, env)?
        {
            return Ok(at(&items, self.position(&position)));
        }
        let mut kept = Vec::new();
        for item in items.iter() {
            match self.eval(condition, &env.with_item(item.clone()))? {
                Value::Number(position) => return Ok(at(&items, self.position(&position))),
                Value::Boolean(true) => kept.push(item.clone()),
                Value::Boolean(false) | Value::Null => {}
                _ if self.is_standard() => {
                    return Ok(self.null(|| "the condition of a filter is neither true nor false".to_owned()));
                }
                _ => {}
            }
        }
        self.make_list(kept)
    }
}

/// A date and one with a time, which feel-scala subtracts from neither.
fn differ_in_kind(left: &Value, right: &Value) -> bool {
    matches!((left, right), (Value::Date(_), Value::DateTime(_)) | (Value::DateTime(_), Value::Date(_)))
}

/// From 1, or from the end below 0; null beyond.
fn at(items: &[Value], position: Option<i64>) -> Value {
    let index = match position {
        Some(position @ 1..) => usize::try_from(position - 1).ok(),
        Some(position @ ..=-1) => {
            usize::try_from(position.unsigned_abs()).ok().and_then(|back| items.len().checked_sub(back))
        }
        _ => None,
    };
    index.and_then(|index| items.get(index)).cloned().unwrap_or_default()
}

/// Whether one of two times says where on earth it is meant and the other does not. A date is UTC's.
pub(crate) fn differ_in_zone(left: &Value, right: &Value) -> bool {
    matches!((has_zone(left), has_zone(right)), (Some(left), Some(right)) if left != right)
}

fn has_zone(value: &Value) -> Option<bool> {
    match value {
        Value::Time(Time { zone, .. }) | Value::DateTime(DateTime { zone, .. }) => Some(*zone != Zone::Local),
        Value::Date(_) => Some(true),
        _ => None,
    }
}

fn repeated(entries: &[(SmolStr, Expr)]) -> Option<&SmolStr> {
    let mut seen = HashSet::with_capacity(entries.len());
    entries.iter().map(|(name, _)| name).find(|name| !seen.insert(*name))
}

/// Times are equal to the millisecond (DMN 1.5, 10.3.2.3.5, has no smaller parts of one).
fn milliseconds(value: &Value) -> Option<(&Value, i128)> {
    const NANOS: i128 = 1_000_000;
    match value {
        Value::Time(time) => Some((value, time.nanos_of_day().div_euclid(NANOS))),
        Value::DateTime(moment) => Some((value, moment.nanos().div_euclid(NANOS))),
        _ => None,
    }
}

pub(crate) fn boolean(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Boolean)
}

fn all_of(parts: [Option<bool>; 2]) -> Option<bool> {
    match parts {
        [Some(false), _] | [_, Some(false)] => Some(false),
        [Some(true), Some(true)] => Some(true),
        _ => None,
    }
}

fn ordered(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    Some(holds(comparison, left.compares(right)?))
}

/// Whether two values of that order compare so.
fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterOrEqual => order != Ordering::Less,
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
    }
}

/// Of two whole numbers whose result fits.
fn whole_with(left: &Value, right: &Value, operate: fn(i64, i64) -> Option<i64>) -> Option<i64> {
    match (left, right) {
        (Value::Number(Number::Whole(left)), Value::Number(Number::Whole(right))) => operate(*left, *right),
        _ => None,
    }
}

/// In the range, whichever of its ends is written first, as feelin has it.
fn in_either(range: &Value, input: &Value) -> bool {
    let Value::Range(range) = range else {
        return false;
    };
    let turned = Range {
        low: range.high.clone(),
        low_included: range.high_included,
        high: range.low.clone(),
        high_included: range.low_included,
    };
    let is_turned =
        matches!((&range.low, &range.high), (Some(low), Some(high)) if low.compares(high) == Some(Ordering::Greater));
    if is_turned { turned.contains(input) == Some(true) } else { range.contains(input) == Some(true) }
}

fn in_range(range: &Value, input: &Value) -> bool {
    matches!(range, Value::Range(range) if range.contains(input) == Some(true))
}

/// Null when the ends are of kinds that cannot be compared.
pub(crate) fn make_range(low: Option<Value>, low_included: bool, high: Option<Value>, high_included: bool) -> Value {
    let fits = match (&low, &high) {
        (Some(low), Some(high)) => low.compares(high).is_some(),
        (Some(end), None) | (None, Some(end)) => end.compares(end).is_some(),
        (None, None) => false,
    };
    if !fits {
        return Value::Null;
    }
    Value::Range(Arc::new(Range { low, low_included, high, high_included }))
}
