//! Messages, signals and plain triggers that somebody sends to this root instance.

use super::{Reply, ensure_active};
use crate::command::NewVariable;
use crate::entity::{Phase, Subscription, SubscriptionKind};
use crate::ids::Id;
use crate::rejection::{Impasse, Subject};
use crate::step::behavior::{external_tasks, subscriptions, tasks, variables};
use crate::step::context::Step;
use crate::step::event::{catch, conditions};
use crate::step::fault::Done;
use std::sync::Arc;

pub(crate) fn trigger(
    step: &mut Step<'_>,
    id: Id,
    given: &[NewVariable],
    local: &[NewVariable],
    to_triggered: &[NewVariable],
) -> Done<Reply> {
    let subscription = step.state().subscription(id).cloned().ok_or_else(|| step.gone(Subject::Subscription, id))?;
    fire(step, &subscription, given, local, to_triggered)
}

pub(crate) fn trigger_execution(
    step: &mut Step<'_>,
    execution: Id,
    kind: SubscriptionKind,
    name: Option<&str>,
    given: &[NewVariable],
) -> Done<Reply> {
    let subscription = subscriptions::find(step, execution, kind, name)?;
    fire(step, &subscription, given, &[], &[])
}

fn fire(
    step: &mut Step<'_>,
    subscription: &Arc<Subscription>,
    given: &[NewVariable],
    local: &[NewVariable],
    to_triggered: &[NewVariable],
) -> Done<Reply> {
    let place = &subscription.place;
    ensure_active(step, place.instance, Subject::ProcessInstance, place.instance)?;
    catch::fire_with(step, place.element, subscription.node, given, local, to_triggered)?;
    Ok(Reply::Completed(place.instance))
}

/// A receive task, or another activity that waits for nothing in particular.
pub(crate) fn signal_execution(step: &mut Step<'_>, execution: Id, given: &[NewVariable]) -> Done<Reply> {
    let element = waiting_on(step, execution)?;
    let found = step.element(element)?;
    let instance = found.activity.place.instance;
    ensure_active(step, instance, Subject::ProcessInstance, instance)?;
    variables::set_all(step, element, given)?;
    conditions::notice_changes(step)?;
    let Some(found) = step.state().element(element).cloned() else {
        return Ok(Reply::Completed(instance));
    };
    if let Some(task) = found.task {
        tasks::complete(step, task)?;
    }
    if let Some(task) = found.external_task {
        external_tasks::delete(step, task);
    }
    subscriptions::withdraw_all(step, element);
    step.leave(element);
    Ok(Reply::Completed(instance))
}

/// The activity that waits on an execution: its own, or the token that shares the execution of its scope.
fn waiting_on(step: &mut Step<'_>, execution: Id) -> Done<Id> {
    let owner = step.element(super::variables::element_of(step, execution)?)?;
    let children: Vec<Id> = step.state().children(owner.id).collect();
    let is_lone = children.len() == 1;
    for id in std::iter::once(owner.id).chain(children) {
        let element = step.element(id)?;
        let owns_execution =
            element.parent_execution.is_some() && element.branch != Some(element.activity.place.execution);
        // A branch that is alone by now is its scope's execution again.
        let is_here = element.activity.place.execution == execution
            || element.branch == Some(execution)
            || is_lone && id != owner.id && !owns_execution;
        if is_here && element.phase == Phase::Active && can_be_signalled(step, id)? {
            return Ok(id);
        }
    }
    Err(Impasse::NotSignalled(step.state().text(execution)).into())
}

fn can_be_signalled(step: &mut Step<'_>, id: Id) -> Done<bool> {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    Ok(element.node().is_some_and(|node| graph.node(node).kind.facts().is_signalled) && element.body.is_none())
}
