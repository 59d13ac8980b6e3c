//! Saying that another case is no duplicate.

use super::{Decided, Draft, guard_unmerged};
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Cases that one is said to be no duplicate of.
const MOST: usize = 500;

/// The other case is no duplicate of this one; nothing where that was said before.
pub(crate) fn dismiss_duplicate(
    case: &Case,
    definition: &CaseDefinition,
    other: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard_unmerged(case)?;
    if case.no_duplicates.contains(other) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    if case.no_duplicates.len() >= MOST {
        let fault = FieldFault::new("", "too-many", "a case is said to be no duplicate of 500 others at most");
        return Err(super::CaseRejection::Invalid(vec![fault]));
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::DuplicateDismissed { other: other.to_owned() });
    Ok(draft.decided(()))
}
