//! `/api/v1/user-tasks/{id}/submission` and `.../claim`: what somebody filled in ends a task, gives it back, or goes with an error or
//! an escalation, and a task is taken, in one call that tells every refusal apart. The room that keeps the tasks' cases calls it for
//! people; whether they may was decided there.

use super::ApiState;
use super::support::{caller, problem};
use axum::extract::Path;
use casewright_access::{Authenticated, Resource};
use casewright_engine_core::catches::Thrown;
use casewright_engine_core::entity::DelegationState;
use casewright_engine_core::ids::Id;
use casewright_engine_core::{Command, NewVariable, Rejection};
use casewright_engine_expr::{value_from_json, value_to_json};
use casewright_engine_runtime::{EngineError, FormOfTask, TaskRef};
use casewright_engine_value::Value;
use casewright_forms::{FieldFault, escape};
use casewright_service::{Json, Problem, reserved};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value as Any};
use smol_str::SmolStr;
use std::sync::Arc;
use utoipa::ToSchema;

/// What becomes of a task with what was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum TaskOutcome {
    /// It is done, as its form asks.
    #[default]
    Completed,
    /// It goes back to whom it was delegated by. As with the others below, the form asks for nothing then, and judges what is there.
    Resolved,
    /// A BPMN error that is caught around the task: the task ends.
    Error { code: String, message: Option<String> },
    /// An escalation that is caught around the task, which goes on unless who catches ends it.
    Escalation { code: String },
}

/// What a task is completed with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SubmitTask {
    /// `completed` when it is not given.
    #[serde(default)]
    outcome: TaskOutcome,
    /// Who had the task when it was looked at; null: nobody. Where somebody else has it by now, nothing is done.
    #[serde(default)]
    assignee: Option<String>,
    /// Values by the keys of the form's fields. A task without a form takes none.
    #[serde(default)]
    #[schema(value_type = Object)]
    data: Map<String, Any>,
    /// form-js schema of a form that is kept elsewhere; null: the one that was deployed with the process judges.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    form: Option<Any>,
    /// What the form was filled with besides variables of the process: conditions of its fields look at it.
    #[serde(default)]
    #[schema(value_type = Object)]
    known: Map<String, Any>,
}

