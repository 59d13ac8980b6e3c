//! `DELETE /api/v1/files/{id}`

use super::read::permitted;
use crate::domain::file::{File, FileEvent, FileState, Taken};
use crate::follow::expire::remove_leftovers;
use crate::state::StorageState;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_access::{Authenticated, problem_of};
use casewright_journal::Causes;
use casewright_journal::{CommandContext, Decision};
use casewright_service::{IfMatch, Problem};

/// Removes the bytes; what remains is that there was a file. Who refers to it finds nothing any more.
#[utoipa::path(delete, path = "/api/v1/files/{id}", tag = "files", params(("id" = String, Path,)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<StorageState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(expected_version): IfMatch,
) -> Result<StatusCode, Problem> {
    permitted(&state, &subject, "file:delete", &id).await?;
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    let freed = state
        .journal
        .tenant(&subject.tenant)
        .execute::<File, Option<Taken>, Problem, _>(&id, context, |file, _| {
            if file.state == FileState::Deleted {
                return Ok(Decision { events: Vec::new(), answer: None });
            }
            Ok(Decision { events: vec![FileEvent::FileDeleted], answer: file.state.counts().then(|| file.taken()) })
        })
        .await
        .map_err(problem_of)?;
    if let Some(taken) = &freed.answer {
        state.usage.release(&subject.tenant, taken).await;
    }
    if let Err(failure) = remove_leftovers(&state, &subject.tenant, &id).await {
        // It cannot be read any more; the clean-up tries again.
        tracing::warn!(file = %id, error = %Causes(&failure), "the bytes of a deleted file are still there");
    }
    Ok(StatusCode::NO_CONTENT)
}
