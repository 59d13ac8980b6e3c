//! Documents of a case.

use crate::domain::person::Person;
use casewright_forms::reference::file_id;
use casewright_instant::{Instant, rfc3339};
use casewright_service::instant::InstantSchema;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseDocument {
    pub id: String,
    pub file_id: String,
    pub name: String,
    #[serde(default)]
    pub content_type: Option<String>,
    /// Bytes.
    #[serde(default)]
    pub size: Option<u64>,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub added_at: Instant,
    pub added_by: Person,
    /// SHA-256 of its bytes, in hex; absent: nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// A file by what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    pub name: String,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

impl CaseDocument {
    /// What is in it, as far as somebody looked.
    pub(crate) fn digest(&self) -> Option<FileDigest> {
        Some(FileDigest { name: self.name.clone(), sha256: self.sha256.clone()? })
    }

    /// The document that a reference stands for, which was settled with the file store before; none: it is no reference.
    pub(crate) fn referred(reference: &Value, by: &Person, at: Timestamp) -> Option<Self> {
        let text = |name: &str| reference.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            id: Uuid::now_v7().to_string(),
            file_id: file_id(reference)?.to_owned(),
            name: text("name")?,
            content_type: text("contentType"),
            size: reference.get("size").and_then(Value::as_u64),
            added_at: at.into(),
            added_by: by.clone(),
            sha256: None,
        })
    }
}
