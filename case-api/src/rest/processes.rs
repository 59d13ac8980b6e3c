//! `/api/v1/cases/{id}/processes`: what runs for a case, and starting more by hand.

use super::access::{case_for, own_key};
use super::cases::ProcessBody;
use super::noted::until_noted;
use super::start_forms;
use crate::domain::case::decide;
use crate::domain::case::process::CaseProcess;
use crate::domain::case::state::Case;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Subject};
use casewright_service::{IdempotencyKey, Json, PageBody, Problem, etag, reserved};
use http::{StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// Processes of a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/processes", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PageBody<ProcessBody>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<ProcessBody>>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let items = case.processes.iter().map(ProcessBody::of).collect();
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StartProcess {
    /// Key of a process of the case's definition.
    key: String,
    /// Name -> value, as plain JSON. Where the process has a form for its start, it judges what a person gives.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: Map<String, Value>,
}

/// Starts a process for a case. 201 with the instance; 202 when the engine has not answered yet: it is started as soon as
/// the engine does.
#[utoipa::path(post, path = "/api/v1/cases/{id}/processes", tag = "cases", params(("id" = String, Path)), request_body = StartProcess,
    responses((status = 201, body = ProcessBody), (status = 202, body = ProcessBody), (status = 422, body = Problem)))]
pub(crate) async fn start(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<StartProcess>,
) -> Result<Response, Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    reserved::refuse(body.variables.keys().map(String::as_str), "/variables")?;
    let variables = start_forms::judged(&state, &subject, &case, &body.key, body.variables).await?;
    let start_id = own_key(&key, &subject)
        .aggregate_id(subject.tenant.as_str(), &format!("process:{id}"), Uuid::now_v7())
        .to_string();
    let wanted = start_id.clone();
    let cases = state.cases(&subject.tenant);
    let committed = cases
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::start_process(case, definition, &body.key, &wanted, &variables, by, at)
        })
        .await?;
    let process = started(&state, &subject, &id, &start_id).await?;
    let status = if process.id.is_some() { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    Ok((status, [(header::ETAG, etag(committed.version))], Json(ProcessBody::of(&process))).into_response())
}

/// Waits until the starter has been to the engine, or patience ends.
async fn started(state: &CaseApiState, subject: &Subject, id: &str, start_id: &str) -> Result<CaseProcess, Problem> {
    let process_of = |case: &Case| case.processes.iter().find(|process| process.start_id == start_id).cloned();
    let is_started = |case: &Case| process_of(case).is_none_or(|process| process.id.is_some());
    let case = until_noted(state, subject, id, is_started).await?;
    process_of(&case).ok_or_else(Problem::internal)
}
