//! `/files/{id}/content`: the signed addresses that are our own. A signature stands in for a token, so any origin may use
//! one, and none gets cookies or rights by it.

mod get;
pub mod media;
pub mod name;
mod put;
mod range;
pub mod sign;

use crate::domain::file::{File, FileState};
use crate::state::{Failure, StorageState};
use crate::store::{DownloadHeaders, FileKey, Presigned};
use axum::http::{HeaderValue, Method, StatusCode, header};
use casewright_journal::TenantId;
use casewright_service::Problem;
use jiff::{SignedDuration, Timestamp};
use name::Disposition;
use sign::{Permit, Refusal};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// An address a client can use without a token.
pub(crate) struct Address {
    pub(crate) url: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) expires_at: Timestamp,
}

pub(crate) fn routes() -> OpenApiRouter<StorageState> {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::PUT])
        .allow_headers([header::CONTENT_TYPE, header::RANGE, header::IF_NONE_MATCH, header::IF_RANGE])
        .expose_headers([
            header::ACCEPT_RANGES,
            header::CONTENT_RANGE,
            header::CONTENT_LENGTH,
            header::CONTENT_DISPOSITION,
            header::ETAG,
        ])
        .max_age(Duration::from_secs(3600));
    OpenApiRouter::new()
        .routes(routes!(get::get, put::put))
        .layer(cors)
        // A mail is shown in a frame without an origin, and its pictures come from here.
        .layer(SetResponseHeaderLayer::overriding(
            header::HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        ))
        // Nothing of what is served here may run, load or be framed, whatever it is.
        .layer(SetResponseHeaderLayer::overriding(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
        ))
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(SetResponseHeaderLayer::overriding(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
}

/// Where the bytes of a pending file go.
pub(crate) async fn upload_address(state: &StorageState, tenant: &TenantId, file: &File) -> Result<Address, Failure> {
    let (life, expires_at) = validity(state);
    let place = file.place();
    let key = FileKey { tenant, place: &place };
    let presigned = state.store.presign_upload(key, file.size, &file.declared_type, life).await?;
    let Presigned { url, headers } = presigned.unwrap_or_else(|| {
        let permit = Permit::Upload { size: file.size };
        Presigned {
            url: own_address(state, tenant, &file.id, permit, expires_at),
            headers: BTreeMap::from([("Content-Type".to_owned(), file.declared_type.clone())]),
        }
    });
    Ok(Address { url, headers, expires_at })
}

/// Where the bytes of a ready file come from; 409 when they are not there.
pub(crate) async fn download_address(
    state: &StorageState,
    tenant: &TenantId,
    file: &File,
    wanted: Disposition,
) -> Result<Address, Problem> {
    let blob = ready_blob(file)?;
    let (life, expires_at) = validity(state);
    let place = file.place();
    let key = FileKey { tenant, place: &place };
    let headers = headers_of(file, wanted);
    let presigned = state.store.presign_download(key, blob, &headers, life).await.map_err(Failure::from)?;
    let url = presigned.map_or_else(
        || own_address(state, tenant, &file.id, Permit::Download { disposition: wanted }, expires_at),
        |presigned| presigned.url,
    );
    Ok(Address { url, headers: BTreeMap::new(), expires_at })
}

/// Name of the bytes of a file that has some which may be read.
fn ready_blob(file: &File) -> Result<&str, Problem> {
    match &file.blob {
        Some(_) if file.state == FileState::Scanning => {
            let why = file.reason.as_deref().unwrap_or("It was not scanned for viruses yet.");
            Err(Problem::conflict("file-scanning", format!("The file waits for the virus scanner. {why}")))
        }
        Some(blob) if file.state.has_bytes() => Ok(blob),
        _ => Err(Problem::conflict("file-not-ready", "The file was not uploaded completely.")),
    }
}

/// What cannot be shown safely is saved, whatever was asked for.
fn headers_of(file: &File, wanted: Disposition) -> DownloadHeaders {
    // What is not what it says it is, or worse, is saved as bytes that nothing opens by itself.
    let is_quarantined = matches!(file.state, FileState::Quarantined | FileState::Infected);
    let kind = if is_quarantined { "application/octet-stream" } else { file.media_type() };
    let (disposition, content_type) = match (wanted, media::shown_as(kind)) {
        (Disposition::Inline, Some(shown)) => (Disposition::Inline, shown),
        _ => (Disposition::Attachment, kind),
    };
    DownloadHeaders {
        content_type: content_type.to_owned(),
        content_disposition: name::content_disposition(disposition, &file.name),
    }
}

fn validity(state: &StorageState) -> (Duration, Timestamp) {
    let seconds = u64::from(state.config.url_seconds);
    // Whole seconds: that is what a signature covers.
    let now = state.journal.clock().now().as_second();
    let now = Timestamp::from_second(now).unwrap_or_default();
    let expires_at = now + SignedDuration::from_secs(i64::from(state.config.url_seconds));
    (Duration::from_secs(seconds), expires_at)
}

fn own_address(state: &StorageState, tenant: &TenantId, file: &str, permit: Permit, expires_at: Timestamp) -> String {
    let expires = expires_at.as_second();
    let signature = state.signer.sign(tenant, file, permit, expires);
    let terms = match permit {
        Permit::Upload { size } => format!("size={size}"),
        Permit::Download { disposition } => format!("disposition={}", disposition.as_str()),
    };
    let tenant: String = url::form_urlencoded::byte_serialize(tenant.as_str().as_bytes()).collect();
    format!("{}/files/{file}/content?tenant={tenant}&expires={expires}&{terms}&signature={signature}", state.base_url)
}

/// The file an address is about, once its signature is found good.
async fn signed_file(state: &StorageState, tenant: &TenantId, id: &str) -> Result<Arc<File>, Problem> {
    let found = state.journal.tenant(tenant).load::<File>(id).await.map_err(Failure::from)?;
    found
        .map(|(file, _)| file)
        .filter(|file| !matches!(file.state, FileState::Expired | FileState::Deleted))
        .ok_or_else(|| Problem::not_found("There is no such file."))
}

fn refused(refusal: Refusal) -> Problem {
    let (code, detail) = match refusal {
        Refusal::Signature => ("invalid-signature", "This address was not made by us, or was changed."),
        Refusal::Expired => ("address-expired", "This address has expired; ask for a new one."),
    };
    Problem::new(StatusCode::FORBIDDEN, code, detail)
}
