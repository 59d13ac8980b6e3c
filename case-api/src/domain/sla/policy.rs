//! What a definition promises.

use crate::domain::rule::Action;
use jiff::{SignedDuration, Span};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The words a clock starts and stops on, besides `stage:<id>` and `status:<id>`.
pub(crate) const TRIGGERS: [&str; 5] = ["created", "first-reply", "any-reply", "assigned", "closed"];

/// One promise. Triggers are `created`, `first-reply` (a person wrote to the requester; what the platform sends by itself is
/// no reply), `any-reply`, `assigned`, `closed`, `stage:<id>` (entered) or `status:<id>` (entered).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlaPolicy {
    pub id: String,
    pub name: String,
    /// What it is a promise about; the case when absent.
    #[serde(default, skip_serializing_if = "SlaScope::is_case")]
    pub scope: SlaScope,
    /// The deadline: ISO 8601 duration of working time; a day is 24 hours of it: `PT4H`, `P2D`.
    pub target: String,
    /// The working time in which it should be done, shorter than `target`: past it the promise is at risk. Takes the place
    /// of `atRisk`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    #[serde(default)]
    pub calendar: CalendarKind,
    /// Id of a shared calendar; takes the place of `calendar`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar_id: Option<String>,
    /// Only of a promise about the case; the others begin with what they are about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub start_on: String,
    /// Only of a promise about the case; the others end with what they are about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stop_on: String,
    /// Where the clock pauses: a status by its id, `status:<id>`, `stage:<id>`, or `reason:<text>`, the reason that was
    /// given for the status.
    #[serde(default)]
    pub pause_in: Vec<String>,
    /// The part of the target after which the case is at risk, between 0 and 1.
    #[serde(default = "three_quarters")]
    pub at_risk: f64,
    /// What happens by itself on the way, whoever is there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<Escalation>,
    /// Whether the promise begins anew when the case is opened again; absent: when closing had settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart_on_reopen: Option<bool>,
}

/// What a promise is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SlaScope {
    #[default]
    Case,
    /// Each time that the case is in this stage.
    Stage(String),
    /// Each process of this key that runs for the case.
    Process(String),
    /// Each user task with this key in its model.
    Task(String),
}

impl SlaScope {
    pub(crate) fn is_case(&self) -> bool {
        *self == Self::Case
    }
}

/// A step on the way to a deadline, and past it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Escalation {
    /// Percent of the target, in working time: 50, 80, 100, 120; at most 1,000.
    pub at: u32,
    /// As a rule's actions.
    pub then: Vec<Action>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarKind {
    #[default]
    Always,
    /// The definition's `calendarId`, or else its `businessHours`.
    Business,
}

fn three_quarters() -> f64 {
    0.75
}

impl SlaPolicy {
    /// The target in seconds; none when it is not a positive duration of days or less.
    #[must_use]
    pub fn target_seconds(&self) -> Option<i64> {
        seconds(&self.target)
    }

    /// The goal in seconds; none when there is none, or as [`Self::target_seconds`] has it.
    #[must_use]
    pub(crate) fn goal_seconds(&self) -> Option<i64> {
        self.goal.as_deref().and_then(seconds)
    }

    /// Working seconds after which the promise is at risk.
    pub(crate) fn risk_seconds(&self, target: i64) -> i64 {
        self.goal_seconds().unwrap_or_else(|| (target as f64 * self.at_risk).round() as i64)
    }
}

fn seconds(duration: &str) -> Option<i64> {
    let span: Span = duration.parse().ok()?;
    let duration = SignedDuration::try_from(span)
        .ok()
        .or_else(|| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok())?;
    (duration.as_secs() > 0).then_some(duration.as_secs())
}
