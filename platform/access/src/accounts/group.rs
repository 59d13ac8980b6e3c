//! One group: a name for an id that users and models refer to.

use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use serde::{Deserialize, Serialize};

/// A group. Who belongs to it is said by its users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: String,
    pub name: String,
    /// `type` of Camunda's API.
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub(crate) removed: bool,
}

/// What happened to a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GroupEvent {
    Named {
        name: String,
    },
    /// By Camunda's API.
    Described {
        name: String,
        kind: Option<String>,
    },
    Removed,
}

impl Aggregate for Group {
    type Event = GroupEvent;
    const KIND: &'static str = "group";

    fn empty(key: &AggregateKey) -> Self {
        Self { id: key.id.to_string(), name: String::new(), kind: None, removed: false }
    }

    fn apply(&mut self, event: &GroupEvent, _meta: &EntryMeta) {
        match event {
            GroupEvent::Named { name } => {
                self.removed = false;
                self.name.clone_from(name);
            }
            GroupEvent::Described { name, kind } => {
                self.removed = false;
                self.name.clone_from(name);
                self.kind.clone_from(kind);
            }
            GroupEvent::Removed => {
                self.removed = true;
                self.name.clear();
                self.kind = None;
            }
        }
    }

    fn event_name(event: &GroupEvent) -> &'static str {
        match event {
            GroupEvent::Named { .. } => "group-named",
            GroupEvent::Described { .. } => "group-described",
            GroupEvent::Removed => "group-removed",
        }
    }
}
