//! What a kind of record is made of.

use crate::domain::definition::field::model::{FieldDefinition, FieldSet, FieldType};
use crate::domain::definition::field::{check, states};
use crate::domain::definition::value;
use casewright_forms::FieldFault;
use casewright_instant::Instant;
use casewright_journal::{Aggregate, AggregateKey, Decision, EntryMeta};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// How long a name may be, in characters.
const LONGEST_NAME: usize = 80;
/// Fields of one type: a record is a card, not a table.
const MOST_FIELDS: usize = 100;
const MOST_GROUPS: usize = 50;

/// What records of a type are called and made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RecordTypeContent {
    /// Of one: `Contact`. Empty: there is no such type.
    pub name: String,
    /// Of several: `Contacts`; the name when absent.
    #[serde(default)]
    pub plural_name: String,
    #[serde(default)]
    pub description: String,
    pub fields: Vec<FieldDefinition>,
    /// Key of the field that a record is called by; it must have a value in each.
    pub title_field: String,
    /// Only these groups, and those who oversee, may see records of this type; absent: everybody who may see records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted_to: Option<Vec<String>>,
    /// No new records.
    #[serde(default)]
    pub is_archived: bool,
}

/// The aggregate `record-type`. Its id is the key of the type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RecordType {
    pub content: RecordTypeContent,
    #[serde(default)]
    pub updated_at: Option<Instant>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum RecordTypeEvent {
    RecordTypeDefined { content: RecordTypeContent },
}

impl Aggregate for RecordType {
    type Event = RecordTypeEvent;
    const KIND: &'static str = "record-type";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta) {
        match event {
            RecordTypeEvent::RecordTypeDefined { content } => {
                *self = Self { content: content.clone(), updated_at: Some(meta.at.into()) };
            }
        }
    }

    fn event_name(event: &Self::Event) -> &'static str {
        match event {
            RecordTypeEvent::RecordTypeDefined { .. } => "record-type-defined",
        }
    }
}

impl RecordType {
    #[must_use]
    pub(crate) fn exists(&self) -> bool {
        !self.content.name.is_empty()
    }

    #[must_use]
    pub(crate) fn define(&self, content: &RecordTypeContent) -> Decision<RecordTypeEvent, ()> {
        let events = match self.content == *content {
            true => Vec::new(),
            false => vec![RecordTypeEvent::RecordTypeDefined { content: content.clone() }],
        };
        Decision { events, answer: () }
    }

    /// What it was called by before and is no longer: a field that records have may not change its type, for what they hold
    /// would be no value of it.
    #[must_use]
    pub(crate) fn faults_of_change(&self, wished: &RecordTypeContent) -> Vec<FieldFault> {
        let changed = |(n, field): (usize, &FieldDefinition)| {
            let before = self.content.fields.iter().find(|known| known.key == field.key)?;
            let detail = "a field that records have keeps its type; use another key";
            (before.kind != field.kind).then(|| FieldFault::new(&format!("/fields/{n}/type"), "type-changed", detail))
        };
        wished.fields.iter().enumerate().filter_map(changed).collect()
    }
}

impl RecordTypeContent {
    /// What is wrong with it, if anything.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        for (pointer, name, is_needed) in [("/name", &self.name, true), ("/pluralName", &self.plural_name, false)] {
            if is_needed && name.trim().is_empty() {
                faults.push(FieldFault::new(pointer, "required", "a record type needs a name"));
            }
            if name.chars().count() > LONGEST_NAME {
                faults.push(FieldFault::new(pointer, "too-long", &format!("{LONGEST_NAME} characters at most")));
            }
        }
        if self.fields.len() > MOST_FIELDS {
            faults.push(FieldFault::new("/fields", "too-many", &format!("{MOST_FIELDS} fields at most")));
        }
        let mut seen = BTreeSet::new();
        for (n, field) in self.fields.iter().enumerate() {
            if field.key.is_empty() || field.key.len() > 100 || field.key.chars().any(char::is_control) {
                faults.push(FieldFault::new(&format!("/fields/{n}/key"), "invalid-key", "a key of 1 to 100 bytes"));
            }
            if !seen.insert(field.key.as_str()) {
                faults.push(FieldFault::new(&format!("/fields/{n}/key"), "repeated", "a key stands for one field"));
            }
            if !is_of_records(field.kind) {
                let detail = "fields of this type belong to cases";
                faults.push(FieldFault::new(&format!("/fields/{n}/type"), "unsupported-type", detail));
            }
        }
        check::check(self.field_set(), &mut faults);
        let title = self.fields.iter().find(|field| field.key == self.title_field);
        if !title.is_some_and(|field| matches!(field.kind, FieldType::String | FieldType::Text | FieldType::Select)) {
            let detail = "the key of a field that is a text";
            faults.push(FieldFault::new("/titleField", "unknown-field", detail));
        }
        match &self.restricted_to {
            Some(groups) if groups.is_empty() || groups.len() > MOST_GROUPS => {
                let detail = format!("1 to {MOST_GROUPS} groups, or none at all");
                faults.push(FieldFault::new("/restrictedTo", "invalid-value", &detail));
            }
            _ => {}
        }
        faults
    }

    pub(crate) fn field_set(&self) -> FieldSet<'_> {
        FieldSet { fields: &self.fields, sections: &[] }
    }

    /// The fields that a new record has: what was given, else what the type says.
    #[must_use]
    pub(crate) fn whole(&self, given: &Map<String, Value>) -> Map<String, Value> {
        let mut fields = given.clone();
        self.field_set().fill(&mut fields);
        fields
    }

    /// What is wrong with the fields of a record, if anything: of all that it will have. What it is called by is always needed.
    #[must_use]
    pub(crate) fn faults_of(&self, fields: &Map<String, Value>, at: Timestamp) -> Vec<FieldFault> {
        let set = self.field_set();
        let mut faults = value::check(set, fields);
        let unknown = fields.keys().filter(|key| set.field(key).is_none());
        faults.extend(
            unknown.map(|key| FieldFault::new(&value::pointer(key), "unknown-field", "there is no such field")),
        );
        let states = states::states(set, fields, at).into_iter();
        let needed = states.filter(|(field, state)| state.required || field.key == self.title_field);
        faults.extend(value::missing(set, needed.map(|(field, _)| field.key.as_str()), fields));
        faults
    }

    /// What a record with these fields is called.
    #[must_use]
    pub(crate) fn title_of(&self, fields: &Map<String, Value>) -> String {
        fields.get(&self.title_field).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
    }

    #[must_use]
    pub(crate) fn plural(&self) -> &str {
        if self.plural_name.is_empty() { &self.name } else { &self.plural_name }
    }
}

