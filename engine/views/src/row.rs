//! How ids, places and values become fields of rows.

use casewright_engine_core::entity::Place;
use casewright_engine_core::ids::{Id, Prefix, activity_instance_id, parse};
use casewright_engine_value::{Instant, Value};
use casewright_journal::{Cell, Document, Entry, Row, TenantId};
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::borrow::Cow;
use uuid::Uuid;

/// A row literal.
macro_rules! row {
    ($($name:literal : $value:expr),+ $(,)?) => {
        casewright_journal::Row::from([$(($name, casewright_journal::Cell::from($value))),+])
    };
}
pub(crate) use row;

/// Text of a field of a row that was read; none: it has no such field, or another kind of value.
#[must_use]
pub fn text<'a>(row: &'a Document, field: &str) -> Option<&'a str> {
    row.get(field).and_then(Json::as_str)
}

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

    pub(super) fn cell(&self, id: Id) -> Cell {
        self.id(id).into()
    }

    pub(super) fn optional(&self, id: Option<Id>) -> Cell {
        id.map(|id| self.id(id)).into()
    }

    /// Id of the activity instance at a place; of the process itself it is the bare id.
    pub(super) fn activity_instance(&self, place: &Place) -> SmolStr {
        self.element(place.instance, place.element, place.spelled())
    }

    /// As [`Names::activity_instance`]; null where no activity has begun.
    fn activity_of(&self, place: &Place) -> Cell {
        if place.activity_id.is_empty() { Cell::Null } else { self.activity_instance(place).into() }
    }

    pub(super) fn element(&self, instance: Id, element: Id, activity_id: &str) -> SmolStr {
        let text = self.id(element);
        if element == instance { text } else { activity_instance_id(activity_id, &text) }
    }

    /// Fields that every row of a running process has.
    pub(super) fn place(&self, place: &Place) -> Row {
        row! {
            "processInstanceId": self.cell(place.instance),
            "rootProcessInstanceId": &self.root,
            "processDefinitionId": &place.definition.id,
            "processDefinitionKey": &place.definition.key,
            "executionId": self.cell(place.execution),
            "activityId": &place.activity_id,
            "activityInstanceId": self.activity_of(place),
            "tenantId": place.definition.tenant_id.as_ref(),
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
pub(super) fn with(row: Row, fields: Row) -> Row {
    row.and(fields)
}

/// A name-based UUID.
pub fn entity_id(parts: &[&str]) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, parts.join("\u{0}").as_bytes()).to_string()
}

/// Id of the job definition that jobs of this kind have at an activity.
pub fn job_definition_id(definition: &str, activity: &str, configuration: &str) -> String {
    entity_id(&["job-definition", definition, activity, configuration])
}

pub(super) fn ms(at: Instant) -> Cell {
    at.0.into()
}

pub(super) fn optional_ms(at: Option<Instant>) -> Cell {
    at.map(|at| at.0).into()
}

/// A value once per kind, as comparisons need it, and whole, as answers need it.
pub fn variable_fields(value: &Value) -> Row {
    let number: Cell = match value {
        Value::Short(v) => i32::from(*v).into(),
        Value::Integer(v) => (*v).into(),
        Value::Long(v) => (*v).into(),
        Value::Double(v) => (*v).into(),
        _ => Cell::Null,
    };
    let text: Cell = match value {
        Value::String(text) => text.into(),
        _ => Cell::Null,
    };
    let flag: Cell = match value {
        Value::Boolean(v) => (*v).into(),
        _ => Cell::Null,
    };
    let date = match value {
        Value::Date(at) => ms(*at),
        _ => Cell::Null,
    };
    row! {
        "type": value.type_name(),
        "value": serde_json::to_value(value).unwrap_or_default(),
        "text": text,
        "number": number,
        "flag": flag,
        "date": date,
        // A null without a type says so by its type.
        "isNull": if matches!(value, Value::NullOf(_)) { Cell::from(true) } else { Cell::Null },
    }
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
