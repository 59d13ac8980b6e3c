//! Keys, and what they name: what every check of a definition asks.

use super::model::CaseDefinition;
use casewright_forms::FieldFault;

/// Letters, digits, `-`, `_`, `.`; at most 128 characters. Keys stand in URLs and in policies.
#[must_use]
pub(crate) fn is_slug(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 128
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Notes a stage that is none of the definition's.
pub(super) fn stage_exists(definition: &CaseDefinition, stage: &str, pointer: &str, faults: &mut Vec<FieldFault>) {
    if definition.stage(stage).is_none() {
        faults.push(FieldFault::new(pointer, "unknown-stage", &format!("`{stage}` is not a stage of this definition")));
    }
}
