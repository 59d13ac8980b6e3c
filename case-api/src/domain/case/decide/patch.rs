//! What people and workers change of a case by hand, several properties at once: all of it or nothing.

use super::change::{self, attach};
use super::close::{self, Closing};
use super::limits::{self, too_long};
use super::requirement::{self, Judged, Move, StageChecks};
use super::resolution;
use super::stage::{self, Entering};
use super::{CaseRejection, Decided, Draft, guard_unmerged};
use crate::domain::case::document::CaseDocument;
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, Stage, Status, StatusKind};
use crate::domain::definition::value;
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
    /// Why the status or the stage changes.
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
    guard_unmerged(case)?;
    let mut faults = Vec::new();
    if let Some(title) = &patch.title {
        limits::check_title(title, &mut faults);
    }
    if let Some(fields) = &patch.fields {
        faults.extend(value::check(definition.field_set(), fields));
    }
    if let Some(Some(queue)) = &patch.queue {
        limits::check_queue(definition, queue, &mut faults);
    }
    limits::check_priority(patch.priority, &mut faults);
    limits::check_requester(patch.requester.as_ref().and_then(Option::as_ref), &mut faults);
    limits::check_labels(patch.labels.as_deref(), &mut faults);
    let stage = patch.stage.as_ref().and_then(|id| limits::find_stage(definition, id, &mut faults));
    let stage = stage.filter(|to| to.id != case.stage.id);
    // A stage brings its status with it, unless who moves the case says another.
    let status = patch.status.as_ref().or_else(|| stage.as_ref()?.status.as_ref());
    let status = status.and_then(|id| limits::find_status(definition, id, &mut faults));
    check_words(case, definition, patch, (stage.as_ref(), status.as_ref()), &mut faults);
    let fields = requirement::merged(definition, &case.fields, patch.fields.as_ref(), at);
    if patch.checks.by_person && patch.fields.is_some() {
        faults.extend(requirement::left_open(case, definition, &fields, at));
    }
    if !faults.is_empty() {
        return Err(CaseRejection::Invalid(faults));
    }
    let reason = patch.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let mut judged = Judged::default();
    if let Some(to) = &stage {
        let after = Case { fields, ..case.clone() };
        let wished = Move { case: &after, definition, to, reason, at };
        judged = wished.judge(&patch.checks);
        if !judged.lacks.is_empty() {
            return Err(CaseRejection::MoveRefused { to: to.into(), lacks: judged.lacks });
        }
        close::consent_to_leave(case, definition, &patch.closing)?;
    }
    if let Some(status) = &status {
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
    if let Some(to) = &stage {
        // Sent back, or to where nobody goes in passing: it stays until something has changed.
        let rests = !Move { case, definition, to, reason, at }.is_onward();
        let entering =
            Entering { reason: reason.map(str::to_owned), skipped: judged.skipped, rests, ..Entering::default() };
        stage::enter(&mut draft, to, entering);
    }
    if let Some(status) = status {
        close::set_status(&mut draft, status, patch.reason.as_deref(), &patch.closing);
    }
    if patch.problem.is_some() && case.problem.is_some() {
        draft.record(Fact::ProblemCleared {});
    }
    Ok(draft.decided(()))
}

/// What is said with a move or a change of the status: why, and how the case ends.
fn check_words(
    case: &Case,
    definition: &CaseDefinition,
    patch: &CasePatch,
    (stage, status): (Option<&Stage>, Option<&Status>),
    faults: &mut Vec<FieldFault>,
) {
    let is_closed = case.status.kind == StatusKind::Closed;
    let closes = status.is_some_and(|status| status.kind == StatusKind::Closed);
    let reopens = is_closed && status.is_some() && !closes;
    match &patch.reason {
        Some(_) if patch.status.is_none() && patch.stage.is_none() => {
            let detail = "a reason goes with a change of the status or the stage";
            faults.push(FieldFault::new("/reason", "not-applicable", detail));
        }
        Some(reason) => faults.extend(too_long(reason)),
        None => {}
    }
    if reopens && patch.checks.by_person && patch.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
        faults.push(FieldFault::new("/reason", "required", "say why it is opened again"));
    }
    if closes && !is_closed {
        faults.extend(resolution::faults(case, definition, stage, &patch.closing));
    } else if patch.closing.resolution.is_some() {
        let detail = "a resolution goes with closing the case";
        faults.push(FieldFault::new("/resolution", "not-applicable", detail));
    }
}
