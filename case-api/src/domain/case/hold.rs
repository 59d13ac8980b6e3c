//! Why a case must stay, and how it goes.

use super::super::person::Person;
use casewright_instant::{Instant, rfc3339};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Somebody said that nothing of the case may be deleted: a legal hold. A case goes when none stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LegalHold {
    pub(crate) id: String,
    pub(crate) reason: String,
    pub(crate) by: Person,
    #[serde(with = "rfc3339")]
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Instant,
}

/// Why a case is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DisposalCause {
    /// Its definition says how long it is kept.
    Policy,
    /// Somebody asked for it, and somebody else approved.
    Person,
}

/// The deletion that is under way: nothing stops it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseDisposal {
    /// Id of the disposal that its certificate is written in.
    pub(crate) id: String,
    pub(crate) cause: DisposalCause,
    /// Who had it begin.
    pub(crate) by: Person,
}
