//! Which execution a token runs on, once everything has settled: alone in its scope it runs on the scope's own, side by
//! side with others each has its own (Camunda 7 expands and compacts its tree in the same way).

use super::tokens;
use crate::entity::{Activity, ElementInstance, ExternalTask, Job, Phase, Position, UserTask};
use crate::event::Event;
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use std::sync::Arc;

/// Looks at the scopes in which tokens came or went.
pub(crate) fn tidy(step: &mut Step<'_>) -> Done {
    while let Some(scope) = step.next_touched() {
        tidy_scope(step, scope)?;
    }
    Ok(())
}

fn tidy_scope(step: &mut Step<'_>, scope: Id) -> Done {
    let Some(parent) = step.state().element(scope).cloned() else {
        return Ok(());
    };
    // Instances of a loop stay concurrent to the last.
    if matches!(parent.position, Position::Body(_)) || parent.phase != Phase::Active {
        return Ok(());
    }
    let outside = parent.activity.place.execution;
    let tokens: Vec<Arc<ElementInstance>> = step
        .state()
        .children(scope)
        .filter_map(|child| step.state().element(child))
        .filter(|child| child.compensating_for.is_none())
        .cloned()
        .collect();
    match tokens.as_slice() {
        [] => Ok(()),
        [lone] if lone.branch.is_none() => Ok(()),
        [lone] => run_on(step, lone, outside, None),
        several => {
            for token in several.iter().filter(|token| token.branch.is_none()) {
                let branch = step.next_id();
                run_on(step, token, outside, Some(branch))?;
            }
            Ok(())
        }
    }
}

/// The token goes over to another execution, with what belongs to it.
fn run_on(step: &mut Step<'_>, token: &ElementInstance, outside: Id, branch: Option<Id>) -> Done {
    let before = token.activity.place.execution;
    let owns_execution = before != token.branch.unwrap_or(outside);
    let base = branch.unwrap_or(outside);
    let execution = if owns_execution { before } else { base };
    tokens::change(step, token.id, |element| {
        let mut activity = Activity::clone(&element.activity);
        activity.place.execution = execution;
        element.activity = Arc::new(activity);
        element.branch = branch;
        element.parent_execution = if owns_execution { Some(base) } else { branch.map(|_| outside) };
    })?;
    if !owns_execution {
        move_belongings(step, token, execution);
    }
    Ok(())
}

fn move_belongings(step: &mut Step<'_>, token: &ElementInstance, execution: Id) {
    if let Some(task) = token.task.and_then(|id| step.state().task(id)) {
        let mut task = UserTask::clone(task);
        task.place.execution = execution;
        step.emit(Event::UserTaskChanged { task: Arc::new(task), changes: Vec::new() });
    }
    if let Some(task) = token.external_task.and_then(|id| step.state().external_task(id)) {
        let mut task = ExternalTask::clone(task);
        task.place.execution = execution;
        step.emit(Event::ExternalTaskChanged { task: Arc::new(task) });
    }
    let jobs: Vec<Arc<Job>> = step.state().jobs_of(token.id).cloned().collect();
    for job in jobs {
        let mut job = Job::clone(&job);
        job.place.execution = execution;
        step.emit(Event::JobChanged { job: Arc::new(job) });
    }
}
