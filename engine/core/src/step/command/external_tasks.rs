//! What workers do with external tasks. A lock is a worker id and an expiry, and nothing happens at expiry:
//! a late completion is accepted as long as nobody else has taken the task.

use super::{Reply, ensure_active};
use crate::command::{FailExternalTask, NewVariable};
use crate::entity::ExternalTask;
use crate::event::Event;
use crate::ids::Id;
use crate::outcome::Answer;
use crate::rejection::{Deed, Duration, Failure, Rejection, Subject, WrongRequest};
use crate::step::behavior::{incidents, tokens, variables};
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::event::conditions;
use crate::step::fault::{Done, Fault};
use crate::step::lifecycle;
use casewright_engine_model::model::{Condition, ErrorThrow, ExternalErrorEvent, Implementation, NodeKind};
use casewright_engine_value::{Instant, Value};
use smol_str::SmolStr;
use std::sync::Arc;

/// What fails on the way of an error to its handler (an output mapping, a listener) is told as such.
fn propagate(step: &mut Step<'_>, element: Id, code: &str, message: Option<&str>) -> Done {
    lifecycle::throw_error(step, element, code, message).map_err(|fault| match fault {
        Fault::Rejected(Rejection::Evaluation(cause)) => {
            Failure::Propagation { code: SmolStr::new(code), cause: Box::new(cause) }.into()
        }
        other => other,
    })
}

/// Longer messages are cut silently.
const MAX_MESSAGE: usize = 666;

fn find(step: &Step<'_>, id: Id) -> Done<Arc<ExternalTask>> {
    step.state().external_task(id).cloned().ok_or_else(|| step.gone(Subject::ExternalTask, id))
}

/// The task, which must be this worker's.
fn find_for(step: &Step<'_>, id: Id, worker: &SmolStr, deed: Deed) -> Done<Arc<ExternalTask>> {
    let task = find(step, id)?;
    if task.worker.as_ref() != Some(worker) {
        return Err(wrong_worker(step, &task, worker, deed));
    }
    ensure_active(step, task.place.instance, Subject::ExternalTask, id)?;
    Ok(task)
}

fn wrong_worker(step: &Step<'_>, task: &ExternalTask, worker: &SmolStr, deed: Deed) -> Fault {
    let (id, owner) = (step.state().text(task.id), task.worker.clone());
    Rejection::WrongWorker { task: id, worker: worker.clone(), owner, deed }.into()
}

fn change(task: &ExternalTask, change: impl FnOnce(&mut ExternalTask)) -> Arc<ExternalTask> {
    let mut task = task.clone();
    change(&mut task);
    Arc::new(task)
}

fn after(now: Instant, duration_ms: i64) -> Instant {
    Instant(now.0.saturating_add(duration_ms))
}

/// Those that are still fetchable; the others were taken meanwhile.
pub(crate) fn lock_all(step: &mut Step<'_>, tasks: &[Id], worker: &SmolStr, until: &[Instant]) -> Done<Reply> {
    let mut locked = Vec::new();
    for (id, until) in tasks.iter().zip(until) {
        let Some(task) = step.state().external_task(*id) else {
            continue;
        };
        if !task.is_fetchable(step.env.now) {
            continue;
        }
        let task = change(task, |task| {
            task.worker = Some(worker.clone());
            task.locked_until = Some(*until);
        });
        step.emit(Event::ExternalTaskLocked { task: Arc::clone(&task) });
        locked.push(task);
    }
    Ok(Reply::Ready(Answer::Locked(locked)))
}

pub(crate) fn lock(step: &mut Step<'_>, id: Id, worker: &SmolStr, duration_ms: i64) -> Done<Reply> {
    let task = find(step, id)?;
    ensure_positive(Duration::Lock, duration_ms)?;
    let is_free = task.locked_until.is_none_or(|until| until <= step.env.now);
    if !is_free && task.worker.as_ref() != Some(worker) {
        return Err(wrong_worker(step, &task, worker, Deed::Lock));
    }
    let until = after(step.env.now, duration_ms);
    let task = change(&task, |task| {
        task.worker = Some(worker.clone());
        task.locked_until = Some(until);
    });
    step.emit(Event::ExternalTaskLocked { task });
    Ok(Reply::Done)
}

