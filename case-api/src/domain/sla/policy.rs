//! What a definition promises.

use super::calendar::{BusinessHours, Calendar};
use jiff::{SignedDuration, Span};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The words a clock starts and stops on, besides `stage:<id>` and `status:<id>`.
pub(crate) const TRIGGERS: [&str; 4] = ["created", "first-reply", "assigned", "closed"];

/// One promise. Triggers are `created`, `first-reply`, `assigned`, `closed`, `stage:<id>` (entered) or `status:<id>`
/// (entered).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlaPolicy {
    pub id: String,
    pub name: String,
    /// ISO 8601 duration of working time; a day is 24 hours of it: `PT4H`, `P2D`.
    pub target: String,
    #[serde(default)]
    pub calendar: CalendarKind,
    pub start_on: String,
    pub stop_on: String,
    /// Statuses in which the clock pauses.
    #[serde(default)]
    pub pause_in: Vec<String>,
    /// The part of the target after which the case is at risk, between 0 and 1.
    #[serde(default = "three_quarters")]
    pub at_risk: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarKind {
    #[default]
    Always,
    Business,
}

fn three_quarters() -> f64 {
    0.75
}

impl SlaPolicy {
    /// The target in seconds; none when it is not a positive duration of days or less.
    #[must_use]
    pub fn target_seconds(&self) -> Option<i64> {
        let span: Span = self.target.parse().ok()?;
        let duration = SignedDuration::try_from(span)
            .ok()
            .or_else(|| span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok())?;
        (duration.as_secs() > 0).then_some(duration.as_secs())
    }

    /// The working time that counts.
    pub(crate) fn calendar(&self, hours: Option<&BusinessHours>) -> Calendar {
        match self.calendar {
            CalendarKind::Always => Calendar::Always,
            CalendarKind::Business => {
                hours.cloned().unwrap_or_default().compile().map_or(Calendar::Always, Calendar::Business)
            }
        }
    }
}
