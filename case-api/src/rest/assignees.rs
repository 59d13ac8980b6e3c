//! `/api/v1/cases/{id}/assignees` and `/api/v1/tasks/{id}/assignees`: to whom this piece of work can be given.

use super::access::case_for;
use super::references::{Work, candidates};
use super::tasks::task_for;
use crate::domain::person::Person;
use crate::state::CaseApiState;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Resource};
use casewright_service::{Json, PageBody, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeopleSearch {
    /// Words that name, id or e-mail begin with.
    search: Option<String>,
}

/// Those who may work on the case, by name.
#[utoipa::path(get, path = "/api/v1/cases/{id}/assignees", tag = "cases", params(("id" = String, Path), PeopleSearch),
    responses((status = 200, body = PageBody<Person>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn of_case(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    casewright_service::Query(query): casewright_service::Query<PeopleSearch>,
) -> Result<Json<PageBody<Person>>, Problem> {
    state.access().authorize(&subject, "read", &Resource::kind("user")).await?;
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let items = candidates(&state, &subject.tenant, query.search.as_deref(), &Work::Case(&case)).await?;
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Those who may do the task, by name.
#[utoipa::path(get, path = "/api/v1/tasks/{id}/assignees", tag = "tasks", params(("id" = String, Path), PeopleSearch),
    responses((status = 200, body = PageBody<Person>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn of_task(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    casewright_service::Query(query): casewright_service::Query<PeopleSearch>,
) -> Result<Json<PageBody<Person>>, Problem> {
    state.access().authorize(&subject, "read", &Resource::kind("user")).await?;
    let task = task_for(&state, &subject, "read", &id).await?;
    let items =
        candidates(&state, &subject.tenant, query.search.as_deref(), &Work::Task(task.resource(), task.whose()))
            .await?;
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}