fn ensure_positive(what: Duration, number: i64) -> Done {
    if number > 0 {
        return Ok(());
    }
    Err(WrongRequest::NotPositive(what).into())
}

pub(crate) fn extend_lock(step: &mut Step<'_>, id: Id, worker: &SmolStr, duration_ms: i64) -> Done<Reply> {
    ensure_positive(Duration::LockExtension, duration_ms)?;
    let task = find_for(step, id, worker, Deed::ExtendLock)?;
    if task.locked_until.is_none_or(|until| until <= step.env.now) {
        return Err(WrongRequest::LockExpired.into());
    }
    let until = after(step.env.now, duration_ms);
    let task = change(&task, |task| task.locked_until = Some(until));
    step.emit(Event::ExternalTaskLocked { task });
    Ok(Reply::Done)
}

pub(crate) fn unlock(step: &mut Step<'_>, id: Id) -> Done<Reply> {
    let task = change(&*find(step, id)?, |task| {
        task.worker = None;
        task.locked_until = None;
    });
    step.emit(Event::ExternalTaskUnlocked { task });
    Ok(Reply::Done)
}

pub(crate) fn complete(
    step: &mut Step<'_>,
    id: Id,
    worker: &SmolStr,
    given: &[NewVariable],
    local: &[NewVariable],
) -> Done<Reply> {
    let task = find_for(step, id, worker, Deed::Complete)?;
    let element = task.place.element;
    set_variables(step, &task, given, local)?;
    if step.state().external_task(id).is_none() {
        return Ok(Reply::Completed(task.place.instance));
    }
    if let Some((code, message)) = error_event(step, &task, OnFailure::Reject)? {
        propagate(step, element, &code, message.as_deref())?;
        return Ok(Reply::Completed(task.place.instance));
    }
    incidents::resolve_for(step, id);
    step.emit(Event::ExternalTaskCompleted { task: Arc::clone(&task), at: step.env.now });
    tokens::change(step, element, |element| element.external_task = None)?;
    step.leave(element);
    Ok(Reply::Completed(task.place.instance))
}

fn set_variables(step: &mut Step<'_>, task: &ExternalTask, given: &[NewVariable], local: &[NewVariable]) -> Done {
    variables::set_all(step, task.place.element, given)?;
    variables::set_all_local(step, task.place.element, local)?;
    conditions::notice_changes(step)
}

pub(crate) fn fail(step: &mut Step<'_>, command: &FailExternalTask) -> Done<Reply> {
    let worker = &command.worker;
    if command.retries < 0 {
        return Err(WrongRequest::ExternalTaskRetries.into());
    }
    if command.retry_timeout_ms < 0 {
        return Err(WrongRequest::RetryTimeout.into());
    }
    let task = find_for(step, command.task, worker, Deed::ReportFailure)?;
    set_variables(step, &task, &command.variables, &command.local_variables)?;
    if step.state().external_task(task.id).is_none() {
        return Ok(Reply::Done);
    }
    let until = after(step.env.now, command.retry_timeout_ms);
    let message = command.message.as_deref().map(shorten);
    let failed = change(&task, |task| {
        task.error_message = message;
        task.error_details = command.details.clone();
        task.retries = Some(command.retries);
        task.locked_until = Some(until);
    });
    step.emit(Event::ExternalTaskFailed { task: Arc::clone(&failed), at: step.env.now });
    if let Some((code, message)) = error_event(step, &failed, OnFailure::Ignore)? {
        propagate(step, task.place.element, &code, message.as_deref())?;
        return Ok(Reply::Done);
    }
    manage_incident(step, task.retries, &failed)?;
    Ok(Reply::Done)
}

