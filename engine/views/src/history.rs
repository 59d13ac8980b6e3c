//! Rows of what happened: they stay until they are deleted on purpose.

use super::row::{Names, job_definition_id, link_type, ms, optional_ms, row, with};
use super::runtime::{failed_activity, task_state, variable_row};
use super::{
    CLEANED_VIEWS, HISTORY_ACTIVITY_INSTANCE, HISTORY_DETAIL, HISTORY_EXTERNAL_TASK_LOG, HISTORY_FLOW,
    HISTORY_IDENTITY_LINK, HISTORY_INCIDENT, HISTORY_JOB_LOG, HISTORY_PROCESS_INSTANCE, HISTORY_TASK,
    HISTORY_USER_OPERATION, HISTORY_VARIABLE,
};
use crate::aggregate::{Failure, Operation};
use casewright_engine_core::entity::{
    Activity, ElementInstance, EndState, ExternalTask, Holder, IdentityLink, Incident, Job, Place, Position,
    ProcessInstance, UserTask, Variable,
};
use casewright_engine_core::event::TaskChange;
use casewright_engine_core::ids::Id;
use casewright_engine_value::{Instant, Value};
use casewright_journal::{Cell, Row, ViewWrites};
use serde_json::Value as Json;
use smol_str::SmolStr;

/// How an instance ended.
pub(super) struct End<'a> {
    pub(super) state: EndState,
    pub(super) activity: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    pub(super) at: Instant,
}

/// How an activity ended.
pub(super) struct ActivityEnd {
    pub(super) at: Instant,
    pub(super) canceled: bool,
    pub(super) completes_scope: bool,
}

/// Who set a variable, and when.
pub(super) struct VariableChange<'a> {
    pub(super) by: Id,
    pub(super) by_activity_id: &'a str,
    pub(super) at: Instant,
}

#[derive(Clone, Copy)]
pub(super) enum IncidentState {
    Open,
    Resolved(Instant),
    Deleted(Instant),
}

pub(super) fn instance_started(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let document = row! {
        "id": names.cell(instance.id),
        "processInstanceId": names.cell(instance.id),
        "rootProcessInstanceId": &names.root,
        "superProcessInstanceId": names.optional(instance.super_instance),
        "businessKey": instance.business_key.as_ref(),
        "processDefinitionId": &instance.definition.id,
        "processDefinitionKey": &instance.definition.key,
        "startTime": ms(instance.started),
        "endTime": Cell::Null,
        "durationInMillis": Cell::Null,
        "startUserId": instance.start_user.as_ref(),
        "startActivityId": instance.start_activity_id.as_ref(),
        "deleteReason": Cell::Null,
        "caseInstanceId": instance.case_instance_id.as_ref(),
        "tenantId": instance.definition.tenant_id.as_ref(),
        "state": "ACTIVE",
        "restartedProcessInstanceId": instance.restarted_from.as_deref(),
    };
    let id = names.id(instance.id);
    out.insert(names.tenant, HISTORY_PROCESS_INSTANCE, &id, document);
}

pub(super) fn instance_changed(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let fields = row! {
        "businessKey": instance.business_key.as_ref(),
        "processDefinitionId": &instance.definition.id,
        "processDefinitionKey": &instance.definition.key,
        "startActivityId": instance.start_activity_id.as_ref(),
        "state": if instance.suspended { "SUSPENDED" } else { "ACTIVE" },
    };
    let id = names.id(instance.id);
    out.patch(names.tenant, HISTORY_PROCESS_INSTANCE, &id, fields);
}

