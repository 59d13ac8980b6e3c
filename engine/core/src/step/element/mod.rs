//! One file per BPMN element. This one only routes; adding a kind of node makes the compiler ask for its file here.

pub(crate) mod ad_hoc;
mod boundary_event;
mod business_rule_task;
mod call_activity;
pub(crate) mod cancel_end;
mod end_event;
pub(crate) mod event_sub_process;
pub(crate) mod gateway;
mod intermediate_catch;
mod intermediate_throw;
pub(crate) mod multi_instance;
mod receive_task;
mod script_task;
mod service_task;
mod start_event;
mod sub_process;
mod task;
mod user_task;

use super::fault::Done;
use super::run::Step;
use crate::entity::Position;
use crate::ids::Id;
use casewright_engine_model::model::{BusinessRuleTask, NodeKind, SubProcessKind};

/// Does what the element is for.
pub(crate) fn execute(step: &mut Step<'_>, id: Id) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    let node = match element.position {
        Position::Process => return Ok(()),
        Position::Body(node) => return multi_instance::execute_body(step, &graph, id, node),
        Position::Node(node) => node,
    };
    match &graph.node(node).kind {
        NodeKind::StartEvent(event) => start_event::execute(step, id, event),
        NodeKind::EndEvent(event) => end_event::execute(step, &graph, id, event),
        NodeKind::IntermediateCatchEvent(trigger) => intermediate_catch::execute(step, &graph, id, node, trigger),
        NodeKind::IntermediateThrowEvent(event) => intermediate_throw::execute(step, &graph, id, node, event),
        NodeKind::BoundaryEvent(_) => boundary_event::execute(step, id),
        NodeKind::Task { .. } => task::execute(step, id),
        NodeKind::UserTask(_) => user_task::execute(step, &graph, id, node),
        NodeKind::ServiceTask(task) | NodeKind::SendTask(task) => service_task::execute(step, &graph, id, task),
        NodeKind::BusinessRuleTask(BusinessRuleTask::Service(task)) => service_task::execute(step, &graph, id, task),
        NodeKind::BusinessRuleTask(BusinessRuleTask::Decision { .. }) => {
            business_rule_task::execute(step, &graph, id, node)
        }
        NodeKind::ScriptTask(task) => script_task::execute(step, id, task),
        NodeKind::ReceiveTask(task) => receive_task::execute(step, &graph, id, node, task),
        NodeKind::ExclusiveGateway => gateway::exclusive::execute(step, &graph, id, node),
        NodeKind::ParallelGateway => gateway::parallel::execute(step, &graph, id, node),
        NodeKind::InclusiveGateway => gateway::inclusive::execute(step, &graph, id, node),
        NodeKind::EventBasedGateway => gateway::event_based::execute(step, &graph, id, node),
        NodeKind::ComplexGateway { .. } => gateway::complex::execute(step, &graph, id, node),
        NodeKind::SubProcess(sub) => match &sub.kind {
            SubProcessKind::AdHoc(ad_hoc) => ad_hoc::execute(step, &graph, id, ad_hoc),
            SubProcessKind::Embedded | SubProcessKind::Event | SubProcessKind::Transaction => {
                sub_process::execute(step, &graph, id, node)
            }
        },
        NodeKind::CallActivity(call) => call_activity::execute(step, &graph, id, call),
    }
}
