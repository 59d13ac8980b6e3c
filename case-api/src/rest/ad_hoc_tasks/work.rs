//! Doing tasks of a case: ticking lines, completing, opening again; and what the work list asks of such a task.

use super::shown::answer;
use super::task_for;
use crate::domain::case::ad_hoc_task::AdHocTask;
use crate::domain::case::decide::{self, TaskPatch};
use crate::domain::person::Person;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::Response;
use casewright_access::{Authenticated, Subject};
use casewright_instant::Instant;
use casewright_service::{Json, Problem};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TickItem {
    is_done: bool,
}

/// Completes a task, whatever of its checklist is done.
#[utoipa::path(post, path = "/api/v1/cases/{id}/tasks/{taskId}/complete", tag = "cases",
    params(("id" = String, Path), ("taskId" = String, Path)),
    responses((status = 200, body = AdHocTask), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn complete(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, task_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    task_for(&state, &subject, "complete", &id, &task_id).await?;
    completed(&state, &subject, &id, &task_id).await?;
    answer(&state, &subject, (&id, &task_id), StatusCode::OK).await
}

/// Opens a task again that has ended.
#[utoipa::path(post, path = "/api/v1/cases/{id}/tasks/{taskId}/reopen", tag = "cases",
    params(("id" = String, Path), ("taskId" = String, Path)),
    responses((status = 200, body = AdHocTask), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn reopen(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, task_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    task_for(&state, &subject, "update", &id, &task_id).await?;
    let wanted = task_id.clone();
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::reopen_task(case, definition, &wanted, by, at)
        })
        .await?;
    answer(&state, &subject, (&id, &task_id), StatusCode::OK).await
}

/// Ticks a line of the checklist, or takes the tick away.
#[utoipa::path(put, path = "/api/v1/cases/{id}/tasks/{taskId}/checklist/{itemId}", tag = "cases", request_body = TickItem,
    params(("id" = String, Path), ("taskId" = String, Path), ("itemId" = String, Path)),
    responses((status = 200, body = AdHocTask), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn tick(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, task_id, item)): Path<(String, String, String)>,
    Json(body): Json<TickItem>,
) -> Result<Response, Problem> {
    task_for(&state, &subject, "update", &id, &task_id).await?;
    let wanted = task_id.clone();
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::tick_item(case, definition, (&wanted, &item), body.is_done, by, at)
        })
        .await?;
    answer(&state, &subject, (&id, &task_id), StatusCode::OK).await
}

/// Takes a task for the caller, who may.
pub(crate) async fn claim(
    state: &CaseApiState,
    subject: &Subject,
    case: &str,
    task: &str,
) -> Result<StatusCode, Problem> {
    let task = task.to_owned();
    state
        .cases(&subject.tenant)
        .command(case, Command::by(person(subject)), move |case, definition, by, at| {
            decide::claim_task(case, definition, &task, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a task to somebody who may do it; none: to nobody.
pub(crate) async fn give(
    state: &CaseApiState,
    subject: &Subject,
    case: &str,
    task: &str,
    to: Option<Person>,
) -> Result<StatusCode, Problem> {
    let patch = TaskPatch { assignee: Some(to), ..TaskPatch::default() };
    change(state, subject, case, task.to_owned(), patch).await
}

/// Sets when a task is due; none: leaves it.
pub(crate) async fn schedule(
    state: &CaseApiState,
    subject: &Subject,
    case: &str,
    task: &str,
    due_at: Option<Option<Instant>>,
) -> Result<StatusCode, Problem> {
    let (task, patch) = (task.to_owned(), TaskPatch { due_at, ..TaskPatch::default() });
    change(state, subject, case, task, patch).await
}

async fn change(
    state: &CaseApiState,
    subject: &Subject,
    case: &str,
    task: String,
    patch: TaskPatch,
) -> Result<StatusCode, Problem> {
    state
        .cases(&subject.tenant)
        .command(case, Command::by(person(subject)), move |case, definition, by, at| {
            decide::change_task(case, definition, &task, &patch, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Completes a task as the work list does. It has no form, so it takes no data.
pub(crate) async fn complete_with(
    state: &CaseApiState,
    subject: &Subject,
    case: &str,
    task: &str,
    data: &Map<String, Value>,
) -> Result<StatusCode, Problem> {
    if !data.is_empty() {
        return Err(Problem::unprocessable("no-form", "This task has no form, so it takes no data."));
    }
    completed(state, subject, case, task).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn completed(state: &CaseApiState, subject: &Subject, case: &str, task: &str) -> Result<(), Problem> {
    let task = task.to_owned();
    state
        .cases(&subject.tenant)
        .command(case, Command::by(person(subject)), move |case, definition, by, at| {
            decide::complete_task(case, definition, &task, by, at)
        })
        .await?;
    Ok(())
}
