//! `GET /files/{id}/content`: a file or a part of it, streamed from the store.

use super::name::Disposition;
use super::range::{Wanted, requested};
use super::sign::Permit;
use super::{headers_of, ready_blob, refused, signed_file};
use crate::state::{Failure, StorageState};
use crate::store::FileKey;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use casewright_journal::TenantId;
use casewright_service::{Problem, Query};
use serde::Deserialize;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SignedDownload {
    tenant: String,
    /// Seconds since 1970.
    expires: i64,
    #[param(inline)]
    disposition: Disposition,
    signature: String,
}

/// The bytes of a file. The address is the one `GET /api/v1/files/{id}/download` answered. One range is understood.
#[utoipa::path(get, path = "/files/{id}/content", tag = "files", params(("id" = String, Path,), SignedDownload),
    responses((status = 200, content_type = "application/octet-stream"), (status = 206, content_type = "application/octet-stream"),
        (status = 304), (status = 403, body = Problem), (status = 404, body = Problem), (status = 416, body = Problem)))]
pub(super) async fn get(
    State(state): State<StorageState>,
    Path(id): Path<String>,
    Query(signed): Query<SignedDownload>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let tenant = TenantId::new(&signed.tenant);
    let permit = Permit::Download { disposition: signed.disposition };
    let now = state.journal.clock().now();
    state.signer.check(&tenant, &id, permit, signed.expires, &signed.signature, now).map_err(refused)?;
    let file = signed_file(&state, &tenant, &id).await?;
    let blob = ready_blob(&file)?;
    let tag = format!("\"{}\"", file.sha256.as_deref().unwrap_or(blob));
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let range = match requested(&headers, &tag, file.size) {
        Wanted::All => None,
        Wanted::Part(range) => Some(range),
        Wanted::Nothing => return Ok(unsatisfiable(file.size)),
    };
    let place = file.place();
    let key = FileKey { tenant: &tenant, place: &place };
    let content = state.store.read(key, blob, range.clone()).await.map_err(Failure::from)?;
    let content = content.ok_or_else(|| {
        tracing::error!(file = %id, "the store has lost the bytes of a file");
        Problem::not_found("The bytes of this file are not there.")
    })?;
    let told = headers_of(&file, signed.disposition);
    let left = signed.expires.saturating_sub(now.as_second());
    let mut response = Body::from_stream(content.stream).into_response();
    let length = range.as_ref().map_or(file.size, |range| range.end - range.start);
    if let Some(range) = &range {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let last = range.end - 1;
        set(&mut response, header::CONTENT_RANGE, &format!("bytes {}-{last}/{}", range.start, file.size));
    }
    set(&mut response, header::CONTENT_LENGTH, &length.to_string());
    set(&mut response, header::CONTENT_TYPE, &told.content_type);
    set(&mut response, header::CONTENT_DISPOSITION, &told.content_disposition);
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    set(&mut response, header::ETAG, &tag);
    // The bytes under an address never change; it is forgotten when the address is.
    set(&mut response, header::CACHE_CONTROL, &format!("private, max-age={left}, immutable"));
    Ok(response)
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| {
        known.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
    })
}

fn unsatisfiable(size: u64) -> Response {
    let problem =
        Problem::new(StatusCode::RANGE_NOT_SATISFIABLE, "range-not-satisfiable", format!("The file has {size} bytes."));
    let mut response = problem.into_response();
    set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
    response
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => drop(response.headers_mut().insert(name, value)),
        // Names and types were made acceptable when they came in.
        Err(error) => tracing::error!(%name, %error, "a header of a file cannot be told"),
    }
}
