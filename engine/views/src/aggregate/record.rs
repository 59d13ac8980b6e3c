//! Small documents that are no process: users, groups, filters, comments, decisions evaluated over REST.
//!
//! Each is an aggregate of its own whose state is the document; its row in a view is the same document.

use casewright_journal::{Aggregate, AggregateKey, Document, EntryMeta};
use serde::{Deserialize, Serialize};

/// A small document; none before its creation and after its end.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record {
    pub document: Option<Document>,
}

/// What happens to a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RecordEvent {
    /// `view` names the table it belongs to.
    RecordPut { view: String, document: Document },
    RecordRemoved {
        view: String,
        /// Rows the record has, where they are more than one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        rows: Vec<smol_str::SmolStr>,
    },
}

impl Aggregate for Record {
    type Event = RecordEvent;

    const KIND: &'static str = "engine-record";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &RecordEvent, _: &EntryMeta) {
        self.document = match event {
            RecordEvent::RecordPut { document, .. } => Some(document.clone()),
            RecordEvent::RecordRemoved { .. } => None,
        };
    }

    fn event_name(event: &RecordEvent) -> &'static str {
        match event {
            RecordEvent::RecordPut { .. } => "record-put",
            RecordEvent::RecordRemoved { .. } => "record-removed",
        }
    }
}

/// Key of the aggregate: tables have ids of their own.
pub fn key(view: &str, id: &str) -> String {
    format!("{view}/{id}")
}
