//! What can happen to a case, as sentries wait for it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that happened; one key says which: `{"taskCompleted": "check-papers"}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Occurrence {
    /// Key of the user task in its model.
    TaskCompleted(String),
    /// Key of the process definition.
    ProcessCompleted(String),
    /// Id of the milestone.
    MilestoneReached(String),
    /// Id of the stage.
    StageEntered(String),
    /// Id of the status.
    StatusEntered(String),
    /// Key of the field.
    FieldChanged(String),
    /// A kind of the timeline: `mail-received`.
    Event(String),
}
