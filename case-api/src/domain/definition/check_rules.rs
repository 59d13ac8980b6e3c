//! Faults of what rules, and steps of promises, wait for, ask and do.

use super::check::References;
use super::check_stages;
use super::model::{CaseDefinition, StatusKind};
use super::names::stage_exists;
use super::value;
use crate::domain::case::event::Fact;
use crate::domain::rule::trigger::Mark;
use crate::domain::rule::{Action, Rule, RuleTrigger, condition};
use casewright_forms::{FieldFault, escape};
use serde_json::Value;
use std::collections::BTreeSet;

/// Rules of one definition, and actions of one rule.
const MOST_RULES: usize = 200;
const MOST_ACTIONS: usize = 50;
/// Longest label and kind of a notice, in characters.
const LONGEST_LABEL: usize = 64;
/// Whom a rule may notify besides a user.
const RECEIVERS: [&str; 2] = ["assignee", "queue"];
/// What `when` may ask of the case.
const OF_CASE: [&str; 15] = [
    "definition",
    "title",
    "stage",
    "status",
    "statusKind",
    "queue",
    "assignee",
    "priority",
    "fields",
    "labels",
    "origin",
    "milestones",
    "openTasks",
    "openProcesses",
    "documents",
];

/// All actions of all rules and of all steps of promises, with their pointers.
pub(super) fn actions(definition: &CaseDefinition) -> impl Iterator<Item = (String, &Action)> {
    let of_rules = definition.rules.iter().enumerate().flat_map(|(index, rule)| {
        rule.then.iter().enumerate().map(move |(place, action)| (format!("/rules/{index}/then/{place}"), action))
    });
    let steps = definition.slas.iter().enumerate().flat_map(|(index, sla)| {
        sla.escalations
            .iter()
            .enumerate()
            .map(move |(step, escalation)| (format!("/slas/{index}/escalations/{step}"), escalation))
    });
    let of_steps = steps.flat_map(|(pointer, step)| {
        step.then.iter().enumerate().map(move |(place, action)| (format!("{pointer}/then/{place}"), action))
    });
    of_rules.chain(of_steps)
}

/// The user that an action gives the case to.
pub(super) fn assigned_by(action: &Action) -> Option<&str> {
    match action {
        Action::Assign(user) if user != "none" => Some(user),
        _ => None,
    }
}

/// The user that an action tells something.
pub(super) fn notified_by(action: &Action) -> Option<&str> {
    match action {
        Action::Notify(notify) if !RECEIVERS.contains(&notify.to.as_str()) => Some(&notify.to),
        _ => None,
    }
}

/// Queues, or users, that conditions of rules compare with, with their pointers.
pub(super) fn compared(definition: &CaseDefinition, what: Compared) -> impl Iterator<Item = (String, &str)> {
    definition.rules.iter().enumerate().flat_map(move |(index, rule)| {
        let of_this = rule.when.iter().filter(move |(key, _)| compared_by(rule, key) == Some(what));
        of_this.flat_map(move |(key, wanted)| {
            let pointer = format!("/rules/{index}/when/{}", escape(key));
            condition::texts_of(wanted).into_iter().map(move |text| (pointer.clone(), text))
        })
    })
}

/// What the values that a key of `when` is compared with are ids of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Stage,
    Status,
    StatusKind,
    Queue,
    User,
    Milestone,
}

fn compared_by(rule: &Rule, key: &str) -> Option<Compared> {
    let key = key.strip_suffix(".id").unwrap_or(key);
    match (key, &rule.on) {
        ("stage", _) => Some(Compared::Stage),
        ("status", _) => Some(Compared::Status),
        ("statusKind", _) => Some(Compared::StatusKind),
        ("queue", _) => Some(Compared::Queue),
        ("assignee", _) => Some(Compared::User),
        ("from" | "to", RuleTrigger::Event(event)) => match event.as_str() {
            "stage-changed" => Some(Compared::Stage),
            "status-changed" => Some(Compared::Status),
            "queue-changed" => Some(Compared::Queue),
            "assigned" => Some(Compared::User),
            _ => None,
        },
        ("milestone", RuleTrigger::Event(event)) if event == "milestone-reached" => Some(Compared::Milestone),
        _ => None,
    }
}

