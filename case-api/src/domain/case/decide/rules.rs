//! Answers an entry of a case with the rules of its definition.

use super::change;
use super::close::{self, Closing};
use super::requirement::Move;
use super::stage;
use super::{Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::ground::{Since, ground, variables};
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, Stage};
use crate::domain::person::Person;
use crate::domain::rule::{Action, MAX_DEPTH, Notify, Rule, condition};
use jiff::Timestamp;
use serde_json::{Map, Value};

/// The entry rules are asked about.
pub(crate) struct Trigger<'a> {
    pub(crate) seq: u64,
    pub(crate) name: &'a str,
    pub(crate) event: &'a Value,
    /// How many rules led here.
    pub(crate) depth: u32,
}

/// All rules that hold, in order; each sees what the one before it did.
pub(crate) fn answer_with_rules(
    case: &Case,
    definition: &CaseDefinition,
    trigger: &Trigger<'_>,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    if trigger.seq <= case.ruled {
        return Ok(draft.decided(()));
    }
    let view = flatten(trigger.event);
    for rule in definition.rules.iter().filter(|rule| rule.on == trigger.name) {
        if !holds(rule, &view, &draft) {
            continue;
        }
        if trigger.depth >= MAX_DEPTH {
            let reason = format!("rules set each other off more than {MAX_DEPTH} times; this one was not applied");
            let problem = CaseProblem::failed(&rule.id, &reason, at);
            draft.record(Fact::StepFailed { step: rule.id.clone(), reason, problem, source: None });
            continue;
        }
        apply(&mut draft, definition, rule, trigger);
    }
    Ok(draft.decided(()))
}

fn holds(rule: &Rule, event: &Value, draft: &Draft<'_>) -> bool {
    condition::holds(&rule.when, event, &Value::Object(variables(&draft.case)))
        && rule.condition.as_deref().is_none_or(|condition| {
            ground(&draft.case, draft.definition(), Since::CaseBegan, draft.at).is_true(condition)
        })
}

fn apply(draft: &mut Draft<'_>, definition: &CaseDefinition, rule: &Rule, trigger: &Trigger<'_>) {
    draft.record(Fact::RuleApplied { rule: rule.id.clone(), trigger: trigger.seq });
    let cause = Cause { step: &rule.id, start: &format!("{}-{}", rule.id, trigger.seq) };
    perform(draft, definition, &cause, &rule.then);
}

/// Why actions are performed.
pub(super) struct Cause<'a> {
    /// What people read where one of them cannot be.
    pub(super) step: &'a str,
    /// What makes the start of a process the one of this cause, within its case.
    pub(super) start: &'a str,
}

/// Does what a rule, or a step of a promise, says.
pub(super) fn perform(draft: &mut Draft<'_>, definition: &CaseDefinition, cause: &Cause<'_>, actions: &[Action]) {
    for action in actions {
        match action {
            Action::SetStage(id) => {
                if let Some(stage) = definition.stage(id) {
                    enter(draft, definition, cause.step, stage);
                }
            }
            Action::SetStatus(id) => {
                if let Some(status) = definition.status(id) {
                    close::set_status(draft, status.clone(), None, &Closing::cancelling());
                }
            }
            Action::SetQueue(queue) => change::set_queue(draft, Some(queue.clone())),
            Action::SetPriority(priority) => change::set_priority(draft, *priority),
            Action::Assign(id) if id == "none" => change::assign(draft, None),
            Action::Assign(id) => change::assign(draft, Some(Person::new(id, id))),
            Action::AddLabel(label) => label_with(draft, label, true),
            Action::RemoveLabel(label) => label_with(draft, label, false),
            Action::SetFields(fields) => change::merge_fields(draft, fields, None),
            Action::StartProcess(key) => {
                if let Some(process) = definition.process(key) {
                    let start_id = format!("{}-{}", draft.case.id, cause.start);
                    draft.request_process(process, &start_id, Map::new());
                }
            }
            Action::Notify(notify) => notify_people(draft, notify),
        }
    }
}

/// A stage asks rules for its fields and criteria too; what a rule may not do is told where people look.
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
    let problem = CaseProblem::failed(step, &reason, draft.at);
    draft.record(Fact::StepFailed { step: step.to_owned(), reason, problem, source: None });
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

/// The event with the members of its `task` beside its own, so that a rule can say `taskDefinitionKey`.
fn flatten(event: &Value) -> Value {
    let mut flat = event.clone();
    if let (Some(members), Some(task)) = (flat.as_object_mut(), event.get("task").and_then(Value::as_object)) {
        for (key, value) in task {
            members.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    flat
}
