//! What an event, and the passing of time, mean to the clocks of a case.

use super::event::{Fact, SlaChange};
use super::process::CaseProcessState;
use super::state::Case;
use crate::domain::definition::model::{CaseDefinition, StatusKind};
use crate::domain::person::Person;
use crate::domain::rule::Action;
use crate::domain::sla::{NewClock, PauseKind, PausedBy, SlaClock, SlaLevel, SlaPolicy, SlaScope, SlaState};
use jiff::Timestamp;

/// Clocks of one policy that are over and still shown: a task that was done a hundred times is told on the timeline.
const KEPT: usize = 10;

/// What happened to what a promise is about.
enum Turn<'a> {
    /// It began; the id of the stage, the process instance, the task.
    Begins(Option<&'a str>),
    /// It came to its end.
    Ends(Option<&'a str>),
    /// It is no more, and nobody is to blame.
    Vanishes(&'a str),
    Nothing,
}

/// What a fact does to the clocks. `case` is the state after the fact, which `by` has made.
pub(crate) fn react(definition: &CaseDefinition, case: &Case, fact: &Fact, by: &Person, at: Timestamp) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut clocks = case.clocks.clone();
    for policy in &definition.slas {
        let calendar = definition.calendar_of(policy);
        let turn = turn(policy, fact, case, by);
        let pause = pause_of(policy, case);
        let mut place = 0;
        while place < clocks.len() {
            let clock = &clocks[place];
            if clock.policy() != policy.id || clock.is_over() {
                place += 1;
                continue;
            }
            let (id, name) = (clock.id.clone(), clock.name.clone());
            if matches!(turn, Turn::Vanishes(of) if clock.of.as_deref() == Some(of)) {
                clocks.remove(place);
                facts.push(Fact::sla(&id, &name, SlaChange::Cancelled, clocks.clone()));
                continue;
            }
            let ends = matches!(turn, Turn::Ends(of) if clock.of.as_deref() == of);
            if let Some((changed, change)) = changed(clock, ends, pause.as_ref(), &calendar, at) {
                clocks[place] = changed;
                facts.push(Fact::sla(&id, &name, change, clocks.clone()));
            }
            place += 1;
        }
        let of = match turn {
            Turn::Begins(of) => of,
            _ if is_promised_anew(policy, fact, &clocks) => None,
            _ => continue,
        };
        let Some(clock) = started(definition, policy, of, case, at) else {
            continue;
        };
        let clock = match &pause {
            Some(by) => clock.paused(by.clone(), &calendar, at),
            None => clock,
        };
        let present = clocks.iter().position(|present| present.id == clock.id);
        // Once is once: what a promise about a case is about is there from the start.
        let may_restart = !policy.scope.is_case() || is_reopened(fact);
        match present {
            Some(place) if clocks[place].is_over() && may_restart => clocks[place] = clock.clone(),
            Some(_) => continue,
            None => clocks.push(clock.clone()),
        }
        forget_old(&mut clocks, policy);
        facts.push(Fact::sla(&clock.id, &clock.name, SlaChange::Started, clocks.clone()));
    }
    facts
}

/// What becomes of a clock that is not over.
fn changed(
    clock: &SlaClock,
    ends: bool,
    pause: Option<&PausedBy>,
    calendar: &crate::domain::sla::calendar::Calendar,
    at: Timestamp,
) -> Option<(SlaClock, SlaChange)> {
    if ends {
        let stopped = clock.clone().stopped(calendar, at);
        let change = if stopped.state == SlaState::Missed { SlaChange::Missed } else { SlaChange::Met };
        return Some((stopped, change));
    }
    match pause {
        Some(by) if clock.is_counting() => {
            let stopped = clock.clone().stopped(calendar, at);
            if by.kind == PauseKind::Closed && stopped.state == SlaState::Missed {
                // Too late already: closing does not make it wait.
                return Some((stopped, SlaChange::Missed));
            }
            (clock.state != SlaState::Breached)
                .then(|| (clock.clone().paused(by.clone(), calendar, at), SlaChange::Paused))
        }
        None if clock.state == SlaState::Paused => Some((clock.clone().resumed(calendar, at), SlaChange::Resumed)),
        _ => None,
    }
}

fn started(
    definition: &CaseDefinition,
    policy: &SlaPolicy,
    of: Option<&str>,
    case: &Case,
    at: Timestamp,
) -> Option<SlaClock> {
    let target = policy.target_seconds()?;
    let (level, id, name) = match (&policy.scope, of) {
        (SlaScope::Case, _) => (SlaLevel::Case, policy.id.clone(), policy.name.clone()),
        (SlaScope::Stage(_), _) => (SlaLevel::Stage, policy.id.clone(), policy.name.clone()),
        (SlaScope::Process(_), of) => (SlaLevel::Process, format!("{}:{}", policy.id, of?), policy.name.clone()),
        (SlaScope::Task(_), of) => {
            let name = case
                .tasks
                .get(of?)
                .map_or_else(|| policy.name.clone(), |task| format!("{}: {}", policy.name, task.name));
            (SlaLevel::Task, format!("{}:{}", policy.id, of?), name)
        }
    };
    let new = NewClock {
        id: &id,
        name: &name,
        policy: &policy.id,
        level,
        of,
        target,
        risk: policy.risk_seconds(target),
        has_goal: policy.goal_seconds().is_some(),
        steps: policy.escalations.iter().map(|step| step.at).collect(),
        counts: definition.counts(policy),
    };
    Some(SlaClock::start(new, &definition.calendar_of(policy), at))
}

fn forget_old(clocks: &mut Vec<SlaClock>, policy: &SlaPolicy) {
    let over: Vec<String> = clocks
        .iter()
        .filter(|clock| clock.policy() == policy.id && clock.is_over())
        .map(|clock| clock.id.clone())
        .collect();
    for id in over.iter().take(over.len().saturating_sub(KEPT)) {
        clocks.retain(|clock| clock.id != *id);
    }
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

/// A step that is due by now: the fact, and what is to be done besides.
pub(crate) fn escalation(definition: &CaseDefinition, case: &Case, at: Timestamp) -> Option<(Fact, Vec<Action>)> {
    let (place, step) = case.clocks.iter().enumerate().find_map(|(place, clock)| Some((place, clock.step_due(at)?)))?;
    let clock = &case.clocks[place];
    let policy = definition.slas.iter().find(|policy| policy.id == clock.policy())?;
    let (sla, name) = (clock.id.clone(), clock.name.clone());
    let mut clocks = case.clocks.clone();
    clocks[place] = clock.clone().step_taken(&definition.calendar_of(policy));
    let actions =
        policy.escalations.iter().filter(|known| known.at == step.percent).flat_map(|known| known.then.clone());
    Some((Fact::SlaEscalated { sla, name, percent: step.percent, clocks, urgency: None }, actions.collect()))
}

/// What a calendar that says something else now does to the clocks that count by it.
pub(crate) fn replan(definition: &CaseDefinition, case: &Case) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut clocks = case.clocks.clone();
    for place in 0..clocks.len() {
        let clock = &clocks[place];
        let policy = definition.slas.iter().find(|policy| policy.id == clock.policy());
        let Some(replanned) = policy.and_then(|policy| clock.replanned(&definition.calendar_of(policy))) else {
            continue;
        };
        let (sla, name) = (replanned.id.clone(), replanned.name.clone());
        clocks[place] = replanned;
        facts.push(Fact::SlaReplanned { sla, name, clocks: clocks.clone(), urgency: None });
    }
    facts
}

/// Why a clock of the policy pauses, if it does.
fn pause_of(policy: &SlaPolicy, case: &Case) -> Option<PausedBy> {
    if case.status.kind == StatusKind::Closed {
        return Some(PausedBy { kind: PauseKind::Closed, name: case.status.name.clone() });
    }
    policy.pause_in.iter().find_map(|place| match place.split_once(':') {
        Some(("stage", id)) => {
            (case.stage.id == id).then(|| PausedBy { kind: PauseKind::Stage, name: case.stage.name.clone() })
        }
        Some(("reason", text)) => case
            .status_reason
            .as_ref()
            .filter(|reason| reason.trim().eq_ignore_ascii_case(text.trim()))
            .map(|reason| PausedBy { kind: PauseKind::Reason, name: reason.clone() }),
        Some(("status", id)) => in_status(case, id),
        _ => in_status(case, place),
    })
}

fn in_status(case: &Case, id: &str) -> Option<PausedBy> {
    (case.status.id == id).then(|| PausedBy { kind: PauseKind::Status, name: case.status.name.clone() })
}

fn is_reopened(fact: &Fact) -> bool {
    matches!(fact, Fact::StatusChanged { from, to, .. }
        if from.kind == StatusKind::Closed && to.kind != StatusKind::Closed)
}

/// Whether a promise about the case begins anew, for it was opened again.
fn is_promised_anew(policy: &SlaPolicy, fact: &Fact, clocks: &[SlaClock]) -> bool {
    let Fact::StatusChanged { from, .. } = fact else {
        return false;
    };
    let has_run = clocks.iter().any(|clock| clock.id == policy.id);
    let settled_by_closing = policy.stop_on == "closed" || policy.stop_on.strip_prefix("status:") == Some(&*from.id);
    policy.scope.is_case() && has_run && is_reopened(fact) && policy.restart_on_reopen.unwrap_or(settled_by_closing)
}

fn turn<'a>(policy: &'a SlaPolicy, fact: &'a Fact, case: &Case, by: &Person) -> Turn<'a> {
    match (&policy.scope, fact) {
        (SlaScope::Case, _) if triggers(&policy.stop_on, fact, case, by) && !is_new(fact) => Turn::Ends(None),
        (SlaScope::Case, _) if triggers(&policy.start_on, fact, case, by) => Turn::Begins(None),
        (SlaScope::Stage(stage), Fact::StageChanged { to, .. }) if to.id == *stage => Turn::Begins(Some(stage)),
        (SlaScope::Stage(stage), Fact::StageChanged { from, .. }) if from.id == *stage => Turn::Ends(Some(stage)),
        (SlaScope::Stage(stage), Fact::CaseCreated { stage: first, .. }) if first.id == *stage => {
            Turn::Begins(Some(stage))
        }
        (SlaScope::Process(key), Fact::ProcessStarted { instance_id, key: started, .. }) if key == started => {
            Turn::Begins(Some(instance_id))
        }
        (SlaScope::Process(_), Fact::ProcessEnded { instance_id, state: CaseProcessState::Completed, .. }) => {
            Turn::Ends(Some(instance_id))
        }
        (SlaScope::Process(_), Fact::ProcessEnded { instance_id, .. }) => Turn::Vanishes(instance_id),
        (SlaScope::Task(key), Fact::TaskCreated { task, .. }) if task.task_definition_key == *key => {
            Turn::Begins(Some(&task.task_id))
        }
        (SlaScope::Task(_), Fact::TaskCompleted { task, .. }) => Turn::Ends(Some(&task.task_id)),
        (SlaScope::Task(_), Fact::TaskCancelled { task, .. }) => Turn::Vanishes(&task.task_id),
        _ => Turn::Nothing,
    }
}

fn is_new(fact: &Fact) -> bool {
    matches!(fact, Fact::CaseCreated { .. })
}

fn triggers(trigger: &str, fact: &Fact, case: &Case, by: &Person) -> bool {
    match (trigger, fact) {
        ("created", Fact::CaseCreated { .. }) => true,
        ("any-reply", Fact::MailSent { .. }) => true,
        // What says that a message came in answers nothing.
        ("first-reply", Fact::MailSent { .. }) => !by.is_machine(),
        ("assigned", Fact::Assigned { to, .. }) => to.is_some(),
        ("assigned", Fact::CaseCreated { assignee, .. }) => assignee.is_some(),
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