/// Faults that the definition shows by itself.
pub(super) fn check(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    if definition.rules.len() > MOST_RULES {
        faults.push(FieldFault::new("/rules", "too-many", &format!("{MOST_RULES} rules at most")));
    }
    for (index, rule) in definition.rules.iter().enumerate() {
        let at = format!("/rules/{index}");
        check_trigger(rule, &format!("{at}/on"), faults);
        if let Some(expression) = &rule.condition {
            check_stages::check_condition(definition, expression, &format!("{at}/if"), faults);
        }
        check_when(definition, rule, &format!("{at}/when"), faults);
        if rule.then.is_empty() || rule.then.len() > MOST_ACTIONS {
            let detail = format!("a rule does something: 1 to {MOST_ACTIONS} actions");
            faults.push(FieldFault::new(&format!("{at}/then"), "required", &detail));
        }
    }
    for (pointer, action) in actions(definition) {
        check_action(definition, action, &pointer, faults);
    }
}

/// What a rule waits for.
fn check_trigger(rule: &Rule, at: &str, faults: &mut Vec<FieldFault>) {
    match &rule.on {
        // A rule that answers rules would never come to an end, and is never asked.
        RuleTrigger::Event(name) if !Fact::NAMES.contains(&name.as_str()) || name == "rule-applied" => {
            let detail = format!("`{name}` is not a kind of entry: {}", Fact::NAMES.join(", "));
            faults.push(FieldFault::new(at, "unknown-event", &detail));
        }
        RuleTrigger::Event(_) => {}
        RuleTrigger::After(wait) => {
            if wait.duration().is_none() {
                let detail = "an ISO 8601 duration between a minute and ten years: `PT4H`, `P2D`";
                faults.push(FieldFault::new(&format!("{at}/after"), "invalid-duration", detail));
            }
            if wait.mark().is_none() {
                let names: Vec<&str> = Mark::ALL.iter().map(|(name, _)| *name).collect();
                let detail = format!("one of {}", names.join(", "));
                faults.push(FieldFault::new(&format!("{at}/since"), "unknown-trigger", &detail));
            }
        }
        RuleTrigger::Daily(daily) => {
            if daily.time().is_none() {
                faults.push(FieldFault::new(&format!("{at}/daily"), "invalid-time", "a time of day: `08:00`"));
            }
            if daily.time_zone().is_none() {
                let detail = "a time zone of IANA's: `Europe/Berlin`";
                faults.push(FieldFault::new(&format!("{at}/zone"), "unknown-time-zone", detail));
            }
            if daily.weekdays().is_none() {
                let detail = "`monday` to `sunday`";
                faults.push(FieldFault::new(&format!("{at}/days"), "unknown-day", detail));
            }
        }
    }
}

/// What a rule asks with `when`: nothing that can never be found.
fn check_when(definition: &CaseDefinition, rule: &Rule, at: &str, faults: &mut Vec<FieldFault>) {
    for (key, test) in condition::unknown_tests(&rule.when) {
        let detail = format!("`{test}` is no test: not, gt, gte, lt, lte, exists");
        faults.push(FieldFault::new(&format!("{at}/{}", escape(key)), "unknown-test", &detail));
    }
    for (key, wanted) in &rule.when {
        let pointer = format!("{at}/{}", escape(key));
        let mut path = key.split('.');
        match (path.next().unwrap_or_default(), path.next()) {
            ("fields", Some(field)) if definition.field(field).is_none() => {
                let detail = format!("`{field}` is not a field of this definition");
                faults.push(FieldFault::new(&pointer, "unknown-field", &detail));
            }
            // What an event brings is the event's; where there is none, only the case can be asked.
            (first, _) if rule.on.is_timed() && !OF_CASE.contains(&first) => {
                let detail = format!("a rule of a time asks the case: {}", OF_CASE.join(", "));
                faults.push(FieldFault::new(&pointer, "unknown-name", &detail));
            }
            _ => check_compared(definition, rule, key, wanted, &pointer, faults),
        }
    }
}

fn check_compared(
    definition: &CaseDefinition,
    rule: &Rule,
    key: &str,
    wanted: &Value,
    pointer: &str,
    faults: &mut Vec<FieldFault>,
) {
    let Some(what) = compared_by(rule, key) else {
        return;
    };
    for id in condition::texts_of(wanted) {
        let (is_known, code, called) = match what {
            Compared::Stage => (definition.stage(id).is_some(), "unknown-stage", "a stage"),
            Compared::Status => (definition.status(id).is_some(), "unknown-status", "a status"),
            Compared::StatusKind => {
                let kinds = [StatusKind::Open, StatusKind::Paused, StatusKind::Closed];
                (kinds.iter().any(|kind| kind.as_str() == id), "unknown-status", "a kind of status")
            }
            Compared::Milestone => {
                let is_known = definition.milestones.iter().any(|milestone| milestone.id == id);
                (is_known, "unknown-milestone", "a milestone")
            }
            Compared::Queue => {
                let is_known = definition.queues.is_empty() || definition.queues.iter().any(|queue| queue == id);
                (is_known, "unknown-queue", "a queue")
            }
            // The directory knows.
            Compared::User => continue,
        };
        if !is_known {
            let detail = format!("`{id}` is not {called} of this definition");
            faults.push(FieldFault::new(pointer, code, &detail));
        }
    }
}

