//! Boundary events take the token of their activity, or start another one beside it (BPMN 2.0.2, section 13.5.3).

use super::{scopes, tokens};
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::NodeIndex;

/// Gives the token in front of the boundary event.
pub(crate) fn fire(step: &mut Step<'_>, host: Id, node: NodeIndex) -> Done<Option<Id>> {
    let element = step.element(host)?;
    let graph = step.graph_of(&element)?;
    let Some(scope) = element.scope else {
        return Ok(None);
    };
    let branch = if graph.node(node).kind.facts().is_interrupting {
        scopes::cancel(step, host, &scopes::Cause::Interrupted)?;
        tokens::Branch::Continue(element.branch)
    } else {
        tokens::Branch::New
    };
    tokens::place_and_arrive(step, &graph, scope, node, branch).map(Some)
}
