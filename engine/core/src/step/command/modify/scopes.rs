//! The scopes around what an instruction starts: the ones that run already, and new ones down to the target.

use crate::command::NewVariable;
use crate::compile::Graph;
use crate::entity::{Activity, Body, ElementInstance, Phase, Position};
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::{Impasse, Misplaced};
use crate::step::behavior::tokens::{self, Branch, Origin};
use crate::step::behavior::{io_mapping, listeners, subscriptions, variables};
use crate::step::context::Step;
use crate::step::element::ad_hoc;
use crate::step::fault::Done;
use casewright_engine_model::model::{ListenerEvent, NodeIndex};
use casewright_engine_value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

/// A running scope, and the scopes that are missing between it and the target, inner ones first.
#[derive(Debug)]
pub(super) struct Around {
    scope: Id,
    missing: Vec<Position>,
}

impl Around {
    pub(super) fn scope(&self) -> Id {
        self.scope
    }

    pub(super) fn missing(&self) -> &[Position] {
        &self.missing
    }

    pub(super) fn is_new(&self) -> bool {
        !self.missing.is_empty()
    }
}

/// Scopes around a position, inner ones first, without the process.
fn path(graph: &Graph, target: Position) -> Vec<Position> {
    let mut path = Vec::new();
    let mut at = match target {
        Position::Process => return path,
        Position::Node(node) => {
            if graph.node(node).loop_characteristics.is_some() {
                path.push(Position::Body(node));
            }
            graph.node(node).parent
        }
        Position::Body(node) => graph.node(node).parent,
    };
    while let Some(parent) = at {
        path.push(Position::Node(parent));
        if graph.node(parent).loop_characteristics.is_some() {
            path.push(Position::Body(parent));
        }
        at = graph.node(parent).parent;
    }
    path
}

/// The innermost scope that has exactly one instance, or the one that is named.
pub(super) fn find(
    step: &Step<'_>,
    graph: &Graph,
    instance: Id,
    target: Position,
    ancestor: Option<Id>,
) -> Done<Around> {
    let path = path(graph, target);
    let around = match ancestor {
        Some(ancestor) => below(step, graph, instance, path, target, ancestor)?,
        None => innermost(step, graph, instance, path)?,
    };
    ensure_concurrency(step, graph, &around)?;
    Ok(around)
}

/// A sequential body has one instance at a time, a sequential ad-hoc subprocess one activity.
fn ensure_concurrency(step: &Step<'_>, graph: &Graph, around: &Around) -> Done {
    let position = step.element(around.scope)?.position;
    let is_full = match position {
        Position::Process => false,
        Position::Body(node) => {
            graph.node(node).loop_characteristics.as_ref().is_some_and(|repeat| repeat.is_sequential)
        }
        Position::Node(_) => {
            graph.ad_hoc(position).is_some_and(|ad_hoc| ad_hoc.is_sequential)
                && ad_hoc::is_busy(step, graph, around.scope)
        }
    };
    if !is_full {
        return Ok(());
    }
    Err(Impasse::Busy(SmolStr::new(name(graph, position))).into())
}

fn below(
    step: &Step<'_>,
    graph: &Graph,
    instance: Id,
    mut path: Vec<Position>,
    target: Position,
    ancestor: Id,
) -> Done<Around> {
    let text = step.state().text(ancestor);
    // A token that has not entered its scope yet is a transition instance, which nothing can be inside of.
    let is_ancestor =
        |element: &&Arc<ElementInstance>| element.phase == Phase::Active && element.activity.place.instance == instance;
    let Some(element) = step.state().element(ancestor).filter(is_ancestor) else {
        return Err(Misplaced::Ancestor(text).into());
    };
    let depth = match element.position {
        Position::Process => Some(path.len()),
        position => path.iter().position(|scope| *scope == position),
    };
    let Some(depth) = depth else {
        return Err(Misplaced::NotAround { ancestor: text, target: SmolStr::new(name(graph, target)) }.into());
    };
    path.truncate(depth);
    Ok(Around { scope: ancestor, missing: path })
}

fn name(graph: &Graph, position: Position) -> &str {
    match position {
        Position::Process => &graph.info.key,
        Position::Body(node) => graph.body_id(node),
        Position::Node(node) => &graph.node(node).id,
    }
}

