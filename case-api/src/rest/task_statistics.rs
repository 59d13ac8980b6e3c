//! `/api/v1/tasks/statistics`: how much each person has on their desk.

use super::cases::statistics::{GroupCount, GroupCounts, scanned};
use super::tasks::{TaskFilter, found};
use crate::state::CaseApiState;
use crate::views::task::TaskRow;
use axum::extract::State;
use casewright_access::Authenticated;
use casewright_instant::Instant;
use casewright_journal::Column;
use casewright_service::{Json, Problem};
use serde::Serialize;
use utoipa::ToSchema;

const READ: &[Column] = &[TaskRow::ASSIGNEE, TaskRow::CREATED_AT, TaskRow::DUE_AT];

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
    responses((status = 200, body = TaskStatistics), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    casewright_service::Query(filter): casewright_service::Query<TaskFilter>,
) -> Result<Json<TaskStatistics>, Problem> {
    let query = found(&state, &subject, &filter).await?;
    let now = Instant::from(state.journal().clock().now());
    let mut groups = GroupCounts::by("assignee");
    let total = scanned(&state.tenant(&subject.tenant), query, READ, |row| {
        let at = TaskRow::CREATED_AT.integer(row).map(Instant);
        let is_overdue = TaskRow::DUE_AT.integer(row).is_some_and(|due| due < now.0);
        let person = TaskRow::ASSIGNEE.text(row);
        let group = groups.of(person, person);
        group.add(at);
        group.breached += u64::from(is_overdue);
    })
    .await?;
    groups.items.sort_by(GroupCount::most_first);
    Ok(Json(TaskStatistics { total, assignees: groups.cut() }))
}
