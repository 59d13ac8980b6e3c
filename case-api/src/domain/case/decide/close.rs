//! What becomes of the work that is open when a case is closed. Nobody works on a closed case, so either it is not closed,
//! or what runs for it ends: that is said by who closes it, and written down before the engine is told.

use super::limits::{find_status, too_long};
use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::process::{CancelledProcess, CaseProcess, CaseProcessState};
use crate::domain::case::state::Case;
use crate::domain::case::task::TaskFact;
use crate::domain::definition::model::{CaseDefinition, Status, StatusKind};
use crate::domain::person::Person;
use casewright_contracts::ids::root_of;
use casewright_forms::FieldFault;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What becomes of open work when its case is closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnOpenWork {
    /// The case is not closed.
    #[default]
    Refuse,
    /// It is cancelled.
    Cancel,
}

/// How a case is closed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Closing {
    pub(crate) open_work: OnOpenWork,
    /// The root process instance that closes its own case: it goes on to its own end.
    pub(crate) within: Option<String>,
}

impl Closing {
    /// As rules close: there is nobody to ask.
    pub(crate) fn cancelling() -> Self {
        Self { open_work: OnOpenWork::Cancel, within: None }
    }
}

/// Processes and tasks that are open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenWork {
    pub(crate) processes: Vec<CaseProcess>,
    pub(crate) tasks: Vec<TaskFact>,
}

impl OpenWork {
    /// What is open in the first `count` processes of the case, without what `within` does itself.
    fn of(case: &Case, count: usize, within: Option<&str>) -> Self {
        let is_open = |process: &&CaseProcess| {
            matches!(process.state, CaseProcessState::Starting | CaseProcessState::Active)
                && (within.is_none() || process.id.as_deref() != within)
        };
        let is_other = |task: &&TaskFact| within.is_none_or(|root| root_of(&task.task_id) != root);
        Self {
            processes: case.processes.iter().take(count).filter(is_open).cloned().collect(),
            tasks: case.tasks.values().filter(is_other).cloned().collect(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.processes.is_empty() && self.tasks.is_empty()
    }
}

/// Whether the status may be set: closing does not go round open work that nobody said may end.
///
/// # Errors
/// The status closes the case, work is open, and it is not to be cancelled.
pub(crate) fn consent(case: &Case, to: &Status, closing: &Closing) -> Result<(), CaseRejection> {
    if to.kind != StatusKind::Closed || is_closed(case) || closing.open_work == OnOpenWork::Cancel {
        return Ok(());
    }
    let open = OpenWork::of(case, case.processes.len(), closing.within.as_deref());
    if open.is_empty() { Ok(()) } else { Err(CaseRejection::OpenWork(open)) }
}

/// Sets the status; with one that closes the case its open work ends, as [`consent`] has it. What the same decision asks for
/// (the process of a stage that is entered with it) is no work of before, and starts.
pub(crate) fn set_status(draft: &mut Draft<'_>, to: Status, reason: Option<&str>, closing: &Closing) {
    let closes = to.kind == StatusKind::Closed;
    if to.id != draft.case.status.id {
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
        draft.record(Fact::StatusChanged { from: draft.case.status.clone(), to, reason });
    }
    if closes && closing.open_work == OnOpenWork::Cancel {
        cancel_open_work(draft, closing.within.as_deref());
    }
}

fn cancel_open_work(draft: &mut Draft<'_>, within: Option<&str>) {
    let open = OpenWork::of(&draft.case, draft.processes_before(), within);
    // What was cancelled before is on its way: asking again changes nothing.
    let ending: Vec<CaseProcess> =
        open.processes.into_iter().filter(|process| process.cancelled_by.is_none()).collect();
    if ending.is_empty() {
        return;
    }
    let by = draft.by().clone();
    let mut processes = draft.case.processes.clone();
    for process in processes.iter_mut().filter(|process| ending.contains(process)) {
        process.cancelled_by = Some(by.clone());
        // One that is not started yet never is, or is cancelled as soon as it turns out that it was.
        if process.id.is_none() {
            process.state = CaseProcessState::Terminated;
        }
    }
    let cancelled = ending.into_iter().map(|process| CancelledProcess { id: process.id, name: process.name }).collect();
    let tasks = open.tasks.into_iter().map(|task| task.name).collect();
    draft.record(Fact::OpenWorkCancelled { cancelled, tasks, processes });
}

/// Closes the case; one that is closed already stays as it is, but for open work that is to end.
pub(crate) fn close(
    case: &Case,
    definition: &CaseDefinition,
    status: Option<&str>,
    reason: Option<&str>,
    closing: &Closing,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    let mut faults = Vec::new();
    faults.extend(reason.and_then(too_long));
    let status = match status {
        Some(id) => find_status(definition, id, &mut faults),
        None => definition.statuses.iter().find(|status| status.kind == StatusKind::Closed).cloned(),
    };
    match &status {
        Some(status) if status.kind != StatusKind::Closed => {
            let detail = format!("`{}` does not close a case", status.id);
            faults.push(FieldFault::new("/status", "not-closed", &detail));
        }
        None if faults.is_empty() => {
            faults.push(FieldFault::new("/status", "not-closed", "the definition has no status that closes a case"));
        }
        _ => {}
    }
    let Some(status) = status.filter(|_| faults.is_empty()) else {
        return Err(CaseRejection::Invalid(faults));
    };
    consent(case, &status, closing)?;
    let mut draft = Draft::new(case, definition, by, at);
    let status = if is_closed(case) { case.status.clone() } else { status };
    set_status(&mut draft, status, reason, closing);
    Ok(draft.decided(()))
}

fn is_closed(case: &Case) -> bool {
    case.status.kind == StatusKind::Closed
}
