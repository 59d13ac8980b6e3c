//! `/api/v1/tasks/{id}/...`: taking, giving back, filling in and completing a task. The engine does it; this room decides
//! who may, and whether what was filled in is what the form asks for.

use super::ad_hoc_tasks;
use super::attached::{Attached, settle};
use super::error::{invalid, room_problem};
use super::noted::until_noted;
use super::references::{Work, assignee};
use super::tasks::{TaskBody, task_for};
use crate::domain::case::decide::{self, CasePatch, CaseRejection};
use crate::domain::case::state::Case;
use crate::repository::CaseError;
use crate::rest::forms;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject};
use casewright_client::engine::tasks::{Outcome, Submission};
use casewright_client::{CallError, Client};
use casewright_forms::{FieldFault, reference};
use casewright_service::{IfMatch, Json, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// Takes the task.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/claim", tag = "tasks", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn claim(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "claim", &id).await?;
    expect(&task, version)?;
    if let Some(case) = &task.added_to {
        return ad_hoc_tasks::claim(&state, &subject, case, &id).await;
    }
    match task.assignee.as_deref() {
        Some(owner) if owner == subject.id => return Ok(StatusCode::NO_CONTENT),
        Some(_) => {
            return Err(Problem::conflict("already-assigned", "Somebody else has taken the task."));
        }
        None => {}
    }
    // It may be taken between this look and the engine's: that is told apart by its code.
    done(engine(&state, &subject).tasks().claim(&id).await)
}

/// Gives the task back.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/unclaim", tag = "tasks", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn unclaim(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "unclaim", &id).await?;
    expect(&task, version)?;
    if let Some(case) = &task.added_to {
        return ad_hoc_tasks::give(&state, &subject, case, &id, None).await;
    }
    done(engine(&state, &subject).tasks().unclaim(&id).await)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AssignTask {
    /// User id; `me` is the caller; null takes the assignee away.
    assignee: Option<String>,
}

/// Gives the task to somebody.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/assign", tag = "tasks", params(("id" = String, Path)), request_body = AssignTask,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn assign(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<AssignTask>,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "assign", &id).await?;
    expect(&task, version)?;
    let to = match body.assignee {
        Some(id) => Some(assignee(&state, &subject, &id, &Work::Task(task.resource(), task.whose())).await?),
        None => None,
    };
    if let Some(case) = &task.added_to {
        return ad_hoc_tasks::give(&state, &subject, case, &id, to).await;
    }
    let to = to.map(|person| person.id);
    done(engine(&state, &subject).tasks().assign(&id, to.as_deref()).await)
}

/// What a task, or the start of a process, asks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TaskForm {
    /// form-js schema; null: there is no form.
    #[schema(value_type = Option<Object>)]
    pub(super) form: Value,
    /// What the form is filled with: fields of the case, and over them variables of the process.
    #[schema(value_type = Object)]
    pub(super) data: Map<String, Value>,
}

/// The form of a task with its data.
#[utoipa::path(get, path = "/api/v1/tasks/{id}/form", tag = "tasks", params(("id" = String, Path)),
    responses((status = 200, body = TaskForm), (status = 404, body = Problem)))]
