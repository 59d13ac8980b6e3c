//! Rules of a case definition: event or time -> condition -> action.
//!
//! A rule is decided from an entry of the case's own log, after it is durable, or when its time has come; its effects are facts on
//! the same case. The case remembers the last entry it has answered with rules, and for which time a rule was applied, so that what
//! comes twice does nothing. What was looked at and did not hold is no matter of the case: it is noted beside it ([`log`]).

pub(crate) mod condition;
pub(crate) mod log;
pub(crate) mod run;
pub(crate) mod trigger;

pub(crate) use run::{ActionOutcome, ActionRun, RuleRun, RuleTest, RunOutcome};
pub(crate) use trigger::RuleTrigger;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// How many rules may set each other off before the platform stops and says so.
pub(crate) const MAX_DEPTH: u32 = 5;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    pub id: String,
    /// What people call it; its id when absent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub on: RuleTrigger,
    /// All must hold. Keys are looked up in the event first and then in the case (`stage`, `status`, `queue`, `priority`,
    /// `fields.<key>`); a value is compared for equality, a list means one of, and an object may say `not`, `gt`, `gte`,
    /// `lt`, `lte` or `exists`.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub when: Map<String, Value>,
    /// A FEEL expression that must be true as well, over the case as a sentry sees it (`fields.amount > 500`).
    #[serde(rename = "if", default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    pub then: Vec<Action>,
}

impl Rule {
    /// What people read of it.
    pub(crate) fn called(&self) -> &str {
        if self.name.trim().is_empty() { &self.id } else { &self.name }
    }
}

/// What a rule does; one key says which: `{"setStage": "decision"}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Action {
    SetStage(String),
    SetStatus(String),
    SetQueue(String),
    SetPriority(i32),
    /// A user id; `none` takes the assignee away.
    Assign(String),
    AddLabel(String),
    RemoveLabel(String),
    #[schema(value_type = Object)]
    SetFields(Map<String, Value>),
    /// Key of a process of the definition.
    StartProcess(String),
    Notify(Notify),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Notify {
    /// `assignee`, `queue` (its members), or a user id.
    pub to: String,
    /// What it is about: the kind of the notification.
    pub template: String,
}
