//! The engine's errors in Camunda 7's words: status, class name, code and sentence, for each exactly once.
//!
//! Operations that have other words for the same error say so themselves, by its variant.

mod evaluation;
pub(crate) mod migration;
mod model;
mod rejection;
#[cfg(test)]
mod tests;

pub(crate) use evaluation::evaluator;
use model::not_beside;
pub(crate) use model::{diagnostic, not_deployed};
pub(crate) use rejection::rejected;

use crate::error::RestError;
use casewright_contracts::process::OVER_QUOTA;
use casewright_engine_runtime::{EngineError, NotCorrelated, NotDeployed, NotRestarted, What};
use casewright_engine_views::form_reference;
use casewright_journal::store::StoreError;
use http::StatusCode;

/// The sentence alone: what is kept of a failure at its job, in its incident and in the log.
#[must_use]
pub fn sentence(error: &EngineError) -> String {
    told(error).message
}

/// Why there is no file for a form.
pub(crate) fn no_form(error: &NotDeployed) -> RestError {
    match error {
        NotDeployed::NotNamed => RestError::invalid(
            "One of the attributes 'formKey' and 'camunda:formRef' must be supplied but none were set.",
        ),
        NotDeployed::Elsewhere { key } => {
            RestError::invalid(format!("The form key '{key}' does not reference a deployed form."))
        }
        NotDeployed::NoResource { name, deployment } => RestError::not_found(format!(
            "The form with the resource name '{name}' cannot be found in deployment with id {deployment}"
        )),
        NotDeployed::NoForm { reference } => RestError::not_found(format!(
            "No Camunda Form Definition was found for Camunda Form Ref: {}",
            form_reference(reference)
        )),
    }
}

/// The error as an operation tells it that wraps nothing.
pub(crate) fn told(error: &EngineError) -> RestError {
    match error {
        EngineError::Rejected(rejection) => rejected(rejection),
        EngineError::NotFound { what, id } => not_found(*what, id),
        EngineError::Exists { .. } => {
            RestError::engine("ENGINE-03083 Unexpected exception while executing database operations")
        }
        EngineError::Suspended { what, id } => suspended(*what, id),
        EngineError::StillRunning { id } => RestError::bad_user_request(still_running(id)),
        EngineError::InstancesRun { id, instances } => RestError::engine(format!(
            "Deletion of process definition without cascading failed. Process definition with id: {id} can't be deleted, since there exists {instances} dependening process instances."
        )),
        EngineError::PartOfProcess { .. } => {
            RestError::engine("The task cannot be deleted because is part of a running process")
        }
        EngineError::NegativeRetries => RestError::bad_user_request("The number of retries cannot be negative"),
        EngineError::NotCorrelated(reason) => not_correlated(reason),
        EngineError::NotRestarted(reason) => not_restarted(reason),
        EngineError::JobAtWork { id } => RestError::engine(format!("The job '{id}' is being executed already")),
        EngineError::JobFailed { message } => RestError::engine(&**message),
        EngineError::Evaluation(error) => RestError::engine(evaluator(error)),
        EngineError::Model(error) => not_deployed(error),
        EngineError::Deploy(error) => RestError::engine(not_beside(error)),
        EngineError::OverQuota(over) => RestError { code: Some(OVER_QUOTA), ..RestError::engine(over.to_string()) },
        EngineError::TooManyWaiting => RestError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InvalidRequestException",
            "At the moment the server has to handle too many requests at the same time. Please try again later.",
            None,
        ),
        EngineError::TooLarge { .. } | EngineError::Panicked { .. } | EngineError::Undone => {
            RestError::engine(error.to_string())
        }
        EngineError::Unavailable => RestError::unavailable(),
    }
}

impl From<EngineError> for RestError {
    fn from(error: EngineError) -> Self {
        told(&error)
    }
}

impl From<StoreError> for RestError {
    fn from(error: StoreError) -> Self {
        EngineError::from(error).into()
    }
}

