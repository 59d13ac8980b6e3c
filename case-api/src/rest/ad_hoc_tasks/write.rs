//! Adding tasks to a case, changing and deleting them.

use super::shown::answer;
use super::{resource_of, task_for};
use crate::domain::case::Case;
use crate::domain::case::ad_hoc_task::{AdHocTask, AdHocTaskState, ChecklistItem};
use crate::domain::case::decide::{self, NewTask, TaskPatch};
use crate::domain::person::Person;
use crate::gate::access::{case_for, own_key};
use crate::gate::references::{Work, assignee};
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::Response;
use casewright_access::{Authenticated, Subject, Whose};
use casewright_instant::{Instant, optional_rfc3339};
use casewright_service::instant::InstantSchema;
use casewright_service::{IdempotencyKey, Json, Problem};
use http::StatusCode;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use uuid::Uuid;

/// A new task.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddTask {
    title: String,
    description: Option<String>,
    /// User id; `me` is the caller.
    assignee: Option<String>,
    /// A group whose members may take it.
    group: Option<String>,
    #[serde(default, with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    due_at: Option<Instant>,
    #[serde(default)]
    checklist: Vec<ChecklistLine>,
}

/// One line of a checklist.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChecklistLine {
    /// Of a line that is there already, which keeps its tick; absent: a new line.
    id: Option<String>,
    title: String,
}

/// A merge patch (RFC 7396): what is absent stays, null removes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeTask {
    title: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    description: Option<Option<String>>,
    /// User id; `me` is the caller; null takes the assignee away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    assignee: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    group: Option<Option<String>>,
    #[serde(default, deserialize_with = "present_instant")]
    #[schema(value_type = Option<InstantSchema>)]
    due_at: Option<Option<Instant>>,
    /// The whole list.
    checklist: Option<Vec<ChecklistLine>>,
}

/// Tells null from absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// [`present`] of an instant.
fn present_instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Instant>>, D::Error> {
    optional_rfc3339::deserialize(deserializer).map(Some)
}

/// Adds a task to a case. 201; 200 when the same request was made before.
#[utoipa::path(post, path = "/api/v1/cases/{id}/tasks", tag = "cases", params(("id" = String, Path)), request_body = AddTask,
    responses((status = 201, body = AdHocTask), (status = 200, body = AdHocTask), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<AddTask>,
) -> Result<Response, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let task_id = own_key(&key, &subject)
        .aggregate_id(subject.tenant.as_str(), &format!("ad-hoc-task:{id}"), Uuid::now_v7())
        .to_string();
    let mut new = NewTask {
        id: task_id.clone(),
        title: body.title,
        description: body.description,
        assignee: None,
        group: body.group,
        due_at: body.due_at,
        checklist: body.checklist.into_iter().map(line).collect(),
    };
    let wished = as_it_would_be(&new, person(&subject), &state);
    state.access().authorize(&subject, "create", &resource_of(&case, &wished)).await?;
    if let Some(who) = body.assignee {
        new.assignee = Some(receiver(&state, &subject, &case, &wished, &who).await?);
    }
    let committed = state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::add_task(case, definition, &new, by, at)
        })
        .await?;
    let status = if committed.answer { StatusCode::CREATED } else { StatusCode::OK };
    answer(&state, &subject, (&id, &task_id), status).await
}

/// Changes an open task.
#[utoipa::path(patch, path = "/api/v1/cases/{id}/tasks/{taskId}", tag = "cases", request_body = ChangeTask,
    params(("id" = String, Path), ("taskId" = String, Path)),
    responses((status = 200, body = AdHocTask), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, task_id)): Path<(String, String)>,
    Json(body): Json<ChangeTask>,
) -> Result<Response, Problem> {
    let (case, task) = task_for(&state, &subject, "update", &id, &task_id).await?;
    if body.assignee.is_some() || body.group.is_some() {
        state.access().authorize(&subject, "assign", &resource_of(&case, &task)).await?;
    }
    let patch = TaskPatch {
        title: body.title,
        description: body.description,
        assignee: match body.assignee {
            Some(Some(who)) => Some(Some(receiver(&state, &subject, &case, &task, &who).await?)),
            Some(None) => Some(None),
            None => None,
        },
        group: body.group,
        due_at: body.due_at,
        checklist: body.checklist.map(|lines| lines.into_iter().map(line).collect()),
    };
    let wanted = task_id.clone();
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::change_task(case, definition, &wanted, &patch, by, at)
        })
        .await?;
    answer(&state, &subject, (&id, &task_id), StatusCode::OK).await
}

/// Deletes a task; that it was there stays on the timeline.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/tasks/{taskId}", tag = "cases",
    params(("id" = String, Path), ("taskId" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, task_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    task_for(&state, &subject, "delete", &id, &task_id).await?;
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::remove_task(case, definition, &task_id, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody who may do the task.
async fn receiver(
    state: &CaseApiState,
    subject: &Subject,
    case: &Case,
    task: &AdHocTask,
    who: &str,
) -> Result<Person, Problem> {
    let work = Work::Task(resource_of(case, task), Whose::Case(&case.id));
    assignee(state, subject, who, &work).await
}

/// A task that is about to be, as policy is asked about it.
fn as_it_would_be(new: &NewTask, by: Person, state: &CaseApiState) -> AdHocTask {
    AdHocTask {
        id: new.id.clone(),
        title: new.title.clone(),
        description: None,
        assignee: None,
        group: new.group.clone(),
        due_at: None,
        checklist: Vec::new(),
        state: AdHocTaskState::Open,
        created_at: state.journal().clock().now().into(),
        created_by: by,
        ended: None,
    }
}

fn line(line: ChecklistLine) -> ChecklistItem {
    ChecklistItem { id: line.id.unwrap_or_else(|| Uuid::now_v7().to_string()), title: line.title, done: None }
}
