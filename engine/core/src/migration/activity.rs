//! Activities as plans name them: nodes, and the bodies around multi-instance ones.

use crate::compile::Graph;
use crate::entity::Position;
use casewright_engine_model::MigrationType;
use casewright_engine_model::model::{EventTrigger, NodeIndex, NodeKind};
use smol_str::SmolStr;

const BODY: &str = "#multiInstanceBody";

/// The activity with this id.
pub(crate) fn find(graph: &Graph, id: &str) -> Option<Position> {
    match id.strip_suffix(BODY) {
        None => graph.find(id).map(Position::Node),
        Some(inner) => {
            let node = graph.find(inner)?;
            graph.node(node).loop_characteristics.is_some().then_some(Position::Body(node))
        }
    }
}

/// What a plan calls it; the process by its key.
pub(crate) fn id_of(graph: &Graph, position: Position) -> SmolStr {
    match position {
        Position::Process => graph.info.key.clone(),
        Position::Body(node) => graph.body_id(node).clone(),
        Position::Node(node) => graph.node(node).id.clone(),
    }
}

/// The scope whose tokens it belongs to; none for the process.
pub(crate) fn flow_scope(graph: &Graph, position: Position) -> Option<Position> {
    let parent = |node: NodeIndex| graph.node(node).parent.map_or(Position::Process, Position::Node);
    match position {
        Position::Process => None,
        Position::Body(node) => Some(parent(node)),
        Position::Node(node) if graph.node(node).loop_characteristics.is_some() => Some(Position::Body(node)),
        Position::Node(node) => Some(parent(node)),
    }
}

/// All scopes around it, the process last.
pub(super) fn flow_scopes(graph: &Graph, position: Position) -> Vec<Position> {
    std::iter::successors(flow_scope(graph, position), |scope| flow_scope(graph, *scope)).collect()
}

/// All activities directly in a scope, bodies instead of what is in them.
pub(super) fn children(graph: &Graph, scope: Position) -> Vec<Position> {
    let all = (0_u32..).map(NodeIndex).take(graph.process.nodes.len());
    all.flat_map(|node| [Position::Body(node), Position::Node(node)])
        .filter(|position| match position {
            Position::Body(node) => graph.node(*node).loop_characteristics.is_some(),
            _ => true,
        })
        .filter(|position| flow_scope(graph, *position) == Some(scope))
        .collect()
}

/// What an event listens beside: the activity of a boundary event, the scope around an event subprocess. None: itself,
/// or it is no event.
pub(super) fn event_scope(graph: &Graph, position: Position) -> Option<Position> {
    let Position::Node(node) = position else {
        return None;
    };
    match &graph.node(node).kind {
        NodeKind::BoundaryEvent(event) => {
            let host = event.attached_to;
            let is_multi = graph.node(host).loop_characteristics.is_some();
            Some(if is_multi { Position::Body(host) } else { Position::Node(host) })
        }
        NodeKind::StartEvent(_) => {
            let parent = graph.node(node).parent.filter(|parent| graph.is_event_subprocess(*parent))?;
            flow_scope(graph, Position::Node(parent))
        }
        _ => None,
    }
}

/// The trigger that waits in store (a timer or a subscription), when it has one.
pub(crate) fn persistent_trigger(graph: &Graph, position: Position) -> Option<&EventTrigger> {
    let Position::Node(node) = position else {
        return None;
    };
    trigger(graph, node).filter(|trigger| {
        matches!(
            trigger,
            EventTrigger::Timer(_) | EventTrigger::Message(_) | EventTrigger::Signal(_) | EventTrigger::Conditional(_)
        )
    })
}

/// Does it wait for an event that is in store?
pub(super) fn has_persistent_trigger(graph: &Graph, position: Position) -> bool {
    let is_receive_task =
        matches!(position, Position::Node(node) if matches!(graph.node(node).kind, NodeKind::ReceiveTask(_)));
    is_receive_task || persistent_trigger(graph, position).is_some()
}

pub(super) fn is_conditional(graph: &Graph, position: Position) -> bool {
    matches!(persistent_trigger(graph, position), Some(EventTrigger::Conditional(_)))
}

/// What an event inside a process catches: one that begins it does so outside of instances.
fn trigger(graph: &Graph, node: NodeIndex) -> Option<&EventTrigger> {
    let begins_process =
        matches!(graph.node(node).kind, NodeKind::StartEvent(_)) && !is_in_event_subprocess(graph, node);
    graph.trigger(node).filter(|_| !begins_process)
}

pub(super) fn is_event(graph: &Graph, position: Position) -> bool {
    matches!(position, Position::Node(node) if trigger(graph, node).is_some())
}

pub(super) fn is_compensation_event(graph: &Graph, position: Position) -> bool {
    matches!(position, Position::Node(node) if matches!(trigger(graph, node), Some(EventTrigger::Compensation)))
}

/// May a generated plan map it? Handlers of compensations run when they are called, and errors wait for nobody.
pub(super) fn is_mappable(graph: &Graph, position: Position) -> bool {
    let Position::Node(node) = position else {
        return true;
    };
    if graph.node(node).is_for_compensation || !is_supported(graph, position) {
        return false;
    }
    match trigger(graph, node) {
        None | Some(EventTrigger::Compensation) => true,
        Some(_) => persistent_trigger(graph, position).is_some(),
    }
}

/// Can an instance of it be moved? Only what waits can.
pub(crate) fn is_supported(graph: &Graph, position: Position) -> bool {
    match position {
        Position::Process | Position::Body(_) => true,
        Position::Node(node) => match graph.node(node).kind {
            NodeKind::StartEvent(_) => is_in_event_subprocess(graph, node),
            ref kind => kind.facts().is_migratable,
        },
    }
}

/// The type that a source and its target have in common.
pub(super) fn migration_type(graph: &Graph, position: Position) -> MigrationType {
    match position {
        Position::Process => MigrationType::Process,
        Position::Body(node) => {
            let is_sequential = graph.node(node).loop_characteristics.as_ref().is_some_and(|l| l.is_sequential);
            if is_sequential { MigrationType::SequentialBody } else { MigrationType::ParallelBody }
        }
        Position::Node(node) => match &graph.node(node).kind {
            NodeKind::StartEvent(start) if is_in_event_subprocess(graph, node) => match start.trigger {
                EventTrigger::Conditional(_) => MigrationType::ConditionalEventSubProcessStart,
                _ => MigrationType::EventSubProcessStart,
            },
            kind => kind.facts().migration_type,
        },
    }
}

fn is_in_event_subprocess(graph: &Graph, node: NodeIndex) -> bool {
    graph.node(node).parent.is_some_and(|parent| graph.is_event_subprocess(parent))
}
