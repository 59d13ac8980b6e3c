//! The user operation log: what a signed-in user asked for, in the contract's words, with what changed.
//!
//! An operation stands in the instance's own log, in the same batch as what it did. Jobs are no users: what they do in
//! somebody's name is not written here.

use crate::Caller;
use crate::registry::Catalog;
use casewright_engine_core::command::{Migrate, Modify, TaskUpdate, VariableTarget};
use casewright_engine_core::entity::{DelegationState, ExternalTask, IdentityLink, Job, Place, UserTask};
use casewright_engine_core::ids::Id;
use casewright_engine_core::{Command, State};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{Change, Operation};
use casewright_engine_views::{HistoryLevel, delegation_state, job_definition_id};
use smol_str::{SmolStr, ToSmolStr};
use std::sync::Arc;

/// The operation that a command is, when a user asked for it and the log is kept.
pub(crate) fn of(
    command: &Command,
    who: &Caller,
    before: &State,
    after: &State,
    history: HistoryLevel,
    catalog: &Catalog,
    at: Instant,
) -> Option<Operation> {
    if who.user.is_none() || who.is_job || history < HistoryLevel::Full {
        return None;
    }
    let mut operation = Words { before, after, at }.of(command)?;
    operation.deployment = catalog.process(&operation.place.definition.id).map(|process| process.deployment_id.clone());
    Some(operation)
}

struct Words<'a> {
    before: &'a State,
    after: &'a State,
    at: Instant,
}

