//! A user task waits for a person (BPMN 2.0.2, section 10.3.4.1).

use crate::compile::Graph;
use crate::ids::Id;
use crate::step::behavior::tasks;
use crate::step::fault::Done;
use crate::step::run::Step;
use casewright_engine_model::model::NodeIndex;

pub(super) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex) -> Done {
    tasks::create(step, graph, id, node)
}
