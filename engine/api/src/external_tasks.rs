//! `/api/v1/process-instances/{id}/external-tasks`: what workers are to do of an instance.

use super::ApiState;
use super::failures::first_line;
use super::jobs::negative_retries;
use super::support::{OfElement, body, eq, instant, required, text};
use axum::extract::{Path, Query as UrlQuery};
use casewright_access::{Authenticated, Subject};
use casewright_engine_core::Command;
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_views::{self as views, ExternalTaskRow, PlaceRowColumns as _};
use casewright_journal::{Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An external task that waits for its worker, or is with one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExternalTaskBody {
    id: String,
    element_id: Option<String>,
    element_name: Option<String>,
    topic: String,
    /// Who has it, or had it last.
    worker: Option<String>,
    /// Until when it is the worker's.
    locked_until: Option<String>,
    is_locked: bool,
    /// Tries that are left; null: none has failed.
    retries: Option<i64>,
    priority: i64,
    created_at: Option<String>,
    /// The first line of what the worker said went wrong.
    error: Option<String>,
    /// All that the worker said of it, the stack with it; only where `id` asks for one task.
    error_details: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExternalTaskFilter {
    /// Only this task, with `errorDetails`.
    id: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ExternalTaskPatch {
    /// Tries that are left; 1 or more resolves its incident.
    #[schema(minimum = 0)]
    retries: i32,
}

fn missing() -> Problem {
    Problem::not_found("There is no such external task; it may be done.")
}

/// External tasks of an instance, oldest first.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/external-tasks", tag = "process-instances",
    params(("id" = String, Path), ExternalTaskFilter, OfElement, PageParams),
    responses((status = 200, body = PageBody<ExternalTaskBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    UrlQuery(wanted): UrlQuery<ExternalTaskFilter>,
    UrlQuery(of): UrlQuery<OfElement>,
    params: PageParams,
) -> Result<Json<PageBody<ExternalTaskBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let mut filters = of.within(&id);
    filters.extend(wanted.id.as_deref().map(|task| eq(ExternalTaskRow::ID, task)));
    let mut query = Query::new(views::EXTERNAL_TASK, Filter::And(filters));
    query.sort = vec![Sort { field: ExternalTaskRow::CREATE_TIME.into(), descending: false }];
    let (page, total) = state.page_within(query, &params).await?;
    let mut items = Vec::with_capacity(page.rows.len());
    for (_, row) in &page.rows {
        items.push(state.external_task(row, wanted.id.is_some()).await?);
    }
    Ok(Json(body(items, &page, total)))
}

/// Sets how often a task is tried again. 204.
#[utoipa::path(patch, path = "/api/v1/process-instances/{id}/external-tasks/{task}", tag = "process-instances",
    params(("id" = String, Path), ("task" = String, Path)), request_body = ExternalTaskPatch,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, task)): Path<(String, String)>,
    Json(ExternalTaskPatch { retries }): Json<ExternalTaskPatch>,
) -> Result<StatusCode, Problem> {
    state.allowed_instance(&subject, "update", &id).await?;
    if retries < 0 {
        return Err(negative_retries());
    }
    state.act_on(&subject, &id, &task, |task| Command::SetExternalTaskRetries { task, retries }).await
}

/// Takes a task from the worker that has it: any may fetch it then. 204.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/external-tasks/{task}/unlock", tag = "process-instances",
    params(("id" = String, Path), ("task" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn unlock(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, task)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    state.allowed_instance(&subject, "update", &id).await?;
    state.act_on(&subject, &id, &task, |task| Command::UnlockExternalTask { task }).await
}

impl ApiState {
    async fn act_on(
        &self,
        subject: &Subject,
        id: &str,
        task: &str,
        command: impl FnOnce(Id) -> Command,
    ) -> Result<StatusCode, Problem> {
        self.row_within(views::EXTERNAL_TASK, id, task, missing).await?;
        let (_, local) = parse(task).ok_or_else(missing)?;
        self.step(subject, task, command(local)).await?;
        Ok(StatusCode::NO_CONTENT)
    }

    async fn external_task(&self, row: &Document, with_details: bool) -> Result<ExternalTaskBody, Problem> {
        let element_id = text(row, ExternalTaskRow::ACTIVITY_ID);
        let locked_until = ExternalTaskRow::LOCK_EXPIRATION_TIME.integer(row);
        let details =
            || text(row, ExternalTaskRow::ERROR_DETAILS).or_else(|| text(row, ExternalTaskRow::ERROR_MESSAGE));
        Ok(ExternalTaskBody {
            id: required(row, ExternalTaskRow::ID),
            element_name: self.name_within(row, element_id.as_deref()).await?,
            element_id,
            topic: required(row, ExternalTaskRow::TOPIC_NAME),
            worker: text(row, ExternalTaskRow::WORKER_ID),
            locked_until: instant(row, ExternalTaskRow::LOCK_EXPIRATION_TIME),
            is_locked: locked_until.is_some_and(|until| until > self.engine.now().0),
            retries: ExternalTaskRow::RETRIES.integer(row),
            priority: ExternalTaskRow::PRIORITY.integer(row).unwrap_or_default(),
            created_at: instant(row, ExternalTaskRow::CREATE_TIME),
            error: text(row, ExternalTaskRow::ERROR_MESSAGE).as_deref().map(first_line),
            error_details: with_details.then(details).flatten(),
        })
    }
}
