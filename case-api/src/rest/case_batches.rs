//! `/api/v1/case-batches`: one change of many cases, with a preview, progress, and a way back.

use super::access::own_key;
use super::cases::list::found;
use super::error::{invalid, store};
use super::page::{page, page_body};
use crate::batching;
use crate::domain::case_batch::{BatchChange, BatchPhase, BatchResult, CaseBatch, Outcome};
use crate::domain::case_filter::CaseFilter;
use crate::domain::person::Person;
use crate::state::{CaseApiState, person};
use crate::views::case::CaseListRow;
use crate::views::case_batch::CaseBatchRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_contracts::CaseRowColumns;
use casewright_forms::FieldFault;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_journal::{Aggregate, CommandContext, Sort};
use casewright_journal::{Decision, Filter, Query};
use casewright_service::instant::InstantSchema;
use casewright_service::{IdempotencyKey, Json, PageBody, PageParams, Problem, reserved};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

/// Cases of one batch. Each is kept with what it was like, until the batch is forgotten.
const MOST: usize = 5_000;
/// Cases that an answer names; the counts are whole.
const NAMED: usize = 200;

/// Which cases, and what is changed of each.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct BatchRequest {
    /// Ids. Either these or `filters`.
    cases: Option<Vec<String>>,
    /// All cases that the caller's list has with these, as `GET /api/v1/cases` takes them.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    filters: Option<Map<String, Value>>,
    change: BatchChange,
}

/// A case that a batch does not change, or did not, and why.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SkippedCase {
    id: String,
    number: Option<String>,
    title: Option<String>,
    code: String,
    detail: String,
}

/// What a batch would come to if it began now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchPreview {
    total: usize,
    /// How many would change.
    changed: usize,
    /// How many are so already.
    unchanged: usize,
    /// How many would be refused.
    refused: usize,
    /// The first 200 of these.
    skipped: Vec<SkippedCase>,
    /// It could be taken back for ten minutes.
    is_undoable: bool,
}

/// A batch, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchBody {
    id: String,
    owner: Person,
    /// As it was asked for; what stays is left out.
    #[schema(value_type = Object)]
    change: BatchChange,
    phase: BatchPhase,
    total: usize,
    /// How many were come to.
    done: usize,
    changed: usize,
    unchanged: usize,
    refused: usize,
    /// The first 200 that were refused; while it is taken back and after, those that stayed as they are.
    skipped: Vec<SkippedCase>,
    /// How many were come to on the way back.
    undone: usize,
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    started_at: Option<Instant>,
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    ended_at: Option<Instant>,
    /// Until when it can be taken back; null: it cannot.
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    undoable_until: Option<Instant>,
}

