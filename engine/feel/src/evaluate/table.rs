//! Evaluation of decision tables (DMN 1.5, 8.2 and 10.3.2.10): which rules the inputs meet, and what the hit policy makes of
//! those.

use super::conform::shown;
use super::{Evaluator, Outcome};
use crate::ast::{Expression, UnaryTests};
use crate::budget::Failure;
use crate::env::{Env, context};
use crate::number::Number;
use crate::operate;
use crate::table::{Aggregation, HitPolicy, Output, Rule, Table};
use crate::trace::{TableTrace, Verdict};
use crate::types::Type;
use crate::value::Value;
use std::cmp::Ordering;

/// A rule that matched: its place, from 0, and its outputs.
type Hit = (usize, Vec<Value>);

impl Table {
    pub(super) fn evaluate(&self, evaluator: &Evaluator<'_>, env: &Env) -> Outcome {
        let Some(inputs) = self.input_values(evaluator, env)? else {
            return Ok(Value::Null);
        };
        let hits = match &self.index {
            _ if evaluator.is_tracing() => self.traced_hits(evaluator, &inputs, env),
            Some(index) => {
                self.hits(evaluator, &inputs, env, index.candidates(&inputs[index.column()]).iter().copied())
            }
            None => self.hits(evaluator, &inputs, env, 0..self.rules.len()),
        };
        let mut hits = hits?;
        if hits.is_empty() {
            return self.without_hits(evaluator, env);
        }
        match self.policy {
            HitPolicy::First => Ok(self.result(hits.swap_remove(0).1)),
            HitPolicy::Unique if hits.len() > 1 => {
                Ok(evaluator.null(|| format!("the rules {} match, and the hit policy is UNIQUE", places(&hits))))
            }
            HitPolicy::Unique => Ok(self.result(hits.swap_remove(0).1)),
            HitPolicy::Any => self.agreed(evaluator, hits),
            HitPolicy::Priority => {
                self.rank(evaluator, &mut hits)?;
                Ok(self.result(hits.swap_remove(0).1))
            }
            HitPolicy::OutputOrder => {
                self.rank(evaluator, &mut hits)?;
                self.results(evaluator, hits)
            }
            HitPolicy::RuleOrder | HitPolicy::Collect(None) => self.results(evaluator, hits),
            HitPolicy::Collect(Some(aggregation)) => Ok(self.aggregate(evaluator, aggregation, hits)),
        }
    }

    fn hits(
        &self,
        evaluator: &Evaluator<'_>,
        inputs: &[Value],
        env: &Env,
        candidates: impl Iterator<Item = usize>,
    ) -> Result<Vec<Hit>, Failure> {
        let mut hits = Vec::new();
        for position in candidates {
            let rule = &self.rules[position];
            if rule.refusing(evaluator, inputs, env)?.is_some() {
                continue;
            }
            hits.push((position, self.conclude(evaluator, rule, env)?));
            if self.policy == HitPolicy::First {
                break;
            }
        }
        Ok(hits)
    }

    /// [`Table::hits`], and keeps what became of each rule.
    fn traced_hits(&self, evaluator: &Evaluator<'_>, inputs: &[Value], env: &Env) -> Result<Vec<Hit>, Failure> {
        let mut hits: Vec<Hit> = Vec::new();
        let mut rules = Vec::with_capacity(self.rules.len());
        for (position, rule) in self.rules.iter().enumerate() {
            if self.policy == HitPolicy::First && !hits.is_empty() {
                rules.push(Verdict::NotAsked);
                continue;
            }
            match rule.refusing(evaluator, inputs, env)? {
                Some(column) => rules.push(Verdict::Refused(column)),
                None => {
                    rules.push(Verdict::Hit);
                    hits.push((position, self.conclude(evaluator, rule, env)?));
                }
            }
        }
        let inputs =
            self.inputs.iter().zip(inputs).map(|(input, value)| (input.label.clone(), value.clone())).collect();
        evaluator.trace(TableTrace { table: self.name.clone(), inputs, rules });
        Ok(hits)
    }

    /// None when one is not among the values that its column allows.
    fn input_values(&self, evaluator: &Evaluator<'_>, env: &Env) -> Result<Option<Vec<Value>>, Failure> {
        let mut values = Vec::with_capacity(self.inputs.len());
        for input in &self.inputs {
            let value = evaluator.eval(&input.expression.root, env)?;
            let value = evaluator.coerce(value, &input.kind, "the input of a decision table")?;
            if !value.is_null() && !is_allowed(evaluator, input.allowed.as_ref(), &value, env)? {
                evaluator.null(|| format!("the input {} of a decision table is not allowed", shown(&value)));
                return Ok(None);
            }
            values.push(value);
        }
        Ok(Some(values))
    }

    fn conclude(&self, evaluator: &Evaluator<'_>, rule: &Rule, env: &Env) -> Result<Vec<Value>, Failure> {
        let mut outputs = Vec::with_capacity(self.outputs.len());
        for (output, conclusion) in self.outputs.iter().zip(&rule.conclusions) {
            outputs.push(output.value(evaluator, conclusion, env)?);
        }
        Ok(outputs)
    }

