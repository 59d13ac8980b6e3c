//! Tasks that belong to no process: created over REST, an aggregate each.

use casewright_engine_core::entity::{DelegationState, IdentityLink};
use casewright_engine_value::{Instant, Value};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// A task without a process. `exists` is false before its creation and after its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StandaloneTask {
    pub(crate) exists: bool,
    pub(crate) id: SmolStr,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) assignee: Option<SmolStr>,
    pub(crate) owner: Option<SmolStr>,
    pub(crate) delegation: Option<DelegationState>,
    pub(crate) priority: i32,
    pub(crate) created: Instant,
    pub(crate) updated: Option<Instant>,
    pub(crate) due: Option<Instant>,
    pub(crate) follow_up: Option<Instant>,
    pub(crate) parent: Option<SmolStr>,
    pub(crate) case_instance_id: Option<SmolStr>,
    pub(crate) tenant_id: Option<SmolStr>,
    pub(crate) links: Vec<IdentityLink>,
    pub(crate) variables: IndexMap<SmolStr, TaskVariable>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct TaskVariable {
    pub(crate) id: SmolStr,
    pub(crate) value: Value,
    pub(crate) revision: u32,
    pub(crate) created: Instant,
}

/// How a standalone task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TaskEnd {
    Completed,
    Deleted,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[expect(clippy::enum_variant_names, reason = "the names of entries say what they are about")]
pub(crate) enum StandaloneEvent {
    TaskCreated { task: StandaloneTask },
    TaskChanged { before: StandaloneTask, task: StandaloneTask },
    TaskVariableSet { name: SmolStr, variable: TaskVariable, tenant_id: Option<SmolStr> },
    TaskVariableRemoved { name: SmolStr, variable: TaskVariable },
    TaskEnded { task: StandaloneTask, end: TaskEnd, reason: String },
}

impl Aggregate for StandaloneTask {
    type Event = StandaloneEvent;

    const KIND: &'static str = "standalone-task";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &StandaloneEvent, _: &EntryMeta) {
        match event {
            StandaloneEvent::TaskCreated { task } | StandaloneEvent::TaskChanged { task, .. } => {
                *self = task.clone();
            }
            StandaloneEvent::TaskVariableSet { name, variable, .. } => {
                self.variables.insert(name.clone(), variable.clone());
            }
            StandaloneEvent::TaskVariableRemoved { name, .. } => {
                self.variables.shift_remove(name);
            }
            StandaloneEvent::TaskEnded { .. } => *self = Self::default(),
        }
    }

    fn event_name(event: &StandaloneEvent) -> &'static str {
        match event {
            StandaloneEvent::TaskCreated { .. } => "task-created",
            StandaloneEvent::TaskChanged { .. } => "task-changed",
            StandaloneEvent::TaskVariableSet { .. } => "task-variable-set",
            StandaloneEvent::TaskVariableRemoved { .. } => "task-variable-removed",
            StandaloneEvent::TaskEnded { .. } => "task-ended",
        }
    }
}
