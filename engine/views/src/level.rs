//! How much of what happened becomes history, by Camunda's four levels.
//!
//! The journal holds everything in any case; a level says which views of the past are written. Nothing else depends on it.

use super::{
    HISTORY_ACTIVITY_INSTANCE, HISTORY_DETAIL, HISTORY_FLOW, HISTORY_PROCESS_INSTANCE, HISTORY_TASK, HISTORY_VARIABLE,
};
use casewright_journal::{Entry, Projector, ViewSpec, ViewWrites};
use serde::{Deserialize, Serialize};

/// What history is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HistoryLevel {
    /// None at all.
    None,
    /// Process instances, activity instances, tasks.
    Activity,
    /// And variables with their last values, and forms.
    Audit,
    /// And every change of a variable, incidents, jobs, external tasks, identity links, decisions, batches, user operations.
    #[default]
    Full,
}

impl HistoryLevel {
    /// Is this view written? Views of the present always are.
    pub fn keeps(self, view: &str) -> bool {
        let from = match view {
            HISTORY_PROCESS_INSTANCE | HISTORY_ACTIVITY_INSTANCE | HISTORY_TASK | HISTORY_FLOW => Self::Activity,
            HISTORY_VARIABLE => Self::Audit,
            view if view.starts_with("history-") => Self::Full,
            _ => Self::None,
        };
        self >= from
    }
}

/// A projector that writes what a level keeps.
pub(super) struct Levelled<P> {
    pub(super) inner: P,
    pub(super) level: HistoryLevel,
}

impl<P: Projector> Projector for Levelled<P> {
    fn group(&self) -> &'static str {
        self.inner.group()
    }

    fn views(&self) -> Vec<ViewSpec> {
        self.inner.views()
    }

    fn kinds(&self) -> &'static [&'static str] {
        self.inner.kinds()
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        if self.level == HistoryLevel::Full {
            return self.inner.project(entry, out);
        }
        let mut all = ViewWrites::default();
        self.inner.project(entry, &mut all);
        // Forms are details that the audit level has; other details are changes of variables.
        let has_forms = self.level >= HistoryLevel::Audit && entry.event == "form-submitted";
        out.take(all, |view| self.level.keeps(view) || (has_forms && view == HISTORY_DETAIL));
    }

    fn version(&self) -> u32 {
        self.inner.version()
    }
}