pub(super) fn instance_ended(names: &Names<'_>, instance: &ProcessInstance, end: &End<'_>, out: &mut ViewWrites) {
    let state = match end.state {
        EndState::Completed => "COMPLETED",
        EndState::ExternallyTerminated => "EXTERNALLY_TERMINATED",
        EndState::InternallyTerminated => "INTERNALLY_TERMINATED",
    };
    let fields = row! {
        "endTime": ms(end.at),
        "durationInMillis": end.at.0 - instance.started.0,
        "deleteReason": end.reason,
        "endActivityId": end.activity,
        "businessKey": instance.business_key.as_ref(),
        "startActivityId": instance.start_activity_id.as_ref(),
        "state": state,
    };
    let id = names.id(instance.id);
    out.patch(names.tenant, HISTORY_PROCESS_INSTANCE, &id, fields);
}

/// Rows of the whole hierarchy go by the time of its root, unless they state one of their own.
pub(super) fn root_dated(names: &Names<'_>, at: Instant, out: &mut ViewWrites) {
    out.patch(names.tenant, HISTORY_PROCESS_INSTANCE, &names.root, row! { "removalTime": ms(at) });
}

/// One line per property that was changed; one without a property where none was.
pub(super) fn operated(names: &Names<'_>, operation: &Operation, out: &mut ViewWrites) {
    let place = &operation.place;
    let operation_id = names.log_id(0);
    for (nth, change) in operation.lines().enumerate() {
        let id = names.log_id(nth + 1);
        let document = row! {
            "id": id.as_str(),
            "userId": names.actor,
            "timestamp": ms(operation.at),
            "operationId": operation_id.as_str(),
            "operationType": operation.kind.as_str(),
            "entityType": operation.entity.as_str(),
            "category": operation.category(),
            "annotation": operation.annotation.as_deref(),
            "property": change.property.as_deref(),
            "orgValue": change.old.as_deref(),
            "newValue": change.new.as_deref(),
            "deploymentId": operation.deployment.as_deref(),
            "processDefinitionId": &place.definition.id,
            "processDefinitionKey": &place.definition.key,
            "processInstanceId": names.cell(place.instance),
            "rootProcessInstanceId": &names.root,
            "executionId": operation.is_at_execution().then(|| names.id(place.execution).to_string()),
            "taskId": names.optional(operation.task),
            "externalTaskId": names.optional(operation.external_task),
            "jobId": names.optional(operation.job),
            "jobDefinitionId": operation.job_definition.as_deref(),
            "tenantId": place.definition.tenant_id.as_ref(),
        };
        out.insert(names.tenant, HISTORY_USER_OPERATION, &id, document);
    }
}

/// All lines of an operation carry its annotation.
pub(super) fn operation_annotated(names: &Names<'_>, rows: &[SmolStr], annotation: Option<&str>, out: &mut ViewWrites) {
    for id in rows {
        out.patch(names.tenant, HISTORY_USER_OPERATION, id, row! { "annotation": annotation });
    }
}

/// One row per flow and instance: the diagram wants to know that it was taken, not how often.
pub(super) fn flow_taken(names: &Names<'_>, flow: &str, element: &ElementInstance, out: &mut ViewWrites) {
    let instance = names.id(element.activity.place.instance);
    let document = row! {
        "processInstanceId": instance.as_str(),
        "flowId": flow,
    };
    let id = format!("{instance}:{flow}");
    out.put(names.tenant, HISTORY_FLOW, &id, document);
}

pub(super) fn activity_started(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    if element.position == Position::Process || is_link(&element.activity) {
        return;
    }
    let activity = &element.activity;
    let id = names.activity_instance(&activity.place);
    let document = with(
        names.place(&activity.place),
        row! {
            "id": id.as_str(),
            "parentActivityInstanceId": parent(names, activity),
            "activityName": activity_name(activity),
            "activityType": &activity.activity_type,
            "taskId": names.optional(element.task),
            "calledProcessInstanceId": names.optional(element.called),
            "assignee": Cell::Null,
            "startTime": ms(activity.started),
            "endTime": Cell::Null,
            "durationInMillis": Cell::Null,
            "canceled": false,
            "completeScope": false,
            "sequence": names.seq,
        },
    );
    out.insert(names.tenant, HISTORY_ACTIVITY_INSTANCE, &id, document);
}

