//! The aggregate `form`: the latest schema of one key; older ones are in the journal.

use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Form {
    /// Null: there is no such form.
    pub schema: Value,
    pub name: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum FormEvent {
    FormPublished { name: String, schema: Value },
}

impl Aggregate for Form {
    type Event = FormEvent;
    const KIND: &'static str = "form";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, _meta: &EntryMeta) {
        match event {
            FormEvent::FormPublished { name, schema } => {
                self.name = name.clone();
                self.schema = schema.clone();
            }
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            FormEvent::FormPublished { .. } => "form-published",
        }
    }
}

impl Form {
    #[must_use]
    pub(crate) fn exists(&self) -> bool {
        !self.schema.is_null()
    }

    #[must_use]
    pub(crate) fn publish(&self, name: &str, schema: &Value) -> Decision<FormEvent, ()> {
        let events = if self.schema == *schema && self.name == name {
            Vec::new()
        } else {
            vec![FormEvent::FormPublished { name: name.to_owned(), schema: schema.clone() }]
        };
        Decision { events, answer: () }
    }
}
