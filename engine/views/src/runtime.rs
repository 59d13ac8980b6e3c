//! Rows of what runs: they go when what they stand for goes.

use super::row::{Names, job_definition_id, link_type, ms, optional_ms, row, variable_fields, with};
use super::{
    EVENT_SUBSCRIPTION, EXECUTION, EXTERNAL_TASK, IDENTITY_LINK, INCIDENT, JOB, PROCESS_INSTANCE, TASK, VARIABLE,
};
use crate::aggregate::Failure;
use casewright_engine_core::entity::{
    Compensation, DelegationState, ElementInstance, ExternalTask, Holder, IdentityLink, Incident, Job, Phase,
    ProcessInstance, Subscription, TaskForm, TaskState, UserTask, Variable,
};
use casewright_engine_core::event::TaskChange;
use casewright_engine_core::ids::Id;
use casewright_engine_model::model::{Binding, Form};
use casewright_journal::{Cell, Row, ViewWrites};
use serde_json::{Value as Json, json};

pub(super) fn instance_started(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let id = names.id(instance.id);
    out.insert(names.tenant, PROCESS_INSTANCE, &id, instance_row(names, instance));
}

pub(super) fn instance_changed(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let id = names.id(instance.id);
    out.patch(names.tenant, PROCESS_INSTANCE, &id, instance_row(names, instance));
}

pub(super) fn instance_ended(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    out.remove(names.tenant, PROCESS_INSTANCE, &names.id(instance.id));
    out.remove(names.tenant, EXECUTION, &names.id(instance.id));
}

fn instance_row(names: &Names<'_>, instance: &ProcessInstance) -> Row {
    row! {
        "id": names.cell(instance.id),
        "processInstanceId": names.cell(instance.id),
        "rootProcessInstanceId": &names.root,
        "superProcessInstanceId": names.optional(instance.super_instance),
        "processDefinitionId": &instance.definition.id,
        "processDefinitionKey": &instance.definition.key,
        "businessKey": instance.business_key.as_ref(),
        "caseInstanceId": instance.case_instance_id.as_ref(),
        "suspended": instance.suspended,
        "tenantId": instance.definition.tenant_id.as_ref(),
        "startTime": ms(instance.started),
    }
}

/// A token that was not there before this entry.
pub(super) fn token_placed(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    out.insert(names.tenant, EXECUTION, &names.id(element.id), element_row(names, element));
}

pub(super) fn element(names: &Names<'_>, element: &ElementInstance, out: &mut ViewWrites) {
    out.put(names.tenant, EXECUTION, &names.id(element.id), element_row(names, element));
}

/// Row id is the element; `id` is its execution, which several elements may share.
fn element_row(names: &Names<'_>, element: &ElementInstance) -> Row {
    let place = &element.activity.place;
    let is_process = element.scope.is_none();
    let phase = match element.phase {
        Phase::Arriving => "arriving",
        Phase::Active => "active",
        Phase::Leaving => "leaving",
        Phase::Compensating => "compensating",
    };
    with(
        names.place(place),
        row! {
            "id": names.cell(place.execution),
            "elementId": names.cell(element.id),
            "activityId": if is_process { Cell::Null } else { Cell::from(&place.activity_id) },
            "activityType": &element.activity.activity_type,
            "phase": phase,
            "ownsExecution": is_process || element.parent_execution.is_some(),
            "branch": names.optional(element.branch),
            "calledProcessInstanceId": names.optional(element.called),
        },
    )
}

pub(super) fn element_gone(names: &Names<'_>, element: Id, out: &mut ViewWrites) {
    out.remove(names.tenant, EXECUTION, &names.id(element));
}

pub(super) fn variable_set(names: &Names<'_>, holder: Holder, variable: &Variable, out: &mut ViewWrites) {
    let document = variable_row(names, holder, variable);
    let id = names.id(variable.id);
    if variable.revision == 0 {
        out.insert(names.tenant, VARIABLE, &id, document);
    } else {
        out.put(names.tenant, VARIABLE, &id, document);
    }
}

/// Fields of a variable, for runtime and history alike.
pub(super) fn variable_row(names: &Names<'_>, holder: Holder, variable: &Variable) -> Row {
    let place = &variable.place;
    let is_instance_scope = matches!(holder, Holder::Element(id) if id == place.instance);
    let scope = match holder {
        Holder::Task(task) => names.cell(task),
        Holder::Element(_) => names.cell(place.execution),
    };
    let fields = row! {
        "id": names.cell(variable.id),
        "name": &variable.name,
        "nameLower": variable.name.to_lowercase(),
        "taskId": names.optional(variable.task),
        "scopeId": scope,
        "isInstanceScope": is_instance_scope,
        "revision": variable.revision,
        "createTime": ms(variable.created),
    };
    with(with(names.place(place), variable_fields(&variable.value)), fields)
}

