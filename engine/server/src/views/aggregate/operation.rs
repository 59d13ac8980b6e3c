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
pub(crate) struct Operation {
    /// `Task`, `ProcessInstance`, `Job`, ...
    pub(crate) entity: SmolStr,
    /// `Complete`, `Suspend`, `SetJobRetries`, ...
    pub(crate) kind: SmolStr,
    pub(crate) place: Place,
    pub(crate) at: Instant,
    pub(crate) changes: Vec<Change>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) task: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) job: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) job_definition: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) external_task: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) deployment: Option<SmolStr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) annotation: Option<Arc<str>>,
}

/// A property before and after, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    pub(crate) property: Option<SmolStr>,
    pub(crate) old: Option<SmolStr>,
    pub(crate) new: Option<SmolStr>,
}

impl Operation {
    /// Its lines in the log: one without a property where nothing is told apart.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Change> + '_ {
        let bare = self.changes.is_empty().then(Change::default);
        self.changes.iter().cloned().chain(bare)
    }

    /// Who is concerned: those who work on tasks, or those who operate the engine.
    pub(crate) fn category(&self) -> &'static str {
        if self.task.is_some() { "TaskWorker" } else { "Operator" }
    }

    /// Operations on a whole instance name no execution.
    pub(crate) fn is_at_execution(&self) -> bool {
        self.entity != "ProcessInstance"
    }

    /// Without changes, at no task, job or external task.
    pub(crate) fn new(entity: &'static str, kind: &'static str, place: &Place, at: Instant) -> Self {
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
    pub(crate) fn change(mut self, property: &'static str, old: Option<SmolStr>, new: Option<SmolStr>) -> Self {
        self.changes.push(Change { property: Some(SmolStr::new_static(property)), old, new });
        self
    }

    /// Notes a property whose value changed; nothing when old and new are equal.
    pub(crate) fn changed(self, property: &'static str, old: Option<SmolStr>, new: Option<SmolStr>) -> Self {
        if old == new { self } else { self.change(property, old, new) }
    }
}
