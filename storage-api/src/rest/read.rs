//! `GET /api/v1/files/{id}`

use super::body::FileBody;
use crate::domain::file::{File, FileState};
use crate::state::{Failure, StorageState};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use casewright_access::{Authenticated, Gate, Resource, Subject, Whose};
use casewright_journal::Aggregate;
use casewright_service::{Problem, etag};
use serde_json::json;
use std::sync::Arc;

/// What is known of a file.
#[utoipa::path(get, path = "/api/v1/files/{id}", tag = "files", params(("id" = String, Path,)),
    responses((status = 200, body = FileBody), (status = 404, body = Problem)))]
pub(super) async fn read(
    State(state): State<StorageState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let (file, version) = permitted(&state, &subject, "file:read", &id).await?;
    Ok(([(header::ETAG, etag(version))], axum::Json(FileBody::of(&file, version))))
}

/// The way of requests to files, lent to those who ask who may come through.
pub(super) fn gate(state: StorageState) -> Gate {
    Gate::new(File::KIND, move |subject, action, id| {
        let state = state.clone();
        async move { permitted(&state, &subject, &action, &id).await.map(|_| ()) }
    })
}

/// The file and its version, if it is there and the subject may do `action` with it. A file of cases is seen by who sees
/// one of them.
pub(super) async fn permitted(
    state: &StorageState,
    subject: &Subject,
    action: &str,
    id: &str,
) -> Result<(Arc<File>, u64), Problem> {
    let missing = || Problem::not_found("There is no such file.");
    let journal = state.journal.tenant(&subject.tenant);
    let found = journal.load::<File>(id).await.map_err(Failure::from)?;
    let (file, version) =
        found.filter(|(file, _)| !matches!(file.state, FileState::Expired | FileState::Deleted)).ok_or_else(missing)?;
    let attributes = json!({
        "state": file.state, "createdBy": file.created_by, "contentType": file.media_type(), "size": file.size,
    });
    let resource = Resource::new(File::KIND, id).with(attributes);
    state.access.authorize_within(subject, action, resource, Whose::File(id), missing).await?;
    Ok((file, version))
}
