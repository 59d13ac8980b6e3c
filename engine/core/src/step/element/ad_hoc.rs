//! Ad-hoc subprocesses: what is inside and has no incoming flow is started by hand, as often as wanted (BPMN 2.0.2,
//! sections 10.3.5 and 13.3.5). Whenever an activity inside completes, and when nothing is left inside, the completion
//! condition decides whether the subprocess completes; without one it completes when nothing is left inside.

use crate::compile::Graph;
use crate::entity::{ElementInstance, Phase, Position, Waiting};
use crate::ids::Id;
use crate::outcome::Rejection;
use crate::step::behavior::{scopes, tokens};
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use crate::step::scope::{Context, as_text};
use casewright_engine_model::Family;
use casewright_engine_model::model::{AdHoc, Condition, NodeIndex};
use casewright_engine_value::Value;
use smol_str::SmolStr;

/// Waits to be told what to start, unless the model says so itself.
pub(super) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, ad_hoc: &AdHoc) -> Done {
    let Some(text) = &ad_hoc.active_elements else {
        return Ok(());
    };
    let activities = match step.evaluate(Context::of(id), text)? {
        Value::Null => Vec::new(),
        Value::List(items) => items.iter().filter_map(as_text).collect(),
        other => {
            return Err(Rejection::Evaluation(format!(
                "the active elements of an ad-hoc subprocess are a list of ids, not a {}",
                other.type_name()
            ))
            .into());
        }
    };
    start(step, graph, id, &activities)
}

/// Starts activities inside the ad-hoc subprocess `id`.
pub(crate) fn start(step: &mut Step<'_>, graph: &Graph, id: Id, activities: &[SmolStr]) -> Done {
    let element = step.element(id)?;
    let is_active = element.phase == Phase::Active;
    let (Position::Node(node), Some(ad_hoc), true) = (element.position, graph.ad_hoc(element.position), is_active)
    else {
        let id = step.state.text(id);
        return Err(Rejection::NotValid(format!("'{id}' is not an active ad-hoc subprocess")).into());
    };
    if element.waiting == Some(Waiting::Remaining) {
        let name = &graph.node(node).id;
        return Err(Rejection::NotValid(format!("Ad-hoc subprocess '{name}' starts nothing more")).into());
    }
    if ad_hoc.is_sequential && (activities.len() > 1 || !activities.is_empty() && is_busy(step, graph, id)) {
        let name = &graph.node(node).id;
        return Err(
            Rejection::NotValid(format!("Ad-hoc subprocess '{name}' is sequential: one activity at a time")).into()
        );
    }
    let chosen = activities.iter().map(|activity| enabled(graph, node, activity)).collect::<Done<Vec<_>>>()?;
    let mut placed = Vec::with_capacity(chosen.len());
    for target in chosen {
        let position = tokens::position_of(graph, target);
        let branch = tokens::Branch::Auto;
        placed.push(tokens::place(step, graph, id, position, tokens::Origin::Placed, branch)?);
    }
    for token in placed.into_iter().rev() {
        step.push(Work::Arrive(token));
    }
    Ok(())
}

fn enabled(graph: &Graph, node: NodeIndex, activity: &SmolStr) -> Done<NodeIndex> {
    graph.startable_in(node).find(|index| graph.node(*index).id == *activity).ok_or_else(|| {
        let name = &graph.node(node).id;
        Rejection::NotValid(format!(
            "Ad-hoc subprocess '{name}' cannot start '{activity}': it has no such activity without an incoming flow"
        ))
        .into()
    })
}

/// Event subprocesses run beside the order of the others.
pub(crate) fn is_busy(step: &Step<'_>, graph: &Graph, scope: Id) -> bool {
    let mut inside = step.state.children(scope).filter_map(|child| step.state.element(child));
    inside.any(|child| child.node().is_some_and(|node| !graph.is_event_subprocess(node)))
}

/// An activity inside has completed. Says whether its token ends with that: the subprocess is done or starts nothing more.
pub(crate) fn inner_completed(
    step: &mut Step<'_>,
    graph: &Graph,
    element: &ElementInstance,
    goes_on: bool,
) -> Done<bool> {
    let (Some(node), Some(scope)) = (element.node(), element.scope) else {
        return Ok(false);
    };
    let Some(ad_hoc) = graph.node(node).parent.and_then(|parent| graph.ad_hoc(Position::Node(parent))) else {
        return Ok(false);
    };
    if graph.node(node).kind.facts().family != Family::Activity || !goes_on && !step.state.has_children(scope) {
        // Nothing is left: that asks by itself.
        return Ok(false);
    }
    let is_ending = step.element(scope)?.waiting == Some(Waiting::Remaining);
    if !is_ending && !is_satisfied(step, scope, ad_hoc)? {
        return Ok(false);
    }
    if ad_hoc.cancels_remaining {
        scopes::cancel_children(step, scope, None)?;
    }
    if step.state.has_children(scope) {
        tokens::change(step, scope, |scope| scope.waiting = Some(Waiting::Remaining))?;
    } else {
        step.push(Work::Leave(scope));
    }
    Ok(true)
}

fn is_satisfied(step: &mut Step<'_>, scope: Id, ad_hoc: &AdHoc) -> Done<bool> {
    match &ad_hoc.completion_condition {
        None => Ok(false),
        Some(text) => step.evaluate_condition(Context::of(scope), &Condition::Expression(text.clone())),
    }
}

/// Nothing is left inside: the subprocess completes, or waits for what is started next.
pub(crate) fn emptied(step: &mut Step<'_>, element: &ElementInstance, ad_hoc: &AdHoc) -> Done {
    let is_done = element.waiting == Some(Waiting::Remaining)
        || ad_hoc.completion_condition.is_none()
        || is_satisfied(step, element.id, ad_hoc)?;
    if is_done {
        step.push(Work::Leave(element.id));
    }
    Ok(())
}
