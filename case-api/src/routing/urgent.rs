//! Which case is next: by urgency, then by what is due first, then by what waits longest.

use crate::domain::sla::SlaState;
use crate::views::case::CaseListRow;
use casewright_contracts::CaseRowColumns;
use casewright_instant::Instant;
use casewright_instant::optional_rfc3339;
use casewright_journal::{Filter, Query, Sort};
use casewright_service::instant::InstantSchema;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Why a case is the next one: the first of these that tells it from others.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NextReason {
    pub(crate) kind: NextReasonKind,
    /// Id of the queue that it waits in.
    pub(crate) queue: Option<String>,
    /// From 0 to 1,000.
    pub(crate) urgency: i32,
    /// What the promise is called, where one is the reason.
    pub(crate) sla: Option<String>,
    /// When that is due.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    pub(crate) due_at: Option<Instant>,
    /// More urgent cases that ask for skills which the caller does not have.
    pub(crate) passed_over: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NextReasonKind {
    /// A promise is past its deadline.
    Breached,
    /// A promise is past its goal.
    AtRisk,
    /// Its priority is above the usual.
    Priority,
    /// A promise is due before those of others.
    DueFirst,
    /// Somebody said when it is due.
    DueDate,
    /// It waits the longest.
    WaitsLongest,
}

/// Open cases of some queues that nobody has, the most urgent first.
pub(crate) fn query(policy: Filter, queues: &[String]) -> Query {
    let queues = queues.iter().map(|queue| Value::from(queue.as_str())).collect();
    let mut query = Query::new(
        CaseListRow::VIEW,
        Filter::And(vec![
            policy,
            Filter::In(CaseListRow::QUEUE.into(), queues),
            Filter::Eq(CaseListRow::STATUS_KIND.into(), Value::from("open")),
            Filter::IsNull(CaseListRow::ASSIGNEE.into()),
        ]),
    );
    query.sort = vec![
        Sort { field: CaseListRow::URGENCY_ORDER.into(), descending: false },
        Sort { field: CaseListRow::URGENT_AT.into(), descending: false },
        Sort { field: CaseListRow::DUE_SORT.into(), descending: false },
        Sort { field: CaseListRow::QUEUED_AT.into(), descending: false },
    ];
    query
}

/// Why this one.
pub(crate) fn reason(row: &CaseListRow, passed_over: u32) -> NextReason {
    let counting = || row.slas.iter().filter(|clock| clock.is_counting());
    let worst = |state: SlaState| counting().filter(|clock| clock.state == state).min_by_key(|clock| clock.due_at);
    let first = counting().min_by_key(|clock| clock.due_at);
    let (kind, clock) = match (worst(SlaState::Breached), worst(SlaState::AtRisk), first) {
        (Some(clock), _, _) => (NextReasonKind::Breached, Some(clock)),
        (None, Some(clock), _) => (NextReasonKind::AtRisk, Some(clock)),
        _ if row.priority > 50 => (NextReasonKind::Priority, None),
        (None, None, Some(clock)) => (NextReasonKind::DueFirst, Some(clock)),
        _ if row.due_at.is_some() => (NextReasonKind::DueDate, None),
        _ => (NextReasonKind::WaitsLongest, None),
    };
    NextReason {
        kind,
        queue: row.shared.queue.clone(),
        urgency: row.urgency,
        sla: clock.map(|clock| clock.name.clone()),
        due_at: clock.map_or(row.due_at, |clock| clock.due_at),
        passed_over,
    }
}
