//! Everything that belongs to the moving element instances, as it is in the target definition.

use super::Route;
use super::place::Moving;
use crate::entity::{
    Activity, Compensation, ElementInstance, ExternalTask, Holder, Incident, Job, JobKind, Place, Position,
    ProcessInstance, Resetting, Subscription, Undo, UserTask, Variable, Waiting,
};
use crate::event::Moved;
use crate::ids::Id;
use crate::step::context::Step;
use casewright_engine_model::model::{FlowIndex, NodeIndex};
use smol_str::SmolStr;
use std::sync::Arc;

pub(super) struct Relocated {
    pub(super) instance: ProcessInstance,
    pub(super) entities: Moved,
}

pub(super) fn relocate(step: &Step<'_>, route: &Route, moving: &Moving) -> Relocated {
    let state = &step.state();
    let mut entities = Moved::default();
    for (element, target) in &moving.elements {
        let (Some(target), Some(place)) = (target, moving.place(element.id)) else {
            continue;
        };
        entities.elements.push(Arc::new(relocated_element(route, element, target.position, place)));
        for variable in state.local_variables(element.id).into_iter().flatten().map(|(_, variable)| variable) {
            let variable = Variable { place: Arc::clone(place), ..Variable::clone(variable) };
            entities.variables.push((Holder::Element(element.id), Arc::new(variable)));
        }
        for job in state.jobs_of(element.id) {
            entities.jobs.push(Arc::new(relocated_job(route, job, place, target.position)));
        }
        for subscription in state.subscriptions_of(element.id) {
            let node = trigger_target(route, element.position, target.position, subscription.node)
                .unwrap_or(subscription.node);
            let place = event_place(route, place, node);
            entities.subscriptions.push(Arc::new(Subscription { place, node, ..Subscription::clone(subscription) }));
        }
    }
    for task in state.tasks() {
        let Some(place) = moving.place(task.place.element) else {
            continue;
        };
        entities.tasks.push(Arc::new(UserTask { place: Place::clone(place), ..task.clone() }));
        for variable in state.local_variables(task.id).into_iter().flatten().map(|(_, variable)| variable) {
            let variable = Variable { place: Arc::clone(place), ..Variable::clone(variable) };
            entities.variables.push((Holder::Task(task.id), Arc::new(variable)));
        }
    }
    for task in state.external_tasks() {
        if let Some(place) = moving.place(task.place.element) {
            entities.external_tasks.push(Arc::new(ExternalTask { place: Place::clone(place), ..task.clone() }));
        }
    }
    for incident in state.incidents() {
        if let Some(place) = moving.place(incident.place.element) {
            let own = state.element(incident.place.element).map(|element| &element.activity.place.activity_id);
            let activity_id = if own == Some(&incident.place.activity_id) {
                place.activity_id.clone()
            } else {
                renamed(route, &incident.place.activity_id)
            };
            let place = Place { activity_id, ..Place::clone(place) };
            entities.incidents.push(Arc::new(Incident { place, ..incident.clone() }));
        }
    }
    entities.compensations.extend(compensations(step, route, moving.instance));
    let instance = state.instance(moving.instance).map(|instance| ProcessInstance::clone(instance));
    Relocated { instance: instance.expect("the instance exists: found before"), entities }
}

fn relocated_element(route: &Route, element: &ElementInstance, position: Position, place: &Place) -> ElementInstance {
    let (activity_type, activity_name) = match position {
        Position::Process => (element.activity.activity_type.clone(), route.to.process.name.as_deref().map(Arc::from)),
        Position::Body(node) => (element.activity.activity_type.clone(), route.to.name(node).cloned()),
        Position::Node(node) => (route.to.activity_type(node).clone(), route.to.name(node).cloned()),
    };
    let is_multi = matches!(position, Position::Node(node) if route.to.node(node).loop_characteristics.is_some());
    ElementInstance {
        position,
        flow: element.flow.and_then(|flow| same_flow(route, flow)),
        waiting: element.waiting.as_ref().map(|waiting| relocated_waiting(route, waiting, position)),
        loop_counter: element.loop_counter.filter(|_| is_multi),
        resetting: element.resetting.iter().filter_map(|resetting| relocated_resetting(route, resetting)).collect(),
        activity: Arc::new(Activity {
            place: place.clone(),
            activity_type,
            activity_name,
            ..Activity::clone(&element.activity)
        }),
        ..element.clone()
    }
}

/// A gateway that is not there any more waits for nothing.
fn relocated_resetting(route: &Route, resetting: &Resetting) -> Option<Resetting> {
    let gateway = route.to.find(&route.from.node(resetting.gateway).id)?;
    let is_complex = route.to.scope(route.to.node(gateway).parent).complex_gateways.contains(&gateway);
    let consumed = resetting.consumed.iter().filter_map(|flow| same_flow(route, *flow)).collect();
    is_complex.then_some(Resetting { gateway, consumed })
}

