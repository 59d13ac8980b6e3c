//! What an event, and the passing of time, mean to the clocks of a case.

use super::event::{Fact, SlaChange};
use super::state::Case;
use crate::domain::definition::model::{CaseDefinition, StatusKind};
use crate::domain::sla::{SlaClock, SlaPolicy, SlaState};
use jiff::Timestamp;

/// What a fact does to the clocks. `case` is the state after the fact.
pub(crate) fn react(definition: &CaseDefinition, case: &Case, fact: &Fact, at: Timestamp) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut clocks = case.clocks.clone();
    for policy in &definition.slas {
        let calendar = policy.calendar(definition.business_hours.as_ref());
        let place = clocks.iter().position(|clock| clock.id == policy.id);
        // Nobody works on a case that is closed.
        let is_closed = case.status.kind == StatusKind::Closed;
        let pauses = is_closed || policy.pause_in.contains(&case.status.id);
        let change = match place {
            None if triggers(&policy.start_on, fact, case) => {
                let Some(target) = policy.target_seconds() else {
                    continue;
                };
                let clock = SlaClock::start(&policy.id, &policy.name, target, policy.at_risk, &calendar, at);
                clocks.push(if pauses { clock.paused(&calendar, at) } else { clock });
                SlaChange::Started
            }
            Some(place) if !clocks[place].is_over() => {
                let clock = clocks[place].clone();
                if triggers(&policy.stop_on, fact, case) {
                    clocks[place] = clock.stopped(&calendar, at);
                    match clocks[place].state {
                        SlaState::Missed => SlaChange::Missed,
                        _ => SlaChange::Met,
                    }
                } else if is_closed
                    && clock.is_counting()
                    && clock.clone().stopped(&calendar, at).state == SlaState::Missed
                {
                    // Too late already: closing does not make it wait.
                    clocks[place] = clock.stopped(&calendar, at);
                    SlaChange::Missed
                } else if pauses && clock.is_counting() && clock.state != SlaState::Breached {
                    clocks[place] = clock.paused(&calendar, at);
                    SlaChange::Paused
                } else if !pauses && clock.state == SlaState::Paused {
                    clocks[place] = clock.resumed(&calendar, at);
                    SlaChange::Resumed
                } else {
                    continue;
                }
            }
            // What closing had settled is promised anew to a case that is opened again.
            Some(place) if is_reopened(fact) && settled_by_closing(policy, fact) => {
                let Some(target) = policy.target_seconds() else {
                    continue;
                };
                let clock = SlaClock::start(&policy.id, &policy.name, target, policy.at_risk, &calendar, at);
                clocks[place] = if pauses { clock.paused(&calendar, at) } else { clock };
                SlaChange::Started
            }
            _ => continue,
        };
        facts.push(Fact::sla(&policy.id, &policy.name, change, clocks.clone()));
    }
    facts
}

/// What the passing of time did to the clocks.
pub(crate) fn tick(case: &Case, at: Timestamp) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut clocks = case.clocks.clone();
    for place in 0..clocks.len() {
        let Some(state) = clocks[place].looked_at(at) else {
            continue;
        };
        clocks[place].state = state;
        let change = match state {
            SlaState::Breached => SlaChange::Breached,
            _ => SlaChange::AtRisk,
        };
        let (id, name) = (clocks[place].id.clone(), clocks[place].name.clone());
        facts.push(Fact::sla(&id, &name, change, clocks.clone()));
    }
    facts
}

fn is_reopened(fact: &Fact) -> bool {
    matches!(fact, Fact::StatusChanged { from, to, .. }
        if from.kind == StatusKind::Closed && to.kind != StatusKind::Closed)
}

/// Whether the status that is left now is one that stops the clock.
fn settled_by_closing(policy: &SlaPolicy, fact: &Fact) -> bool {
    let Fact::StatusChanged { from, .. } = fact else {
        return false;
    };
    policy.stop_on == "closed" || policy.stop_on.strip_prefix("status:") == Some(from.id.as_str())
}

fn triggers(trigger: &str, fact: &Fact, case: &Case) -> bool {
    match (trigger, fact) {
        ("created", Fact::CaseCreated { .. }) => true,
        ("first-reply", Fact::MailSent { .. }) => true,
        ("assigned", Fact::Assigned { to, .. }) => to.is_some(),
        ("closed", Fact::StatusChanged { to, .. }) => to.kind == StatusKind::Closed,
        (_, Fact::StageChanged { to, .. }) => trigger.strip_prefix("stage:") == Some(to.id.as_str()),
        (_, Fact::StatusChanged { to, .. }) => trigger.strip_prefix("status:") == Some(to.id.as_str()),
        (_, Fact::CaseCreated { .. }) => {
            trigger.strip_prefix("stage:") == Some(case.stage.id.as_str())
                || trigger.strip_prefix("status:") == Some(case.status.id.as_str())
        }
        _ => false,
    }
}
