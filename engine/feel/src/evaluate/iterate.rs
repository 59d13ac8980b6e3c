//! Loops and quantifiers (DMN 1.5, 10.3.2.14).

use super::mentions::mentions;
use super::{Evaluator, Outcome, boolean};
use crate::ast::{Domain, Expr};
use crate::budget::Failure;
use crate::calendar::Date;
use crate::env::Env;
use crate::number::Number;
use crate::value::{Range, Value};
use smol_str::SmolStr;
use std::sync::Arc;

type Values = Box<dyn Iterator<Item = Value>>;

impl Evaluator<'_> {
    pub(super) fn iterate(&self, domains: &[(SmolStr, Domain)], body: &Expr, env: &Env) -> Outcome {
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

    pub(super) fn quantify(
        &self,
        is_every: bool,
        domains: &[(SmolStr, Domain)],
        condition: &Expr,
        env: &Env,
    ) -> Outcome {
        let mut result = Some(is_every);
        let is_complete = self.each(domains, env, &mut |inner| {
            match self.eval(condition, inner)? {
                Value::Boolean(value) if value != is_every => {
                    result = Some(!is_every);
                    return Ok(false);
                }
                Value::Boolean(_) => {}
                other if self.is_standard() && !other.is_null() => {
                    result = None;
                    return Ok(false);
                }
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
        // feel-scala evaluates all domains first: one that is none counts though another is empty.
        if self.is_scala() {
            for (position, (_, domain)) in domains.iter().enumerate() {
                let (before, _) = domains.split_at(position);
                let depends = match domain {
                    Domain::Values(values) => before.iter().any(|(name, _)| mentions(values, name)),
                    Domain::Span(first, last) => {
                        before.iter().any(|(name, _)| mentions(first, name) || mentions(last, name))
                    }
                };
                if !depends && position > 0 && self.values_of(domain, env)?.is_none() {
                    return Ok(false);
                }
            }
        }
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

    fn values_of(&self, domain: &Domain, env: &Env) -> Result<Option<Values>, Failure> {
        let (first, last) = match domain {
            Domain::Span(first, last) => (self.eval(first, env)?, self.eval(last, env)?),
            Domain::Values(expression) => match self.eval(expression, env)? {
                Value::Null => return Ok(None),
                Value::List(items) => {
                    let length = items.len();
                    return Ok(Some(Box::new((0..length).map(move |position| items[position].clone()))));
                }
                Value::Range(range) => match (&range.low, &range.high) {
                    (Some(low), Some(high)) if !self.is_standard() => (low.clone(), high.clone()),
                    (Some(low), Some(high)) if low.compares(high).is_some_and(std::cmp::Ordering::is_le) => {
                        return Ok(span(low, high).map(|all| within(all, range)));
                    }
                    _ => return Ok(None),
                },
                _ if self.is_scala() => return Ok(None),
                single => return Ok(Some(Box::new(std::iter::once(single)))),
            },
        };
        Ok(match (&first, &last) {
            (Value::Number(first), Value::Number(last)) if self.is_scala() => Some(steps(first.clone(), last.clone())),
            _ => span(&first, &last),
        })
    }
}

/// One by one from the first, whole or not, as far as the last.
fn steps(first: Number, last: Number) -> Values {
    let is_upward = first < last;
    let step = Number::from(if is_upward { 1_i64 } else { -1 });
    let all = std::iter::successors(Some(first), move |number| number.add(&step));
    let is_within = move |number: &Number| if is_upward { *number <= last } else { *number >= last };
    Box::new(all.take_while(is_within).map(Value::Number))
}

/// Without the ends that do not belong to the range.
fn within(values: Values, range: Arc<Range>) -> Values {
    Box::new(values.filter(move |value| range.contains(value) == Some(true)))
}

/// Whole numbers or days from one to the other, upwards or downwards.
fn span(first: &Value, last: &Value) -> Option<Values> {
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
            let (first, last) = (first.days(), last.days());
            let day = |days| Date::of_days(days).map(Value::Date);
            Some(if first <= last {
                Box::new((first..=last).filter_map(day))
            } else {
                Box::new((last..=first).rev().filter_map(day))
            })
        }
        _ => None,
    }
}
