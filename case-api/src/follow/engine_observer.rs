//! Notes on a case what the engine did for it: processes, tasks, incidents.
//!
//! A root process instance belongs to a case when its business key is the case's number, or when somebody who may name cases
//! named it in the variable `caseId` (the mail process, which exists before its case does). What a model sets by itself names none.

use super::error::FollowError;
use super::read;
use crate::directory;
use crate::domain::case::decide::{self, Decided, Observation, TaskSubmission};
use crate::domain::case::document::CaseDocument;
use crate::domain::case::event::Source;
use crate::domain::case::process::CaseProcessState;
use crate::domain::case::state::Case;
use crate::domain::case::task::TaskFact;
use crate::domain::definition::CaseDefinition;
use crate::domain::person::Person;
use crate::repository::Command;
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;
use casewright_contracts::ids::task_id;
use casewright_contracts::links::CaseProcessRow;
use casewright_contracts::process::{CaseNamed, Definition, EndState, Instance, TaskSubmitted, UserTask};
use casewright_contracts::{CaseRow, ProcessEvent};
use casewright_forms::reference;
use casewright_journal::{Filter, Query};
use jiff::Timestamp;
use serde_json::Value;

pub(super) const CONSUMER: &str = "case-api-engine-observer";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    let source = || Source { instance: entry.id.to_string(), seq: entry.seq };
    let observation = match read::process_event(entry)? {
        ProcessEvent::InstanceStarted(instance) => return started(state, entry, instance).await,
        ProcessEvent::CaseNamed(named) => return case_named(state, entry, named).await,
        ProcessEvent::InstanceEnded(ended) if ended.instance.is_root() => {
            let end = match ended.state {
                EndState::Completed => CaseProcessState::Completed,
                EndState::ExternallyTerminated | EndState::InternallyTerminated => CaseProcessState::Terminated,
            };
            Observation::ProcessEnded { instance_id: entry.id.to_string(), state: end, source: source() }
        }
        ProcessEvent::UserTaskCreated(task) => {
            Observation::TaskCreated { task: noted(&task, &entry.id), source: source() }
        }
        ProcessEvent::UserTaskChanged(changed) => {
            Observation::TaskAssigned { task: noted(&changed.task, &entry.id), source: source() }
        }
        ProcessEvent::UserTaskEnded(ended) => {
            let (task, is_completed) = (noted(&ended.task, &entry.id), ended.is_completed());
            Observation::TaskEnded { task, is_completed, source: source() }
        }
        ProcessEvent::TaskSubmitted(submitted) => return task_submitted(state, entry, submitted).await,
        ProcessEvent::IncidentRaised(incident) => {
            let reason = incident.message.unwrap_or(incident.kind);
            Observation::IncidentRaised { step: incident.activity_id, reason, source: source() }
        }
        ProcessEvent::IncidentResolved(incident) => {
            Observation::IncidentResolved { step: incident.activity_id, source: source() }
        }
        _ => return Ok(()),
    };
    note(state, entry, observation).await
}

async fn started(state: &CaseApiState, entry: &EntryEnvelope, instance: Instance) -> Result<(), FollowError> {
    let Some(number) = instance.business_key.as_deref().filter(|_| instance.is_root()) else {
        return Ok(());
    };
    if let Some(case) = state.begun().case_numbered(&entry.tenant, number) {
        return link(state, entry, &case, &instance.definition).await;
    }
    let mut query = Query::new(CaseRow::VIEW, Filter::Eq(CaseRow::NUMBER.into(), Value::from(number)));
    query.limit = Some(1);
    let found = state.tenant(&entry.tenant).query(&query).await?;
    match found.rows.first() {
        Some((case, _)) => link(state, entry, case, &instance.definition).await,
        None => Ok(()),
    }
}

/// The variable `caseId` was set.
async fn case_named(state: &CaseApiState, entry: &EntryEnvelope, named: CaseNamed) -> Result<(), FollowError> {
    if !named.vouched {
        return Ok(());
    }
    let case = named.case_id.as_str();
    // A process stays with the case it belongs to: the built-in workers act for that one only.
    if case_of(state, entry).await?.is_some_and(|known| known != case) {
        return Ok(());
    }
    link(state, entry, case, &named.definition).await
}

