//! One clock of one case. It never reads the time: it is told, and says when it wants to be asked again.

use super::calendar::{Calendar, CalendarRef};
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

/// What a clock counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SlaLevel {
    #[default]
    Case,
    Stage,
    Process,
    Task,
}

/// What a clock waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PausedBy {
    pub kind: PauseKind,
    /// Name of the status or the stage, or the reason.
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PauseKind {
    /// Nobody works on a case that is closed.
    Closed,
    Status,
    Stage,
    Reason,
}

/// A step that is still ahead of a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlaStep {
    /// Percent of the target.
    pub percent: u32,
    /// Working seconds after which it is taken.
    pub after: i64,
}

/// What a clock is started with.
pub(crate) struct NewClock<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) policy: &'a str,
    pub(crate) level: SlaLevel,
    /// Id of the stage, the process instance, the task.
    pub(crate) of: Option<&'a str>,
    /// Working seconds, here and below.
    pub(crate) target: i64,
    pub(crate) risk: i64,
    pub(crate) has_goal: bool,
    /// Percent of the target, in any order.
    pub(crate) steps: Vec<u32>,
    pub(crate) counts: CalendarRef,
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
    /// Id of the policy; empty: the clock has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    #[serde(default)]
    pub level: SlaLevel,
    /// Id of the stage, the process instance, the task; none: the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// `at_risk_at` is a goal that was promised.
    #[serde(default)]
    pub has_goal: bool,
    /// What working time it counts.
    #[serde(default)]
    pub counts: CalendarRef,
    /// What it waits for while paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_by: Option<PausedBy>,
    /// Steps ahead, the next first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<SlaStep>,
    /// When the next step is taken; none while paused.
    #[serde(default, with = "optional_rfc3339")]
    pub step_at: Option<Instant>,
    /// Percent of the last step that was taken.
    #[serde(default)]
    pub escalated: u32,
}

impl SlaClock {
    #[must_use]
    pub(crate) fn start(new: NewClock<'_>, calendar: &Calendar, at: Timestamp) -> Self {
        let after = |percent: u32| new.target.saturating_mul(i64::from(percent)) / 100;
        let mut steps: Vec<SlaStep> =
            new.steps.iter().map(|percent| SlaStep { percent: *percent, after: after(*percent) }).collect();
        steps.sort_unstable_by_key(|step| step.percent);
        steps.dedup();
        let mut clock = Self {
            id: new.id.to_owned(),
            name: new.name.to_owned(),
            state: SlaState::Running,
            target: new.target,
            risk: new.risk,
            consumed: 0,
            since: None,
            due_at: None,
            at_risk_at: None,
            policy: if new.policy == new.id { String::new() } else { new.policy.to_owned() },
            level: new.level,
            of: new.of.map(str::to_owned),
            has_goal: new.has_goal,
            counts: new.counts,
            paused_by: None,
            steps,
            step_at: None,
            escalated: 0,
        };
        clock.run(calendar, at);
        clock
    }

