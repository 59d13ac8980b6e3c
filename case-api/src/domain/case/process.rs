//! Processes that run for a case.

use crate::domain::definition::stage::StageRef;
use crate::domain::person::Person;
use serde::{Deserialize, Serialize};

/// A process started for the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseProcess {
    /// Of the wish, so that starting twice finds the first; empty for a process somebody else started.
    pub start_id: String,
    /// Process instance id; none while it is being started.
    pub id: Option<String>,
    pub definition_key: String,
    pub name: String,
    pub state: CaseProcessState,
    /// Who closed the case and said that its open work ends with it; whatever starts of it yet is cancelled for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_by: Option<Person>,
    /// It ends because the case left this stage, not because it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_with: Option<StageRef>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CaseProcessState {
    Starting,
    Active,
    Completed,
    /// Ended from outside: deleted or cancelled.
    Terminated,
}

/// A process that ends because its case was closed, or left a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelledProcess {
    /// Process instance id; none when it was not started yet.
    pub id: Option<String>,
    pub name: String,
}