/// Files are documents of cases, people and other cases are told by them, and what is computed is so over the fields of a case.
#[must_use]
pub(crate) fn is_of_records(kind: FieldType) -> bool {
    !matches!(kind, FieldType::Files | FieldType::Person | FieldType::Reference | FieldType::Computed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn contact() -> RecordTypeContent {
        serde_json::from_value(json!({
            "name": "Contact", "titleField": "name",
            "fields": [{"key": "name", "label": "Name"}, {"key": "age", "label": "Age", "type": "number"},
                {"key": "mail", "label": "E-mail", "required": true}],
        }))
        .expect("a record type")
    }

    fn told(faults: &[FieldFault]) -> Vec<(String, String)> {
        faults.iter().map(|fault| (fault.pointer.clone(), fault.code.clone())).collect()
    }

    fn fault(pointer: &str, code: &str) -> (String, String) {
        (pointer.to_owned(), code.to_owned())
    }

    #[test]
    fn a_type_needs_a_name_and_a_text_to_call_its_records_by() {
        assert_eq!(contact().faults(), []);
        let wrong = RecordTypeContent { name: " ".to_owned(), title_field: "age".to_owned(), ..contact() };
        assert_eq!(told(&wrong.faults()), [fault("/name", "required"), fault("/titleField", "unknown-field")]);
        let mut twice = contact();
        twice.fields.push(twice.fields[1].clone());
        assert_eq!(told(&twice.faults()), [fault("/fields/3/key", "repeated")]);
    }

    #[test]
    fn a_record_has_what_its_type_names_and_nothing_else() {
        let fields = |value: Value| value.as_object().cloned().unwrap_or_default();
        assert_eq!(contact().faults_of(&fields(json!({"name": "Ada", "age": 36, "mail": "a@b"})), AT), []);
        let faults = contact().faults_of(&fields(json!({"age": "old", "shoe": 43})), AT);
        let expected = [
            fault("/fields/age", "type"),
            fault("/fields/shoe", "unknown-field"),
            fault("/fields/name", "required"),
            fault("/fields/mail", "required"),
        ];
        assert_eq!(told(&faults), expected);
    }

    #[test]
    fn a_field_that_records_have_keeps_its_type() {
        let known = RecordType { content: contact(), updated_at: None };
        let mut wished = contact();
        wished.fields[1].kind = FieldType::Boolean;
        assert_eq!(told(&known.faults_of_change(&wished)), [fault("/fields/1/type", "type-changed")]);
    }

    #[test]
    fn what_is_shown_and_needed_follows_the_other_fields() {
        let mut company = contact();
        company.fields = serde_json::from_value(json!([
            {"key": "name", "label": "Name"}, {"key": "kind", "label": "Kind", "type": "select", "options": ["person", "company"], "default": "person"},
            {"key": "register", "label": "Register number", "visibleWhen": "kind = \"company\"", "requiredWhen": "name != \"Casewright\""}
        ]))
        .expect("fields");
        assert_eq!(company.faults(), []);
        let fields = |value: Value| value.as_object().cloned().unwrap_or_default();
        let of = |value: Value| told(&company.faults_of(&company.whole(&fields(value)), AT));
        assert_eq!(of(json!({"name": "Ada"})), [], "by default it is a person, of whom no number is asked");
        assert_eq!(of(json!({"name": "Harbor", "kind": "company"})), [fault("/fields/register", "required")]);
        assert_eq!(of(json!({"name": "Casewright", "kind": "company"})), []);
        assert_eq!(company.whole(&fields(json!({"name": "Ada"})))["kind"], "person");
    }

    #[test]
    fn conditions_and_defaults_are_held_against_their_fields() {
        let mut wrong = contact();
        wrong.fields[1].required_when = Some("name =".to_owned());
        wrong.fields[1].default = Some(json!("old"));
        assert_eq!(
            told(&wrong.faults()),
            [fault("/fields/1/default", "type"), fault("/fields/1/requiredWhen", "expression")]
        );
    }
}
