//! From wishes to facts. Pure: time and names come in, nothing is read from outside, and a decision may run twice.

use super::closing::{self, Closing, OpenWork};
use super::demand::{self, Judges};
use super::fact::{CaseDocument, CaseEvent, CaseProblem, CaseProcess, CaseProcessState, Fact, FieldChange};
use super::state::Case;
use super::value::{self, Completeness};
use crate::definition::model::{CaseDefinition, ProcessReference, ProcessStart, Stage, Status};
use crate::fault::FieldFault;
use crate::form::is_email;
use crate::person::{Origin, Person, Requester};
use crate::sla::reaction;
use casewright_journal::Decision;
use casewright_service::instant::Instant;
use jiff::Timestamp;
use serde_json::{Map, Value};

/// Longest title, in characters.
const MAX_TITLE: usize = 500;
/// Longest reason for closing, in characters.
const MAX_REASON: usize = 2_000;
/// Longest name and address of a requester, in characters.
const MAX_REQUESTER: usize = 254;
/// Labels of one case, and the longest of them in characters.
const MAX_LABELS: usize = 50;
const MAX_LABEL: usize = 64;
/// Longest comment, in bytes.
const MAX_COMMENT: usize = 64 * 1024;

/// Why a wish was not granted; nothing changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CaseRejection {
    #[error("there is no such case")]
    NotFound,
    #[error("some values are not acceptable")]
    Invalid(Vec<FieldFault>),
    #[error("there is no such comment")]
    CommentNotFound,
    #[error("only its author may change a comment")]
    NotTheAuthor,
    #[error("there is no such document")]
    DocumentNotFound,
    #[error("the definition has no process `{0}`")]
    UnknownProcess(String),
    #[error("somebody else has taken the case")]
    AlreadyAssigned,
    #[error("the case has open work")]
    OpenWork(OpenWork),
}

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

/// A merge patch: an absent member stays as it is, an inner `None` removes.
#[derive(Clone, Debug, Default)]
pub(crate) struct CasePatch {
    pub title: Option<String>,
    /// A null value removes the field.
    pub fields: Option<Map<String, Value>>,
    pub priority: Option<i32>,
    pub assignee: Option<Option<Person>>,
    pub queue: Option<Option<String>>,
    pub status: Option<String>,
    /// Why the status changes.
    pub reason: Option<String>,
    /// What becomes of open work when the status closes the case.
    pub closing: Closing,
    pub stage: Option<String>,
    pub requester: Option<Option<Requester>>,
    pub due_at: Option<Option<Instant>>,
    pub labels: Option<Vec<String>>,
    /// `Some(None)`: somebody has looked after the problem.
    pub problem: Option<()>,
    /// The stored files that `fields` refer to.
    pub documents: Vec<CaseDocument>,
    /// By what a move to another stage is judged.
    pub judges: Judges,
}

pub(crate) type Decided<T = ()> = Result<Decision<CaseEvent, T>, CaseRejection>;

