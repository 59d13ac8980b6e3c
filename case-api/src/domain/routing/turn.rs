//! Whose turn it was. The aggregate `queue-turn`, by the queue's id: apart from the queue, whose version is of what people
//! have decided.

use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};

/// Who was given work of a queue last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QueueTurn {
    pub last: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum QueueTurnEvent {
    WorkPushed { to: String },
}

impl Aggregate for QueueTurn {
    type Event = QueueTurnEvent;
    const KIND: &'static str = "queue-turn";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            QueueTurnEvent::WorkPushed { to } => self.last = Some(to.clone()),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            QueueTurnEvent::WorkPushed { .. } => "work-pushed",
        }
    }
}

impl QueueTurn {
    #[must_use]
    pub(crate) fn pushed(&self, to: &str) -> Decision<QueueTurnEvent, ()> {
        let is_news = self.last.as_deref() != Some(to);
        let events = if is_news { vec![QueueTurnEvent::WorkPushed { to: to.to_owned() }] } else { Vec::new() };
        Decision { events, answer: () }
    }
}
