//! `/api/v1/queues`

use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use crate::domain::queue::{Queue, QueueMembers, QueueSettings};
use crate::state::CaseApiState;
use crate::views::case::CaseListRow;
use crate::views::queue::QueueRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_contracts::CaseRowColumns;
use casewright_forms::FieldFault;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_journal::{CommandContext, Filter, Query, Sort};
use casewright_service::instant::InstantSchema;
use casewright_service::{IfMatch, Json, MOST_COUNTED, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// How far overflows are followed, to find one that comes back.
const MOST_OVERFLOWS: usize = 20;

/// A queue.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueueBody {
    id: String,
    name: String,
    description: String,
    members: QueueMembers,
    settings: QueueSettings,
    /// Cases in it that are not closed.
    open_count: u64,
    /// Cases in it that nobody has and that `next` would give out.
    takeable_count: u64,
    /// Of those, whose promises are at risk or breached.
    at_risk_count: u64,
    /// Since when the one waits that waits the longest; null: none does.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    waiting_since: Option<Instant>,
    /// The caller may change it.
    is_changeable: bool,
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
        let QueueRow { name, description, members, version, settings, .. } = row;
        let members = QueueMembers { users: members.users, groups: members.groups };
        items.push(body(&state, &subject, id, Queue { name, description, members, settings }, version).await?);
    }
    Ok(Json(page_body(items, &rows, total)))
}

/// A queue.
#[utoipa::path(get, path = "/api/v1/queues/{id}", tag = "queues", params(("id" = String, Path)),
    responses((status = 200, body = QueueBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "read", &Resource::new("queue", &id)).await?;
    let loaded = state.tenant(&subject.tenant).load::<Queue>(&id).await.map_err(store)?;
    let (queue, version) =
        loaded.filter(|(queue, _)| queue.exists()).ok_or_else(|| Problem::not_found("There is no such queue."))?;
    let body = body(&state, &subject, &id, queue.as_ref().clone(), version).await?;
    Ok(([(header::ETAG, etag(version))], Json(body)).into_response())
}

async fn body(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    queue: Queue,
    version: u64,
) -> Result<QueueBody, Problem> {
    let waiting = waiting(state, subject, id).await?;
    let Queue { name, description, members, settings } = queue;
    Ok(QueueBody {
        open_count: open_count(state, subject, id).await?,
        takeable_count: waiting.count,
        at_risk_count: waiting.at_risk,
        waiting_since: waiting.since,
        is_changeable: state.access().allows(subject, "update", &Resource::new("queue", id)).await,
        id: id.to_owned(),
        name,
        description,
        members,
        settings,
        version,
    })
}

/// What waits in a queue for the caller to take.
#[derive(Default)]
struct Waiting {
    count: u64,
    at_risk: u64,
    since: Option<Instant>,
}

async fn open_count(state: &CaseApiState, subject: &Subject, queue: &str) -> Result<u64, Problem> {
    let open = Filter::And(vec![
        state.access().list_filter(subject, "read", "case").await?,
        Filter::Eq(CaseListRow::QUEUE.into(), Value::from(queue)),
        Filter::Ne(CaseListRow::STATUS_KIND.into(), Value::from("closed")),
    ]);
    state.tenant(&subject.tenant).count_up_to(&Query::new(CaseListRow::VIEW, open), MOST_COUNTED).await.map_err(store)
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

/// Nothing waits for who may not take it.
async fn waiting(state: &CaseApiState, subject: &Subject, queue: &str) -> Result<Waiting, Problem> {
    let filter = match takeable(state, subject, queue).await {
        Ok(filter) => filter,
        Err(problem) if problem.status == StatusCode::FORBIDDEN.as_u16() => return Ok(Waiting::default()),
        Err(problem) => return Err(problem),
    };
    let handle = state.tenant(&subject.tenant);
    let mut oldest = Query::new(CaseListRow::VIEW, filter.clone());
    let count = handle.count_up_to(&oldest, MOST_COUNTED).await.map_err(store)?;
    if count == 0 {
        return Ok(Waiting::default());
    }
    oldest.sort = vec![Sort { field: CaseListRow::QUEUED_AT.into(), descending: false }];
    oldest.limit = Some(1);
    let oldest = handle.query(&oldest).await.map_err(store)?;
    let since = oldest.rows.first().and_then(|(id, row)| readable(CaseListRow::VIEW, id, CaseListRow::read(row)));
    let worst = [Value::from("atRisk"), Value::from("breached")].to_vec();
    let at_risk = Filter::And(vec![filter, Filter::In(CaseListRow::SLA_WORST.into(), worst)]);
    let at_risk = handle.count_up_to(&Query::new(CaseListRow::VIEW, at_risk), MOST_COUNTED).await.map_err(store)?;
    Ok(Waiting { count, at_risk, since: since.map(|row| row.queued_at) })
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DefineQueue {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    members: QueueMembers,
    #[serde(default)]
    settings: QueueSettings,
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
    let queue =
        Queue { name: body.name, description: body.description, members: body.members, settings: body.settings };
    let version = put(&state, &subject, &id, queue.clone(), version).await?;
    let body = self::body(&state, &subject, &id, queue, version).await?;
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
    let mut faults = queue.faults(id);
    if let Some(overflow) = &queue.settings.overflow {
        faults.extend(overflow_fault(state, subject, id, &overflow.to).await?);
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

/// What stands against cases that go on from `id` to `to`: there is no such queue, or they would come back.
async fn overflow_fault(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    to: &str,
) -> Result<Option<FieldFault>, Problem> {
    let fault = |code: &str, detail: &str| Ok(Some(FieldFault::new("/settings/overflow/to", code, detail)));
    let mut next = to.to_owned();
    for step in 0..MOST_OVERFLOWS {
        let loaded = state.tenant(&subject.tenant).load::<Queue>(&next).await.map_err(store)?;
        let Some(queue) = loaded.map(|(queue, _)| queue).filter(|queue| queue.exists()) else {
            return if step == 0 { fault("unknown-queue", &format!("there is no queue `{to}`")) } else { Ok(None) };
        };
        match &queue.settings.overflow {
            Some(overflow) if overflow.to == id => {
                return fault("comes-back", "its cases would come back to this queue");
            }
            Some(overflow) => next.clone_from(&overflow.to),
            None => return Ok(None),
        }
    }
    fault("comes-back", "its cases would go round")
}