/// Facts in the making: each is applied to a working copy, so that what follows from it (clocks, processes of a stage)
/// is decided from the state after it.
pub(crate) struct Draft<'a> {
    pub(crate) case: Case,
    definition: &'a CaseDefinition,
    by: Person,
    pub(crate) at: Timestamp,
    events: Vec<CaseEvent>,
    /// How many processes the case had before.
    processes_before: usize,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(case: &Case, definition: &'a CaseDefinition, by: &Person, at: Timestamp) -> Self {
        let processes_before = case.processes.len();
        Self { case: case.clone(), definition, by: by.clone(), at, events: Vec::new(), processes_before }
    }

    /// Who makes these facts.
    pub(crate) fn by(&self) -> &Person {
        &self.by
    }

    /// How many processes the case had before: what the same decision asks for is not among them.
    pub(crate) fn processes_before(&self) -> usize {
        self.processes_before
    }

    pub(crate) fn record(&mut self, fact: Fact) {
        let clocks = self.push(fact.clone());
        for follow in clocks {
            self.push(follow);
        }
        match &fact {
            Fact::CaseCreated { .. } => self.request_processes(|process, _| process.start == ProcessStart::OnCreate),
            Fact::StageChanged { .. } => self.request_processes(|process, stage| {
                process.start == ProcessStart::OnStage && process.stage.as_deref() == Some(stage)
            }),
            _ => {}
        }
    }

    pub(crate) fn decided<T>(self, answer: T) -> Decision<CaseEvent, T> {
        Decision { events: self.events, answer }
    }

    /// Asks for a process; it starts once this is durable.
    pub(crate) fn request_process(
        &mut self,
        process: &ProcessReference,
        start_id: &str,
        variables: Map<String, Value>,
    ) {
        let mut processes = self.case.processes.clone();
        processes.push(CaseProcess {
            start_id: start_id.to_owned(),
            id: None,
            definition_key: process.key.clone(),
            name: process.name.clone(),
            state: CaseProcessState::Starting,
            cancelled_by: None,
        });
        self.record(Fact::ProcessRequested {
            start_id: start_id.to_owned(),
            key: process.key.clone(),
            name: process.name.clone(),
            variables,
            processes,
        });
    }

    fn push(&mut self, fact: Fact) -> Vec<Fact> {
        let event = CaseEvent { by: self.by.clone(), fact };
        self.case.fold(&event, self.at);
        let clocks = reaction::react(self.definition, &self.case, &event.fact, self.at);
        self.events.push(event);
        clocks
    }

    fn request_processes(&mut self, wanted: impl Fn(&ProcessReference, &str) -> bool) {
        let stage = self.case.stage.id.clone();
        let definition = self.definition;
        for process in definition.processes.iter().filter(|process| wanted(process, &stage)) {
            // Entering a stage twice starts its process twice: the number of starts so far makes the id.
            let start_id = format!("{}-{}-{}", self.case.id, process.key, self.case.processes.len());
            self.request_process(process, &start_id, Map::new());
        }
    }
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
    check_title(&new.title, &mut faults);
    check_requester(new.requester.as_ref(), &mut faults);
    if let Some(queue) = &new.queue {
        check_queue(definition, queue, &mut faults);
    }
    check_priority(new.priority, &mut faults);
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
    attach(&mut draft, &new.documents);
    Ok(draft.decided(true))
}

pub(crate) fn patch(
    case: &Case,
    definition: &CaseDefinition,
    patch: &CasePatch,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let mut faults = Vec::new();
    if let Some(title) = &patch.title {
        check_title(title, &mut faults);
    }
    if let Some(fields) = &patch.fields {
        faults.extend(value::check(definition, fields, Completeness::Part));
    }
    if let Some(Some(queue)) = &patch.queue {
        check_queue(definition, queue, &mut faults);
    }
    check_priority(patch.priority, &mut faults);
    check_requester(patch.requester.as_ref().and_then(Option::as_ref), &mut faults);
    check_labels(patch.labels.as_deref(), &mut faults);
    check_reason(patch, &mut faults);
    let stage = patch.stage.as_ref().map(|id| find_stage(definition, id, &mut faults));
    let status = patch.status.as_ref().map(|id| find_status(definition, id, &mut faults));
    faults.extend(demand::faults(case, definition, patch, stage.as_ref().and_then(Option::as_ref)));
    if !faults.is_empty() {
        return Err(CaseRejection::Invalid(faults));
    }
    if let Some(Some(status)) = &status {
        closing::consent(case, status, &patch.closing)?;
    }
    let mut draft = Draft::new(case, definition, by, at);
    if let Some(title) = &patch.title {
        set_title(&mut draft, title);
    }
    if let Some(fields) = &patch.fields {
        merge_fields(&mut draft, fields);
    }
    attach(&mut draft, &patch.documents);
    if let Some(priority) = patch.priority {
        set_priority(&mut draft, priority);
    }
    if let Some(after) = &patch.requester {
        set_requester(&mut draft, after.clone());
    }
    if let Some(queue) = &patch.queue {
        set_queue(&mut draft, queue.clone());
    }
    if let Some(assignee) = &patch.assignee {
        assign(&mut draft, assignee.clone());
    }
    if let Some(due_at) = patch.due_at
        && due_at != case.due_at
    {
        draft.record(Fact::DueDateChanged { before: case.due_at, after: due_at });
    }
    if let Some(labels) = &patch.labels {
        set_labels(&mut draft, labels);
    }
    if let Some(stage) = stage.flatten() {
        set_stage(&mut draft, stage);
    }
    if let Some(status) = status.flatten() {
        closing::set_status(&mut draft, status, patch.reason.as_deref(), &patch.closing);
    }
    if patch.problem.is_some() && case.problem.is_some() {
        draft.record(Fact::ProblemCleared {});
    }
    Ok(draft.decided(()))
}

