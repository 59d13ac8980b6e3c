//! What people do with user tasks.

use super::{Reply, ensure_active};
use crate::command::{NewVariable, TaskUpdate};
use crate::entity::{DelegationState, Holder, IdentityLink, UserTask};
use crate::ids::Id;
use crate::outcome::{Missing, Rejection};
use crate::step::behavior::{tasks, variables};
use crate::step::context::Step;
use crate::step::event::handlers::Caught;
use crate::step::event::{conditions, escalations};
use crate::step::fault::Done;
use crate::step::lifecycle;
use smol_str::SmolStr;
use std::sync::Arc;

fn find(step: &Step<'_>, task: Id) -> Done<Arc<UserTask>> {
    let found = step.state().task(task).cloned().ok_or_else(|| step.gone(Missing::Task, task))?;
    let text = step.state().text(task);
    ensure_active(step, found.place.instance, &format!("task with id '{text}'"))?;
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

pub(crate) fn claim(step: &mut Step<'_>, id: Id, user: Option<SmolStr>) -> Done<Reply> {
    let task = find(step, id)?;
    if let (Some(user), Some(assignee)) = (&user, &task.assignee)
        && user != assignee
    {
        return Err(Rejection::AlreadyClaimed { task: step.state().text(id), assignee: assignee.clone() }.into());
    }
    tasks::change(step, id, |task| task.assignee = user)?;
    Ok(Reply::Done)
}

pub(crate) fn assign(step: &mut Step<'_>, id: Id, user: Option<SmolStr>) -> Done<Reply> {
    find(step, id)?;
    tasks::change(step, id, |task| task.assignee = user)?;
    Ok(Reply::Done)
}

/// The assignee stays the owner while somebody else does the work.
pub(crate) fn delegate(step: &mut Step<'_>, id: Id, user: Option<SmolStr>) -> Done<Reply> {
    find(step, id)?;
    tasks::change(step, id, |task| {
        task.delegation = Some(DelegationState::Pending);
        if task.owner.is_none() {
            task.owner = task.assignee.take();
        }
        task.assignee = user;
    })?;
    Ok(Reply::Done)
}

pub(crate) fn resolve(step: &mut Step<'_>, id: Id, given: &[NewVariable]) -> Done<Reply> {
    let task = find(step, id)?;
    set_variables(step, &task, given)?;
    if step.state().task(id).is_some() {
        tasks::change(step, id, |task| {
            task.delegation = Some(DelegationState::Resolved);
            task.assignee = task.owner.clone();
        })?;
    }
    Ok(Reply::Done)
}

pub(crate) fn update(step: &mut Step<'_>, id: Id, update: TaskUpdate) -> Done<Reply> {
    find(step, id)?;
    tasks::change(step, id, |task| {
        let TaskUpdate {
            name,
            description,
            assignee,
            owner,
            delegation,
            priority,
            due,
            follow_up,
            parent_task,
            case_instance_id,
        } = update;
        set(&mut task.name, name);
        set(&mut task.description, description);
        set(&mut task.assignee, assignee);
        set(&mut task.owner, owner);
        set(&mut task.delegation, delegation);
        set(&mut task.priority, priority);
        set(&mut task.due, due);
        set(&mut task.follow_up, follow_up);
        set(&mut task.parent_task, parent_task);
        set(&mut task.case_instance_id, case_instance_id);
    })?;
    Ok(Reply::Done)
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// Of type `assignee` or `owner` it sets that field.
pub(crate) fn add_link(step: &mut Step<'_>, id: Id, link: IdentityLink) -> Done<Reply> {
    find(step, id)?;
    match link.kind.as_str() {
        "assignee" => tasks::change(step, id, |task| task.assignee = link.user)?,
        "owner" => tasks::change(step, id, |task| task.owner = link.user)?,
        _ => tasks::change(step, id, |task| {
            if !task.links.contains(&link) {
                task.links.push(link);
            }
        })?,
    }
    Ok(Reply::Done)
}

pub(crate) fn remove_link(step: &mut Step<'_>, id: Id, link: &IdentityLink) -> Done<Reply> {
    find(step, id)?;
    match link.kind.as_str() {
        "assignee" => tasks::change(step, id, |task| task.assignee = None)?,
        "owner" => tasks::change(step, id, |task| task.owner = None)?,
        _ => tasks::change(step, id, |task| task.links.retain(|other| other != link))?,
    }
    Ok(Reply::Done)
}

pub(crate) fn throw_error(
    step: &mut Step<'_>,
    id: Id,
    code: &str,
    message: Option<&str>,
    given: &[NewVariable],
) -> Done<Reply> {
    ensure_code("errorCode", code)?;
    let task = find(step, id)?;
    set_variables(step, &task, given)?;
    let element = task.place.element;
    if step.state().element(element).is_some() {
        lifecycle::throw_error(step, element, code, message)?;
    }
    Ok(Reply::Done)
}

fn ensure_code(what: &str, code: &str) -> Done {
    if code.is_empty() { Err(Rejection::BadRequest(format!("{what} is empty")).into()) } else { Ok(()) }
}

/// The task goes on unless the handler interrupts it; an escalation that nobody catches is the caller's mistake here.
pub(crate) fn throw_escalation(step: &mut Step<'_>, id: Id, code: &str, given: &[NewVariable]) -> Done<Reply> {
    ensure_code("escalationCode", code)?;
    let task = find(step, id)?;
    set_variables(step, &task, given)?;
    let element = task.place.element;
    if step.state().element(element).is_none() {
        return Ok(Reply::Done);
    }
    match escalations::throw(step, element, code)? {
        Caught::Yes => Ok(Reply::Done),
        Caught::Nobody => Err(Rejection::UnhandledEscalation(format!(
            "Execution with id '{}' throws an escalation event with escalationCode '{code}', but no \
             escalation handler was defined. ",
            step.state().text(task.place.execution)
        ))
        .into()),
    }
}
