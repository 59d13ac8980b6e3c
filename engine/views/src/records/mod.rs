//! Rows of records and of standalone tasks.

mod documents;

pub use documents::{
    AttachmentRow, AuthorizationRow, CommentRow, CredentialRow, EvaluationRow, FilterRow, GroupRow, MembershipRow,
    MetricRow, TenantRow, UserRow,
};

use super::history::{DetailRow, LinkLogRow, PastVariableRow, decision, task as past};
use super::place::PlaceRowColumns as _;
use super::row::{event_of, link_type, row, with};
use super::runtime::identity_link;
use super::runtime::task::{standalone_fields, standalone_row};
use super::runtime::{VariableFieldsColumns as _, VariableRow};
use super::value::ValueRow;
use super::{
    ATTACHMENT, AUTHORIZATION, COMMENT, CREDENTIAL, FILTER, GROUP, HISTORY_DECISION, HISTORY_DETAIL,
    HISTORY_IDENTITY_LINK, HISTORY_TASK, HISTORY_VARIABLE, IDENTITY_LINK, MEMBERSHIP, METRIC, TASK, TENANT, USER,
    USER_GROUP, VARIABLE, entity_id,
};
use crate::aggregate::{Record, RecordEvent, StandaloneEvent, StandaloneTask, TaskEnd, TaskVariable};
use casewright_engine_core::entity::IdentityLink;
use casewright_engine_value::Instant;
use casewright_journal::{Aggregate, Column, Entry, Projector, ViewSpec, ViewWrites};

/// Views of everything that is no process instance.
pub(crate) struct RecordsProjector;

impl Projector for RecordsProjector {
    fn group(&self) -> &'static str {
        GROUP
    }

    fn views(&self) -> Vec<ViewSpec> {
        documents::SPECS.to_vec()
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
            let decision = EvaluationRow::DECISION.text(&document).unwrap_or_default();
            let user = EvaluationRow::USER_ID.text(&document);
            let given = |column: Column| document.get(column.name()).cloned();
            let base = decision::called(given(EvaluationRow::TENANT_ID), given(EvaluationRow::REMOVAL_TIME));
            // Written again when its removal time is set; it was evaluated once.
            let evaluated = EvaluationRow::EVALUATION_TIME.integer(&document);
            let at = Instant(evaluated.unwrap_or_else(|| entry.meta.at.as_millisecond()));
            let trace = document.get(EvaluationRow::TRACE.name());
            decision::decision_rows(tenant, base, id, decision, trace, at, user, out);
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

fn task(entry: &Entry, event: StandaloneEvent, out: &mut ViewWrites) {
    let tenant = &entry.meta.key.tenant;
    let at = Instant(entry.meta.at.as_millisecond());
    match event {
        StandaloneEvent::TaskCreated { task } => {
            out.put(tenant, TASK, &task.id, standalone_row(&task, "Created"));
            let fields = standalone_fields(&task, "Created");
            out.put(tenant, HISTORY_TASK, &task.id, past::standalone_row(&task, fields));
            changes(entry, at, &StandaloneTask::default(), &task, out);
        }
        StandaloneEvent::TaskChanged { before, task } => {
            out.put(tenant, TASK, &task.id, standalone_row(&task, "Updated"));
            out.patch(tenant, HISTORY_TASK, &task.id, standalone_fields(&task, "Updated"));
            changes(entry, at, &before, &task, out);
        }
        StandaloneEvent::TaskVariableSet { name, variable, tenant_id } => {
            variable_set(entry, at, &name, &variable, tenant_id.as_deref(), out)
        }
        StandaloneEvent::TaskVariableRemoved { variable, .. } => {
            out.remove(tenant, VARIABLE, &variable.id);
            out.patch(tenant, HISTORY_VARIABLE, &variable.id, row! { PastVariableRow::STATE => "DELETED" });
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
            let fields = past::standalone_end(&task, at, reason, state);
            out.patch(tenant, HISTORY_TASK, &task.id, fields);
        }
    }
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
        let document = identity_link::row_of(after.id.clone(), after.created, after.assignee.clone(), link);
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
            LinkLogRow::ID => id.as_str(),
            LinkLogRow::TIME => at,
            LinkLogRow::TYPE => link_type(&link.kind),
            LinkLogRow::USER_ID => link.user.as_deref(),
            LinkLogRow::GROUP_ID => link.group.as_deref(),
            LinkLogRow::TASK_ID => after.id.as_str(),
            LinkLogRow::OPERATION_TYPE => *operation,
            LinkLogRow::ASSIGNER_ID => (!actor.is_empty()).then_some(actor),
            LinkLogRow::TENANT_ID => after.tenant_id.as_deref(),
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
        ValueRow::of(&variable.value),
        row! {
            VariableRow::ID => variable.id.as_str(),
            VariableRow::NAME => name,
            VariableRow::NAME_LOWER => name.to_lowercase(),
            VariableRow::TASK_ID => task,
            VariableRow::SCOPE_ID => task,
            VariableRow::IS_INSTANCE_SCOPE => false,
            VariableRow::REVISION => variable.revision,
            VariableRow::CREATE_TIME => variable.created,
            VariableRow::TENANT_ID => tenant_id,
        },
    );
    out.put(tenant, VARIABLE, &variable.id, document.clone());
    let kept = with(document.clone(), row! { PastVariableRow::STATE => "CREATED" });
    out.put(tenant, HISTORY_VARIABLE, &variable.id, kept);
    let id = entity_id(&[task, "detail", &entry.meta.seq.to_string()]);
    let detail = with(
        document,
        row! {
            DetailRow::ID => id.as_str(),
            DetailRow::DETAIL => "variableUpdate",
            DetailRow::VARIABLE_INSTANCE_ID => variable.id.as_str(),
            DetailRow::TIME => at,
            DetailRow::INITIAL => variable.revision == 0,
            DetailRow::SEQUENCE => entry.meta.seq,
        },
    );
    out.put(tenant, HISTORY_DETAIL, &id, detail);
}
