//! Modification: tokens are cancelled and placed by instruction, in the order given (contract 1.1, modification). The same
//! instructions start an instance at arbitrary activities.

use super::{Reply, ensure_active, instance};
use crate::command::{Instruction, Modify, NewVariable};
use crate::compile::Graph;
use crate::entity::{ElementInstance, EndState, Phase, Position};
use crate::event::Event;
use crate::ids::Id;
use crate::outcome::Rejection;
use crate::step::behavior::tokens::{self, Branch, Origin};
use crate::step::behavior::{instances, scopes, subscriptions, variables};
use crate::step::element::multi_instance;
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use casewright_engine_model::model::{FlowIndex, NodeIndex};
use smol_str::SmolStr;
use std::sync::Arc;

pub(crate) fn modify(step: &mut Step<'_>, command: &Modify) -> Done<Reply> {
    instance::find(step, command.instance)?;
    let text = step.state.text(command.instance);
    ensure_active(step, command.instance, &format!("process instance with id '{text}'"))?;
    step.skips = command.skips;
    carry_out(step, command.instance, &command.instructions)?;
    step.settle()?;
    let is_empty = step.state.instance(command.instance).is_some() && !step.state.has_children(command.instance);
    if is_empty {
        instances::terminate(
            step,
            command.instance,
            EndState::ExternallyTerminated,
            Some(Arc::from("Cancellation due to process instance modification")),
        )?;
    }
    Ok(Reply::Done)
}

/// History's start activity of an instance that begins by instructions.
pub(crate) fn first_activity(graph: &Graph, instructions: &[Instruction]) -> Option<SmolStr> {
    instructions.iter().find_map(|instruction| match instruction {
        Instruction::StartBefore { activity, .. } => Some(activity.clone()),
        Instruction::StartAfter { activity, .. } => {
            let node = graph.node(graph.find(activity)?);
            let flow = graph.flow(*node.outgoing.first()?);
            Some(graph.node(flow.target).id.clone())
        }
        Instruction::StartTransition { transition, .. } => {
            let flow = graph.flow(graph.find_flow(transition)?);
            Some(graph.node(flow.target).id.clone())
        }
        Instruction::CancelAll { .. } | Instruction::Cancel { .. } => None,
    })
}

pub(crate) fn carry_out(step: &mut Step<'_>, instance: Id, instructions: &[Instruction]) -> Done {
    for instruction in instructions {
        if step.state.instance(instance).is_none() {
            return Ok(());
        }
        match instruction {
            Instruction::StartBefore { activity, ancestor, variables } => {
                start_before(step, instance, activity, *ancestor, variables)?
            }
            Instruction::StartAfter { activity, ancestor, variables } => {
                start_after(step, instance, activity, *ancestor, variables)?
            }
            Instruction::StartTransition { transition, ancestor, variables } => {
                start_transition(step, instance, transition, *ancestor, variables)?
            }
            Instruction::CancelAll { activity } => cancel_all(step, instance, activity)?,
            Instruction::Cancel { element } => cancel(step, *element)?,
        }
        // What is placed runs to its wait state before the next instruction, as in Camunda 7.
        step.settle()?;
    }
    Ok(())
}

fn graph_of(step: &mut Step<'_>, instance: Id) -> Done<Arc<Graph>> {
    let process = step.element(instance)?;
    step.graph_of(&process)
}

