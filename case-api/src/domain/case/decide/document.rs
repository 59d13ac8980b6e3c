//! Documents of a case: stored files that belong to it.

use super::disposal::guard_unheld;
use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::document::CaseDocument;
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use casewright_journal::Decision;
use jiff::Timestamp;

pub(crate) fn add_document(
    case: &Case,
    definition: &CaseDefinition,
    document: &CaseDocument,
    by: &Person,
    at: Timestamp,
) -> Decided<CaseDocument> {
    guard(case)?;
    // One file is one document of a case, however often it is attached.
    if let Some(present) = case.documents.iter().find(|d| d.file_id == document.file_id) {
        return Ok(Decision { events: Vec::new(), answer: present.clone() });
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::DocumentAdded { document: document.clone(), source: None });
    Ok(draft.decided(document.clone()))
}

pub(crate) fn remove_document(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    guard_unheld(case)?;
    let document = case.documents.iter().find(|d| d.id == id).ok_or(CaseRejection::DocumentNotFound)?;
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::DocumentRemoved { document_id: document.id.clone(), name: document.name.clone() });
    Ok(draft.decided(()))
}
