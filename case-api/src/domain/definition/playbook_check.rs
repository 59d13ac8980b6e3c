//! What the playbooks of a definition must fulfil.

use super::model::CaseDefinition;
use super::names::is_slug;
use casewright_forms::{FieldFault, escape};
use std::collections::HashSet;

/// Items of one stage, and the longest of their texts in characters.
const MAX_ITEMS: usize = 50;
const MAX_TITLE: usize = 200;
const MAX_GUIDANCE: usize = 4_000;

/// Faults of the playbooks of a definition.
pub(super) fn check(definition: &CaseDefinition, faults: &mut Vec<FieldFault>) {
    for (stage, items) in &definition.playbooks {
        let pointer = format!("/playbooks/{}", escape(stage));
        if definition.stage(stage).is_none() {
            let detail = format!("`{stage}` is not a stage of this definition");
            faults.push(FieldFault::new(&pointer, "unknown-stage", &detail));
        }
        if items.len() > MAX_ITEMS {
            faults.push(FieldFault::new(&pointer, "too-many", "a stage has at most 50 things to do"));
        }
        let mut seen = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            if !is_slug(&item.id) {
                let detail = "letters, digits, `-`, `_` and `.` only";
                faults.push(FieldFault::new(&format!("{pointer}/id"), "invalid-key", detail));
            }
            if !seen.insert(item.id.as_str()) {
                let detail = format!("`{}` is there twice", item.id);
                faults.push(FieldFault::new(&format!("{pointer}/id"), "duplicate", &detail));
            }
            if item.title.trim().is_empty() {
                faults.push(FieldFault::new(&format!("{pointer}/title"), "required", "a title is needed"));
            }
            for (name, text, most) in [("title", &item.title, MAX_TITLE), ("guidance", &item.guidance, MAX_GUIDANCE)] {
                if text.chars().count() > most {
                    let detail = format!("at most {most} characters are allowed");
                    faults.push(FieldFault::new(&format!("{pointer}/{name}"), "too-long", &detail));
                }
            }
        }
    }
}
