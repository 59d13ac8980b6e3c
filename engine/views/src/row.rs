//! How ids, places and values become fields of rows.

use crate::place::PlaceRow;
use casewright_engine_core::entity::Place;
use casewright_engine_core::ids::{Id, Prefix, activity_instance_id, parse};
use casewright_journal::{Entry, Row, TenantId};
use smol_str::SmolStr;
use std::borrow::Cow;
use uuid::Uuid;

/// What is set of a row: columns with their values, all different.
macro_rules! row {
    ($($column:expr => $value:expr),+ $(,)?) => {
        casewright_rows::Row::from([$(($column, casewright_rows::Cell::from($value))),+])
    };
}
pub(crate) use row;

/// Set in numbers of log lines, never in those of entities: these are counted from 1, and have 48 bits.
const LOG_LINE: u64 = 1 << 47;
/// Lines of one entry that are numbered.
const LINE_BITS: u32 = 10;

/// Spells what an entry of a process instance names.
pub(super) struct Names<'a> {
    pub(super) prefix: Prefix,
    pub(super) tenant: &'a TenantId,
    pub(super) root: SmolStr,
    /// Number of the entry, for orders of occurrence.
    pub(super) seq: u64,
    pub(super) actor: Option<&'a str>,
}

impl<'a> Names<'a> {
    /// None when the entry is of no process instance.
    pub(super) fn of(entry: &'a Entry) -> Option<Self> {
        let (prefix, _) = parse(&entry.meta.key.id)?;
        let actor = entry.meta.actor.as_str();
        Some(Self {
            prefix,
            tenant: &entry.meta.key.tenant,
            root: prefix.root(),
            seq: entry.meta.seq,
            actor: (!actor.is_empty()).then_some(actor),
        })
    }

    pub(super) fn id(&self, id: Id) -> SmolStr {
        self.prefix.text(id)
    }

    pub(super) fn optional(&self, id: Option<Id>) -> Option<SmolStr> {
        id.map(|id| self.id(id))
    }

    /// Id of the activity instance at a place; of the process itself it is the bare id.
    pub(super) fn activity_instance(&self, place: &Place) -> SmolStr {
        self.element(place.instance, place.element, place.spelled())
    }

    pub(super) fn element(&self, instance: Id, element: Id, activity_id: &str) -> SmolStr {
        let text = self.id(element);
        if element == instance { text } else { activity_instance_id(activity_id, &text) }
    }

    /// The columns that every row of a running process has.
    pub(super) fn place(&self, place: &Place) -> PlaceRow {
        let has_begun = !place.activity_id.is_empty();
        PlaceRow {
            process_instance_id: Some(self.id(place.instance)),
            root_process_instance_id: Some(self.root.clone()),
            process_definition_id: Some(place.definition.id.clone()),
            process_definition_key: Some(place.definition.key.clone()),
            execution_id: Some(self.id(place.execution)),
            activity_id: Some(place.activity_id.clone()),
            activity_instance_id: has_begun.then(|| self.activity_instance(place)),
            tenant_id: place.definition.tenant_id.clone(),
        }
    }

    /// A stable id for a log line: the same when the views are built anew.
    pub(super) fn log_id(&self, nth: usize) -> SmolStr {
        self.log_id_of(self.seq, nth)
    }

    /// The id of a line of another entry of the instance. It begins as all ids of the instance do, so its lines lie together.
    pub(super) fn log_id_of(&self, seq: u64, nth: usize) -> SmolStr {
        let of_entry = LOG_LINE | seq << LINE_BITS;
        match u64::try_from(nth) {
            Ok(nth) if nth < 1 << LINE_BITS && of_entry < LOG_LINE << 1 => self.id(Id(of_entry | nth)),
            _ => entity_id(&[&self.root, &seq.to_string(), &nth.to_string()]).into(),
        }
    }
}

/// An identity link without a type has the empty one.
pub(super) fn link_type(kind: &str) -> Option<&str> {
    (!kind.is_empty()).then_some(kind)
}

/// The row with further fields.
pub(super) fn with(row: impl Into<Row>, fields: Row) -> Row {
    row.into().and(fields)
}

/// A name-based UUID.
pub fn entity_id(parts: &[&str]) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, parts.join("\u{0}").as_bytes()).to_string()
}

/// Id of the job definition that jobs of this kind have at an activity.
pub fn job_definition_id(definition: &str, activity: &str, configuration: &str) -> String {
    entity_id(&["job-definition", definition, activity, configuration])
}

/// The event in an entry. What cannot be read is said in the log and in no view: a projector must get past it.
pub fn event_of<E: serde::de::DeserializeOwned + Clone + 'static>(entry: &Entry) -> Option<Cow<'_, E>> {
    if let Some(event) = entry.decided.event() {
        return Some(Cow::Borrowed(event));
    }
    serde_json::from_slice(&entry.payload)
        .map(Cow::Owned)
        .inspect_err(|error| {
            tracing::error!(key = ?entry.meta.key, seq = entry.meta.seq, %error, "an entry cannot be read");
        })
        .ok()
}
