//! What becomes of the work that is open when a case is closed. Nobody works on a closed case, so either it is not closed,
//! or what runs for it ends: that is said by who closes it, and written down before the engine is told.

use super::ad_hoc_task::end_open_tasks;
use super::ending;
use super::limits::{find_status, too_long};
use super::open_work::OpenWork;
use super::resolution;
use super::{CaseRejection, Decided, Draft, guard_unmerged};
use crate::domain::case::ad_hoc_task::AdHocTaskState;
use crate::domain::case::event::Fact;
use crate::domain::case::process::CaseProcess;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, Status, StatusKind};
use crate::domain::person::Person;
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
    /// Ids of the child cases that are closed with it.
    pub(crate) children: Vec<String>,
    /// How it ends: an id of the definition's resolutions, or free words where it has none.
    pub(crate) resolution: Option<String>,
    /// A person, who says how the case ends where its definition lists that.
    pub(crate) by_person: bool,
}

impl Closing {
    /// As rules close: there is nobody to ask.
    pub(crate) fn cancelling() -> Self {
        Self { open_work: OnOpenWork::Cancel, ..Self::default() }
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
    refuse_if_any(OpenWork::of(case, case.processes.len(), closing.within.as_deref()))
}

/// Whether the case may become part of another one: its tasks go on there, its processes do not.
///
/// # Errors
/// Processes are open, and they are not to be cancelled.
pub(super) fn consent_of_processes(case: &Case, closing: &Closing) -> Result<(), CaseRejection> {
    if closing.open_work == OnOpenWork::Cancel {
        return Ok(());
    }
    let open = OpenWork::of(case, case.processes.len(), None);
    refuse_if_any(OpenWork { ad_hoc: Vec::new(), ..open })
}

fn refuse_if_any(open: OpenWork) -> Result<(), CaseRejection> {
    if open.is_empty() { Ok(()) } else { Err(CaseRejection::OpenWork(open)) }
}

/// Whether the case may leave its stage: what ends with that is ended by a person only who has said so. Rules and machines do what
/// the definition says.
///
/// # Errors
/// Work ends with the stage, and it is not to be cancelled.
pub(crate) fn consent_to_leave(
    case: &Case,
    definition: &CaseDefinition,
    closing: &Closing,
) -> Result<(), CaseRejection> {
    if !closing.by_person || closing.open_work == OnOpenWork::Cancel {
        return Ok(());
    }
    let (processes, tasks) = ending::with_stage(case, definition);
    refuse_if_any(OpenWork { processes, tasks, ad_hoc: Vec::new() })
}

/// Sets the status; with one that closes the case its open work ends, as [`consent`] has it. What the same decision asks for
/// (the process of a stage that is entered with it) is no work of before, and starts.
pub(crate) fn set_status(draft: &mut Draft<'_>, to: Status, reason: Option<&str>, closing: &Closing) {
    let closes = to.kind == StatusKind::Closed;
    if to.id != draft.case.status.id {
        let resolution = if closes { resolution::of(draft, closing) } else { None };
        let retention = draft.definition().retention.as_ref().filter(|_| closes);
        let dispose_at = retention.and_then(|retention| retention.due_at(draft.at)).map(Into::into);
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty()).map(str::to_owned);
        let from = draft.case.status.clone();
        draft.record(Fact::StatusChanged { from, to, reason, urgency: None, resolution, dispose_at });
    }
    if closes && !closing.children.is_empty() {
        let cancels = closing.open_work == OnOpenWork::Cancel;
        draft.record(Fact::ChildrenClosing { children: closing.children.clone(), cancels });
    }
    if closes && closing.open_work == OnOpenWork::Cancel {
        cancel_open_work(draft, closing.within.as_deref());
    }
}

fn cancel_open_work(draft: &mut Draft<'_>, within: Option<&str>) {
    end_open_tasks(draft, AdHocTaskState::Cancelled);
    let open = OpenWork::of(&draft.case, draft.processes_before(), within);
    // What was cancelled before is on its way: asking again changes nothing.
    let ending: Vec<CaseProcess> =
        open.processes.into_iter().filter(|process| process.cancelled_by.is_none()).collect();
    ending::cancel(draft, &ending, &open.tasks, None);
}

/// What closing a case asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct CloseWish {
    /// A status of kind `closed`; none: the first of the definition.
    pub(crate) status: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) closing: Closing,
}

/// Closes the case; one that is closed already stays as it is, but for open work that is to end.
pub(crate) fn close(case: &Case, definition: &CaseDefinition, wish: &CloseWish, by: &Person, at: Timestamp) -> Decided {
    guard_unmerged(case)?;
    let CloseWish { status, reason, closing } = wish;
    let mut faults = Vec::new();
    faults.extend(reason.as_deref().and_then(too_long));
    if !is_closed(case) {
        faults.extend(resolution::faults(case, definition, None, closing));
    }
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
    set_status(&mut draft, status, reason.as_deref(), closing);
    Ok(draft.decided(()))
}

fn is_closed(case: &Case) -> bool {
    case.status.kind == StatusKind::Closed
}
