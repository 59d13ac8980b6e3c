//! What an event changes of its case's row.

use super::CaseListRow;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::process::CaseProcess;
use crate::domain::case::state::Case;
use crate::domain::definition::model::StatusKind;
use crate::domain::person::Requester;
use crate::domain::sla::{SlaClock, SlaState};
use crate::views::NEVER;
use casewright_contracts::{CaseRow, CaseRowColumns};
use casewright_instant::Instant;
use casewright_journal::{Cell, EntryMeta, Row};
use serde_json::{Map, Value, json};

/// All columns that an entry changes.
pub(super) fn of(event: &CaseEvent, meta: &EntryMeta) -> Row {
    if let Some(row) = created(event, meta) {
        return row.into();
    }
    let mut row = changed(&event.fact, meta);
    row.push(CaseListRow::VERSION, meta.seq);
    // That somebody looked at its mail does not make a case newer.
    if !matches!(event.fact, Fact::MailsRead { .. }) {
        row.push(CaseListRow::UPDATED_AT, Instant::from(meta.at));
    }
    row
}

/// The row of a case that was just created.
fn created(event: &CaseEvent, meta: &EntryMeta) -> Option<CaseListRow> {
    let Fact::CaseCreated {
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
        definition_version: _,
    } = &event.fact
    else {
        return None;
    };
    let at = Instant::from(meta.at);
    Some(CaseListRow {
        shared: CaseRow {
            id: meta.key.id.to_string(),
            number: number.clone(),
            title: title.clone(),
            definition: definition.clone(),
            stage: stage.id.clone(),
            status: status.id.clone(),
            queue: queue.clone(),
            assignee: assignee.as_ref().map(|person| person.id.clone()),
            created_by: Some(event.by.id.clone()),
            restricted_to: restricted_to.clone(),
            labels: Vec::new(),
        },
        tenant: meta.key.tenant.as_str().to_owned(),
        version: meta.seq,
        definition_name: definition_name.clone(),
        stage_name: stage.name.clone(),
        status_name: status.name.clone(),
        status_kind: status.kind.as_str().to_owned(),
        assigned_to: assignee.clone(),
        requester: requester.clone(),
        requester_email: requester.as_ref().and_then(|requester| requester.email.clone()),
        requester_text: requester.as_ref().map(requester_text),
        origin: origin.clone(),
        priority: *priority,
        fields: fields.clone(),
        fields_text: fields_text(fields),
        created_at: at,
        creator: event.by.clone(),
        updated_at: at,
        closed_at: None,
        close_reason: None,
        due_at: None,
        due_sort: NEVER,
        slas: Vec::new(),
        sla_worst: None,
        next_sla_at: None,
        urgent_at: NEVER,
        open_task_count: 0,
        unread_mail_count: 0,
        problem: None,
        process_instances: Vec::new(),
        process_ids: Vec::new(),
    })
}