/// Camunda tells nothing of link events: they are a way to draw a flow.
fn is_link(activity: &Activity) -> bool {
    matches!(activity.activity_type.as_str(), "intermediateLinkThrow" | "intermediateLinkCatch")
}

/// A multi-instance body has no name of its own.
fn activity_name(activity: &Activity) -> Option<&str> {
    activity.activity_name.as_deref().filter(|_| activity.activity_type != "multiInstanceBody")
}

fn parent(names: &Names<'_>, activity: &Activity) -> Cell {
    let Some(parent) = activity.parent else {
        return Cell::Null;
    };
    let activity_id = activity.parent_activity_id.as_deref().unwrap_or_default();
    names.element(activity.place.instance, parent, activity_id).into()
}

/// The called instance is known only after the activity started.
pub(super) fn element_changed(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    if element.called.is_none() && element.task.is_none() {
        return;
    }
    let id = names.activity_instance(&element.activity.place);
    let fields = row! {
        "calledProcessInstanceId": names.optional(element.called),
        "taskId": names.optional(element.task),
    };
    out.patch(names.tenant, HISTORY_ACTIVITY_INSTANCE, &id, fields);
}

pub(super) fn activity_ended(names: &Names<'_>, activity: &Activity, end: &ActivityEnd, out: &mut ViewWrites) {
    let id = names.activity_instance(&activity.place);
    let fields = row! {
        "endTime": ms(end.at),
        "durationInMillis": end.at.0 - activity.started.0,
        "canceled": end.canceled,
        "completeScope": end.completes_scope,
    };
    out.patch(names.tenant, HISTORY_ACTIVITY_INSTANCE, &id, fields);
}

pub(super) fn variable_set(
    names: &Names<'_>,
    holder: Holder,
    variable: &Variable,
    change: &VariableChange<'_>,
    out: &mut ViewWrites,
) {
    let id = names.id(variable.id);
    let document = with(variable_row(names, holder, variable), row! { "state": "CREATED" });
    if variable.revision == 0 {
        out.insert(names.tenant, HISTORY_VARIABLE, &id, document.clone());
    } else {
        out.put(names.tenant, HISTORY_VARIABLE, &id, document.clone());
    }
    // Initial are the variables an instance was started with: set by the process itself.
    let initial = variable.revision == 0 && change.by == variable.place.instance;
    let detail = with(document, row! { "initial": initial });
    variable_detail(names, variable, change, detail, out);
}

fn variable_detail(
    names: &Names<'_>,
    variable: &Variable,
    change: &VariableChange<'_>,
    document: Row,
    out: &mut ViewWrites,
) {
    let instance = variable.place.instance;
    let by = (!change.by_activity_id.is_empty()).then(|| names.element(instance, change.by, change.by_activity_id));
    let log = names.log_id(0);
    let detail = with(
        document,
        row! {
            "id": log.as_str(),
            "detail": "variableUpdate",
            "variableInstanceId": names.cell(variable.id),
            "activityInstanceId": by.as_deref(),
            "time": ms(change.at),
            "sequence": names.seq,
        },
    );
    out.insert(names.tenant, HISTORY_DETAIL, &log, detail);
}

/// The detail of a removal keeps the type, and has no value.
pub(super) fn variable_removed(
    names: &Names<'_>,
    holder: Holder,
    variable: &Variable,
    change: &VariableChange<'_>,
    out: &mut ViewWrites,
) {
    let id = names.id(variable.id);
    out.patch(names.tenant, HISTORY_VARIABLE, &id, row! { "state": "DELETED" });
    let mut document = variable_row(names, holder, variable);
    for field in ["value", "text", "number", "flag", "date"] {
        document.set(field, Cell::Null);
    }
    let document = with(document, row! { "initial": false, "removed": true, "revision": variable.revision + 1 });
    variable_detail(names, variable, change, document, out);
}

