//! What one batch changes of each of its cases, and what a case was like before and after.

use crate::domain::case::Case;
use crate::domain::case::decide::OnOpenWork;
use crate::domain::merge_patch::{present, present_instant};
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_instant::Instant;
use casewright_service::instant::InstantSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// How many labels one batch adds or takes away.
const MOST_LABELS: usize = 20;
/// How many fields one batch changes.
const MOST_FIELDS: usize = 50;

/// What is changed of each case: what is absent stays, null removes. What does not fit a case, a stage that its definition does
/// not have for instance, skips that case and no other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BatchChange {
    /// User id; `me` is the caller; null takes the assignee away.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) assignee: Option<Option<String>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) queue: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<String>,
    /// One of kind `closed` closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    /// Why the status or the stage changes; only together with one of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// How cases that are closed end: an id of their definition's `resolutions`, or free words where it lists none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) resolution: Option<String>,
    /// What becomes of open work where `status` closes a case: `refuse` skips the case, `cancel` ends the work, and cannot be
    /// taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) open_work: Option<OnOpenWork>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Option<i32>,
    #[serde(default, deserialize_with = "present_instant", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<InstantSchema>)]
    pub(crate) due_at: Option<Option<Instant>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) add_labels: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) remove_labels: Vec<String>,
    /// A merge patch of the fields, of any kind: what is absent stays, null removes. A case whose definition has no such field, or does
    /// not take the value, is skipped.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub(crate) fields: Map<String, Value>,
    /// The version of its definition that each case moves to, alone: whoever may change the definition asks for it. A case that has
    /// no place in that version stays with its own, and says why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) definition_version: Option<u32>,
    /// Written to each case by the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) comment: Option<String>,
}

impl BatchChange {
    /// What is wrong with it whatever the cases are; pointers begin at `/change`.
    #[must_use]
    pub(crate) fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if *self == Self::default() {
            faults.push(FieldFault::new("/change", "required", "a batch changes something"));
        }
        let alone = Self { definition_version: self.definition_version, ..Self::default() };
        if self.definition_version.is_some() && *self != alone {
            let detail = "cases move to another version and change nothing else with that";
            faults.push(FieldFault::new("/change/definitionVersion", "not-alone", detail));
        }
        if self.status.is_none() && self.stage.is_none() && (self.reason.is_some() || self.open_work.is_some()) {
            let detail = "a reason, and what becomes of open work, go with a change of the status or the stage";
            faults.push(FieldFault::new("/change/reason", "not-applicable", detail));
        }
        for (name, labels) in [("addLabels", &self.add_labels), ("removeLabels", &self.remove_labels)] {
            if labels.len() > MOST_LABELS {
                let detail = format!("{MOST_LABELS} labels at most");
                faults.push(FieldFault::new(&format!("/change/{name}"), "too-many", &detail));
            }
        }
        if self.fields.len() > MOST_FIELDS {
            faults.push(FieldFault::new("/change/fields", "too-many", &format!("{MOST_FIELDS} fields at most")));
        }
        if self.comment.as_ref().is_some_and(|text| text.trim().is_empty()) {
            faults.push(FieldFault::new("/change/comment", "required", "a comment needs text"));
        }
        faults
    }

    /// Whether anything of the case itself changes, beside a comment on it.
    #[must_use]
    pub(crate) fn is_of_the_case(&self) -> bool {
        Self { comment: None, ..self.clone() } != Self::default()
    }

    /// Whether it can be taken back: work that was cancelled does not come back, and the way to another version has its own way back.
    #[must_use]
    pub(crate) fn is_undoable(&self) -> bool {
        self.open_work != Some(OnOpenWork::Cancel) && self.definition_version.is_none()
    }

    /// The labels that a case has afterwards; none: it leaves them alone.
    #[must_use]
    pub(crate) fn labels_of(&self, case: &Case) -> Option<Vec<String>> {
        if self.add_labels.is_empty() && self.remove_labels.is_empty() {
            return None;
        }
        let mut labels: BTreeSet<String> = case.labels.clone();
        labels.extend(self.add_labels.iter().map(|label| label.trim().to_owned()));
        for label in &self.remove_labels {
            labels.remove(label.trim());
        }
        Some(labels.into_iter().collect())
    }

    /// Of a case: what the batch touches of it.
    #[must_use]
    pub(crate) fn touched(&self, case: &Case, comment: &str) -> Touched {
        let touches_labels = !(self.add_labels.is_empty() && self.remove_labels.is_empty());
        Touched {
            assignee: self.assignee.as_ref().map(|_| case.assignee.clone()),
            queue: self.queue.as_ref().map(|_| case.queue.clone()),
            stage: self.stage.as_ref().map(|_| case.stage.id.clone()),
            status: self.status.as_ref().map(|_| case.status.id.clone()),
            priority: self.priority.map(|_| case.priority),
            definition_version: self.definition_version.map(|_| case.definition_version),
            due_at: self.due_at.as_ref().map(|_| case.due_at),
            labels: touches_labels.then(|| case.labels.iter().cloned().collect()),
            fields: (!self.fields.is_empty()).then(|| {
                let now = |key: &String| (key.clone(), case.fields.get(key).cloned().unwrap_or_default());
                self.fields.keys().map(now).collect()
            }),
            has_comment: self
                .comment
                .as_ref()
                .map(|_| case.comments.get(comment).is_some_and(|comment| !comment.is_deleted)),
        }
    }
}

/// What a batch touches of one case, as it was at some time; what it does not touch is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Touched {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) assignee: Option<Option<Person>>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) queue: Option<Option<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) priority: Option<i32>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<Option<Instant>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) labels: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) definition_version: Option<u32>,
    /// Null: the case has no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) fields: Option<Map<String, Value>>,
    /// Whether the comment of the batch is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) has_comment: Option<bool>,
}