/// What a batch would do, case by case; nothing is changed.
#[utoipa::path(post, path = "/api/v1/case-batches/preview", tag = "case-batches", request_body = BatchRequest,
    responses((status = 200, body = BatchPreview), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn preview(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Json(request): Json<BatchRequest>,
) -> Result<Json<BatchPreview>, Problem> {
    let (cases, change) = wanted(&state, &subject, request).await?;
    let mut results = Vec::with_capacity(cases.len());
    for id in &cases {
        results.push(batching::preview(&state, &subject, &change, id).await.map_err(store)?);
    }
    let count = |outcome: Outcome| results.iter().filter(|result| result.outcome == outcome).count();
    Ok(Json(BatchPreview {
        total: cases.len(),
        changed: count(Outcome::Changed),
        unchanged: count(Outcome::Unchanged),
        refused: count(Outcome::Refused),
        skipped: skipped(&state, &subject, cases.iter().zip(&results)).await?,
        is_undoable: change.is_undoable(),
    }))
}

/// Begins a batch; its cases are changed behind the answer.
#[utoipa::path(post, path = "/api/v1/case-batches", tag = "case-batches", request_body = BatchRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key answers with the same batch")),
    responses((status = 202, body = BatchBody), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(request): Json<BatchRequest>,
) -> Result<Response, Problem> {
    let (cases, change) = wanted(&state, &subject, request).await?;
    let id = own_key(&key, &subject).aggregate_id(subject.tenant.as_str(), CaseBatch::KIND, Uuid::now_v7()).to_string();
    begin(&state, &subject, &id, change, cases).await
}

/// The caller's batches, the newest first.
#[utoipa::path(get, path = "/api/v1/case-batches", tag = "case-batches", params(PageParams),
    responses((status = 200, body = PageBody<BatchBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<BatchBody>>, Problem> {
    let filter = state.access().list_filter(&subject, "read", "case-batch").await?;
    let mut query = Query::new(CaseBatchRow::VIEW, filter);
    query.sort = vec![Sort { field: CaseBatchRow::STARTED_AT.into(), descending: true }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let mut items = Vec::with_capacity(rows.rows.len());
    for (id, _) in &rows.rows {
        if let Some((batch, _)) = state.tenant(&subject.tenant).load::<CaseBatch>(id).await.map_err(store)? {
            items.push(body(&state, &subject, id, &batch).await?);
        }
    }
    Ok(Json(page_body(items, &rows, total)))
}

/// A batch, and how far it is.
#[utoipa::path(get, path = "/api/v1/case-batches/{id}", tag = "case-batches", params(("id" = String, Path)),
    responses((status = 200, body = BatchBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<BatchBody>, Problem> {
    let batch = batch_for(&state, &subject, "read", &id).await?;
    Ok(Json(body(&state, &subject, &id, &batch).await?))
}

/// Stops a batch: what was changed stays changed.
#[utoipa::path(post, path = "/api/v1/case-batches/{id}/stop", tag = "case-batches", params(("id" = String, Path)),
    responses((status = 200, body = BatchBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn stop(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<BatchBody>, Problem> {
    batch_for(&state, &subject, "update", &id).await?;
    let by = person(&subject);
    command(&state, &subject, &id, move |batch| batch.stop(&by)).await?;
    let batch = batch_for(&state, &subject, "read", &id).await?;
    Ok(Json(body(&state, &subject, &id, &batch).await?))
}

/// Takes a batch back, within ten minutes of its end: cases that somebody has changed since stay as they are.
#[utoipa::path(post, path = "/api/v1/case-batches/{id}/undo", tag = "case-batches", params(("id" = String, Path)),
    responses((status = 202, body = BatchBody), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn undo(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    batch_for(&state, &subject, "update", &id).await?;
    let (by, now) = (person(&subject), state.journal().clock().now());
    if !command(&state, &subject, &id, move |batch| batch.undo(&by, now)).await? {
        let detail = "It runs still, ended longer than ten minutes ago, changed nothing, or cancelled work.";
        return Err(Problem::conflict("not-undoable", detail));
    }
    let batch = batch_for(&state, &subject, "read", &id).await?;
    Ok((StatusCode::ACCEPTED, Json(body(&state, &subject, &id, &batch).await?)).into_response())
}

/// Tries the cases again that were refused, as a batch of their own.
#[utoipa::path(post, path = "/api/v1/case-batches/{id}/retry", tag = "case-batches", params(("id" = String, Path)),
    responses((status = 202, body = BatchBody), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn retry(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let batch = batch_for(&state, &subject, "update", &id).await?;
    let refused = batch.cases.iter().zip(&batch.results).filter(|(_, result)| result.outcome == Outcome::Refused);
    let cases: Vec<String> = refused.map(|(case, _)| case.clone()).collect();
    if batch.phase == BatchPhase::Running || cases.is_empty() {
        return Err(Problem::conflict("nothing-to-retry", "It runs still, or no case was refused."));
    }
    let key = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("case-batch-retry:{id}").as_bytes()).to_string();
    begin(&state, &subject, &key, batch.change.clone(), cases).await
}

async fn begin(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    change: BatchChange,
    cases: Vec<String>,
) -> Result<Response, Problem> {
    let owner = batching::owner(subject);
    command(state, subject, id, move |batch| batch.start(&owner, &change, &cases)).await?;
    let batch = batch_for(state, subject, "read", id).await?;
    Ok((StatusCode::ACCEPTED, Json(body(state, subject, id, &batch).await?)).into_response())
}

/// The cases that are asked for, as far as the caller sees them, each once; and what is to be changed of each.
async fn wanted(
    state: &CaseApiState,
    subject: &Subject,
    request: BatchRequest,
) -> Result<(Vec<String>, BatchChange), Problem> {
    if subject.is_system() {
        return Err(Problem::forbidden("A batch is asked for by a person; a machine client changes cases one by one."));
    }
    let resource = Resource::kind("case-batch").with(json!({"createdBy": subject.id}));
    state.access().authorize(subject, "create", &resource).await?;
    let faults = request.change.faults();
    if !faults.is_empty() {
        return Err(invalid("invalid-batch", faults));
    }
    reserved::refuse(request.change.fields.keys().map(String::as_str), "/change/fields")?;
    let cases = match (request.cases, request.filters) {
        (Some(cases), None) => {
            let mut seen = BTreeSet::new();
            cases.into_iter().filter(|id| seen.insert(id.clone())).collect()
        }
        (None, Some(filters)) => {
            let filter =
                CaseFilter::of_members(&filters, "/filters").map_err(|faults| invalid("invalid-batch", faults))?;
            listed(state, subject, &filter).await?
        }
        _ => {
            let fault = FieldFault::new("/cases", "required", "either cases or filters");
            return Err(invalid("invalid-batch", vec![fault]));
        }
    };
    if cases.is_empty() || cases.len() > MOST {
        let detail = format!("{} cases are meant; a batch has between 1 and {MOST}", cases.len());
        return Err(invalid("invalid-batch", vec![FieldFault::new("/cases", "too-many", &detail)]));
    }
    Ok((cases, request.change))
}

/// Ids of the cases that a list has; one more than a batch may have where there are more.
async fn listed(state: &CaseApiState, subject: &Subject, filter: &CaseFilter) -> Result<Vec<String>, Problem> {
    let policy = state.access().list_filter(subject, "read", "case").await?;
    let handle = state.tenant(&subject.tenant);
    let mut query = found(filter, subject, policy);
    query.sort = vec![Sort { field: CaseListRow::NUMBER.into(), descending: false }];
    query.limit = Some(1_000);
    let mut ids = Vec::new();
    loop {
        let page = handle.query(&query).await.map_err(store)?;
        ids.extend(page.rows.into_iter().map(|(id, _)| id.to_string()));
        match page.next {
            Some(next) if ids.len() <= MOST => query.after = Some(next),
            _ => return Ok(ids),
        }
    }
}

/// What policy is told of a batch.
fn resource_of(id: &str, batch: &CaseBatch) -> Resource {
    let owner = batch.owner.as_ref().map(|owner| owner.person.id.as_str());
    Resource::new("case-batch", id).with(json!({"createdBy": owner}))
}

fn gone() -> Problem {
    Problem::not_found("There is no such batch.")
}

/// A batch for somebody who may `action` it.
async fn batch_for(state: &CaseApiState, subject: &Subject, action: &str, id: &str) -> Result<Arc<CaseBatch>, Problem> {
    let loaded = state.tenant(&subject.tenant).load::<CaseBatch>(id).await.map_err(store)?;
    let batch = loaded.map(|(batch, _)| batch).filter(|batch| batch.owner.is_some()).ok_or_else(gone)?;
    let resource = resource_of(id, &batch);
    if !state.access().allows(subject, "read", &resource).await {
        return Err(gone());
    }
    state.access().authorize(subject, action, &resource).await?;
    Ok(batch)
}

async fn command<R, F>(state: &CaseApiState, subject: &Subject, id: &str, decide: F) -> Result<R, Problem>
where
    R: Send + 'static,
    F: Fn(&CaseBatch) -> Decision<crate::domain::case_batch::CaseBatchEvent, R> + Send + 'static,
{
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    let committed = state
        .tenant(&subject.tenant)
        .execute::<CaseBatch, R, Problem, _>(id, context, move |batch, _| Ok(decide(batch)))
        .await
        .map_err(problem_of)?;
    Ok(committed.answer)
}

async fn body(state: &CaseApiState, subject: &Subject, id: &str, batch: &CaseBatch) -> Result<BatchBody, Problem> {
    let results = if batch.undone.is_empty() { &batch.results } else { &batch.undone };
    Ok(BatchBody {
        id: id.to_owned(),
        owner: batch.owner.as_ref().map(|owner| owner.person.clone()).ok_or_else(gone)?,
        change: batch.change.clone(),
        phase: batch.phase,
        total: batch.cases.len(),
        done: batch.results.len(),
        changed: batch.count(Outcome::Changed),
        unchanged: batch.count(Outcome::Unchanged),
        refused: batch.count(Outcome::Refused),
        skipped: skipped(state, subject, batch.cases.iter().zip(results)).await?,
        undone: batch.undone.len(),
        started_at: batch.started_at,
        ended_at: batch.ended_at,
        undoable_until: batch.undoable_until().map(Instant::from),
    })
}

/// Those of these that were refused, with what the caller may know of them.
async fn skipped<'a>(
    state: &CaseApiState,
    subject: &Subject,
    results: impl Iterator<Item = (&'a String, &'a BatchResult)>,
) -> Result<Vec<SkippedCase>, Problem> {
    let refused: Vec<_> = results.filter(|(_, result)| result.outcome == Outcome::Refused).take(NAMED).collect();
    let mut named = BTreeMap::new();
    if !refused.is_empty() {
        let policy = state.access().list_filter(subject, "read", "case").await?;
        let ids = refused.iter().map(|(id, _)| Value::from(id.as_str())).collect();
        let mut query =
            Query::new(CaseListRow::VIEW, Filter::And(vec![policy, Filter::In(CaseListRow::ID.into(), ids)]));
        query.limit = Some(NAMED as u64);
        for (id, row) in state.tenant(&subject.tenant).query(&query).await.map_err(store)?.rows {
            if let Some(row) = super::page::readable(CaseListRow::VIEW, &id, CaseListRow::read(&row)) {
                named.insert(id.to_string(), (row.shared.number, row.shared.title));
            }
        }
    }
    let told = |(id, result): (&String, &BatchResult)| {
        let (number, title) = named.get(id).cloned().unzip();
        let (code, detail) = (result.code.clone().unwrap_or_default(), result.detail.clone().unwrap_or_default());
        SkippedCase { id: id.clone(), number, title, code, detail }
    };
    Ok(refused.into_iter().map(told).collect())
}
