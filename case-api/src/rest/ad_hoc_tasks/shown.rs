//! Tasks of a case, open or not.

use super::task_for;
use crate::domain::case::ad_hoc_task::AdHocTask;
use crate::gate::access::case_for;
use crate::state::CaseApiState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::Authenticated;
use casewright_service::{Json, PageBody, Problem};
use http::StatusCode;

/// Tasks that were added to the case by hand, in the order of their making; a case has 100 at most.
#[utoipa::path(get, path = "/api/v1/cases/{id}/tasks", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PageBody<AdHocTask>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<AdHocTask>>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let mut items = Vec::with_capacity(case.ad_hoc_tasks.len());
    for task in &case.ad_hoc_tasks {
        if state.access().authorize(&subject, "read", &super::resource_of(&case, task)).await.is_ok() {
            items.push(task.clone());
        }
    }
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// A task of a case.
#[utoipa::path(get, path = "/api/v1/cases/{id}/tasks/{taskId}", tag = "cases",
    params(("id" = String, Path), ("taskId" = String, Path)),
    responses((status = 200, body = AdHocTask), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, task_id)): Path<(String, String)>,
) -> Result<Json<AdHocTask>, Problem> {
    Ok(Json(task_for(&state, &subject, "read", &id, &task_id).await?.1))
}

/// The task as it is now.
pub(super) async fn answer(
    state: &CaseApiState,
    subject: &casewright_access::Subject,
    (case, task): (&str, &str),
    status: StatusCode,
) -> Result<Response, Problem> {
    let (case, _) = state.cases(&subject.tenant).case(case).await?;
    let found = case.ad_hoc_task(task).cloned();
    let task = found.ok_or_else(|| Problem::not_found("The case has no such task."))?;
    Ok((status, Json(task)).into_response())
}
