//! Answers an entry of a case with the rules of its definition.

use super::change;
use super::close::{self, Closing};
use super::requirement;
use super::{Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, Stage};
use crate::domain::person::Person;
use crate::domain::rule::{Action, MAX_DEPTH, Notify, Rule, condition};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

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
        if !condition::holds(&rule.when, &view, &as_seen(&draft.case)) {
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

fn apply(draft: &mut Draft<'_>, definition: &CaseDefinition, rule: &Rule, trigger: &Trigger<'_>) {
    draft.record(Fact::RuleApplied { rule: rule.id.clone(), trigger: trigger.seq });
    for action in &rule.then {
        match action {
            Action::SetStage(id) => {
                if let Some(stage) = definition.stage(id) {
                    enter(draft, definition, rule, stage);
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
                    let start_id = format!("{}-{}-{}", draft.case.id, rule.id, trigger.seq);
                    draft.request_process(process, &start_id, Map::new());
                }
            }
            Action::Notify(notify) => notify_people(draft, notify),
        }
    }
}

/// A stage demands its fields of rules too; what a rule may not do is told where people look.
fn enter(draft: &mut Draft<'_>, definition: &CaseDefinition, rule: &Rule, stage: &Stage) {
    let missing = requirement::of_stage(definition, stage, &draft.case.fields);
    if missing.is_empty() || draft.case.stage.id == stage.id {
        return change::set_stage(draft, stage.clone());
    }
    let details: Vec<&str> = missing.iter().map(|fault| fault.detail.as_str()).collect();
    let reason = format!("the case could not move to {}: {}", stage.name, details.join(", "));
    let problem = CaseProblem::failed(&rule.id, &reason, draft.at);
    draft.record(Fact::StepFailed { step: rule.id.clone(), reason, problem, source: None });
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

/// The case as a rule sees it.
fn as_seen(case: &Case) -> Value {
    json!({
        "definition": case.definition, "stage": case.stage.id, "status": case.status.id, "statusKind": case.status.kind.as_str(),
        "queue": case.queue, "assignee": case.assignee.as_ref().map(|person| &person.id), "priority": case.priority,
        "fields": case.fields, "labels": case.labels, "origin": case.origin,
    })
}
