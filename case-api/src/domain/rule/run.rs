//! What a rule did, and why: kept with the case that it did something to, or beside a case that it left alone.

use super::{Action, Rule, RuleTrigger};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Longest value that is kept of a test, in bytes of JSON: a log says why, and is no copy of the case.
const LONGEST_VALUE: usize = 500;

/// One time that a rule was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleRun {
    /// Key of the case definition.
    pub definition: String,
    /// Id of the rule.
    pub rule: String,
    /// What the rule is called.
    pub name: String,
    /// What it waited for.
    pub on: RuleTrigger,
    pub outcome: RunOutcome,
    /// Why it was not applied although its conditions hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was asked, and what was found; all must hold.
    pub tests: Vec<RuleTest>,
    /// What was done; nothing where a test does not hold.
    pub actions: Vec<ActionRun>,
}

/// What came of looking at a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// Its conditions hold, and what it says was done.
    Done,
    NotMatched,
    /// Its conditions hold, and something could not be done.
    Failed,
}

impl RunOutcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NotMatched => "not-matched",
            Self::Failed => "failed",
        }
    }
}

/// One condition of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleTest {
    /// A key of `when`, or the text of `if`.
    pub asked: String,
    /// What `when` wants; absent: that it is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub wanted: Option<Value>,
    /// What was found.
    #[schema(value_type = Object, nullable)]
    pub found: Value,
    pub holds: bool,
    /// Why nothing could be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One action of a rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActionRun {
    pub action: Action,
    pub outcome: ActionOutcome,
    /// Why it could not be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What came of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ActionOutcome {
    Done,
    /// It was so already, or nobody is there to tell.
    Unchanged,
    Failed,
}

impl RuleRun {
    /// A rule that was asked and has done nothing yet.
    pub(crate) fn of(definition: &str, rule: &Rule, tests: Vec<RuleTest>) -> Self {
        let holds = tests.iter().all(|test| test.holds);
        Self {
            definition: definition.to_owned(),
            rule: rule.id.clone(),
            name: rule.called().to_owned(),
            on: rule.on.clone(),
            outcome: if holds { RunOutcome::Done } else { RunOutcome::NotMatched },
            reason: None,
            tests,
            actions: Vec::new(),
        }
    }

    pub(crate) fn is_matched(&self) -> bool {
        self.outcome != RunOutcome::NotMatched
    }

    pub(crate) fn stopped(mut self, reason: String) -> Self {
        (self.outcome, self.reason) = (RunOutcome::Failed, Some(reason));
        self
    }

    pub(crate) fn with(mut self, actions: Vec<ActionRun>) -> Self {
        if actions.iter().any(|action| action.outcome == ActionOutcome::Failed) {
            self.outcome = RunOutcome::Failed;
        }
        self.actions = actions;
        self
    }
}

/// A value as it is kept: the beginning of one that is long.
pub(crate) fn shown(value: &Value) -> Value {
    let text = value.to_string();
    if text.len() <= LONGEST_VALUE {
        return value.clone();
    }
    let mut end = LONGEST_VALUE;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Value::from(format!("{}…", &text[..end]))
}
