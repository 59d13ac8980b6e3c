//! `POST /api/v1/process-instances/{id}/erase`: what the disposal of a case asks for.

use super::ApiState;
use super::support::{caller, no_such_instance, problem};
use axum::extract::Path;
use casewright_access::{Authenticated, Resource};
use casewright_service::Problem;
use http::StatusCode;

/// Deletes a root process instance that has ended and all that it called: history, comments, attachments, its log. Of machine clients
/// alone; asked again, there is none.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/erase", tag = "process-instances", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "It still runs")))]
pub(crate) async fn erase(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    state.allow_rooms(&subject, "erase", Resource::new("process-instance", &id)).await?;
    let forgotten = state.engine.history().forget_root(&caller(&subject), &id).await;
    if forgotten.map_err(|error| problem(&error))? { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_instance()) }
}
