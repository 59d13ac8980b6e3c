//! Intermediate throw events (BPMN 2.0.2, section 10.5.4).

use super::service_task;
use crate::compile::Graph;
use crate::ids::Id;
use crate::outcome::Rejection;
use crate::step::behavior::lifecycle::{self, Next};
use crate::step::behavior::{compensation, escalations, signals};
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use crate::step::scope::Context;
use casewright_engine_model::model::{EventTrigger, NodeIndex, NodeKind, ThrowEvent};
use smol_str::SmolStr;

pub(super) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex, event: &ThrowEvent) -> Done {
    match event {
        ThrowEvent::None => {
            step.push(Work::Leave(id));
            Ok(())
        }
        ThrowEvent::Message(_, task) => service_task::execute(step, graph, id, task),
        ThrowEvent::Signal(signal) => {
            // Below what the signal triggers: receivers run before the thrower goes on.
            step.push(Work::Leave(id));
            signals::throw(step, id, signal)
        }
        ThrowEvent::Escalation(escalation) => {
            step.push(Work::Leave(id));
            let code = step.evaluate_text(Context::of(id), &escalation.code)?.unwrap_or_default();
            escalations::throw(step, id, &code).map(drop)
        }
        ThrowEvent::Compensation { activity, .. } => compensation::throw(step, id, activity.as_ref()),
        ThrowEvent::Link(name) => {
            let target = link_target(graph, node, name)?;
            lifecycle::complete(step, id, Next::Link(target))
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
        .ok_or_else(|| Rejection::Engine(format!("no intermediate catch event for link '{name}'")).into())
}
