//! Taking a case that nobody has.

use super::{CaseRejection, Decided, Draft, change, guard};
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use jiff::Timestamp;

/// Takes the case for somebody, provided that nobody has it.
pub(crate) fn take(case: &Case, definition: &CaseDefinition, person: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    if case.assignee.is_some() {
        return Err(CaseRejection::AlreadyAssigned);
    }
    let mut draft = Draft::new(case, definition, person, at);
    change::assign(&mut draft, Some(person.clone()));
    Ok(draft.decided(()))
}