    /// The default outputs, where there are some (8.2.11); else nothing is counted, and all else is null.
    fn without_hits(&self, evaluator: &Evaluator<'_>, env: &Env) -> Outcome {
        if self.outputs.iter().all(|output| output.default.is_none()) {
            return Ok(match self.policy {
                HitPolicy::Collect(Some(Aggregation::Count)) => Value::Number(0_i64.into()),
                _ => evaluator.null(|| "no rule of a decision table matches".to_owned()),
            });
        }
        let mut values = Vec::with_capacity(self.outputs.len());
        for output in &self.outputs {
            values.push(match &output.default {
                Some(default) => output.value(evaluator, default, env)?,
                None => Value::Null,
            });
        }
        Ok(self.result(values))
    }

    /// The output, or a context of the outputs by their names.
    fn result(&self, mut values: Vec<Value>) -> Value {
        if self.outputs.len() == 1 {
            return values.pop().unwrap_or_default();
        }
        let names = self.outputs.iter().map(|output| output.name.clone().unwrap_or_default());
        context(names.zip(values))
    }

    fn results(&self, evaluator: &Evaluator<'_>, hits: Vec<Hit>) -> Outcome {
        evaluator.make_list(hits.into_iter().map(|(_, values)| self.result(values)).collect())
    }

    fn agreed(&self, evaluator: &Evaluator<'_>, mut hits: Vec<Hit>) -> Outcome {
        let (_, first) = &hits[0];
        for (_, other) in &hits[1..] {
            for (a, b) in first.iter().zip(other) {
                if evaluator.equal(a, b)? != Some(true) {
                    return Ok(evaluator.null(|| {
                        format!("the rules {} have different outputs, and the hit policy is ANY", places(&hits))
                    }));
                }
            }
        }
        Ok(self.result(hits.swap_remove(0).1))
    }

    /// By the place of each output among the values of its column, the first output first; what is not listed comes last.
    fn rank(&self, evaluator: &Evaluator<'_>, hits: &mut Vec<Hit>) -> Result<(), Failure> {
        let mut ranked = Vec::with_capacity(hits.len());
        for hit in hits.drain(..) {
            let mut places = Vec::with_capacity(self.outputs.len());
            for (output, value) in self.outputs.iter().zip(&hit.1) {
                places.push(output.place_of(evaluator, value)?);
            }
            ranked.push((places, hit));
        }
        ranked.sort_by(|(a, _), (b, _)| a.cmp(b));
        hits.extend(ranked.into_iter().map(|(_, hit)| hit));
        Ok(())
    }

    fn aggregate(&self, evaluator: &Evaluator<'_>, aggregation: Aggregation, hits: Vec<Hit>) -> Value {
        if aggregation == Aggregation::Count {
            return Value::Number(hits.len().into());
        }
        if self.outputs.len() != 1 {
            return evaluator.null(|| "a decision table with several outputs cannot be aggregated".to_owned());
        }
        let mut values = hits.into_iter().filter_map(|(_, mut values)| values.pop());
        let Some(first) = values.next() else {
            return Value::Null;
        };
        if aggregation == Aggregation::Sum
            && !matches!(first, Value::Number(_) | Value::DayTimeDuration(_) | Value::YearMonthDuration(_))
        {
            return evaluator.null(|| format!("{} cannot be summed up", shown(&first)));
        }
        values.fold(first, |kept, value| match aggregation {
            Aggregation::Sum | Aggregation::Count => operate::add(&kept, &value),
            Aggregation::Min => chosen(kept, value, Ordering::Less),
            Aggregation::Max => chosen(kept, value, Ordering::Greater),
        })
    }
}

/// The one that compares so with the other; null where they cannot be compared.
fn chosen(kept: Value, value: Value, wanted: Ordering) -> Value {
    match value.compares(&kept) {
        Some(order) if order == wanted => value,
        Some(_) => kept,
        None => Value::Null,
    }
}

fn places(hits: &[Hit]) -> String {
    hits.iter().map(|(position, _)| Number::from(position + 1).to_string()).collect::<Vec<_>>().join(", ")
}

fn is_allowed(
    evaluator: &Evaluator<'_>,
    allowed: Option<&UnaryTests>,
    value: &Value,
    env: &Env,
) -> Result<bool, Failure> {
    match allowed.and_then(|allowed| allowed.tests.as_ref()) {
        None => Ok(true),
        Some(tests) => evaluator.accepts_in(tests, value, env),
    }
}

impl Rule {
    /// The first column whose cell does not accept its input.
    fn refusing(&self, evaluator: &Evaluator<'_>, inputs: &[Value], env: &Env) -> Result<Option<usize>, Failure> {
        evaluator.meter.step()?;
        for (column, (condition, input)) in self.conditions.iter().zip(inputs).enumerate() {
            if let Some(tests) = &condition.tests
                && !evaluator.accepts_in(tests, input, env)?
            {
                return Ok(Some(column));
            }
        }
        Ok(None)
    }
}

impl Output {
    fn value(&self, evaluator: &Evaluator<'_>, conclusion: &Expression, env: &Env) -> Outcome {
        let value = evaluator.eval(&conclusion.root, env)?;
        evaluator.coerce(value, &self.kind, "the output of a decision table")
    }

    fn place_of(&self, evaluator: &Evaluator<'_>, value: &Value) -> Result<usize, Failure> {
        let of_type = match &self.kind {
            Type::Constrained(constrained) => Some(&constrained.allowed),
            _ => None,
        };
        let tests = self.allowed.as_ref().or(of_type).and_then(|allowed| allowed.tests.as_ref());
        for (place, test) in tests.into_iter().flatten().enumerate() {
            if evaluator.accepts(std::slice::from_ref(test), value)? {
                return Ok(place);
            }
        }
        Ok(usize::MAX)
    }
}
