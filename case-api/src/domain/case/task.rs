//! User tasks as a case sees them.

use serde::{Deserialize, Serialize};

/// A user task as a case sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskFact {
    pub task_id: String,
    pub name: String,
    pub task_definition_key: String,
    #[serde(default)]
    pub process_definition_key: String,
    #[serde(default)]
    pub assignee: Option<String>,
    #[serde(default)]
    pub candidate_groups: Vec<String>,
}
