//! What a caller wants migrated: from which definition, to which, activity by activity.

use casewright_engine_value::Value;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// Definition ids.
    pub source: SmolStr,
    pub target: SmolStr,
    pub activities: Vec<MappedActivity>,
    /// Set in the process instance as it is migrated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variables: Vec<(SmolStr, Value)>,
}

/// Instances of the source activity go on as instances of the target activity. `x#multiInstanceBody` names a body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MappedActivity {
    pub source: SmolStr,
    pub target: SmolStr,
    /// Its timer, message, signal or condition is made anew from the target, instead of being kept as it is.
    pub update_event_trigger: bool,
}
