//! Conditional events look at their condition when their scope is entered, and whenever a variable changes that they can
//! see. Filters by name and kind of change apply only to the latter.

use super::catch;
use crate::entity::{Phase, Subscription, SubscriptionKind};
use crate::ids::Id;
use crate::rejection::{Failure, Rejection};
use crate::step::context::{Step, VariableChange};
use crate::step::evaluation::Context;
use crate::step::fault::{Done, Fault};
use casewright_engine_model::model::{Conditional, EventTrigger};
use casewright_engine_value::EvaluationError;
use std::sync::Arc;

/// Fires what recent changes of variables made true.
pub(crate) fn notice_changes(step: &mut Step<'_>) -> Done {
    loop {
        let changes = step.take_changes();
        if changes.is_empty() {
            return Ok(());
        }
        for change in &changes {
            notice(step, change)?;
        }
    }
}

fn notice(step: &mut Step<'_>, change: &VariableChange) -> Done {
    let waiting: Vec<Id> = step.state().conditionals.keys().map(Id).collect();
    for id in waiting {
        let Some(subscription) = step.state().subscription(id).cloned() else {
            continue;
        };
        let owner = subscription.place.element;
        if !sees(step, owner, change.holder) {
            continue;
        }
        let Some(conditional) = conditional_of(step, &subscription)? else {
            continue;
        };
        let is_name = conditional.variable_name.as_ref().is_none_or(|name| *name == change.name);
        let is_kind = conditional.variable_events.is_empty()
            || conditional.variable_events.iter().any(|kind| kind == change.kind.name());
        if is_name && is_kind && is_true(step, owner, &conditional)? {
            catch::fire(step, owner, subscription.node)?;
        }
    }
    Ok(())
}

/// What the conditions that are true on entry leave of the element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    GoesOn,
    /// Something else runs in its place.
    Interrupted,
}

/// Conditions that are true as an element is entered: boundary events and event subprocesses beside it, before it does
/// its work; a catching event after it has begun to wait.
pub(crate) fn check_on_entry(step: &mut Step<'_>, owner: Id) -> Done<Entry> {
    let mut entry = Entry::GoesOn;
    let waiting: Vec<Arc<Subscription>> = step
        .state()
        .subscriptions_of(owner)
        .filter(|subscription| subscription.kind == SubscriptionKind::Conditional)
        .cloned()
        .collect();
    for subscription in waiting {
        if step.state().subscription(subscription.id).is_none() {
            continue;
        }
        if let Some(conditional) = conditional_of(step, &subscription)?
            && is_true(step, owner, &conditional)?
        {
            if interrupts(step, &subscription)? {
                entry = Entry::Interrupted;
            }
            catch::fire(step, owner, subscription.node)?;
        }
    }
    Ok(entry)
}

fn interrupts(step: &mut Step<'_>, subscription: &Subscription) -> Done<bool> {
    let graph = step.graph(&subscription.place.definition.id)?;
    Ok(graph.node(subscription.node).kind.facts().is_interrupting)
}

/// An element that is still being entered looks at its conditions itself, when that is done.
fn sees(step: &Step<'_>, owner: Id, holder: Id) -> bool {
    if step.is_starting(owner) {
        return false;
    }
    let mut at = Some(owner);
    while let Some(id) = at {
        let Some(element) = step.state().element(id) else {
            return false;
        };
        if id == holder {
            return matches!(step.state().element(owner).map(|owner| owner.phase), Some(Phase::Active));
        }
        at = element.scope;
    }
    false
}

fn conditional_of(step: &mut Step<'_>, subscription: &Subscription) -> Done<Option<Conditional>> {
    let graph = step.graph(&subscription.place.definition.id)?;
    Ok(match graph.trigger(subscription.node) {
        Some(EventTrigger::Conditional(conditional)) => Some(conditional.clone()),
        _ => None,
    })
}

/// Only here a missing variable is not an error.
fn is_true(step: &mut Step<'_>, owner: Id, conditional: &Conditional) -> Done<bool> {
    match step.evaluate_condition(Context::of(owner), &conditional.condition) {
        Err(Fault::Rejected(Rejection::Evaluation(Failure::Evaluator(EvaluationError::UnknownProperty(_))))) => {
            Ok(false)
        }
        other => other,
    }
}
