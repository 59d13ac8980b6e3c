//! How cases end.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a case of the definition may end: `Paid`, `Withdrawn`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resolution {
    pub id: String,
    pub name: String,
}

/// How a case has ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseResolution {
    /// One of the definition's; none: in the words of who closed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub name: String,
}

impl From<&Resolution> for CaseResolution {
    fn from(resolution: &Resolution) -> Self {
        Self { id: Some(resolution.id.clone()), name: resolution.name.clone() }
    }
}
