//! The cancel end event of a transaction: its tokens are cancelled, what completed in it is compensated, and then its
//! cancel boundary event is taken (BPMN 2.0.2, section 10.3.5.3 and 13.5.3).

use super::hooks::{At, Then};
use crate::step::behavior::{boundary, scopes};
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::EventTrigger;

pub(super) fn enter(step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
    if let Some(transaction) = step.element(at.id)?.scope {
        scopes::cancel_children(step, transaction, Some(at.id))?;
    }
    Ok(Then::Compensates { activity: None })
}

/// All that completed in the transaction has been undone.
pub(super) fn compensated(step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
    let Some(scope) = step.element(at.id)?.scope else {
        return Ok(Then::Waits);
    };
    let transaction = step.element(scope)?;
    let host = match transaction.scope {
        Some(body) if transaction.is_inner() => step.element(body)?,
        _ => transaction,
    };
    let boundary = host.node().and_then(|node| {
        let mut boundaries = at.graph.node(node).boundary_events.iter().copied();
        boundaries.find(|index| matches!(at.graph.trigger(*index), Some(EventTrigger::Cancel)))
    });
    match boundary {
        Some(node) => {
            boundary::fire(step, host.id, node)?;
            Ok(Then::Waits)
        }
        None => {
            scopes::cancel(step, host.id, &scopes::Cause::Interrupted)?;
            Ok(Then::EndsToken(host))
        }
    }
}
