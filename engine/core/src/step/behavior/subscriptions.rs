//! What waits for an event: subscriptions and timers, made when their scope is entered and withdrawn when it is left.

use super::jobs;
use crate::compile::Graph;
use crate::entity::{ElementInstance, JobKind, Place, Subscription, SubscriptionKind};
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::Lacking;
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::{EventTrigger, MessageRef, NodeIndex};
use smol_str::SmolStr;
use std::sync::Arc;

/// Boundary events of `node`, which listen beside its instance `id`.
pub(crate) fn create_for_boundaries(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    for index in &graph.node(node).boundary_events {
        if let Some(trigger) = graph.trigger(*index) {
            let timer = JobKind::TimerBoundary { node: *index };
            await_trigger(step, graph, id, *index, trigger, timer)?;
        }
    }
    Ok(())
}

/// Event subprocesses inside the scope `id`.
pub(crate) fn create_for_event_subprocesses(step: &mut Step<'_>, graph: &Graph, id: Id) -> Done {
    let scope = step.element(id)?.node();
    for event in &graph.scope(scope).event_subprocesses {
        if let Some(trigger) = graph.trigger(event.start) {
            let timer = JobKind::TimerStart { node: event.start };
            await_trigger(step, graph, id, event.start, trigger, timer)?;
        }
    }
    Ok(())
}

/// Waits for a trigger in the name of `owner`. Errors, escalations, compensation and cancel are not waited for: whoever
/// throws them looks for the handler.
pub(crate) fn await_trigger(
    step: &mut Step<'_>,
    graph: &Graph,
    owner: Id,
    node: NodeIndex,
    trigger: &EventTrigger,
    timer_kind: JobKind,
) -> Done {
    match trigger {
        EventTrigger::Timer(timer) => jobs::create_timer(step, graph, owner, node, timer, timer_kind),
        EventTrigger::Message(message) => await_message(step, graph, owner, node, message),
        EventTrigger::Signal(signal) => {
            let name = step.evaluate_text(Context::of(owner), &signal.name)?;
            create(step, graph, owner, node, SubscriptionKind::Signal, name, None)
        }
        EventTrigger::Conditional(_) => create(step, graph, owner, node, SubscriptionKind::Conditional, None, None),
        EventTrigger::None
        | EventTrigger::Error(_)
        | EventTrigger::Escalation(_)
        | EventTrigger::Compensation
        | EventTrigger::Cancel
        | EventTrigger::Link(_) => Ok(()),
    }
}

pub(crate) fn await_message(
    step: &mut Step<'_>,
    graph: &Graph,
    owner: Id,
    node: NodeIndex,
    message: &MessageRef,
) -> Done {
    let context = Context::of(owner);
    let name = match &message.name {
        Some(name) => step.evaluate_text(context, name)?,
        None => None,
    };
    let key = match &message.correlation_key {
        Some(key) => step.evaluate_text(context, key)?,
        None => None,
    };
    create(step, graph, owner, node, SubscriptionKind::Message, name, key)
}

fn create(
    step: &mut Step<'_>,
    graph: &Graph,
    owner: Id,
    node: NodeIndex,
    kind: SubscriptionKind,
    name: Option<SmolStr>,
    correlation_key: Option<SmolStr>,
) -> Done {
    let element = step.element(owner)?;
    let subscription = Subscription {
        id: step.next_id(),
        place: place_at(graph, &element, node),
        kind,
        name,
        node,
        created: step.env.now,
        correlation_key,
        business_key: business_key(step, &element),
    };
    step.emit(Event::SubscriptionCreated { subscription: Arc::new(subscription) });
    Ok(())
}

/// The owner's place, in the name of the event.
pub(crate) fn place_at(graph: &Graph, owner: &ElementInstance, node: NodeIndex) -> Place {
    Place { activity_id: graph.node(node).id.clone(), ..owner.activity.place.clone() }
}

pub(crate) fn business_key(step: &Step<'_>, element: &ElementInstance) -> Option<SmolStr> {
    step.state().instance(element.activity.place.instance).and_then(|instance| instance.business_key.clone())
}

/// All that an element instance waits for.
pub(crate) fn withdraw_all(step: &mut Step<'_>, id: Id) {
    withdraw(step, id, |_| true);
    let jobs: Vec<_> = step.state().jobs_of(id).cloned().collect();
    for job in jobs {
        jobs::remove(step, &job);
    }
}

/// Subscriptions and timers of event subprocesses of a scope, when an interrupting one has begun.
pub(crate) fn withdraw_event_subprocesses(step: &mut Step<'_>, graph: &Graph, scope: Id) {
    let is_start = |node: NodeIndex| graph.event_subprocess_of(node).is_some_and(|event| event.start == node);
    withdraw(step, scope, is_start);
    let jobs: Vec<_> =
        step.state().jobs_of(scope).filter(|job| matches!(job.kind, JobKind::TimerStart { .. })).cloned().collect();
    for job in jobs {
        jobs::remove(step, &job);
    }
}

fn withdraw(step: &mut Step<'_>, id: Id, which: impl Fn(NodeIndex) -> bool) {
    let subscriptions: Vec<_> =
        step.state().subscriptions_of(id).filter(|subscription| which(subscription.node)).cloned().collect();
    for subscription in subscriptions {
        step.emit(Event::SubscriptionRemoved { subscription });
    }
}

/// The subscription of an execution with this name, for `TriggerExecution`.
pub(crate) fn find(
    step: &Step<'_>,
    execution: Id,
    kind: SubscriptionKind,
    name: Option<&str>,
) -> Done<Arc<Subscription>> {
    step.state()
        .subscriptions()
        .find(|subscription| {
            subscription.place.execution == execution
                && subscription.kind == kind
                && name.is_none_or(|name| subscription.name.as_deref() == Some(name))
        })
        .and_then(|found| step.state().subscription(found.id).cloned())
        .ok_or_else(|| {
            let (execution, name) = (step.state().text(execution), name.map(SmolStr::new));
            Lacking::Subscription { execution, kind, name }.into()
        })
}
