//! The shape of a case definition, as it is stored and as it travels.

use super::duplicates::DuplicatePolicy;
use super::field::model::{FieldDefinition, FieldSet, Section};
use super::hierarchy::OnOpenChildren;
pub(crate) use super::milestone::Milestone;
use super::playbook::PlaybookItem;
pub(crate) use super::resolution::Resolution;
use super::retention::Retention;
pub(crate) use super::stage::{Stage, StageKind};
use super::working_time::SharedCalendars;
use crate::domain::routing::RoutingTable;
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
    /// No case begins by it any more; set by the server.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Case numbers are `<prefix>-<six digits>`.
    pub case_number_prefix: String,
    /// In order; the first is where a case begins.
    pub stages: Vec<Stage>,
    /// The first of kind `open` is where a case begins.
    pub statuses: Vec<Status>,
    #[serde(default)]
    pub fields: Vec<FieldDefinition>,
    /// How its fields are shown; one that stands in no section comes before all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Section>,
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
    /// Id of the shared calendar that SLAs with `calendar: business` count; takes the place of `businessHours`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar_id: Option<String>,
    /// Where cases of this kind go, before the rules of the organisation are asked.
    #[serde(default, skip_serializing_if = "RoutingTable::is_empty")]
    pub routing: RoutingTable,
    #[serde(default)]
    pub rules: Vec<Rule>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub milestones: Vec<Milestone>,
    /// How its cases may end: who closes one chooses. Empty: in their own words, if they say anything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolutions: Vec<Resolution>,
    /// Only these groups (and the assignee, and those who oversee) may see cases of this kind; absent: everybody who
    /// works with cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted_to: Option<Vec<String>>,
    /// Stage id -> what people do while a case is in it, in order.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub playbooks: BTreeMap<String, Vec<PlaybookItem>>,
    /// What becomes of child cases that are open when their parent is closed.
    #[serde(default, skip_serializing_if = "OnOpenChildren::is_default")]
    pub open_children: OnOpenChildren,
    /// When two cases are told to be one.
    #[serde(default, skip_serializing_if = "DuplicatePolicy::is_default")]
    pub duplicates: DuplicatePolicy,
    /// How long its cases are kept after they were closed; absent: for ever. A case keeps to what the version says by which it was
    /// closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Retention>,
    /// The shared calendars that it names, looked up when it is loaded.
    #[serde(skip)]
    pub(crate) calendars: SharedCalendars,
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

    /// What is to be done in a stage, in order.
    #[must_use]
    pub fn playbook_of(&self, stage: &str) -> &[PlaybookItem] {
        self.playbooks.get(stage).map_or(&[], Vec::as_slice)
    }

    /// Where a stage that goes on by itself leads.
    #[must_use]
    pub fn next_of(&self, stage: &Stage) -> Option<&Stage> {
        if let Some(next) = &stage.next {
            return self.stage(next);
        }
        let place = self.stages.iter().position(|each| each.id == stage.id)?;
        self.stages.iter().skip(place + 1).find(|each| each.kind == StageKind::Primary)
    }

    #[must_use]
    pub fn resolution(&self, id: &str) -> Option<&Resolution> {
        self.resolutions.iter().find(|resolution| resolution.id == id)
    }

    #[must_use]
    pub fn status(&self, id: &str) -> Option<&Status> {
        self.statuses.iter().find(|status| status.id == id)
    }

    #[must_use]
    pub fn field(&self, key: &str) -> Option<&FieldDefinition> {
        self.fields.iter().find(|field| field.key == key)
    }

    pub(crate) fn field_set(&self) -> FieldSet<'_> {
        FieldSet { fields: &self.fields, sections: &self.sections }
    }

    #[must_use]
    pub fn process(&self, key: &str) -> Option<&ProcessReference> {
        self.processes.iter().find(|process| process.key == key)
    }

    /// Whether this status closes a case.
    #[must_use]
    pub fn closes(&self, status: Option<&str>) -> bool {
        status.and_then(|id| self.status(id)).is_some_and(|status| status.kind == StatusKind::Closed)
    }

    #[must_use]
    pub fn initial_status(&self) -> Option<&Status> {
        self.statuses.iter().find(|status| status.kind == StatusKind::Open)
    }
}
