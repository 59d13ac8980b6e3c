//! What a user asked for, in the contract's words, with what changed: an entry of the instance it was done to.

use casewright_engine_core::entity::Place;
use casewright_engine_core::ids::Id;
use casewright_engine_value::Instant;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

/// What a user did.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operation {
    /// `Task`, `ProcessInstance`, `Job`, ...
    pub entity: SmolStr,
    /// `Complete`, `Suspend`, `SetJobRetries`, ...
    pub kind: SmolStr,
    pub place: Place,
    pub at: Instant,
    pub changes: Vec<Change>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_definition: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_task: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Arc<str>>,
}

/// A property before and after, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    pub property: Option<SmolStr>,
    pub old: Option<SmolStr>,
    pub new: Option<SmolStr>,
}

impl Operation {
    /// Its lines in the log: one without a property where nothing is told apart.
    pub fn lines(&self) -> impl Iterator<Item = Change> + '_ {
        let bare = self.changes.is_empty().then(Change::default);
        self.changes.iter().cloned().chain(bare)
    }

    /// Who is concerned: those who work on tasks, or those who operate the engine.
    pub fn category(&self) -> &'static str {
        if self.task.is_some() { "TaskWorker" } else { "Operator" }
    }

    /// Operations on a whole instance name no execution.
    pub fn is_at_execution(&self) -> bool {
        self.entity != "ProcessInstance"
    }

    /// Without changes, at no task, job or external task.
    pub fn new(entity: &'static str, kind: &'static str, place: &Place, at: Instant) -> Self {
        Self {
            entity: SmolStr::new_static(entity),
            kind: SmolStr::new_static(kind),
            place: place.clone(),
            at,
            changes: Vec::new(),
            task: None,
            job: None,
            job_definition: None,
            external_task: None,
            deployment: None,
            annotation: None,
        }
    }

    /// Notes a property before and after.
    pub fn change(mut self, property: &'static str, old: Option<SmolStr>, new: Option<SmolStr>) -> Self {
        self.changes.push(Change { property: Some(SmolStr::new_static(property)), old, new });
        self
    }

    /// Notes a property whose value changed; nothing when old and new are equal.
    pub fn changed(self, property: &'static str, old: Option<SmolStr>, new: Option<SmolStr>) -> Self {
        if old == new { self } else { self.change(property, old, new) }
    }
}
