//! What is done to a process instance as a whole: it is suspended, cancelled, started again from its history.

use super::ApiState;
use super::support::{caller, no_such_instance, problem, required, unreadable};
use axum::extract::Path;
use casewright_access::{Authenticated, Whose};
use casewright_engine_core::command::Skips;
use casewright_engine_core::ids::root_of;
use casewright_engine_runtime::{EngineError, Restarted};
use casewright_engine_views::PastInstanceRow;
use casewright_engine_views::aggregate::Restart;
use casewright_journal::Document;
use casewright_service::{Json, Problem, reserved};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Suspension {
    is_suspended: bool,
}

/// What a change of an instance leaves out.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SkipsBody {
    /// Listeners of the model are not called.
    #[serde(default)]
    skip_custom_listeners: bool,
    /// Inputs and outputs are not mapped.
    #[serde(default)]
    skip_io_mappings: bool,
}

impl From<SkipsBody> for Skips {
    fn from(body: SkipsBody) -> Self {
        Self { listeners: body.skip_custom_listeners, io_mappings: body.skip_io_mappings }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cancellation {
    /// Why; history keeps it.
    reason: String,
    #[serde(flatten)]
    skips: SkipsBody,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestartBody {
    /// With the variables that the instance was started with; else with those it had last.
    #[serde(default)]
    initial_variables: bool,
    #[serde(flatten)]
    skips: SkipsBody,
}

/// An instance that was started.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RestartedBody {
    id: String,
}

/// Suspends an instance, or lets it go on: nothing of it goes on by itself meanwhile. 204.
#[utoipa::path(put, path = "/api/v1/process-instances/{id}/suspension", tag = "process-instances",
    params(("id" = String, Path)), request_body = Suspension,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn suspend(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(Suspension { is_suspended }): Json<Suspension>,
) -> Result<StatusCode, Problem> {
    running(&state.allowed_instance(&subject, "update", &id).await?)?;
    let done = state.engine.instances().suspend(&caller(&subject), &id, is_suspended).await;
    done.map_err(|error| problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends an instance with what it called, and keeps its history. 204.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/cancel", tag = "process-instances",
    params(("id" = String, Path)), request_body = Cancellation,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn cancel(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<Cancellation>,
) -> Result<StatusCode, Problem> {
    let row = state.allowed_instance(&subject, "cancel", &id).await?;
    let reason = wanted.reason.trim();
    if reason.is_empty() {
        let detail = "Say why the instance is cancelled.";
        return Err(Problem::unprocessable("reason-required", detail).with_error("/reason", "reason-required", detail));
    }
    running(&row)?;
    let done = state.engine.instances().delete(&caller(&subject), &id, Some(reason), wanted.skips.into()).await;
    done.map_err(|error| problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Starts an instance with what one that has ended left behind: its version, its business key, its variables. 201.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/restart", tag = "process-instances",
    params(("id" = String, Path)), request_body = RestartBody,
    responses((status = 201, body = RestartedBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(crate) async fn restart(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<RestartBody>,
) -> Result<(StatusCode, Json<RestartedBody>), Problem> {
    let row = state.allowed_instance(&subject, "restart", &id).await?;
    if PastInstanceRow::END_TIME.of(&row).is_null() {
        return Err(Problem::conflict("still-running", "Only an instance that has ended is started again."));
    }
    // Who may start again what belongs to a case says so for the new instance, too: it is that case's, and seen by who sees it.
    let root = root_of(&id).ok_or_else(no_such_instance)?;
    let cases = state.access.cases_of(&subject.tenant, Whose::Root(&root)).await.map_err(unreadable)?;
    let restart = Restart {
        definition: SmolStr::new(required(&row, PastInstanceRow::PROCESS_DEFINITION_ID)),
        instructions: Vec::new(),
        initial_variables: wanted.initial_variables,
        without_business_key: false,
        skips: wanted.skips.into(),
    };
    let how = Restarted::Now { vouched: if cases.is_empty() { &[] } else { &reserved::VARIABLES } };
    let started = state.engine.instances().restart(&caller(&subject), &restart, &id, how).await;
    let started = started.map_err(|error| match error {
        EngineError::Suspended { .. } => Problem::conflict("suspended", "The process definition is suspended."),
        error => problem(&error),
    })?;
    Ok((StatusCode::CREATED, Json(RestartedBody { id: started.to_string() })))
}

/// 409 `already-ended` of an instance that is over.
pub(super) fn running(row: &Document) -> Result<(), Problem> {
    if PastInstanceRow::END_TIME.of(row).is_null() {
        return Ok(());
    }
    Err(Problem::conflict("already-ended", "The process instance has ended."))
}
