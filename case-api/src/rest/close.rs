//! `/api/v1/cases/{id}/close` and `/reopen`: closes a case, and decides what becomes of its open work; opens it again.

use super::access::case_for;
use super::cases::{CaseBody, answer, resolve};
use crate::domain::case::decide::{self, CloseWish, Closing, OnOpenWork, Reopening};
use crate::hierarchy;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::Response;
use casewright_access::Authenticated;
use casewright_contracts::ids::root_of;
use casewright_service::{IfMatch, Json, Problem};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CloseCase {
    /// A status of kind `closed`; the first of the definition when absent.
    status: Option<String>,
    /// Why it is closed.
    reason: Option<String>,
    /// How it ends: an id of its definition's `resolutions`, which a person then has to say, or free words where it lists none.
    resolution: Option<String>,
    /// What becomes of its open processes and tasks.
    #[serde(default)]
    open_work: OnOpenWork,
    /// Of machine clients: the process instance that closes its own case. It is not open work, and goes on.
    process: Option<String>,
}

/// Closes a case. While processes or tasks of it are open, `refuse` answers 409 `case-has-open-work` and says in `details`
/// which; `cancel` closes it and cancels them for the caller. Closing again changes nothing but what is open still.
#[utoipa::path(post, path = "/api/v1/cases/{id}/close", tag = "cases", request_body = CloseCase,
    params(("id" = String, Path, description = "Id or number"), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 200, body = CaseBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn close(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<CloseCase>,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    if body.process.is_some() && !subject.is_system() {
        return Err(Problem::forbidden("Only a machine client closes a case from within a process."));
    }
    let within = body.process.map(|process| root_of(&process));
    let closing = Closing {
        open_work: body.open_work,
        within,
        resolution: body.resolution,
        by_person: !subject.is_system(),
        ..Closing::default()
    };
    let cases = state.cases(&subject.tenant);
    let definition = cases.definition_of(&case).await?;
    let closing = match hierarchy::with_children(&cases, &case, &definition, closing).await {
        Ok(closing) => closing,
        Err(error) => return Err(super::open_work::children(&state, &subject, error).await),
    };
    let wish = CloseWish { status: body.status, reason: body.reason, closing };
    let command = Command::by(person(&subject)).expecting(version);
    cases.command(&id, command, move |case, definition, by, at| decide::close(case, definition, &wish, by, at)).await?;
    let (case, version) = cases.case(&id).await?;
    answer(&state, &subject, StatusCode::OK, &case, version).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReopenCase {
    /// Why it is opened again.
    reason: String,
    /// The stage it goes back to; absent: where it is, or from a resolution stage to the last other one it was in.
    stage: Option<String>,
    /// A status that is not of kind `closed`; absent: what the stage says, or the first of kind `open`.
    status: Option<String>,
}

/// Opens a closed case again: its clocks are promised anew, and it goes on by itself only after its data or its work has
/// changed. 409 `not-closed` for a case that is open.
#[utoipa::path(post, path = "/api/v1/cases/{id}/reopen", tag = "cases", request_body = ReopenCase,
    params(("id" = String, Path, description = "Id or number"), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 200, body = CaseBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn reopen(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<ReopenCase>,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    case_for(&state, &subject, "update", &id).await?;
    let wish = Reopening { reason: body.reason, stage: body.stage, status: body.status };
    let cases = state.cases(&subject.tenant);
    let command = Command::by(person(&subject)).expecting(version);
    cases
        .command(&id, command, move |case, definition, by, at| decide::reopen(case, definition, &wish, by, at))
        .await?;
    let (case, version) = cases.case(&id).await?;
    answer(&state, &subject, StatusCode::OK, &case, version).await
}