/// Takes the case for somebody, provided that nobody has it.
pub(crate) fn take(case: &Case, definition: &CaseDefinition, person: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    if case.assignee.is_some() {
        return Err(CaseRejection::AlreadyAssigned);
    }
    let mut draft = Draft::new(case, definition, person, at);
    assign(&mut draft, Some(person.clone()));
    Ok(draft.decided(()))
}

pub(crate) fn add_comment(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    body: &str,
    mentions: &[String],
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    // The id comes from the idempotency key, so a repeat finds the comment.
    if case.comments.contains_key(id) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    check_comment(body)?;
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::CommentAdded { comment_id: id.to_owned(), body: body.to_owned(), mentions: mentions.to_vec() });
    Ok(draft.decided(()))
}

pub(crate) fn edit_comment(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    body: &str,
    mentions: &[String],
    by: &Person,
    at: Timestamp,
) -> Decided {
    let comment = own_comment(case, id, by)?;
    check_comment(body)?;
    if comment.body == body {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::CommentEdited { comment_id: id.to_owned(), body: body.to_owned(), mentions: mentions.to_vec() });
    Ok(draft.decided(()))
}

pub(crate) fn delete_comment(
    case: &Case,
    definition: &CaseDefinition,
    id: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    own_comment(case, id, by)?;
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::CommentDeleted { comment_id: id.to_owned() });
    Ok(draft.decided(()))
}

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
    draft.record(Fact::DocumentAdded { document: document.clone() });
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
    let document = case.documents.iter().find(|d| d.id == id).ok_or(CaseRejection::DocumentNotFound)?;
    let mut draft = Draft::new(case, definition, by, at);
    draft.record(Fact::DocumentRemoved { document_id: document.id.clone(), name: document.name.clone() });
    Ok(draft.decided(()))
}

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
    guard(case)?;
    if case.processes.iter().any(|process| process.start_id == start_id) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let process = definition.process(key).ok_or_else(|| CaseRejection::UnknownProcess(key.to_owned()))?;
    let mut draft = Draft::new(case, definition, by, at);
    draft.request_process(process, start_id, variables.clone());
    Ok(draft.decided(()))
}

/// A saga step was undone, because another one failed for good. One told twice is told once.
pub(crate) fn compensate(
    case: &Case,
    definition: &CaseDefinition,
    step: &str,
    failed_step: Option<&str>,
    reason: &str,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let told = case.problem.as_ref().filter(|told| told.step == failed_step.unwrap_or(step) && told.reason == reason);
    let is_told = |told: &CaseProblem| failed_step.is_none() || told.undone_steps.iter().any(|undone| undone == step);
    if told.is_some_and(is_told) {
        return Ok(Decision { events: Vec::new(), answer: () });
    }
    let new = || CaseProblem {
        undone: failed_step.is_none(),
        ..CaseProblem::failed(failed_step.unwrap_or(step), reason, at)
    };
    let mut problem = told.cloned().unwrap_or_else(new);
    if failed_step.is_some() {
        problem.undone_steps.push(step.to_owned());
    }
    let mut draft = Draft::new(case, definition, by, at);
    let (step, failed_step, reason) = (step.to_owned(), failed_step.map(str::to_owned), reason.to_owned());
    draft.record(Fact::Compensated { step, failed_step, reason, problem });
    Ok(draft.decided(()))
}

