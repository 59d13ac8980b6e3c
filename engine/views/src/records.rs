//! Rows of records and of standalone tasks.

use super::row::{event_of, link_type, ms, optional_ms, row, variable_fields, with};
use super::runtime::delegation_state;
use super::{
    ATTACHMENT, AUTHORIZATION, COMMENT, CREDENTIAL, FILTER, GROUP, HISTORY_DECISION, HISTORY_DETAIL,
    HISTORY_IDENTITY_LINK, HISTORY_TASK, HISTORY_VARIABLE, IDENTITY_LINK, MEMBERSHIP, METRIC, TASK, TENANT, USER,
    USER_GROUP, VARIABLE, entity_id, specs,
};
use crate::aggregate::{Record, RecordEvent, StandaloneEvent, StandaloneTask, TaskEnd, TaskVariable};
use casewright_engine_core::entity::IdentityLink;
use casewright_engine_value::Instant;
use casewright_journal::{Aggregate, Cell, Entry, Projector, Row, TenantId, ViewSpec, ViewWrites};
use serde_json::Value as Json;

/// Views of everything that is no process instance.
pub(crate) struct RecordsProjector;

impl Projector for RecordsProjector {
    fn group(&self) -> &'static str {
        GROUP
    }

    fn views(&self) -> Vec<ViewSpec> {
        specs::of_records()
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Record::KIND, StandaloneTask::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        if entry.meta.key.kind != Record::KIND {
            if let Some(event) = event_of::<StandaloneEvent>(entry) {
                task(entry, event.into_owned(), out);
            }
        } else if let Some(event) = event_of::<RecordEvent>(entry) {
            record(entry, event.into_owned(), out);
        }
    }
}

/// Tables that records may live in.
const TABLES: [&str; 11] = [
    METRIC,
    USER,
    CREDENTIAL,
    USER_GROUP,
    TENANT,
    MEMBERSHIP,
    AUTHORIZATION,
    FILTER,
    COMMENT,
    ATTACHMENT,
    HISTORY_DECISION,
];

fn record(entry: &Entry, event: RecordEvent, out: &mut ViewWrites) {
    let tenant = &entry.meta.key.tenant;
    let view = match &event {
        RecordEvent::RecordPut { view, .. } | RecordEvent::RecordRemoved { view, .. } => view,
    };
    let Some(view) = TABLES.iter().copied().find(|table| table == view) else {
        return;
    };
    let id = entry.meta.key.id.as_str();
    let id = id.strip_prefix(view).map_or(id, |id| &id[1..]);
    match event {
        RecordEvent::RecordPut { document, .. } if view == HISTORY_DECISION => {
            let decision = document.get("decision").and_then(Json::as_str);
            let user = document.get("userId").and_then(Json::as_str);
            let tenant_id = document.get("tenantId").cloned();
            let base = row! { "tenantId": tenant_id, "removalTime": document.get("removalTime").cloned() };
            // Written again when its removal time is set; it was evaluated once.
            let evaluated = document.get("evaluationTime").and_then(Json::as_i64);
            let at = Instant(evaluated.unwrap_or_else(|| entry.meta.at.as_millisecond()));
            let trace = document.get("trace");
            decision_rows(tenant, base, id, decision.unwrap_or_default(), trace, at, user, out);
        }
        RecordEvent::RecordPut { document, .. } => out.put(tenant, view, id, document),
        RecordEvent::RecordRemoved { rows, .. } => {
            out.remove(tenant, view, id);
            for row in &rows {
                out.remove(tenant, view, row);
            }
        }
    }
}

