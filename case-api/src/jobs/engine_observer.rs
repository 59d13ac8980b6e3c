//! Notes on a case what the engine did for it: processes, tasks, incidents.
//!
//! A root process instance belongs to a case when its business key is the case's number, or when its variable `caseId`
//! names the case (the mail process, which exists before its case does).

use super::{Heard, JobError};
use crate::case::decide::CaseRejection;
use crate::case::desk::{CaseError, Command};
use crate::case::fact::{CaseProcessState, Source, TaskFact};
use crate::case::observe::{self, Observation};
use crate::case::view::{PROCESS_VIEW, VIEW as CASES};
use crate::people;
use crate::person::Person;
use crate::state::CaseApiState;
use casewright_contracts::ProcessEvent;
use casewright_contracts::process::{CaseNamed, Definition, EndState, Instance, UserTask};
use casewright_journal::{Filter, Query};
use serde_json::Value;

pub(crate) const CONSUMER: &str = "case-api-engine-observer";

pub(crate) async fn hear(state: &CaseApiState, heard: &Heard<'_>) -> Result<(), JobError> {
    let source = || Source { instance: heard.id.to_owned(), seq: heard.seq };
    let observation = match heard.process_event()? {
        ProcessEvent::InstanceStarted(instance) => return started(state, heard, instance).await,
        ProcessEvent::CaseNamed(named) => return case_named(state, heard, named).await,
        ProcessEvent::InstanceEnded(ended) if ended.instance.is_root() => {
            let end = match ended.state {
                EndState::Completed => CaseProcessState::Completed,
                EndState::ExternallyTerminated | EndState::InternallyTerminated => CaseProcessState::Terminated,
            };
            Observation::ProcessEnded { instance_id: heard.id.to_owned(), state: end, source: source() }
        }
        ProcessEvent::UserTaskCreated(task) => {
            Observation::TaskCreated { task: noted(&task, heard.id), source: source() }
        }
        ProcessEvent::UserTaskChanged(changed) => {
            Observation::TaskAssigned { task: noted(&changed.task, heard.id), source: source() }
        }
        ProcessEvent::UserTaskEnded(ended) => {
            let (task, is_completed) = (noted(&ended.task, heard.id), ended.is_completed());
            Observation::TaskEnded { task, is_completed, source: source() }
        }
        ProcessEvent::IncidentRaised(incident) => {
            let reason = incident.message.unwrap_or(incident.kind);
            Observation::IncidentRaised { step: incident.activity_id, reason, source: source() }
        }
        ProcessEvent::IncidentResolved(incident) => {
            Observation::IncidentResolved { step: incident.activity_id, source: source() }
        }
        _ => return Ok(()),
    };
    note(state, heard, observation).await
}

async fn started(state: &CaseApiState, heard: &Heard<'_>, instance: Instance) -> Result<(), JobError> {
    let Some(number) = instance.business_key.as_deref().filter(|_| instance.is_root()) else {
        return Ok(());
    };
    let mut query = Query::new(CASES, Filter::Eq("number".into(), Value::from(number)));
    query.limit = Some(1);
    let found = state.tenant(&heard.tenant).query(&query).await?;
    match found.rows.first() {
        Some((case, _)) => link(state, heard, case, &instance.definition).await,
        None => Ok(()),
    }
}

/// The variable `caseId` was set.
async fn case_named(state: &CaseApiState, heard: &Heard<'_>, named: CaseNamed) -> Result<(), JobError> {
    let case = named.case_id.as_str();
    // A process stays with the case it belongs to: the built-in workers act for that one only.
    if case_of(state, heard).await?.is_some_and(|known| known != case) {
        return Ok(());
    }
    link(state, heard, case, &named.definition).await
}

async fn link(state: &CaseApiState, heard: &Heard<'_>, case: &str, process: &Definition) -> Result<(), JobError> {
    let observation = Observation::ProcessStarted {
        start_id: String::new(),
        instance_id: heard.id.to_owned(),
        key: process.key.to_string(),
        name: None,
    };
    record(state, heard, case, observation).await?;
    state.started().notify_waiters();
    Ok(())
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
async fn note(state: &CaseApiState, heard: &Heard<'_>, observation: Observation) -> Result<(), JobError> {
    match case_of(state, heard).await? {
        Some(case) => record(state, heard, &case, observation).await,
        None => Ok(()),
    }
}

/// The case that the instance belongs to.
async fn case_of(state: &CaseApiState, heard: &Heard<'_>) -> Result<Option<String>, JobError> {
    let link = state.tenant(&heard.tenant).get(PROCESS_VIEW, heard.id).await?;
    Ok(link.as_ref().and_then(|row| row.get("caseId")).and_then(Value::as_str).map(str::to_owned))
}

async fn record(state: &CaseApiState, heard: &Heard<'_>, case: &str, observation: Observation) -> Result<(), JobError> {
    let by = actor(state, heard).await?;
    let command = Command::by(by).because(&format!("process-instance:{}:{}", heard.id, heard.seq));
    let recorded = state
        .desk(&heard.tenant)
        .command(case, command, move |case, definition, by, at| {
            observe::observe(case, definition, &observation, by, at)
        })
        .await;
    match recorded {
        // A `caseId` that names nothing is the model's business.
        Ok(_) | Err(CaseError::Rejected(CaseRejection::NotFound)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Who did it: whom the entry names, which is who called, never a room that passed the call on.
pub(super) async fn actor(state: &CaseApiState, heard: &Heard<'_>) -> Result<Person, JobError> {
    match heard.actor {
        // What comes next is the model's, whoever did what came before.
        _ if heard.event == "user-task-created" => Ok(Person::system("engine")),
        "" => Ok(Person::system("engine")),
        system if system.starts_with("system:") => Ok(Person::system(system.trim_start_matches("system:"))),
        id => Ok(people::named(&state.tenant(&heard.tenant), id).await?),
    }
}
