//! What parallel and inclusive joins share: tokens that wait at the gateway in one scope.

use crate::entity::{Position, Waiting};
use crate::event::Event;
use crate::ids::Id;
use crate::step::behavior::tokens;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::NodeIndex;
use std::sync::Arc;

/// The token waits; gives all that wait here, it included.
pub(super) fn wait(step: &mut Step<'_>, id: Id, node: NodeIndex) -> Done<Vec<Id>> {
    tokens::change(step, id, |element| element.waiting = Some(Waiting::Join))?;
    let Some(scope) = step.element(id)?.scope else {
        return Ok(vec![id]);
    };
    Ok(waiting_at(step, scope, node))
}

/// All that wait at a gateway of `scope`, the first to come first.
pub(super) fn waiting_at(step: &Step<'_>, scope: Id, node: NodeIndex) -> Vec<Id> {
    step.state()
        .children(scope)
        .filter(|child| {
            step.state().element(*child).is_some_and(|element| {
                element.position == Position::Node(node) && element.waiting == Some(Waiting::Join)
            })
        })
        .collect()
}

/// The others merge into `survivor`.
pub(super) fn merge(step: &mut Step<'_>, waiting: &[Id], survivor: Id) -> Done {
    let others: Vec<Id> = waiting.iter().copied().filter(|id| *id != survivor).collect();
    end_all(step, &others)?;
    tokens::change(step, survivor, |element| element.waiting = None)
}

/// They have arrived and go no further.
pub(super) fn end_all(step: &mut Step<'_>, tokens: &[Id]) -> Done {
    for id in tokens {
        let element = step.element(*id)?;
        let graph = step.graph_of(&element)?;
        // A join that leads nowhere ends all that came together.
        let completes_scope = element.node().is_some_and(|node| graph.node(node).outgoing.is_empty());
        step.emit(Event::ActivityEnded {
            element: *id,
            activity: Arc::clone(&element.activity),
            ended: step.env.now,
            canceled: false,
            completes_scope,
            leaving: false,
        });
    }
    Ok(())
}