/// Only texts of a form are kept in history.
pub(super) fn form_submitted(
    names: &Names<'_>,
    place: &Place,
    task: Option<Id>,
    fields: &[(SmolStr, String)],
    at: Instant,
    out: &mut ViewWrites,
) {
    for (nth, (field, text)) in fields.iter().enumerate() {
        let id = names.log_id(nth);
        let document = with(
            names.place(place),
            row! {
                "id": id.as_str(),
                "detail": "formField",
                "taskId": names.optional(task),
                "fieldId": field.as_str(),
                "fieldValue": text.as_str(),
                "time": ms(at),
                "sequence": names.seq,
            },
        );
        out.insert(names.tenant, HISTORY_DETAIL, &id, document);
    }
}

/// Sets the time from which rows may be removed.
pub(super) fn removal_time_set(
    names: &Names<'_>,
    rows: &[(SmolStr, Vec<SmolStr>)],
    at: Option<Instant>,
    out: &mut ViewWrites,
) {
    for (view, ids) in rows {
        if let Some(view) = CLEANED_VIEWS.iter().copied().find(|known| known == view) {
            for id in ids {
                out.patch(names.tenant, view, id, row! { "removalTime": optional_ms(at) });
            }
        }
    }
}

/// Rows of these views, as the deletion listed them.
pub(super) fn deleted(names: &Names<'_>, rows: &[(SmolStr, Vec<SmolStr>)], out: &mut ViewWrites) {
    for (view, ids) in rows {
        if let Some(view) = CLEANED_VIEWS.iter().copied().find(|known| known == view) {
            for id in ids {
                out.remove(names.tenant, view, id);
            }
        }
    }
}

pub(super) fn task_created(names: &Names<'_>, task: &UserTask, out: &mut ViewWrites) {
    let id = names.id(task.id);
    let document = with(
        with(names.place(&task.place), task_fields(task)),
        row! {
            "id": id.as_str(),
            "startTime": ms(task.created),
            "endTime": Cell::Null,
            "duration": Cell::Null,
            "deleteReason": Cell::Null,
            "taskDefinitionKey": &task.place.activity_id,
        },
    );
    out.insert(names.tenant, HISTORY_TASK, &id, document);
    activity_of_task(names, task, out);
    let mut log = LinkLog::new(names, task, task.created);
    for link in &task.links {
        log.link("add", link, out);
    }
    log.user("add", "assignee", task.assignee.as_deref(), out);
    log.user("add", "owner", task.owner.as_deref(), out);
}

fn task_fields(task: &UserTask) -> Row {
    row! {
        "name": task.name.as_ref(),
        "description": task.description.as_ref(),
        "owner": task.owner.as_ref(),
        "assignee": task.assignee.as_ref(),
        "priority": task.priority,
        "due": optional_ms(task.due),
        "followUp": optional_ms(task.follow_up),
        "parentTaskId": task.parent_task.as_ref(),
        "caseInstanceId": task.case_instance_id.as_ref(),
        "taskState": task_state(task.state),
    }
}

fn activity_of_task(names: &Names<'_>, task: &UserTask, out: &mut ViewWrites) {
    let id = names.activity_instance(&task.place);
    let fields = row! {
        "taskId": names.cell(task.id),
        "assignee": task.assignee.as_ref(),
    };
    out.patch(names.tenant, HISTORY_ACTIVITY_INSTANCE, &id, fields);
}

