//! `/api/v1/cases/{id}/compensations`: machine clients report that a saga step was undone.

use super::access::case_for;
use crate::domain::case::decide;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use casewright_access::Authenticated;
use casewright_service::{Json, Problem};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Compensation {
    /// What was undone, for people: `Attach documents`.
    step: String,
    /// What failed, so that it was undone: `Notify team`.
    failed_step: Option<String>,
    #[serde(default)]
    reason: String,
}

/// Sets the problem of the case, and says so on its timeline. Reporting the same again changes nothing.
#[utoipa::path(post, path = "/api/v1/cases/{id}/compensations", tag = "cases", params(("id" = String, Path)),
    request_body = Compensation, responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(body): Json<Compensation>,
) -> Result<StatusCode, Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients report compensations."));
    }
    case_for(&state, &subject, "update", &id).await?;
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::compensate(case, definition, &body.step, body.failed_step.as_deref(), &body.reason, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
