//! Processes that end with a stage or with their case, and their tasks.

use super::Draft;
use crate::domain::case::event::Fact;
use crate::domain::case::process::{CancelledProcess, CaseProcess, CaseProcessState};
use crate::domain::case::state::Case;
use crate::domain::case::task::TaskFact;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::definition::stage::StageRef;
use casewright_contracts::ids::root_of;

/// Processes that end when the case leaves the stage where it is, and their tasks.
pub(super) fn with_stage(case: &Case, definition: &CaseDefinition) -> (Vec<CaseProcess>, Vec<TaskFact>) {
    let keys = definition.stage(&case.stage.id).map(|stage| stage.cancel_on_exit.as_slice()).unwrap_or_default();
    let is_ending = |process: &&CaseProcess| {
        keys.contains(&process.definition_key)
            && process.cancelled_by.is_none()
            && matches!(process.state, CaseProcessState::Starting | CaseProcessState::Active)
    };
    let processes: Vec<CaseProcess> = case.processes.iter().filter(is_ending).cloned().collect();
    let is_of_one = |task: &&TaskFact| {
        let root = root_of(&task.task_id);
        processes.iter().any(|process| process.id.as_ref() == Some(&root))
    };
    let tasks = case.tasks.values().filter(is_of_one).cloned().collect();
    (processes, tasks)
}

/// Says that processes end, with a stage or with the case, and who said so. The engine is told once that is durable.
pub(super) fn cancel(draft: &mut Draft<'_>, ending: &[CaseProcess], tasks: &[TaskFact], with: Option<&StageRef>) {
    if ending.is_empty() {
        return;
    }
    let by = draft.by().clone();
    let mut processes = draft.case.processes.clone();
    for process in processes.iter_mut().filter(|process| ending.contains(process)) {
        process.cancelled_by = Some(by.clone());
        process.cancelled_with = with.cloned();
        // One that is not started yet never is, or is cancelled as soon as it turns out that it was.
        if process.id.is_none() {
            process.state = CaseProcessState::Terminated;
        }
    }
    let cancelled =
        ending.iter().map(|process| CancelledProcess { id: process.id.clone(), name: process.name.clone() });
    let (cancelled, tasks) = (cancelled.collect(), tasks.iter().map(|task| task.name.clone()).collect());
    draft.record(Fact::OpenWorkCancelled { cancelled, tasks, processes });
}
