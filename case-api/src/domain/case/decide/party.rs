//! Records in their roles in a case.

use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::party::CaseParty;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Records of one case.
const MOST: usize = 100;
/// Characters of a role.
const LONGEST_ROLE: usize = 60;

/// Adds a record in a role; nothing where it has that role already.
pub(crate) fn add_party(
    case: &Case,
    definition: &CaseDefinition,
    party: &CaseParty,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let is_same = |known: &CaseParty| (&known.role, &known.record) == (&party.role, &party.record);
    if case.parties.iter().any(|known| known.id == party.id || is_same(known)) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let fault = |pointer, code, detail| Err(CaseRejection::Invalid(vec![FieldFault::new(pointer, code, detail)]));
    if party.role.trim().is_empty() || party.role.chars().count() > LONGEST_ROLE {
        return fault("/role", "invalid-value", "a role has 1 to 60 characters");
    }
    if case.parties.len() >= MOST {
        return fault("/record", "too-many", "a case has 100 records at most");
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::PartyAdded { party: party.clone() });
    Ok(draft.decided(()))
}

/// Takes a record out of a case; nothing where there is none.
pub(crate) fn remove_party(case: &Case, definition: &CaseDefinition, id: &str, by: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    let Some(party) = case.parties.iter().find(|known| known.id == id) else {
        return Ok(Decision { events: Vec::new(), answer: () });
    };
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::PartyRemoved { party: party.clone() });
    Ok(draft.decided(()))
}
