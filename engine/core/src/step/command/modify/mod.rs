//! Modification: tokens are cancelled and placed by instruction, in the order given. The same
//! instructions start an instance at arbitrary activities.

mod place;
mod scopes;

pub(super) use scopes::open_one as open;

use super::{Reply, ensure_active, instance};
use crate::command::{Instruction, Modify};
use crate::compile::Graph;
use crate::entity::Phase;
use crate::ids::Id;
use crate::rejection::{InstanceKind, Misplaced, Subject};
use crate::step::behavior::{instances, scopes::Cause};
use crate::step::context::{Emptied, Step};
use crate::step::fault::Done;
use crate::step::lifecycle::{cancellation, settle};
use smol_str::SmolStr;
use std::sync::Arc;

const REASON: &str = "Cancellation due to process instance modification";

pub(crate) fn modify(step: &mut Step<'_>, command: &Modify) -> Done<Reply> {
    instance::find(step, command.instance)?;
    ensure_active(step, command.instance, Subject::ProcessInstance, command.instance)?;
    step.skip(command.skips);
    carry_out(step, command.instance, &command.instructions)?;
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
        Instruction::CancelAll { .. } | Instruction::Cancel { .. } | Instruction::CancelTransition { .. } => None,
    })
}

/// The instance outlives its tokens until the last instruction is carried out.
pub(crate) fn carry_out(step: &mut Step<'_>, instance: Id, instructions: &[Instruction]) -> Done {
    step.begin_work(instance);
    step.preserve(instance);
    for instruction in instructions {
        obey(step, instance, instruction)?;
        // What is placed runs to its wait state before the next instruction, as in Camunda 7.
        settle(step)?;
    }
    let emptied_by = step.release();
    let Some(process) = step.state().element(instance).cloned() else {
        return Ok(());
    };
    if step.state().has_children(instance) {
        return Ok(());
    }
    match emptied_by {
        Some(Emptied::Completion) => instances::complete(step, &process),
        _ => cancellation::cancel_outwards(step, instance, &cause()),
    }
}

fn cause() -> Cause {
    Cause::Modified(Arc::from(REASON))
}

fn obey(step: &mut Step<'_>, instance: Id, instruction: &Instruction) -> Done {
    match instruction {
        Instruction::StartBefore { activity, ancestor, variables } => {
            place::before(step, instance, activity, *ancestor, variables)
        }
        Instruction::StartAfter { activity, ancestor, variables } => {
            place::after(step, instance, activity, *ancestor, variables)
        }
        Instruction::StartTransition { transition, ancestor, variables } => {
            place::over(step, instance, transition, *ancestor, variables)
        }
        Instruction::CancelAll { activity } => cancel_all(step, instance, activity),
        Instruction::Cancel { element } => {
            cancel(step, *element, InstanceKind::Activity, |phase| matches!(phase, Phase::Active | Phase::Compensating))
        }
        Instruction::CancelTransition { element } => {
            cancel(step, *element, InstanceKind::Transition, |phase| matches!(phase, Phase::Arriving | Phase::Leaving))
        }
    }
}

fn graph_of(step: &mut Step<'_>, instance: Id) -> Done<Arc<Graph>> {
    let process = step.element(instance)?;
    step.graph_of(&process)
}

fn cancel_all(step: &mut Step<'_>, instance: Id, activity: &SmolStr) -> Done {
    let graph = graph_of(step, instance)?;
    let id = activity.strip_suffix("#multiInstanceBody").unwrap_or(activity);
    if graph.find(id).is_none() {
        return Err(Misplaced::CancelAll { activity: activity.clone() }.into());
    }
    let found: Vec<Id> = step
        .state()
        .elements()
        .filter(|element| {
            let place = &element.activity.place;
            place.instance == instance && place.activity_id == *activity
        })
        .map(|element| element.id)
        .collect();
    for id in found {
        cancellation::cancel_outwards(step, id, &cause())?;
    }
    Ok(())
}

/// Activity instances and transition instances have ids of their own kind; one is not found by the other.
fn cancel(step: &mut Step<'_>, id: Id, kind: InstanceKind, is_of_kind: impl Fn(Phase) -> bool) -> Done {
    let is_there = step.state().element(id).is_some_and(|element| is_of_kind(element.phase));
    if !is_there {
        return Err(Misplaced::Cancel { kind, id: step.state().text(id) }.into());
    }
    cancellation::cancel_outwards(step, id, &cause())
}