/// The clocks are looked at.
pub(crate) fn tick(case: &Case, definition: &CaseDefinition, at: Timestamp) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, &Person::system("sla"), at);
    for fact in reaction::tick(case, at) {
        draft.record(fact);
    }
    Ok(draft.decided(()))
}

pub(crate) fn guard(case: &Case) -> Result<(), CaseRejection> {
    case.exists().then_some(()).ok_or(CaseRejection::NotFound)
}

pub(crate) fn set_title(draft: &mut Draft<'_>, title: &str) {
    let after = title.trim().to_owned();
    if after != draft.case.title {
        draft.record(Fact::TitleChanged { before: draft.case.title.clone(), after });
    }
}

pub(crate) fn merge_fields(draft: &mut Draft<'_>, wanted: &Map<String, Value>) {
    let mut fields = draft.case.fields.clone();
    let mut changes = Vec::new();
    for (key, after) in wanted {
        let before = fields.get(key).cloned().unwrap_or(Value::Null);
        if before == *after {
            continue;
        }
        if after.is_null() {
            fields.remove(key);
        } else {
            fields.insert(key.clone(), after.clone());
        }
        changes.push(FieldChange { key: key.clone(), before, after: after.clone() });
    }
    if !changes.is_empty() {
        draft.record(Fact::FieldChanged { changes, fields });
    }
}

pub(crate) fn set_priority(draft: &mut Draft<'_>, after: i32) {
    if after != draft.case.priority {
        draft.record(Fact::PriorityChanged { before: draft.case.priority, after });
    }
}

pub(crate) fn set_queue(draft: &mut Draft<'_>, to: Option<String>) {
    if to != draft.case.queue {
        draft.record(Fact::QueueChanged { from: draft.case.queue.clone(), to });
    }
}

pub(crate) fn assign(draft: &mut Draft<'_>, to: Option<Person>) {
    if to.as_ref().map(|p| &p.id) != draft.case.assignee.as_ref().map(|p| &p.id) {
        draft.record(Fact::Assigned { from: draft.case.assignee.clone(), to });
    }
}

pub(crate) fn set_labels(draft: &mut Draft<'_>, labels: &[String]) {
    let wanted: std::collections::BTreeSet<String> =
        labels.iter().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
    if wanted != draft.case.labels {
        let added = wanted.difference(&draft.case.labels).cloned().collect();
        let removed = draft.case.labels.difference(&wanted).cloned().collect();
        draft.record(Fact::LabelsChanged { added, removed, labels: wanted.into_iter().collect() });
    }
}

pub(crate) fn set_stage(draft: &mut Draft<'_>, to: Stage) {
    if to.id != draft.case.stage.id {
        draft.record(Fact::StageChanged { from: draft.case.stage.clone(), to });
    }
}

fn set_requester(draft: &mut Draft<'_>, after: Option<Requester>) {
    let after = after.and_then(Requester::trimmed);
    if after != draft.case.requester {
        draft.record(Fact::RequesterChanged { before: draft.case.requester.clone(), after });
    }
}

/// One file is one document of a case, however many fields refer to it.
fn attach(draft: &mut Draft<'_>, documents: &[CaseDocument]) {
    for document in documents {
        if draft.case.documents.iter().all(|present| present.file_id != document.file_id) {
            draft.record(Fact::DocumentAdded { document: document.clone() });
        }
    }
}

fn own_comment<'a>(case: &'a Case, id: &str, by: &Person) -> Result<&'a super::state::Comment, CaseRejection> {
    guard(case)?;
    let comment = case.comments.get(id).filter(|c| !c.is_deleted).ok_or(CaseRejection::CommentNotFound)?;
    if comment.author.id != by.id {
        return Err(CaseRejection::NotTheAuthor);
    }
    Ok(comment)
}

