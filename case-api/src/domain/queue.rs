//! Queues: where cases wait for somebody. The aggregate `queue`.

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

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Empty: there is no such queue.
    pub name: String,
    pub description: String,
    pub members: QueueMembers,
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
}
