//! `POST /api/v1/files/{id}/erase`: what the disposal of a case asks for.

use super::delete::remove;
use crate::domain::file::{File, FileEvent};
use crate::state::{Failure, StorageState};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_access::{Authenticated, Resource, problem_of};
use casewright_journal::{Aggregate, CommandContext, Decision};
use casewright_service::Problem;

/// Deletes the file, its bytes first and then all that was known of it. Of machine clients alone; asked again, nothing happens.
#[utoipa::path(post, path = "/api/v1/files/{id}/erase", tag = "files", params(("id" = String, Path,)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn erase(
    State(state): State<StorageState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients erase files."));
    }
    state.access.authorize(&subject, "file:erase", &Resource::new(File::KIND, &id)).await?;
    let journal = state.journal.tenant(&subject.tenant);
    // One that was deleted before is still known.
    let found = journal.load::<File>(&id).await.map_err(Failure::from)?;
    if found.is_none_or(|(file, _)| file.is_forgotten) {
        return Err(Problem::not_found("There is no such file."));
    }
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    if !remove(&state, &subject.tenant, &id, context.clone()).await? {
        return Err(Problem::unavailable("The bytes of the file could not be removed; try again in a moment."));
    }
    journal
        .execute::<File, (), Problem, _>(&id, context, |file, context| {
            let is_known = context.version > 0 && !file.is_forgotten;
            Ok(Decision { events: is_known.then_some(FileEvent::Forgotten).into_iter().collect(), answer: () })
        })
        .await
        .map_err(problem_of)?;
    Ok(StatusCode::NO_CONTENT)
}
