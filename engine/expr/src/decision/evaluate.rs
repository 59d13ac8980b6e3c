//! Evaluation of a decision with what it requires, and the trace of it for the history.

use super::explain::{self, TableExplanation};
use super::model::{Decision, HitPolicy, Input, Logic, Table};
use super::scope::Layer;
use super::table::{self, Evaluated, Given, Outputs};
use crate::feel::{beyond_variables, to_feel};
use crate::java::json::value_to_json;
use crate::languages::Languages;
use casewright_engine_feel::{Context, Value as FeelValue};
use casewright_engine_value::{EvaluationError, Scope, Value};
use indexmap::IndexMap;
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub(super) struct Decided {
    pub(super) rules: Vec<Outputs>,
    /// Of each rule what FEEL knows beyond its outputs.
    plain: Vec<Context>,
    /// The hit policy gives a list, of however many.
    is_list: bool,
    pub(super) collected: Option<Value>,
    pub(super) is_literal: bool,
}

/// Evaluates `key` of a file; required decisions come first and their outputs are variables of those that require them.
pub(super) struct Evaluation<'a> {
    pub(super) decisions: &'a HashMap<String, Decision>,
    pub(super) languages: &'a Languages,
    /// Id of the definition of a decision of the same deployment.
    pub(super) definition_id: &'a dyn Fn(&str) -> Option<SmolStr>,
    /// Grows as decisions are evaluated; the root is the last.
    pub(super) trace: Vec<Json>,
    /// What became of the rules of each table, where somebody asks.
    pub(super) explanations: Option<Vec<TableExplanation>>,
}

impl Evaluation<'_> {
    pub(super) fn run(&mut self, key: &str, scope: &mut dyn Scope) -> Result<Decided, EvaluationError> {
        let mut layer = Layer::over(scope);
        let mut done = HashSet::new();
        self.decide(key, &mut layer, &mut done)
    }

    fn decide(
        &mut self,
        key: &str,
        scope: &mut Layer<'_>,
        done: &mut HashSet<String>,
    ) -> Result<Decided, EvaluationError> {
        let decisions = self.decisions;
        let decision = decisions
            .get(key)
            .ok_or_else(|| EvaluationError::Failed(format!("DMN-01001 Unable to find decision '{key}' in its file")))?;
        for required in &decision.required {
            if done.insert(required.clone()) {
                let result = self.decide(required, scope, done)?;
                publish(&result, scope);
            }
        }
        match &decision.logic {
            Logic::Table(table) => {
                let is_kept = table.rules.len() <= explain::MOST_KEPT;
                let mut verdicts = (is_kept || self.explanations.is_some()).then(Vec::new);
                let evaluated = table::evaluate(table, self.languages, scope, verdicts.as_mut())?;
                let rules = verdicts.as_deref().filter(|_| is_kept).map(explain::refusals);
                self.trace.push(self.table_trace(decision, table, &evaluated, rules));
                if let (Some(explanations), Some(rules)) = (&mut self.explanations, verdicts) {
                    let label = |input: &Input| input.label.clone().unwrap_or_else(|| input.text());
                    let inputs = table.inputs.iter().map(label).zip(evaluated.inputs.iter().cloned()).collect();
                    explanations.push(TableExplanation { table: decision.key.clone(), inputs, rules });
                }
                Ok(table_result(table, evaluated))
            }
            Logic::Literal { variable, type_ref, expression } => {
                let given = match expression {
                    Some(cell) => table::clause_value(cell, type_ref.as_deref(), self.languages, scope)?,
                    None => Given::default(),
                };
                self.trace.push(self.literal_trace(decision, variable, &given.value));
                Ok(Decided {
                    rules: vec![Outputs::from([(SmolStr::new(variable), given.value)])],
                    plain: vec![given.plain.map(|plain| (SmolStr::new(variable), plain)).into_iter().collect()],
                    is_list: false,
                    collected: None,
                    is_literal: true,
                })
            }
        }
    }

    fn table_trace(&self, decision: &Decision, table: &Table, evaluated: &Evaluated, refusals: Option<Json>) -> Json {
        let inputs: Vec<Json> = table
            .inputs
            .iter()
            .zip(&evaluated.inputs)
            .map(|(input, value)| explain::clause(Some(&input.id), input.label.as_deref(), value))
            .collect();
        let mut outputs = Vec::new();
        for (order, found) in evaluated.rules.iter().enumerate() {
            for output in &table.outputs {
                let Some(value) = found.outputs.get(output.name.as_str()) else {
                    continue;
                };
                outputs.push(explain::object([
                    ("ruleId", found.rule.map(|rule| table.rules[rule].id.as_str()).into()),
                    ("ruleOrder", (order + 1).into()),
                    ("clauseId", output.id.as_str().into()),
                    ("clauseName", output.label.as_deref().into()),
                    ("variableName", output.name.as_str().into()),
                    ("type", value.type_name().into()),
                    ("value", value_to_json(value)),
                ]));
            }
        }
        let mut entry = self.entry(decision, inputs, outputs, evaluated.collected.as_ref().map(value_to_json));
        if let Some(refusals) = refusals {
            entry["tables"] = Json::Array(vec![explain::object([("refusals", refusals)])]);
        }
        entry
    }

    fn literal_trace(&self, decision: &Decision, variable: &str, value: &Value) -> Json {
        self.entry(decision, Vec::new(), vec![explain::result(variable, value)], None)
    }

    fn entry(&self, decision: &Decision, inputs: Vec<Json>, outputs: Vec<Json>, collected: Option<Json>) -> Json {
        explain::object([
            ("decisionDefinitionId", (self.definition_id)(&decision.key).as_deref().into()),
            ("key", decision.key.as_str().into()),
            ("name", decision.name.as_deref().into()),
            ("inputs", Json::Array(inputs)),
            ("outputs", Json::Array(outputs)),
            ("collectResult", collected.into()),
        ])
    }
}

