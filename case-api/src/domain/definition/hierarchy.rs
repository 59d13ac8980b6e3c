//! What becomes of child cases when their parent is closed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What becomes of open children when their parent is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnOpenChildren {
    /// Nothing: they stay open.
    #[default]
    Keep,
    /// The parent is not closed before them.
    Refuse,
    /// They are closed with it, for who closes it.
    Close,
}

impl OnOpenChildren {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}