pub(super) fn task_created(names: &Names<'_>, task: &UserTask, out: &mut ViewWrites) {
    out.insert(names.tenant, TASK, &names.id(task.id), task_row(names, task));
    for link in &task.links {
        put_link(names, task, link, out);
    }
}

pub(super) fn task_changed(names: &Names<'_>, task: &UserTask, changes: &[TaskChange], out: &mut ViewWrites) {
    out.put(names.tenant, TASK, &names.id(task.id), task_row(names, task));
    for change in changes {
        match change {
            TaskChange::LinkAdded { link } => put_link(names, task, link, out),
            TaskChange::LinkRemoved { link } => {
                out.remove(names.tenant, IDENTITY_LINK, &link_id(names, task.id, link));
            }
            TaskChange::Property { .. } => {}
        }
    }
    // Links repeat who has the task.
    if changes.iter().any(|change| matches!(change, TaskChange::Property { name, .. } if name == "assignee")) {
        for link in &task.links {
            put_link(names, task, link, out);
        }
    }
}

pub(super) fn task_ended(names: &Names<'_>, task: &UserTask, out: &mut ViewWrites) {
    out.remove(names.tenant, TASK, &names.id(task.id));
    for link in &task.links {
        out.remove(names.tenant, IDENTITY_LINK, &link_id(names, task.id, link));
    }
}

fn link_id(names: &Names<'_>, task: Id, link: &IdentityLink) -> String {
    let [user, group] = [&link.user, &link.group].map(|name| name.as_deref().unwrap_or_default());
    format!("{}\n{}\n{user}\n{group}", names.id(task), link.kind)
}

fn put_link(names: &Names<'_>, task: &UserTask, link: &IdentityLink, out: &mut ViewWrites) {
    let document = row! {
        "taskId": names.cell(task.id),
        "userId": link.user.as_deref(),
        "groupId": link.group.as_deref(),
        "type": link_type(&link.kind),
        "taskCreated": ms(task.created),
        "taskAssignee": task.assignee.as_ref(),
    };
    let id = link_id(names, task.id, link);
    out.put(names.tenant, IDENTITY_LINK, &id, document);
}

/// The state in the words of the contract.
pub(super) fn task_state(state: TaskState) -> &'static str {
    match state {
        TaskState::Created => "Created",
        TaskState::Updated => "Updated",
        TaskState::Completed => "Completed",
        TaskState::Deleted => "Deleted",
    }
}

fn task_row(names: &Names<'_>, task: &UserTask) -> Row {
    let (form_key, form_ref) = match &task.form {
        None => (Cell::Null, Cell::Null),
        Some(TaskForm::Key(key)) => (Cell::from(key), Cell::Null),
        Some(TaskForm::Reference(form)) => (Cell::Null, form_reference(form).into()),
    };
    with(
        names.place(&task.place),
        row! {
            "id": names.cell(task.id),
            "name": task.name.as_ref(),
            "nameLower": task.name.as_deref().map(str::to_lowercase),
            "description": task.description.as_ref(),
            "assignee": task.assignee.as_ref(),
            "owner": task.owner.as_ref(),
            "delegationState": task.delegation.map(delegation_state),
            "priority": task.priority,
            "created": ms(task.created),
            "lastUpdated": optional_ms(task.updated),
            "due": optional_ms(task.due),
            "followUp": optional_ms(task.follow_up),
            "parentTaskId": task.parent_task.as_ref(),
            "caseInstanceId": task.case_instance_id.as_ref(),
            "taskDefinitionKey": &task.place.activity_id,
            "taskState": task_state(task.state),
            "formKey": form_key,
            "camundaFormRef": form_ref,
        },
    )
}

/// A delegation as the contract spells it.
pub fn delegation_state(state: DelegationState) -> &'static str {
    match state {
        DelegationState::Pending => "PENDING",
        DelegationState::Resolved => "RESOLVED",
    }
}

/// `{key, binding, version}` of the contract.
pub fn form_reference(form: &Form) -> Json {
    let Form::Reference { key, binding } = form else {
        return Json::Null;
    };
    let (binding, version) = match binding {
        Binding::Latest => ("latest", Json::Null),
        Binding::Deployment => ("deployment", Json::Null),
        Binding::Version(version) => ("version", version.parse::<i64>().map_or(Json::Null, Json::from)),
        Binding::VersionTag(_) => ("versionTag", Json::Null),
    };
    json!({"key": key, "binding": binding, "version": version})
}

