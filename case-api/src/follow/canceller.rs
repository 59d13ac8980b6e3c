//! Cancels in the engine what ends with its case, or with a stage of it: once it is durable that it ends, and for who said so.
//!
//! An entry comes at least once: an instance that is gone already is no failure. One that the starter brought up while the case was
//! closed is known of when it is noted on the case.

use super::error::FollowError;
use super::read;
use crate::domain::case::decide::{self, Observation};
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::process::{CaseProcess, CaseProcessState};
use crate::domain::case::state::Case;
use crate::domain::definition::model::StatusKind;
use crate::domain::person::Person;
use crate::repository::Command;
use crate::rooms::Behalf;
use crate::state::CaseApiState;
use casewright_bus::EntryEnvelope;

pub(super) const CONSUMER: &str = "case-api-canceller";

pub(super) async fn follow(state: &CaseApiState, entry: &EntryEnvelope) -> Result<(), FollowError> {
    if !matches!(entry.event.as_str(), "open-work-cancelled" | "process-started") {
        return Ok(());
    }
    let CaseEvent { fact, .. } = read::event(entry)?;
    let ending = ending(&fact);
    if ending.is_empty() {
        return Ok(());
    }
    let (case, _) = state.cases(&entry.tenant).case(&entry.id).await?;
    let is_late = matches!(fact, Fact::ProcessStarted { .. });
    for process in ending {
        // A process that started late is left to a case that was opened again meanwhile.
        if is_late && process.cancelled_with.is_none() && case.status.kind != StatusKind::Closed {
            continue;
        }
        cancel(state, entry, &case, process).await?;
    }
    Ok(())
}

/// Instances that the fact says end; all that is needed of them stands in it.
fn ending(fact: &Fact) -> Vec<&CaseProcess> {
    let (processes, meant): (_, Vec<&str>) = match fact {
        Fact::OpenWorkCancelled { cancelled, processes, .. } => {
            (processes, cancelled.iter().filter_map(|process| process.id.as_deref()).collect())
        }
        Fact::ProcessStarted { instance_id, processes, .. } => (processes, vec![instance_id]),
        _ => return Vec::new(),
    };
    let ends = |process: &&CaseProcess| {
        process.cancelled_by.is_some()
            && process.state == CaseProcessState::Active
            && process.id.as_deref().is_some_and(|id| meant.contains(&id))
    };
    processes.iter().filter(ends).collect()
}

async fn cancel(
    state: &CaseApiState,
    entry: &EntryEnvelope,
    case: &Case,
    process: &CaseProcess,
) -> Result<(), FollowError> {
    let (Some(id), Some(by)) = (&process.id, &process.cancelled_by) else {
        return Ok(());
    };
    let reason = match &process.cancelled_with {
        Some(stage) => format!("case {} left stage {}", case.number, stage.name),
        None => format!("case {} was closed", case.number),
    };
    match state.rooms().engine(Behalf::of(&entry.tenant, by)).engine().delete(id, &reason).await {
        Ok(()) => Ok(()),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) if error.may_pass() => Err(error.into()),
        // A listener of the model that fails, say: somebody has to look, and the case says so.
        Err(error) => {
            tracing::warn!(case = %entry.id, process = id, %error, "the engine refused to cancel a process");
            let reason = format!("it could not be cancelled: {}", error.reason());
            let refused = Observation::CancelRefused { step: process.name.clone(), reason };
            let command = Command::by(Person::system("case-api")).because(&format!("case:{}:{}", &entry.id, entry.seq));
            state
                .cases(&entry.tenant)
                .command(&entry.id, command, move |case, definition, by, at| {
                    decide::observe(case, definition, &refused, by, at)
                })
                .await?;
            Ok(())
        }
    }
}
