//! Intermediate throw events (BPMN 2.0.2, section 10.5.4).

use super::hooks::{At, Element, Next, Then};
use super::thrown;
use crate::compile::Graph;
use crate::rejection::Impasse;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::{EventTrigger, NodeIndex, NodeKind, ThrowEvent};
use smol_str::SmolStr;

impl Element for ThrowEvent {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        match self {
            Self::None => Ok(Then::Leaves),
            Self::Message(_, task) => task.enter(step, at),
            Self::Signal(signal) => thrown::signal(step, at.id, signal),
            Self::Escalation(escalation) => thrown::escalation(step, at.id, escalation),
            Self::Compensation { activity, .. } => Ok(Then::Compensates { activity: activity.clone() }),
            Self::Link(name) => Ok(Then::Completes(Next::Link(link_target(at.graph, at.node, name)?))),
        }
    }
}

fn link_target(graph: &Graph, from: NodeIndex, name: &SmolStr) -> Done<NodeIndex> {
    let scope = graph.node(from).parent;
    (0_u32..)
        .zip(&graph.process.nodes)
        .find(|(_, node)| {
            node.parent == scope
                && matches!(&node.kind, NodeKind::IntermediateCatchEvent(EventTrigger::Link(link)) if link == name)
        })
        .map(|(index, _)| NodeIndex(index))
        .ok_or_else(|| Impasse::Link(SmolStr::new(name)).into())
}
