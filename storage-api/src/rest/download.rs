//! `GET /api/v1/files/{id}/download`

use super::body::DownloadBody;
use super::read::permitted;
use crate::content;
use crate::content::name::Disposition;
use crate::domain::file::{File, FileState};
use crate::state::StorageState;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use casewright_access::{Authenticated, Resource};
use casewright_journal::Aggregate;
use casewright_service::{Problem, Query};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `inline` to show it, `attachment` (the default) to save it. What a browser could be made to run is always saved.
    #[serde(default)]
    #[param(inline)]
    disposition: Disposition,
}

/// A signed address from which the bytes can be read for a while, without a token. Of a file in quarantine, or an infected one, only for those who oversee.
#[utoipa::path(get, path = "/api/v1/files/{id}/download", tag = "files", params(("id" = String, Path,), Wanted),
    responses((status = 200, body = DownloadBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn download(
    State(state): State<StorageState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<impl IntoResponse, Problem> {
    let (file, _) = permitted(&state, &subject, "file:read", &id).await?;
    if file.state == FileState::Rejected {
        let reason = file.reason.clone().unwrap_or_default();
        return Err(Problem::conflict("file-rejected", format!("The file was not kept. {reason}")));
    }
    if matches!(file.state, FileState::Quarantined | FileState::Infected) {
        let attributes = json!({"state": file.state, "createdBy": file.created_by});
        let resource = Resource::new(File::KIND, &id).with(attributes);
        let inspects = state.access.authorize(&subject, "file:inspect", &resource).await;
        inspects.map_err(|problem| infected(&file).unwrap_or(problem))?;
    }
    let address = content::download_address(&state, &subject.tenant, &file, wanted.disposition).await?;
    let body = DownloadBody { url: address.url, expires_at: address.expires_at };
    // A signed address is a key; it is not left in caches.
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(body)))
}

/// Why nobody but those who oversee reads it, when the virus scanner found something.
fn infected(file: &File) -> Option<Problem> {
    let reason = file.reason.clone().unwrap_or_default();
    (file.state == FileState::Infected).then(|| Problem::conflict("file-infected", reason))
}