fn same_flow(route: &Route, flow: FlowIndex) -> Option<FlowIndex> {
    route.to.find_flow(&route.from.flow(flow).id)
}

fn relocated_waiting(route: &Route, waiting: &Waiting, position: Position) -> Waiting {
    let Waiting::Leave { flows } = waiting else {
        return waiting.clone();
    };
    let outgoing = match position {
        Position::Process => Vec::new(),
        Position::Body(node) | Position::Node(node) => route.to.node(node).outgoing.clone(),
    };
    let flows = if outgoing.len() <= 1 && !flows.is_empty() {
        outgoing
    } else {
        flows.iter().filter_map(|flow| same_flow(route, *flow)).collect()
    };
    Waiting::Leave { flows }
}

fn relocated_job(route: &Route, job: &Job, place: &Place, target: Position) -> Job {
    let moved = |node: NodeIndex| trigger_target(route, Position::Process, target, node).unwrap_or(node);
    let (kind, place) = match &job.kind {
        JobKind::AsyncBefore | JobKind::AsyncAfter | JobKind::TaskTimeout { .. } | JobKind::FurtherInstances { .. } => {
            (job.kind.clone(), place.clone())
        }
        JobKind::TimerCatch { node } => {
            let node = route.own_node(target, *node);
            (JobKind::TimerCatch { node }, event_place(route, place, node))
        }
        JobKind::TimerBoundary { node } => {
            let node = moved(*node);
            (JobKind::TimerBoundary { node }, event_place(route, place, node))
        }
        JobKind::TimerStart { node } => {
            let node = moved(*node);
            (JobKind::TimerStart { node }, event_place(route, place, node))
        }
    };
    Job { kind, place, ..job.clone() }
}

impl Route {
    /// The node of a catching event that waits by itself, or behind an event-based gateway.
    fn own_node(&self, target: Position, source: NodeIndex) -> NodeIndex {
        let mapped = self.target(Position::Node(source)).map(|target| target.position);
        match (mapped, target) {
            (Some(Position::Node(node)), _) | (_, Position::Node(node)) => node,
            _ => source,
        }
    }
}

/// Which node of the target a trigger of the source waits for: the element's own, or one that the plan maps.
pub(super) fn trigger_target(
    route: &Route,
    source: Position,
    target: Position,
    trigger: NodeIndex,
) -> Option<NodeIndex> {
    match (source, target) {
        (Position::Node(own), Position::Node(node)) if own == trigger => Some(node),
        _ => match route.target(Position::Node(trigger)).map(|target| target.position) {
            Some(Position::Node(node)) => Some(node),
            _ => None,
        },
    }
}

fn event_place(route: &Route, owner: &Place, node: NodeIndex) -> Place {
    Place { activity_id: route.to.node(node).id.clone(), ..owner.clone() }
}

fn renamed(route: &Route, activity_id: &SmolStr) -> SmolStr {
    let target = route.from.find(activity_id).and_then(|node| route.target(Position::Node(node)));
    match target.map(|target| target.position) {
        Some(Position::Node(node)) => route.to.node(node).id.clone(),
        _ => activity_id.clone(),
    }
}

fn compensations(step: &Step<'_>, route: &Route, instance: Id) -> Vec<Arc<Compensation>> {
    step.state()
        .compensations()
        .filter(|record| record.place.instance == instance)
        .filter_map(|record| {
            let (activity, undo) = compensation_nodes(route, record)?;
            let activity_id = renamed(route, &record.place.activity_id);
            let definition = Arc::clone(&route.to.definition);
            let place = Place { activity_id, definition, ..record.place.clone() };
            Some(Arc::new(Compensation { activity, undo, place, ..record.clone() }))
        })
        .collect()
}

/// The completed activity and what undoes it, in the target: as the plan maps them, else by the same id.
pub(super) fn compensation_nodes(route: &Route, record: &Compensation) -> Option<(NodeIndex, Undo)> {
    let node = |source: NodeIndex| match route.target(Position::Node(source)).map(|target| target.position) {
        Some(Position::Node(node)) => Some(node),
        Some(_) => None,
        None => route.to.find(&route.from.node(source).id),
    };
    let undo = match &record.undo {
        Undo::Handler(handler) => Undo::Handler(node(*handler)?),
        Undo::Scope { position, variables } => {
            let position = match position {
                Position::Process => Position::Process,
                Position::Body(inner) => Position::Body(node(*inner)?),
                Position::Node(inner) => Position::Node(node(*inner)?),
            };
            Undo::Scope { position, variables: variables.clone() }
        }
    };
    Some((node(record.activity)?, undo))
}