fn check_comment(body: &str) -> Result<(), CaseRejection> {
    let fault = if body.trim().is_empty() {
        FieldFault::new("/body", "required", "a comment needs text")
    } else if body.len() > MAX_COMMENT {
        FieldFault::new("/body", "too-long", "a comment is limited to 64 KiB")
    } else {
        return Ok(());
    };
    Err(CaseRejection::Invalid(vec![fault]))
}

fn check_title(title: &str, faults: &mut Vec<FieldFault>) {
    if title.trim().is_empty() {
        faults.push(FieldFault::new("/title", "required", "a title is needed"));
    } else if title.chars().count() > MAX_TITLE {
        faults.push(FieldFault::new("/title", "too-long", "a title is limited to 500 characters"));
    }
}

fn check_priority(priority: Option<i32>, faults: &mut Vec<FieldFault>) {
    if priority.is_some_and(|priority| !(0..=100).contains(&priority)) {
        faults.push(FieldFault::new("/priority", "out-of-range", "a priority is between 0 and 100"));
    }
}

fn check_requester(requester: Option<&Requester>, faults: &mut Vec<FieldFault>) {
    let Some(requester) = requester else {
        return;
    };
    for (pointer, text) in [("/requester/name", &requester.name), ("/requester/email", &requester.email)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > MAX_REQUESTER) {
            faults.push(FieldFault::new(pointer, "too-long", "at most 254 characters are allowed"));
        }
    }
    if requester.email.as_deref().map(str::trim).is_some_and(|email| !email.is_empty() && !is_email(email)) {
        faults.push(FieldFault::new("/requester/email", "email", "an e-mail address is expected"));
    }
}

fn check_labels(labels: Option<&[String]>, faults: &mut Vec<FieldFault>) {
    let labels = labels.unwrap_or_default();
    if labels.len() > MAX_LABELS {
        faults.push(FieldFault::new("/labels", "too-many", "a case has at most 50 labels"));
    }
    for (index, label) in labels.iter().enumerate() {
        if label.chars().count() > MAX_LABEL {
            let detail = "a label is limited to 64 characters";
            faults.push(FieldFault::new(&format!("/labels/{index}"), "too-long", detail));
        }
    }
}

fn check_reason(patch: &CasePatch, faults: &mut Vec<FieldFault>) {
    let Some(reason) = &patch.reason else {
        return;
    };
    if patch.status.is_none() {
        faults.push(FieldFault::new("/reason", "not-applicable", "a reason goes with a change of the status"));
    }
    faults.extend(too_long(reason));
}

/// A fault when a reason is longer than a reason may be.
pub(crate) fn too_long(reason: &str) -> Option<FieldFault> {
    (reason.chars().count() > MAX_REASON)
        .then(|| FieldFault::new("/reason", "too-long", "a reason is limited to 2,000 characters"))
}

fn check_queue(definition: &CaseDefinition, queue: &str, faults: &mut Vec<FieldFault>) {
    if !definition.queues.is_empty() && !definition.queues.iter().any(|q| q == queue) {
        faults.push(FieldFault::new(
            "/queue",
            "unknown-queue",
            &format!("`{queue}` is not a queue of this definition"),
        ));
    }
}

fn find_stage(definition: &CaseDefinition, id: &str, faults: &mut Vec<FieldFault>) -> Option<Stage> {
    let stage = definition.stage(id).cloned();
    if stage.is_none() {
        faults.push(FieldFault::new("/stage", "unknown-stage", &format!("`{id}` is not a stage of this definition")));
    }
    stage
}

pub(crate) fn find_status(definition: &CaseDefinition, id: &str, faults: &mut Vec<FieldFault>) -> Option<Status> {
    let status = definition.status(id).cloned();
    if status.is_none() {
        faults.push(FieldFault::new(
            "/status",
            "unknown-status",
            &format!("`{id}` is not a status of this definition"),
        ));
    }
    status
}