impl Words<'_> {
    fn of(&self, command: &Command) -> Option<Operation> {
        match command {
            Command::StartInstance(_) => self.created(),
            Command::Suspend { instance } => self.suspension(*instance, "Suspend", "suspended"),
            Command::Activate { instance } => self.suspension(*instance, "Activate", "active"),
            Command::Delete(delete) => self.instance(delete.instance, "Delete"),
            Command::Modify(modify) => self.modified(modify),
            Command::StartAdHocActivities { element, .. } => {
                let place = &self.before.element(*element)?.activity.place;
                self.instance(place.instance, "ModifyProcessInstance")
            }
            Command::Migrate(migrate) => self.migrated(migrate),
            Command::SetVariables { target, variables, .. } => self.variables(*target, variables.is_empty()),
            Command::CompleteTask { task, .. } | Command::SubmitTask { task, .. } => {
                Some(self.task(*task, "Complete")?.change("delete", text(false), text(true)))
            }
            Command::ClaimTask { task, .. } => self.assigned(*task, "Claim"),
            Command::AssignTask { task, .. } => self.assigned(*task, "Assign"),
            Command::DelegateTask { task, .. } => self.delegated(*task),
            Command::ResolveTask { task, .. } => {
                let before = self.before.task(*task)?.delegation.map(delegation);
                let resolved = Some(SmolStr::new_static("RESOLVED"));
                Some(self.task(*task, "Resolve")?.change("delegation", before, resolved))
            }
            Command::UpdateTask { task, update } => self.updated(*task, update),
            Command::AddTaskLink { task, link } => self.linked(*task, link, ["AddUserLink", "AddGroupLink"]),
            Command::RemoveTaskLink { task, link } => self.linked(*task, link, ["DeleteUserLink", "DeleteGroupLink"]),
            Command::UnlockExternalTask { task } => self.external_task(*task, "Unlock"),
            Command::SetExternalTaskRetries { task, retries } => {
                let old = self.before.external_task(*task)?.retries.map(|retries| retries.to_smolstr());
                Some(self.external_task(*task, "SetExternalTaskRetries")?.change("retries", old, text(retries)))
            }
            Command::SetExternalTaskPriority { task, priority } => {
                let old = self.before.external_task(*task)?.priority;
                Some(self.external_task(*task, "SetPriority")?.change("priority", text(old), text(priority)))
            }
            Command::ExecuteJob { job } => self.job(*job, "Execute"),
            Command::DeleteJob { job } => self.job(*job, "Delete"),
            Command::SetJobRetries { job, retries, .. } => {
                let old = self.before.job(*job)?.retries;
                Some(self.job(*job, "SetJobRetries")?.change("retries", text(old), text(retries)))
            }
            Command::SetJobDueDate { job, due, .. } => {
                let old = self.before.job(*job)?.due;
                Some(self.job(*job, "SetDueDate")?.change("duedate", time(old), time(*due)))
            }
            Command::RecalculateJobDueDate { job, .. } => {
                let (old, new) = (self.before.job(*job)?.due, self.after.job(*job)?.due);
                Some(self.job(*job, "RecalculateDueDate")?.change("duedate", time(old), time(new)))
            }
            Command::SetJobPriority { job, priority } => {
                let old = self.before.job(*job)?.priority;
                Some(self.job(*job, "SetPriority")?.change("priority", text(old), text(priority)))
            }
            Command::SetJobSuspended { job, suspended } => {
                let (kind, state) = if *suspended { ("SuspendJob", "suspended") } else { ("ActivateJob", "active") };
                Some(self.job(*job, kind)?.change("suspensionState", None, text(state)))
            }
            Command::ResolveIncident { incident } => {
                let id = self.before.text(*incident);
                let place = &self.before.incident(*incident)?.place;
                Some(self.at_instance(place, "Resolve").change("incidentId", None, Some(id)))
            }
            Command::AnnotateIncident { incident, annotation } => {
                let id = self.before.text(*incident);
                let kind = if annotation.is_some() { "SetAnnotation" } else { "ClearAnnotation" };
                let place = &self.before.incident(*incident)?.place;
                Some(Operation::new("Incident", kind, place, self.at).change("incidentId", None, Some(id)))
            }
            // What workers, events and conditions do is no operation of a user.
            Command::SetBusinessKey { .. }
            | Command::TaskError { .. }
            | Command::TaskEscalation { .. }
            | Command::LockExternalTasks { .. }
            | Command::LockExternalTask { .. }
            | Command::ExtendExternalTaskLock { .. }
            | Command::CompleteExternalTask { .. }
            | Command::FailExternalTask(_)
            | Command::ExternalTaskError { .. }
            | Command::TriggerSubscription { .. }
            | Command::TriggerExecution { .. }
            | Command::SignalExecution { .. }
            | Command::CreateIncident { .. }
            | Command::FailJob { .. } => None,
        }
    }

    /// What ended within its own start has no state to tell of; its history has the start user.
    fn created(&self) -> Option<Operation> {
        let root = self.after.local(&self.after.prefix().root())?;
        let place = &self.after.element(root)?.activity.place;
        Some(self.at_instance(place, "Create"))
    }

    fn instance(&self, instance: Id, kind: &'static str) -> Option<Operation> {
        let place = &self.before.element(instance)?.activity.place;
        Some(self.at_instance(place, kind))
    }

    fn at_instance(&self, place: &Place, kind: &'static str) -> Operation {
        Operation::new("ProcessInstance", kind, place, self.at)
    }

    fn suspension(&self, instance: Id, kind: &'static str, state: &'static str) -> Option<Operation> {
        Some(self.instance(instance, kind)?.change("suspensionState", None, text(state)))
    }

    fn modified(&self, modify: &Modify) -> Option<Operation> {
        let mut operation = self.instance(modify.instance, "ModifyProcessInstance")?;
        operation.annotation.clone_from(&modify.annotation);
        Some(operation)
    }

    fn migrated(&self, migrate: &Migrate) -> Option<Operation> {
        let (source, target) = (migrate.plan.source.clone(), migrate.plan.target.clone());
        let operation = self.instance(migrate.instance, "Migrate")?;
        let operation = operation.change("processDefinitionId", Some(source), Some(target));
        Some(operation.change("nrOfInstances", None, text(1)).change("async", None, text(false)))
    }

    fn variables(&self, target: VariableTarget, only_removed: bool) -> Option<Operation> {
        let kind = if only_removed { "RemoveVariable" } else { "SetVariable" };
        let place = match target {
            VariableTarget::Execution(id) | VariableTarget::ExecutionLocal(id) => {
                let element = self.before.element_of_execution(id).or_else(|| self.before.element(id))?;
                &element.activity.place
            }
            VariableTarget::Task(id) | VariableTarget::TaskLocal(id) => &self.before.task(id)?.place,
        };
        let mut operation = Operation::new("Variable", kind, place, self.at);
        if let VariableTarget::Task(task) | VariableTarget::TaskLocal(task) = target {
            operation.task = Some(task);
        }
        Some(operation)
    }

    fn task(&self, id: Id, kind: &'static str) -> Option<Operation> {
        let place = &self.before.task(id)?.place;
        Some(Operation { task: Some(id), ..Operation::new("Task", kind, place, self.at) })
    }

    /// The task before and after.
    fn both(&self, id: Id) -> Option<(&UserTask, &UserTask)> {
        Some((self.before.task(id)?, self.after.task(id)?))
    }

    fn assigned(&self, id: Id, kind: &'static str) -> Option<Operation> {
        let (before, after) = self.both(id)?;
        Some(self.task(id, kind)?.change("assignee", before.assignee.clone(), after.assignee.clone()))
    }

    fn delegated(&self, id: Id) -> Option<Operation> {
        let (before, after) = self.both(id)?;
        let state = |task: &UserTask| task.delegation.map(delegation);
        let operation = self.task(id, "Delegate")?.change("delegation", state(before), state(after));
        let operation = operation.changed("owner", before.owner.clone(), after.owner.clone());
        Some(operation.change("assignee", before.assignee.clone(), after.assignee.clone()))
    }

    /// What did not change is not told; when nothing did, nothing is.
    fn updated(&self, id: Id, update: &TaskUpdate) -> Option<Operation> {
        let (before, after) = self.both(id)?;
        let only_priority = TaskUpdate { priority: update.priority, ..TaskUpdate::default() };
        let kind = if *update == only_priority { "SetPriority" } else { "Update" };
        let words = |text: &Option<Arc<str>>| text.as_deref().map(SmolStr::new);
        let operation = self
            .task(id, kind)?
            .changed("assignee", before.assignee.clone(), after.assignee.clone())
            .changed("delegation", before.delegation.map(delegation), after.delegation.map(delegation))
            .changed("description", words(&before.description), words(&after.description))
            .changed("dueDate", time(before.due), time(after.due))
            .changed("followUpDate", time(before.follow_up), time(after.follow_up))
            .changed("name", words(&before.name), words(&after.name))
            .changed("owner", before.owner.clone(), after.owner.clone())
            .changed("parentTask", before.parent_task.clone(), after.parent_task.clone())
            .changed("priority", text(before.priority), text(after.priority))
            .changed("caseInstanceId", before.case_instance_id.clone(), after.case_instance_id.clone());
        (!operation.changes.is_empty()).then_some(operation)
    }

    fn linked(&self, id: Id, link: &IdentityLink, [user, group]: [&'static str; 2]) -> Option<Operation> {
        let kind = if link.user.is_some() { user } else { group };
        let mut operation = self.task(id, kind)?;
        operation.entity = SmolStr::new_static("IdentityLink");
        let who = link.user.clone().or_else(|| link.group.clone());
        operation.changes.push(Change { property: Some(link.kind.clone()), old: None, new: who });
        Some(operation)
    }

    fn external_task(&self, id: Id, kind: &'static str) -> Option<Operation> {
        let ExternalTask { place, .. } = &**self.before.external_task(id)?;
        Some(Operation { external_task: Some(id), ..Operation::new("ExternalTask", kind, place, self.at) })
    }

    fn job(&self, id: Id, kind: &'static str) -> Option<Operation> {
        let Job { place, kind: of, .. } = &**self.before.job(id)?;
        let definition = job_definition_id(&place.definition.id, &place.activity_id, of.definition_configuration());
        let operation = Operation::new("Job", kind, place, self.at);
        Some(Operation { job: Some(id), job_definition: Some(definition.into()), ..operation })
    }
}

fn text(value: impl ToSmolStr) -> Option<SmolStr> {
    Some(value.to_smolstr())
}

/// Camunda writes dates as milliseconds.
fn time(at: Option<Instant>) -> Option<SmolStr> {
    at.map(|at| at.0.to_smolstr())
}

fn delegation(state: DelegationState) -> SmolStr {
    SmolStr::new_static(delegation_state(state))
}
