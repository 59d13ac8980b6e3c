//! Cases that have to do with each other.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a case is to the other one: "this case duplicates the other". Seen from the other it is the reverse: "is duplicated by".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LinkKind {
    RelatesTo,
    Duplicates,
    Blocks,
    CausedBy,
    /// The other is its parent; a case has one at most.
    ChildOf,
    /// It was made of a part of the other. Nobody says so by hand, here and below.
    SplitFrom,
    /// It has become part of the other.
    MergedInto,
}

impl LinkKind {
    /// Whether somebody may say so, and take it back.
    #[must_use]
    pub(crate) fn is_by_hand(self) -> bool {
        !matches!(self, Self::SplitFrom | Self::MergedInto)
    }
}

/// A link, as one of its two cases has it. Both have it under the same id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseLink {
    pub(crate) id: String,
    pub(crate) kind: LinkKind,
    /// Id of the other case.
    pub(crate) other: String,
    /// The other case made it: the kind is said of that one.
    #[serde(default)]
    pub(crate) is_incoming: bool,
}

impl CaseLink {
    /// As the other case has it, of which `own` is the other.
    #[must_use]
    pub(crate) fn seen_from_there(&self, own: &str) -> Self {
        Self { other: own.to_owned(), is_incoming: !self.is_incoming, ..self.clone() }
    }
}
