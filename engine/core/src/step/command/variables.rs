//! Setting and removing variables from outside.

use super::Reply;
use crate::command::{NewVariable, VariableTarget};
use crate::entity::Holder;
use crate::ids::Id;
use crate::rejection::{Rejection, Sought, Subject};
use crate::step::behavior::{tasks, variables};
use crate::step::context::Step;
use crate::step::fault::{Done, Fault};
use smol_str::SmolStr;

pub(crate) fn set(
    step: &mut Step<'_>,
    target: VariableTarget,
    given: &[NewVariable],
    deletions: &[SmolStr],
) -> Done<Reply> {
    let (holder, is_local) = resolve(step, target)?;
    for name in deletions {
        remove(step, holder, is_local, name)?;
    }
    for variable in given {
        put(step, holder, is_local, variable)?;
    }
    if let Holder::Task(task) = holder {
        tasks::touch(step, task);
    }
    Ok(Reply::Done)
}

fn resolve(step: &Step<'_>, target: VariableTarget) -> Done<(Holder, bool)> {
    match target {
        VariableTarget::Execution(id) => Ok((Holder::Element(element_of(step, id)?), false)),
        VariableTarget::ExecutionLocal(id) => Ok((Holder::Element(element_of(step, id)?), true)),
        VariableTarget::Task(id) => task(step, id).map(|holder| (holder, false)),
        VariableTarget::TaskLocal(id) => task(step, id).map(|holder| (holder, true)),
    }
}

fn task(step: &Step<'_>, id: Id) -> Done<Holder> {
    match step.state().task(id) {
        Some(_) => Ok(Holder::Task(id)),
        None => Err(missing(step, Subject::Task, id)),
    }
}

fn missing(step: &Step<'_>, kind: Subject, id: Id) -> Fault {
    Rejection::NotFound { kind, id: step.state().text(id), sought: Sought::Variables }.into()
}

pub(crate) fn element_of(step: &Step<'_>, execution: Id) -> Done<Id> {
    step.state()
        .element_of_execution(execution)
        .map(|element| element.id)
        .ok_or_else(|| missing(step, Subject::Execution, execution))
}

/// The element from which a task's names are looked up.
fn element_behind(step: &Step<'_>, holder: Holder) -> Done<Id> {
    match holder {
        Holder::Element(id) => Ok(id),
        Holder::Task(id) => {
            step.state().task(id).map(|task| task.place.element).ok_or_else(|| step.gone(Subject::Task, id))
        }
    }
}

fn put(step: &mut Step<'_>, holder: Holder, is_local: bool, variable: &NewVariable) -> Done {
    let element = element_behind(step, holder)?;
    let is_in_task =
        matches!(holder, Holder::Task(_)) && variables::get_local(step, holder.id(), &variable.name).is_some();
    if matches!(holder, Holder::Task(_)) && (is_local || is_in_task) {
        return variables::set_at(step, holder, element, &variable.name, variable.value.clone());
    }
    if is_local {
        return variables::set_all_local(step, element, std::slice::from_ref(variable));
    }
    variables::set_all(step, element, std::slice::from_ref(variable))
}

fn remove(step: &mut Step<'_>, holder: Holder, is_local: bool, name: &str) -> Done {
    let element = element_behind(step, holder)?;
    let is_here = variables::get_local(step, holder.id(), name).is_some();
    if is_local || is_here {
        variables::remove_at(step, holder, element, name);
    } else {
        variables::remove(step, element, name);
    }
    Ok(())
}
