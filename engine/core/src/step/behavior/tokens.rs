//! Puts tokens in front of elements, and decides on which execution they run.
//!
//! A token that is alone in its scope runs on the scope's own execution; concurrent ones get executions of their own.

use crate::compile::Graph;
use crate::entity::{Activity, ElementInstance, Phase, Place, Position};
use crate::event::Event;
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::{FlowIndex, NodeIndex};
use std::sync::Arc;

/// How a token comes to stand where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    Flow(FlowIndex),
    Placed,
}

/// The execution a new token gets.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Branch {
    /// Its scope's own when it is alone there, else a new one.
    Auto,
    /// That of the token it continues, unless it is alone by now.
    Continue(Option<Id>),
    /// That of the token it continues: siblings are still to come.
    Keep(Id),
    /// A new one: siblings are still to come.
    New,
}

/// A new token in front of `node`, inside `scope`. It has not arrived: [`Step::arrive`] is for that.
pub(crate) fn place(
    step: &mut Step<'_>,
    graph: &Graph,
    scope: Id,
    position: Position,
    origin: Origin,
    branch: Branch,
) -> Done<Id> {
    let element = prepare(step, graph, scope, position, origin, branch)?;
    let id = element.id;
    let element = Arc::new(element);
    step.emit(match origin {
        Origin::Flow(flow) => Event::FlowTaken { flow: graph.flow(flow).id.clone(), element },
        Origin::Placed => Event::TokenPlaced { element },
    });
    Ok(id)
}

/// A token that arrives next.
pub(crate) fn place_and_arrive(
    step: &mut Step<'_>,
    graph: &Graph,
    scope: Id,
    node: NodeIndex,
    branch: Branch,
) -> Done<Id> {
    let id = place(step, graph, scope, position_of(graph, node), Origin::Placed, branch)?;
    step.arrive(id);
    Ok(id)
}

/// The body around it when the node is multi-instance.
pub(crate) fn position_of(graph: &Graph, node: NodeIndex) -> Position {
    if graph.node(node).loop_characteristics.is_some() { Position::Body(node) } else { Position::Node(node) }
}

/// The element instance without an event: for callers that emit their own.
pub(crate) fn prepare(
    step: &mut Step<'_>,
    graph: &Graph,
    scope: Id,
    position: Position,
    origin: Origin,
    branch: Branch,
) -> Done<ElementInstance> {
    let parent = step.element(scope)?;
    let scope_execution = parent.activity.place.execution;
    let is_alone = !step.state().has_children(scope);
    let branch = match branch {
        Branch::Auto | Branch::Continue(_) if is_alone => None,
        Branch::Continue(Some(branch)) | Branch::Keep(branch) => Some(branch),
        Branch::Auto | Branch::Continue(None) | Branch::New => Some(step.next_id()),
    };
    let (node, activity_id, activity_type) = match position {
        Position::Process => (None, graph.info.key.clone(), smol_str::SmolStr::new_static("processDefinition")),
        Position::Body(node) => {
            (Some(node), graph.body_id(node).clone(), smol_str::SmolStr::new_static("multiInstanceBody"))
        }
        Position::Node(node) => (Some(node), graph.node(node).id.clone(), graph.activity_type(node).clone()),
    };
    let id = step.next_id();
    Ok(ElementInstance {
        id,
        position,
        phase: Phase::Arriving,
        scope: Some(scope),
        activity: Arc::new(Activity {
            place: Place {
                instance: parent.activity.place.instance,
                definition: Arc::clone(&graph.definition),
                element: id,
                execution: branch.unwrap_or(scope_execution),
                activity_id,
                named: None,
            },
            parent: Some(scope),
            parent_activity_id: Some(parent.activity.place.activity_id.clone()),
            activity_type,
            activity_name: node.and_then(|node| graph.name(node).cloned()),
            started: step.env.now,
        }),
        branch,
        parent_execution: branch.map(|_| scope_execution),
        flow: match origin {
            Origin::Flow(flow) => Some(flow),
            Origin::Placed => None,
        },
        called: None,
        task: None,
        external_task: None,
        body: None,
        loop_counter: None,
        waiting: None,
        compensating_for: None,
        resetting: Vec::new(),
    })
}

/// Changes an element instance by a function on a copy of it.
pub(crate) fn change(step: &mut Step<'_>, id: Id, change: impl FnOnce(&mut ElementInstance)) -> Done {
    let mut element = ElementInstance::clone(&*step.element(id)?);
    change(&mut element);
    step.emit(Event::ElementChanged { element: Arc::new(element) });
    Ok(())
}