pub(crate) async fn form(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<TaskForm>, Problem> {
    let task = task_for(&state, &subject, "read", &id).await?;
    if task.added_to.is_some() {
        return Ok(Json(TaskForm { form: Value::Null, data: Map::new() }));
    }
    let form = schema(&state, &subject, &task).await?;
    let data = data(&state, &subject, &task).await?;
    Ok(Json(TaskForm { form, data }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CompleteTask {
    #[serde(default)]
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Completes a task. What its form forbids is refused with a pointer per field; what the case's definition names becomes a
/// field of the case.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/complete", tag = "tasks", params(("id" = String, Path)), request_body = CompleteTask,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn complete(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<CompleteTask>,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "complete", &id).await?;
    expect(&task, version)?;
    if let Some(case) = &task.added_to {
        return ad_hoc_tasks::complete_with(&state, &subject, case, &id, &body.data).await;
    }
    submit(&state, &subject, &task, Outcome::Completed, body.data).await?;
    if let Some(case) = task.case_id.as_deref() {
        // That the task is done, and what it was done with.
        until_noted(&state, &subject, case, |case| !case.tasks.contains_key(id.as_str())).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Hands what was filled in to the engine, which judges it by the task's form.
pub(super) async fn submit(
    state: &CaseApiState,
    subject: &Subject,
    task: &TaskBody,
    outcome: Outcome<'_>,
    mut data: Map<String, Value>,
) -> Result<(), Problem> {
    let case = match &task.case_id {
        Some(id) => Some(state.cases(&subject.tenant).case(id).await?.0),
        None => None,
    };
    attach(state, subject, task, case.as_deref(), &mut data).await?;
    // What is not completed becomes nothing of the case.
    if let (Some(case), Outcome::Completed) = (&case, outcome) {
        acceptable(state, subject, case, &data).await?;
    }
    let form = own_form(state, subject, task).await?;
    let nothing = Map::new();
    let submission = Submission {
        outcome,
        assignee: task.assignee.as_deref(),
        data: &data,
        form: form.as_ref(),
        known: case.as_ref().map_or(&nothing, |case| &case.fields),
    };
    engine(state, subject).tasks().submit(&task.id, &submission).await.map_err(|error| refusal(&error))
}

/// Looks up the files of a submission, and tells them as the file store knows them.
async fn attach(
    state: &CaseApiState,
    subject: &Subject,
    task: &TaskBody,
    case: Option<&Case>,
    data: &mut Map<String, Value>,
) -> Result<(), Problem> {
    let places = reference::places_of_lists(data);
    if places.is_empty() {
        return Ok(());
    }
    let known = self::data(state, subject, task).await?;
    settle(state, subject, data, Attached { base: "/data", places, case, known: Some(&known) }).await.map(drop)
}

/// What the case would refuse is refused before the task is done.
async fn acceptable(
    state: &CaseApiState,
    subject: &Subject,
    case: &Case,
    data: &Map<String, Value>,
) -> Result<(), Problem> {
    let definition = state.cases(&subject.tenant).definition_of(case).await?;
    let patch = CasePatch { fields: Some(decide::fields_of(&definition, data)), ..CasePatch::default() };
    let at = state.journal().clock().now();
    match decide::patch(case, &definition, &patch, &person(subject), at) {
        Ok(_) => Ok(()),
        Err(CaseRejection::Invalid(faults)) => {
            let in_form = |fault: FieldFault| match fault.pointer.strip_prefix("/fields") {
                Some(rest) => FieldFault::new(&format!("/data{rest}"), &fault.code, &fault.detail),
                None => fault,
            };
            Err(invalid("invalid-submission", faults.into_iter().map(in_form).collect()))
        }
        Err(rejection) => Err(CaseError::Rejected(rejection).into()),
    }
}

pub(super) fn expect(task: &TaskBody, version: Option<u64>) -> Result<(), Problem> {
    match version {
        Some(version) if version != task.version => Err(Problem::precondition_failed(task.version)),
        _ => Ok(()),
    }
}

/// The engine, called for the subject.
pub(super) fn engine(state: &CaseApiState, subject: &Subject) -> Client {
    state.rooms().engine(subject)
}

/// What a command of the engine comes to.
pub(super) fn done(answer: Result<(), CallError>) -> Result<StatusCode, Problem> {
    answer.map(|()| StatusCode::NO_CONTENT).map_err(|error| refusal(&error))
}

/// Why the engine refused, as who asked for it can use it.
fn refusal(error: &CallError) -> Problem {
    let Some(refused) = error.refused() else {
        return room_problem(error);
    };
    let problem = match refused.code.as_str() {
        "already-assigned" => Problem::conflict("already-assigned", "Somebody else has taken the task."),
        code @ ("suspended" | "not-delegated") => Problem::conflict(code, refused.text.as_str()),
        code @ ("invalid-submission" | "no-form" | "not-caught" | "refused") => {
            Problem::unprocessable(code, refused.text.as_str())
        }
        // A failing listener or expression of the model is a 500 of the engine with a message for its author.
        _ if refused.is_failure() => Problem::unprocessable("refused", error.to_string()),
        _ => return room_problem(error),
    };
    refused
        .faults()
        .into_iter()
        .fold(problem, |problem, fault| problem.with_error(fault.pointer, &fault.code, fault.detail))
}

/// A form of this room that the task names.
async fn own_form(state: &CaseApiState, subject: &Subject, task: &TaskBody) -> Result<Option<Value>, Problem> {
    let Some(key) = task.form_key.as_deref() else {
        return Ok(None);
    };
    Ok(forms::load(state, subject, key).await?.map(|(form, _)| form.schema.clone()))
}

/// The schema: a form of ours by its key, or the one deployed with the process. Null: none.
async fn schema(state: &CaseApiState, subject: &Subject, task: &TaskBody) -> Result<Value, Problem> {
    if task.form_key.is_none() {
        return Ok(Value::Null);
    }
    if let Some(schema) = own_form(state, subject, task).await? {
        return Ok(schema);
    }
    match engine(state, subject).tasks().deployed_form(&task.id).await {
        Ok(schema) if schema.get("components").is_some() => Ok(schema),
        Ok(_) => Ok(Value::Null),
        // An `embedded:` or external form: nothing a server can judge.
        Err(error)
            if error.status().is_some_and(|status| status.is_client_error() && status != StatusCode::UNAUTHORIZED) =>
        {
            Ok(Value::Null)
        }
        Err(error) => Err(room_problem(&error)),
    }
}

async fn data(state: &CaseApiState, subject: &Subject, task: &TaskBody) -> Result<Map<String, Value>, Problem> {
    let mut data = match &task.case_id {
        Some(id) => state.cases(&subject.tenant).case(id).await?.0.fields.clone(),
        None => Map::new(),
    };
    let variables = engine(state, subject).tasks().variables(&task.id).await;
    let variables = variables.map_err(|error| room_problem(&error))?;
    data.extend(variables.0.into_iter().map(|(name, variable)| (name, variable.plain())));
    Ok(data)
}
