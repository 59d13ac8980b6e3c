//! `PUT /files/{id}/content`: an upload, streamed to the store.

use super::sign::Permit;
use super::{refused, signed_file};
use crate::domain::file::FileState;
use crate::state::{Failure, StorageState};
use crate::store::{FileKey, WriteError};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use casewright_journal::TenantId;
use casewright_service::{Problem, Query};
use futures::TryStreamExt as _;
use serde::Deserialize;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SignedUpload {
    tenant: String,
    /// Seconds since 1970.
    expires: i64,
    /// Bytes.
    size: u64,
    signature: String,
}

/// Takes the bytes of an announced file. The address is the one `POST /api/v1/files` answered.
#[utoipa::path(put, path = "/files/{id}/content", tag = "files", params(("id" = String, Path,), SignedUpload),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn put(
    State(state): State<StorageState>,
    Path(id): Path<String>,
    Query(signed): Query<SignedUpload>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let tenant = TenantId::new(&signed.tenant);
    let permit = Permit::Upload { size: signed.size };
    let now = state.journal.clock().now();
    state.signer.check(&tenant, &id, permit, signed.expires, &signed.signature, now).map_err(refused)?;
    let file = signed_file(&state, &tenant, &id).await?;
    if file.state != FileState::Pending || file.size != signed.size {
        return Err(Problem::conflict("upload-complete", "The file was completed already."));
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if announced.is_some_and(|length| length != file.size.to_string()) {
        return Err(wrong_size(file.size));
    }
    let place = file.place();
    let key = FileKey { tenant: &tenant, place: &place };
    let stream = body.into_data_stream().map_err(std::io::Error::other);
    match state.store.write(key, file.size, Box::pin(stream)).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(WriteError::Size { announced, .. }) => Err(wrong_size(announced)),
        Err(WriteError::BrokenOff(_)) => Err(Problem::bad_request("unreadable-body", "The upload broke off.")),
        Err(WriteError::Store(error)) => Err(Failure::from(error).into()),
    }
}

fn wrong_size(announced: u64) -> Problem {
    Problem::bad_request("size-mismatch", format!("Exactly {announced} bytes were announced."))
}
