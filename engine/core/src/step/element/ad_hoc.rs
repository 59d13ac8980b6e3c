//! Ad-hoc subprocesses: what is inside and has no incoming flow is started by hand, as often as wanted (BPMN 2.0.2,
//! sections 10.3.5 and 13.3.5). Whenever an activity inside completes, and when nothing is left inside, the completion
//! condition decides whether the subprocess completes; without one it completes when nothing is left inside.

use super::hooks::{At, Element, Next, Progress, Remains, Then, Token};
use crate::compile::Graph;
use crate::entity::{ElementInstance, Phase, Position, Waiting};
use crate::ids::Id;
use crate::rejection::{Failure, Misplaced};
use crate::step::behavior::{scopes, tokens};
use crate::step::context::Step;
use crate::step::evaluation::{Context, as_text};
use crate::step::fault::Done;
use casewright_engine_model::Family;
use casewright_engine_model::model::{AdHoc, Condition, NodeIndex};
use casewright_engine_value::Value;
use smol_str::SmolStr;

impl Element for AdHoc {
    /// Waits to be told what to start, unless the model says so itself.
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        let Some(text) = &self.active_elements else {
            return Ok(Then::Waits);
        };
        let activities = match step.evaluate(Context::of(at.id), text)? {
            Value::Null => Vec::new(),
            Value::List(items) => items.iter().filter_map(as_text).collect(),
            other => {
                return Err(Failure::ActiveElements(other.type_name()).into());
            }
        };
        start(step, at.graph, at.id, &activities)?;
        Ok(Then::Waits)
    }

    /// An activity inside has completed: its token ends with that when the subprocess is done or starts nothing more.
    fn child_completed(
        &self,
        step: &mut Step<'_>,
        scope: At<'_>,
        child: &ElementInstance,
        next: &Next,
        _progress: Progress,
    ) -> Done<Token> {
        let is_activity =
            child.node().is_some_and(|node| scope.graph.node(node).kind.facts().family == Family::Activity);
        if !is_activity || !next.leads_on() && !step.state().has_children(scope.id) {
            // Nothing is left: that asks by itself.
            return Ok(Token::GoesOn);
        }
        let is_ending = step.element(scope.id)?.waiting == Some(Waiting::Remaining);
        if !is_ending && !is_satisfied(step, scope.id, self)? {
            return Ok(Token::GoesOn);
        }
        if self.cancels_remaining {
            scopes::cancel_children(step, scope.id, None)?;
        }
        if step.state().has_children(scope.id) {
            starts_nothing_more(step, scope.id)?;
        } else {
            step.leave(scope.id);
        }
        Ok(Token::Ends)
    }

    /// It may be empty: something else can be started in it.
    fn child_cancelled(&self, step: &mut Step<'_>, scope: At<'_>) -> Done<Remains> {
        let instance = step.element(scope.id)?;
        if step.state().has_children(scope.id) {
            return Ok(Remains::Stays);
        }
        if instance.phase != Phase::Active {
            return Ok(Remains::Goes);
        }
        if instance.waiting == Some(Waiting::Remaining) {
            step.leave(scope.id);
        }
        Ok(Remains::Stays)
    }

    /// Nothing is left inside: the subprocess completes, or waits for what is started next.
    fn emptied(&self, step: &mut Step<'_>, scope: At<'_>) -> Done<Then> {
        let is_done = step.element(scope.id)?.waiting == Some(Waiting::Remaining)
            || self.completion_condition.is_none()
            || is_satisfied(step, scope.id, self)?;
        Ok(if is_done { Then::Leaves } else { Then::Waits })
    }

    /// Nobody starts anything in it any more: it completes with what interrupted it.
    fn interrupted(&self, step: &mut Step<'_>, scope: At<'_>) -> Done {
        starts_nothing_more(step, scope.id)
    }
}

fn starts_nothing_more(step: &mut Step<'_>, id: Id) -> Done {
    tokens::change(step, id, |element| element.waiting = Some(Waiting::Remaining))
}

/// Starts activities inside the ad-hoc subprocess `id`.
pub(crate) fn start(step: &mut Step<'_>, graph: &Graph, id: Id, activities: &[SmolStr]) -> Done {
    let element = step.element(id)?;
    let is_active = element.phase == Phase::Active;
    let (Position::Node(node), Some(ad_hoc), true) = (element.position, graph.ad_hoc(element.position), is_active)
    else {
        return Err(Misplaced::NotAdHoc(step.state().text(id)).into());
    };
    if element.waiting == Some(Waiting::Remaining) {
        return Err(Misplaced::AdHocDone(graph.node(node).id.clone()).into());
    }
    if ad_hoc.is_sequential && (activities.len() > 1 || !activities.is_empty() && is_busy(step, graph, id)) {
        return Err(Misplaced::AdHocSequential(graph.node(node).id.clone()).into());
    }
    let chosen = activities.iter().map(|activity| enabled(graph, node, activity)).collect::<Done<Vec<_>>>()?;
    let mut placed = Vec::with_capacity(chosen.len());
    for target in chosen {
        let position = tokens::position_of(graph, target);
        let branch = tokens::Branch::Auto;
        placed.push(tokens::place(step, graph, id, position, tokens::Origin::Placed, branch)?);
    }
    for token in placed.into_iter().rev() {
        step.arrive(token);
    }
    Ok(())
}

fn enabled(graph: &Graph, node: NodeIndex, activity: &SmolStr) -> Done<NodeIndex> {
    graph.startable_in(node).find(|index| graph.node(*index).id == *activity).ok_or_else(|| {
        let sub_process = graph.node(node).id.clone();
        Misplaced::NotStartable { sub_process, activity: activity.clone() }.into()
    })
}

/// Event subprocesses run beside the order of the others.
pub(crate) fn is_busy(step: &Step<'_>, graph: &Graph, scope: Id) -> bool {
    let mut inside = step.state().children(scope).filter_map(|child| step.state().element(child));
    inside.any(|child| child.node().is_some_and(|node| !graph.is_event_subprocess(node)))
}

fn is_satisfied(step: &mut Step<'_>, scope: Id, ad_hoc: &AdHoc) -> Done<bool> {
    match &ad_hoc.completion_condition {
        None => Ok(false),
        Some(text) => step.evaluate_condition(Context::of(scope), &Condition::Expression(text.clone())),
    }
}
