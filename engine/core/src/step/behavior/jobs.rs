//! Jobs: async continuations and timers, their retries and what a failure does.

use super::{incidents, subscriptions};
use crate::compile::Graph;
use crate::entity::{ElementInstance, Job, JobKind, Place};
use crate::event::Event;
use crate::ids::Id;
use crate::rejection::{Failure, Rejection};
use crate::step::context::Step;
use crate::step::evaluation::{Context, as_integer, as_text};
use crate::step::fault::{Done, Fault};
use casewright_engine_model::model::{Node, NodeIndex, Timer};
use casewright_engine_value::{Instant, TimerKind, TimerSchedule, Value};
use smol_str::SmolStr;
use std::sync::Arc;

/// A job that runs as soon as somebody picks it up.
pub(crate) fn create_async(step: &mut Step<'_>, element: &ElementInstance, kind: JobKind) -> Done {
    let graph = step.graph_of(element)?;
    let place = element.activity.place.clone();
    create(step, &graph, element, place, element.node(), kind, None)
}

/// A timer in the name of `owner`; its due date is fixed now.
pub(crate) fn create_timer(
    step: &mut Step<'_>,
    graph: &Graph,
    owner: Id,
    node: NodeIndex,
    timer: &Timer,
    kind: JobKind,
) -> Done {
    let element = step.element(owner)?;
    let schedule = schedule(step, owner, timer, step.env.now)?;
    let place = subscriptions::place_at(graph, &element, node);
    create(step, graph, &element, place, Some(node), kind, Some(schedule))
}

/// When a timer is due, counted from `base`.
pub(crate) fn schedule(step: &mut Step<'_>, owner: Id, timer: &Timer, base: Instant) -> Done<TimerSchedule> {
    let (kind, text) = match timer {
        Timer::Date(text) => (TimerKind::Date, text),
        Timer::Duration(text) => (TimerKind::Duration, text),
        Timer::Cycle(text) => (TimerKind::Cycle, text),
    };
    let value = step.evaluate(Context::of(owner), text)?;
    Ok(step.env.evaluator.schedule(kind, &value, base)?)
}

fn create(
    step: &mut Step<'_>,
    graph: &Graph,
    element: &ElementInstance,
    place: Place,
    node: Option<NodeIndex>,
    kind: JobKind,
    schedule: Option<TimerSchedule>,
) -> Done {
    let node = node.map(|node| graph.node(node));
    let policy =
        step.env.definitions.job_policy(&place.definition.id, &place.activity_id, kind.definition_configuration());
    let priority = match policy.priority {
        Some(priority) => priority,
        None => priority(step, graph, element.id, node)?,
    };
    let is_instance_suspended =
        step.state().instance(element.activity.place.instance).is_some_and(|instance| instance.suspended);
    let job = Job {
        id: step.next_id(),
        place,
        kind,
        due: schedule.as_ref().map(|schedule| schedule.due),
        retries: step.env.options.default_retries,
        exclusive: node.is_none_or(|node| node.exclusive),
        priority,
        suspended: policy.suspended || is_instance_suspended,
        created: step.env.now,
        exception: None,
        failed_activity_id: None,
        repeat: schedule.and_then(|schedule| schedule.repeat).map(SmolStr::from),
        moved_ms: 0,
        failed_before: false,
        business_key: subscriptions::business_key(step, element),
    };
    step.emit(Event::JobCreated { job: Arc::new(job) });
    Ok(())
}

fn priority(step: &mut Step<'_>, graph: &Graph, element: Id, node: Option<&Node>) -> Done<i64> {
    let text = node.and_then(|node| node.job_priority.as_ref()).or(graph.process.job_priority.as_ref());
    let Some(text) = text else {
        return Ok(0);
    };
    let value = match step.evaluate(Context::of(element), text) {
        // As in Camunda 7: a priority that cannot be told does not keep the process from going on.
        Err(Fault::Rejected(Rejection::Evaluation(_))) => return Ok(0),
        other => other?,
    };
    as_integer(&value).ok_or_else(|| Failure::JobPriority(as_text(&value).unwrap_or_default()).into())
}

/// The follow-up of a repeating timer that has just fired.
pub(crate) fn repeat(step: &mut Step<'_>, job: &Job) -> Done {
    let Some(repeat) = &job.repeat else {
        return Ok(());
    };
    // A moved timer counts as if it had not been, and is moved again.
    let unmoved = |at: Instant| Instant(at.0 - job.moved_ms);
    let fired = job.due.unwrap_or(step.env.now);
    let next = step.env.evaluator.next_due(repeat, unmoved(fired), unmoved(step.env.now))?;
    let Some(next) = next else {
        return Ok(());
    };
    let job = Job {
        id: step.next_id(),
        due: Some(Instant(next.due.0 + job.moved_ms)),
        repeat: next.repeat.map(SmolStr::from),
        retries: step.env.options.default_retries,
        created: step.env.now,
        exception: None,
        failed_activity_id: None,
        failed_before: false,
        ..job.clone()
    };
    step.emit(Event::JobCreated { job: Arc::new(job) });
    Ok(())
}

pub(crate) fn remove(step: &mut Step<'_>, job: &Arc<Job>) {
    incidents::delete_for(step, job.id);
    step.emit(Event::JobRemoved { job: Arc::clone(job), at: step.env.now });
}

