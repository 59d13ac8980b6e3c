//! Documents of a case.

use crate::domain::person::Person;
use casewright_service::instant::Instant;
use serde::{Deserialize, Serialize};

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
    pub added_at: Instant,
    pub added_by: Person,
}
