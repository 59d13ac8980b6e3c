//! `/api/v1/cases/{id}/following`: whether the caller wants to hear what happens to a case.

use super::access::case_for;
use super::cases::resolve;
use super::error::store;
use crate::domain::following::Following;
use crate::state::CaseApiState;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject, problem_of};
use casewright_contracts::links::CaseFollowerRow;
use casewright_journal::{CommandContext, Decision, Filter, Query};
use casewright_service::{Json, Problem};
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Who follows a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseFollowing {
    /// Whether the caller does.
    is_following: bool,
    /// How many people do, a moment ago.
    followers: u64,
}

/// Whether the caller follows a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/following", tag = "cases",
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, body = CaseFollowing), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<CaseFollowing>, Problem> {
    let id = readable(&state, &subject, id).await?;
    let handle = state.tenant(&subject.tenant);
    let following = handle.load::<Following>(&subject.id).await.map_err(store)?;
    let is_following = following.is_some_and(|(following, _)| following.cases.contains(&id));
    let of_case = Filter::Eq(CaseFollowerRow::CASE_ID.into(), Value::from(id));
    let followers = handle.count(&Query::new(CaseFollowerRow::VIEW, of_case)).await.map_err(store)?;
    Ok(Json(CaseFollowing { is_following, followers }))
}

/// Follows a case: the caller is told of its comments, mails, stages and statuses while they may see it. 1,000 cases at most.
#[utoipa::path(put, path = "/api/v1/cases/{id}/following", tag = "cases",
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn follow(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    change(&state, &subject, id, true).await
}

/// Follows a case no longer.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/following", tag = "cases",
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn unfollow(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    change(&state, &subject, id, false).await
}

/// The id of a case that the caller may read.
async fn readable(state: &CaseApiState, subject: &Subject, id: String) -> Result<String, Problem> {
    let id = resolve(state, subject, id).await?;
    case_for(state, subject, "read", &id).await?;
    Ok(id)
}

async fn change(state: &CaseApiState, subject: &Subject, id: String, is_followed: bool) -> Result<StatusCode, Problem> {
    let case = readable(state, subject, id).await?;
    let context = CommandContext { actor: subject.id.as_str().into(), ..CommandContext::default() };
    state
        .tenant(&subject.tenant)
        .execute::<Following, (), Problem, _>(&subject.id, context, move |following, _| match is_followed {
            true => following.follow(&case).map_err(|error| Problem::unprocessable("too-many", error.to_string())),
            false => Ok::<Decision<_, ()>, Problem>(following.unfollow(&case)),
        })
        .await
        .map(|_| StatusCode::NO_CONTENT)
        .map_err(problem_of)
}
