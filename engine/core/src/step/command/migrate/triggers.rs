//! Timers and subscriptions: kept where the plan maps their event, withdrawn and begun anew where it says so.

use super::place::Moving;
use super::relocate::trigger_target;
use super::{Route, Target};
use crate::compile::Graph;
use crate::entity::{ElementInstance, JobKind, Position};
use crate::event::Event;
use crate::ids::Id;
use crate::step::behavior::{jobs, subscriptions};
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::{EventTrigger, NodeIndex, NodeKind};
use std::collections::HashSet;

/// Events of the target that begin to wait because their predecessor was withdrawn: owner and node.
pub(super) type Fresh = HashSet<(Id, NodeIndex)>;

/// Withdraws what does not go on; says what is to be begun anew.
pub(super) fn withdraw(step: &mut Step<'_>, route: &Route, moving: &Moving) -> Fresh {
    let mut fresh = Fresh::new();
    for (element, target) in &moving.elements {
        let Some(target) = target else {
            continue;
        };
        let subscriptions: Vec<_> = step.state().subscriptions_of(element.id).cloned().collect();
        for subscription in subscriptions {
            let fate = fate(route, element, target, subscription.node);
            if fate != Fate::Kept {
                step.emit(Event::SubscriptionRemoved { subscription });
            }
            fresh.extend(fate.renewed(element.id));
        }
        let timers: Vec<_> = step.state().jobs_of(element.id).cloned().collect();
        for job in timers {
            let fate = match &job.kind {
                JobKind::AsyncBefore | JobKind::AsyncAfter | JobKind::FurtherInstances { .. } => Fate::Kept,
                JobKind::TaskTimeout { listener, .. } => timeout_fate(&route.to, target.position, *listener),
                JobKind::TimerCatch { node } | JobKind::TimerBoundary { node } | JobKind::TimerStart { node } => {
                    fate(route, element, target, *node)
                }
            };
            if fate != Fate::Kept {
                jobs::remove(step, &job);
            }
            fresh.extend(fate.renewed(element.id));
        }
    }
    fresh
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Renewed(NodeIndex),
    Withdrawn,
}

impl Fate {
    fn renewed(self, owner: Id) -> Option<(Id, NodeIndex)> {
        match self {
            Self::Renewed(node) => Some((owner, node)),
            Self::Kept | Self::Withdrawn => None,
        }
    }
}

fn fate(route: &Route, element: &ElementInstance, target: &Target, trigger: NodeIndex) -> Fate {
    let Some(node) = trigger_target(route, element.position, target.position, trigger) else {
        return Fate::Withdrawn;
    };
    if !expected(&route.to, target.position).contains(&node) {
        return Fate::Withdrawn;
    }
    let instruction = route.target(Position::Node(trigger)).unwrap_or(target);
    if instruction.updates_trigger() { Fate::Renewed(node) } else { Fate::Kept }
}

fn timeout_fate(to: &Graph, target: Position, listener: usize) -> Fate {
    let Position::Node(node) = target else {
        return Fate::Withdrawn;
    };
    let has_timer = to.task_listeners(node).get(listener).is_some_and(|listener| listener.timer.is_some());
    if has_timer { Fate::Kept } else { Fate::Withdrawn }
}

/// Events that wait in the name of an instance of this activity.
fn expected(graph: &Graph, position: Position) -> Vec<NodeIndex> {
    let event_subprocesses =
        |scope: Option<NodeIndex>| graph.scope(scope).event_subprocesses.iter().map(|event| event.start);
    let node = match position {
        Position::Process => return event_subprocesses(None).collect(),
        Position::Body(node) => return graph.node(node).boundary_events.clone(),
        Position::Node(node) => node,
    };
    let mut out: Vec<NodeIndex> = match &graph.node(node).kind {
        NodeKind::IntermediateCatchEvent(_) | NodeKind::ReceiveTask(_) => vec![node],
        NodeKind::EventBasedGateway => graph.node(node).outgoing.iter().map(|flow| graph.flow(*flow).target).collect(),
        NodeKind::SubProcess(_) => event_subprocesses(Some(node)).collect(),
        _ => Vec::new(),
    };
    if graph.node(node).loop_characteristics.is_none() {
        out.extend(&graph.node(node).boundary_events);
    }
    out
}

/// Begins to wait for what was withdrawn to be renewed, and for events that no instruction leads to.
pub(super) fn begin(step: &mut Step<'_>, route: &Route, moving: &Moving, fresh: &Fresh) -> Done {
    for (element, target) in &moving.elements {
        let Some(target) = target else {
            continue;
        };
        let is_interrupted = is_interrupted(step, &route.to, element.id);
        for node in expected(&route.to, target.position) {
            let is_own = target.position == Position::Node(node);
            let is_new = !is_own && !route.is_target(Position::Node(node));
            let is_start = matches!(route.to.node(node).kind, NodeKind::StartEvent(_));
            if fresh.contains(&(element.id, node)) || (is_new && !(is_start && is_interrupted)) {
                wait(step, &route.to, element.id, node)?;
            }
        }
    }
    Ok(())
}

/// Does an interrupting event subprocess run in the scope? Then nothing else in it waits for an event.
fn is_interrupted(step: &Step<'_>, to: &Graph, scope: Id) -> bool {
    let nodes: Vec<NodeIndex> =
        step.state().children(scope).filter_map(|child| step.state().element(child)?.node()).collect();
    let scope = step.state().element(scope).and_then(|element| element.node());
    to.scope(scope).event_subprocesses.iter().any(|event| event.is_interrupting && nodes.contains(&event.node))
}

fn wait(step: &mut Step<'_>, to: &Graph, owner: Id, node: NodeIndex) -> Done {
    let (trigger, timer): (&EventTrigger, JobKind) = match &to.node(node).kind {
        NodeKind::BoundaryEvent(event) => (&event.trigger, JobKind::TimerBoundary { node }),
        NodeKind::IntermediateCatchEvent(trigger) => (trigger, JobKind::TimerCatch { node }),
        NodeKind::StartEvent(start) => (&start.trigger, JobKind::TimerStart { node }),
        NodeKind::ReceiveTask(task) => {
            return match &task.message {
                Some(message) => subscriptions::await_message(step, to, owner, node, message),
                None => Ok(()),
            };
        }
        _ => return Ok(()),
    };
    subscriptions::await_trigger(step, to, owner, node, trigger, timer)
}
