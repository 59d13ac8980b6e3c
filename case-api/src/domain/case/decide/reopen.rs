//! Opening a closed case again.

use super::close::{self, Closing};
use super::limits::{find_stage, find_status, too_long};
use super::requirement::Move;
use super::stage::{Entering, enter};
use super::{CaseRejection, Decided, Draft, guard};
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, Stage, StageKind, StatusKind};
use crate::domain::person::Person;
use casewright_forms::FieldFault;
use jiff::Timestamp;

/// How a case is opened again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reopening {
    pub(crate) reason: String,
    /// Back to this stage; none: where it was, or from a resolution stage to the last other one.
    pub(crate) stage: Option<String>,
    /// None: what the stage says, or the definition begins with.
    pub(crate) status: Option<String>,
}

/// Opens it. Its clocks are promised anew, and it goes on by itself only after something has changed: what closed it may still
/// be so.
pub(crate) fn reopen(
    case: &Case,
    definition: &CaseDefinition,
    wish: &Reopening,
    by: &Person,
    at: Timestamp,
) -> Decided {
    guard(case)?;
    if case.status.kind != StatusKind::Closed {
        return Err(CaseRejection::NotClosed);
    }
    let mut faults = Vec::new();
    if wish.reason.trim().is_empty() {
        faults.push(FieldFault::new("/reason", "required", "say why it is opened again"));
    }
    faults.extend(too_long(&wish.reason));
    let stage = match &wish.stage {
        Some(id) => find_stage(definition, id, &mut faults),
        None => back_to(case, definition).cloned(),
    };
    let said = wish.status.as_deref().or_else(|| stage.as_ref()?.status.as_deref());
    let said = said.filter(|id| wish.status.is_some() || is_open(definition, id));
    let status = match said {
        Some(id) => find_status(definition, id, &mut faults),
        None => definition.initial_status().cloned(),
    };
    if status.as_ref().is_some_and(|status| status.kind == StatusKind::Closed) {
        faults.push(FieldFault::new("/status", "closed", "this status closes a case"));
    }
    let (Some(status), true) = (status, faults.is_empty()) else {
        return Err(CaseRejection::Invalid(faults));
    };
    if let Some(to) = stage.as_ref().filter(|to| wish.stage.is_some() && to.id != case.stage.id) {
        // Where it goes back to asks for its own; which ways lead there is not asked of a case that begins anew.
        let mut lacks = Move { case, definition, to, reason: Some(&wish.reason), at }.of_everybody().lacks;
        lacks.retain(|lack| lack.fault.code != "no-transition");
        if !lacks.is_empty() {
            return Err(CaseRejection::MoveRefused { to: to.into(), lacks });
        }
    }
    let mut draft = Draft::new(case, definition, by, at);
    close::set_status(&mut draft, status, Some(&wish.reason), &Closing::default());
    if let Some(to) = stage {
        enter(&mut draft, &to, Entering { rests: true, ..Entering::default() });
    }
    Ok(draft.decided(()))
}

fn is_open(definition: &CaseDefinition, status: &str) -> bool {
    definition.status(status).is_some_and(|status| status.kind != StatusKind::Closed)
}

/// The last stage it was in that does not end cases.
fn back_to<'a>(case: &Case, definition: &'a CaseDefinition) -> Option<&'a Stage> {
    let visited = case.progress.visited.iter().rev().filter_map(|id| definition.stage(id));
    let current = definition.stage(&case.stage.id);
    let ends = |stage: &&Stage| stage.kind == StageKind::Resolution;
    current.into_iter().chain(visited).find(|stage| !ends(stage)).or_else(|| definition.stages.first())
}
