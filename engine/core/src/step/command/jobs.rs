//! Running jobs and managing them. A job that fails is not a rejection: what it did is thrown away, and that it failed is
//! stored.

use super::Reply;
use crate::entity::{Job, JobKind, Waiting};
use crate::env::Env;
use crate::event::Event;
use crate::ids::Id;
use crate::outcome::{Answer, Outcome};
use crate::rejection::{Impasse, Rejection, Subject, WrongRequest};
use crate::state::State;
use crate::step::behavior::{incidents, jobs, tasks};
use crate::step::context::Step;
use crate::step::element::multi_instance;
use crate::step::event::catch;
use crate::step::fault::{Done, Fault};
use crate::step::lifecycle::settle;
use casewright_engine_model::model::{EventTrigger, NodeIndex, Timer};
use casewright_engine_value::Instant;
use std::sync::Arc;

pub(crate) fn execute(state: &State, id: Id, env: &Env<'_>) -> Result<Outcome, Rejection> {
    let mut step = Step::new(state, env);
    let job = find(&step, id).map_err(Fault::into_rejection)?;
    let done = run(&mut step, id).and_then(|()| settle(&mut step));
    let Err(fault) = done else {
        return Ok(Reply::Done.finish(step));
    };
    let message = (env.words)(&fault.into_rejection());
    let failed_at = step.take_fault_place();
    let mut step = Step::new(state, env);
    jobs::fail(&mut step, &job, failed_at, &message).map_err(Fault::into_rejection)?;
    let answer = Answer::JobFailed { job: id, message: Arc::from(message) };
    Ok(Reply::Ready(answer).finish(step))
}

/// The job failed outside of a step.
pub(crate) fn fail(step: &mut Step<'_>, id: Id, message: &str, for_good: bool) -> Done<Reply> {
    let job = find(step, id)?;
    if for_good {
        jobs::give_up(step, &job, message)?;
    } else {
        jobs::fail(step, &job, None, message)?;
    }
    Ok(Reply::Ready(Answer::JobFailed { job: id, message: Arc::from(message) }))
}

fn find(step: &Step<'_>, id: Id) -> Done<Arc<Job>> {
    step.state().job(id).cloned().ok_or_else(|| step.gone(Subject::Job, id))
}

/// Does what a job is for; the caller settles.
pub(crate) fn run(step: &mut Step<'_>, id: Id) -> Done {
    let job = find(step, id)?;
    let element = job.place.element;
    incidents::resolve_for(step, id);
    step.emit(Event::JobExecuted { job: Arc::clone(&job), at: step.env.now });
    match &job.kind {
        JobKind::AsyncBefore => step.enter(element),
        JobKind::AsyncAfter => {
            let flows = match &step.element(element)?.waiting {
                Some(Waiting::Leave { flows }) => flows.clone(),
                _ => Vec::new(),
            };
            step.move_on(element, flows);
        }
        JobKind::TimerCatch { node } => {
            catch::fire(step, element, *node)?;
        }
        JobKind::TimerBoundary { node } | JobKind::TimerStart { node } => {
            if !is_interrupting(step, &job, *node)? {
                jobs::repeat(step, &job)?;
            }
            catch::fire(step, element, *node)?;
        }
        JobKind::TaskTimeout { task, listener } => {
            jobs::repeat(step, &job)?;
            tasks::time_out(step, *task, *listener)?;
        }
        JobKind::FurtherInstances { from, to } => multi_instance::create_further(step, element, *from..*to)?,
    }
    Ok(())
}

fn is_interrupting(step: &mut Step<'_>, job: &Job, node: NodeIndex) -> Done<bool> {
    let graph = step.graph(&job.place.definition.id)?;
    Ok(graph.node(node).kind.facts().is_interrupting)
}

fn change(step: &mut Step<'_>, id: Id, change: impl FnOnce(&mut Job)) -> Done<Arc<Job>> {
    let mut job = Job::clone(&*find(step, id)?);
    change(&mut job);
    let job = Arc::new(job);
    step.emit(Event::JobChanged { job: Arc::clone(&job) });
    Ok(job)
}

pub(crate) fn set_retries(step: &mut Step<'_>, id: Id, retries: i32, due: Option<Instant>) -> Done<Reply> {
    if retries < 0 {
        return Err(WrongRequest::JobRetries(retries).into());
    }
    let before = find(step, id)?.retries;
    let job = change(step, id, |job| {
        job.retries = retries;
        job.due = due.or(job.due);
    })?;
    match (before > 0, retries > 0) {
        (false, true) => incidents::resolve_for(step, id),
        (true, false) => incidents::raise_for_job(step, &job)?,
        _ => {}
    }
    Ok(Reply::Done)
}

/// With `cascade` the later runs of a cycle move by as much as this one.
pub(crate) fn set_due_date(step: &mut Step<'_>, id: Id, due: Option<Instant>, cascade: bool) -> Done<Reply> {
    change(step, id, |job| {
        if let (true, Some(before), Some(after)) = (cascade, job.due, due) {
            job.moved_ms += after.0 - before.0;
        }
        job.due = due;
    })?;
    Ok(Reply::Done)
}

pub(crate) fn recalculate(step: &mut Step<'_>, id: Id, creation_date_based: bool) -> Done<Reply> {
    let job = find(step, id)?;
    let Some(timer) = timer_of(step, &job)? else {
        return Err(Impasse::NotATimer { job: step.state().text(id), kind: job.kind.definition_type() }.into());
    };
    let base = if creation_date_based { job.created } else { step.env.now };
    let schedule = jobs::schedule(step, job.place.element, &timer, base)?;
    change(step, id, |job| job.due = Some(schedule.due))?;
    Ok(Reply::Done)
}

fn timer_of(step: &mut Step<'_>, job: &Job) -> Done<Option<Timer>> {
    let graph = step.graph(&job.place.definition.id)?;
    let node = match &job.kind {
        JobKind::TimerCatch { node } | JobKind::TimerBoundary { node } | JobKind::TimerStart { node } => *node,
        JobKind::TaskTimeout { listener, .. } => {
            let element = step.element(job.place.element)?;
            return Ok(element.node().and_then(|node| graph.task_listeners(node).get(*listener)?.timer.clone()));
        }
        JobKind::AsyncBefore | JobKind::AsyncAfter | JobKind::FurtherInstances { .. } => return Ok(None),
    };
    Ok(match graph.trigger(node) {
        Some(EventTrigger::Timer(timer)) => Some(timer.clone()),
        _ => None,
    })
}

pub(crate) fn set_priority(step: &mut Step<'_>, id: Id, priority: i64) -> Done<Reply> {
    change(step, id, |job| job.priority = priority)?;
    Ok(Reply::Done)
}

pub(crate) fn set_suspended(step: &mut Step<'_>, id: Id, suspended: bool) -> Done<Reply> {
    change(step, id, |job| job.suspended = suspended)?;
    Ok(Reply::Done)
}

pub(crate) fn delete(step: &mut Step<'_>, id: Id) -> Done<Reply> {
    let job = find(step, id)?;
    jobs::remove(step, &job);
    Ok(Reply::Done)
}