fn shorten(message: &str) -> Arc<str> {
    match message.char_indices().nth(MAX_MESSAGE) {
        None => Arc::from(message),
        Some((end, _)) => Arc::from(&message[..end]),
    }
}

/// Retries gone: an incident. Retries again: it is resolved.
fn manage_incident(step: &mut Step<'_>, before: Option<i32>, task: &ExternalTask) -> Done {
    let had_retries = before.is_none_or(|retries| retries > 0);
    let has_retries = task.retries.is_none_or(|retries| retries > 0);
    match (had_retries, has_retries) {
        (true, false) => incidents::raise_for_external_task(step, task),
        (false, true) => {
            incidents::resolve_for(step, task.id);
            Ok(())
        }
        _ => Ok(()),
    }
}

pub(crate) fn throw_error(
    step: &mut Step<'_>,
    id: Id,
    worker: &SmolStr,
    code: &str,
    message: Option<&str>,
    given: &[NewVariable],
) -> Done<Reply> {
    let task = find_for(step, id, worker, Deed::ReportError)?;
    set_variables(step, &task, given, &[])?;
    if step.state().element(task.place.element).is_some() {
        propagate(step, task.place.element, code, message)?;
    }
    Ok(Reply::Done)
}

pub(crate) fn set_retries(step: &mut Step<'_>, id: Id, retries: i32) -> Done<Reply> {
    let task = find(step, id)?;
    if retries < 0 {
        return Err(WrongRequest::ExternalTaskRetries.into());
    }
    let changed = change(&task, |task| task.retries = Some(retries));
    step.emit(Event::ExternalTaskChanged { task: Arc::clone(&changed) });
    manage_incident(step, task.retries, &changed)?;
    Ok(Reply::Done)
}

pub(crate) fn set_priority(step: &mut Step<'_>, id: Id, priority: i64) -> Done<Reply> {
    let task = change(&*find(step, id)?, |task| task.priority = priority);
    step.emit(Event::ExternalTaskChanged { task });
    Ok(Reply::Done)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OnFailure {
    Reject,
    Ignore,
}

/// The first `camunda:errorEventDefinition` whose expression is true turns the report into that BPMN error.
fn error_event(
    step: &mut Step<'_>,
    task: &ExternalTask,
    on_failure: OnFailure,
) -> Done<Option<(SmolStr, Option<SmolStr>)>> {
    let element = step.element(task.place.element)?;
    let graph = step.graph_of(&element)?;
    let Some(node) = element.node() else {
        return Ok(None);
    };
    let context = Context { external_task: Some(task.id), ..Context::of(element.id) };
    for ExternalErrorEvent { error, expression } in error_events(&graph.node(node).kind) {
        let Some(expression) = expression.as_ref().filter(|text| !text.trim().is_empty()) else {
            continue;
        };
        let condition = Condition::Expression(expression.clone());
        match step.evaluate_condition(context, &condition) {
            Ok(true) => {
                let (code, stated) = error_of(step, context, error)?;
                // What the worker said of its failure goes with the error, before what the model says of any.
                return Ok(Some((code, task.error_message.as_deref().map(SmolStr::new).or(stated))));
            }
            Ok(false) => {}
            Err(Fault::Rejected(_)) if on_failure == OnFailure::Ignore => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(None)
}

fn error_of(step: &mut Step<'_>, context: Context<'_>, error: &ErrorThrow) -> Done<(SmolStr, Option<SmolStr>)> {
    let message = match &error.message {
        None => None,
        Some(text) => match step.evaluate(context, text)? {
            Value::Null => None,
            value => crate::step::evaluation::as_text(&value),
        },
    };
    Ok((SmolStr::new(&error.code), message))
}

fn error_events(kind: &NodeKind) -> &[ExternalErrorEvent] {
    match kind.facts().service.map(|task| &task.implementation) {
        Some(Implementation::External { error_events, .. }) => error_events,
        _ => &[],
    }
}
