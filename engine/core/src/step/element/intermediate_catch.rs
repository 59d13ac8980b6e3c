//! Intermediate catch events wait for their trigger; links and none events are passed (BPMN 2.0.2, section 10.5.4).

use crate::compile::Graph;
use crate::entity::JobKind;
use crate::ids::Id;
use crate::step::behavior::subscriptions;
use crate::step::fault::Done;
use crate::step::run::{Step, Work};
use casewright_engine_model::model::{EventTrigger, NodeIndex};

pub(super) fn execute(step: &mut Step<'_>, graph: &Graph, id: Id, node: NodeIndex, trigger: &EventTrigger) -> Done {
    if matches!(trigger, EventTrigger::None | EventTrigger::Link(_)) {
        step.push(Work::Leave(id));
        return Ok(());
    }
    let timer = JobKind::TimerCatch { node };
    subscriptions::await_trigger(step, graph, id, node, trigger, timer)?;
    if matches!(trigger, EventTrigger::Conditional(_)) {
        step.push(Work::CheckConditions(id));
    }
    Ok(())
}
