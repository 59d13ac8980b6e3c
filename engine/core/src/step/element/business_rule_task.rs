//! A business rule task evaluates a decision (BPMN 2.0.2, section 10.3.3). The whole result is the transient
//! local variable `decisionResult` for output mappings; the mapped one goes into the result variable.

use super::hooks::{At, Element, Then};
use crate::compile::Graph;
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::{Failure, Mapper};
use crate::step::behavior::variables;
use crate::step::context::Step;
use crate::step::evaluation::{Context, EvaluationScope};
use crate::step::fault::Done;
use casewright_engine_model::model::{Binding, BusinessRuleTask, MapDecisionResult};
use casewright_engine_value::{DecisionBinding, DecisionOutcome, Value};
use smol_str::SmolStr;
use std::sync::Arc;

impl Element for BusinessRuleTask {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        let (decision, binding, tenant_id, map_decision_result, result_variable) = match self {
            Self::Service(task) => return task.enter(step, at),
            Self::Decision { decision, binding, tenant_id, map_decision_result, result_variable } => {
                (decision, binding, tenant_id, map_decision_result, result_variable)
            }
        };
        let At { id, graph, .. } = at;
        let context = Context::of(id);
        let key = step.evaluate_text(context, decision)?.unwrap_or_default();
        let binding = bind(step, graph, id, binding)?;
        let tenant = match tenant_id {
            Some(text) => step.evaluate_text(context, text)?,
            None => graph.info.tenant_id.clone(),
        };
        let evaluator = step.env.evaluator;
        let mut scope = EvaluationScope { step: &mut *step, context };
        let outcome = evaluator.decide(&key, &binding, tenant.as_deref(), &mut scope)?;
        let place = step.place_of(id)?;
        step.emit(Event::DecisionEvaluated {
            place,
            decision: outcome.definition_id.clone(),
            trace: outcome.trace.clone(),
            at: step.env.now,
        });
        variables::set_transient(step, id, "decisionResult", result_list(&outcome));
        if let Some(name) = result_variable {
            let value = map(&outcome, *map_decision_result)?;
            variables::set(step, id, name, value)?;
        }
        Ok(Then::Leaves)
    }
}

fn bind(step: &mut Step<'_>, graph: &Graph, id: Id, binding: &Binding) -> Done<DecisionBinding> {
    Ok(match binding {
        Binding::Latest => DecisionBinding::Latest,
        Binding::Deployment => DecisionBinding::Deployment(graph.info.deployment_id.clone()),
        Binding::VersionTag(text) => {
            DecisionBinding::VersionTag(step.evaluate_text(Context::of(id), text)?.unwrap_or_default().to_string())
        }
        Binding::Version(text) => {
            let version = step.evaluate_text(Context::of(id), text)?.unwrap_or_default();
            DecisionBinding::Version(version.parse().map_err(|_| Failure::DecisionVersion(version))?)
        }
    })
}

fn result_list(outcome: &DecisionOutcome) -> Value {
    Value::List(Arc::new(outcome.rules.iter().map(|rule| Value::Map(Arc::new(rule.clone()))).collect()))
}

fn map(outcome: &DecisionOutcome, how: Option<MapDecisionResult>) -> Done<Value> {
    let rules = &outcome.rules;
    let mismatch = |mapper| Failure::DecisionResult { mapper, rules: rules.clone() };
    match how {
        None | Some(MapDecisionResult::ResultList) => Ok(result_list(outcome)),
        Some(MapDecisionResult::SingleEntry) => match rules.as_slice() {
            [] => Ok(Value::Null),
            [rule] if rule.len() <= 1 => Ok(rule.values().next().cloned().unwrap_or_default()),
            _ => Err(mismatch(Mapper::SingleEntry).into()),
        },
        Some(MapDecisionResult::SingleResult) => match rules.as_slice() {
            [] => Ok(Value::Null),
            [rule] => Ok(Value::Map(Arc::new(rule.clone()))),
            _ => Err(mismatch(Mapper::SingleResult).into()),
        },
        Some(MapDecisionResult::CollectEntries) => {
            let mut names: Vec<&SmolStr> = rules.iter().flat_map(|rule| rule.keys()).collect();
            names.dedup();
            if names.len() > 1 {
                return Err(mismatch(Mapper::CollectEntries).into());
            }
            Ok(Value::List(Arc::new(rules.iter().flat_map(|rule| rule.values().cloned()).collect())))
        }
    }
}
