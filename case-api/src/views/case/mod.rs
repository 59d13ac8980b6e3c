//! View `case`: one row per case, for lists, search, queues and the SLA ticker.
//!
//! Every event patches only what it changes, so that a row is a function of the entries alone. `tenant` stands in the row
//! for the ticker, the one reader over all tenants.
//!
//! View `case-file`: one row per document that a case has, or had: what was once in a case is seen as the case is.
//!
//! View `case-process`: one row per root process instance that belongs to a case, by the instance's id. It leads from what
//! the engine says to the case it is about.

mod published;

use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::process::CaseProcess;
use crate::domain::case::state::Case;
use crate::domain::sla::{SlaClock, SlaState};
use casewright_contracts::views;
use casewright_journal::{Aggregate, Column, Document, Entry, EntryMeta, Projector, ViewSpec, ViewWrites};
use casewright_service::instant::text;
use serde_json::{Map, Value, json};

pub(crate) const VIEW: &str = views::CASE;
pub(crate) const PROCESS_VIEW: &str = views::CASE_PROCESS;

/// Sorts behind every instant: what is never due.
const NEVER: &str = "9999-12-31T23:59:59.999Z";

pub(crate) struct CaseProjector;

impl Projector for CaseProjector {
    fn group(&self) -> &'static str {
        "case-api-cases"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: VIEW,
                indexes: const {
                    &[
                        &[Column::named("id")],
                        // Few cases are restricted: whose things a list leaves out is found along it.
                        &[Column::named("restrictedTo")],
                        &[Column::named("updatedAt")],
                        &[Column::named("number")],
                        &[Column::named("definition"), Column::named("stage")],
                        &[Column::named("statusKind"), Column::named("queue")],
                        &[Column::named("assigneeId"), Column::named("statusKind")],
                        &[Column::named("nextSlaAt")],
                        &[Column::named("urgentAt"), Column::named("dueSort")],
                        &[Column::named("slaWorst"), Column::named("statusKind")],
                    ]
                },
                full_text: const {
                    &[
                        Column::named("title"),
                        Column::named("number"),
                        Column::named("requesterText"),
                        Column::named("fieldsText"),
                    ]
                },
                echo: None,
            },
            ViewSpec {
                name: PROCESS_VIEW,
                indexes: const {
                    &[&[Column::named("caseId")], &[Column::named("definition")], &[Column::named("instanceId")]]
                },
                full_text: &[],
                echo: None,
            },
            ViewSpec {
                name: views::CASE_FILE,
                indexes: const { &[&[Column::named("fileId")]] },
                full_text: &[],
                echo: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Case::KIND]
    }

    fn version(&self) -> u32 {
        3
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(event) = crate::views::entry::read::<CaseEvent>(entry) else {
            return;
        };
        let meta = &entry.meta;
        if let Fact::ProcessStarted { instance_id, definition, number, .. } = &event.fact {
            let link = json!({
                "instanceId": instance_id, "caseId": meta.key.id, "definition": definition, "number": number,
            });
            if let Value::Object(link) = link {
                out.put(&meta.key.tenant, PROCESS_VIEW, instance_id, link);
            }
        }
        if let Fact::DocumentAdded { document, .. } = &event.fact {
            let link = json!({"fileId": document.file_id, "caseId": meta.key.id});
            if let Value::Object(link) = link {
                out.put(&meta.key.tenant, views::CASE_FILE, &format!("{}:{}", meta.key.id, document.id), link);
            }
        }
        let row = columns(&event, meta);
        if let Fact::CaseCreated { .. } = event.fact {
            out.insert(&meta.key.tenant, VIEW, &meta.key.id, row);
        } else {
            out.patch(&meta.key.tenant, VIEW, &meta.key.id, row);
        }
    }
}

/// All columns that an entry changes.
pub(super) fn columns(event: &CaseEvent, meta: &EntryMeta) -> Document {
    let mut row = changes(event);
    row.insert("version".into(), Value::from(meta.seq));
    // That somebody looked at its mail does not make a case newer.
    if !matches!(event.fact, Fact::MailsRead { .. }) {
        row.insert("updatedAt".into(), Value::from(text(meta.at)));
    }
    match &event.fact {
        Fact::CaseCreated { .. } => {
            row.insert("id".into(), Value::from(meta.key.id.as_str()));
            row.insert("tenant".into(), Value::from(meta.key.tenant.as_str()));
            row.insert("createdAt".into(), Value::from(text(meta.at)));
            row.insert("createdBy".into(), json!(event.by));
            row.insert("closedAt".into(), Value::Null);
            row.insert("closeReason".into(), Value::Null);
        }
        Fact::StatusChanged { to, reason, .. } => {
            let closed = to.kind == crate::domain::definition::model::StatusKind::Closed;
            row.insert("closeReason".into(), if closed { json!(reason) } else { Value::Null });
            row.insert("closedAt".into(), if closed { Value::from(text(meta.at)) } else { Value::Null });
        }
        _ => {}
    }
    row
}

