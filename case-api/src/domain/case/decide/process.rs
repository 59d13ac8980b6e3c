//! Processes that are started for a case by hand.

use super::{CaseRejection, Decided, Draft, guard_unmerged};
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use casewright_journal::Decision;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Asks for a process by hand; a repeat of the same wish changes nothing.
pub(crate) fn start_process(
    case: &Case,
    definition: &CaseDefinition,
    key: &str,
    start_id: &str,
    variables: &Map<String, Value>,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard_unmerged(case)?;
    if case.processes.iter().any(|process| process.start_id == start_id) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let process = definition.process(key).ok_or_else(|| CaseRejection::UnknownProcess(key.to_owned()))?;
    let mut draft = Draft::new(case, definition, by, at);
    draft.request_process(process, start_id, variables.clone());
    Ok(draft.decided(()))
}