fn innermost(step: &Step<'_>, graph: &Graph, instance: Id, mut path: Vec<Position>) -> Done<Around> {
    for (depth, scope) in path.iter().enumerate() {
        let mut running = step
            .state()
            .elements()
            .filter(|element| {
                element.activity.place.instance == instance
                    && element.position == *scope
                    && element.phase == Phase::Active
            })
            .map(|element| element.id);
        let Some(one) = running.next() else {
            continue;
        };
        if running.next().is_some() {
            return Err(Impasse::AmbiguousAncestor(SmolStr::new(name(graph, *scope))).into());
        }
        path.truncate(depth);
        return Ok(Around { scope: one, missing: path });
    }
    Ok(Around { scope: instance, missing: path })
}

/// Makes what is missing; the innermost new scope gets the variables. Gives the scope for the target.
pub(super) fn open(step: &mut Step<'_>, graph: &Arc<Graph>, around: Around, given: &[NewVariable]) -> Done<(Id, bool)> {
    let Around { mut scope, mut missing } = around;
    let is_new = !missing.is_empty();
    while let Some(position) = missing.pop() {
        scope = match position {
            Position::Process => scope,
            Position::Body(node) => open_body(step, graph, scope, node)?,
            Position::Node(node) => open_scope(step, graph, scope, node, missing.is_empty(), given)?,
        };
    }
    Ok((scope, is_new))
}

/// A new instance of a subprocess, with the loop around it when it has one.
pub(in crate::step::command) fn open_one(
    step: &mut Step<'_>,
    graph: &Arc<Graph>,
    scope: Id,
    node: NodeIndex,
) -> Done<Id> {
    let is_multi = graph.node(node).loop_characteristics.is_some();
    let scope = if is_multi { open_body(step, graph, scope, node)? } else { scope };
    open_scope(step, graph, scope, node, false, &[])
}

/// Variables of an instruction whose scope was there: local ones belong to the token when it has company.
pub(super) fn give(step: &mut Step<'_>, scope: Id, token: Id, is_shared: bool, given: &[NewVariable]) -> Done {
    for variable in given {
        let target = if variable.local && is_shared { token } else { scope };
        variables::set_unattributed(step, target, variable)?;
    }
    Ok(())
}

/// A new instance of a subprocess without a token inside.
fn open_scope(
    step: &mut Step<'_>,
    graph: &Arc<Graph>,
    scope: Id,
    node: NodeIndex,
    is_innermost: bool,
    given: &[NewVariable],
) -> Done<Id> {
    let is_inner = graph.node(node).loop_characteristics.is_some();
    let mut element = tokens::prepare(step, graph, scope, Position::Node(node), Origin::Placed, Branch::Auto)?;
    if is_inner {
        element.loop_counter = Some(0);
    }
    let id = begin(step, element);
    if is_inner {
        variables::set_local(step, id, "loopCounter", Value::Integer(0))?;
    }
    if !step.skips().io_mappings {
        io_mapping::map_inputs(step, graph, id, node)?;
    }
    if !is_inner {
        subscriptions::create_for_boundaries(step, graph, id, node)?;
    }
    subscriptions::create_for_event_subprocesses(step, graph, id)?;
    if !step.skips().listeners {
        listeners::run(step, graph, id, ListenerEvent::Start)?;
    }
    if is_innermost {
        variables::set_all(step, id, given)?;
    }
    Ok(id)
}

fn open_body(step: &mut Step<'_>, graph: &Arc<Graph>, scope: Id, node: NodeIndex) -> Done<Id> {
    let element = tokens::prepare(step, graph, scope, Position::Body(node), Origin::Placed, Branch::Auto)?;
    let body = begin(step, element);
    tokens::change(step, body, |element| {
        element.body = Some(Body { total: 1, created: 1, completed: 0, active: 1 });
    })?;
    for (name, number) in [("nrOfInstances", 1), ("nrOfCompletedInstances", 0), ("nrOfActiveInstances", 1)] {
        variables::set_local(step, body, name, Value::Integer(number))?;
    }
    subscriptions::create_for_boundaries(step, graph, body, node)?;
    Ok(body)
}

fn begin(step: &mut Step<'_>, mut element: ElementInstance) -> Id {
    let execution = step.next_id();
    element.phase = Phase::Active;
    element.parent_execution = Some(element.activity.place.execution);
    let mut activity = Activity::clone(&element.activity);
    activity.place.execution = execution;
    element.activity = Arc::new(activity);
    let id = element.id;
    step.emit(Event::ActivityStarted { element: Arc::new(element) });
    id
}
