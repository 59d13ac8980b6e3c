//! What rules, and steps of promises, do to a case.

use super::Draft;
use super::change;
use super::close::{self, Closing};
use super::requirement::Move;
use super::stage;
use crate::domain::case::event::Fact;
use crate::domain::case::problem::CaseProblem;
use crate::domain::definition::model::{CaseDefinition, Stage};
use crate::domain::person::Person;
use crate::domain::rule::{Action, ActionOutcome, ActionRun, Notify};
use serde_json::Map;
use std::collections::BTreeMap;

/// Why actions are performed.
pub(super) struct Cause<'a> {
    /// What people read where one of them cannot be.
    pub(super) step: &'a str,
    /// What makes the start of a process the one of this cause, within its case.
    pub(super) start: &'a str,
}

/// Those to whom actions may give the case now, by their ids.
pub(crate) type People = BTreeMap<String, Person>;

/// Does what a rule, or a step of a promise, says; gives what came of each.
pub(super) fn perform(draft: &mut Draft<'_>, cause: &Cause<'_>, actions: &[Action], people: &People) -> Vec<ActionRun> {
    let one = |action: &Action| {
        let before = draft.count();
        act(draft, cause, action, people);
        let failed = draft.facts_after(before).find_map(|fact| match fact {
            Fact::StepFailed { reason, .. } => Some(reason.clone()),
            _ => None,
        });
        let outcome = match (&failed, draft.count() > before) {
            (Some(_), _) => ActionOutcome::Failed,
            (None, true) => ActionOutcome::Done,
            (None, false) => ActionOutcome::Unchanged,
        };
        ActionRun { action: action.clone(), outcome, reason: failed }
    };
    actions.iter().map(one).collect()
}

fn act(draft: &mut Draft<'_>, cause: &Cause<'_>, action: &Action, people: &People) {
    let definition = draft.definition();
    match action {
        Action::SetStage(id) => match definition.stage(id) {
            Some(stage) => enter(draft, definition, cause.step, stage),
            None => fail(draft, cause.step, format!("there is no stage `{id}`")),
        },
        Action::SetStatus(id) => match definition.status(id) {
            Some(status) => close::set_status(draft, status.clone(), None, &Closing::cancelling()),
            None => fail(draft, cause.step, format!("there is no status `{id}`")),
        },
        Action::SetQueue(queue) => change::set_queue(draft, Some(queue.clone())),
        Action::SetPriority(priority) => change::set_priority(draft, *priority),
        Action::Assign(id) if id == "none" => change::assign(draft, None),
        Action::Assign(id) => match people.get(id) {
            Some(person) => change::assign(draft, Some(person.clone())),
            None => {
                let reason = format!("the case could not be given to `{id}`: no such user, or none who may work on it");
                fail(draft, cause.step, reason);
            }
        },
        Action::AddLabel(label) => label_with(draft, label, true),
        Action::RemoveLabel(label) => label_with(draft, label, false),
        Action::SetFields(fields) => change::merge_fields(draft, fields, None),
        Action::StartProcess(key) => match definition.process(key) {
            Some(process) => {
                let start_id = format!("{}-{}", draft.case.id, cause.start);
                draft.request_process(process, &start_id, Map::new());
            }
            None => fail(draft, cause.step, format!("there is no process `{key}`")),
        },
        Action::Notify(notify) => notify_people(draft, notify),
    }
}

/// What could not be done is told where people look.
fn fail(draft: &mut Draft<'_>, step: &str, reason: String) {
    let problem = CaseProblem::failed(step, &reason, draft.at);
    draft.record(Fact::StepFailed { step: step.to_owned(), reason, problem, source: None });
}

/// A stage asks rules for its fields and criteria too.
fn enter(draft: &mut Draft<'_>, definition: &CaseDefinition, step: &str, stage: &Stage) {
    if draft.case.stage.id == stage.id {
        return;
    }
    let wished = Move { case: &draft.case, definition, to: stage, reason: None, at: draft.at };
    let lacks = wished.of_everybody().lacks;
    if lacks.is_empty() {
        return stage::enter_with_status(draft, stage, stage::Entering::default());
    }
    let details: Vec<&str> = lacks.iter().map(|lack| lack.fault.detail.as_str()).collect();
    let reason = format!("the case could not move to {}: {}", stage.name, details.join(", "));
    fail(draft, step, reason);
}

fn label_with(draft: &mut Draft<'_>, label: &str, is_wanted: bool) {
    let mut labels: Vec<String> = draft.case.labels.iter().filter(|l| *l != label).cloned().collect();
    if is_wanted {
        labels.push(label.to_owned());
    }
    change::set_labels(draft, &labels);
}

fn notify_people(draft: &mut Draft<'_>, notify: &Notify) {
    let (to, groups) = match notify.to.as_str() {
        "assignee" => (draft.case.assignee.iter().map(|person| person.id.clone()).collect(), Vec::new()),
        // The publisher knows the members of the queue.
        "queue" => (Vec::new(), draft.case.queue.iter().map(|queue| format!("queue:{queue}")).collect()),
        user => (vec![user.to_owned()], Vec::new()),
    };
    if !to.is_empty() || !groups.is_empty() {
        draft.record(Fact::Notified { to, groups, template: notify.template.clone() });
    }
}
