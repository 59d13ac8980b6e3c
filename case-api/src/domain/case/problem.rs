//! What went wrong with the work on a case.

use casewright_instant::{Instant, rfc3339};
use casewright_service::instant::InstantSchema;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What went wrong with the work on a case, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseProblem {
    /// The step that failed; or, when `undone`, one that was undone because a later one failed, of which nobody said which.
    pub step: String,
    pub reason: String,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub at: Instant,
    #[serde(default)]
    pub undone: bool,
    /// Steps before it that were undone because it failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undone_steps: Vec<String>,
}

impl CaseProblem {
    /// A step that failed.
    #[must_use]
    pub(crate) fn failed(step: &str, reason: &str, at: Timestamp) -> Self {
        let (step, reason) = (step.to_owned(), reason.to_owned());
        Self { step, reason, at: at.into(), undone: false, undone_steps: Vec::new() }
    }
}
