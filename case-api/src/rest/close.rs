//! `/api/v1/cases/{id}/close`: closes a case, and decides what becomes of its open work.

use super::access::case_for;
use super::cases::{CaseBody, answer, resolve};
use crate::domain::case::decide::{self, Closing, OnOpenWork};
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
    case_for(&state, &subject, "update", &id).await?;
    if body.process.is_some() && !subject.is_system() {
        return Err(Problem::forbidden("Only a machine client closes a case from within a process."));
    }
    let within = body.process.map(|process| root_of(&process));
    let closing = Closing { open_work: body.open_work, within };
    let cases = state.cases(&subject.tenant);
    let command = Command::by(person(&subject)).expecting(version);
    cases
        .command(&id, command, move |case, definition, by, at| {
            decide::close(case, definition, body.status.as_deref(), body.reason.as_deref(), &closing, by, at)
        })
        .await?;
    let (case, version) = cases.case(&id).await?;
    Ok(answer(&state, StatusCode::OK, &case, version))
}
