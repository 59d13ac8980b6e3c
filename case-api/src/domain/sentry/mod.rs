//! Sentries, as CMMN 1.1 has them (5.4.6): what must have happened to a case, and what must be true of it.
//!
//! One piece of code answers for stages (entry and exit), milestones and the `if` of rules. It knows no case: what happened and
//! what is true come in as a [`Ground`]. What happened is remembered, so the parts of a sentry may come in any order; a condition
//! is asked each time.

mod condition;
mod occurrence;

pub(crate) use condition::Ground;
pub(crate) use occurrence::Occurrence;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Holds when everything in `on` has happened and `if` is true. One without `on` is asked whenever something happens to the case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sentry {
    /// What people read where it does not hold yet: `The papers are complete`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// All of these must have happened, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Occurrence>,
    /// A FEEL expression over the case (`fields.amount`, `stage`, `status`, `statusKind`, `queue`, `assignee`, `priority`,
    /// `labels`, `milestones`, `openTasks`, `openProcesses`, `documents`). What is not `true`, or cannot be computed, does not hold.
    #[serde(rename = "if", default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
}

impl Sentry {
    pub(crate) fn holds(&self, ground: &Ground<'_>) -> bool {
        self.on.iter().all(|occurrence| ground.happened.contains(occurrence))
            && self.condition.as_deref().is_none_or(|condition| ground.is_true(condition))
    }
}

/// Whether one of them holds. Several criteria of a stage or a milestone are alternatives (CMMN 1.1, 8.5).
pub(crate) fn any_holds(sentries: &[Sentry], ground: &Ground<'_>) -> bool {
    sentries.iter().any(|sentry| sentry.holds(ground))
}

/// What is wrong with a FEEL condition; none when it can be read.
pub(crate) fn fault_of(condition: &str, names: &[&str]) -> Option<String> {
    condition::parse(condition, names).err().map(|error| error.to_string())
}
