//! How urgent a case is, as one number from 0 to 1,000: half of it is its priority, half how its promises stand. It changes
//! with what happens to a case and when a clock is looked at, so that a list can be sorted by what is stored.

use super::state::Case;
use crate::domain::definition::model::StatusKind;
use crate::domain::sla::{SlaClock, SlaState};

/// A priority of 100.
const OF_PRIORITY: i32 = 500;
const RUNNING: i32 = 100;
const AT_RISK: i32 = 300;
const BREACHED: i32 = 450;
/// What steps add at most: a third of the percent at which the last was taken.
const STEPS: i32 = 50;

impl Case {
    /// From 0 to 1,000; a closed case is not urgent.
    #[must_use]
    pub(crate) fn urgency(&self) -> i32 {
        match self.status.kind {
            StatusKind::Closed => 0,
            StatusKind::Open | StatusKind::Paused => {
                of_priority(self.priority) + self.clocks.iter().map(of_clock).max().unwrap_or(0)
            }
        }
    }
}

/// The part of a priority.
#[must_use]
pub(crate) fn of_priority(priority: i32) -> i32 {
    (priority.clamp(0, 100) * OF_PRIORITY) / 100
}

fn of_clock(clock: &SlaClock) -> i32 {
    if !clock.is_counting() {
        return 0;
    }
    let state = match clock.state {
        SlaState::Running => RUNNING,
        SlaState::AtRisk => AT_RISK,
        SlaState::Breached => BREACHED,
        SlaState::Paused | SlaState::Met | SlaState::Missed => return 0,
    };
    let steps = i32::try_from(clock.escalated).unwrap_or(i32::MAX) / 3;
    state + steps.min(STEPS)
}
