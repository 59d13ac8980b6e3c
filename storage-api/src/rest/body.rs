//! What the API says of a file.

use crate::domain::file::{File, FileState};
use crate::state::StorageState;
use casewright_access::Subject;
use casewright_service::Problem;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// A file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileBody {
    id: String,
    version: u64,
    name: String,
    /// As the bytes say; as the client said until they were looked at.
    content_type: String,
    /// Bytes.
    size: u64,
    /// Hex; absent until the bytes were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    state: FileState,
    /// Why it was rejected, is kept in quarantine, or was not scanned.
    reason: Option<String>,
    created_by: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl FileBody {
    pub(super) fn of(file: &File, version: u64) -> Self {
        Self {
            id: file.id.clone(),
            version,
            name: file.name.clone(),
            content_type: file.media_type().to_owned(),
            size: file.size,
            sha256: file.sha256.clone(),
            state: file.state,
            reason: file.reason.clone(),
            created_by: file.created_by.clone(),
            created_at: to_millis(file.created_at),
        }
    }
}

/// A file that is going to be uploaded, or was by an earlier request with the same key.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AnnouncedBody {
    id: String,
    state: FileState,
    /// Why it is not kept as others are.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Absent when the bytes are there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload: Option<UploadBody>,
}

/// Where the bytes go.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct UploadBody {
    /// Always `PUT`.
    method: &'static str,
    url: String,
    /// To be sent along.
    headers: BTreeMap<String, String>,
    /// The upload must have begun by then.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl AnnouncedBody {
    pub(super) async fn of(state: &StorageState, subject: &Subject, file: &File) -> Result<Self, Problem> {
        let upload = match file.state {
            FileState::Pending => {
                let address = crate::content::upload_address(state, &subject.tenant, file).await?;
                Some(UploadBody {
                    method: "PUT",
                    url: address.url,
                    headers: address.headers,
                    expires_at: address.expires_at,
                })
            }
            _ => None,
        };
        Ok(Self { id: file.id.clone(), state: file.state, reason: file.reason.clone(), upload })
    }
}

/// A signed address.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DownloadBody {
    pub(super) url: String,
    #[schema(value_type = String, format = DateTime)]
    pub(super) expires_at: Timestamp,
}

/// Instants of the API have milliseconds.
fn to_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
