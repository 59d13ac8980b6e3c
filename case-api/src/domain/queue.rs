//! Queues: where cases wait for somebody. The aggregate `queue`.

use crate::domain::definition::names::is_slug;
use crate::domain::routing::{Skill, skill};
use casewright_forms::FieldFault;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who works a queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueMembers {
    #[serde(default)]
    pub users: Vec<String>,
    #[serde(default)]
    pub groups: Vec<String>,
}

/// How its work comes to people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueueSettings {
    #[serde(default)]
    pub strategy: Strategy,
    /// What is asked of who works on its cases.
    #[serde(default)]
    pub skills: Vec<Skill>,
    /// Open cases that one member may have when work is pushed to them, whatever queue they came from; a person's own
    /// capacity goes before it. Absent: as many as come.
    #[serde(default)]
    pub capacity: Option<u32>,
    /// Nothing is handed out while it is paused.
    #[serde(default)]
    pub pause: Option<QueuePause>,
    /// Where cases go that wait too long here, or that are too many.
    #[serde(default)]
    pub overflow: Option<Overflow>,
}

/// How work gets to those who work a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// They take it.
    #[default]
    Pull,
    /// It is given to one after the other.
    RoundRobin,
    /// It is given to who has the fewest open cases.
    LeastLoaded,
}

impl Strategy {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::RoundRobin => "round-robin",
            Self::LeastLoaded => "least-loaded",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct QueuePause {
    /// In the words of who paused it.
    #[serde(default)]
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overflow {
    /// Id of the other queue.
    pub to: String,
    /// Minutes that nobody has taken a case, since it came into the queue.
    #[serde(default)]
    pub after_minutes: Option<u32>,
    /// How many cases may wait; those beyond go, the ones that came last first.
    #[serde(default)]
    pub length: Option<u32>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Empty: there is no such queue.
    pub name: String,
    pub description: String,
    pub members: QueueMembers,
    #[serde(default)]
    pub settings: QueueSettings,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum QueueEvent {
    QueueDefined { queue: Queue },
}

impl Aggregate for Queue {
    type Event = QueueEvent;
    const KIND: &'static str = "queue";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            QueueEvent::QueueDefined { queue } => *self = queue.clone(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            QueueEvent::QueueDefined { .. } => "queue-defined",
        }
    }
}

impl Queue {
    #[must_use]
    pub fn exists(&self) -> bool {
        !self.name.is_empty()
    }

    #[must_use]
    pub fn define(&self, queue: &Queue) -> Decision<QueueEvent, ()> {
        let events = if self == queue { Vec::new() } else { vec![QueueEvent::QueueDefined { queue: queue.clone() }] };
        Decision { events, answer: () }
    }

    /// Everything that stands against defining it by itself, with pointers.
    #[must_use]
    pub(crate) fn faults(&self, id: &str) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, code: &str, detail: &str| faults.push(FieldFault::new(pointer, code, detail));
        if !is_slug(id) {
            fault("/id", "invalid-key", "letters, digits, `-`, `_` and `.` only");
        }
        if self.name.trim().is_empty() {
            fault("/name", "required", "a queue needs a name");
        }
        if self.settings.capacity == Some(0) {
            fault("/settings/capacity", "out-of-range", "one case at least");
        }
        if let Some(overflow) = &self.settings.overflow {
            if overflow.to == id {
                fault("/settings/overflow/to", "invalid-value", "another queue than this one");
            }
            if overflow.after_minutes.is_none() && overflow.length.is_none() {
                fault("/settings/overflow", "required", "after how many minutes, or at which length");
            }
        }
        skill::check(&self.settings.skills, "/settings/skills", &mut faults);
        faults
    }
}
