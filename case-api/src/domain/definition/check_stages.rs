//! What stages, milestones and resolutions of a definition must fulfil.

use super::model::{CaseDefinition, Stage, StageKind};
use crate::domain::case::event::Fact;
use crate::domain::sentry::{self, Occurrence, Sentry};
use casewright_forms::{FieldFault, escape};
use std::collections::HashSet;

/// Criteria of one definition: all of them may be asked for each thing that happens to a case.
const MOST_CRITERIA: usize = 200;
/// Longest condition, in characters.
const LONGEST_CONDITION: usize = 2_000;

pub(super) fn check(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    let mut criteria = 0;
    if definition.stages.first().is_some_and(|stage| stage.kind != StageKind::Primary) {
        let detail = "a case begins in a primary stage";
        faults.push(FieldFault::new("/stages/0/kind", "not-primary", detail));
    }
    for (index, stage) in definition.stages.iter().enumerate() {
        let at = format!("/stages/{index}");
        check_ways(definition, stage, &at, faults);
        check_named(definition, stage, &at, faults);
        for (name, sentries) in [("entryCriteria", &stage.entry_criteria), ("exitCriteria", &stage.exit_criteria)] {
            criteria += sentries.len();
            check_sentries(definition, sentries, &format!("{at}/{name}"), faults);
        }
    }
    let mut ids = HashSet::new();
    for (index, milestone) in definition.milestones.iter().enumerate() {
        let at = format!("/milestones/{index}");
        if milestone.criteria.is_empty() {
            let detail = "a milestone is reached by one of its criteria";
            faults.push(FieldFault::new(&format!("{at}/criteria"), "required", detail));
        }
        check_id(&milestone.id, &milestone.name, &at, &mut ids, faults);
        criteria += milestone.criteria.len();
        check_sentries(definition, &milestone.criteria, &format!("{at}/criteria"), faults);
    }
    let mut ids = HashSet::new();
    for (index, resolution) in definition.resolutions.iter().enumerate() {
        check_id(&resolution.id, &resolution.name, &format!("/resolutions/{index}"), &mut ids, faults);
    }
    if criteria > MOST_CRITERIA {
        let detail = format!("{criteria} criteria; a definition has {MOST_CRITERIA} at most");
        faults.push(FieldFault::new("/stages", "too-many", &detail));
    }
}

fn check_ways(definition: &CaseDefinition, stage: &Stage, at: &str, faults: &mut Vec<FieldFault>) {
    for (place, id) in stage.to.iter().flatten().enumerate() {
        known_stage(definition, id, &format!("{at}/to/{place}"), faults);
    }
    if let Some(next) = &stage.next {
        known_stage(definition, next, &format!("{at}/next"), faults);
    }
    if !stage.auto_advance {
        return;
    }
    if stage.exit_criteria.is_empty() {
        let detail = "a stage goes on by itself when one of its exit criteria holds: it has none";
        faults.push(FieldFault::new(&format!("{at}/exitCriteria"), "required", detail));
    }
    match definition.next_of(stage) {
        // One that is said and not there was told above.
        None if stage.next.is_some() => {}
        None => {
            let detail = "no primary stage comes after it: say where it goes on to";
            faults.push(FieldFault::new(&format!("{at}/next"), "required", detail));
        }
        Some(next) if next.id == stage.id || stage.to.as_ref().is_some_and(|ways| !ways.contains(&next.id)) => {
            let detail = format!("`{}` cannot be reached from `{}`", next.id, stage.id);
            faults.push(FieldFault::new(&format!("{at}/next"), "no-transition", &detail));
        }
        Some(_) => {}
    }
}

fn check_named(definition: &CaseDefinition, stage: &Stage, at: &str, faults: &mut Vec<FieldFault>) {
    if let Some(status) = &stage.status
        && definition.status(status).is_none()
    {
        faults.push(FieldFault::new(&format!("{at}/status"), "unknown-status", &not_there(status, "a status")));
    }
    for (place, key) in stage.cancel_on_exit.iter().enumerate() {
        if definition.process(key).is_none() {
            let pointer = format!("{at}/cancelOnExit/{place}");
            faults.push(FieldFault::new(&pointer, "unknown-process", &not_there(key, "a process")));
        }
    }
    if stage.wip_limit.is_some_and(|limit| limit.limit == 0) {
        let detail = "a stage takes one case at least";
        faults.push(FieldFault::new(&format!("{at}/wipLimit/limit"), "out-of-range", detail));
    }
}

