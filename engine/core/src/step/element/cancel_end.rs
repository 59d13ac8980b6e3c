//! The cancel end event of a transaction: its tokens are cancelled, what completed in it is compensated, and then its
//! cancel boundary event is taken (BPMN 2.0.2, section 10.3.5.3 and 13.5.3).

use crate::entity::ElementInstance;
use crate::ids::Id;
use crate::step::behavior::{boundary, compensation, lifecycle, scopes};
use crate::step::fault::Done;
use crate::step::run::Step;
use casewright_engine_model::model::{EndEvent, EventTrigger, NodeKind};

pub(super) fn execute(step: &mut Step<'_>, id: Id) -> Done {
    if let Some(transaction) = step.element(id)?.scope {
        scopes::cancel_children(step, transaction, Some(id))?;
    }
    compensation::throw(step, id, None)
}

pub(crate) fn is(step: &mut Step<'_>, element: &ElementInstance) -> Done<bool> {
    let graph = step.graph_of(element)?;
    Ok(element.node().is_some_and(|node| matches!(graph.node(node).kind, NodeKind::EndEvent(EndEvent::Cancel))))
}

/// All that completed in the transaction has been undone.
pub(crate) fn compensated(step: &mut Step<'_>, end: &ElementInstance) -> Done {
    let Some(scope) = end.scope else {
        return Ok(());
    };
    let transaction = step.element(scope)?;
    let host = match transaction.scope {
        Some(body) if lifecycle::is_inner(&transaction) => step.element(body)?,
        _ => transaction,
    };
    let graph = step.graph_of(&host)?;
    let boundary = host.node().and_then(|node| {
        let mut boundaries = graph.node(node).boundary_events.iter().copied();
        boundaries.find(|index| matches!(graph.trigger(*index), Some(EventTrigger::Cancel)))
    });
    match boundary {
        Some(node) => boundary::fire(step, host.id, node).map(drop),
        None => {
            scopes::cancel(step, host.id, &scopes::Cause::Interrupted)?;
            scopes::token_ended(step, &host)
        }
    }
}
