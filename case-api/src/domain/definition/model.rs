//! The shape of a case definition, as it is stored and as it travels.

use crate::domain::rule::Rule;
use crate::domain::sla::SlaPolicy;
use crate::domain::sla::calendar::BusinessHours;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What a kind of case is made of. `key` is stable over versions; `version` counts from 1 and is set by the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseDefinition {
    #[serde(default)]
    pub key: String,
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub version: u32,
    /// Case numbers are `<prefix>-<six digits>`.
    pub case_number_prefix: String,
    /// In order; the first is where a case begins.
    pub stages: Vec<Stage>,
    /// The first of kind `open` is where a case begins.
    pub statuses: Vec<Status>,
    #[serde(default)]
    pub fields: Vec<FieldDefinition>,
    /// Key of the form a person fills in to create a case; the server judges what comes by it.
    #[serde(default)]
    pub create_form: Option<String>,
    /// Stage id -> key of the form that must be satisfied by the fields before a person moves a case on from the stage.
    #[serde(default)]
    pub stage_forms: BTreeMap<String, String>,
    #[serde(default)]
    pub processes: Vec<ProcessReference>,
    /// Queues a case of this kind may stand in; empty: any.
    #[serde(default)]
    pub queues: Vec<String>,
    #[serde(default)]
    pub default_queue: Option<String>,
    #[serde(default)]
    pub slas: Vec<SlaPolicy>,
    /// The working time that SLAs with `calendar: business` count; Monday to Friday, 09:00 to 17:00 UTC when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_hours: Option<BusinessHours>,
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Only these groups (and the assignee, and those who oversee) may see cases of this kind; absent: everybody who
    /// works with cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted_to: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stage {
    pub id: String,
    pub name: String,
    /// Keys of fields that must have a value before a case may enter this stage, whoever moves it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Status {
    pub id: String,
    pub name: String,
    pub kind: StatusKind,
}

/// What a status means to the platform, whatever it is called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StatusKind {
    #[default]
    Open,
    /// Waiting for somebody else; SLA clocks may pause.
    Paused,
    Closed,
}

impl StatusKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldDefinition {
    pub key: String,
    pub label: String,
    #[serde(rename = "type", default)]
    pub kind: FieldType,
    /// A person creates a case only with it, and moves one on only when it is there. A machine (a mail that becomes a
    /// case) may leave it open.
    #[serde(default)]
    pub required: bool,
    /// Allowed values of a `select`; empty: any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
}

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
    /// RFC 3339
    Datetime,
    Select,
    /// Stored files: a list of `{fileId, name, size, contentType}`, each of which is a document of the case.
    Files,
    /// Any JSON: what a form component stores that has no simple type.
    Json,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProcessReference {
    /// Key of the process definition in the engine.
    pub key: String,
    pub name: String,
    pub start: ProcessStart,
    /// Only with `manual` and `on-stage`: the stage in which it is offered, or that starts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProcessStart {
    OnCreate,
    /// When the case enters `stage`.
    OnStage,
    Manual,
}

impl CaseDefinition {
    #[must_use]
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    #[must_use]
    pub fn status(&self, id: &str) -> Option<&Status> {
        self.statuses.iter().find(|status| status.id == id)
    }

    #[must_use]
    pub fn field(&self, key: &str) -> Option<&FieldDefinition> {
        self.fields.iter().find(|field| field.key == key)
    }

    #[must_use]
    pub fn process(&self, key: &str) -> Option<&ProcessReference> {
        self.processes.iter().find(|process| process.key == key)
    }

    #[must_use]
    pub fn initial_status(&self) -> Option<&Status> {
        self.statuses.iter().find(|status| status.kind == StatusKind::Open)
    }
}
