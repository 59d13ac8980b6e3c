//! Where the engine cannot go on, however well the request was meant.

use crate::env::{CalledProcess, NotCalled};
use casewright_engine_model::model::Binding;
use smol_str::SmolStr;

/// Why a process does not go on, or not where somebody wants it to.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Impasse {
    #[error("more than {0} steps without a wait state")]
    Steps(u32),
    #[error("more than {0} call activities inside each other")]
    Depth(usize),
    #[error("the process definition '{0}' is not deployed")]
    Definition(SmolStr),
    /// Of a process that somebody starts.
    #[error("the process definition '{definition}' has no start event that waits for nothing")]
    NoneStart { definition: SmolStr },
    /// Of a process that an activity calls.
    #[error("the called process definition '{definition}' has no start event that waits for nothing")]
    CalledNoneStart { definition: SmolStr },
    #[error("the process '{}' cannot be called: {}", called.key, told(*why))]
    NotCalled { called: Box<Called>, why: NotCalled },
    #[error("no intermediate catch event for link '{0}'")]
    Link(SmolStr),
    #[error("subprocess '{0}' has no start event to begin at")]
    SubProcessStart(SmolStr),
    /// No flow out of something that is no gateway is open.
    #[error("no flow out of '{element}' is open")]
    NoOpenFlow { element: SmolStr },
    #[error("the job '{job}' has no due date to recalculate: it is of type '{kind}'")]
    NotATimer { job: SmolStr, kind: &'static str },
    #[error("the execution '{0}' waits for no signal")]
    NotSignalled(SmolStr),
    #[error("nothing starts before '{0}': it is a boundary event of compensation")]
    CompensationBoundary(SmolStr),
    #[error("nothing starts after '{0}': no flow goes out of it")]
    NoWayOut(SmolStr),
    #[error("nothing starts after '{0}': more than one flow goes out of it")]
    ManyWaysOut(SmolStr),
    /// A scope that runs one thing after the other is busy.
    #[error("one thing more does not run in '{0}' at the same time")]
    Busy(SmolStr),
    #[error("'{0}' runs more than once: which is meant?")]
    AmbiguousAncestor(SmolStr),
    #[error("the process instance '{instance}' is of '{own}', and the plan is for instances of '{planned}'")]
    OtherDefinition { instance: SmolStr, own: SmolStr, planned: SmolStr },
    /// What takes long is decided on a thread of its own.
    #[error("what takes long is done elsewhere")]
    Elsewhere,
}

/// Which process was to be called.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    pub key: SmolStr,
    pub binding: Binding,
    pub tenant: Option<SmolStr>,
    /// Deployment of the caller.
    pub deployment: SmolStr,
}

impl From<&CalledProcess<'_>> for Called {
    fn from(called: &CalledProcess<'_>) -> Self {
        Self {
            key: SmolStr::new(called.key),
            binding: called.binding.clone(),
            tenant: called.tenant.map(SmolStr::new),
            deployment: SmolStr::new(called.deployment),
        }
    }
}

fn told(why: NotCalled) -> String {
    match why {
        NotCalled::Missing => "it is not deployed like that".to_owned(),
        NotCalled::Ambiguous(count) => format!("{count} versions have its tag"),
    }
}
