//! Tasks of a case that no process made: somebody added them by hand, with a checklist where it helps.
//!
//! They are part of the case, so they open, close and are counted with it. The work list shows them beside the user tasks of
//! processes.

use crate::domain::person::Person;
use casewright_instant::{Instant, optional_rfc3339, rfc3339};
use casewright_service::instant::InstantSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A task that somebody added to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdHocTask {
    pub(crate) id: String,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    #[serde(default)]
    pub(crate) assignee: Option<Person>,
    /// A group whose members may take it; null: everybody who works on the case.
    #[serde(default)]
    pub(crate) group: Option<String>,
    #[serde(default, with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    pub(crate) due_at: Option<Instant>,
    /// In the order in which they are done.
    #[serde(default)]
    pub(crate) checklist: Vec<ChecklistItem>,
    pub(crate) state: AdHocTaskState,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub(crate) created_at: Instant,
    pub(crate) created_by: Person,
    /// Who ended it, and when; null while it is open.
    #[serde(default)]
    pub(crate) ended: Option<Tick>,
}

/// Where a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AdHocTaskState {
    Open,
    Completed,
    /// It ended with its case.
    Cancelled,
    /// It went on in the case that its own was merged into.
    Moved,
}

/// One line of a checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChecklistItem {
    pub(crate) id: String,
    pub(crate) title: String,
    /// Null: it is still to be done.
    #[serde(default)]
    pub(crate) done: Option<Tick>,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tick {
    pub(crate) by: Person,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    pub(crate) at: Instant,
}

impl AdHocTask {
    #[must_use]
    pub(crate) fn is_open(&self) -> bool {
        self.state == AdHocTaskState::Open
    }
}
