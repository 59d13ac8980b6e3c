//! Tasks that belong to no process: created over REST, an aggregate each.

use casewright_engine_core::entity::{DelegationState, IdentityLink};
use casewright_engine_core::task::TaskFields;
use casewright_engine_value::{Instant, Value};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

/// A task without a process. `exists` is false before its creation and after its end.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StandaloneTask {
    pub exists: bool,
    pub id: SmolStr,
    pub name: Option<Arc<str>>,
    pub description: Option<Arc<str>>,
    pub assignee: Option<SmolStr>,
    pub owner: Option<SmolStr>,
    pub delegation: Option<DelegationState>,
    pub priority: i32,
    pub created: Instant,
    pub updated: Option<Instant>,
    pub due: Option<Instant>,
    pub follow_up: Option<Instant>,
    pub parent: Option<SmolStr>,
    pub case_instance_id: Option<SmolStr>,
    pub tenant_id: Option<SmolStr>,
    pub links: Vec<IdentityLink>,
    pub variables: IndexMap<SmolStr, TaskVariable>,
}

impl StandaloneTask {
    /// What people may change of it.
    pub fn fields(&mut self) -> TaskFields<'_> {
        TaskFields {
            name: &mut self.name,
            description: &mut self.description,
            assignee: &mut self.assignee,
            owner: &mut self.owner,
            delegation: &mut self.delegation,
            priority: &mut self.priority,
            due: &mut self.due,
            follow_up: &mut self.follow_up,
            parent_task: &mut self.parent,
            case_instance_id: &mut self.case_instance_id,
            links: &mut self.links,
        }
    }
}

/// A variable of a task without a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TaskVariable {
    pub id: SmolStr,
    pub value: Value,
    pub revision: u32,
    pub created: Instant,
}

/// How a standalone task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TaskEnd {
    Completed,
    Deleted,
}

/// What happens to a task without a process.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum StandaloneEvent {
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
