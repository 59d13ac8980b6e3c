//! Entries of process instances to rows: routes each event to the files that know its rows.

use super::history::LogRow;
use super::row::{Names, event_of};
use super::{GROUP, history, migration, runtime};
use crate::aggregate::{CoreEvent, InstanceAggregate, Recorded, ShellEvent};
use casewright_engine_core::Event;
use casewright_journal::{Aggregate, Entry, Projector, ViewSpec, ViewWrites};

/// Runtime and history views of process instances.
pub(crate) struct InstanceProjector;

impl Projector for InstanceProjector {
    fn group(&self) -> &'static str {
        GROUP
    }

    fn views(&self) -> Vec<ViewSpec> {
        runtime::SPECS.into_iter().chain(history::SPECS).collect()
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[InstanceAggregate::KIND]
    }

    fn version(&self) -> u32 {
        3
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(names) = Names::of(entry) else {
            return;
        };
        let Some(recorded) = event_of::<Recorded>(entry) else {
            return;
        };
        match recorded.as_ref() {
            Recorded::Core(recorded) => {
                project(&names, recorded, out);
                if let Some(at) = recorded.removal_time {
                    history::root_dated(&names, at, out);
                }
                for variable in &recorded.gone {
                    out.remove(names.tenant, super::VARIABLE, &names.id(*variable));
                }
            }
            Recorded::Shell(ShellEvent::HistoryDeleted { rows }) => history::deleted(&names, rows, out),
            Recorded::Shell(ShellEvent::RemovalTimeSet { rows, removal_time }) => {
                history::removal_time_set(&names, rows, *removal_time, out);
            }
            Recorded::Shell(ShellEvent::UserOperated { operation }) => history::operated(&names, operation, out),
            Recorded::Shell(ShellEvent::FormSubmitted { place, task, fields, at }) => {
                history::form_submitted(&names, place, *task, fields, *at, out);
            }
            Recorded::Shell(ShellEvent::OperationAnnotated { rows, annotation }) => {
                history::operation_annotated(&names, rows, annotation.as_deref(), out);
            }
            // Other rooms hear of it; the variables it set have their own events.
            Recorded::Shell(ShellEvent::TaskSubmitted { .. } | ShellEvent::Forgotten) => {}
        }
    }
}