/// Completes a user task as its form allows, or does with it what `outcome` says. Who calls for somebody else makes the task that is
/// completed theirs when nobody has it.
///
/// 404 `not-found`: there is no such task any more; 409 `already-assigned`: somebody else has taken it, `suspended`: its process is
/// suspended, `not-delegated`: there is nobody to give it back to; 422 `invalid-submission` with a pointer for each field,
/// `no-form`: the task takes no data, `not-caught`: nothing around the task catches this error or escalation, `refused`: the model
/// failed over it (a listener, an expression). Nothing has changed then.
#[utoipa::path(post, path = "/api/v1/user-tasks/{id}/submission", tag = "user-tasks", params(("id" = String, Path)), request_body = SubmitTask,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<SubmitTask>,
) -> Result<StatusCode, Problem> {
    // It takes the form from who calls: rooms of the platform, which answer to people in their own API.
    state.allow_rooms(&subject, "complete", Resource::new("task", &id)).await?;
    let found = state.engine.tasks().find(&id).await.map_err(|error| refusal(&error))?;
    let TaskRef::Process(task) = found else {
        return Err(gone());
    };
    let data = judged(&state, &id, task, &wanted).await?;
    let variables = data.iter().map(|(name, value)| NewVariable::new(name.clone(), variable(value))).collect();
    let caller = caller(&subject);
    let tasks = state.engine.tasks();
    let done = match &wanted.outcome {
        TaskOutcome::Completed => {
            let by = caller.user.clone().unwrap_or_default();
            let seen = wanted.assignee.map(SmolStr::from);
            tasks.submit(&caller, &id, (by, seen), (variables, data)).await
        }
        TaskOutcome::Resolved => {
            unchanged(&state, &id, task, &wanted).await?;
            tasks.act(&caller, &id, |task| Command::ResolveTask { task, variables }).await.map(drop)
        }
        TaskOutcome::Error { code, message } => {
            unchanged(&state, &id, task, &wanted).await?;
            caught(&state, &id, task, Thrown::Error, code).await?;
            let (code, message) = (SmolStr::from(code), message.as_deref().map(Arc::from));
            tasks.throw(&caller, &id, |task| Command::TaskError { task, code, message, variables }).await
        }
        TaskOutcome::Escalation { code } => {
            unchanged(&state, &id, task, &wanted).await?;
            caught(&state, &id, task, Thrown::Escalation, code).await?;
            let code = SmolStr::from(code);
            tasks.throw(&caller, &id, |task| Command::TaskEscalation { task, code, variables }).await
        }
    };
    done.map_err(|error| refusal(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a user task to whom the caller acts for.
///
/// 404 `not-found`: there is no such task any more; 409 `already-assigned`: somebody else has taken it, `suspended`: its process is
/// suspended; 422 `refused`: the model failed over it. Nothing has changed then.
#[utoipa::path(post, path = "/api/v1/user-tasks/{id}/claim", tag = "user-tasks", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn claim(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    // Whether the person may was decided by the room that calls.
    state.allow_rooms(&subject, "claim", Resource::new("task", &id)).await?;
    let caller = caller(&subject);
    let user = caller.user.clone();
    let claimed = state.engine.tasks().act(&caller, &id, |task| Command::ClaimTask { task, user }).await;
    claimed.map_err(|error| refusal(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// The task is with whom it was when it was looked at; what is given back was delegated.
async fn unchanged(state: &ApiState, id: &str, task: Id, wanted: &SubmitTask) -> Result<(), Problem> {
    let instance = state.engine.instances().state_of(id).await.map_err(|error| refusal(&error))?;
    let task = instance.as_ref().and_then(|instance| instance.task(task)).ok_or_else(gone)?;
    if task.assignee.as_deref() != wanted.assignee.as_deref() {
        return Err(Problem::conflict("already-assigned", "Somebody else has taken the task."));
    }
    if wanted.outcome == TaskOutcome::Resolved && task.delegation != Some(DelegationState::Pending) {
        return Err(Problem::conflict("not-delegated", "Nobody has delegated this task, so it cannot be given back."));
    }
    Ok(())
}

/// An error that nothing catches would end the process where it is, and nobody who works on a case means that.
async fn caught(state: &ApiState, id: &str, task: Id, thrown: Thrown, code: &str) -> Result<(), Problem> {
    let catches = state.engine.catches_around(id, task).await.map_err(|error| refusal(&error))?.ok_or_else(gone)?;
    let is_caught = |named: Option<&str>| named.is_none_or(|named| named == code);
    let found = catches.iter().any(|each| each.thrown == thrown && is_caught(each.code.as_deref()));
    if found && !code.is_empty() {
        return Ok(());
    }
    let detail = "Nothing around this task in its process catches this.";
    Err(Problem::unprocessable("not-caught", detail).with_error("/outcome/code", "not-caught", detail))
}

/// What of the data may be set, by the form of the task.
async fn judged(state: &ApiState, id: &str, task: Id, wanted: &SubmitTask) -> Result<Map<String, Any>, Problem> {
    let found = state.engine.forms().of_task(id, task).await.map_err(|error| refusal(&error))?;
    let FormOfTask { definition, form, variables } = found.ok_or_else(gone)?;
    let schema = wanted.form.clone().or_else(|| {
        let deployed = state.engine.forms().deployed(&definition, form.as_ref()).ok()?;
        // An HTML form, or one that a page of its own shows: nothing a server can judge.
        serde_json::from_slice(&deployed.content).ok().filter(|schema: &Any| schema.get("components").is_some())
    });
    let Some(schema) = schema else {
        return nothing(&wanted.data);
    };
    let mut known = wanted.known.clone();
    known.extend(variables.iter().map(|(name, value)| (name.to_string(), value_to_json(value))));
    let passed = match &wanted.outcome {
        TaskOutcome::Completed => casewright_forms::validate(&schema, &wanted.data, &known),
        TaskOutcome::Resolved | TaskOutcome::Error { .. } | TaskOutcome::Escalation { .. } => {
            casewright_forms::validate_begun(&schema, &wanted.data, &known)
        }
    };
    let mut data = passed.map_err(|faults| invalid(&faults))?.data;
    // A form may show what the platform keeps for itself; what comes back of it changes nothing.
    data.retain(|name, _| !reserved::is_reserved(name));
    Ok(data)
}

/// What a task without a form is completed with. Nobody has said which variables its process expects, so whoever completes
/// it could set any.
fn nothing(data: &Map<String, Any>) -> Result<Map<String, Any>, Problem> {
    if data.is_empty() {
        return Ok(Map::new());
    }
    let problem = Problem::unprocessable("no-form", "This task has no form, so it takes no data.");
    Err(data.keys().fold(problem, |problem, name| {
        problem.with_error(format!("/data/{}", escape(name)), "no-form", "the task has no form with this field")
    }))
}

/// A value as a variable: what is no single value is kept as JSON.
fn variable(value: &Any) -> Value {
    match value {
        Any::Array(_) | Any::Object(_) => Value::Json(Arc::from(value.to_string())),
        single => value_from_json(single),
    }
}

fn invalid(faults: &[FieldFault]) -> Problem {
    let problem = Problem::unprocessable("invalid-submission", "What was filled in is not what the form asks for.");
    faults
        .iter()
        .fold(problem, |problem, fault| problem.with_error(fault.pointer.clone(), &fault.code, fault.detail.clone()))
}

pub(super) fn gone() -> Problem {
    Problem::not_found("There is no such task, or it is done.")
}

/// Why nothing was done to a task, for who tried.
pub(super) fn refusal(error: &EngineError) -> Problem {
    match error {
        EngineError::NotFound { .. } | EngineError::Rejected(Rejection::NotFound { .. } | Rejection::Ended(_)) => {
            gone()
        }
        EngineError::Rejected(Rejection::AlreadyClaimed { .. }) => {
            Problem::conflict("already-assigned", "Somebody else has taken the task.")
        }
        EngineError::Rejected(Rejection::Suspended { .. }) | EngineError::Suspended { .. } => {
            Problem::conflict("suspended", "The process of the task is suspended.")
        }
        // Nothing else is the caller's fault: a listener, an expression, a script of the model.
        EngineError::Rejected(_) | EngineError::Evaluation(_) | EngineError::TooLarge { .. } => {
            Problem::unprocessable("refused", error.to_string())
        }
        other => problem(other),
    }
}