async fn link(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    case: &str,
    process: &Definition,
) -> Result<(), FollowError> {
    let observation = Observation::ProcessStarted {
        start_id: String::new(),
        instance_id: entry.id.to_string(),
        key: process.key.to_string(),
        name: None,
    };
    if record(state, entry, case, observation).await? {
        state.begun().note_process(&entry.tenant, &entry.id, case);
    }
    Ok(())
}

/// A task was completed with what somebody filled in: the case keeps it, once.
async fn task_submitted(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    submitted: TaskSubmitted,
) -> Result<(), FollowError> {
    let Some(case) = case_of(state, entry).await? else {
        return Ok(());
    };
    let by = actor(state, entry).await?;
    let files = reference::lists(&submitted.data);
    let mut documents: Vec<CaseDocument> =
        files.iter().filter_map(|file| CaseDocument::referred(file, &by, entry.at)).collect();
    for document in &mut documents {
        document.sha256 = digest(state, entry, &document.file_id).await?;
    }
    let submission = TaskSubmission {
        task: task_id(&entry.id, submitted.task),
        documents,
        data: submitted.data,
        source: Source { instance: entry.id.to_string(), seq: entry.seq },
    };
    command(state, entry, &case, by, move |case, definition, by, at| {
        decide::keep_submission(case, definition, &submission, by, at)
    })
    .await
    .map(drop)
}

/// What is in a file; none: it is no more.
async fn digest(state: &CaseApiState, entry: &EntryEnvelope, file: &str) -> Result<Option<String>, FollowError> {
    match state.rooms().storage(&entry.tenant).files().get(file).await {
        Ok(file) => Ok(file.sha256),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The task as a case keeps it.
fn noted(task: &UserTask, root: &str) -> TaskFact {
    TaskFact {
        task_id: task.id_in(root),
        name: task.display_name().to_owned(),
        task_definition_key: task.activity_id.clone(),
        process_definition_key: task.definition.key.to_string(),
        assignee: task.assignee.clone(),
        candidate_groups: task.candidate_groups(),
    }
}

/// Records on the case the instance belongs to, if it belongs to one.
async fn note(state: &CaseApiState, entry: &EntryEnvelope, observation: Observation) -> Result<(), FollowError> {
    match case_of(state, entry).await? {
        Some(case) => record(state, entry, &case, observation).await.map(drop),
        None => Ok(()),
    }
}

/// The case that the instance belongs to.
async fn case_of(state: &CaseApiState, entry: &EntryEnvelope) -> Result<Option<String>, FollowError> {
    if let Some(case) = state.begun().case_of_process(&entry.tenant, &entry.id) {
        return Ok(Some(case.into()));
    }
    let link = state.tenant(&entry.tenant).get(CaseProcessRow::VIEW, &entry.id).await?;
    Ok(link.as_ref().and_then(|row| CaseProcessRow::CASE_ID.text(row)).map(str::to_owned))
}

/// Whether there is such a case.
async fn record(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    case: &str,
    observation: Observation,
) -> Result<bool, FollowError> {
    let by = actor(state, entry).await?;
    command(state, entry, case, by, move |case, definition, by, at| {
        decide::observe(case, definition, &observation, by, at)
    })
    .await
}

/// Has a case note what an entry says, and rings for who waits for that. False: there is no such case.
async fn command<F>(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    case: &str,
    by: Person,
    decide: F,
) -> Result<bool, FollowError>
where
    F: Fn(&Case, &CaseDefinition, &Person, Timestamp) -> Decided + Send + Sync + 'static,
{
    let command = Command::by(by).because(&format!("process-instance:{}:{}", &entry.id, entry.seq));
    let noted = state.cases(&entry.tenant).command(case, command, decide).await;
    state.noted().notify_waiters();
    match noted {
        // A `caseId` that names nothing is the model's business.
        Ok(_) => Ok(true),
        Err(error) if error.is_gone() => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Who did it: whom the entry names, which is who called, never a room that passed the call on.
pub(super) async fn actor(state: &CaseApiState, entry: &EntryEnvelope) -> Result<Person, FollowError> {
    match entry.actor.as_str() {
        // What comes next is the model's, whoever did what came before.
        _ if entry.event == "user-task-created" => Ok(Person::system("engine")),
        "" => Ok(Person::system("engine")),
        system if system.starts_with("system:") => Ok(Person::system(system.trim_start_matches("system:"))),
        id => Ok(directory::named(&state.tenant(&entry.tenant), id).await?),
    }
}
