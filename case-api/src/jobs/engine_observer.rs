//! Notes on a case what the engine did for it: processes, tasks, incidents.
//!
//! A root process instance belongs to a case when its business key is the case's number, or when its variable `caseId`
//! names the case (the mail process, which exists before its case does).

use super::{Heard, JobError};
use crate::case::decide::CaseRejection;
use crate::case::desk::{CaseError, Command};
use crate::case::fact::{CaseProcessState, Source};
use crate::case::observe::{self, Observation};
use crate::case::view::{PROCESS_VIEW, VIEW as CASES};
use crate::people;
use crate::person::Person;
use crate::state::CaseApiState;
use crate::task::wire::{self, IncidentFact, InstanceFact, TaskFactBody, VariableFact};
use casewright_journal::{Filter, Query};
use serde_json::Value;

pub(crate) const CONSUMER: &str = "case-api-engine-observer";

pub(crate) async fn hear(state: &CaseApiState, heard: &Heard<'_>) -> Result<(), JobError> {
    if !wire::OBSERVED.contains(&heard.event) {
        return Ok(());
    }
    let source = Source { instance: heard.id.to_owned(), seq: heard.seq };
    match heard.event {
        "instance-started" => started(state, heard).await,
        "variable-set" => case_named(state, heard).await,
        "instance-ended" => {
            let InstanceFact { instance, state: end } = heard.read()?;
            if instance.super_instance.is_some() {
                return Ok(());
            }
            let end = if end == "COMPLETED" { CaseProcessState::Completed } else { CaseProcessState::Terminated };
            note(state, heard, Observation::ProcessEnded { instance_id: heard.id.to_owned(), state: end, source }).await
        }
        "user-task-created" => {
            let TaskFactBody { task, .. } = heard.read()?;
            note(state, heard, Observation::TaskCreated { task: task.fact(heard.id), source }).await
        }
        "user-task-changed" => {
            let TaskFactBody { task, .. } = heard.read()?;
            note(state, heard, Observation::TaskAssigned { task: task.fact(heard.id), source }).await
        }
        "user-task-ended" => {
            let TaskFactBody { task, delete_reason } = heard.read()?;
            let is_completed = delete_reason.as_deref() == Some("completed");
            note(state, heard, Observation::TaskEnded { task: task.fact(heard.id), is_completed, source }).await
        }
        "incident-raised" => {
            let IncidentFact { incident } = heard.read()?;
            let reason = incident.message.unwrap_or(incident.kind);
            note(state, heard, Observation::IncidentRaised { step: incident.activity_id, reason, source }).await
        }
        "incident-resolved" => {
            let IncidentFact { incident } = heard.read()?;
            note(state, heard, Observation::IncidentResolved { step: incident.activity_id, source }).await
        }
        _ => Ok(()),
    }
}

async fn started(state: &CaseApiState, heard: &Heard<'_>) -> Result<(), JobError> {
    let InstanceFact { instance, .. } = heard.read()?;
    let (None, Some(number)) = (instance.super_instance, instance.business_key) else {
        return Ok(());
    };
    let mut query = Query::new(CASES, Filter::Eq("number".into(), Value::from(number.as_str())));
    query.limit = Some(1);
    let found = state.tenant(&heard.tenant).query(&query).await?;
    match found.rows.first() {
        Some((case, _)) => link(state, heard, case, instance.definition.key).await,
        None => Ok(()),
    }
}

/// The variable `caseId` was set.
async fn case_named(state: &CaseApiState, heard: &Heard<'_>) -> Result<(), JobError> {
    if !wire::may_name_case(heard.payload) {
        return Ok(());
    }
    let VariableFact { variable } = heard.read()?;
    let (wire::CASE_ID, Some(case)) = (variable.name.as_str(), variable.text()) else {
        return Ok(());
    };
    // A process stays with the case it belongs to: the built-in workers act for that one only.
    if case_of(state, heard).await?.is_some_and(|known| known != case) {
        return Ok(());
    }
    link(state, heard, case, variable.definition.key.clone()).await
}

async fn link(state: &CaseApiState, heard: &Heard<'_>, case: &str, key: String) -> Result<(), JobError> {
    let observation =
        Observation::ProcessStarted { start_id: String::new(), instance_id: heard.id.to_owned(), key, name: None };
    record(state, heard, case, observation).await?;
    state.started().notify_waiters();
    Ok(())
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
