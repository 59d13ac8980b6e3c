//! What people do with user tasks.

use super::{Reply, ensure_active};
use crate::command::NewVariable;
use crate::entity::{Holder, UserTask};
use crate::ids::Id;
use crate::rejection::{Rejection, Subject, WrongRequest};
use crate::step::behavior::{tasks, variables};
use crate::step::context::Step;
use crate::step::event::handlers::Caught;
use crate::step::event::{conditions, escalations};
use crate::step::fault::Done;
use crate::step::lifecycle;
use crate::task::{Taken, TaskAction};
use smol_str::SmolStr;
use std::sync::Arc;

fn find(step: &Step<'_>, task: Id) -> Done<Arc<UserTask>> {
    let found = step.state().task(task).cloned().ok_or_else(|| step.gone(Subject::Task, task))?;
    ensure_active(step, found.place.instance, Subject::Task, task)?;
    Ok(found)
}

/// Where the execution has the name; what the task has of its own goes with it.
fn set_variables(step: &mut Step<'_>, task: &UserTask, given: &[NewVariable]) -> Done {
    for variable in given {
        if variable.local {
            let holder = Holder::Task(task.id);
            let value = variable.value.clone();
            variables::set_at(step, holder, task.place.element, &variable.name, value)?;
        } else {
            variables::set_all(step, task.place.element, std::slice::from_ref(variable))?;
        }
    }
    // What the variables trigger comes before what the task does next.
    conditions::notice_changes(step)
}

pub(crate) fn complete(step: &mut Step<'_>, id: Id, given: &[NewVariable]) -> Done<Reply> {
    let task = find(step, id)?;
    set_variables(step, &task, given)?;
    if step.state().task(id).is_some() {
        tasks::complete(step, id)?;
        step.leave(task.place.element);
    }
    Ok(Reply::Completed(task.place.instance))
}

/// Completes a task for somebody, theirs first when nobody has it.
pub(crate) fn submit(
    step: &mut Step<'_>,
    id: Id,
    by: &SmolStr,
    seen: Option<&SmolStr>,
    given: &[NewVariable],
) -> Done<Reply> {
    let task = find(step, id)?;
    follow(step, id, TaskAction::TakeUnlessTaken { by, seen })?;
    // A listener of the assignment may have ended it.
    if step.state().task(id).is_none() {
        return Ok(Reply::Completed(task.place.instance));
    }
    complete(step, id, given)
}

/// What people do with a task short of completing it.
pub(crate) fn act(step: &mut Step<'_>, id: Id, action: TaskAction<'_>) -> Done<Reply> {
    find(step, id)?;
    follow(step, id, action)
}

/// A refused action has changed nothing, so nobody is told of it.
fn follow(step: &mut Step<'_>, id: Id, action: TaskAction<'_>) -> Done<Reply> {
    let mut refused = None;
    tasks::change(step, id, |task| refused = action.apply(task.fields()).err())?;
    match refused {
        Some(Taken { assignee }) => Err(Rejection::AlreadyClaimed { task: step.state().text(id), assignee }.into()),
        None => Ok(Reply::Done),
    }
}

pub(crate) fn resolve(step: &mut Step<'_>, id: Id, given: &[NewVariable]) -> Done<Reply> {
    let task = find(step, id)?;
    set_variables(step, &task, given)?;
    if step.state().task(id).is_none() {
        return Ok(Reply::Done);
    }
    follow(step, id, TaskAction::Resolve)
}

pub(crate) fn throw_error(
    step: &mut Step<'_>,
    id: Id,
    code: &str,
    message: Option<&str>,
    given: &[NewVariable],
) -> Done<Reply> {
    ensure_code(code, WrongRequest::NoErrorCode)?;
    let task = find(step, id)?;
    set_variables(step, &task, given)?;
    let element = task.place.element;
    if step.state().element(element).is_some() {
        lifecycle::throw_error(step, element, code, message)?;
    }
    Ok(Reply::Done)
}

fn ensure_code(code: &str, otherwise: WrongRequest) -> Done {
    if code.is_empty() { Err(otherwise.into()) } else { Ok(()) }
}

/// The task goes on unless the handler interrupts it; an escalation that nobody catches is the caller's mistake here.
pub(crate) fn throw_escalation(step: &mut Step<'_>, id: Id, code: &str, given: &[NewVariable]) -> Done<Reply> {
    ensure_code(code, WrongRequest::NoEscalationCode)?;
    let task = find(step, id)?;
    set_variables(step, &task, given)?;
    let element = task.place.element;
    if step.state().element(element).is_none() {
        return Ok(Reply::Done);
    }
    match escalations::throw(step, element, code)? {
        Caught::Yes => Ok(Reply::Done),
        Caught::Nobody => {
            let execution = step.state().text(task.place.execution);
            Err(Rejection::UnhandledEscalation { execution, code: SmolStr::new(code) }.into())
        }
    }
}
