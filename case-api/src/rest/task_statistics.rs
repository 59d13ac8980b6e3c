//! `/api/v1/tasks/statistics`: how much each person has on their desk.

use super::cases::statistics::GroupCounts;
use super::error::store;
use super::tasks::{TaskFilter, found};
use crate::state::CaseApiState;
use crate::views::task::TaskRow;
use axum::extract::State;
use casewright_access::Authenticated;
use casewright_journal::{Grouping, Tally};
use casewright_service::{Json, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// Open tasks, counted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TaskStatistics {
    total: u64,
    /// By assignee, those with most first; the value is the person's id, null for nobody. `breached` counts tasks whose date
    /// has passed, `atRisk` is 0.
    assignees: GroupCounts,
}

/// Counts the open tasks that a filter finds, by who has them. Only what the caller may see is counted.
#[utoipa::path(get, path = "/api/v1/tasks/statistics", tag = "tasks", params(TaskFilter),
    responses((status = 200, body = TaskStatistics), (status = 403, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    casewright_service::Query(filter): casewright_service::Query<TaskFilter>,
) -> Result<Json<TaskStatistics>, Problem> {
    let query = found(&state, &subject, &filter).await?;
    let by = vec![
        Grouping::Text(TaskRow::ASSIGNEE.into()),
        Grouping::Span(TaskRow::DUE_AT.into(), vec![state.journal().clock().now().as_millisecond()]),
    ];
    let tally = Tally { query, by, least: Some(TaskRow::CREATED_AT) };
    let (mut groups, mut total) = (GroupCounts::by("assignee"), 0);
    for counted in state.tenant(&subject.tenant).tally(&tally).await.map_err(store)? {
        total += counted.count;
        let person = counted.keys[0].as_str();
        let group = groups.add(person, &counted);
        group.label = person.map(str::to_owned);
        let is_overdue = counted.keys[1] == 0;
        group.breached += if is_overdue { counted.count } else { 0 };
    }
    Ok(Json(TaskStatistics { total, assignees: groups.cut() }))
}
