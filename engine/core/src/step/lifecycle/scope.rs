//! Scopes end when their last token ends; gateways that watch their scope look again as tokens come and go.

use super::carry_out::{carry_out, compensated};
use super::leave;
use crate::entity::{ElementInstance, Phase, Position};
use crate::ids::Id;
use crate::step::behavior::instances;
use crate::step::context::{Emptied, Step};
use crate::step::element::{self, At, Look, Next};
use crate::step::event::{compensate, conditions};
use crate::step::fault::Done;
use casewright_engine_model::model::NodeIndex;

/// A token ended in its scope; the scope completes when it was the last.
pub(super) fn token_ended(step: &mut Step<'_>, ended: &ElementInstance) -> Done {
    let place = &ended.activity.place;
    step.note_last_activity(place.instance, place.activity_id.clone());
    match ended.scope {
        Some(scope) => complete_if_empty(step, scope),
        None => Ok(()),
    }
}

fn complete_if_empty(step: &mut Step<'_>, scope: Id) -> Done {
    if step.state().has_children(scope) {
        return Ok(());
    }
    if step.has_complex_gateways() {
        look_again_in(step, scope)?;
        if step.state().has_children(scope) {
            return Ok(());
        }
    }
    let Some(instance) = step.state().element(scope).cloned() else {
        return Ok(());
    };
    if instance.position == Position::Process {
        return if step.preserves(scope, Emptied::Completion) { Ok(()) } else { complete_instance(step, &instance) };
    }
    if instance.phase == Phase::Compensating {
        let done = compensate::revived_done(step, &instance)?;
        return compensated(step, done);
    }
    let graph = step.graph_of(&instance)?;
    let Some((node, element)) = element::of(&graph, instance.position) else {
        return Ok(());
    };
    let then = element.emptied(step, At { id: scope, node, graph: &graph })?;
    carry_out(step, scope, then)
}

/// An instance ends at once, but not before its event subprocesses have seen what its last token changed.
fn complete_instance(step: &mut Step<'_>, process: &ElementInstance) -> Done {
    conditions::notice_changes(step)?;
    if step.state().has_children(process.id) || step.state().element(process.id).is_none() {
        return Ok(());
    }
    instances::complete(step, process)
}

/// Tokens came or went in these scopes: a gateway may have nothing more to wait for.
pub(super) fn look_again(step: &mut Step<'_>) -> Done {
    if !step.has_complex_gateways() {
        return Ok(());
    }
    step.touched().into_iter().try_for_each(|scope| look_again_in(step, scope))
}

fn look_again_in(step: &mut Step<'_>, scope: Id) -> Done {
    let Some(instance) = step.state().element(scope).cloned() else {
        return Ok(());
    };
    let graph = step.graph_of(&instance)?;
    for gateway in &graph.scope(instance.node()).complex_gateways {
        advance(step, scope, &instance, *gateway)?;
    }
    Ok(())
}

/// The gateway that a token has reached looks, and no other.
pub(super) fn look_again_at(step: &mut Step<'_>, token: &ElementInstance) -> Done {
    match (token.scope, token.node()) {
        (Some(scope), Some(gateway)) => advance(step, scope, token, gateway),
        _ => Ok(()),
    }
}

/// Until nothing happens at the gateway any more. `within` is of the same definition.
fn advance(step: &mut Step<'_>, scope: Id, within: &ElementInstance, node: NodeIndex) -> Done {
    let graph = step.graph_of(within)?;
    let Some((_, element)) = element::of(&graph, Position::Node(node)) else {
        return Ok(());
    };
    while step.state().element(scope).is_some() {
        match element.look_again(step, At { id: scope, node, graph: &graph })? {
            Look::Waits => break,
            Look::Fires { token, flows } => leave::complete(step, token, Next::Flows(flows))?,
            Look::Resets => {}
            Look::TakesIn => complete_if_empty(step, scope)?,
        }
    }
    Ok(())
}
