//! Queues: where cases wait for somebody. The aggregate `queue` and its view.

use casewright_journal::{
    Aggregate, AggregateKey, Column, Decision, Entry, EntryMeta, Projector, ViewSpec, ViewWrites,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

pub(crate) const VIEW: &str = "queue";

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

pub(crate) struct QueueProjector;

impl Projector for QueueProjector {
    fn group(&self) -> &'static str {
        "case-api-queues"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: VIEW, indexes: const { &[&[Column::named("name")]] }, full_text: &[], echo: None }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Queue::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(QueueEvent::QueueDefined { queue }) = crate::payload::read::<QueueEvent>(entry) else {
            return;
        };
        let row = json!({
            "name": queue.name, "description": queue.description, "users": queue.members.users,
            "groups": queue.members.groups, "version": entry.meta.seq,
        });
        if let Value::Object(row) = row {
            out.put(&entry.meta.key.tenant, VIEW, &entry.meta.key.id, row);
        }
    }
}
