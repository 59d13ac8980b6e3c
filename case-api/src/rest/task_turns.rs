//! `/api/v1/tasks/{id}/...`: a task takes another turn than being completed. Somebody else does it and gives it back, its process is
//! told of an error or an escalation, or it waits for another day.

use super::ad_hoc_tasks;
use super::noted::until_noted;
use super::references::{Work, assignee};
use super::task_work::{done, engine, expect, submit};
use super::tasks::{TaskBody, task_for};
use crate::domain::merge_patch::present_instant;
use crate::state::CaseApiState;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject};
use casewright_client::engine::tasks::{Outcome, TaskDates};
use casewright_instant::Instant;
use casewright_service::instant::InstantSchema;
use casewright_service::{IfMatch, Json, Problem};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DelegateTask {
    /// User id.
    to: String,
}

/// Has somebody else do the task, who gives it back when their part is done.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/delegate", tag = "tasks", params(("id" = String, Path)), request_body = DelegateTask,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn delegate(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<DelegateTask>,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "delegate", &id).await?;
    expect(&task, version)?;
    of_process(&task)?;
    if task.assignee.is_none() {
        return Err(Problem::conflict("not-taken", "Nobody has this task yet. Assign it to them instead."));
    }
    let to = assignee(&state, &subject, &body.to, &Work::Task(task.resource(), task.whose())).await?;
    if task.assignee.as_deref() == Some(to.id.as_str()) {
        let detail = "This person has the task already.";
        return Err(Problem::unprocessable("already-theirs", detail).with_error("/to", "already-theirs", detail));
    }
    done(engine(&state, &subject).tasks().delegate(&id, &to.id).await)
}

/// What was filled in so far.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResolveTask {
    /// The form judges what is there, and asks for nothing.
    #[serde(default)]
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Gives a delegated task back to whom it was delegated by, with what was filled in.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/resolve", tag = "tasks", params(("id" = String, Path)), request_body = ResolveTask,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn resolve(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<ResolveTask>,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "resolve", &id).await?;
    expect(&task, version)?;
    of_process(&task)?;
    submit(&state, &subject, &task, Outcome::Resolved, body.data).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RaiseError {
    /// One that is caught around the task (`errors` of the task).
    code: String,
    message: Option<String>,
    /// Becomes variables of the process. The form judges what is there, and asks for nothing.
    #[serde(default)]
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Ends the task with a BPMN error, which its process catches: the work cannot be done as it was meant.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/bpmn-error", tag = "tasks", params(("id" = String, Path)), request_body = RaiseError,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn raise_error(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<RaiseError>,
) -> Result<StatusCode, Problem> {
    // It ends the task, as completing does.
    let task = task_for(&state, &subject, "complete", &id).await?;
    expect(&task, version)?;
    of_process(&task)?;
    let outcome = Outcome::Error { code: &body.code, message: body.message.as_deref() };
    submit(&state, &subject, &task, outcome, body.data).await?;
    ended(&state, &subject, &task).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Escalate {
    /// One that is caught around the task (`escalations` of the task).
    code: String,
    /// Becomes variables of the process. The form judges what is there, and asks for nothing.
    #[serde(default)]
    #[schema(value_type = Object)]
    data: Map<String, Value>,
}

/// Tells the process of an escalation, which it catches. The task goes on, unless what catches it ends the task.
#[utoipa::path(post, path = "/api/v1/tasks/{id}/escalation", tag = "tasks", params(("id" = String, Path)), request_body = Escalate,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn escalate(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<Escalate>,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "escalate", &id).await?;
    expect(&task, version)?;
    of_process(&task)?;
    submit(&state, &subject, &task, Outcome::Escalation { code: &body.code }, body.data).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A merge patch of a task's dates.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ScheduleTask {
    #[serde(default, deserialize_with = "present_instant")]
    #[schema(value_type = Option<InstantSchema>)]
    due_at: Option<Option<Instant>>,
    /// When it comes up again. Only a task of a process has it.
    #[serde(default, deserialize_with = "present_instant")]
    #[schema(value_type = Option<InstantSchema>)]
    follow_up_at: Option<Option<Instant>>,
}

/// Sets when a task is due, and when it comes up again.
#[utoipa::path(patch, path = "/api/v1/tasks/{id}", tag = "tasks", params(("id" = String, Path)), request_body = ScheduleTask,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn schedule(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<ScheduleTask>,
) -> Result<StatusCode, Problem> {
    let task = task_for(&state, &subject, "schedule", &id).await?;
    expect(&task, version)?;
    if let Some(case) = &task.added_to {
        if body.follow_up_at.is_some() {
            of_process(&task)?;
        }
        return ad_hoc_tasks::schedule(&state, &subject, case, &id, body.due_at).await;
    }
    let text = |at: Option<Instant>| at.map(|at| at.to_string());
    let dates = TaskDates { due_at: body.due_at.map(text), follow_up_at: body.follow_up_at.map(text) };
    done(engine(&state, &subject).tasks().set_dates(&id, &dates).await)
}

/// A task that somebody added to a case has no process that could do this with it.
fn of_process(task: &TaskBody) -> Result<(), Problem> {
    match task.added_to {
        Some(_) => Err(Problem::conflict("not-of-a-process", "Only a task of a process can do this.")),
        None => Ok(()),
    }
}

/// Waits until the case knows that the task is over.
async fn ended(state: &CaseApiState, subject: &Subject, task: &TaskBody) -> Result<(), Problem> {
    match task.case_id.as_deref() {
        Some(case) => until_noted(state, subject, case, |case| !case.tasks.contains_key(&task.id)).await.map(drop),
        None => Ok(()),
    }
}
