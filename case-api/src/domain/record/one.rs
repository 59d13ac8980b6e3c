//! One record: a contact, an account, a product.

use crate::domain::case::event::FieldChange;
use crate::domain::person::Person;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The aggregate `record`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Key of its type. Empty: there is no such record.
    pub record_type: String,
    pub title: String,
    pub fields: Map<String, Value>,
    pub created_by: Option<Person>,
    pub created_at: Option<Instant>,
    pub updated_at: Option<Instant>,
}

/// What happens to a record, and who did it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "the names of entries stand beside those of every other aggregate")]
pub(crate) enum RecordEvent {
    #[serde(rename_all = "camelCase")]
    RecordCreated {
        by: Person,
        record_type: String,
        title: String,
        fields: Map<String, Value>,
    },
    #[serde(rename_all = "camelCase")]
    RecordChanged {
        by: Person,
        title: String,
        changes: Vec<FieldChange>,
    },
    RecordDeleted {
        by: Person,
    },
}

impl Aggregate for Record {
    type Event = RecordEvent;
    const KIND: &'static str = "record";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        let at = Some(meta.at.into());
        match event {
            RecordEvent::RecordCreated { by, record_type, title, fields } => {
                *self = Self {
                    record_type: record_type.clone(),
                    title: title.clone(),
                    fields: fields.clone(),
                    created_by: Some(by.clone()),
                    created_at: at,
                    updated_at: at,
                };
            }
            RecordEvent::RecordChanged { title, changes, .. } => {
                self.title.clone_from(title);
                for change in changes {
                    set(&mut self.fields, &change.key, &change.after);
                }
                self.updated_at = at;
            }
            RecordEvent::RecordDeleted { .. } => *self = Self::default(),
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            RecordEvent::RecordCreated { .. } => "record-created",
            RecordEvent::RecordChanged { .. } => "record-changed",
            RecordEvent::RecordDeleted { .. } => "record-deleted",
        }
    }
}

/// Null takes away.
fn set(fields: &mut Map<String, Value>, key: &str, value: &Value) {
    if value.is_null() {
        fields.remove(key);
        return;
    }
    fields.insert(key.to_owned(), value.clone());
}

impl Record {
    #[must_use]
    pub(crate) fn exists(&self) -> bool {
        !self.record_type.is_empty()
    }

    /// Creates it. The answer is whether it is new: the same request sent again creates nothing.
    #[must_use]
    pub(crate) fn create(
        &self,
        record_type: &str,
        title: &str,
        fields: &Map<String, Value>,
        by: &Person,
    ) -> Decision<RecordEvent, bool> {
        if self.exists() {
            return Decision { events: Vec::new(), answer: false };
        }
        let mut kept = fields.clone();
        kept.retain(|_, value| !value.is_null());
        let created = RecordEvent::RecordCreated {
            by: by.clone(),
            record_type: record_type.to_owned(),
            title: title.to_owned(),
            fields: kept,
        };
        Decision { events: vec![created], answer: true }
    }

    /// The fields as they will be: what is absent from the patch stays, null removes (RFC 7396).
    #[must_use]
    pub(crate) fn patched(&self, patch: &Map<String, Value>) -> Map<String, Value> {
        let mut fields = self.fields.clone();
        for (key, value) in patch {
            set(&mut fields, key, value);
        }
        fields
    }

    /// Gives it other fields.
    #[must_use]
    pub(crate) fn change(&self, title: &str, patch: &Map<String, Value>, by: &Person) -> Decision<RecordEvent, ()> {
        let before = |key: &str| self.fields.get(key).cloned().unwrap_or_default();
        let changes: Vec<FieldChange> = patch
            .iter()
            .map(|(key, after)| FieldChange { key: key.clone(), before: before(key), after: after.clone() })
            .filter(|change| change.before != change.after)
            .collect();
        if changes.is_empty() {
            return Decision { events: Vec::new(), answer: () };
        }
        let changed = RecordEvent::RecordChanged { by: by.clone(), title: title.to_owned(), changes };
        Decision { events: vec![changed], answer: () }
    }

    #[must_use]
    pub(crate) fn delete(&self, by: &Person) -> Decision<RecordEvent, ()> {
        let events = if self.exists() { vec![RecordEvent::RecordDeleted { by: by.clone() }] } else { Vec::new() };
        Decision { events, answer: () }
    }
}
