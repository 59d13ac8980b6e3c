//! Evaluations that failed. What an expression's language says of it stands as it is.

use casewright_engine_core::rejection::{Delegate, Failure, Mapper};
use casewright_engine_value::EvaluationError;

pub(super) fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Evaluator(error) => evaluator(error),
        Failure::NullCondition => "condition expression returns null".to_owned(),
        Failure::Condition { value, type_name } => {
            format!("condition expression returns non-Boolean: {value} ({type_name})")
        }
        Failure::InstanceCount(count) => {
            format!("Invalid number of instances: must be a non-negative integer value, but was {count}")
        }
        Failure::Cardinality(text) => {
            format!("Could not resolve loopCardinality expression '{text}': not a number nor number String")
        }
        Failure::CollectionMissing(name) => format!("Variable {name} is not found"),
        Failure::VariableNoCollection(name) => format!("Variable {name}' is not a Collection"),
        Failure::NoCollection(text) => format!("{text}' didn't resolve to a Collection"),
        Failure::JobPriority(value) => {
            format!("Could not determine priority: Priority value is not an Integer, but {value}")
        }
        Failure::TaskPriority(text) => format!("Priority does not resolve to a number: {text}"),
        Failure::ExternalTaskPriority => "Priority value is not an Integer".to_owned(),
        Failure::DecisionVersion(version) => {
            format!("ENGINE-22010 Could not parse version '{version}' of the decision")
        }
        Failure::DecisionResult { mapper: Mapper::CollectEntries, rules } => format!(
            "ENGINE-22002 The decision result mapper failed to collect the entries of a single output from '{rules:?}'"
        ),
        Failure::DecisionResult { mapper: Mapper::SingleEntry, rules } => {
            format!(
                "ENGINE-22001 The decision result mapper failed to process '{rules:?}': a single entry was expected"
            )
        }
        Failure::DecisionResult { mapper: Mapper::SingleResult, rules } => {
            format!(
                "ENGINE-22001 The decision result mapper failed to process '{rules:?}': a single result was expected"
            )
        }
        Failure::Delegate { text, wanted } => format!(
            "ENGINE-02008 Delegate expression {text} did neither resolve to an implementation of interface {} nor interface org.camunda.bpm.engine.delegate.JavaDelegate",
            match wanted {
                Delegate::Activity => "org.camunda.bpm.engine.impl.pvm.delegate.ActivityBehavior",
                Delegate::Listener => "org.camunda.bpm.engine.delegate.ExecutionListener",
            }
        ),
        Failure::JavaClass(class) => {
            format!("ENGINE-09008 Exception while instantiating class '{class}': Java classes cannot be loaded")
        }
        Failure::Connector(id) => format!("No connector found for connector id '{id}'"),
        Failure::Propagation { code, cause } => {
            format!("ENGINE-02042 Propagation of bpmn error {code} failed. Cause: {}", self::failure(cause))
        }
        Failure::ActiveElements(_) => failure.to_string(),
    }
}

pub(crate) fn evaluator(error: &EvaluationError) -> String {
    match error {
        EvaluationError::DueDate { text } => format!("ENGINE-09026 Exception while resolving duedate '{text}'"),
        _ => error.to_string(),
    }
}
