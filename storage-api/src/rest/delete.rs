//! `DELETE /api/v1/files/{id}`

use super::read::permitted;
use crate::domain::file::{File, FileEvent, FileState, Taken};
use crate::follow::expire::remove_leftovers;
use crate::state::{Failure, StorageState};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_access::{Authenticated, Whose, problem_of};
use casewright_journal::Causes;
use casewright_journal::{CommandContext, Decision, TenantId};
use casewright_service::{IfMatch, Problem};

/// Removes the bytes; what remains is that there was a file. Who refers to it finds nothing any more.
#[utoipa::path(delete, path = "/api/v1/files/{id}", tag = "files", params(("id" = String, Path,)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn delete(
    State(state): State<StorageState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(expected_version): IfMatch,
) -> Result<StatusCode, Problem> {
    permitted(&state, &subject, "file:delete", &id).await?;
    if state.access.is_held(&subject.tenant, Whose::File(&id)).await.map_err(Failure::from)? {
        return Err(Problem::conflict(
            "case-on-hold",
            "A legal hold stands on a case of this file; nothing of it is deleted.",
        ));
    }
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    remove(&state, &subject.tenant, &id, context).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says that the file is gone, and removes its bytes. False: some may still be there.
pub(super) async fn remove(
    state: &StorageState,
    tenant: &TenantId,
    id: &str,
    context: CommandContext,
) -> Result<bool, Problem> {
    let freed = state
        .journal
        .tenant(tenant)
        .execute::<File, Option<Taken>, Problem, _>(id, context, |file, context| {
            if context.version == 0 || file.state == FileState::Deleted {
                return Ok(Decision { events: Vec::new(), answer: None });
            }
            Ok(Decision { events: vec![FileEvent::FileDeleted], answer: file.state.counts().then(|| file.taken()) })
        })
        .await
        .map_err(problem_of)?;
    if let Some(taken) = &freed.answer {
        state.usage.release(tenant, taken).await;
    }
    let removed = remove_leftovers(state, tenant, id).await;
    if let Err(failure) = &removed {
        // It cannot be read any more; the clean-up tries again.
        tracing::warn!(file = %id, error = %Causes(failure), "the bytes of a deleted file are still there");
    }
    Ok(removed.is_ok())
}
