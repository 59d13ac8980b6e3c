//! What can happen to a case, and who did it.

mod fact;
mod name;

pub use fact::Fact;

use crate::domain::person::Person;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A fact with the person behind it, so that a timeline is readable from the log alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseEvent {
    pub by: Person,
    #[serde(flatten)]
    pub fact: Fact,
}

/// Where in the engine's log something was observed: root process instance and number of the entry. An observation that
/// is not newer than the last of its instance was seen before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub instance: String,
    pub seq: u64,
}

/// A field that changed: its value before and after; null where it has none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldChange {
    pub key: String,
    #[schema(value_type = Object, nullable)]
    pub before: Value,
    #[schema(value_type = Object, nullable)]
    pub after: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SlaChange {
    Started,
    Paused,
    Resumed,
    AtRisk,
    Breached,
    Met,
    Missed,
    Cancelled,
}
