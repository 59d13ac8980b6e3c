//! Can this instance follow the plan? Everything that waits must be mapped to something that can wait the same way.

use super::{Route, Target};
use crate::compile::Graph;
use crate::entity::{ElementInstance, Phase, Position, Waiting};
use crate::ids::{Id, activity_instance_id};
use crate::migration::{InstanceFault, InstanceReport, StuckInstance, is_supported};
use crate::step::context::Step;

pub(super) fn verify(step: &Step<'_>, route: &Route, instance: Id) -> InstanceReport {
    let mut report = InstanceReport { instance: step.state().text(instance), ..InstanceReport::default() };
    for element in step.state().elements().filter(|element| element.activity.place.instance == instance) {
        let target = route.target(element.position);
        let is_transition = matches!(element.phase, Phase::Arriving | Phase::Leaving);
        let failures = if is_transition {
            transition_failures(route, element, target)
        } else {
            activity_failures(step, route, element, target)
        };
        if failures.is_empty() {
            continue;
        }
        let text = step.state().text(element.id);
        let place = &element.activity.place;
        let stuck = StuckInstance {
            id: if is_transition { text } else { activity_instance_id(place.spelled(), &text) },
            scope: place.activity_id.clone(),
            instruction: target.and_then(|target| target.instruction.clone()),
            failures,
        };
        if is_transition {
            report.transitions.push(stuck);
        } else {
            report.activities.push(stuck);
        }
    }
    report.failures.extend(lost_compensations(step, route, instance));
    report
}

fn activity_failures(
    step: &Step<'_>,
    route: &Route,
    element: &ElementInstance,
    target: Option<&Target>,
) -> Vec<InstanceFault> {
    if element.phase == Phase::Compensating || matches!(element.waiting, Some(Waiting::Compensation { .. })) {
        return vec![InstanceFault::Unsupported];
    }
    match target {
        Some(_) if !is_supported(&route.from, element.position) => vec![InstanceFault::Unsupported],
        Some(_) => Vec::new(),
        // A scope with something inside may be left, a leaf may not.
        None if step.state().has_children(element.id) => Vec::new(),
        None => vec![InstanceFault::Unmapped],
    }
}

fn transition_failures(route: &Route, element: &ElementInstance, target: Option<&Target>) -> Vec<InstanceFault> {
    let Some(target) = target else {
        return vec![InstanceFault::Unmapped];
    };
    let (before, after) = async_marks(&route.to, target.position);
    match element.phase {
        Phase::Arriving if !before => vec![InstanceFault::NotAsyncBefore],
        Phase::Leaving if !after => vec![InstanceFault::NotAsyncAfter],
        Phase::Leaving if !is_way_out_known(route, element, target.position) => vec![InstanceFault::NoWayOut],
        _ => Vec::new(),
    }
}

fn async_marks(graph: &Graph, position: Position) -> (bool, bool) {
    match position {
        Position::Process => (false, false),
        Position::Body(node) => (graph.node(node).async_before, graph.node(node).async_after),
        Position::Node(node) => {
            let node = graph.node(node);
            node.loop_characteristics
                .as_ref()
                .map_or((node.async_before, node.async_after), |repeat| (repeat.async_before, repeat.async_after))
        }
    }
}

fn is_way_out_known(route: &Route, element: &ElementInstance, target: Position) -> bool {
    let Some(Waiting::Leave { flows }) = &element.waiting else {
        return true;
    };
    let outgoing = match target {
        Position::Process => 0,
        Position::Body(node) | Position::Node(node) => route.to.node(node).outgoing.len(),
    };
    outgoing <= 1 || flows.iter().all(|flow| route.to.find_flow(&route.from.flow(*flow).id).is_some())
}

/// Completed activities whose handler the target does not have.
fn lost_compensations(step: &Step<'_>, route: &Route, instance: Id) -> Vec<InstanceFault> {
    step.state()
        .compensations()
        .filter(|record| record.place.instance == instance)
        .filter(|record| super::relocate::compensation_nodes(route, record).is_none())
        .map(|record| InstanceFault::Compensation(route.from.node(record.activity).id.clone()))
        .collect()
}
