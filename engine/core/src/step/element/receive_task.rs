//! A receive task waits for its message, or to be signalled when it names none (BPMN 2.0.2, section 10.3.3).

use crate::compile::Graph;
use crate::ids::Id;
use crate::step::behavior::subscriptions;
use crate::step::fault::Done;
use crate::step::run::Step;
use casewright_engine_model::model::{NodeIndex, ReceiveTask};

pub(super) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex, task: &ReceiveTask) -> Done {
    match &task.message {
        Some(message) => subscriptions::await_message(step, graph, id, node, message),
        None => Ok(()),
    }
}