pub(super) fn external_task_created(names: &Names<'_>, task: &ExternalTask, out: &mut ViewWrites) {
    out.insert(names.tenant, EXTERNAL_TASK, &names.id(task.id), external_task_row(names, task));
}

pub(super) fn external_task(names: &Names<'_>, task: &ExternalTask, out: &mut ViewWrites) {
    out.put(names.tenant, EXTERNAL_TASK, &names.id(task.id), external_task_row(names, task));
}

fn external_task_row(names: &Names<'_>, task: &ExternalTask) -> Row {
    with(
        names.place(&task.place),
        row! {
            "id": names.cell(task.id),
            "topicName": &task.topic,
            "workerId": task.worker.as_ref(),
            "lockExpirationTime": optional_ms(task.locked_until),
            "createTime": ms(task.created),
            "retries": task.retries,
            "priority": task.priority,
            "errorMessage": task.error_message.as_ref(),
            "errorDetails": task.error_details.as_ref(),
            "businessKey": task.business_key.as_ref(),
        },
    )
}

pub(super) fn job_created(names: &Names<'_>, job: &Job, out: &mut ViewWrites) {
    out.insert(names.tenant, JOB, &names.id(job.id), job_row(names, job));
}

pub(super) fn job(names: &Names<'_>, job: &Job, out: &mut ViewWrites) {
    out.put(names.tenant, JOB, &names.id(job.id), job_row(names, job));
}

fn job_row(names: &Names<'_>, job: &Job) -> Row {
    let definition =
        job_definition_id(&job.place.definition.id, &job.place.activity_id, job.kind.definition_configuration());
    with(
        names.place(&job.place),
        row! {
            "id": names.cell(job.id),
            "jobDefinitionId": definition,
            "isTimer": job.kind.is_timer(),
            "dueDate": optional_ms(job.due),
            "retries": job.retries,
            "priority": job.priority,
            "suspended": job.suspended,
            "createTime": ms(job.created),
            "exceptionMessage": job.exception.as_ref(),
            "failedActivityId": job.failed_activity_id.as_deref(),
        },
    )
}

pub(super) fn subscription_created(names: &Names<'_>, subscription: &Subscription, out: &mut ViewWrites) {
    let document = with(
        names.place(&subscription.place),
        row! {
            "id": names.cell(subscription.id),
            "eventType": subscription.kind.name(),
            "eventName": subscription.name.as_deref(),
            "createdDate": ms(subscription.created),
            "correlationKey": subscription.correlation_key.as_deref(),
            "businessKey": subscription.business_key.as_ref(),
        },
    );
    let id = names.id(subscription.id);
    out.insert(names.tenant, EVENT_SUBSCRIPTION, &id, document);
}

/// The contract shows what can be compensated as event subscriptions.
pub(super) fn compensation(names: &Names<'_>, record: &Compensation, out: &mut ViewWrites) {
    let document = with(
        names.place(&record.place),
        row! {
            "id": names.cell(record.id),
            "eventType": "compensate",
            "eventName": Cell::Null,
            "createdDate": ms(record.created),
        },
    );
    out.insert(names.tenant, EVENT_SUBSCRIPTION, &names.id(record.id), document);
}

/// Camunda knows it of failed jobs only; of what comes from a called instance it is the call activity.
pub(super) fn failed_activity(incident: &Incident) -> Option<&str> {
    if incident.cause != incident.id {
        return Some(&incident.place.activity_id);
    }
    incident.failed_activity_id.as_deref().filter(|_| incident.kind == "failedJob")
}

pub(super) fn incident_raised(names: &Names<'_>, raised: &Incident, failure: Option<&Failure>, out: &mut ViewWrites) {
    let document = row! { "jobDefinitionId": failure.and_then(|f| f.job_definition.as_deref()) };
    out.insert(names.tenant, INCIDENT, &names.id(raised.id), document);
    incident(names, raised, out);
}

pub(super) fn incident(names: &Names<'_>, incident: &Incident, out: &mut ViewWrites) {
    let document = with(
        names.place(&incident.place),
        row! {
            "id": names.cell(incident.id),
            "incidentTimestamp": ms(incident.created),
            "incidentType": &incident.kind,
            "failedActivityId": failed_activity(incident),
            "causeIncidentId": names.cell(incident.cause),
            "rootCauseIncidentId": names.cell(incident.root_cause),
            "configuration": incident.configuration.as_deref(),
            "incidentMessage": incident.message.as_deref(),
            "annotation": incident.annotation.as_deref(),
        },
    );
    out.patch(names.tenant, INCIDENT, &names.id(incident.id), document);
}
