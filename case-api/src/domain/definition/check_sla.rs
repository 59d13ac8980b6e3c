//! Faults of what a definition promises.

use super::model::CaseDefinition;
use super::names::stage_exists;
use crate::domain::sla::policy::TRIGGERS;
use crate::domain::sla::{SlaPolicy, SlaScope};
use casewright_forms::FieldFault;

/// Steps of one promise.
const MOST_STEPS: usize = 20;

pub(super) fn check_slas(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    for (index, sla) in definition.slas.iter().enumerate() {
        check(definition, sla, &format!("/slas/{index}"), faults);
    }
    if let Some(hours) = &definition.business_hours
        && let Err(reason) = hours.compile()
    {
        faults.push(FieldFault::new("/businessHours", "invalid-calendar", &reason));
    }
}

fn check(definition: &CaseDefinition, sla: &SlaPolicy, at: &str, faults: &mut Vec<FieldFault>) {
    const DURATION: &str = "an ISO 8601 duration of days, hours, minutes or seconds, more than zero: `PT4H`, `P2D`";
    let target = sla.target_seconds();
    if target.is_none() {
        faults.push(FieldFault::new(&format!("{at}/target"), "invalid-duration", DURATION));
    }
    if sla.goal.is_some() {
        match (sla.goal_seconds(), target) {
            (None, _) => faults.push(FieldFault::new(&format!("{at}/goal"), "invalid-duration", DURATION)),
            (Some(goal), Some(target)) if goal >= target => {
                let detail = "a goal is reached before the deadline";
                faults.push(FieldFault::new(&format!("{at}/goal"), "out-of-range", detail));
            }
            _ => {}
        }
    }
    if !(sla.at_risk > 0.0 && sla.at_risk < 1.0) {
        faults.push(FieldFault::new(
            &format!("{at}/atRisk"),
            "out-of-range",
            "the part of the target after which the case is at risk: between 0 and 1",
        ));
    }
    check_scope(definition, sla, at, faults);
    for place in &sla.pause_in {
        check_pause(definition, place, &format!("{at}/pauseIn"), faults);
    }
    check_steps(sla, at, faults);
}

fn check_scope(definition: &CaseDefinition, sla: &SlaPolicy, at: &str, faults: &mut Vec<FieldFault>) {
    let scope = format!("{at}/scope");
    match &sla.scope {
        SlaScope::Case => {
            for (name, trigger) in [("startOn", &sla.start_on), ("stopOn", &sla.stop_on)] {
                if !is_trigger(definition, trigger) {
                    faults.push(FieldFault::new(
                        &format!("{at}/{name}"),
                        "unknown-trigger",
                        "one of created, first-reply, any-reply, assigned, closed, stage:<id>, status:<id>",
                    ));
                }
            }
            return;
        }
        SlaScope::Stage(stage) => stage_exists(definition, stage, &scope, faults),
        SlaScope::Process(key) if definition.process(key).is_none() => {
            let detail = format!("`{key}` is not a process of this definition");
            faults.push(FieldFault::new(&scope, "unknown-process", &detail));
        }
        SlaScope::Task(key) if key.trim().is_empty() => {
            faults.push(FieldFault::new(&scope, "required", "the task's key in its model"));
        }
        SlaScope::Process(_) | SlaScope::Task(_) => {}
    }
    for (name, trigger) in [("startOn", &sla.start_on), ("stopOn", &sla.stop_on)] {
        if !trigger.is_empty() {
            let detail = "it begins and ends with what it is about";
            faults.push(FieldFault::new(&format!("{at}/{name}"), "not-applicable", detail));
        }
    }
}

fn check_pause(definition: &CaseDefinition, place: &str, pointer: &str, faults: &mut Vec<FieldFault>) {
    let status = match place.split_once(':') {
        Some(("stage", id)) => return stage_exists(definition, id, pointer, faults),
        Some(("reason", text)) if !text.trim().is_empty() => return,
        Some(("status", id)) => id,
        _ => place,
    };
    if definition.status(status).is_none() {
        let detail = format!("`{status}` is not a status of this definition");
        faults.push(FieldFault::new(pointer, "unknown-status", &detail));
    }
}

fn check_steps(sla: &SlaPolicy, at: &str, faults: &mut Vec<FieldFault>) {
    if sla.escalations.len() > MOST_STEPS {
        faults.push(FieldFault::new(&format!("{at}/escalations"), "too-many", "20 steps at most"));
    }
    for (index, step) in sla.escalations.iter().enumerate() {
        if !(1..=1_000).contains(&step.at) {
            let detail = "percent of the target, between 1 and 1,000";
            faults.push(FieldFault::new(&format!("{at}/escalations/{index}/at"), "out-of-range", detail));
        }
    }
}

fn is_trigger(definition: &CaseDefinition, trigger: &str) -> bool {
    match trigger.split_once(':') {
        Some(("stage", id)) => definition.stage(id).is_some(),
        Some(("status", id)) => definition.status(id).is_some(),
        _ => TRIGGERS.contains(&trigger),
    }
}
