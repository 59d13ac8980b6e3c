//! What a batch does with each of its items.

use casewright_engine_core::command::{Instruction, Skips};
use casewright_engine_core::migration::Plan;
use casewright_engine_value::{Instant, Value};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The items are process instances, jobs, external tasks, decision instances or batches, as the work says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "work", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Work {
    DeleteInstances {
        reason: Option<String>,
        skips: Skips,
        fail_if_missing: bool,
    },
    SetSuspended {
        suspended: bool,
    },
    SetVariables {
        variables: Vec<(SmolStr, Value)>,
    },
    CorrelateMessage {
        message: SmolStr,
        variables: Vec<(SmolStr, Value)>,
    },
    SetJobRetries {
        retries: i32,
        /// None: due dates stay.
        due: Option<Instant>,
    },
    SetExternalTaskRetries {
        retries: i32,
    },
    Modify {
        instructions: Vec<Instruction>,
        skips: Skips,
        annotation: Option<String>,
    },
    Restart(Restart),
    Migrate {
        plan: Plan,
        skips: Skips,
    },
    DeleteHistoricInstances {
        fail_if_missing: bool,
    },
    DeleteHistoricDecisions,
    SetRemovalTime {
        of: Historic,
        to: RemovalTime,
    },
}

/// New instances of a definition with what ended ones left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Restart {
    pub definition: SmolStr,
    pub instructions: Vec<Instruction>,
    /// The variables the old instance started with, instead of its last ones.
    pub initial_variables: bool,
    pub without_business_key: bool,
    pub skips: Skips,
}

/// What a removal time is set on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Historic {
    Processes,
    Decisions,
    Batches,
}

/// When history may be removed, as it is said by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemovalTime {
    Absolute(Instant),
    Cleared,
    /// From the end and the time to live of its definition.
    Calculated,
}

impl Work {
    /// `type` of the batch in the contract.
    pub fn name(&self) -> &'static str {
        match self {
            Self::DeleteInstances { .. } => "instance-deletion",
            Self::SetSuspended { .. } => "instance-update-suspension-state",
            Self::SetVariables { .. } => "set-variables",
            Self::CorrelateMessage { .. } => "correlate-message",
            Self::SetJobRetries { .. } => "set-job-retries",
            Self::SetExternalTaskRetries { .. } => "set-external-task-retries",
            Self::Modify { .. } => "instance-modification",
            Self::Restart(_) => "instance-restart",
            Self::Migrate { .. } => "instance-migration",
            Self::DeleteHistoricInstances { .. } => "historic-instance-deletion",
            Self::DeleteHistoricDecisions => "historic-decision-instance-deletion",
            Self::SetRemovalTime { of: Historic::Processes, .. } => "process-set-removal-time",
            Self::SetRemovalTime { of: Historic::Decisions, .. } => "decision-set-removal-time",
            Self::SetRemovalTime { of: Historic::Batches, .. } => "batch-set-removal-time",
        }
    }
}
