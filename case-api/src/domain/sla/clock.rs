//! One clock of one case. It never reads the time: it is told, and says when it wants to be asked again.

use super::calendar::Calendar;
use casewright_instant::{Instant, optional_rfc3339};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SlaState {
    Running,
    Paused,
    /// Running, and the share `atRisk` of the target is used up.
    AtRisk,
    /// Running, and the target is used up.
    Breached,
    /// Stopped in time.
    Met,
    /// Stopped too late.
    Missed,
}

/// The clock as it stood when it last changed. `consumed` is working time up to `since`; what passed after that is
/// computed when somebody looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SlaClock {
    pub id: String,
    pub name: String,
    pub state: SlaState,
    /// Working seconds promised.
    pub target: i64,
    /// Working seconds after which the case is at risk.
    pub risk: i64,
    /// Working seconds used up to `since`.
    pub consumed: i64,
    /// Counting since; none while paused or stopped.
    #[serde(default, with = "optional_rfc3339")]
    pub since: Option<Instant>,
    /// None while paused.
    #[serde(default, with = "optional_rfc3339")]
    pub due_at: Option<Instant>,
    #[serde(default, with = "optional_rfc3339")]
    pub at_risk_at: Option<Instant>,
}

impl SlaClock {
    #[must_use]
    pub fn start(id: &str, name: &str, target: i64, at_risk: f64, calendar: &Calendar, at: Timestamp) -> Self {
        let risk = (target as f64 * at_risk).round() as i64;
        let mut clock = Self {
            id: id.to_owned(),
            name: name.to_owned(),
            state: SlaState::Running,
            target,
            risk,
            consumed: 0,
            since: None,
            due_at: None,
            at_risk_at: None,
        };
        clock.run(calendar, at);
        clock
    }

    #[must_use]
    pub fn is_counting(&self) -> bool {
        self.since.is_some()
    }

    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, SlaState::Met | SlaState::Missed)
    }

    #[must_use]
    pub fn paused(mut self, calendar: &Calendar, at: Timestamp) -> Self {
        self.consume(calendar, at);
        self.state = SlaState::Paused;
        self.due_at = None;
        self.at_risk_at = None;
        self
    }

    #[must_use]
    pub fn resumed(mut self, calendar: &Calendar, at: Timestamp) -> Self {
        self.run(calendar, at);
        self.state = if self.consumed >= self.target {
            SlaState::Breached
        } else if self.consumed >= self.risk {
            SlaState::AtRisk
        } else {
            SlaState::Running
        };
        self
    }

    #[must_use]
    pub fn stopped(mut self, calendar: &Calendar, at: Timestamp) -> Self {
        self.consume(calendar, at);
        // What was called breached stays so, in the very second it was due as well.
        let is_late = self.state == SlaState::Breached || self.consumed > self.target;
        self.state = if is_late { SlaState::Missed } else { SlaState::Met };
        self
    }

    /// The state it should have by now, when that is another one. A breach is seen even when nobody looked in between.
    #[must_use]
    pub fn looked_at(&self, at: Timestamp) -> Option<SlaState> {
        if !self.is_counting() {
            return None;
        }
        let passed = |instant: Option<Instant>| instant.is_some_and(|instant| instant.timestamp() <= at);
        let state = if passed(self.due_at) {
            SlaState::Breached
        } else if passed(self.at_risk_at) {
            SlaState::AtRisk
        } else {
            self.state
        };
        (state != self.state && self.state != SlaState::Breached).then_some(state)
    }

    /// When it wants to be looked at; none: nothing will happen by itself.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        match self.state {
            SlaState::Running => self.at_risk_at.map(Instant::timestamp),
            SlaState::AtRisk => self.due_at.map(Instant::timestamp),
            SlaState::Paused | SlaState::Breached | SlaState::Met | SlaState::Missed => None,
        }
    }

    /// Seconds of working time left (negative: over), as far as can be said without the calendar: the time until
    /// `dueAt` while it counts.
    #[must_use]
    pub fn remaining_seconds(&self, at: Timestamp) -> i64 {
        match (self.due_at, self.is_counting()) {
            (Some(due), true) => due.timestamp().as_second() - at.as_second(),
            _ => self.target - self.consumed,
        }
    }

    fn run(&mut self, calendar: &Calendar, at: Timestamp) {
        self.since = Some(at.into());
        self.due_at = Some(calendar.due(at, self.target - self.consumed).into());
        self.at_risk_at = Some(calendar.due(at, self.risk - self.consumed).into());
    }

    fn consume(&mut self, calendar: &Calendar, at: Timestamp) {
        if let Some(since) = self.since.take() {
            self.consumed += calendar.worked(since.timestamp(), at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    fn clock() -> SlaClock {
        SlaClock::start("r", "Response", 100, 0.75, &Calendar::Always, at(0))
    }

    #[test]
    fn a_clock_is_at_risk_and_then_breached() {
        let mut clock = clock();
        assert_eq!(clock.looked_at(at(74)), None);
        assert_eq!(clock.next_at(), Some(at(75)));
        assert_eq!(clock.looked_at(at(75)), Some(SlaState::AtRisk));
        clock.state = SlaState::AtRisk;
        assert_eq!(clock.looked_at(at(99)), None);
        assert_eq!(clock.looked_at(at(100)), Some(SlaState::Breached));
    }

    #[test]
    fn paused_time_does_not_count() {
        let paused = clock().paused(&Calendar::Always, at(50));
        assert_eq!(paused.looked_at(at(5_000)), None);
        assert_eq!(paused.remaining_seconds(at(5_000)), 50);
        let resumed = paused.resumed(&Calendar::Always, at(1_000));
        assert_eq!(resumed.due_at, Some(at(1_050).into()));
        assert_eq!(resumed.state, SlaState::Running);
    }

    #[test]
    fn stopping_in_time_meets_and_stopping_late_misses() {
        assert_eq!(clock().stopped(&Calendar::Always, at(100)).state, SlaState::Met);
        assert_eq!(clock().stopped(&Calendar::Always, at(101)).state, SlaState::Missed);
    }
}
