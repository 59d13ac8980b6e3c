//! Instructions about places that are not there, or that they are not for.

use smol_str::SmolStr;
use std::fmt;

/// Why nothing can be started or cancelled where somebody wants it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    #[error("the process definition '{definition}' has no start event '{event}'")]
    StartEvent { event: SmolStr, definition: SmolStr },
    #[error("nothing starts before '{activity}': the process definition '{definition}' has no such activity")]
    StartBefore { activity: SmolStr, definition: SmolStr },
    #[error("nothing starts after '{activity}': there is no such activity")]
    StartAfter { activity: SmolStr },
    #[error("nothing starts on '{transition}': the process definition '{definition}' has no such flow")]
    StartTransition { transition: SmolStr, definition: SmolStr },
    #[error("the instances of '{activity}' are not cancelled: there is no such activity")]
    CancelAll { activity: SmolStr },
    #[error("there is no {kind} instance '{id}' to cancel")]
    Cancel { kind: InstanceKind, id: SmolStr },
    #[error("there is no activity instance '{0}' to start something in")]
    Ancestor(SmolStr),
    #[error("the activity instance '{ancestor}' is not around '{target}'")]
    NotAround { ancestor: SmolStr, target: SmolStr },
    #[error("'{0}' is not an active ad-hoc subprocess")]
    NotAdHoc(SmolStr),
    #[error("Ad-hoc subprocess '{0}' starts nothing more")]
    AdHocDone(SmolStr),
    #[error("Ad-hoc subprocess '{0}' is sequential: one activity at a time")]
    AdHocSequential(SmolStr),
    #[error(
        "Ad-hoc subprocess '{sub_process}' cannot start '{activity}': it has no such activity without an incoming flow"
    )]
    NotStartable { sub_process: SmolStr, activity: SmolStr },
}

/// Activity instances have entered their activity; transition instances are on their way in or out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceKind {
    Activity,
    Transition,
}

impl fmt::Display for InstanceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Activity => "activity",
            Self::Transition => "transition",
        })
    }
}
