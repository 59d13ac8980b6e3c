//! What the passing of time does to a case: its clocks are looked at.

use super::{Decided, Draft, guard};
use crate::domain::case::clocks;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use jiff::Timestamp;

/// The clocks are looked at.
pub(crate) fn tick(case: &Case, definition: &CaseDefinition, at: Timestamp) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, &Person::system("sla"), at);
    for fact in clocks::tick(case, at) {
        draft.record(fact);
    }
    Ok(draft.decided(()))
}