/// An aggregated table has one result: the aggregate under the name of the output that the first rule has.
fn table_result(table: &Table, evaluated: Evaluated) -> Decided {
    let first = evaluated.rules.first().and_then(|found| found.outputs.keys().next().cloned());
    let name = first.or_else(|| table.outputs.first().map(|output| SmolStr::new(&output.name)));
    let (rules, plain) = match (&evaluated.collected, name) {
        (Some(collected), Some(name)) => (vec![Outputs::from([(name, collected.clone())])], Vec::new()),
        _ => evaluated.rules.into_iter().map(|found| (found.outputs, found.plain)).unzip(),
    };
    let is_list = matches!(table.hit_policy, HitPolicy::RuleOrder | HitPolicy::Collect(None));
    Decided { rules, plain, is_list, collected: evaluated.collected, is_literal: false }
}

/// One rule: its outputs. Several, or a hit policy that gives a list: a list per output.
fn publish(result: &Decided, scope: &mut Layer<'_>) {
    let plain = |rule: usize, name: &SmolStr| result.plain.get(rule).and_then(|plain| plain.get(name)).cloned();
    match result.rules.as_slice() {
        [] => {}
        [single] if !result.is_list => {
            for (name, value) in single {
                scope.values.insert(name.clone(), value.clone());
                scope.know(name.clone(), plain(0, name));
            }
        }
        many => {
            let mut lists: IndexMap<&SmolStr, (Vec<Value>, Vec<FeelValue>)> = IndexMap::new();
            for (rule, outputs) in many.iter().enumerate() {
                for (name, value) in outputs {
                    let (values, seen) = lists.entry(name).or_default();
                    values.push(value.clone());
                    seen.push(plain(rule, name).unwrap_or_else(|| to_feel(value)));
                }
            }
            for (name, (values, seen)) in lists {
                scope.values.insert(name.clone(), Value::List(Arc::new(values)));
                scope.know(name.clone(), beyond_variables(&FeelValue::list(seen)));
            }
        }
    }
}
