//! Stages of a definition: how a case comes in, how it goes on, and what ends with them. What a stage does not say is as free as
//! it can be: any stage leads to any other, nothing moves by itself, nothing ends.

use crate::domain::sentry::Sentry;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A stage of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Stage {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: StageKind,
    /// Keys of fields that must have a value before a case may enter this stage, whoever moves it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// One of these must hold before a case may enter, whoever moves it; none: it may always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entry_criteria: Vec<Sentry>,
    /// One of these must hold before a person moves the case on to a later stage; what has happened counts since the stage was
    /// entered. Going back, to an alternate or to a resolution stage asks for none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exit_criteria: Vec<Sentry>,
    /// The case goes on to `next` by itself once an exit criterion holds and the next stage may be entered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub auto_advance: bool,
    /// Where it goes by itself; the primary stage that comes after this one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Stages to which a case may be moved from here; any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub skip: Skip,
    /// Status that a case gets when it enters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Keys of processes whose running instances, with their tasks, are cancelled when the case leaves the stage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cancel_on_exit: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<WipLimit>,
}

/// What a stage is on the way of a case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StageKind {
    /// On the way that most cases go, in the order of the definition.
    #[default]
    Primary,
    /// Beside it, for what is not usual: an escalation.
    Alternate,
    /// How a case may end.
    Resolution,
}

/// Whether a primary stage may be passed over, or left on its way without an exit criterion that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// Passed over without a word; its exit criteria count.
    #[default]
    Free,
    /// By who says why.
    WithReason,
    Never,
}

/// How many open cases a stage takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WipLimit {
    #[schema(minimum = 1)]
    pub limit: u32,
    /// A person moves no case into a stage that is full. Two who move at the same moment may both come in.
    #[serde(default)]
    pub is_hard: bool,
}

/// A stage as cases and their events name it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StageRef {
    pub id: String,
    pub name: String,
}

impl From<&Stage> for StageRef {
    fn from(stage: &Stage) -> Self {
        Self { id: stage.id.clone(), name: stage.name.clone() }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
