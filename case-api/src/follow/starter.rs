//! Starts the processes that cases ask for: once per wish, however often the wish comes.

use super::error::FollowError;
use super::read;
use crate::domain::case::decide::{self, Observation};
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::process::CaseProcess;
use crate::domain::person::Person;
use crate::repository::Command;
use crate::rooms::ProcessStart;
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;
use casewright_client::Variables;
use casewright_service::reserved;

pub(super) const CONSUMER: &str = "case-api-starter";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if entry.event != "process-requested" {
        return Ok(());
    }
    let CaseEvent { by, fact } = read::event(entry)?;
    let Fact::ProcessRequested { start_id, key, variables, .. } = fact else {
        return Ok(());
    };
    let cases = state.cases(&entry.tenant);
    let (case, _) = cases.case(&entry.id).await?;
    let is_done = |process: &CaseProcess| process.id.is_some() || process.cancelled_by.is_some();
    if case.processes.iter().any(|process| process.start_id == start_id && is_done(process)) {
        return Ok(());
    }
    // Fields of the case first, so that models can use them; then what the caller gave; then what we vouch for.
    let mut values = Variables::of(&case.fields);
    values.0.extend(Variables::of(&variables).0);
    // Wishes and definitions of before may name what only the platform sets.
    values.0.retain(|name, _| !reserved::is_reserved(name));
    let values = values
        .string("caseId", &case.id)
        .string("caseNumber", &case.number)
        .string("caseDefinition", &case.definition)
        .string("caseTitle", &case.title)
        .string("caseStartId", &start_id)
        .string("initiator", &by.id);
    state.begun().note_number(&entry.tenant, &case.number, &case.id);
    let start =
        ProcessStart { key: &key, business_key: &case.number, case: &case.id, start_id: &start_id, variables: values };
    let observation = match state.rooms().start_process(&entry.tenant, start, &by).await {
        Ok(instance_id) => Observation::ProcessStarted { start_id, instance_id, key, name: None },
        Err(error) if error.may_pass() && !error.is_over_quota() => return Err(error.into()),
        // No such process, its first step failed, or the organisation may have no more: somebody has to look, and the case says so.
        Err(error) => {
            tracing::warn!(case = %entry.id, process = key, %error, "the engine refused to start a process");
            Observation::StartRefused { start_id, key, reason: error.reason() }
        }
    };
    let begun = match &observation {
        Observation::ProcessStarted { instance_id, .. } => Some(instance_id.clone()),
        _ => None,
    };
    let command = Command::by(Person::system("case-api")).because(&format!("case:{}:{}", &entry.id, entry.seq));
    cases
        .command(&entry.id, command, move |case, definition, by, at| {
            decide::observe(case, definition, &observation, by, at)
        })
        .await?;
    if let Some(instance) = begun {
        state.begun().note_process(&entry.tenant, &instance, &case.id);
    }
    state.noted().notify_waiters();
    Ok(())
}
