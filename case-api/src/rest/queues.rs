//! `/api/v1/queues`

use super::access::case_resource;
use super::cases::answer as case_answer;
use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use crate::domain::case::decide::{self, CaseRejection};
use crate::domain::definition::check::is_slug;
use crate::domain::queue::{Queue, QueueMembers};
use crate::repository::{CaseError, Command};
use crate::state::{CaseApiState, person};
use crate::views::case::CaseListRow;
use crate::views::queue::QueueRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_contracts::CaseRowColumns;
use casewright_forms::FieldFault;
use casewright_journal::{CommandContext, Filter, Query, Sort};
use casewright_service::{IfMatch, Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// How many cases one pull tries before it gives up: each is one that somebody else took first.
const ATTEMPTS: u64 = 20;

/// A queue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueBody {
    id: String,
    name: String,
    description: String,
    members: QueueMembers,
    /// Cases in it that are not closed.
    open_count: u64,
    /// Cases in it that nobody has and that `next` would give out.
    takeable_count: u64,
    version: u64,
}

/// Queues by name.
#[utoipa::path(get, path = "/api/v1/queues", tag = "queues", params(PageParams),
    responses((status = 200, body = PageBody<QueueBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<QueueBody>>, Problem> {
    let mut query = Query::new(QueueRow::VIEW, state.access().list_filter(&subject, "read", "queue").await?);
    query.sort = vec![Sort { field: QueueRow::NAME.into(), descending: false }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let mut items = Vec::with_capacity(rows.rows.len());
    for (id, row) in &rows.rows {
        let Some(row) = readable(QueueRow::VIEW, id, QueueRow::read(row)) else {
            continue;
        };
        let QueueRow { name, description, members, version } = row;
        items.push(QueueBody {
            id: id.to_string(),
            name,
            description,
            members: QueueMembers { users: members.users, groups: members.groups },
            open_count: open_count(&state, &subject, id).await?,
            takeable_count: takeable_count(&state, &subject, id).await?,
            version,
        });
    }
    Ok(Json(page_body(items, &rows, total)))
}

async fn open_count(state: &CaseApiState, subject: &Subject, queue: &str) -> Result<u64, Problem> {
    let open = Filter::And(vec![
        state.access().list_filter(subject, "read", "case").await?,
        Filter::Eq(CaseListRow::QUEUE.into(), Value::from(queue)),
        Filter::Ne(CaseListRow::STATUS_KIND.into(), Value::from("closed")),
    ]);
    state.tenant(&subject.tenant).count(&Query::new(CaseListRow::VIEW, open)).await.map_err(store)
}

/// What `next` chooses from. Nothing for who may not update cases.
async fn takeable(state: &CaseApiState, subject: &Subject, queue: &str) -> Result<Filter, Problem> {
    Ok(Filter::And(vec![
        state.access().list_filter(subject, "update", "case").await?,
        Filter::Eq(CaseListRow::QUEUE.into(), Value::from(queue)),
        Filter::Eq(CaseListRow::STATUS_KIND.into(), Value::from("open")),
        Filter::IsNull(CaseListRow::ASSIGNEE.into()),
    ]))
}

async fn takeable_count(state: &CaseApiState, subject: &Subject, queue: &str) -> Result<u64, Problem> {
    match takeable(state, subject, queue).await {
        Ok(filter) => state.tenant(&subject.tenant).count(&Query::new(CaseListRow::VIEW, filter)).await.map_err(store),
        Err(problem) if problem.status == StatusCode::FORBIDDEN.as_u16() => Ok(0),
        Err(problem) => Err(problem),
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DefineQueue {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    members: QueueMembers,
}

/// Defines a queue.
#[utoipa::path(put, path = "/api/v1/queues/{id}", tag = "queues", params(("id" = String, Path)), request_body = DefineQueue,
    responses((status = 200, body = QueueBody), (status = 201, body = QueueBody), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn define(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<DefineQueue>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "update", &Resource::new("queue", &id)).await?;
    let queue = Queue { name: body.name, description: body.description, members: body.members };
    let version = put(&state, &subject, &id, queue.clone(), version).await?;
    let body = QueueBody {
        open_count: open_count(&state, &subject, &id).await?,
        takeable_count: takeable_count(&state, &subject, &id).await?,
        id,
        name: queue.name,
        description: queue.description,
        members: queue.members,
        version,
    };
    let status = if version == 1 { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::ETAG, etag(version))], Json(body)).into_response())
}

/// Checks and defines; gives the version.
pub(crate) async fn put(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    queue: Queue,
    expected_version: Option<u64>,
) -> Result<u64, Problem> {
    let mut faults = Vec::new();
    if !is_slug(id) {
        faults.push(FieldFault::new("/id", "invalid-key", "letters, digits, `-`, `_` and `.` only"));
    }
    if queue.name.trim().is_empty() {
        faults.push(FieldFault::new("/name", "required", "a queue needs a name"));
    }
    if !faults.is_empty() {
        return Err(invalid("invalid-queue", faults));
    }
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    let committed = state
        .tenant(&subject.tenant)
        .execute::<Queue, (), Problem, _>(id, context, move |present, _| Ok(present.define(&queue)))
        .await
        .map_err(problem_of)?;
    Ok(committed.version)
}

/// Pulls the most urgent open case of the queue that nobody has, and gives it to the caller. 204: there is none.
#[utoipa::path(post, path = "/api/v1/queues/{id}/next", tag = "queues", params(("id" = String, Path)),
    responses((status = 200, body = super::cases::CaseBody), (status = 204), (status = 403, body = Problem)))]
pub(crate) async fn next(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let cases = state.cases(&subject.tenant);
    let queue = cases.handle.load::<Queue>(&id).await.map_err(store)?.filter(|(queue, _)| queue.exists());
    let members = queue.map(|(queue, _)| queue.members.clone()).unwrap_or_default();
    let resource = Resource::new("queue", &id).with(json!({"members": members}));
    state.access().authorize(&subject, "next", &resource).await?;
    let mut query = Query::new(CaseListRow::VIEW, takeable(&state, &subject, &id).await?);
    query.sort = vec![
        Sort { field: CaseListRow::URGENT_AT.into(), descending: false },
        Sort { field: CaseListRow::DUE_SORT.into(), descending: false },
        Sort { field: CaseListRow::PRIORITY.into(), descending: true },
        Sort { field: CaseListRow::CREATED_AT.into(), descending: false },
    ];
    query.limit = Some(ATTEMPTS);
    let page = state.tenant(&subject.tenant).query(&query).await.map_err(store)?;
    for (case_id, _) in page.rows {
        // As it is now, and with what policy may ask of a case besides.
        let (case, _) = cases.case(&case_id).await?;
        if !state.access().allows(&subject, "update", &case_resource(&case)).await {
            continue;
        }
        let taken = cases
            .command(&case_id, Command::by(person(&subject)), |case, definition, by, at| {
                decide::take(case, definition, by, at)
            })
            .await;
        match taken {
            Ok(_) => {
                let (case, version) = cases.case(&case_id).await?;
                return Ok(case_answer(&state, StatusCode::OK, &case, version));
            }
            Err(CaseError::Rejected(CaseRejection::AlreadyAssigned)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
