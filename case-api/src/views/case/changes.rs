//! What an event changes of its case's row.

use super::CaseListRow;
use super::field_marks;
use crate::domain::case::event::{CaseEvent, Fact};
use crate::domain::case::process::CaseProcess;
use crate::domain::case::state::Case;
use crate::domain::case::urgency;
use crate::domain::definition::model::StatusKind;
use crate::domain::field_order;
use crate::domain::person::Requester;
use crate::domain::sla::calendar::CalendarRef;
use crate::domain::sla::{SlaClock, SlaState};
use crate::views::NEVER;
use casewright_contracts::{CaseHoldRow, CaseHoldRowColumns, CaseRow, CaseRowColumns};
use casewright_instant::Instant;
use casewright_journal::{Cell, EntryMeta, Row};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

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
    let (field_numbers, field_words) = field_order::of(fields);
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
        urgency: urgency::of_priority(*priority),
        urgency_order: -urgency::of_priority(*priority),
        queued_at: at,
        skills: Vec::new(),
        fields: fields.clone(),
        fields_text: fields_text(fields),
        field_marks: field_marks::of(fields),
        field_numbers,
        field_words,
        created_at: at,
        creator: event.by.clone(),
        updated_at: at,
        closed_at: None,
        close_reason: None,
        resolution: None,
        due_at: None,
        due_sort: NEVER,
        slas: Vec::new(),
        sla_worst: None,
        next_sla_at: None,
        urgent_at: NEVER,
        sla_calendars: Vec::new(),
        open_task_count: 0,
        unread_mail_count: 0,
        problem: None,
        process_instances: Vec::new(),
        process_ids: Vec::new(),
        merged_into: None,
        dispose_at: None,
        holds: Vec::new(),
        held: CaseHoldRow::default(),
    })
}

/// The columns that a later event changes, but for those that every event does.
fn changed(fact: &Fact, meta: &EntryMeta) -> Row {
    match fact {
        Fact::TitleChanged { after, .. } => Row::from([(CaseListRow::TITLE, after.into())]),
        Fact::DefinitionMigrated { definition_name, stage, status, .. } => Row::from([
            (CaseListRow::DEFINITION_NAME, definition_name.into()),
            (CaseListRow::STAGE_NAME, (&stage.name).into()),
            (CaseListRow::STATUS_NAME, (&status.name).into()),
            (CaseListRow::STATUS_KIND, status.kind.as_str().into()),
        ]),
        Fact::FieldChanged { fields, .. } => {
            let (numbers, words) = field_order::of(fields);
            Row::from([
                (CaseListRow::FIELDS, json!(fields).into()),
                (CaseListRow::FIELDS_TEXT, fields_text(fields).into()),
                (CaseListRow::FIELD_MARKS, field_marks::of(fields).into()),
                (CaseListRow::FIELD_NUMBERS, json!(numbers).into()),
                (CaseListRow::FIELD_WORDS, json!(words).into()),
            ])
        }
        Fact::PriorityChanged { after, urgency, .. } => {
            // Entries of before do not say it.
            let urgency = urgency.unwrap_or_else(|| urgency::of_priority(*after));
            let mut row = Row::from([(CaseListRow::PRIORITY, (*after).into())]);
            put_urgency(&mut row, urgency);
            row
        }
        Fact::DueDateChanged { after, .. } => {
            Row::from([(CaseListRow::DUE_AT, (*after).into()), (CaseListRow::DUE_SORT, after.unwrap_or(NEVER).into())])
        }
        Fact::LabelsChanged { labels, .. } => Row::from([(CaseListRow::LABELS, labels.clone().into())]),
        Fact::StageChanged { to, .. } => {
            Row::from([(CaseListRow::STAGE, (&to.id).into()), (CaseListRow::STAGE_NAME, (&to.name).into())])
        }
        Fact::StatusChanged { to, reason, urgency, resolution, dispose_at, .. } => {
            let is_closed = to.kind == StatusKind::Closed;
            let mut row = Row::from([
                (CaseListRow::STATUS, (&to.id).into()),
                (CaseListRow::STATUS_NAME, (&to.name).into()),
                (CaseListRow::STATUS_KIND, to.kind.as_str().into()),
                (CaseListRow::CLOSED_AT, is_closed.then(|| Instant::from(meta.at)).into()),
                (CaseListRow::CLOSE_REASON, reason.as_ref().filter(|_| is_closed).into()),
                (CaseListRow::DISPOSE_AT, (*dispose_at).into()),
                (CaseListRow::RESOLUTION, json!(resolution.as_ref().filter(|_| is_closed)).into()),
            ]);
            if let Some(urgency) = urgency {
                put_urgency(&mut row, *urgency);
            }
            row
        }
        Fact::RequesterChanged { after, .. } => Row::from([
            (CaseListRow::REQUESTER, json!(after).into()),
            (CaseListRow::REQUESTER_EMAIL, after.as_ref().and_then(|requester| requester.email.as_ref()).into()),
            (CaseListRow::REQUESTER_TEXT, after.as_ref().map(requester_text).into()),
        ]),
        Fact::HoldPlaced { holds, .. } | Fact::HoldLifted { holds, .. } => {
            let count = u32::try_from(holds.len()).unwrap_or(u32::MAX);
            Row::from([(CaseListRow::HOLDS, json!(holds).into()), (CaseListRow::HOLD_COUNT, count.into())])
        }
        Fact::DisposalBegun { .. } | Fact::Forgotten { .. } => Row::from([(CaseListRow::DISPOSE_AT, Cell::Null)]),
        Fact::Merged { into } => Row::from([(CaseListRow::MERGED_INTO, json!(into).into())]),
        Fact::QueueChanged { to, .. } => Row::from([
            (CaseListRow::QUEUE, to.as_ref().into()),
            (CaseListRow::QUEUED_AT, Instant::from(meta.at).into()),
        ]),
        Fact::Routed { skills, .. } => Row::from([(CaseListRow::SKILLS, json!(skills).into())]),
        Fact::Assigned { to, .. } => Row::from([
            (CaseListRow::ASSIGNED_TO, json!(to).into()),
            (CaseListRow::ASSIGNEE, to.as_ref().map(|person| &person.id).into()),
        ]),
        Fact::MailReceived { unread, .. }
        | Fact::MailTaken { unread, .. }
        | Fact::MailUnlinked { unread, .. }
        | Fact::MailsRead { unread } => Row::from([(CaseListRow::UNREAD_MAIL_COUNT, (*unread).into())]),
        Fact::TaskCreated { open, .. } | Fact::TaskCompleted { open, .. } | Fact::TaskCancelled { open, .. } => {
            Row::from([(CaseListRow::OPEN_TASK_COUNT, (*open).into())])
        }
        Fact::AdHocTaskAdded { open, .. }
        | Fact::AdHocTaskChanged { open, .. }
        | Fact::AdHocTaskAssigned { open, .. }
        | Fact::AdHocTaskItemTicked { open, .. }
        | Fact::AdHocTaskItemUnticked { open, .. }
        | Fact::AdHocTaskCompleted { open, .. }
        | Fact::AdHocTaskReopened { open, .. }
        | Fact::AdHocTaskCancelled { open, .. }
        | Fact::AdHocTaskMoved { open, .. }
        | Fact::AdHocTaskRemoved { open, .. } => Row::from([(CaseListRow::OPEN_TASK_COUNT, (*open).into())]),
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
        Fact::SlaStarted { clocks, urgency, .. }
        | Fact::SlaPaused { clocks, urgency, .. }
        | Fact::SlaResumed { clocks, urgency, .. }
        | Fact::SlaAtRisk { clocks, urgency, .. }
        | Fact::SlaBreached { clocks, urgency, .. }
        | Fact::SlaMet { clocks, urgency, .. }
        | Fact::SlaMissed { clocks, urgency, .. }
        | Fact::SlaCancelled { clocks, urgency, .. }
        | Fact::SlaEscalated { clocks, urgency, .. }
        | Fact::SlaReplanned { clocks, urgency, .. } => {
            let mut row = Row::from([
                (CaseListRow::SLAS, json!(clocks).into()),
                (CaseListRow::SLA_WORST, worst(clocks).into()),
                (CaseListRow::NEXT_SLA_AT, Case::next_sla_at(clocks).map(Instant::from).into()),
                (CaseListRow::URGENT_AT, earliest_due(clocks).into()),
                (CaseListRow::SLA_CALENDARS, calendars(clocks).into()),
            ]);
            if let Some(urgency) = urgency {
                put_urgency(&mut row, *urgency);
            }
            row
        }
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
        | Fact::PartyAdded { .. }
        | Fact::PartyRemoved { .. }
        | Fact::TaskClaimed { .. }
        | Fact::TaskUnclaimed { .. }
        | Fact::MilestoneReached { .. }
        | Fact::RuleApplied { .. }
        | Fact::Notified { .. }
        | Fact::PlaybookItemTicked { .. }
        | Fact::PlaybookItemUnticked { .. }
        | Fact::MergeRequested { .. }
        | Fact::MergeAbandoned { .. }
        | Fact::MergeReceived { .. }
        | Fact::CommentTaken { .. }
        | Fact::SplitOff { .. }
        | Fact::DuplicateDismissed { .. }
        | Fact::ChildrenClosing { .. } => Row::default(),
    }
}

