//! How a case enters a stage.

use super::Draft;
use super::close::{self, Closing};
use super::ending;
use crate::domain::case::event::Fact;
use crate::domain::definition::model::Stage;
use crate::domain::definition::stage::StageRef;

/// How a case gets into a stage.
#[derive(Clone, Debug, Default)]
pub(super) struct Entering {
    pub(super) reason: Option<String>,
    pub(super) skipped: Vec<StageRef>,
    pub(super) is_automatic: bool,
    pub(super) rests: bool,
}

/// Moves the case, unless it is there already; what ends with the stage that it leaves is cancelled. The status of the stage is
/// left to the caller, who may have another.
pub(super) fn enter(draft: &mut Draft<'_>, to: &Stage, how: Entering) {
    if to.id == draft.case.stage.id {
        return;
    }
    let from = draft.case.stage.clone();
    let (processes, tasks) = ending::with_stage(&draft.case, draft.definition());
    let Entering { reason, skipped, is_automatic, rests } = how;
    draft.record(Fact::StageChanged { from: from.clone(), to: to.into(), reason, skipped, is_automatic, rests });
    ending::cancel(draft, &processes, &tasks, Some(&from));
}

/// [`enter`], and the status that the stage says.
pub(super) fn enter_with_status(draft: &mut Draft<'_>, to: &Stage, how: Entering) {
    if to.id == draft.case.stage.id {
        return;
    }
    enter(draft, to, how);
    let status = to.status.as_ref().and_then(|status| draft.definition().status(status)).cloned();
    if let Some(status) = status {
        close::set_status(draft, status, None, &Closing::cancelling());
    }
}