/// One row per decision that was evaluated; the first of the trace is the one that was asked for.
#[expect(clippy::too_many_arguments, reason = "a row has that many sources")]
pub(super) fn decision_rows(
    tenant: &TenantId,
    base: Row,
    id: &str,
    decision: &str,
    trace: Option<&Json>,
    at: Instant,
    user: Option<&str>,
    out: &mut ViewWrites,
) {
    let empty = Vec::new();
    let steps = trace.and_then(Json::as_array).unwrap_or(&empty);
    let is_root = |step: &Json| step.get("decisionDefinitionId").and_then(Json::as_str) == Some(decision);
    for (nth, step) in steps.iter().enumerate() {
        let root = is_root(step);
        let own = if root { id.to_owned() } else { entity_id(&[id, &nth.to_string()]) };
        let field = |name: &str| step.get(name).cloned().unwrap_or_default();
        let key = [field("decisionDefinitionKey"), field("key")].into_iter().find(|key| !key.is_null());
        let document = with(
            base.clone(),
            row! {
                "id": own.as_str(),
                "decisionDefinitionId": field("decisionDefinitionId"),
                "decisionDefinitionKey": key,
                "decisionDefinitionName": field("name"),
                "evaluationTime": ms(at),
                "userId": user,
                "inputs": field("inputs"),
                "outputs": field("outputs"),
                "collectResultValue": field("collectResult"),
                "rootDecisionInstanceId": if root { Cell::Null } else { id.into() },
            },
        );
        out.put(tenant, HISTORY_DECISION, &own, document);
    }
}

fn task(entry: &Entry, event: StandaloneEvent, out: &mut ViewWrites) {
    let tenant = &entry.meta.key.tenant;
    let at = Instant(entry.meta.at.as_millisecond());
    match event {
        StandaloneEvent::TaskCreated { task } => {
            out.put(tenant, TASK, &task.id, task_row(&task, "Created"));
            out.put(tenant, HISTORY_TASK, &task.id, history_row(&task, "Created"));
            changes(entry, at, &StandaloneTask::default(), &task, out);
        }
        StandaloneEvent::TaskChanged { before, task } => {
            out.put(tenant, TASK, &task.id, task_row(&task, "Updated"));
            out.patch(tenant, HISTORY_TASK, &task.id, task_fields(&task, "Updated"));
            changes(entry, at, &before, &task, out);
        }
        StandaloneEvent::TaskVariableSet { name, variable, tenant_id } => {
            variable_set(entry, at, &name, &variable, tenant_id.as_deref(), out)
        }
        StandaloneEvent::TaskVariableRemoved { variable, .. } => {
            out.remove(tenant, VARIABLE, &variable.id);
            out.patch(tenant, HISTORY_VARIABLE, &variable.id, row! { "state": "DELETED" });
        }
        StandaloneEvent::TaskEnded { task, end, reason } => {
            out.remove(tenant, TASK, &task.id);
            for link in &task.links {
                out.remove(tenant, IDENTITY_LINK, &link_id(&task.id, link));
            }
            for variable in task.variables.values() {
                out.remove(tenant, VARIABLE, &variable.id);
            }
            let state = match end {
                TaskEnd::Completed => "Completed",
                TaskEnd::Deleted => "Deleted",
            };
            let fields = row! {
                "endTime": ms(at),
                "duration": at.0 - task.created.0,
                "deleteReason": reason,
                "taskState": state,
            };
            out.patch(tenant, HISTORY_TASK, &task.id, fields);
        }
    }
}

fn task_fields(task: &StandaloneTask, state: &str) -> Row {
    row! {
        "name": task.name.as_deref(),
        "nameLower": task.name.as_deref().map(str::to_lowercase),
        "description": task.description.as_deref(),
        "assignee": task.assignee.as_deref(),
        "owner": task.owner.as_deref(),
        "delegationState": task.delegation.map(delegation_state),
        "priority": task.priority,
        "lastUpdated": optional_ms(task.updated),
        "due": optional_ms(task.due),
        "followUp": optional_ms(task.follow_up),
        "parentTaskId": task.parent.as_deref(),
        "caseInstanceId": task.case_instance_id.as_deref(),
        "tenantId": task.tenant_id.as_deref(),
        "taskState": state,
    }
}

fn task_row(task: &StandaloneTask, state: &str) -> Row {
    with(
        task_fields(task, state),
        row! {
            "id": task.id.as_str(),
            "created": ms(task.created),
            "standalone": true,
        },
    )
}