fn not_found(what: What, id: &str) -> RestError {
    match what {
        What::ProcessInstance => {
            engine_404(format!("No process instance found for id '{id}': processInstance is null"))
        }
        What::ModifiedInstance => RestError::engine(format!(
            "ENGINE-13036 Process instance '{id}' cannot be modified. The process instance does not exist"
        )),
        What::MigratedInstance => RestError::engine(format!(
            "ENGINE-23003 Process instance '{id}' cannot be migrated. The process instance does not exist"
        )),
        What::PastInstance => RestError::not_found(format!("Historic process instance with id {id} does not exist")),
        What::PastDecision => RestError::not_found(format!(
            "No historic decision instance found with id: {id}: historicDecisionInstance is null"
        )),
        What::Execution => RestError::null_value(format!("execution {id} doesn't exist: execution is null")),
        What::ProcessDefinition => RestError::engine(format!("no deployed process definition found with id '{id}'")),
        What::JobDefinition => RestError::not_found(format!("Job Definition with id {id} does not exist")),
        What::Job => RestError::not_found(format!("No job found with id '{id}': job is null")),
        What::ExternalTask => RestError::not_found(format!("Cannot find external task with id {id}")),
        What::Task => RestError::null_value(format!("Cannot find task with id {id}: task is null")),
        What::ParentTask => RestError {
            code: Some(0),
            ..RestError::invalid(format!(
                "Could not save task: Parent task with id '{id}' does not exist: parentTask is null"
            ))
        },
    }
}

/// 404 of the REST layer for what the engine did not find.
pub(crate) fn engine_404(message: String) -> RestError {
    RestError { code: Some(0), ..RestError::not_found(message) }
}

fn suspended(what: What, id: &str) -> RestError {
    let kind = "SuspendedEntityInteractionException";
    match what {
        What::ParentTask => {
            let message = format!("parent task {id} is suspended");
            RestError::new(StatusCode::INTERNAL_SERVER_ERROR, kind, message, Some(0))
        }
        _ => {
            let message = format!("ENGINE-03043 Process Definition with id '{id}' is suspended.");
            RestError::new(StatusCode::BAD_REQUEST, kind, message, Some(0))
        }
    }
}

/// Of an instance whose history was to be deleted.
pub(crate) fn still_running(id: &str) -> String {
    format!("Process instance is still running, cannot delete historic process instance: {id}")
}

fn not_correlated(reason: &NotCorrelated) -> RestError {
    let message = match reason {
        NotCorrelated::Executions { message, count } => format!(
            "ENGINE-13031 Cannot correlate a message with name '{}' to a single execution. {count} executions match the correlation keys",
            message.as_deref().unwrap_or("null")
        ),
        NotCorrelated::Definitions { message, count } => format!(
            "Cannot correlate message '{}': {count} process definitions match the parameters",
            message.as_deref().unwrap_or("null")
        ),
        NotCorrelated::Nobody { message } => format!(
            "Cannot correlate message '{}': No process definition or execution matches the parameters",
            message.as_deref().unwrap_or("null")
        ),
    };
    RestError::new(
        StatusCode::BAD_REQUEST,
        "RestException",
        format!("org.camunda.bpm.engine.MismatchingMessageCorrelationException: {message}"),
        Some(0),
    )
}

fn not_restarted(reason: &NotRestarted) -> RestError {
    match reason {
        NotRestarted::Unknown(id) => RestError::bad_user_request(format!(
            "Historic process instance cannot be found: historicProcessInstanceId is null: '{id}'"
        )),
        NotRestarted::NotEnded(id) => RestError::engine(format!(
            "ENGINE-13049 Historic process instance '{id}' cannot be restarted. It is not ended."
        )),
        NotRestarted::OtherDefinition { own, wanted } => RestError::engine(format!(
            "Its process definition '{own}' does not match given process definition '{wanted}'"
        )),
        NotRestarted::NotDeployed(id) => not_found(What::ProcessDefinition, id),
    }
}