fn check_sentries(definition: &CaseDefinition, sentries: &[Sentry], at: &str, faults: &mut Vec<FieldFault>) {
    for (index, sentry) in sentries.iter().enumerate() {
        let at = format!("{at}/{index}");
        if sentry.on.is_empty() && sentry.condition.is_none() {
            let detail = "a criterion waits for something (`on`), or asks for it (`if`)";
            faults.push(FieldFault::new(&at, "required", detail));
        }
        for (place, occurrence) in sentry.on.iter().enumerate() {
            if let Some((code, detail)) = unknown(definition, occurrence) {
                faults.push(FieldFault::new(&format!("{at}/on/{place}"), code, &detail));
            }
        }
        if let Some(condition) = &sentry.condition {
            check_condition(definition, condition, &format!("{at}/if"), faults);
        }
    }
}

/// A condition in FEEL, of a criterion or a rule.
pub(super) fn check_condition(
    definition: &CaseDefinition,
    condition: &str,
    pointer: &str,
    faults: &mut Vec<FieldFault>,
) {
    if condition.chars().count() > LONGEST_CONDITION {
        faults.push(FieldFault::new(pointer, "too-long", "a condition is limited to 2,000 characters"));
        return;
    }
    let names: Vec<&str> = definition.fields.iter().map(|field| field.key.as_str()).collect();
    if let Some(detail) = sentry::fault_of(condition, &names) {
        faults.push(FieldFault::new(pointer, "invalid-expression", &detail));
    }
}

/// What is waited for that can never happen. Tasks and processes may be of models that are deployed later.
fn unknown(definition: &CaseDefinition, occurrence: &Occurrence) -> Option<(&'static str, String)> {
    let (is_known, code, detail) = match occurrence {
        Occurrence::TaskCompleted(_) | Occurrence::ProcessCompleted(_) => return None,
        Occurrence::MilestoneReached(id) => {
            let is_known = definition.milestones.iter().any(|milestone| milestone.id == *id);
            (is_known, "unknown-milestone", not_there(id, "a milestone"))
        }
        Occurrence::StageEntered(id) => (definition.stage(id).is_some(), "unknown-stage", not_there(id, "a stage")),
        Occurrence::StatusEntered(id) => (definition.status(id).is_some(), "unknown-status", not_there(id, "a status")),
        Occurrence::FieldChanged(key) => (definition.field(key).is_some(), "unknown-field", not_there(key, "a field")),
        Occurrence::Event(name) => {
            let detail = format!("`{name}` is not a kind of entry: {}", Fact::NAMES.join(", "));
            (Fact::NAMES.contains(&name.as_str()), "unknown-event", detail)
        }
    };
    (!is_known).then_some((code, detail))
}

fn check_id<'a>(id: &'a str, name: &str, at: &str, ids: &mut HashSet<&'a str>, faults: &mut Vec<FieldFault>) {
    if id.is_empty() || escape(id) != id {
        faults.push(FieldFault::new(&format!("{at}/id"), "required", "an id is needed, without `/` and `~`"));
    } else if !ids.insert(id) {
        faults.push(FieldFault::new(&format!("{at}/id"), "duplicate", &format!("`{id}` is there twice")));
    }
    if name.trim().is_empty() {
        faults.push(FieldFault::new(&format!("{at}/name"), "required", "a name is needed"));
    }
}

fn known_stage(definition: &CaseDefinition, id: &str, pointer: &str, faults: &mut Vec<FieldFault>) {
    if definition.stage(id).is_none() {
        faults.push(FieldFault::new(pointer, "unknown-stage", &not_there(id, "a stage")));
    }
}

fn not_there(id: &str, what: &str) -> String {
    format!("`{id}` is not {what} of this definition")
}
