//! One command against one root process instance: decide, settle, answer.
//!
//! This file only routes. Each floor calls the ones below it and none above:
//!
//! - `command/`: what a command does directly, one file per family;
//! - `lifecycle/`: the turns in the life of an element instance, and the loop that takes them;
//! - `event/`: what is thrown or happens finds the element that catches it;
//! - `element/`: what each BPMN element does, one file for each;
//! - `behavior/`: what several elements share, and `evaluation/`: what expressions see;
//! - `context`: the step itself, the only way to state ([`crate::apply`]) and agenda.

mod agenda;
mod behavior;
mod command;
mod context;
mod element;
mod evaluation;
mod event;
mod fault;
mod lifecycle;

use crate::command::Command;
use crate::env::Env;
use crate::outcome::Outcome;
use crate::rejection::Rejection;
use crate::state::State;
use crate::task::TaskAction;
use command::{
    Reply, ad_hoc, events, external_tasks, incidents, instance, jobs, migrate, modify, start, tasks, variables,
};
use context::Step;
use fault::Done;
use lifecycle::settle;

/// Decides what a command does. `state` is not touched: the step works on a copy that shares everything unchanged, and is
/// thrown away when the command is rejected.
///
/// # Errors
/// The command cannot be carried out; nothing has changed.
pub fn step(state: &State, command: Command, env: &Env<'_>) -> Result<Outcome, Rejection> {
    if state.is_ended() {
        return Err(Rejection::Ended(state.prefix().root()));
    }
    if let Command::ExecuteJob { job } = command {
        return jobs::execute(state, job, env);
    }
    let mut step = Step::new(state, env);
    let reply = route(&mut step, command).map_err(fault::Fault::into_rejection)?;
    settle(&mut step).map_err(fault::Fault::into_rejection)?;
    Ok(reply.finish(step))
}

fn route(step: &mut Step<'_>, command: Command) -> Done<Reply> {
    match command {
        Command::StartInstance(command) => start::start(step, &command),
        Command::Modify(command) => modify::modify(step, &command),
        Command::StartAdHocActivities { element, activities, variables } => {
            ad_hoc::start(step, element, &activities, &variables)
        }
        Command::Suspend { instance } => instance::suspend(step, instance),
        Command::Activate { instance } => instance::activate(step, instance),
        Command::Delete(command) => instance::delete(step, &command),
        Command::SetBusinessKey { instance, business_key } => instance::set_business_key(step, instance, business_key),
        Command::Migrate(command) => migrate::migrate(step, &command),
        Command::SetVariables { target, variables, deletions } => variables::set(step, target, &variables, &deletions),
        Command::CompleteTask { task, variables } => tasks::complete(step, task, &variables),
        Command::SubmitTask { task, by, seen, variables } => tasks::submit(step, task, &by, seen.as_ref(), &variables),
        Command::ClaimTask { task, user } => tasks::act(step, task, TaskAction::Claim(user.as_ref())),
        Command::AssignTask { task, user } => tasks::act(step, task, TaskAction::Assign(user.as_ref())),
        Command::DelegateTask { task, user } => tasks::act(step, task, TaskAction::Delegate(user.as_ref())),
        Command::ResolveTask { task, variables } => tasks::resolve(step, task, &variables),
        Command::UpdateTask { task, update } => tasks::act(step, task, TaskAction::Update(&update)),
        Command::AddTaskLink { task, link } => tasks::act(step, task, TaskAction::AddLink(&link)),
        Command::RemoveTaskLink { task, link } => tasks::act(step, task, TaskAction::RemoveLink(&link)),
        Command::TaskError { task, code, message, variables } => {
            tasks::throw_error(step, task, &code, message.as_deref(), &variables)
        }
        Command::TaskEscalation { task, code, variables } => tasks::throw_escalation(step, task, &code, &variables),
        Command::LockExternalTasks { tasks, worker, until } => external_tasks::lock_all(step, &tasks, &worker, &until),
        Command::LockExternalTask { task, worker, duration_ms } => {
            external_tasks::lock(step, task, &worker, duration_ms)
        }
        Command::ExtendExternalTaskLock { task, worker, duration_ms } => {
            external_tasks::extend_lock(step, task, &worker, duration_ms)
        }
        Command::UnlockExternalTask { task } => external_tasks::unlock(step, task),
        Command::CompleteExternalTask { task, worker, variables, local_variables } => {
            external_tasks::complete(step, task, &worker, &variables, &local_variables)
        }
        Command::FailExternalTask(command) => external_tasks::fail(step, &command),
        Command::ExternalTaskError { task, worker, code, message, variables } => {
            external_tasks::throw_error(step, task, &worker, &code, message.as_deref(), &variables)
        }
        Command::SetExternalTaskRetries { task, retries } => external_tasks::set_retries(step, task, retries),
        Command::SetExternalTaskPriority { task, priority } => external_tasks::set_priority(step, task, priority),
        // Has its own way of failing: routed before.
        Command::ExecuteJob { job } => jobs::run(step, job).map(|()| Reply::Done),
        Command::FailJob { job, message, for_good } => jobs::fail(step, job, &message, for_good),
        Command::SetJobRetries { job, retries, due } => jobs::set_retries(step, job, retries, due),
        Command::SetJobDueDate { job, due, cascade } => jobs::set_due_date(step, job, due, cascade),
        Command::RecalculateJobDueDate { job, creation_date_based } => {
            jobs::recalculate(step, job, creation_date_based)
        }
        Command::SetJobPriority { job, priority } => jobs::set_priority(step, job, priority),
        Command::SetJobSuspended { job, suspended } => jobs::set_suspended(step, job, suspended),
        Command::DeleteJob { job } => jobs::delete(step, job),
        Command::TriggerSubscription { subscription, variables, local_variables, to_triggered_scope } => {
            events::trigger(step, subscription, &variables, &local_variables, &to_triggered_scope)
        }
        Command::TriggerExecution { execution, kind, name, variables } => {
            events::trigger_execution(step, execution, kind, name.as_deref(), &variables)
        }
        Command::SignalExecution { execution, variables, .. } => events::signal_execution(step, execution, &variables),
        Command::CreateIncident { execution, kind, configuration, message } => {
            incidents::create(step, execution, kind, configuration, message)
        }
        Command::ResolveIncident { incident } => incidents::resolve(step, incident),
        Command::AnnotateIncident { incident, annotation } => incidents::annotate(step, incident, annotation),
    }
}
