//! Why somebody may do something: the question is put for them, on the way that their own request would take, and what policy was
//! asked on it is told with its reasons.
//!
//! - [`gate`] is how rooms lend the way of their requests: what asks policy about one of their things.
//! - [`witness`] writes down what policy is asked while a question is looked at.
//! - [`actions`] are all kinds and actions there are.
//! - [`route`] answers `/api/v1/access`.

mod actions;
mod gate;
mod route;
mod witness;

pub use actions::{ActionsOfKind, actions};
pub use gate::Gate;
pub use route::router;

pub(crate) use witness::{is_watched, note};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why policy decides as it does, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, ToSchema)]
pub struct AccessReason {
    /// `granted`, `not-granted`, `restricted`, `taken-by-another`, ...: docs/operations.md lists those of the default policy.
    pub code: String,
    /// The role that grants it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The kind that the grant names; `*`: every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The action that the grant names; `*`: every one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// Groups one of which would be enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
}
