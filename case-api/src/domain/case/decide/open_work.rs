//! What is open of a case: the work that closing it would end.

use crate::domain::case::ad_hoc_task::AdHocTask;
use crate::domain::case::process::{CaseProcess, CaseProcessState};
use crate::domain::case::state::Case;
use crate::domain::case::task::TaskFact;
use casewright_contracts::ids::root_of;

/// Processes and tasks that are open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OpenWork {
    pub(crate) processes: Vec<CaseProcess>,
    pub(crate) tasks: Vec<TaskFact>,
    /// Those that somebody added by hand.
    pub(crate) ad_hoc: Vec<AdHocTask>,
}

impl OpenWork {
    /// What is open in the first `count` processes of the case, without what `within` does itself.
    pub(super) fn of(case: &Case, count: usize, within: Option<&str>) -> Self {
        let is_open = |process: &&CaseProcess| {
            matches!(process.state, CaseProcessState::Starting | CaseProcessState::Active)
                && (within.is_none() || process.id.as_deref() != within)
        };
        let is_other = |task: &&TaskFact| within.is_none_or(|root| root_of(&task.task_id) != root);
        Self {
            processes: case.processes.iter().take(count).filter(is_open).cloned().collect(),
            tasks: case.tasks.values().filter(is_other).cloned().collect(),
            ad_hoc: case.ad_hoc_tasks.iter().filter(|task| task.is_open()).cloned().collect(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.processes.is_empty() && self.tasks.is_empty() && self.ad_hoc.is_empty()
    }
}
