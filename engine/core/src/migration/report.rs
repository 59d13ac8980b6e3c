//! Why a plan cannot be carried out, or not on this instance.

use super::plan::MappedActivity;
use casewright_engine_model::MigrationType;
use smol_str::SmolStr;
use std::fmt;

/// The instructions of a plan that have something wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanReport {
    pub activities: Vec<(MappedActivity, Vec<PlanFault>)>,
}

impl PlanReport {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.activities.is_empty()
    }
}

/// What is wrong with an instruction, whatever the instance. Activities are told by the ids that plans have for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanFault {
    NoSource(SmolStr),
    NoTarget(SmolStr),
    /// Activities of these types do not go on as each other.
    Types {
        source: MigrationType,
        target: MigrationType,
    },
    /// Events of these types do not.
    EventTypes {
        source: SmolStr,
        target: SmolStr,
    },
    /// These instructions are all for one activity.
    MappedTwice {
        source: SmolStr,
        instructions: Vec<MappedActivity>,
    },
    /// The target is inside of a body that nothing is mapped to.
    NewBody {
        target: SmolStr,
        body: SmolStr,
    },
    /// A body is mapped to one without its inside.
    BodyWithoutInside,
    /// A body is mapped, its inside is not.
    InsideRemoved,
    /// More tokens than the target gateway has incoming flows would never leave it.
    FewerFlows,
    GatewayScopeUnmapped {
        scope: SmolStr,
    },
    GatewayMappedTwice {
        gateway: SmolStr,
    },
    /// The event waits in this scope, and its target would in another one.
    EventScope {
        source: SmolStr,
        target: Option<SmolStr>,
    },
    /// There is no trigger in store that could be made anew.
    NoTrigger,
    /// What is around the source goes where the target is not inside of.
    OutsideAncestor {
        ancestor: SmolStr,
        scope: SmolStr,
        target: SmolStr,
    },
    /// A condition is always made anew.
    ConditionKept,
}

/// What of an instance a plan does not know how to move.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceReport {
    /// Process instance id, as text.
    pub instance: SmolStr,
    pub failures: Vec<InstanceFault>,
    pub activities: Vec<StuckInstance>,
    pub transitions: Vec<StuckInstance>,
}

/// An activity or transition instance that cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StuckInstance {
    /// As the contract's activity tree spells it.
    pub id: SmolStr,
    /// Id of its activity.
    pub scope: SmolStr,
    pub instruction: Option<MappedActivity>,
    pub failures: Vec<InstanceFault>,
}

/// Why something of an instance stays where it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstanceFault {
    #[error("the plan does not say where it goes")]
    Unmapped,
    #[error("an activity of its type does not move")]
    Unsupported,
    #[error("the target does not wait before it begins")]
    NotAsyncBefore,
    #[error("the target does not wait before it is left")]
    NotAsyncAfter,
    #[error("it has no flow of the target to leave by")]
    NoWayOut,
    #[error("the target has no handler for the compensation of '{0}'")]
    Compensation(SmolStr),
}

impl InstanceReport {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.activities.is_empty() && self.transitions.is_empty()
    }
}

impl fmt::Display for InstanceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the process instance '{}' cannot be migrated", self.instance)?;
        let mut separator = ": ";
        let mut say = |f: &mut fmt::Formatter<'_>, what: &dyn fmt::Display, fault: &InstanceFault| {
            write!(f, "{separator}{what}{fault}")?;
            separator = "; ";
            Ok(())
        };
        for fault in &self.failures {
            say(f, &"", fault)?;
        }
        for (kind, stuck) in [("activity", &self.activities), ("transition", &self.transitions)] {
            for one in stuck {
                let what = format!("{kind} instance '{}': ", one.id);
                one.failures.iter().try_for_each(|fault| say(f, &what, fault))?;
            }
        }
        Ok(())
    }
}
