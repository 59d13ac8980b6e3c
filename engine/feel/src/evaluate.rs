//! Trees to values.

mod mentions;
mod property;

use crate::ast::{Arguments, Comparison, Domain, Expr, Test};
use crate::budget::{Budget, Failure, Meter, limit};
use crate::builtin;
use crate::env::{Env, Host, context};
use crate::operate;
use crate::value::{Function, MAX_COMPARED, Range, Value};
use mentions::mentions;
use property::{is_instance, property};
use smol_str::SmolStr;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

pub(crate) type Outcome = Result<Value, Failure>;

/// One evaluation.
pub(crate) struct Evaluator<'a> {
    pub(crate) host: &'a dyn Host,
    pub(crate) meter: Meter,
    /// Asked for once each.
    variables: RefCell<HashMap<SmolStr, Value>>,
}

const INPUT: &str = "?";
/// Lists and contexts within one another, as a loop may make them of what it made before.
const MAX_VALUE_DEPTH: u32 = 64;

impl<'a> Evaluator<'a> {
    pub(crate) fn new(host: &'a dyn Host, budget: Budget) -> Self {
        Self { host, meter: Meter::new(budget), variables: RefCell::default() }
    }

    pub(crate) fn root(&self, expression: &Expr) -> Outcome {
        self.eval(expression, &Env::default())
    }

    /// Does one of the tests accept the input?
    pub(crate) fn accepts(&self, tests: &[Test], input: &Value) -> Result<bool, Failure> {
        let env = Env::default().with(SmolStr::new_static(INPUT), input.clone());
        Ok(self.any(tests, input, &env)? == Some(true))
    }

    pub(crate) fn eval(&self, expression: &Expr, env: &Env) -> Outcome {
        self.meter.step()?;
        match expression {
            Expr::Const(value) => Ok(value.clone()),
            Expr::Name(name) => Ok(self.name(name, env)),
            inner => {
                self.meter.enter()?;
                let value = stacker::maybe_grow(64 << 10, 512 << 10, || self.compound(inner, env));
                self.meter.leave();
                value
            }
        }
    }

    fn name(&self, name: &SmolStr, env: &Env) -> Value {
        if let Some(value) = env.get(name) {
            return value.clone();
        }
        if let Some(value) = self.variables.borrow().get(name) {
            return value.clone();
        }
        let value = self.host.variable(name).unwrap_or_default();
        self.variables.borrow_mut().insert(name.clone(), value.clone());
        value
    }

