//! A case that becomes part of another one.
//!
//! It is a saga over both: this case says that it wants to ([`MergePhase::Requested`]), the other one takes it in, what is to be moved is
//! moved, and this case is closed ([`MergePhase::Done`]). Each step is written down on the case that it changes, and making one again
//! changes nothing. A case that wants to merge is nobody's target, so no two cases end in each other.

use crate::domain::person::Person;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Another case, as it is named to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedCase {
    pub(crate) id: String,
    pub(crate) number: String,
}

/// What a case is merged into, and how far that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseMerge {
    pub(crate) into: NamedCase,
    pub(crate) by: Person,
    /// What is open of its processes is cancelled.
    pub(crate) cancels: bool,
    pub(crate) phase: MergePhase,
}

/// How far a merge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MergePhase {
    Requested,
    Done,
}

/// Why the other case does not take this one in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MergeRefusal {
    /// Both are the same case.
    SameCase,
    /// The other case is closed.
    TargetClosed,
    /// The other case is being merged itself.
    TargetMerging,
    /// Others may see the one than may see the other.
    RestrictionMismatch,
    /// This case was merged, or is being merged, into another one.
    AlreadyMerged,
}