fn start_before(
    step: &mut Step<'_>,
    instance: Id,
    activity: &SmolStr,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done {
    let graph = graph_of(step, instance)?;
    let (id, wants_body) = match activity.strip_suffix("#multiInstanceBody") {
        Some(id) => (id, true),
        None => (activity.as_str(), false),
    };
    let node = graph.find(id).ok_or_else(|| {
        Rejection::NotValid(format!(
            "Cannot perform instruction: Start before activity '{activity}'; Activity '{activity}' does not exist: activity is null"
        ))
    })?;
    let scope = ensure_scope(step, &graph, instance, node, ancestor, given)?;
    let inner_of = if wants_body { None } else { body_of(step, scope, node) };
    if let Some(body) = inner_of {
        return one_more(step, &graph, body, node);
    }
    if graph.is_event_subprocess(node) {
        let token = tokens::place(step, &graph, scope, Position::Node(node), Origin::Placed, Branch::Auto)?;
        step.push(Work::Arrive(token));
        return Ok(());
    }
    interrupt_for_start(step, &graph, scope, node)?;
    tokens::place_and_arrive(step, &graph, scope, node, Branch::Auto).map(drop)
}

/// Starting at the start event of an interrupting event subprocess does what its trigger would have done; its instance is
/// there already.
fn interrupt_for_start(step: &mut Step<'_>, graph: &Graph, scope: Id, node: NodeIndex) -> Done {
    let Some(event) = graph.event_subprocess_of(node) else {
        return Ok(());
    };
    let Some(around) = step.element(scope)?.scope else {
        return Ok(());
    };
    if event.is_interrupting {
        subscriptions::withdraw_event_subprocesses(step, graph, around);
        scopes::cancel_children(step, around, Some(scope))?;
    }
    Ok(())
}

fn start_after(
    step: &mut Step<'_>,
    instance: Id,
    activity: &SmolStr,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done {
    let graph = graph_of(step, instance)?;
    let describe = format!("Cannot perform instruction: Start after activity '{activity}'");
    let node = graph.find(activity).ok_or_else(|| {
        Rejection::NotValid(format!("{describe}; Activity '{activity}' does not exist: activity is null"))
    })?;
    match graph.node(node).outgoing.as_slice() {
        [flow] => take(step, &graph, instance, *flow, ancestor, given),
        [] => {
            let scope = ensure_scope(step, &graph, instance, node, ancestor, given)?;
            scopes::complete_if_empty(step, scope)
        }
        _ => Err(Rejection::Engine(format!("{describe}; activity has more than one outgoing sequence flow")).into()),
    }
}

fn start_transition(
    step: &mut Step<'_>,
    instance: Id,
    transition: &SmolStr,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done {
    let graph = graph_of(step, instance)?;
    let flow = graph.find_flow(transition).ok_or_else(|| {
        Rejection::NotValid(format!(
            "Cannot perform instruction: Start transition '{transition}'; transition '{transition}' does not exist: transition is null"
        ))
    })?;
    take(step, &graph, instance, flow, ancestor, given)
}

fn take(
    step: &mut Step<'_>,
    graph: &Arc<Graph>,
    instance: Id,
    flow: FlowIndex,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done {
    let target = graph.flow(flow).target;
    let scope = ensure_scope(step, graph, instance, target, ancestor, given)?;
    crate::step::behavior::flows::take(step, graph, scope, &[flow], None)
}

/// The scope instance in which to place a token for `node`: the existing one, the one named, or new ones down to it.
/// Instances of a new scope get the variables that are meant for it.
fn ensure_scope(
    step: &mut Step<'_>,
    graph: &Arc<Graph>,
    instance: Id,
    node: NodeIndex,
    ancestor: Option<Id>,
    given: &[NewVariable],
) -> Done<Id> {
    let mut path = Vec::new();
    let mut at = graph.node(node).parent;
    while let Some(parent) = at {
        path.push(parent);
        at = graph.node(parent).parent;
    }
    let (mut scope, mut missing) = match ancestor {
        Some(ancestor) => {
            let element = step.element(ancestor)?;
            let depth = match element.node() {
                None => path.len(),
                Some(node) => path.iter().position(|parent| *parent == node).ok_or_else(|| {
                    Rejection::NotValid(format!(
                        "Cannot perform instruction: the ancestor activity instance '{}' does not contain activity '{}'",
                        step.state.text(ancestor),
                        graph.node(node).id
                    ))
                })?,
            };
            (ancestor, path[..depth].to_vec())
        }
        None => innermost(step, graph, instance, &path)?,
    };
    let is_existing = missing.is_empty();
    if is_existing {
        variables_for_existing(step, scope, given)?;
    }
    while let Some(parent) = missing.pop() {
        scope = open(step, graph, scope, parent)?;
        if missing.is_empty() {
            variables_for_existing(step, scope, given)?;
        }
    }
    Ok(scope)
}

fn variables_for_existing(step: &mut Step<'_>, scope: Id, given: &[NewVariable]) -> Done {
    variables::set_all(step, scope, given)
}

/// The innermost scope of `path` (inner first) that has exactly one instance, and what is missing below it.
fn innermost(step: &Step<'_>, graph: &Graph, instance: Id, path: &[NodeIndex]) -> Done<(Id, Vec<NodeIndex>)> {
    for (depth, parent) in path.iter().enumerate() {
        let instances: Vec<Id> = step
            .state
            .elements()
            .filter(|element| {
                element.activity.place.instance == instance
                    && element.position == Position::Node(*parent)
                    && element.phase == Phase::Active
            })
            .map(|element| element.id)
            .collect();
        match instances.as_slice() {
            [] => {}
            [one] => return Ok((*one, path[..depth].to_vec())),
            _ => {
                return Err(Rejection::Engine(format!(
                    "Ancestor activity execution is ambiguous for activity {}: there is more than one instance of '{}'",
                    graph.node(*parent).id,
                    graph.node(*parent).id
                ))
                .into());
            }
        }
    }
    Ok((instance, path.to_vec()))
}

/// A new instance of a subprocess without a token inside.
pub(super) fn open(step: &mut Step<'_>, graph: &Arc<Graph>, scope: Id, node: NodeIndex) -> Done<Id> {
    use casewright_engine_model::model::ListenerEvent;
    let is_multi = graph.node(node).loop_characteristics.is_some();
    let scope = if is_multi { open_body(step, graph, scope, node)? } else { scope };
    let mut element = tokens::prepare(step, graph, scope, Position::Node(node), Origin::Placed, Branch::Auto)?;
    if is_multi {
        element.loop_counter = Some(0);
    }
    let id = begin(step, element);
    if is_multi {
        variables::set_local(step, id, "loopCounter", casewright_engine_value::Value::Integer(0))?;
    }
    if !step.skips.io_mappings {
        crate::step::behavior::io_mapping::map_inputs(step, graph, id, node)?;
    }
    if !is_multi {
        subscriptions::create_for_boundaries(step, graph, id, node)?;
    }
    subscriptions::create_for_event_subprocesses(step, graph, id)?;
    if !step.skips.listeners {
        crate::step::behavior::listeners::run(step, graph, id, ListenerEvent::Start)?;
    }
    Ok(id)
}

fn open_body(step: &mut Step<'_>, graph: &Arc<Graph>, scope: Id, node: NodeIndex) -> Done<Id> {
    use casewright_engine_value::Value;
    let element = tokens::prepare(step, graph, scope, Position::Body(node), Origin::Placed, Branch::Auto)?;
    let body = begin(step, element);
    tokens::change(step, body, |element| {
        element.body = Some(crate::entity::Body { total: 1, created: 1, completed: 0, active: 1 });
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
    let mut activity = crate::entity::Activity::clone(&element.activity);
    activity.place.execution = execution;
    element.activity = Arc::new(activity);
    let id = element.id;
    step.emit(Event::ActivityStarted { element: Arc::new(element) });
    id
}

/// The running body of a multi-instance activity in this scope.
fn body_of(step: &Step<'_>, scope: Id, node: NodeIndex) -> Option<Id> {
    step.state.children(scope).find(|child| {
        step.state
            .element(*child)
            .is_some_and(|element| element.position == Position::Body(node) && element.body.is_some())
    })
}

fn one_more(step: &mut Step<'_>, graph: &Graph, body: Id, node: NodeIndex) -> Done {
    use casewright_engine_value::Value;
    let Some(repeat) = &graph.node(node).loop_characteristics else {
        return Ok(());
    };
    if repeat.is_sequential && step.state.has_children(body) {
        return Err(Rejection::Engine(
            "Concurrent instantiation not possible for activities in scope of a sequential multi-instance body"
                .to_owned(),
        )
        .into());
    }
    let mut counter = 0;
    tokens::change(step, body, |element| {
        if let Some(counts) = &mut element.body {
            counter = counts.total;
            counts.total += 1;
            counts.created += 1;
            counts.active += 1;
        }
    })?;
    for name in ["nrOfInstances", "nrOfActiveInstances"] {
        let raised = match variables::get_local(step, body, name) {
            Some(Value::Integer(number)) => number + 1,
            _ => continue,
        };
        variables::set_local(step, body, name, Value::Integer(raised))?;
    }
    let inner = multi_instance::create(step, graph, body, node, repeat, counter, None)?;
    step.push(Work::Arrive(inner));
    Ok(())
}

fn cancel_all(step: &mut Step<'_>, instance: Id, activity: &SmolStr) -> Done {
    let graph = graph_of(step, instance)?;
    let id = activity.strip_suffix("#multiInstanceBody").unwrap_or(activity);
    if graph.find(id).is_none() {
        return Err(Rejection::NotValid(format!(
            "Cannot perform instruction: Cancel all instances of activity '{activity}'; Activity '{activity}' does not exist: activity is null"
        ))
        .into());
    }
    let found: Vec<Id> = step
        .state
        .elements()
        .filter(|element| {
            let place = &element.activity.place;
            place.instance == instance && place.activity_id == *activity
        })
        .map(|element| element.id)
        .collect();
    for id in found {
        if step.state.element(id).is_some() {
            cancel(step, id)?;
        }
    }
    Ok(())
}

/// Cancels an activity or transition instance, and the scopes around it that become empty by that.
fn cancel(step: &mut Step<'_>, id: Id) -> Done {
    let Some(element) = step.state.element(id).cloned() else {
        return Err(Rejection::NotValid(format!(
            "Cannot perform instruction: Cancel activity instance '{}'; activityInstance is null",
            step.state.text(id)
        ))
        .into());
    };
    let cause = scopes::Cause::Interrupted;
    if element.scope.is_none() {
        let reason = Some(Arc::from("Cancellation due to process instance modification"));
        return instances::terminate(step, id, EndState::ExternallyTerminated, reason);
    }
    scopes::cancel(step, id, &cause)?;
    let mut at = element.scope;
    while let Some(scope) = at {
        let Some(around) = step.state.element(scope).cloned() else {
            return Ok(());
        };
        // The process itself stays until all instructions are carried out: a later one may place a token.
        if step.state.has_children(scope) || around.scope.is_none() {
            return Ok(());
        }
        scopes::cancel(step, scope, &cause)?;
        at = around.scope;
    }
    Ok(())
}