fn history_row(task: &StandaloneTask, state: &str) -> Row {
    with(
        task_fields(task, state),
        row! {
            "id": task.id.as_str(),
            "startTime": ms(task.created),
            "endTime": Cell::Null,
        },
    )
}

fn link_id(task: &str, link: &IdentityLink) -> String {
    entity_id(&[task, &link.kind, link.user.as_deref().unwrap_or_default(), link.group.as_deref().unwrap_or_default()])
}

/// Identity links that came and went, in their view and in their log.
fn changes(entry: &Entry, at: Instant, before: &StandaloneTask, after: &StandaloneTask, out: &mut ViewWrites) {
    let tenant = &entry.meta.key.tenant;
    let mut lines = Vec::new();
    for link in before.links.iter().filter(|l| !after.links.contains(l)) {
        out.remove(tenant, IDENTITY_LINK, &link_id(&after.id, link));
        lines.push(("delete", link.clone()));
    }
    // All of them: they repeat who has the task.
    for link in &after.links {
        let document = row! {
            "taskId": after.id.as_str(),
            "userId": link.user.as_deref(),
            "groupId": link.group.as_deref(),
            "type": link_type(&link.kind),
            "taskCreated": ms(after.created),
            "taskAssignee": after.assignee.as_deref(),
        };
        out.put(tenant, IDENTITY_LINK, &link_id(&after.id, link), document);
    }
    lines.extend(after.links.iter().filter(|l| !before.links.contains(l)).map(|link| ("add", link.clone())));
    for (kind, old, new) in [("assignee", &before.assignee, &after.assignee), ("owner", &before.owner, &after.owner)] {
        if old == new {
            continue;
        }
        let of = |user: &smol_str::SmolStr| IdentityLink { user: Some(user.clone()), group: None, kind: kind.into() };
        lines.extend(old.iter().map(|user| ("delete", of(user))));
        lines.extend(new.iter().map(|user| ("add", of(user))));
    }
    for (nth, (operation, link)) in lines.iter().enumerate() {
        let id = entity_id(&[&after.id, &entry.meta.seq.to_string(), &nth.to_string()]);
        let actor = entry.meta.actor.as_str();
        let document = row! {
            "id": id.as_str(),
            "time": ms(at),
            "type": link_type(&link.kind),
            "userId": link.user.as_deref(),
            "groupId": link.group.as_deref(),
            "taskId": after.id.as_str(),
            "operationType": *operation,
            "assignerId": (!actor.is_empty()).then_some(actor),
            "tenantId": after.tenant_id.as_deref(),
        };
        out.put(tenant, HISTORY_IDENTITY_LINK, &id, document);
    }
}

fn variable_set(
    entry: &Entry,
    at: Instant,
    name: &str,
    variable: &TaskVariable,
    tenant_id: Option<&str>,
    out: &mut ViewWrites,
) {
    let tenant = &entry.meta.key.tenant;
    let task = entry.meta.key.id.as_str();
    let document = with(
        variable_fields(&variable.value),
        row! {
            "id": variable.id.as_str(),
            "name": name,
            "nameLower": name.to_lowercase(),
            "taskId": task,
            "scopeId": task,
            "isInstanceScope": false,
            "revision": variable.revision,
            "createTime": ms(variable.created),
            "tenantId": tenant_id,
        },
    );
    out.put(tenant, VARIABLE, &variable.id, document.clone());
    let kept = with(document.clone(), row! { "state": "CREATED" });
    out.put(tenant, HISTORY_VARIABLE, &variable.id, kept);
    let id = entity_id(&[task, "detail", &entry.meta.seq.to_string()]);
    let detail = with(
        document,
        row! {
            "id": id.as_str(),
            "detail": "variableUpdate",
            "variableInstanceId": variable.id.as_str(),
            "time": ms(at),
            "initial": variable.revision == 0,
            "sequence": entry.meta.seq,
        },
    );
    out.put(tenant, HISTORY_DETAIL, &id, detail);
}