/// The columns that a later event changes, but for those that every event does.
fn changed(fact: &Fact, meta: &EntryMeta) -> Row {
    match fact {
        Fact::TitleChanged { after, .. } => Row::from([(CaseListRow::TITLE, after.into())]),
        Fact::FieldChanged { fields, .. } => Row::from([
            (CaseListRow::FIELDS, json!(fields).into()),
            (CaseListRow::FIELDS_TEXT, fields_text(fields).into()),
        ]),
        Fact::PriorityChanged { after, .. } => Row::from([(CaseListRow::PRIORITY, (*after).into())]),
        Fact::DueDateChanged { after, .. } => {
            Row::from([(CaseListRow::DUE_AT, (*after).into()), (CaseListRow::DUE_SORT, after.unwrap_or(NEVER).into())])
        }
        Fact::LabelsChanged { labels, .. } => Row::from([(CaseListRow::LABELS, labels.clone().into())]),
        Fact::StageChanged { to, .. } => {
            Row::from([(CaseListRow::STAGE, (&to.id).into()), (CaseListRow::STAGE_NAME, (&to.name).into())])
        }
        Fact::StatusChanged { to, reason, .. } => {
            let is_closed = to.kind == StatusKind::Closed;
            Row::from([
                (CaseListRow::STATUS, (&to.id).into()),
                (CaseListRow::STATUS_NAME, (&to.name).into()),
                (CaseListRow::STATUS_KIND, to.kind.as_str().into()),
                (CaseListRow::CLOSED_AT, is_closed.then(|| Instant::from(meta.at)).into()),
                (CaseListRow::CLOSE_REASON, reason.as_ref().filter(|_| is_closed).into()),
            ])
        }
        Fact::RequesterChanged { after, .. } => Row::from([
            (CaseListRow::REQUESTER, json!(after).into()),
            (CaseListRow::REQUESTER_EMAIL, after.as_ref().and_then(|requester| requester.email.as_ref()).into()),
            (CaseListRow::REQUESTER_TEXT, after.as_ref().map(requester_text).into()),
        ]),
        Fact::QueueChanged { to, .. } => Row::from([(CaseListRow::QUEUE, to.as_ref().into())]),
        Fact::Assigned { to, .. } => Row::from([
            (CaseListRow::ASSIGNED_TO, json!(to).into()),
            (CaseListRow::ASSIGNEE, to.as_ref().map(|person| &person.id).into()),
        ]),
        Fact::MailReceived { unread, .. } | Fact::MailUnlinked { unread, .. } | Fact::MailsRead { unread } => {
            Row::from([(CaseListRow::UNREAD_MAIL_COUNT, (*unread).into())])
        }
        Fact::TaskCreated { open, .. } | Fact::TaskCompleted { open, .. } | Fact::TaskCancelled { open, .. } => {
            Row::from([(CaseListRow::OPEN_TASK_COUNT, (*open).into())])
        }
        Fact::ProcessRequested { processes, .. }
        | Fact::ProcessStarted { processes, .. }
        | Fact::ProcessEnded { processes, .. }
        | Fact::OpenWorkCancelled { processes, .. } => Row::from([
            (CaseListRow::PROCESS_INSTANCES, json!(processes).into()),
            (CaseListRow::PROCESS_IDS, process_ids(processes).into()),
        ]),
        Fact::StepFailed { problem, .. } | Fact::Compensated { problem, .. } => {
            Row::from([(CaseListRow::PROBLEM, json!(problem).into())])
        }
        Fact::StepRepaired { .. } | Fact::ProblemCleared {} => Row::from([(CaseListRow::PROBLEM, Cell::Null)]),
        Fact::SlaStarted { clocks, .. }
        | Fact::SlaPaused { clocks, .. }
        | Fact::SlaResumed { clocks, .. }
        | Fact::SlaAtRisk { clocks, .. }
        | Fact::SlaBreached { clocks, .. }
        | Fact::SlaMet { clocks, .. }
        | Fact::SlaMissed { clocks, .. } => Row::from([
            (CaseListRow::SLAS, json!(clocks).into()),
            (CaseListRow::SLA_WORST, worst(clocks).into()),
            (CaseListRow::NEXT_SLA_AT, Case::next_sla_at(clocks).map(Instant::from).into()),
            (CaseListRow::URGENT_AT, earliest_due(clocks).into()),
        ]),
        // It has its row by then.
        Fact::CaseCreated { .. } => Row::default(),
        Fact::CommentAdded { .. }
        | Fact::CommentEdited { .. }
        | Fact::CommentDeleted { .. }
        | Fact::DocumentAdded { .. }
        | Fact::DocumentRemoved { .. }
        | Fact::MailSent { .. }
        | Fact::Linked { .. }
        | Fact::Unlinked { .. }
        | Fact::TaskClaimed { .. }
        | Fact::TaskUnclaimed { .. }
        | Fact::RuleApplied { .. }
        | Fact::Notified { .. } => Row::default(),
    }
}

fn process_ids(processes: &[CaseProcess]) -> Vec<String> {
    processes.iter().filter_map(|process| process.id.clone()).collect()
}

/// When the first promise that still counts is due.
fn earliest_due(clocks: &[SlaClock]) -> Instant {
    clocks.iter().filter(|clock| clock.is_counting()).filter_map(|clock| clock.due_at).min().unwrap_or(NEVER)
}

/// How the most urgent promise stands that still counts: `breached`, `atRisk` or `running`; null when none counts.
fn worst(clocks: &[SlaClock]) -> Option<&'static str> {
    let states: Vec<SlaState> = clocks.iter().filter(|clock| clock.is_counting()).map(|clock| clock.state).collect();
    [(SlaState::Breached, "breached"), (SlaState::AtRisk, "atRisk"), (SlaState::Running, "running")]
        .into_iter()
        .find_map(|(state, name)| states.contains(&state).then_some(name))
}

fn requester_text(requester: &Requester) -> String {
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
