//! Limits of what a case holds, and what must be of its definition.

use crate::domain::definition::model::{CaseDefinition, Stage, Status};
use crate::domain::person::Requester;
use casewright_forms::FieldFault;
use casewright_forms::is_email;

/// Longest title, in characters.
const MAX_TITLE: usize = 500;
/// Longest reason for closing, in characters.
const MAX_REASON: usize = 2_000;
/// Longest name and address of a requester, in characters.
const MAX_REQUESTER: usize = 254;
/// Labels of one case, and the longest of them in characters.
const MAX_LABELS: usize = 50;
const MAX_LABEL: usize = 64;

pub(super) fn check_title(title: &str, faults: &mut Vec<FieldFault>) {
    if title.trim().is_empty() {
        faults.push(FieldFault::new("/title", "required", "a title is needed"));
    } else if title.chars().count() > MAX_TITLE {
        faults.push(FieldFault::new("/title", "too-long", "a title is limited to 500 characters"));
    }
}

pub(super) fn check_priority(priority: Option<i32>, faults: &mut Vec<FieldFault>) {
    if priority.is_some_and(|priority| !(0..=100).contains(&priority)) {
        faults.push(FieldFault::new("/priority", "out-of-range", "a priority is between 0 and 100"));
    }
}

pub(super) fn check_requester(requester: Option<&Requester>, faults: &mut Vec<FieldFault>) {
    let Some(requester) = requester else {
        return;
    };
    for (pointer, text) in [("/requester/name", &requester.name), ("/requester/email", &requester.email)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_REQUESTER) {
            faults.push(FieldFault::new(pointer, "too-long", "at most 254 characters are allowed"));
        }
    }
    if requester.email.as_deref().map(str::trim).is_some_and(|email| !email.is_empty() && !is_email(email)) {
        faults.push(FieldFault::new("/requester/email", "email", "an e-mail address is expected"));
    }
}

pub(super) fn check_labels(labels: Option<&[String]>, faults: &mut Vec<FieldFault>) {
    let labels = labels.unwrap_or_default();
    if labels.len() > MAX_LABELS {
        faults.push(FieldFault::new("/labels", "too-many", "a case has at most 50 labels"));
    }
    for (index, label) in labels.iter().enumerate() {
        if label.chars().count() > MAX_LABEL {
            let detail = "a label is limited to 64 characters";
            faults.push(FieldFault::new(&format!("/labels/{index}"), "too-long", detail));
        }
    }
}

/// A fault when a reason is longer than a reason may be.
pub(super) fn too_long(reason: &str) -> Option<FieldFault> {
    (reason.chars().count() > MAX_REASON)
        .then(|| FieldFault::new("/reason", "too-long", "a reason is limited to 2,000 characters"))
}

pub(super) fn check_queue(definition: &CaseDefinition, queue: &str, faults: &mut Vec<FieldFault>) {
    if !definition.queues.is_empty() && !definition.queues.iter().any(|q| q == queue) {
        faults.push(FieldFault::new(
            "/queue",
            "unknown-queue",
            &format!("`{queue}` is not a queue of this definition"),
        ));
    }
}

pub(super) fn find_stage(definition: &CaseDefinition, id: &str, faults: &mut Vec<FieldFault>) -> Option<Stage> {
    let stage = definition.stage(id).cloned();
    if stage.is_none() {
        faults.push(FieldFault::new("/stage", "unknown-stage", &format!("`{id}` is not a stage of this definition")));
    }
    stage
}

pub(super) fn find_status(definition: &CaseDefinition, id: &str, faults: &mut Vec<FieldFault>) -> Option<Status> {
    let status = definition.status(id).cloned();
    if status.is_none() {
        faults.push(FieldFault::new(
            "/status",
            "unknown-status",
            &format!("`{id}` is not a status of this definition"),
        ));
    }
    status
}
