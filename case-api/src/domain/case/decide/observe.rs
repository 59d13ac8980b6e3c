//! What the engine and the mail room have done for a case, as facts of the case. Every observation carries where it was
//! seen, and is recorded once however often it comes.

use super::{Decided, Draft, guard};
use crate::domain::case::document::FileDigest;
use crate::domain::case::event::{Fact, Source};
use crate::domain::case::problem::CaseProblem;
use crate::domain::case::process::{CaseProcess, CaseProcessState};
use crate::domain::case::state::Case;
use crate::domain::case::task::TaskFact;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::person::Person;
use jiff::Timestamp;

/// Something that happened elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Observation {
    ProcessStarted { start_id: String, instance_id: String, key: String, name: Option<String> },
    ProcessEnded { instance_id: String, state: CaseProcessState, source: Source },
    TaskCreated { task: TaskFact, source: Source },
    TaskAssigned { task: TaskFact, source: Source },
    TaskEnded { task: TaskFact, is_completed: bool, source: Source },
    IncidentRaised { step: String, reason: String, source: Source },
    IncidentResolved { step: String, source: Source },
    StartRefused { start_id: String, key: String, reason: String },
    CancelRefused { step: String, reason: String },
    MailReceived { mail_id: String, from: String, subject: String, files: Vec<FileDigest> },
    MailSent { mail_id: String, to: Vec<String>, subject: String },
    MailFailed { mail_id: String, subject: String, reason: String },
    MailUnlinked { mail_id: String },
}

pub(crate) fn observe(
    case: &Case,
    definition: &CaseDefinition,
    observation: &Observation,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    if let Some(fact) = fact(case, definition, observation, at) {
        draft.record(fact);
    }
    Ok(draft.decided(()))
}

/// The fact, or none when it is known already or means nothing to this case.
fn fact(case: &Case, definition: &CaseDefinition, observation: &Observation, at: Timestamp) -> Option<Fact> {
    match observation.clone() {
        Observation::ProcessStarted { start_id, instance_id, key, name } => {
            process_started(case, definition, start_id, instance_id, key, name)
        }
        Observation::StartRefused { start_id, key, reason } => {
            let process = case.processes.iter().find(|p| p.start_id == start_id && p.id.is_none())?;
            let step = process.name.clone();
            let problem = CaseProblem::failed(&step, &reason, at);
            let known = case.problem.as_ref().is_some_and(|p| p.step == step && p.reason == reason);
            (!known && process.definition_key == key).then_some(Fact::StepFailed {
                step,
                reason,
                problem,
                source: None,
            })
        }
        Observation::CancelRefused { step, reason } => {
            let problem = CaseProblem::failed(&step, &reason, at);
            let known = case.problem.as_ref().is_some_and(|p| p.step == step && p.reason == reason);
            (!known).then_some(Fact::StepFailed { step, reason, problem, source: None })
        }
        Observation::MailReceived { mail_id, from, subject, files } => (!case.mails.contains(&mail_id)).then(|| {
            let unread = count(case.unread_mails.len() + 1);
            Fact::MailReceived { mail_id, from, subject, unread, files }
        }),
        Observation::MailSent { mail_id, to, subject } => {
            (!case.mails.contains(&mail_id)).then_some(Fact::MailSent { mail_id, to, subject })
        }
        Observation::MailFailed { mail_id, subject, reason } => {
            let step = format!("Mail “{subject}”");
            let problem = CaseProblem::failed(&step, &reason, at);
            let known = case.problem.as_ref().is_some_and(|p| p.step == step && p.reason == reason);
            (case.mails.contains(&mail_id) && !known).then_some(Fact::StepFailed {
                step,
                reason,
                problem,
                source: None,
            })
        }
        Observation::MailUnlinked { mail_id } => case.mails.contains(&mail_id).then(|| {
            let unread = case.unread_mails.iter().filter(|id| **id != mail_id).count();
            Fact::MailUnlinked { mail_id, unread: count(unread) }
        }),
        Observation::ProcessEnded { instance_id, state, source } => {
            is_new(case, &source)?;
            let mut processes = case.processes.clone();
            let process = processes.iter_mut().find(|p| p.id.as_deref() == Some(&instance_id))?;
            process.state = state;
            let name = process.name.clone();
            Some(Fact::ProcessEnded { instance_id, name, state, processes, source })
        }
        Observation::TaskCreated { task, source } => {
            is_new(case, &source)?;
            Some(Fact::TaskCreated { open: count(case.open_task_count() + 1), task, source })
        }
        Observation::TaskAssigned { task, source } => {
            is_new(case, &source)?;
            let before = case.tasks.get(&task.task_id)?;
            match (&before.assignee, &task.assignee) {
                (before, after) if before == after => None,
                (_, Some(_)) => Some(Fact::TaskClaimed { task, source }),
                (_, None) => Some(Fact::TaskUnclaimed { task, source }),
            }
        }
        Observation::TaskEnded { task, is_completed, source } => {
            is_new(case, &source)?;
            let open = count(case.open_task_count() - usize::from(case.tasks.contains_key(&task.task_id)));
            Some(if is_completed {
                Fact::TaskCompleted { task, open, source }
            } else {
                Fact::TaskCancelled { task, open, source }
            })
        }
        Observation::IncidentRaised { step, reason, source } => {
            is_new(case, &source)?;
            let problem = CaseProblem::failed(&step, &reason, at);
            Some(Fact::StepFailed { step, reason, problem, source: Some(source) })
        }
        Observation::IncidentResolved { step, source } => {
            is_new(case, &source)?;
            Some(Fact::StepRepaired { step, source })
        }
    }
}

fn process_started(
    case: &Case,
    definition: &CaseDefinition,
    start_id: String,
    instance_id: String,
    key: String,
    name: Option<String>,
) -> Option<Fact> {
    if case.processes.iter().any(|p| p.id.as_deref() == Some(&instance_id)) {
        return None;
    }
    let mut processes = case.processes.clone();
    // Seen on the engine's log before the starter came back with it: the wish without an instance is the one; rather one
    // that still counts than one that ended with its case and was started all the same.
    let is_wish = |p: &CaseProcess| {
        p.id.is_none() && if start_id.is_empty() { p.definition_key == key } else { p.start_id == start_id }
    };
    let place = processes.iter().position(|p| is_wish(p) && p.cancelled_by.is_none());
    let place = place.or_else(|| processes.iter().position(is_wish));
    let (start_id, name) = match place {
        Some(place) => {
            let wish = &mut processes[place];
            wish.id = Some(instance_id.clone());
            wish.state = CaseProcessState::Active;
            (wish.start_id.clone(), wish.name.clone())
        }
        None => {
            let named = definition.process(&key).map(|process| process.name.clone());
            let name = named.or(name).unwrap_or_else(|| key.clone());
            processes.push(CaseProcess {
                start_id: start_id.clone(),
                id: Some(instance_id.clone()),
                definition_key: key.clone(),
                name: name.clone(),
                state: CaseProcessState::Active,
                cancelled_by: None,
                cancelled_with: None,
            });
            (start_id, name)
        }
    };
    Some(Fact::ProcessStarted {
        start_id,
        instance_id,
        key,
        name,
        definition: case.definition.clone(),
        number: case.number.clone(),
        processes,
    })
}

pub(super) fn is_new(case: &Case, source: &Source) -> Option<()> {
    case.observed.get(&source.instance).is_none_or(|seen| source.seq > *seen).then_some(())
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
