//! `/api/v1/process-instances/{id}/jobs`: what the engine does later of an instance, timers among it.

use super::ApiState;
use super::failures::first_line;
use super::support::{OfElement, body, caller, eq, instant, problem, required, text};
use axum::extract::{Path, Query as UrlQuery};
use casewright_access::Authenticated;
use casewright_engine_runtime::jobs::JobChange;
use casewright_engine_views::{self as views, JobRow, PlaceRowColumns as _};
use casewright_instant::{Instant, optional_rfc3339};
use casewright_journal::{Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A job of an instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobBody {
    id: String,
    element_id: Option<String>,
    element_name: Option<String>,
    /// A timer; else an asynchronous continuation.
    is_timer: bool,
    /// Null: as soon as can be.
    due_at: Option<String>,
    /// Tries that are left; none are an incident.
    retries: i64,
    priority: i64,
    /// By itself; that its instance is suspended stands there.
    is_suspended: bool,
    created_at: Option<String>,
    /// The first line of what went wrong at the last try.
    error: Option<String>,
    /// All that is known of it, the stack with it; only where `id` asks for one job.
    error_details: Option<String>,
    /// Where the last try failed, when that is another element.
    failed_element_id: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobFilter {
    /// Only this job, with `errorDetails`.
    id: Option<String>,
}

/// A change of a job: one of these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct JobPatch {
    /// Tries that are left; 1 or more resolves its incident.
    #[schema(minimum = 0)]
    retries: Option<i32>,
    /// When it runs.
    #[serde(default, deserialize_with = "optional_rfc3339::deserialize")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Instant>,
    is_suspended: Option<bool>,
}

impl JobPatch {
    fn change(&self) -> Result<JobChange, Problem> {
        match (self.retries, self.due_at, self.is_suspended) {
            (Some(retries), None, None) if retries >= 0 => Ok(JobChange::Retries { retries, due: None }),
            (None, Some(due), None) => Ok(JobChange::Due { due: Some(due), cascade: false }),
            (None, None, Some(is_suspended)) => Ok(JobChange::Suspended(is_suspended)),
            (Some(_), None, None) => Err(negative_retries()),
            _ => {
                let detail = "Say one of retries, dueAt and isSuspended.";
                Err(Problem::unprocessable("one-change", detail).with_error("", "one-change", detail))
            }
        }
    }
}

pub(super) fn negative_retries() -> Problem {
    let detail = "retries is 0 or more.";
    Problem::unprocessable("invalid-value", detail).with_error("/retries", "invalid-value", detail)
}

fn missing() -> Problem {
    Problem::not_found("There is no such job; it may have run.")
}

/// Jobs of an instance, by when they are due.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/jobs", tag = "process-instances",
    params(("id" = String, Path), JobFilter, OfElement, PageParams),
    responses((status = 200, body = PageBody<JobBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    UrlQuery(wanted): UrlQuery<JobFilter>,
    UrlQuery(of): UrlQuery<OfElement>,
    params: PageParams,
) -> Result<Json<PageBody<JobBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let mut filters = of.within(&id);
    filters.extend(wanted.id.as_deref().map(|job| eq(JobRow::ID, job)));
    let mut query = Query::new(views::JOB, Filter::And(filters));
    query.sort = vec![Sort { field: JobRow::DUE_DATE.into(), descending: false }];
    let (page, total) = state.page_within(query, &params).await?;
    let mut items = Vec::with_capacity(page.rows.len());
    for (_, row) in &page.rows {
        items.push(state.job(row, wanted.id.is_some()).await?);
    }
    Ok(Json(body(items, &page, total)))
}

/// Changes when or how often a job is tried, or suspends it. 204.
#[utoipa::path(patch, path = "/api/v1/process-instances/{id}/jobs/{job}", tag = "process-instances",
    params(("id" = String, Path), ("job" = String, Path)), request_body = JobPatch,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, job)): Path<(String, String)>,
    Json(wanted): Json<JobPatch>,
) -> Result<StatusCode, Problem> {
    state.allowed_instance(&subject, "update", &id).await?;
    let change = wanted.change()?;
    state.row_within(views::JOB, &id, &job, missing).await?;
    state.engine.jobs().change(&caller(&subject), &job, change).await.map_err(|error| problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Runs a job now, whenever it is due. 204; 409 `job-failed` when it was tried and failed.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/jobs/{job}/execute", tag = "process-instances",
    params(("id" = String, Path), ("job" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn execute(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, job)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    state.allowed_instance(&subject, "update", &id).await?;
    state.row_within(views::JOB, &id, &job, missing).await?;
    state.engine.executor().execute(&caller(&subject), &job).await.map_err(|error| problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

impl ApiState {
    async fn job(&self, row: &Document, with_details: bool) -> Result<JobBody, Problem> {
        let element_id = text(row, JobRow::ACTIVITY_ID);
        let message = text(row, JobRow::EXCEPTION_MESSAGE);
        Ok(JobBody {
            id: required(row, JobRow::ID),
            element_name: self.name_within(row, element_id.as_deref()).await?,
            failed_element_id: text(row, JobRow::FAILED_ACTIVITY_ID)
                .filter(|failed| Some(failed) != element_id.as_ref()),
            element_id,
            is_timer: JobRow::IS_TIMER.is_set(row),
            due_at: instant(row, JobRow::DUE_DATE),
            retries: JobRow::RETRIES.integer(row).unwrap_or_default(),
            priority: JobRow::PRIORITY.integer(row).unwrap_or_default(),
            is_suspended: JobRow::SUSPENDED.is_set(row),
            created_at: instant(row, JobRow::CREATE_TIME),
            error: message.as_deref().map(first_line),
            error_details: message.filter(|_| with_details),
        })
    }
}
