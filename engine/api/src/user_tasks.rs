//! `/api/v1/user-tasks/{id}`: what the model offers around a task, and its dates. Asked by the room that keeps the tasks' cases.

use super::ApiState;
use super::submissions::{gone, refusal};
use super::support::caller;
use axum::extract::Path;
use casewright_access::{Authenticated, Resource};
use casewright_engine_core::Command;
use casewright_engine_core::catches::{Catch, Thrown};
use casewright_engine_core::command::TaskUpdate;
use casewright_engine_runtime::TaskRef;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_service::{Json, Problem};
use http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// Something that can be thrown from a task and is caught around it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaughtBody {
    /// Null: whatever its code is.
    code: Option<String>,
    /// Name of the event that catches, or of what it starts.
    name: Option<String>,
    /// The task ends with it.
    is_interrupting: bool,
}

/// What the model offers around a task.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AroundTask {
    errors: Vec<CaughtBody>,
    escalations: Vec<CaughtBody>,
}

/// What is caught around a user task of a process. Rooms of the platform alone ask for it.
#[utoipa::path(get, path = "/api/v1/user-tasks/{id}", tag = "user-tasks", params(("id" = String, Path)),
    responses((status = 200, body = AroundTask), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<AroundTask>, Problem> {
    state.allow_rooms(&subject, "read", Resource::new("task", &id)).await?;
    let TaskRef::Process(task) = state.engine.tasks().find(&id).await.map_err(|error| refusal(&error))? else {
        return Err(gone());
    };
    let catches = state.engine.catches_around(&id, task).await.map_err(|error| refusal(&error))?.ok_or_else(gone)?;
    let of = |thrown: Thrown| catches.iter().filter(|each| each.thrown == thrown).map(body).collect();
    Ok(Json(AroundTask { errors: of(Thrown::Error), escalations: of(Thrown::Escalation) }))
}

fn body(catch: &Catch) -> CaughtBody {
    let Catch { thrown: _, code, name, is_interrupting } = catch;
    CaughtBody { code: code.clone(), name: name.as_deref().map(str::to_owned), is_interrupting: *is_interrupting }
}

/// Dates of a task. What is not given stays, null takes away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TaskDates {
    #[serde(default, deserialize_with = "present_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Option<Instant>>,
    #[serde(default, deserialize_with = "present_instant")]
    #[schema(value_type = Option<String>, format = DateTime)]
    follow_up_at: Option<Option<Instant>>,
}

/// Tells null, which takes away, from absent.
fn present_instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Instant>>, D::Error> {
    optional_rfc3339::deserialize(deserializer).map(Some)
}

/// Sets when a user task is due, and when it comes up again. Rooms of the platform alone ask for it.
#[utoipa::path(patch, path = "/api/v1/user-tasks/{id}", tag = "user-tasks", params(("id" = String, Path)), request_body = TaskDates,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn change(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<TaskDates>,
) -> Result<StatusCode, Problem> {
    state.allow_rooms(&subject, "update", Resource::new("task", &id)).await?;
    let update = TaskUpdate { due: wanted.due_at, follow_up: wanted.follow_up_at, ..TaskUpdate::default() };
    let done = state.engine.tasks().act(&caller(&subject), &id, |task| Command::UpdateTask { task, update }).await;
    done.map_err(|error| refusal(&error))?;
    Ok(StatusCode::NO_CONTENT)
}