    fn compound(&self, expression: &Expr, env: &Env) -> Outcome {
        match expression {
            Expr::Const(value) => Ok(value.clone()),
            Expr::Name(name) => Ok(self.name(name, env)),
            Expr::List(items) => self.list(items, env),
            Expr::Context(entries) => self.context(entries, env),
            Expr::Range(range) => {
                let low = range.low.as_ref().map(|low| self.eval(low, env)).transpose()?;
                let high = range.high.as_ref().map(|high| self.eval(high, env)).transpose()?;
                Ok(make_range(low, range.low_included, high, range.high_included))
            }
            Expr::Negate(inner) => Ok(operate::negate(&self.eval(inner, env)?)),
            Expr::Sum(first, rest) => self.sum(first, rest, env),
            Expr::Product(first, rest) => self.product(first, rest, env),
            Expr::Power(first, rest) => {
                let mut value = self.eval(first, env)?;
                for exponent in rest {
                    self.meter.steps(64)?;
                    value = operate::power(&value, &self.eval(exponent, env)?);
                }
                Ok(value)
            }
            Expr::Compare(comparison, sides) => {
                let (left, right) = (self.eval(&sides.0, env)?, self.eval(&sides.1, env)?);
                Ok(boolean(self.compare(*comparison, &left, &right)?))
            }
            Expr::Between(parts) => {
                let value = self.eval(&parts.0, env)?;
                let low = ordered(Comparison::GreaterOrEqual, &value, &self.eval(&parts.1, env)?);
                let high = ordered(Comparison::LessOrEqual, &value, &self.eval(&parts.2, env)?);
                Ok(boolean(all_of([low, high])))
            }
            Expr::In(value, tests) => {
                let value = self.eval(value, env)?;
                let env = env.with(SmolStr::new_static(INPUT), value.clone());
                Ok(boolean(self.any(tests, &value, &env)?))
            }
            Expr::InstanceOf(value, kind) => Ok(Value::Boolean(is_instance(&self.eval(value, env)?, kind))),
            Expr::And(all) => self.and(all, env),
            Expr::Or(all) => self.or(all, env),
            Expr::If(parts) => {
                let branch = if self.eval(&parts.0, env)?.is_true() { &parts.1 } else { &parts.2 };
                self.eval(branch, env)
            }
            Expr::For(domains, body) => self.iterate(domains, body, env),
            Expr::Quantified(is_every, domains, condition) => self.quantify(*is_every, domains, condition, env),
            Expr::Function(definition) => {
                let function = Function { definition: Arc::clone(definition), env: env.clone() };
                Ok(Value::Function(Arc::new(function)))
            }
            Expr::Call(name, arguments) => self.call(name, arguments, env),
            Expr::Invoke(function, arguments) => {
                let function = self.eval(function, env)?;
                self.invoke_with(&function, arguments, env)
            }
            Expr::Path(inner, name) => {
                let value = self.eval(inner, env)?;
                self.member(&value, name)
            }
            Expr::Filter(parts) => {
                let value = self.eval(&parts.0, env)?;
                self.filter(&value, &parts.1, env)
            }
        }
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
            let right = self.eval(right, env)?;
            if let (Value::String(a), Value::String(b)) = (&value, &right) {
                self.meter.take((a.len() + b.len()) as u64)?;
            }
            value = if *is_plus { operate::add(&value, &right) } else { operate::subtract(&value, &right) };
        }
        Ok(value)
    }

    fn product(&self, first: &Expr, rest: &[(bool, Expr)], env: &Env) -> Outcome {
        let mut value = self.eval(first, env)?;
        for (is_times, right) in rest {
            let right = self.eval(right, env)?;
            value = if *is_times { operate::multiply(&value, &right) } else { operate::divide(&value, &right) };
        }
        Ok(value)
    }

    /// False with anything is false; else what is no boolean makes null (table 50).
    fn and(&self, all: &[Expr], env: &Env) -> Outcome {
        let mut result = Some(true);
        for part in all {
            match self.eval(part, env)? {
                Value::Boolean(false) => return Ok(Value::Boolean(false)),
                Value::Boolean(true) => {}
                _ => result = None,
            }
        }
        Ok(boolean(result))
    }

    fn or(&self, all: &[Expr], env: &Env) -> Outcome {
        let mut result = Some(false);
        for part in all {
            match self.eval(part, env)? {
                Value::Boolean(true) => return Ok(Value::Boolean(true)),
                Value::Boolean(false) => {}
                _ => result = None,
            }
        }
        Ok(boolean(result))
    }

    fn any(&self, tests: &[Test], input: &Value, env: &Env) -> Result<Option<bool>, Failure> {
        let mut result = Some(false);
        for test in tests {
            match self.test(test, input, env)? {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => result = None,
            }
        }
        Ok(result)
    }

    fn test(&self, test: &Test, input: &Value, env: &Env) -> Result<Option<bool>, Failure> {
        self.meter.step()?;
        Ok(match test {
            Test::Compare(comparison, end) => {
                let end = self.eval(end, env)?;
                self.compare(*comparison, input, &end)?
            }
            Test::Literal(literal) => Some(self.equal(input, &self.eval(literal, env)?)? == Some(true)),
            Test::Not(tests) => self.any(tests, input, env)?.map(|accepted| !accepted),
            Test::Expression(expression) => {
                let value = self.eval(expression, env)?;
                Some(value.is_true() || self.holds(&value, input)?)
            }
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

    pub(crate) fn compare(&self, comparison: Comparison, left: &Value, right: &Value) -> Result<Option<bool>, Failure> {
        Ok(match comparison {
            Comparison::Equal => self.equal(left, right)?,
            Comparison::NotEqual => self.equal(left, right)?.map(|equal| !equal),
            other => ordered(other, left, right),
        })
    }

    /// Equality, counted by what it looks at.
    pub(crate) fn equal(&self, left: &Value, right: &Value) -> Result<Option<bool>, Failure> {
        let mut rest = MAX_COMPARED;
        let equal = left.equals_within(right, &mut rest);
        self.meter.steps(MAX_COMPARED - rest)?;
        Ok(equal)
    }

    /// Values that grow with every round of a loop end at a depth: all that walks through them recurses.
    fn check_depth(&self, value: &Value) -> Result<(), Failure> {
        let mut rest = MAX_COMPARED;
        let is_too_deep = value.is_deeper_than(MAX_VALUE_DEPTH, &mut rest);
        self.meter.steps(MAX_COMPARED - rest)?;
        if is_too_deep {
            return Err(limit("nesting of a FEEL value", MAX_VALUE_DEPTH.to_string()));
        }
        Ok(())
    }

    fn iterate(&self, domains: &[(SmolStr, Domain)], body: &Expr, env: &Env) -> Outcome {
        let partial = SmolStr::new_static("partial");
        let wants_partial = mentions(body, &partial);
        let mut results: Vec<Value> = Vec::new();
        let is_complete = self.each(domains, env, &mut |inner| {
            let value = if wants_partial {
                let so_far = self.make_list(results.clone())?;
                let value = self.eval(body, &inner.with(partial.clone(), so_far))?;
                self.check_depth(&value)?;
                value
            } else {
                self.eval(body, inner)?
            };
            self.meter.take(value.weight())?;
            results.push(value);
            Ok(true)
        })?;
        Ok(if is_complete { Value::list(results) } else { Value::Null })
    }

    fn quantify(&self, is_every: bool, domains: &[(SmolStr, Domain)], condition: &Expr, env: &Env) -> Outcome {
        let mut result = Some(is_every);
        let is_complete = self.each(domains, env, &mut |inner| {
            match self.eval(condition, inner)? {
                Value::Boolean(value) if value != is_every => {
                    result = Some(!is_every);
                    return Ok(false);
                }
                Value::Boolean(_) => {}
                _ => result = None,
            }
            Ok(true)
        })?;
        Ok(if is_complete { boolean(result) } else { Value::Null })
    }

    /// Calls `visit` for every combination until it says false; answers false when a domain is none.
    fn each(
        &self,
        domains: &[(SmolStr, Domain)],
        env: &Env,
        visit: &mut dyn FnMut(&Env) -> Result<bool, Failure>,
    ) -> Result<bool, Failure> {
        let mut stopped = false;
        self.each_of(domains, env, visit, &mut stopped)
    }

    fn each_of(
        &self,
        domains: &[(SmolStr, Domain)],
        env: &Env,
        visit: &mut dyn FnMut(&Env) -> Result<bool, Failure>,
        stopped: &mut bool,
    ) -> Result<bool, Failure> {
        let Some(((name, domain), rest)) = domains.split_first() else {
            *stopped = !visit(env)?;
            return Ok(true);
        };
        let Some(values) = self.values_of(domain, env)? else {
            return Ok(false);
        };
        for value in values {
            self.meter.step()?;
            if !self.each_of(rest, &env.with(name.clone(), value), visit, stopped)? {
                return Ok(false);
            }
            if *stopped {
                break;
            }
        }
        Ok(true)
    }

    fn values_of(&self, domain: &Domain, env: &Env) -> Result<Option<Box<dyn Iterator<Item = Value>>>, Failure> {
        let (first, last) = match domain {
            Domain::Span(first, last) => (self.eval(first, env)?, self.eval(last, env)?),
            Domain::Values(expression) => match self.eval(expression, env)? {
                Value::Null => return Ok(None),
                Value::List(items) => {
                    let length = items.len();
                    return Ok(Some(Box::new((0..length).map(move |position| items[position].clone()))));
                }
                Value::Range(range) => match (&range.low, &range.high) {
                    (Some(low), Some(high)) => (low.clone(), high.clone()),
                    _ => return Ok(None),
                },
                single => return Ok(Some(Box::new(std::iter::once(single)))),
            },
        };
        Ok(span(&first, &last))
    }

    fn call(&self, name: &SmolStr, arguments: &Arguments, env: &Env) -> Outcome {
        if let Some(function) = env.get(name) {
            let function = own_name(name, function);
            return self.invoke_with(&function, arguments, env);
        }
        if builtin::exists(name) {
            return builtin::call(self, name, arguments, env);
        }
        let function = self.name(name, env);
        self.invoke_with(&function, arguments, env)
    }

    fn invoke_with(&self, function: &Value, arguments: &Arguments, env: &Env) -> Outcome {
        let Value::Function(function) = function else {
            return Ok(Value::Null);
        };
        let parameters = &function.definition.parameters;
        let mut values = Vec::with_capacity(parameters.len());
        match arguments {
            Arguments::Positional(all) => {
                if all.len() != parameters.len() {
                    return Ok(Value::Null);
                }
                for argument in all {
                    values.push(self.eval(argument, env)?);
                }
            }
            Arguments::Named(all) => {
                for parameter in parameters {
                    let Some((_, argument)) = all.iter().find(|(name, _)| name == parameter) else {
                        return Ok(Value::Null);
                    };
                    values.push(self.eval(argument, env)?);
                }
            }
        }
        self.invoke(function, values)
    }

    /// Calls a function of the text.
    pub(crate) fn invoke(&self, function: &Function, arguments: Vec<Value>) -> Outcome {
        let mut env = function.env.clone();
        for (name, value) in function.definition.parameters.iter().zip(arguments) {
            env = env.with(name.clone(), value);
        }
        self.eval(&function.definition.body, &env)
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
            other => property(other, name),
        })
    }

    fn nested_member(&self, value: &Value, name: &SmolStr) -> Outcome {
        self.meter.enter()?;
        let member = stacker::maybe_grow(64 << 10, 512 << 10, || self.member(value, name));
        self.meter.leave();
        member
    }

    fn filter(&self, value: &Value, condition: &Expr, env: &Env) -> Outcome {
        let items = match value {
            Value::Null => return Ok(Value::Null),
            Value::List(items) => Arc::clone(items),
            single => Arc::new(vec![single.clone()]),
        };
        // A constant is a position. Anything else is looked at for the first item, and is a position when it gives a number.
        if let Expr::Const(Value::Number(position)) = condition {
            return Ok(at(&items, position.to_i64()));
        }
        let mut kept = Vec::new();
        for item in items.iter() {
            match self.eval(condition, &env.with_item(item.clone()))? {
                Value::Number(position) => return Ok(at(&items, position.to_i64())),
                Value::Boolean(true) => kept.push(item.clone()),
                _ => {}
            }
        }
        self.make_list(kept)
    }
}

