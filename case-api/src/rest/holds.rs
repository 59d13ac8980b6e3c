//! `/api/v1/cases/{id}/holds`: legal holds. While one stands, nothing of the case is deleted.

use super::access::{case_for, own_key};
use super::cases::{CaseBody, answer, resolve};
use crate::domain::case::Case;
use crate::domain::case::decide;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::Response;
use casewright_access::Authenticated;
use casewright_journal::Aggregate;
use casewright_service::{IdempotencyKey, Json, Problem};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct HoldReason {
    /// Why; it stands on the timeline.
    reason: String,
}

/// Puts a legal hold on a case. It stands beside others.
#[utoipa::path(post, path = "/api/v1/cases/{id}/holds", tag = "cases", request_body = HoldReason,
    params(("id" = String, Path, description = "Id or number"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key gives the same hold")),
    responses((status = 201, body = CaseBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn place(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<HoldReason>,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    case_for(&state, &subject, "hold", &id).await?;
    let key = own_key(&key, &subject);
    let hold =
        key.aggregate_id(subject.tenant.as_str(), &format!("{}:{id}:hold", Case::KIND), Uuid::now_v7()).to_string();
    let cases = state.cases(&subject.tenant);
    cases
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::place_hold(case, definition, &hold, &body.reason, by, at)
        })
        .await?;
    let (case, version) = cases.case(&id).await?;
    answer(&state, &subject, StatusCode::CREATED, &case, version).await
}

/// Lifts a legal hold.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/holds/{holdId}", tag = "cases", request_body = HoldReason,
    params(("id" = String, Path, description = "Id or number"), ("holdId" = String, Path)),
    responses((status = 200, body = CaseBody), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn lift(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, hold)): Path<(String, String)>,
    Json(body): Json<HoldReason>,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    case_for(&state, &subject, "hold", &id).await?;
    let cases = state.cases(&subject.tenant);
    cases
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::lift_hold(case, definition, &hold, &body.reason, by, at)
        })
        .await?;
    let (case, version) = cases.case(&id).await?;
    answer(&state, &subject, StatusCode::OK, &case, version).await
}