fn check_action(definition: &CaseDefinition, action: &Action, pointer: &str, faults: &mut Vec<FieldFault>) {
    match action {
        Action::SetStage(stage) => stage_exists(definition, stage, pointer, faults),
        Action::SetStatus(status) if definition.status(status).is_none() => {
            faults.push(FieldFault::new(pointer, "unknown-status", &format!("`{status}` is not a status")));
        }
        Action::StartProcess(key) if definition.process(key).is_none() => {
            let detail = format!("`{key}` is not a process of this definition");
            faults.push(FieldFault::new(pointer, "unknown-process", &detail));
        }
        Action::SetQueue(queue) if !definition.queues.is_empty() && !definition.queues.contains(queue) => {
            faults.push(FieldFault::new(pointer, "unknown-queue", "not among `queues`"));
        }
        Action::SetPriority(priority) if !(0..=100).contains(priority) => {
            faults.push(FieldFault::new(pointer, "out-of-range", "a priority is between 0 and 100"));
        }
        Action::AddLabel(label) | Action::RemoveLabel(label) if label.trim().is_empty() => {
            faults.push(FieldFault::new(pointer, "required", "a label is needed"));
        }
        Action::AddLabel(label) | Action::RemoveLabel(label) if label.chars().count() > LONGEST_LABEL => {
            let detail = format!("a label is limited to {LONGEST_LABEL} characters");
            faults.push(FieldFault::new(pointer, "too-long", &detail));
        }
        Action::SetFields(fields) => {
            let unknown = fields.keys().filter(|key| definition.field(key).is_none()).map(|key| {
                let detail = format!("`{key}` is not a field of this definition");
                FieldFault::new(&value::pointer(key), "unknown-field", &detail)
            });
            let found = unknown.chain(value::check(definition.field_set(), fields));
            faults.extend(found.map(|fault| fault.under(pointer)));
        }
        Action::Notify(notify) if !is_template(&notify.template) => {
            let detail = "what it is about, in small letters: `decision-needed`";
            faults.push(FieldFault::new(&format!("{pointer}/notify/template"), "invalid-template", detail));
        }
        _ => {}
    }
}

/// The kind of a notice, as people choose by it what they are told: `decision-needed`.
fn is_template(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_LABEL
        && !name.starts_with('-')
        && !name.ends_with('-')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// Faults of what rules and promises name outside of the definition.
pub(super) fn check_named(definition: &CaseDefinition, known: &References, faults: &mut Vec<FieldFault>) {
    let unknown_queue = |queue: &str| format!("there is no queue `{queue}`");
    for (pointer, action) in actions(definition) {
        if let Action::SetQueue(queue) = action
            && definition.queues.is_empty()
            && !known.queues.contains(queue)
        {
            faults.push(FieldFault::new(&pointer, "unknown-queue", &unknown_queue(queue)));
        }
        if let Some(user) = assigned_by(action) {
            if !known.users.contains(user) {
                faults.push(FieldFault::new(&pointer, "unknown-user", &format!("there is no user `{user}`")));
            } else if !known.workers.contains(user) {
                let detail = format!("`{user}` may not work on cases of this kind");
                faults.push(FieldFault::new(&pointer, "may-not-work-on-it", &detail));
            }
        }
        if let Some(user) = notified_by(action)
            && !known.users.contains(user)
        {
            let detail = format!("`{user}` is neither `assignee`, `queue` nor a user");
            faults.push(FieldFault::new(&pointer, "unknown-user", &detail));
        }
    }
    for (pointer, user) in compared(definition, Compared::User).filter(|(_, user)| !known.users.contains(*user)) {
        faults.push(FieldFault::new(&pointer, "unknown-user", &format!("there is no user `{user}`")));
    }
    if definition.queues.is_empty() {
        let unknown = compared(definition, Compared::Queue).filter(|(_, queue)| !known.queues.contains(*queue));
        faults
            .extend(unknown.map(|(pointer, queue)| FieldFault::new(&pointer, "unknown-queue", &unknown_queue(queue))));
    }
}

impl References {
    /// Users that rules and promises give the case to.
    pub(crate) fn assignees_of(definition: &CaseDefinition) -> BTreeSet<&str> {
        actions(definition).filter_map(|(_, action)| assigned_by(action)).collect()
    }
}

#[cfg(test)]
mod tests;
