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

/// What a variable of a loop goes through, as often as the loops around it do.
type Source = Box<dyn Fn() -> Values>;

impl Evaluator<'_> {
    pub(super) fn iterate(&self, domains: &[(SmolStr, Domain)], body: &Expr, env: &Env) -> Outcome {
        let partial = SmolStr::new_static("partial");
        let wants_partial = mentions(body, &partial);
        let mut results: Vec<Value> = Vec::new();
        let is_complete = self.each(domains, env, &mut |inner| {
            let value = if wants_partial {
                let so_far = self.make_list(results.clone())?;
                let value = self.or_null(self.eval(body, &inner.with(partial.clone(), so_far)))?;
                self.check_depth(&value)?;
                value
            } else {
                self.or_null(self.eval(body, inner))?
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
            match self.or_null(self.eval(condition, inner))? {
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
        // feel-scala evaluates all domains first: one that is none counts though another is empty, and none sees the variables
        // of those before.
        let mut sources = Vec::new();
        for (_, domain) in domains.iter().filter(|_| self.is_scala()) {
            let Some(source) = self.source_of(domain, env)? else {
                return Ok(false);
            };
            sources.push(source);
        }
        let mut stopped = false;
        self.each_of(domains, &sources, env, visit, &mut stopped)
    }

    /// `known` are the sources of these domains, where they do not depend on one another.
    fn each_of(
        &self,
        domains: &[(SmolStr, Domain)],
        known: &[Source],
        env: &Env,
        visit: &mut dyn FnMut(&Env) -> Result<bool, Failure>,
        stopped: &mut bool,
    ) -> Result<bool, Failure> {
        let Some(((name, domain), rest)) = domains.split_first() else {
            *stopped = !visit(env)?;
            return Ok(true);
        };
        let values = match known.first() {
            Some(source) => source(),
            None => match self.source_of(domain, env)? {
                Some(source) => source(),
                None => return Ok(false),
            },
        };
        let known = known.get(1..).unwrap_or_default();
        for value in values {
            self.meter.step()?;
            if !self.each_of(rest, known, &env.with(name.clone(), value), visit, stopped)? {
                return Ok(false);
            }
            if *stopped {
                break;
            }
        }
        Ok(true)
    }

    /// None where the domain is none.
    fn source_of(&self, domain: &Domain, env: &Env) -> Result<Option<Source>, Failure> {
        let (first, last) = match domain {
            Domain::Span(first, last) => (self.eval(first, env)?, self.eval(last, env)?),
            Domain::Values(expression) => match self.eval(expression, env)? {
                Value::Null => return Ok(None),
                Value::List(items) => return Ok(Some(items_of(items))),
                Value::Range(range) => match (&range.low, &range.high) {
                    (Some(low), Some(high)) if !self.is_standard() => (low.clone(), high.clone()),
                    (Some(low), Some(high)) if low.compares(high).is_some_and(std::cmp::Ordering::is_le) => {
                        return Ok(span(low, high).map(|all| within(all, range)));
                    }
                    _ => return Ok(None),
                },
                _ if self.is_scala() => return Ok(None),
                single => return Ok(Some(items_of(Arc::new(vec![single])))),
            },
        };
        Ok(match (&first, &last) {
            (Value::Number(first), Value::Number(last)) if self.is_scala() => {
                let (first, last) = (first.clone(), last.clone());
                Some(Box::new(move || steps(first.clone(), last.clone())))
            }
            _ => span(&first, &last),
        })
    }
}

fn items_of(items: Arc<Vec<Value>>) -> Source {
    Box::new(move || {
        let items = Arc::clone(&items);
        Box::new((0..items.len()).map(move |position| items[position].clone()))
    })
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
fn within(source: Source, range: Arc<Range>) -> Source {
    Box::new(move || {
        let range = Arc::clone(&range);
        Box::new(source().filter(move |value| range.contains(value) == Some(true)))
    })
}

/// Whole numbers or days from one to the other, upwards or downwards.
fn span(first: &Value, last: &Value) -> Option<Source> {
    let (first, last, make): (i64, i64, fn(i64) -> Option<Value>) = match (first, last) {
        (Value::Number(first), Value::Number(last)) => {
            (first.to_i64()?, last.to_i64()?, |number| Some(Value::Number(number.into())))
        }
        (Value::Date(first), Value::Date(last)) => {
            (first.days(), last.days(), |days| Date::of_days(days).map(Value::Date))
        }
        _ => return None,
    };
    Some(Box::new(move || match first <= last {
        true => Box::new((first..=last).filter_map(make)),
        false => Box::new((last..=first).rev().filter_map(make)),
    }))
}