/// The columns a fact changes.
fn changes(event: &CaseEvent) -> Document {
    let value = match &event.fact {
        Fact::CaseCreated {
            number,
            definition,
            definition_name,
            title,
            stage,
            status,
            queue,
            assignee,
            requester,
            priority,
            fields,
            origin,
            restricted_to,
            ..
        } => json!({
            "number": number, "definition": definition, "definitionName": definition_name, "title": title,
            "stage": stage.id, "stageName": stage.name,
            "status": status.id, "statusName": status.name, "statusKind": status.kind.as_str(),
            "queue": queue, "assignee": assignee, "assigneeId": assignee.as_ref().map(|p| &p.id),
            "requester": requester, "requesterEmail": requester.as_ref().and_then(|r| r.email.as_ref()),
            "requesterText": requester.as_ref().map(requester_text),
            "priority": priority, "fields": fields, "fieldsText": fields_text(fields), "labels": [], "origin": origin, "restrictedTo": restricted_to,
            "dueAt": null, "dueSort": NEVER, "slas": [], "slaWorst": null, "nextSlaAt": null, "urgentAt": NEVER, "openTaskCount": 0, "unreadMailCount": 0,
            "problem": null, "processInstances": [], "processIds": [],
        }),
        Fact::TitleChanged { after, .. } => json!({"title": after}),
        Fact::FieldChanged { fields, .. } => json!({"fields": fields, "fieldsText": fields_text(fields)}),
        Fact::PriorityChanged { after, .. } => json!({"priority": after}),
        Fact::DueDateChanged { after, .. } => {
            json!({"dueAt": after, "dueSort": after.map_or_else(|| NEVER.to_owned(), |at| text(at.0))})
        }
        Fact::LabelsChanged { labels, .. } => json!({"labels": labels}),
        Fact::StageChanged { to, .. } => json!({"stage": to.id, "stageName": to.name}),
        Fact::StatusChanged { to, .. } => {
            json!({"status": to.id, "statusName": to.name, "statusKind": to.kind.as_str()})
        }
        Fact::RequesterChanged { after, .. } => json!({
            "requester": after, "requesterEmail": after.as_ref().and_then(|r| r.email.as_ref()),
            "requesterText": after.as_ref().map(requester_text),
        }),
        Fact::QueueChanged { to, .. } => json!({"queue": to}),
        Fact::Assigned { to, .. } => json!({"assignee": to, "assigneeId": to.as_ref().map(|p| &p.id)}),
        Fact::MailReceived { unread, .. } | Fact::MailUnlinked { unread, .. } | Fact::MailsRead { unread } => {
            json!({"unreadMailCount": unread})
        }
        Fact::TaskCreated { open, .. } | Fact::TaskCompleted { open, .. } | Fact::TaskCancelled { open, .. } => {
            json!({"openTaskCount": open})
        }
        Fact::ProcessRequested { processes, .. }
        | Fact::ProcessStarted { processes, .. }
        | Fact::ProcessEnded { processes, .. }
        | Fact::OpenWorkCancelled { processes, .. } => json!({
            "processInstances": processes,
            "processIds": processes.iter().filter_map(|p: &CaseProcess| p.id.as_deref()).collect::<Vec<_>>(),
        }),
        Fact::StepFailed { problem, .. } | Fact::Compensated { problem, .. } => json!({"problem": problem}),
        Fact::StepRepaired { .. } | Fact::ProblemCleared {} => json!({"problem": null}),
        Fact::SlaStarted { clocks, .. }
        | Fact::SlaPaused { clocks, .. }
        | Fact::SlaResumed { clocks, .. }
        | Fact::SlaAtRisk { clocks, .. }
        | Fact::SlaBreached { clocks, .. }
        | Fact::SlaMet { clocks, .. }
        | Fact::SlaMissed { clocks, .. } => json!({
            "slas": clocks,
            "slaWorst": worst(clocks),
            "nextSlaAt": Case::next_sla_at(clocks).map(text),
            "urgentAt": earliest_due(clocks),
        }),
        Fact::CommentAdded { .. }
        | Fact::CommentEdited { .. }
        | Fact::CommentDeleted { .. }
        | Fact::DocumentAdded { .. }
        | Fact::DocumentRemoved { .. }
        | Fact::MailSent { .. }
        | Fact::TaskClaimed { .. }
        | Fact::TaskUnclaimed { .. }
        | Fact::RuleApplied { .. }
        | Fact::Notified { .. } => json!({}),
    };
    match value {
        Value::Object(row) => row,
        _ => Map::new(),
    }
}

/// When the first promise that still counts is due.
fn earliest_due(clocks: &[SlaClock]) -> String {
    let due = clocks.iter().filter(|c| c.is_counting()).filter_map(|c| c.due_at).min();
    due.map_or_else(|| NEVER.to_owned(), |due| text(due.0))
}

/// How the most urgent promise stands that still counts: `breached`, `atRisk` or `running`; null when none counts.
fn worst(clocks: &[SlaClock]) -> Option<&'static str> {
    let states: Vec<SlaState> = clocks.iter().filter(|clock| clock.is_counting()).map(|clock| clock.state).collect();
    [(SlaState::Breached, "breached"), (SlaState::AtRisk, "atRisk"), (SlaState::Running, "running")]
        .into_iter()
        .find_map(|(state, name)| states.contains(&state).then_some(name))
}

fn requester_text(requester: &crate::domain::person::Requester) -> String {
    [requester.name.as_deref(), requester.email.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The words of all fields, at most 16 kB of them.
fn fields_text(fields: &Map<String, Value>) -> String {
    let mut out = String::new();
    let mut open: Vec<&Value> = fields.values().rev().collect();
    while let Some(value) = open.pop() {
        if out.len() > 16_384 {
            break;
        }
        match value {
            Value::String(text) => {
                out.push_str(text);
                out.push(' ');
            }
            Value::Number(number) => {
                out.push_str(&number.to_string());
                out.push(' ');
            }
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(members) => open.extend(members.values().rev()),
            Value::Null | Value::Bool(_) => {}
        }
    }
    out
}
