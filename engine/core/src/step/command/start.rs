//! Starting a root process instance: at its none start event, at a start event that was triggered, or by instructions.

use super::{Reply, modify};
use crate::command::StartInstance;
use crate::compile::Graph;
use crate::ids::Id;
use crate::rejection::{Impasse, Misplaced, WrongRequest};
use crate::step::behavior::instances::{self, Start};
use crate::step::behavior::variables;
use crate::step::context::Step;
use crate::step::fault::Done;
use crate::step::lifecycle::begin_at;
use casewright_engine_model::model::NodeIndex;

pub(crate) fn start(step: &mut Step<'_>, command: &StartInstance) -> Done<Reply> {
    if step.state().instance(Id::ROOT).is_some() {
        return Err(WrongRequest::StartedAlready(command.prefix.root()).into());
    }
    step.name_root(command.prefix);
    step.skip(command.skips);
    let graph = step.graph(&command.definition)?;
    let at = start_event(&graph, command)?;
    let start_activity_id =
        at.map(|node| graph.node(node).id.clone()).or_else(|| modify::first_activity(&graph, &command.instructions));
    let instance = instances::start(
        step,
        &graph,
        Start {
            prefix: Some(command.prefix),
            business_key: command.business_key.clone(),
            case_instance_id: command.case_instance_id.clone(),
            super_element: None,
            super_instance: None,
            start_activity_id,
            restarted_from: command.restarted_from.clone(),
            variables: &command.variables,
        },
    )?;
    match at {
        Some(node) => {
            // A start event has no execution of its own.
            variables::set_all_local(step, instance, &command.start_event_variables)?;
            begin_at(step, instance, node)?;
        }
        None => modify::carry_out(step, instance, &command.instructions)?,
    }
    Ok(Reply::Started(instance))
}

/// None: instructions say where.
fn start_event(graph: &Graph, command: &StartInstance) -> Done<Option<NodeIndex>> {
    if !command.instructions.is_empty() {
        return Ok(None);
    }
    if let Some(id) = &command.start_event {
        return graph
            .find(id)
            .map(Some)
            .ok_or_else(|| Misplaced::StartEvent { event: id.clone(), definition: graph.info.id.clone() }.into());
    }
    graph.none_start().map(Some).ok_or_else(|| Impasse::NoneStart { definition: graph.info.id.clone() }.into())
}
