//! One file per BPMN element. This one finds the element of a position, with one match: adding a kind of node makes the
//! compiler ask for its element here.
//!
//! What an element is asked in the course of its life is [`Element`]. It decides and says what follows ([`Then`]);
//! `step/lifecycle` carries that out. An element may use what several of them share (`step/behavior`), and must know nothing
//! of the lifecycle or of who catches what it throws.

pub(crate) mod ad_hoc;
mod boundary_event;
mod business_rule_task;
mod call_activity;
mod cancel_end;
mod end_event;
pub(crate) mod event_sub_process;
mod gateway;
mod hooks;
mod intermediate_catch;
mod intermediate_throw;
pub(crate) mod multi_instance;
mod receive_task;
mod script_task;
mod service_task;
mod start_event;
mod sub_process;
mod task;
mod thrown;
mod user_task;

use super::behavior::scopes;
use super::context::Step;
use super::fault::Done;
use crate::compile::Graph;
use crate::entity::{ElementInstance, Position};
use crate::ids::Id;
use casewright_engine_model::model::{NodeIndex, NodeKind, SubProcessKind};
pub(crate) use hooks::{At, Element, Look, Next, Progress, Remains, Signal, Then, Token};

/// The element at a position; none for the process itself.
pub(crate) fn of(graph: &Graph, position: Position) -> Option<(NodeIndex, &dyn Element)> {
    match position {
        Position::Process => None,
        Position::Body(node) => {
            let repeat = graph.node(node).loop_characteristics.as_ref()?;
            Some((node, repeat))
        }
        Position::Node(node) => Some((node, of_kind(&graph.node(node).kind))),
    }
}

fn of_kind(kind: &NodeKind) -> &dyn Element {
    match kind {
        NodeKind::StartEvent(event) => event,
        NodeKind::EndEvent(event) => event,
        NodeKind::IntermediateCatchEvent(trigger) => trigger,
        NodeKind::IntermediateThrowEvent(event) => event,
        NodeKind::BoundaryEvent(event) => event,
        NodeKind::Task { .. } => &task::Task,
        NodeKind::UserTask(task) => task,
        NodeKind::ServiceTask(task) | NodeKind::SendTask(task) => task,
        NodeKind::BusinessRuleTask(task) => task,
        NodeKind::ScriptTask(task) => task,
        NodeKind::ReceiveTask(task) => task,
        NodeKind::ExclusiveGateway => &gateway::exclusive::Exclusive,
        NodeKind::ParallelGateway => &gateway::parallel::Parallel,
        NodeKind::InclusiveGateway => &gateway::inclusive::Inclusive,
        NodeKind::EventBasedGateway => &gateway::event_based::EventBased,
        NodeKind::ComplexGateway { .. } => &gateway::complex::Complex,
        NodeKind::SubProcess(sub_process) => match &sub_process.kind {
            SubProcessKind::AdHoc(ad_hoc) => ad_hoc,
            SubProcessKind::Embedded | SubProcessKind::Event | SubProcessKind::Transaction => sub_process,
        },
        NodeKind::CallActivity(call) => call,
    }
}

/// The scope around a child, and its element.
pub(crate) struct Around<'g> {
    pub(crate) at: At<'g>,
    pub(crate) element: &'g dyn Element,
}

/// What is around an element instance: the body of a loop, or a subprocess; none in the process itself.
pub(crate) fn around<'g>(graph: &'g Graph, child: &ElementInstance) -> Option<Around<'g>> {
    let id = child.scope?;
    let node = child.node()?;
    let position = match graph.node(node).parent {
        _ if child.is_inner() => Position::Body(node),
        parent => Position::Node(parent?),
    };
    let (node, element) = of(graph, position)?;
    Some(Around { at: At { id, node, graph }, element })
}

/// All inside a scope gives way to an event that takes its place.
pub(crate) fn interrupt(step: &mut Step<'_>, scope: Id) -> Done {
    scopes::cancel_children(step, scope, None)?;
    let instance = step.element(scope)?;
    let graph = step.graph_of(&instance)?;
    match of(&graph, instance.position) {
        Some((node, element)) => element.interrupted(step, At { id: scope, node, graph: &graph }),
        None => Ok(()),
    }
}
