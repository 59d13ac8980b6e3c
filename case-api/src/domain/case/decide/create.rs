//! How a case begins.

use super::change::attach;
use super::limits;
use super::route::{Route, follow};
use super::{CaseRejection, Decided, Draft};
use crate::domain::case::document::CaseDocument;
use crate::domain::case::event::Fact;
use crate::domain::case::link::{CaseLink, LinkKind};
use crate::domain::case::merge::NamedCase;
use crate::domain::case::state::Case;
use crate::domain::definition::field::{formula, states};
use crate::domain::definition::model::CaseDefinition;
use crate::domain::definition::value;
use crate::domain::person::{Origin, Person, Requester};
use casewright_forms::FieldFault;
use casewright_journal::Decision;
use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A new case, complete.
#[derive(Clone, Debug)]
pub(crate) struct NewCase {
    pub number: String,
    pub title: String,
    pub fields: Map<String, Value>,
    pub priority: Option<i32>,
    pub assignee: Option<Person>,
    pub queue: Option<String>,
    /// Where rules say that it goes, where nobody else has.
    pub route: Option<Route>,
    pub requester: Option<Requester>,
    pub origin: Origin,
    /// The stored files that its fields refer to.
    pub documents: Vec<CaseDocument>,
    /// A person has to fill in what the definition requires; a machine (a mail that becomes a case) need not.
    pub by_person: bool,
    /// The part of another case that it is made of.
    pub split: Option<Split>,
}

/// A part of a case that becomes a case of its own.
#[derive(Clone, Debug)]
pub(crate) struct Split {
    pub(crate) from: NamedCase,
    /// The mail that goes with it.
    pub(crate) mail_id: Option<String>,
    pub(crate) comment: Option<SplitComment>,
}

/// A comment as the new case has it.
#[derive(Clone, Debug)]
pub(crate) struct SplitComment {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) author: Person,
}

/// Creates the case; one that is there already (a repeat) is left as it is, and the answer says so.
pub(crate) fn create(
    case: &Case,
    definition: &CaseDefinition,
    new: &NewCase,
    by: &Person,
    at: Timestamp,
) -> Decided<bool> {
    // Its id was that of a case which was deleted.
    if case.is_forgotten {
        return Err(CaseRejection::NotFound);
    }
    if case.exists() {
        return Ok(Decision { events: Vec::new(), answer: false });
    }
    let set = definition.field_set();
    let mut faults = value::check(set, &new.fields);
    let fields = whole(definition, &new.fields, at);
    if new.by_person {
        faults.extend(value::missing(set, states::required(set, &fields, at).into_iter(), &fields));
    }
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
        stage: stage.into(),
        status: status.clone(),
        queue: queue_of(definition, new),
        assignee: new.assignee.clone(),
        requester: new.requester.clone().and_then(Requester::trimmed),
        priority: new.priority.unwrap_or(50),
        fields,
        origin: new.origin.clone(),
        restricted_to: definition.restricted_to.clone(),
    });
    attach(&mut draft, &new.documents, None);
    if let Some(split) = &new.split {
        split_off(&mut draft, split);
    }
    if let Some(route) = &new.route {
        follow(&mut draft, route);
    }
    Ok(draft.decided(true))
}

/// Both cases know of it: the link is told to the other one, as every link is.
fn split_off(draft: &mut Draft<'_>, split: &Split) {
    let from = split.from.clone();
    draft.record(Fact::SplitOff { from: from.clone(), mail_id: split.mail_id.clone() });
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("split:{}:{}", from.id, draft.case.id).as_bytes()).to_string();
    let link = CaseLink { id, kind: LinkKind::SplitFrom, other: from.id.clone(), is_incoming: false };
    draft.record(Fact::Linked { link });
    if let Some(SplitComment { id, body, author }) = split.comment.clone() {
        draft.record(Fact::CommentTaken { comment_id: id, body, author, from: from.id });
    }
}

/// Where it begins: what somebody said, then what rules say, then where cases of its kind begin.
fn queue_of(definition: &CaseDefinition, new: &NewCase) -> Option<String> {
    let by_rules = new.route.as_ref().and_then(|route| route.routed.target.queue.clone());
    new.queue.clone().or(by_rules).or_else(|| definition.default_queue.clone())
}

/// The fields that a new case has: what was given, else what the definition says, and what is computed of both.
fn whole(definition: &CaseDefinition, given: &Map<String, Value>, at: Timestamp) -> Map<String, Value> {
    let mut fields = given.clone();
    definition.field_set().fill(&mut fields);
    formula::recompute(definition.field_set(), &mut fields, None, at);
    fields
}
