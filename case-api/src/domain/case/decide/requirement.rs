//! What a stage requires of the fields of a case before the case may enter it.
//!
//! Three things are asked. Fields that the stage itself names (`required` of a stage): of everybody, rules and machines
//! included. Fields that the definition calls required, and the form of the stage that is left: of people, and only when
//! they move the case on; sending one back asks for nothing.

use super::patch::CasePatch;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, Stage};
use crate::domain::definition::value;
use casewright_forms::FieldFault;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Who moves a case, and the forms that its stages are checked with.
#[derive(Clone, Debug, Default)]
pub(crate) struct StageChecks {
    /// A person, who is held to all requirements.
    pub(crate) by_person: bool,
    /// Stage id -> schema of its form.
    pub(crate) stage_forms: BTreeMap<String, Value>,
}

/// Faults of a patch, with pointers from `/fields`. `to` is the stage it moves the case to.
pub(crate) fn faults(
    case: &Case,
    definition: &CaseDefinition,
    patch: &CasePatch,
    to: Option<&Stage>,
) -> Vec<FieldFault> {
    let after = merged(&case.fields, patch.fields.as_ref());
    let mut faults = Vec::new();
    if patch.checks.by_person {
        faults.extend(emptied(case, definition, &after));
    }
    let Some(to) = to.filter(|to| to.id != case.stage.id) else {
        return faults;
    };
    let mut more = of_stage(definition, to, &after);
    if patch.checks.by_person && is_onward(definition, &case.stage, to) {
        let needed = definition.fields.iter().filter(|field| field.required);
        more.extend(value::missing(definition, needed.map(|field| field.key.as_str()), &after));
        if let Some(schema) = patch.checks.stage_forms.get(&case.stage.id) {
            more.extend(casewright_forms::judge_fields(schema, &after).err().unwrap_or_default());
        }
    }
    for fault in more {
        // One field is reported once, however many places ask for it.
        if faults.iter().all(|known| known.pointer != fault.pointer) {
            faults.push(fault);
        }
    }
    faults
}

/// What the stage itself names.
pub(crate) fn of_stage(definition: &CaseDefinition, to: &Stage, fields: &Map<String, Value>) -> Vec<FieldFault> {
    value::missing(definition, to.required.iter().map(String::as_str), fields)
}

/// A required field is not emptied by a person; one that was never filled does not stand in the way of another.
fn emptied(case: &Case, definition: &CaseDefinition, after: &Map<String, Value>) -> Vec<FieldFault> {
    let had = definition.fields.iter().filter(|field| field.required && !value::is_blank(case.fields.get(&field.key)));
    value::missing(definition, had.map(|field| field.key.as_str()), after)
}

fn is_onward(definition: &CaseDefinition, from: &Stage, to: &Stage) -> bool {
    let place = |id: &str| definition.stages.iter().position(|stage| stage.id == id);
    place(&to.id) > place(&from.id)
}

fn merged(fields: &Map<String, Value>, changes: Option<&Map<String, Value>>) -> Map<String, Value> {
    let mut merged = fields.clone();
    for (key, value) in changes.into_iter().flatten() {
        if value.is_null() {
            merged.remove(key);
        } else {
            merged.insert(key.clone(), value.clone());
        }
    }
    merged
}
