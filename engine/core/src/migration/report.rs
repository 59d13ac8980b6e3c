//! Why a plan cannot be carried out, or not on this instance. The texts are those of the contract.

use super::plan::MappedActivity;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The instructions of a plan that have something wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanReport {
    pub activities: Vec<(MappedActivity, Vec<String>)>,
}

impl PlanReport {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.activities.is_empty()
    }
}

/// What of an instance a plan does not know how to move.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceReport {
    /// Process instance id, as text.
    pub instance: SmolStr,
    pub failures: Vec<String>,
    pub activities: Vec<StuckInstance>,
    pub transitions: Vec<StuckInstance>,
}

/// An activity or transition instance that cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StuckInstance {
    /// As the contract's activity tree spells it.
    pub id: SmolStr,
    /// Id of its activity.
    pub scope: SmolStr,
    pub instruction: Option<MappedActivity>,
    pub failures: Vec<String>,
}

impl InstanceReport {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.activities.is_empty() && self.transitions.is_empty()
    }
}

impl std::fmt::Display for InstanceReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "ENGINE-23004 Cannot migrate process instance '{}':", self.instance)?;
        for failure in &self.failures {
            writeln!(f, "\t{failure}")?;
        }
        for (kind, stuck) in [("activity", &self.activities), ("transition", &self.transitions)] {
            for one in stuck {
                writeln!(f, "\tCannot migrate {kind} instance '{}':", one.id)?;
                for failure in &one.failures {
                    writeln!(f, "\t\t{failure}")?;
                }
            }
        }
        Ok(())
    }
}
