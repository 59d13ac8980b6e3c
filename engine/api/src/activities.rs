//! `/api/v1/process-instances/{id}/activity-instances` and `/user-tasks`: where an instance is and was, and which people have
//! something to do for it.

use super::ApiState;
use super::support::{OfElement, body, instant, required, text};
use axum::extract::{Path, Query as UrlQuery};
use casewright_access::Authenticated;
use casewright_engine_views::{self as views, ActivityInstanceRow, PlaceRowColumns as _, TaskRow};
use casewright_journal::{Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// One entry into an activity.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActivityInstanceBody {
    id: String,
    /// The activity instance around it; that of the process instance has its id.
    parent_id: Option<String>,
    element_id: String,
    element_name: Option<String>,
    /// As the engine calls it: `userTask`, `multiInstanceBody`, ...
    #[serde(rename = "type")]
    kind: String,
    /// `active`, `completed` or `canceled`.
    state: &'static str,
    started_at: Option<String>,
    ended_at: Option<String>,
    called_instance_id: Option<String>,
    task_id: Option<String>,
}

/// A user task that is open.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenTaskBody {
    id: String,
    element_id: Option<String>,
    name: Option<String>,
    assignee: Option<String>,
    created_at: Option<String>,
    due_at: Option<String>,
}

/// Activity instances of an instance, newest first.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/activity-instances", tag = "process-instances",
    params(("id" = String, Path), OfElement, PageParams),
    responses((status = 200, body = PageBody<ActivityInstanceBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    UrlQuery(of): UrlQuery<OfElement>,
    params: PageParams,
) -> Result<Json<PageBody<ActivityInstanceBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let mut query = Query::new(views::HISTORY_ACTIVITY_INSTANCE, Filter::And(of.within(&id)));
    query.sort = vec![Sort { field: ActivityInstanceRow::SEQUENCE.into(), descending: true }];
    let (page, total) = state.page_within(query, &params).await?;
    let items = page.rows.iter().map(|(_, row)| activity_instance(row)).collect();
    Ok(Json(body(items, &page, total)))
}

/// User tasks of an instance that are open, oldest first.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/user-tasks", tag = "process-instances",
    params(("id" = String, Path), OfElement, PageParams),
    responses((status = 200, body = PageBody<OpenTaskBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn tasks(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    UrlQuery(of): UrlQuery<OfElement>,
    params: PageParams,
) -> Result<Json<PageBody<OpenTaskBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let mut query = Query::new(views::TASK, Filter::And(of.within(&id)));
    query.sort = vec![Sort { field: TaskRow::CREATED.into(), descending: false }];
    let (page, total) = state.page_within(query, &params).await?;
    let items = page.rows.iter().map(|(_, row)| open_task(row)).collect();
    Ok(Json(body(items, &page, total)))
}

fn activity_instance(row: &Document) -> ActivityInstanceBody {
    let ended_at = instant(row, ActivityInstanceRow::END_TIME);
    ActivityInstanceBody {
        id: required(row, ActivityInstanceRow::ID),
        parent_id: text(row, ActivityInstanceRow::PARENT_ACTIVITY_INSTANCE_ID),
        element_id: required(row, ActivityInstanceRow::ACTIVITY_ID),
        element_name: text(row, ActivityInstanceRow::ACTIVITY_NAME),
        kind: required(row, ActivityInstanceRow::ACTIVITY_TYPE),
        state: match &ended_at {
            None => "active",
            Some(_) if ActivityInstanceRow::CANCELED.is_set(row) => "canceled",
            Some(_) => "completed",
        },
        started_at: instant(row, ActivityInstanceRow::START_TIME),
        ended_at,
        called_instance_id: text(row, ActivityInstanceRow::CALLED_PROCESS_INSTANCE_ID),
        task_id: text(row, ActivityInstanceRow::TASK_ID),
    }
}

fn open_task(row: &Document) -> OpenTaskBody {
    OpenTaskBody {
        id: required(row, TaskRow::ID),
        element_id: text(row, TaskRow::ACTIVITY_ID),
        name: text(row, TaskRow::NAME),
        assignee: text(row, TaskRow::ASSIGNEE),
        created_at: instant(row, TaskRow::CREATED),
        due_at: instant(row, TaskRow::DUE),
    }
}