/// A function that is called by a name knows itself by it, as one that is an entry of a context has to, to call itself.
fn own_name(name: &SmolStr, function: &Value) -> Value {
    match function {
        Value::Function(inner) if inner.env.get(name).is_none() => {
            let env = inner.env.with(name.clone(), function.clone());
            Value::Function(Arc::new(Function { definition: Arc::clone(&inner.definition), env }))
        }
        other => other.clone(),
    }
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
    let order = left.compares(right)?;
    Some(match comparison {
        Comparison::Less => order == Ordering::Less,
        Comparison::LessOrEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterOrEqual => order != Ordering::Less,
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
    })
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

/// Whole numbers or days from one to the other, upwards or downwards.
fn span(first: &Value, last: &Value) -> Option<Box<dyn Iterator<Item = Value>>> {
    match (first, last) {
        (Value::Number(first), Value::Number(last)) => {
            let (first, last) = (first.to_i64()?, last.to_i64()?);
            Some(if first <= last {
                Box::new((first..=last).map(|n| Value::Number(n.into())))
            } else {
                Box::new((last..=first).rev().map(|n| Value::Number(n.into())))
            })
        }
        (Value::Date(first), Value::Date(last)) => {
            let (step, mut next, last) = (if first <= last { 1 } else { -1 }, Some(*first), *last);
            Some(Box::new(std::iter::from_fn(move || {
                let day = next?;
                next = if day == last { None } else { day.checked_add(jiff::Span::new().days(step)).ok() };
                Some(Value::Date(day))
            })))
        }
        _ => None,
    }
}
