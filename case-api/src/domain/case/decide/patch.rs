//! What people and workers change of a case by hand, several properties at once: all of it or nothing.

use super::change::{self, attach};
use super::close::{self, Closing};
use super::limits::{self, too_long};
use super::requirement::{self, StageChecks};
use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::document::CaseDocument;
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::definition::value::{self, Completeness};
use crate::domain::person::{Person, Requester};
use casewright_forms::FieldFault;
use casewright_instant::Instant;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// A merge patch: an absent member stays as it is, an inner `None` removes.
#[derive(Clone, Debug, Default)]
pub(crate) struct CasePatch {
    pub title: Option<String>,
    /// A null value removes the field.
    pub fields: Option<Map<String, Value>>,
    pub priority: Option<i32>,
    pub assignee: Option<Option<Person>>,
    pub queue: Option<Option<String>>,
    pub status: Option<String>,
    /// Why the status changes.
    pub reason: Option<String>,
    /// What becomes of open work when the status closes the case.
    pub closing: Closing,
    pub stage: Option<String>,
    pub requester: Option<Option<Requester>>,
    pub due_at: Option<Option<Instant>>,
    pub labels: Option<Vec<String>>,
    /// `Some(None)`: somebody has looked after the problem.
    pub problem: Option<()>,
    /// The stored files that `fields` refer to.
    pub documents: Vec<CaseDocument>,
    /// What a move to another stage is checked with.
    pub checks: StageChecks,
}

pub(crate) fn patch(
    case: &Case,
    definition: &CaseDefinition,
    patch: &CasePatch,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let mut faults = Vec::new();
    if let Some(title) = &patch.title {
        limits::check_title(title, &mut faults);
    }
    if let Some(fields) = &patch.fields {
        faults.extend(value::check(definition, fields, Completeness::Part));
    }
    if let Some(Some(queue)) = &patch.queue {
        limits::check_queue(definition, queue, &mut faults);
    }
    limits::check_priority(patch.priority, &mut faults);
    limits::check_requester(patch.requester.as_ref().and_then(Option::as_ref), &mut faults);
    limits::check_labels(patch.labels.as_deref(), &mut faults);
    check_reason(patch, &mut faults);
    let stage = patch.stage.as_ref().map(|id| limits::find_stage(definition, id, &mut faults));
    let status = patch.status.as_ref().map(|id| limits::find_status(definition, id, &mut faults));
    faults.extend(requirement::faults(case, definition, patch, stage.as_ref().and_then(Option::as_ref)));
    if !faults.is_empty() {
        return Err(CaseRejection::Invalid(faults));
    }
    if let Some(Some(status)) = &status {
        close::consent(case, status, &patch.closing)?;
    }
    let mut draft = Draft::new(case, definition, by, at);
    if let Some(title) = &patch.title {
        change::set_title(&mut draft, title);
    }
    if let Some(fields) = &patch.fields {
        change::merge_fields(&mut draft, fields, None);
    }
    attach(&mut draft, &patch.documents, None);
    if let Some(priority) = patch.priority {
        change::set_priority(&mut draft, priority);
    }
    if let Some(after) = &patch.requester {
        change::set_requester(&mut draft, after.clone());
    }
    if let Some(queue) = &patch.queue {
        change::set_queue(&mut draft, queue.clone());
    }
    if let Some(assignee) = &patch.assignee {
        change::assign(&mut draft, assignee.clone());
    }
    if let Some(due_at) = patch.due_at
        && due_at != case.due_at
    {
        draft.record(Fact::DueDateChanged { before: case.due_at, after: due_at });
    }
    if let Some(labels) = &patch.labels {
        change::set_labels(&mut draft, labels);
    }
    if let Some(stage) = stage.flatten() {
        change::set_stage(&mut draft, stage);
    }
    if let Some(status) = status.flatten() {
        close::set_status(&mut draft, status, patch.reason.as_deref(), &patch.closing);
    }
    if patch.problem.is_some() && case.problem.is_some() {
        draft.record(Fact::ProblemCleared {});
    }
    Ok(draft.decided(()))
}

fn check_reason(patch: &CasePatch, faults: &mut Vec<FieldFault>) {
    let Some(reason) = &patch.reason else {
        return;
    };
    if patch.status.is_none() {
        faults.push(FieldFault::new("/reason", "not-applicable", "a reason goes with a change of the status"));
    }
    faults.extend(too_long(reason));
}
