//! How a definition describes a field, a section of fields and a column of a table.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A field. What a kind of field does not know (`currencies` of a `string`) is refused when the definition is published.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldDefinition {
    pub key: String,
    pub label: String,
    /// The label in other languages, by their tags: `{"de": "Betrag"}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// What is to be entered, for who does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The help in other languages, by their tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub helps: BTreeMap<String, String>,
    #[serde(rename = "type", default)]
    pub kind: FieldType,
    /// A person creates a case only with it, and moves one on only when it is there. A machine (a mail that becomes a
    /// case) may leave it open.
    #[serde(default)]
    pub required: bool,
    /// FEEL over the fields of the case: where it is true, the field is required as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_when: Option<String>,
    /// FEEL over the fields of the case: where it is not true, the field is not shown and not required. It keeps its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_when: Option<String>,
    /// What a new case has where nothing was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Allowed values of a `select` and a `multi-select`; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// The least that is taken: a number, for `money` an amount as text, for `date` and `datetime` such a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Value>,
    /// The most that is taken; as `min`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Value>,
    /// Characters of a `string` or `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Regular expression that the whole of a `string` or `text` matches; without look-around and back-references.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Currencies (ISO 4217) of `money`; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub currencies: Vec<String>,
    /// Of a `reference`: the key of the case definition that the other case is of; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// Media types of `files`: `image/png`, `image/*`; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media_types: Vec<String>,
    /// Bytes of one of the `files`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_size: Option<u64>,
    /// How many values of a `multi-select`, `files` and rows of a `table` there are at least, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_items: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// Columns of a `table`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
    /// Of a `datetime`: it names its time zone, as RFC 9557 writes it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub zoned: bool,
    /// FEEL over the fields of the case: what a `computed` field is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// What the formula of a `computed` field gives: `string`, `number`, `boolean`, `date`, `datetime`, `duration`, `money`. What
    /// it gives besides is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<FieldType>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    #[default]
    String,
    Text,
    Number,
    Boolean,
    /// `2026-11-21`
    Date,
    /// RFC 3339, or RFC 9557 with the time zone: `2026-11-21T12:00:00+01:00[Europe/Berlin]`.
    Datetime,
    /// ISO 8601: `P2DT4H`, `P1Y6M`.
    Duration,
    Select,
    /// A list of different options.
    MultiSelect,
    /// A user of the platform: `{id, name}`; an id is enough to write one.
    Person,
    /// Another case: `{id, number}`; either of them is enough to write one.
    Reference,
    /// `{amount, currency}`: a decimal number as text and a currency of ISO 4217, `{"amount": "120.50", "currency": "EUR"}`.
    Money,
    /// A list of rows, each an object with a value for each of the columns.
    Table,
    /// Stored files: a list of `{fileId, name, size, contentType}`, each of which is a document of the case.
    Files,
    /// What its formula gives; nobody writes it.
    Computed,
    /// Any JSON: what a form component stores that has no simple type.
    Json,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Column {
    pub key: String,
    pub label: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// `string`, `text`, `number`, `boolean`, `date`, `select` or `money`.
    #[serde(rename = "type", default)]
    pub kind: FieldType,
    /// Each row has it.
    #[serde(default)]
    pub required: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub currencies: Vec<String>,
}

impl Column {
    /// As a field, which its cells are held against.
    #[must_use]
    pub(crate) fn as_field(&self) -> FieldDefinition {
        FieldDefinition {
            key: self.key.clone(),
            label: self.label.clone(),
            kind: self.kind,
            options: self.options.clone(),
            min: self.min.clone(),
            max: self.max.clone(),
            currencies: self.currencies.clone(),
            ..FieldDefinition::default()
        }
    }
}

/// The fields of a kind of case, or of a type of records, with the sections they stand in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldSet<'a> {
    pub(crate) fields: &'a [FieldDefinition],
    pub(crate) sections: &'a [Section],
}

impl<'a> FieldSet<'a> {
    pub(crate) fn field(&self, key: &str) -> Option<&'a FieldDefinition> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// `fields` with what those have by their definition that nothing was given for.
    pub(crate) fn fill(&self, fields: &mut Map<String, Value>) {
        for field in self.fields {
            if let Some(value) = &field.default
                && !fields.contains_key(&field.key)
            {
                fields.insert(field.key.clone(), value.clone());
            }
        }
    }
}

/// Fields that are shown together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Section {
    pub title: String,
    /// The title in other languages, by their tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub titles: BTreeMap<String, String>,
    /// Keys of fields, in the order they are shown in. A field stands in one section; what stands in none comes before all.
    pub fields: Vec<String>,
    /// Closed until somebody opens it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub collapsed: bool,
    /// FEEL over the fields of the case: where it is not true, none of its fields is shown, and none required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible_when: Option<String>,
}