    /// Id of the policy it counts for.
    #[must_use]
    pub(crate) fn policy(&self) -> &str {
        if self.policy.is_empty() { &self.id } else { &self.policy }
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
    pub fn paused(mut self, by: PausedBy, calendar: &Calendar, at: Timestamp) -> Self {
        self.consume(calendar, at);
        self.state = SlaState::Paused;
        self.paused_by = Some(by);
        self.due_at = None;
        self.at_risk_at = None;
        self.step_at = None;
        self
    }

    #[must_use]
    pub fn resumed(mut self, calendar: &Calendar, at: Timestamp) -> Self {
        self.paused_by = None;
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
        self.paused_by = None;
        self.steps.clear();
        self.step_at = None;
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
        let changes = match self.state {
            SlaState::Running => self.at_risk_at,
            SlaState::AtRisk => self.due_at,
            SlaState::Paused | SlaState::Breached | SlaState::Met | SlaState::Missed => None,
        };
        let step = self.step_at.filter(|_| self.is_counting());
        changes.into_iter().chain(step).map(Instant::timestamp).min()
    }

    /// The step that is due by now.
    #[must_use]
    pub(crate) fn step_due(&self, at: Timestamp) -> Option<SlaStep> {
        let is_due = self.is_counting() && self.step_at.is_some_and(|due| due.timestamp() <= at);
        self.steps.first().filter(|_| is_due).copied()
    }

    /// With its next step behind it.
    #[must_use]
    pub(crate) fn step_taken(mut self, calendar: &Calendar) -> Self {
        if !self.steps.is_empty() {
            self.escalated = self.steps.remove(0).percent;
        }
        self.plan(calendar);
        self
    }

    /// As a calendar has it that says something else now; none: nothing changes. What was called at risk or breached stays so.
    #[must_use]
    pub(crate) fn replanned(&self, calendar: &Calendar) -> Option<Self> {
        let mut clock = self.clone();
        clock.plan(calendar);
        (clock != *self).then_some(clock)
    }

    /// Seconds until `dueAt`, negative when it has passed; while paused the working time left.
    #[must_use]
    pub fn remaining_seconds(&self, at: Timestamp) -> i64 {
        match (self.due_at, self.is_counting()) {
            (Some(due), true) => due.timestamp().as_second() - at.as_second(),
            _ => self.target - self.consumed,
        }
    }

    /// Seconds of working time left, negative when more was used than was promised.
    #[must_use]
    pub(crate) fn remaining_working(&self, calendar: &Calendar, at: Timestamp) -> i64 {
        let since = self.since.map_or(0, |since| calendar.worked(since.timestamp(), at));
        self.target - self.consumed - since
    }

    fn run(&mut self, calendar: &Calendar, at: Timestamp) {
        self.since = Some(at.into());
        self.plan(calendar);
    }

    /// When things are due, from where it counts.
    fn plan(&mut self, calendar: &Calendar) {
        let Some(since) = self.since.map(Instant::timestamp) else {
            return;
        };
        let due = |after: i64| Some(calendar.due(since, after - self.consumed).into());
        let (due_at, at_risk_at) = (due(self.target), due(self.risk));
        let step_at = self.steps.first().and_then(|step| due(step.after));
        (self.due_at, self.at_risk_at, self.step_at) = (due_at, at_risk_at, step_at);
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
        with_steps(Vec::new())
    }

    fn with_steps(steps: Vec<u32>) -> SlaClock {
        let new = NewClock {
            id: "r",
            name: "Response",
            policy: "r",
            level: SlaLevel::Case,
            of: None,
            target: 100,
            risk: 75,
            has_goal: false,
            steps,
            counts: CalendarRef::Always,
        };
        SlaClock::start(new, &Calendar::Always, at(0))
    }

    fn waiting() -> PausedBy {
        PausedBy { kind: PauseKind::Status, name: "Waiting".to_owned() }
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
        let paused = clock().paused(waiting(), &Calendar::Always, at(50));
        assert_eq!(paused.looked_at(at(5_000)), None);
        assert_eq!(paused.remaining_seconds(at(5_000)), 50);
        let resumed = paused.resumed(&Calendar::Always, at(1_000));
        assert_eq!(resumed.due_at, Some(at(1_050).into()));
        assert_eq!(resumed.state, SlaState::Running);
    }

    #[test]
    fn steps_are_taken_in_their_order_past_the_deadline_too() {
        let mut clock = with_steps(vec![120, 50]);
        assert_eq!((clock.next_at(), clock.step_due(at(49))), (Some(at(50)), None));
        assert_eq!(clock.step_due(at(500)).map(|step| step.percent), Some(50));
        clock = clock.step_taken(&Calendar::Always);
        clock.state = SlaState::Breached;
        assert_eq!((clock.escalated, clock.next_at()), (50, Some(at(120))));
        let paused = clock.clone().paused(waiting(), &Calendar::Always, at(110));
        assert_eq!((paused.step_due(at(500)), paused.next_at()), (None, None));
        assert_eq!(paused.resumed(&Calendar::Always, at(1_000)).step_at, Some(at(1_010).into()));
        assert_eq!(clock.step_taken(&Calendar::Always).next_at(), None);
    }

    #[test]
    fn what_is_left_is_working_time() {
        let always = Calendar::Always;
        assert_eq!(clock().remaining_working(&always, at(30)), 70);
        assert_eq!(clock().remaining_working(&always, at(130)), -30);
        let paused = clock().paused(waiting(), &always, at(50));
        assert_eq!((paused.remaining_working(&always, at(900)), paused.paused_by), (50, Some(waiting())));
    }

    #[test]
    fn stopping_in_time_meets_and_stopping_late_misses() {
        assert_eq!(clock().stopped(&Calendar::Always, at(100)).state, SlaState::Met);
        assert_eq!(clock().stopped(&Calendar::Always, at(101)).state, SlaState::Missed);
    }
}
