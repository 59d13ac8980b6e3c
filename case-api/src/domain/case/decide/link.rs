//! Linking cases. Each of the two decides for itself: the one that is asked first, the other behind it, as often as it is told.

use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::link::{CaseLink, LinkKind};
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Links of one case: enough for a major case and its children.
const MOST: usize = 500;

/// Adds a link; nothing where there is one of its kind to the same case already.
pub(crate) fn link(case: &Case, definition: &CaseDefinition, link: &CaseLink, by: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    let is_same =
        |known: &CaseLink| (known.kind, &known.other, known.is_incoming) == (link.kind, &link.other, link.is_incoming);
    if case.links.iter().any(|known| known.id == link.id || is_same(known)) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    // What another case has said already is noted, whatever this one thinks of it.
    if !link.is_incoming {
        let fault = |code, detail| Err(CaseRejection::Invalid(vec![FieldFault::new("/to", code, detail)]));
        if link.other == case.id {
            return fault("same-case", "a case is not linked with itself");
        }
        if case.links.len() >= MOST {
            return fault("too-many", "a case has 500 links at most");
        }
        let has_parent = case.links.iter().any(|known| known.kind == LinkKind::ChildOf && !known.is_incoming);
        if link.kind == LinkKind::ChildOf && has_parent {
            return fault("has-a-parent", "the case has a parent already");
        }
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::Linked { link: link.clone() });
    Ok(draft.decided(()))
}

/// Takes a link away; nothing where there is none.
pub(crate) fn unlink(case: &Case, definition: &CaseDefinition, id: &str, by: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    let Some(link) = case.links.iter().find(|known| known.id == id) else {
        return Ok(Decision { events: Vec::new(), answer: () });
    };
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::Unlinked { link: link.clone() });
    Ok(draft.decided(()))
}

/// Takes one link away and adds another one, both or neither.
pub(crate) fn relink(
    case: &Case,
    definition: &CaseDefinition,
    old: &str,
    new: &CaseLink,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    if let Some(known) = case.links.iter().find(|known| known.id == old) {
        draft.record(Fact::Unlinked { link: known.clone() });
    }
    let more = link(&draft.case, definition, new, by, at)?.events;
    let mut decision = draft.decided(());
    decision.events.extend(more);
    Ok(decision)
}
