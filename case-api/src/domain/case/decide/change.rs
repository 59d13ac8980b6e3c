//! Changes of one property each, as events: none when nothing changes. What is set was checked before.

use super::Draft;
use crate::domain::case::document::CaseDocument;
use crate::domain::case::event::{Fact, FieldChange, Source};
use crate::domain::definition::field::formula;
use crate::domain::person::{Person, Requester};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(super) fn set_title(draft: &mut Draft<'_>, title: &str) {
    let after = title.trim().to_owned();
    if after != draft.case.title {
        draft.record(Fact::TitleChanged { before: draft.case.title.clone(), after });
    }
}

/// What is computed of the changed fields changes with them. `source` says where it was seen, when it was done elsewhere.
pub(super) fn merge_fields(draft: &mut Draft<'_>, wanted: &Map<String, Value>, source: Option<&Source>) {
    let mut fields = draft.case.fields.clone();
    let mut changes = Vec::new();
    for (key, after) in wanted {
        let before = fields.get(key).cloned().unwrap_or(Value::Null);
        if before == *after {
            continue;
        }
        if after.is_null() {
            fields.remove(key);
        } else {
            fields.insert(key.clone(), after.clone());
        }
        changes.push(FieldChange { key: key.clone(), before, after: after.clone() });
    }
    let changed: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
    let computed = formula::recompute(draft.definition().field_set(), &mut fields, Some(&changed), draft.at);
    let computed = computed.into_iter().map(|one| FieldChange { key: one.key, before: one.before, after: one.after });
    changes.extend(computed);
    if !changes.is_empty() {
        draft.record(Fact::FieldChanged { changes, fields, source: source.cloned() });
    }
}

pub(super) fn set_priority(draft: &mut Draft<'_>, after: i32) {
    if after != draft.case.priority {
        draft.record(Fact::PriorityChanged { before: draft.case.priority, after, urgency: None });
    }
}

pub(super) fn set_queue(draft: &mut Draft<'_>, to: Option<String>) {
    if to != draft.case.queue {
        draft.record(Fact::QueueChanged { from: draft.case.queue.clone(), to });
    }
}

pub(super) fn assign(draft: &mut Draft<'_>, to: Option<Person>) {
    if to.as_ref().map(|p| &p.id) != draft.case.assignee.as_ref().map(|p| &p.id) {
        draft.record(Fact::Assigned { from: draft.case.assignee.clone(), to });
    }
}

pub(super) fn set_labels(draft: &mut Draft<'_>, labels: &[String]) {
    let wanted: BTreeSet<String> = labels.iter().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
    if wanted != draft.case.labels {
        let added = wanted.difference(&draft.case.labels).cloned().collect();
        let removed = draft.case.labels.difference(&wanted).cloned().collect();
        draft.record(Fact::LabelsChanged { added, removed, labels: wanted.into_iter().collect() });
    }
}

pub(super) fn set_requester(draft: &mut Draft<'_>, after: Option<Requester>) {
    let after = after.and_then(Requester::trimmed);
    if after != draft.case.requester {
        draft.record(Fact::RequesterChanged { before: draft.case.requester.clone(), after });
    }
}

/// One file is one document of a case, however many fields refer to it.
pub(super) fn attach(draft: &mut Draft<'_>, documents: &[CaseDocument], source: Option<&Source>) {
    for document in documents {
        if draft.case.documents.iter().all(|present| present.file_id != document.file_id) {
            draft.record(Fact::DocumentAdded { document: document.clone(), source: source.cloned() });
        }
    }
}