/// Retries go down, and without any left an incident is raised. Called on the state before the job ran.
pub(crate) fn fail(step: &mut Step<'_>, job: &Job, failed_at: Option<SmolStr>, message: &str) -> Done {
    let policy = retry_policy(step, job)?;
    let initial = match (&policy, job.failed_before) {
        (Some(policy), false) => policy.retries(),
        _ => job.retries,
    };
    let retries = (initial - 1).max(0);
    let mut failed = Job {
        retries,
        failed_before: true,
        exception: Some(Arc::from(message)),
        failed_activity_id: failed_at.or_else(|| Some(job.place.activity_id.clone())),
        ..job.clone()
    };
    if let Some(policy) = &policy
        && retries > 0
    {
        let interval = Value::string(policy.interval(retries));
        failed.due = Some(step.env.evaluator.date(&interval, step.env.now)?);
    }
    let failed = Arc::new(failed);
    step.emit(Event::JobFailed { job: Arc::clone(&failed), at: step.env.now });
    if retries == 0 && job.retries > 0 {
        incidents::raise_for_job(step, &failed)?;
    }
    Ok(())
}

/// No retries are left, whatever the model allows, and an incident is raised.
pub(crate) fn give_up(step: &mut Step<'_>, job: &Job, message: &str) -> Done {
    let failed = Arc::new(Job {
        retries: 0,
        failed_before: true,
        exception: Some(Arc::from(message)),
        failed_activity_id: Some(job.place.activity_id.clone()),
        ..job.clone()
    });
    step.emit(Event::JobFailed { job: Arc::clone(&failed), at: step.env.now });
    if job.retries > 0 {
        incidents::raise_for_job(step, &failed)?;
    }
    Ok(())
}

/// `failedJobRetryTimeCycle`: `R5/PT5M`, or `PT1M,PT5M` (one retry more than intervals).
#[derive(Debug, PartialEq)]
pub(super) enum RetryPolicy {
    Every { retries: i32, interval: String },
    Each(Vec<String>),
}

impl RetryPolicy {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix('R') {
            let (count, interval) = rest.split_once('/')?;
            return Some(Self::Every { retries: count.parse().ok()?, interval: interval.to_owned() });
        }
        let intervals: Vec<String> = text.split(',').map(|i| i.trim().to_owned()).collect();
        let are_periods = intervals.iter().all(|interval| interval.starts_with('P'));
        are_periods.then_some(Self::Each(intervals))
    }

    fn retries(&self) -> i32 {
        match self {
            Self::Every { retries, .. } => *retries,
            Self::Each(intervals) => i32::try_from(intervals.len()).unwrap_or(i32::MAX - 1) + 1,
        }
    }

    /// Until the next try, with this many left.
    fn interval(&self, left: i32) -> &str {
        match self {
            Self::Every { interval, .. } => interval,
            Self::Each(intervals) => {
                let left = usize::try_from(left).unwrap_or(0);
                let at = intervals.len().saturating_sub(left);
                intervals.get(at).map_or("PT0S", String::as_str)
            }
        }
    }
}

fn retry_policy(step: &mut Step<'_>, job: &Job) -> Done<Option<RetryPolicy>> {
    let Some(element) = step.state().element(job.place.element).cloned() else {
        return Ok(None);
    };
    let graph = step.graph_of(&element)?;
    let node = match &job.kind {
        JobKind::TimerBoundary { node } | JobKind::TimerCatch { node } | JobKind::TimerStart { node } => Some(*node),
        JobKind::AsyncBefore | JobKind::AsyncAfter | JobKind::TaskTimeout { .. } | JobKind::FurtherInstances { .. } => {
            element.node()
        }
    };
    let Some(node) = node.map(|node| graph.node(node)) else {
        return Ok(None);
    };
    let text = if element.is_inner() {
        node.loop_characteristics
            .as_ref()
            .and_then(|repeat| repeat.retry_time_cycle.as_ref())
            .or(node.retry_time_cycle.as_ref())
    } else {
        node.retry_time_cycle.as_ref()
    };
    let Some(text) = text else {
        return Ok(None);
    };
    // An expression that fails must not keep the failure from being stored: the default applies then.
    let value = step.evaluate_text(Context::of(element.id), text);
    Ok(value.ok().flatten().and_then(|text| RetryPolicy::parse(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_intervals_gives_one_retry_more_and_each_interval_in_turn() {
        let policy = RetryPolicy::parse("PT1M, PT5M,PT1H").unwrap();
        assert_eq!(policy.retries(), 4);
        assert_eq!([3, 2, 1].map(|left| policy.interval(left)), ["PT1M", "PT5M", "PT1H"]);
    }

    #[test]
    fn a_cycle_gives_the_same_interval_each_time() {
        let policy = RetryPolicy::parse("R5/PT10M").unwrap();
        assert_eq!((policy.retries(), policy.interval(3)), (5, "PT10M"));
    }

    #[test]
    fn anything_else_is_no_policy() {
        for text in ["", "5", "R/PT5M", "five minutes"] {
            assert_eq!(RetryPolicy::parse(text), None, "{text}");
        }
    }
}