pub(super) fn task_changed(names: &Names<'_>, task: &UserTask, changes: &[TaskChange], out: &mut ViewWrites) {
    let id = names.id(task.id);
    out.patch(names.tenant, HISTORY_TASK, &id, task_fields(task));
    activity_of_task(names, task, out);
    let mut log = LinkLog::new(names, task, task.updated.unwrap_or(task.created));
    for change in changes {
        match change {
            TaskChange::LinkAdded { link } => log.link("add", link, out),
            TaskChange::LinkRemoved { link } => log.link("delete", link, out),
            TaskChange::Property { name, old, new } if name == "assignee" || name == "owner" => {
                log.user("delete", name, text(old), out);
                log.user("add", name, text(new), out);
            }
            TaskChange::Property { .. } => {}
        }
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

pub(super) fn task_ended(names: &Names<'_>, task: &UserTask, ended: Instant, reason: &str, out: &mut ViewWrites) {
    let id = names.id(task.id);
    let fields = with(
        task_fields(task),
        row! {
            "endTime": ms(ended),
            "duration": ended.0 - task.created.0,
            "deleteReason": reason,
            "taskState": if reason == "completed" { "Completed" } else { "Deleted" },
        },
    );
    out.patch(names.tenant, HISTORY_TASK, &id, fields);
}

/// Lines of the identity link log of one entry.
struct LinkLog<'a> {
    names: &'a Names<'a>,
    task: &'a UserTask,
    at: Instant,
    lines: usize,
}

impl<'a> LinkLog<'a> {
    fn new(names: &'a Names<'a>, task: &'a UserTask, at: Instant) -> Self {
        Self { names, task, at, lines: 0 }
    }

    fn link(&mut self, operation: &str, link: &IdentityLink, out: &mut ViewWrites) {
        self.line(operation, &link.kind, link.user.as_deref(), link.group.as_deref(), out);
    }

    fn user(&mut self, operation: &str, kind: &str, user: Option<&str>, out: &mut ViewWrites) {
        if user.is_some() {
            self.line(operation, kind, user, None, out);
        }
    }

    fn line(&mut self, operation: &str, kind: &str, user: Option<&str>, group: Option<&str>, out: &mut ViewWrites) {
        let id = self.names.log_id(self.lines);
        self.lines += 1;
        let document = row! {
            "id": id.as_str(),
            "time": ms(self.at),
            "type": link_type(kind),
            "userId": user,
            "groupId": group,
            "taskId": self.names.cell(self.task.id),
            "processInstanceId": self.names.cell(self.task.place.instance),
            "processDefinitionId": self.task.place.definition.id.as_str(),
            "processDefinitionKey": self.task.place.definition.key.as_str(),
            "operationType": operation,
            "assignerId": self.names.actor,
            "tenantId": self.task.place.definition.tenant_id.as_ref(),
            "rootProcessInstanceId": &self.names.root,
        };
        out.insert(self.names.tenant, HISTORY_IDENTITY_LINK, &id, document);
    }
}

/// The log of a failure has the retries there were before it.
pub(super) fn external_task_failed(
    names: &Names<'_>,
    task: &ExternalTask,
    retries: Option<i32>,
    at: Instant,
    out: &mut ViewWrites,
) {
    external_task_log(names, task, at, "failureLog", out);
    out.patch(names.tenant, HISTORY_EXTERNAL_TASK_LOG, &names.log_id(0), row! { "retries": retries });
}

pub(super) fn external_task_log(
    names: &Names<'_>,
    task: &ExternalTask,
    at: Instant,
    kind: &'static str,
    out: &mut ViewWrites,
) {
    let id = names.log_id(0);
    let mut document = with(
        names.place(&task.place),
        row! {
            "id": id.as_str(),
            "timestamp": ms(at),
            "externalTaskId": names.cell(task.id),
            "topicName": &task.topic,
            "workerId": task.worker.as_ref(),
            "priority": task.priority,
            "retries": task.retries,
            "errorMessage": task.error_message.as_ref(),
            "errorDetails": task.error_details.as_ref(),
            "sequence": names.seq,
        },
    );
    if kind != "failureLog" {
        document.set("errorMessage", Cell::Null);
        document.set("errorDetails", Cell::Null);
    }
    document.set(kind, true);
    out.insert(names.tenant, HISTORY_EXTERNAL_TASK_LOG, &id, document);
}

/// The log of a failure has the retries there were before it.
pub(super) fn job_failed(names: &Names<'_>, job: &Job, retries: Option<i32>, at: Instant, out: &mut ViewWrites) {
    job_log(names, job, at, "failureLog", out);
    if let Some(retries) = retries {
        out.patch(names.tenant, HISTORY_JOB_LOG, &names.log_id(0), row! { "jobRetries": retries });
    }
}

pub(super) fn job_log(names: &Names<'_>, job: &Job, at: Instant, kind: &'static str, out: &mut ViewWrites) {
    let id = names.log_id(0);
    let configuration = job.kind.definition_configuration();
    let definition = job_definition_id(&job.place.definition.id, &job.place.activity_id, configuration);
    let mut document = with(
        names.place(&job.place),
        row! {
            "id": id.as_str(),
            "timestamp": ms(at),
            "jobId": names.cell(job.id),
            "jobDueDate": optional_ms(job.due),
            "jobRetries": job.retries,
            "jobPriority": job.priority,
            "jobExceptionMessage": job.exception.as_ref(),
            "jobDefinitionId": definition,
            "jobDefinitionType": job.kind.definition_type(),
            "jobDefinitionConfiguration": configuration,
            "failedActivityId": job.failed_activity_id.as_deref(),
            "sequence": names.seq,
        },
    );
    if kind != "failureLog" {
        document.set("jobExceptionMessage", Cell::Null);
        document.set("failedActivityId", Cell::Null);
    }
    document.set(kind, true);
    out.insert(names.tenant, HISTORY_JOB_LOG, &id, document);
}

pub(super) fn incident(names: &Names<'_>, incident: &Incident, state: IncidentState, out: &mut ViewWrites) {
    let (end, resolved, deleted) = match state {
        IncidentState::Open => (None, false, false),
        IncidentState::Resolved(at) => (Some(at), true, false),
        IncidentState::Deleted(at) => (Some(at), false, true),
    };
    let incident_state = if deleted { 2 } else { i32::from(resolved) };
    let fields = with(
        names.place(&incident.place),
        row! {
            "id": names.cell(incident.id),
            "createTime": ms(incident.created),
            "endTime": optional_ms(end),
            "incidentType": &incident.kind,
            "failedActivityId": failed_activity(incident),
            "causeIncidentId": names.cell(incident.cause),
            "rootCauseIncidentId": names.cell(incident.root_cause),
            "isRootCause": incident.root_cause == incident.id,
            "configuration": incident.configuration.as_deref(),
            "incidentMessage": incident.message.as_deref(),
            "annotation": incident.annotation.as_deref(),
            "open": end.is_none(),
            "resolved": resolved,
            "deleted": deleted,
            "incidentState": incident_state,
        },
    );
    let id = names.id(incident.id);
    out.patch(names.tenant, HISTORY_INCIDENT, &id, fields);
}

/// A new incident, with the log entry of the failure that raised it.
pub(super) fn incident_raised(names: &Names<'_>, raised: &Incident, failure: Option<&Failure>, out: &mut ViewWrites) {
    let log = failure.and_then(|f| f.entries_back).map(|back| names.log_id_of(names.seq - back, 0));
    let document = row! {
        "historyConfiguration": log,
        "jobDefinitionId": failure.and_then(|f| f.job_definition.as_deref()),
    };
    out.insert(names.tenant, HISTORY_INCIDENT, &names.id(raised.id), document);
    incident(names, raised, IncidentState::Open, out);
}

/// The trace lists every decision evaluated on the way, the asked one first.
pub(super) fn decision(
    names: &Names<'_>,
    place: &Place,
    decision: &str,
    trace: Option<&Json>,
    at: Instant,
    out: &mut ViewWrites,
) {
    let base = names.place(place);
    super::records::decision_rows(names.tenant, base, &names.log_id(0), decision, trace, at, None, out);
}
