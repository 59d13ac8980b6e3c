//! One piece of work: the next turn in the life of an element instance.

use super::carry_out::carry_out;
use super::leave;
use crate::compile::Graph;
use crate::entity::{ElementInstance, JobKind};
use crate::ids::Id;
use crate::step::agenda::Work;
use crate::step::behavior::{activation, jobs};
use crate::step::context::Step;
use crate::step::element;
use crate::step::event::conditions::{self, Entry};
use crate::step::fault::Done;

pub(super) fn perform(step: &mut Step<'_>, work: Work) -> Done {
    match work {
        Work::Arrive(id) => arrive(step, id),
        Work::Enter(id) => activation::enter(step, id),
        Work::Execute(id) => execute(step, id),
        Work::Leave(id) => leave::leave(step, id),
        Work::MoveOn { element, flows } => leave::move_on(step, element, &flows),
        Work::CheckConditions(id) => conditions::check_on_entry(step, id).map(drop),
    }
}

fn arrive(step: &mut Step<'_>, id: Id) -> Done {
    let element = step.element(id)?;
    let graph = step.graph_of(&element)?;
    if is_async_before(&graph, &element) {
        return jobs::create_async(step, &element, JobKind::AsyncBefore);
    }
    step.enter(id);
    Ok(())
}

fn is_async_before(graph: &Graph, element: &ElementInstance) -> bool {
    leave::async_marks(graph, element).0
}

fn execute(step: &mut Step<'_>, id: Id) -> Done {
    step.begin_work(id);
    match conditions::check_on_entry(step, id)? {
        Entry::Interrupted => Ok(()),
        Entry::GoesOn => {
            let instance = step.element(id)?;
            let graph = step.graph_of(&instance)?;
            let Some((node, element)) = element::of(&graph, instance.position) else {
                return Ok(());
            };
            let then = element.enter(step, element::At { id, node, graph: &graph })?;
            carry_out(step, id, then)
        }
    }
}
