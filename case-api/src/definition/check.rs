//! What a case definition must fulfil before it is published. Everything is reported at once, with a pointer, so that
//! its author need not guess their way through.

use super::model::{CaseDefinition, FieldType, ProcessStart, StatusKind};
use crate::fault::FieldFault;
use crate::rule::Action;
use casewright_service::reserved;
use std::collections::HashSet;

/// All faults of a definition; empty: it may be published.
#[must_use]
pub(crate) fn check(definition: &CaseDefinition) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    check_names(definition, &mut faults);
    check_references(definition, &mut faults);
    check_slas(definition, &mut faults);
    check_rules(definition, &mut faults);
    faults
}

fn check_names(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    if !is_slug(&definition.key) {
        faults.push(FieldFault::new("/key", "invalid-key", "letters, digits, `-`, `_` and `.` only"));
    }
    if definition.name.trim().is_empty() {
        faults.push(FieldFault::new("/name", "required", "a name is needed"));
    }
    let prefix = &definition.case_number_prefix;
    if prefix.is_empty() || prefix.len() > 12 || !prefix.chars().all(|c| c.is_ascii_alphanumeric()) {
        faults.push(FieldFault::new("/caseNumberPrefix", "invalid-prefix", "1 to 12 letters or digits"));
    }
    if definition.stages.is_empty() {
        faults.push(FieldFault::new("/stages", "required", "a case needs at least one stage"));
    }
    if definition.initial_status().is_none() {
        faults.push(FieldFault::new("/statuses", "required", "a case needs a status of kind `open` to begin with"));
    }
    if !definition.statuses.iter().any(|s| s.kind == StatusKind::Closed) {
        faults.push(FieldFault::new("/statuses", "required", "a case needs a status of kind `closed` to end with"));
    }
    unique(definition.stages.iter().map(|s| s.id.as_str()), "/stages", faults);
    unique(definition.statuses.iter().map(|s| s.id.as_str()), "/statuses", faults);
    unique(definition.fields.iter().map(|f| f.key.as_str()), "/fields", faults);
    unique(definition.processes.iter().map(|p| p.key.as_str()), "/processes", faults);
    unique(definition.slas.iter().map(|s| s.id.as_str()), "/slas", faults);
    unique(definition.rules.iter().map(|r| r.id.as_str()), "/rules", faults);
    for (index, field) in definition.fields.iter().enumerate() {
        if field.kind == FieldType::Select && field.options.is_empty() {
            faults.push(FieldFault::new(&format!("/fields/{index}/options"), "required", "a select needs options"));
        }
        if reserved::is_reserved(&field.key) {
            let detail = "fields become variables, and the platform keeps this name for itself";
            faults.push(FieldFault::new(&format!("/fields/{index}/key"), "reserved-variable", detail));
        }
    }
}

fn check_references(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    for stage in definition.stage_forms.keys() {
        stage_exists(definition, stage, &format!("/stageForms/{stage}"), faults);
    }
    for (index, process) in definition.processes.iter().enumerate() {
        let pointer = format!("/processes/{index}/stage");
        match (&process.stage, process.start) {
            (Some(stage), _) => stage_exists(definition, stage, &pointer, faults),
            (None, ProcessStart::OnStage) => {
                faults.push(FieldFault::new(&pointer, "required", "`on-stage` needs the stage"));
            }
            (None, _) => {}
        }
    }
    if let Some(queue) = &definition.default_queue
        && !definition.queues.is_empty()
        && !definition.queues.contains(queue)
    {
        faults.push(FieldFault::new("/defaultQueue", "unknown-queue", "not among `queues`"));
    }
}

fn check_slas(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    for (index, sla) in definition.slas.iter().enumerate() {
        if sla.target_seconds().is_none() {
            faults.push(FieldFault::new(
                &format!("/slas/{index}/target"),
                "invalid-duration",
                "an ISO 8601 duration of days, hours, minutes or seconds, more than zero: `PT4H`, `P2D`",
            ));
        }
        if !(sla.at_risk > 0.0 && sla.at_risk < 1.0) {
            faults.push(FieldFault::new(
                &format!("/slas/{index}/atRisk"),
                "out-of-range",
                "the part of the target after which the case is at risk: between 0 and 1",
            ));
        }
        for status in &sla.pause_in {
            if definition.status(status).is_none() {
                faults.push(FieldFault::new(
                    &format!("/slas/{index}/pauseIn"),
                    "unknown-status",
                    &format!("`{status}` is not a status of this definition"),
                ));
            }
        }
    }
    if let Some(hours) = &definition.business_hours
        && let Err(reason) = hours.compile()
    {
        faults.push(FieldFault::new("/businessHours", "invalid-calendar", &reason));
    }
}

fn check_rules(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    for (index, rule) in definition.rules.iter().enumerate() {
        for (place, action) in rule.then.iter().enumerate() {
            let pointer = format!("/rules/{index}/then/{place}");
            match action {
                Action::SetStage(stage) => stage_exists(definition, stage, &pointer, faults),
                Action::SetStatus(status) if definition.status(status).is_none() => {
                    faults.push(FieldFault::new(&pointer, "unknown-status", &format!("`{status}` is not a status")))
                }
                Action::StartProcess(key) if definition.process(key).is_none() => faults.push(FieldFault::new(
                    &pointer,
                    "unknown-process",
                    &format!("`{key}` is not a process of this definition"),
                )),
                _ => {}
            }
        }
    }
}

fn stage_exists(definition: &CaseDefinition, stage: &str, pointer: &str, faults: &mut Vec<FieldFault>) {
    if definition.stage(stage).is_none() {
        faults.push(FieldFault::new(pointer, "unknown-stage", &format!("`{stage}` is not a stage of this definition")));
    }
}

fn unique<'a>(ids: impl Iterator<Item = &'a str>, pointer: &str, faults: &mut Vec<FieldFault>) {
    let mut seen = HashSet::new();
    for (index, id) in ids.enumerate() {
        if id.is_empty() {
            faults.push(FieldFault::new(&format!("{pointer}/{index}"), "required", "an id is needed"));
        } else if !seen.insert(id) {
            faults.push(FieldFault::new(&format!("{pointer}/{index}"), "duplicate", &format!("`{id}` is there twice")));
        }
    }
}

/// Letters, digits, `-`, `_`, `.`; at most 128 characters. Keys stand in URLs and in policies.
#[must_use]
pub(crate) fn is_slug(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 128
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
