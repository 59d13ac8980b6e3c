//! Where a case goes because of rules, because it waited too long, or because it is somebody's turn.

use super::{Decided, Draft, change, guard};
use crate::domain::case::event::Fact;
use crate::domain::case::state::Case;
use crate::domain::definition::model::{CaseDefinition, StatusKind};
use crate::domain::person::Person;
use crate::domain::routing::Routed;
use casewright_journal::Decision;
use jiff::Timestamp;

/// Where rules say that a case goes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Route {
    pub(crate) routed: Routed,
    /// The person of the target, where there is one who may work on the case.
    pub(crate) assignee: Option<Person>,
}

/// Sends the case where rules say.
pub(crate) fn route(case: &Case, definition: &CaseDefinition, route: &Route, by: &Person, at: Timestamp) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, by, at);
    let target = &route.routed.target;
    let is_there = target.queue.as_ref().is_none_or(|queue| case.queue.as_ref() == Some(queue))
        && target.priority.is_none_or(|priority| case.priority == priority)
        && route.assignee.as_ref().is_none_or(|person| case.assignee.as_ref().is_some_and(|has| has.id == person.id))
        && case.skills == target.skills;
    // A mail that is heard a second time finds the case where its first hearing put it.
    if !is_there {
        follow(&mut draft, route);
    }
    Ok(draft.decided(()))
}

/// What a route means to a case: who has it keeps it, unless the rule names somebody.
pub(super) fn follow(draft: &mut Draft<'_>, route: &Route) {
    let Route { routed, assignee } = route;
    draft.record(Fact::Routed {
        scope: routed.scope,
        rule: routed.rule.clone(),
        name: routed.name.clone(),
        skills: routed.target.skills.clone(),
    });
    if let Some(queue) = &routed.target.queue {
        change::set_queue(draft, Some(queue.clone()));
    }
    if let Some(priority) = routed.target.priority {
        change::set_priority(draft, priority);
    }
    if let Some(person) = assignee {
        change::assign(draft, Some(person.clone()));
    }
}

/// Gives a case of a queue to somebody, provided that it still waits there. The answer is whether it did.
pub(crate) fn push(case: &Case, definition: &CaseDefinition, queue: &str, to: &Person, at: Timestamp) -> Decided<bool> {
    guard(case)?;
    if !waits_in(case, queue) {
        return Ok(Decision { events: Vec::new(), answer: false });
    }
    let mut draft = Draft::new(case, definition, &Person::system("routing"), at);
    change::assign(&mut draft, Some(to.clone()));
    Ok(draft.decided(true))
}

/// Moves a case on to another queue, provided that it still waits in this one.
pub(crate) fn move_on(case: &Case, definition: &CaseDefinition, from: &str, to: &str, at: Timestamp) -> Decided {
    guard(case)?;
    let mut draft = Draft::new(case, definition, &Person::system("routing"), at);
    if waits_in(case, from) {
        change::set_queue(&mut draft, Some(to.to_owned()));
    }
    Ok(draft.decided(()))
}

fn waits_in(case: &Case, queue: &str) -> bool {
    case.queue.as_deref() == Some(queue) && case.assignee.is_none() && case.status.kind == StatusKind::Open
}
