//! `/api/v1/notification-mutes`: cases that the caller does not want to hear of.

use crate::domain::mutes::Mutes;
use crate::state::PublishersState;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject, problem_of, store_problem};
use casewright_journal::{CommandContext, Decision};
use casewright_service::{Json, Problem};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

/// Characters that the id of a case may have.
const LONGEST_ID: usize = 200;

/// Muted cases.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MutesBody {
    /// Ids of cases.
    cases: Vec<String>,
}

/// Which cases the caller has muted.
#[utoipa::path(get, path = "/api/v1/notification-mutes", tag = "notifications", responses((status = 200, body = MutesBody)))]
pub(crate) async fn list(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
) -> Result<Json<MutesBody>, Problem> {
    let loaded = state.journal().tenant(&subject.tenant).load::<Mutes>(&subject.id).await;
    let mutes = loaded.map_err(|error| store_problem(&error))?.map(|(mutes, _)| mutes);
    Ok(Json(MutesBody { cases: mutes.map(|mutes| mutes.cases.iter().cloned().collect()).unwrap_or_default() }))
}

/// Mutes a case: its caller is told of it only what is asked of them by name. 1,000 cases at most.
#[utoipa::path(put, path = "/api/v1/notification-mutes/{id}", tag = "notifications", params(("id" = String, Path, description = "Id of a case")),
    responses((status = 204), (status = 422, body = Problem)))]
pub(crate) async fn mute(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    change(&state, &subject, &id, true).await
}

/// Takes it back.
#[utoipa::path(delete, path = "/api/v1/notification-mutes/{id}", tag = "notifications", params(("id" = String, Path, description = "Id of a case")),
    responses((status = 204)))]
pub(crate) async fn unmute(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    change(&state, &subject, &id, false).await
}

async fn change(state: &PublishersState, subject: &Subject, case: &str, is_muted: bool) -> Result<StatusCode, Problem> {
    if case.len() > LONGEST_ID {
        return Err(Problem::not_found("There is no such case."));
    }
    let context = CommandContext { actor: subject.id.as_str().into(), ..CommandContext::default() };
    let case = case.to_owned();
    state
        .journal()
        .tenant(&subject.tenant)
        .execute::<Mutes, (), Problem, _>(&subject.id, context, move |mutes, _| match is_muted {
            true => mutes.mute(&case).map_err(|error| Problem::unprocessable("too-many", error.to_string())),
            false => Ok::<Decision<_, ()>, Problem>(mutes.unmute(&case)),
        })
        .await
        .map(|_| StatusCode::NO_CONTENT)
        .map_err(problem_of)
}
