//! How a case begins.

use super::change::attach;
use super::limits;
use super::{CaseRejection, Decided, Draft};
use crate::domain::case::document::CaseDocument;
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::definition::value::{self, Completeness};
use crate::domain::person::{Origin, Person, Requester};
use casewright_forms::FieldFault;
use casewright_journal::Decision;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// A new case, complete.
#[derive(Clone, Debug)]
pub(crate) struct NewCase {
    pub number: String,
    pub title: String,
    pub fields: Map<String, Value>,
    pub priority: Option<i32>,
    pub assignee: Option<Person>,
    pub queue: Option<String>,
    pub requester: Option<Requester>,
    pub origin: Origin,
    /// The stored files that its fields refer to.
    pub documents: Vec<CaseDocument>,
    /// A person has to fill in what the definition requires; a machine (a mail that becomes a case) need not.
    pub by_person: bool,
}

/// Creates the case; one that is there already (a repeat) is left as it is, and the answer says so.
pub(crate) fn create(
    case: &Case,
    definition: &CaseDefinition,
    new: &NewCase,
    by: &Person,
    at: Timestamp,
) -> Decided<bool> {
    if case.exists() {
        return Ok(Decision { events: Vec::new(), answer: false });
    }
    let complete = if new.by_person { Completeness::Whole } else { Completeness::Part };
    let mut faults = value::check(definition, &new.fields, complete);
    limits::check_title(&new.title, &mut faults);
    limits::check_requester(new.requester.as_ref(), &mut faults);
    if let Some(queue) = &new.queue {
        limits::check_queue(definition, queue, &mut faults);
    }
    limits::check_priority(new.priority, &mut faults);
    let (Some(stage), Some(status)) = (definition.stages.first(), definition.initial_status()) else {
        faults.push(FieldFault::new("/definition", "invalid-definition", "it has no stage or no open status"));
        return Err(CaseRejection::Invalid(faults));
    };
    if !faults.is_empty() {
        return Err(CaseRejection::Invalid(faults));
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::CaseCreated {
        number: new.number.clone(),
        definition: definition.key.clone(),
        definition_name: definition.name.clone(),
        definition_version: definition.version,
        title: new.title.trim().to_owned(),
        stage: stage.clone(),
        status: status.clone(),
        queue: new.queue.clone().or_else(|| definition.default_queue.clone()),
        assignee: new.assignee.clone(),
        requester: new.requester.clone().and_then(Requester::trimmed),
        priority: new.priority.unwrap_or(50),
        fields: new.fields.clone(),
        origin: new.origin.clone(),
        restricted_to: definition.restricted_to.clone(),
    });
    attach(&mut draft, &new.documents, None);
    Ok(draft.decided(true))
}