fn process_ids(processes: &[CaseProcess]) -> Vec<String> {
    processes.iter().filter_map(|process| process.id.clone()).collect()
}

/// When the first promise that still counts is due.
fn earliest_due(clocks: &[SlaClock]) -> Instant {
    clocks.iter().filter(|clock| clock.is_counting()).filter_map(|clock| clock.due_at).min().unwrap_or(NEVER)
}

/// Shared calendars that clocks count by which are not over.
fn calendars(clocks: &[SlaClock]) -> Vec<String> {
    let shared = clocks.iter().filter(|clock| !clock.is_over()).filter_map(|clock| match &clock.counts {
        CalendarRef::Shared { id } => Some(id.clone()),
        CalendarRef::Always | CalendarRef::Definition { .. } => None,
    });
    shared.collect::<BTreeSet<_>>().into_iter().collect()
}

/// How the most urgent promise stands that still counts: `breached`, `atRisk` or `running`; null when none counts.
fn worst(clocks: &[SlaClock]) -> Option<&'static str> {
    let states: Vec<SlaState> = clocks.iter().filter(|clock| clock.is_counting()).map(|clock| clock.state).collect();
    [(SlaState::Breached, "breached"), (SlaState::AtRisk, "atRisk"), (SlaState::Running, "running")]
        .into_iter()
        .find_map(|(state, name)| states.contains(&state).then_some(name))
}

fn put_urgency(row: &mut Row, urgency: i32) {
    row.push(CaseListRow::URGENCY, urgency);
    row.push(CaseListRow::URGENCY_ORDER, -urgency);
}

fn requester_text(requester: &Requester) -> String {
    [requester.name.as_deref(), requester.email.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The words of all fields, at most 16 kB of them.
pub(crate) fn fields_text(fields: &Map<String, Value>) -> String {
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