fn project(names: &Names<'_>, recorded: &CoreEvent, out: &mut ViewWrites) {
    let retries_before = recorded.failure.as_ref().and_then(|failure| failure.retries_before);
    match &recorded.event {
        Event::InstanceStarted { instance, .. } => {
            runtime::instance_started(names, instance, out);
            history::instance_started(names, instance, out);
        }
        Event::InstanceSuspended { instance }
        | Event::InstanceActivated { instance }
        | Event::BusinessKeySet { instance } => {
            runtime::instance_changed(names, instance, out);
            history::instance_changed(names, instance, out);
        }
        Event::InstanceMigrated { instance, moved } => {
            runtime::instance_changed(names, instance, out);
            history::instance_changed(names, instance, out);
            migration::moved(names, moved, out);
        }
        Event::InstanceEnded { instance, state, end_activity_id, delete_reason, ended } => {
            runtime::instance_ended(names, instance, out);
            let end = history::End {
                state: *state,
                activity: end_activity_id.as_deref(),
                reason: delete_reason.as_deref(),
                at: *ended,
            };
            history::instance_ended(names, instance, &end, out);
        }
        Event::FlowTaken { flow, element } => {
            runtime::token_placed(names, element, out);
            history::flow_taken(names, flow, element, out);
        }
        Event::TokenPlaced { element } => runtime::token_placed(names, element, out),
        Event::TokenRemoved { element } => runtime::element_gone(names, *element, out),
        Event::ActivityStarted { element } => {
            // A process begins without a token in front of it.
            let begin = if element.scope.is_none() { runtime::token_placed } else { runtime::element };
            begin(names, element, out);
            history::activity_started(names, element, out);
        }
        Event::ElementChanged { element } => {
            runtime::element(names, element, out);
            history::element_changed(names, element, out);
        }
        Event::ActivityEnded { element, activity, ended, canceled, completes_scope, leaving } => {
            if !leaving {
                runtime::element_gone(names, *element, out);
            }
            let end = history::ActivityEnd { at: *ended, canceled: *canceled, completes_scope: *completes_scope };
            history::activity_ended(names, activity, &end, out);
        }
        Event::VariableSet { holder, variable, by, by_activity_id, at, vouched: _ } => {
            runtime::variable_set(names, *holder, variable, out);
            let change = history::VariableChange { by: *by, by_activity_id, at: *at };
            history::variable_set(names, *holder, variable, &change, out);
        }
        Event::VariableRemoved { holder, variable, by, by_activity_id, at } => {
            out.remove(names.tenant, super::VARIABLE, &names.id(variable.id));
            let change = history::VariableChange { by: *by, by_activity_id, at: *at };
            history::variable_removed(names, *holder, variable, &change, out);
        }
        Event::UserTaskCreated { task } => {
            runtime::task_created(names, task, out);
            history::task_created(names, task, out);
        }
        Event::UserTaskChanged { task, changes } => {
            runtime::task_changed(names, task, changes, out);
            history::task_changed(names, task, changes, out);
        }
        Event::UserTaskEnded { task, ended, delete_reason } => {
            runtime::task_ended(names, task, out);
            history::task_ended(names, task, *ended, delete_reason, out);
        }
        Event::ExternalTaskCreated { task } => {
            runtime::external_task_created(names, task, out);
            history::external_task_log(names, task, task.created, LogRow::CREATION_LOG, out);
        }
        Event::ExternalTaskLocked { task }
        | Event::ExternalTaskUnlocked { task }
        | Event::ExternalTaskChanged { task } => runtime::external_task(names, task, out),
        Event::ExternalTaskFailed { task, at } => {
            runtime::external_task(names, task, out);
            history::external_task_failed(names, task, retries_before, *at, out);
        }
        Event::ExternalTaskCompleted { task, at } => {
            out.remove(names.tenant, super::EXTERNAL_TASK, &names.id(task.id));
            history::external_task_log(names, task, *at, LogRow::SUCCESS_LOG, out);
        }
        Event::ExternalTaskDeleted { task, at } => {
            out.remove(names.tenant, super::EXTERNAL_TASK, &names.id(task.id));
            history::external_task_log(names, task, *at, LogRow::DELETION_LOG, out);
        }
        Event::JobCreated { job } => {
            runtime::job_created(names, job, out);
            history::job_log(names, job, job.created, LogRow::CREATION_LOG, out);
        }
        Event::JobChanged { job } => runtime::job(names, job, out),
        Event::JobFailed { job, at } => {
            runtime::job(names, job, out);
            history::job_failed(names, job, retries_before, *at, out);
        }
        Event::JobExecuted { job, at } => {
            out.remove(names.tenant, super::JOB, &names.id(job.id));
            history::job_log(names, job, *at, LogRow::SUCCESS_LOG, out);
        }
        Event::JobRemoved { job, at } => {
            out.remove(names.tenant, super::JOB, &names.id(job.id));
            history::job_log(names, job, *at, LogRow::DELETION_LOG, out);
        }
        Event::SubscriptionCreated { subscription } => {
            runtime::subscription_created(names, subscription, out);
        }
        Event::SubscriptionRemoved { subscription } => {
            out.remove(names.tenant, super::EVENT_SUBSCRIPTION, &names.id(subscription.id))
        }
        Event::IncidentRaised { incident } => {
            runtime::incident_raised(names, incident, recorded.failure.as_ref(), out);
            history::incident_raised(names, incident, recorded.failure.as_ref(), out);
        }
        Event::IncidentAnnotated { incident } => {
            runtime::incident(names, incident, out);
            history::incident(names, incident, history::IncidentState::Open, out);
        }
        Event::IncidentResolved { incident, at } => {
            out.remove(names.tenant, super::INCIDENT, &names.id(incident.id));
            history::incident(names, incident, history::IncidentState::Resolved(*at), out);
        }
        Event::IncidentDeleted { incident, at } => {
            out.remove(names.tenant, super::INCIDENT, &names.id(incident.id));
            history::incident(names, incident, history::IncidentState::Deleted(*at), out);
        }
        Event::DecisionEvaluated { place, decision, trace, at } => {
            history::decision(names, place, decision, trace.as_ref(), *at, out)
        }
        Event::CompensationRecorded { record } => runtime::compensation(names, record, out),
        Event::CompensationRemoved { record } => {
            out.remove(names.tenant, super::EVENT_SUBSCRIPTION, &names.id(record.id));
        }
        Event::ErrorUnhandled { .. } | Event::EffectRequested { .. } => {}
    }
}
