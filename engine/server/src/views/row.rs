//! How ids, places and values become fields of rows.

use casewright_engine_core::entity::Place;
use casewright_engine_core::ids::{Id, Prefix, activity_instance_id, parse};
use casewright_engine_value::{Instant, Value};
use casewright_journal::{Document, Entry, TenantId};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::borrow::Cow;
use uuid::Uuid;

/// A document literal.
macro_rules! row {
    ($($json:tt)+) => {
        match serde_json::json!({ $($json)+ }) {
            serde_json::Value::Object(map) => map,
            _ => serde_json::Map::new(),
        }
    };
}
pub(crate) use row;

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

    pub(super) fn json(&self, id: Id) -> Json {
        json!(self.id(id).as_str())
    }

    pub(super) fn optional(&self, id: Option<Id>) -> Json {
        id.map_or(Json::Null, |id| self.json(id))
    }

    /// Id of the activity instance at a place; of the process itself it is the bare id.
    pub(super) fn activity_instance(&self, place: &Place) -> SmolStr {
        self.element(place.instance, place.element, place.spelled())
    }

    /// As [`Names::activity_instance`]; null where no activity has begun.
    fn activity_of(&self, place: &Place) -> Json {
        if place.activity_id.is_empty() { Json::Null } else { json!(self.activity_instance(place).as_str()) }
    }

    pub(super) fn element(&self, instance: Id, element: Id, activity_id: &str) -> SmolStr {
        let text = self.id(element);
        if element == instance { text } else { activity_instance_id(activity_id, &text) }
    }

    /// Fields that every row of a running process has.
    pub(super) fn place(&self, place: &Place) -> Document {
        row! {
            "processInstanceId": self.json(place.instance),
            "rootProcessInstanceId": self.root.as_str(),
            "processDefinitionId": place.definition.id.as_str(),
            "processDefinitionKey": place.definition.key.as_str(),
            "executionId": self.json(place.execution),
            "activityId": place.activity_id.as_str(),
            "activityInstanceId": self.activity_of(place),
            "tenantId": place.definition.tenant_id.as_deref(),
        }
    }

    /// A stable id for a log line: the same when the views are built anew.
    pub(super) fn log_id(&self, nth: usize) -> String {
        self.log_id_of(self.seq, nth)
    }

    /// The same of another entry of the instance.
    pub(super) fn log_id_of(&self, seq: u64, nth: usize) -> String {
        entity_id(&[&self.root, &seq.to_string(), &nth.to_string()])
    }
}

/// An identity link without a type has the empty one.
pub(super) fn link_type(kind: &str) -> Option<&str> {
    (!kind.is_empty()).then_some(kind)
}

/// The document with further fields.
pub(super) fn with(mut document: Document, fields: Document) -> Document {
    document.extend(fields);
    document
}

/// A name-based UUID.
pub(crate) fn entity_id(parts: &[&str]) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, parts.join("\u{0}").as_bytes()).to_string()
}

/// Id of the job definition that jobs of this kind have at an activity.
pub(crate) fn job_definition_id(definition: &str, activity: &str, configuration: &str) -> String {
    entity_id(&["job-definition", definition, activity, configuration])
}

pub(super) fn ms(at: Instant) -> Json {
    json!(at.0)
}

pub(super) fn optional_ms(at: Option<Instant>) -> Json {
    at.map_or(Json::Null, ms)
}

/// A value once per kind, as comparisons need it, and whole, as answers need it.
pub(crate) fn variable_fields(value: &Value) -> Document {
    let number = match value {
        Value::Short(v) => json!(v),
        Value::Integer(v) => json!(v),
        Value::Long(v) => json!(v),
        Value::Double(v) => json!(v),
        _ => Json::Null,
    };
    let text = match value {
        Value::String(text) => json!(&**text),
        _ => Json::Null,
    };
    let flag = match value {
        Value::Boolean(v) => json!(v),
        _ => Json::Null,
    };
    let date = match value {
        Value::Date(at) => ms(*at),
        _ => Json::Null,
    };
    row! {
        "type": value.type_name(),
        "value": serde_json::to_value(value).unwrap_or(Json::Null),
        "text": text,
        "number": number,
        "flag": flag,
        "date": date,
    }
}

/// The event in an entry. What cannot be read is said in the log and in no view: a projector must get past it.
pub(crate) fn event_of<E: serde::de::DeserializeOwned + Clone + 'static>(entry: &Entry) -> Option<Cow<'_, E>> {
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
