//! `/api/v1/records`: contacts, accounts, products, whatever cases are about.

use super::access::own_key;
use super::cases::CaseBody;
use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use super::record_types::type_for;
use crate::domain::person::Person;
use crate::domain::record::{Record, RecordEvent, RecordType};
use crate::state::{CaseApiState, person};
use crate::views::case::{CaseListRow, CasePartyRow};
use crate::views::record::RecordRow;
use crate::views::record_type::RecordTypeRow;
use crate::working_time::WorkingTimes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_contracts::CaseRowColumns;
use casewright_journal::{Aggregate, CommandContext, DecideContext, Decision, Document, Filter, Query, Sort};
use casewright_service::{IdempotencyKey, IfMatch, Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use smol_str::SmolStr;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordBody {
    pub(super) id: String,
    /// Key of its type.
    #[serde(rename = "type")]
    pub(super) record_type: String,
    /// What it is called by.
    pub(super) title: String,
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    created_by: Option<Person>,
    created_at: Option<String>,
    updated_at: Option<String>,
    version: u64,
}

/// A record in a list, without its fields.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordItem {
    id: String,
    #[serde(rename = "type")]
    record_type: String,
    title: String,
    created_by: Person,
    created_at: String,
    updated_at: String,
    version: u64,
}

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordFilter {
    /// Key of a record type.
    #[serde(rename = "type")]
    record_type: Option<String>,
    /// Words to find in titles.
    search: Option<String>,
    /// `title` or `updatedAt`; `-` in front: descending. `title` when absent.
    sort: Option<String>,
}

/// A new record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateRecord {
    #[serde(rename = "type")]
    record_type: String,
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// A merge patch (RFC 7396) of the fields: what is absent stays, null removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeRecord {
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// One thing that happened to a record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordHistoryItem {
    /// Number of the entry within the record.
    id: u64,
    at: String,
    actor: Person,
    /// `record-created`, `record-changed`.
    kind: String,
    /// Of a change: key, value before and after.
    changes: Vec<crate::domain::case::event::FieldChange>,
}

/// Records that the caller may see.
#[utoipa::path(get, path = "/api/v1/records", tag = "records", params(RecordFilter, PageParams),
    responses((status = 200, body = PageBody<RecordItem>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(wanted): casewright_service::Query<RecordFilter>,
) -> Result<Json<PageBody<RecordItem>>, Problem> {
    let of_type = wanted.record_type.map(|key| Filter::Eq(RecordRow::RECORD_TYPE.into(), Value::from(key)));
    let all = [seen_by(&state, &subject).await?].into_iter().chain(of_type).collect();
    let mut query = Query::new(RecordRow::VIEW, Filter::And(all));
    query.search = wanted.search.filter(|words| !words.trim().is_empty());
    query.sort = vec![sort(wanted.sort.as_deref())?];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let read =
        |(id, row): &(SmolStr, Document)| readable(RecordRow::VIEW, id, RecordRow::read(row)).map(RecordItem::from);
    let items = rows.rows.iter().filter_map(read).collect();
    Ok(Json(page_body(items, &rows, total)))
}

/// The records that somebody may see, of types that they may see.
pub(super) async fn seen_by(state: &CaseApiState, subject: &Subject) -> Result<Filter, Problem> {
    let records = state.access().list_filter(subject, "read", "record").await?;
    let types = state.access().list_filter(subject, "read", "record-type").await?;
    let of_seen_types = Filter::InView {
        field: RecordRow::RECORD_TYPE.into(),
        view: RecordTypeRow::VIEW,
        select: RecordTypeRow::KEY.into(),
        filter: Box::new(types),
    };
    Ok(Filter::And(vec![records, of_seen_types]))
}

fn sort(wanted: Option<&str>) -> Result<Sort, Problem> {
    let wanted = wanted.filter(|sort| !sort.is_empty()).unwrap_or("title");
    let (descending, name) = wanted.strip_prefix('-').map_or((false, wanted), |name| (true, name));
    let field = match name {
        "title" => RecordRow::TITLE,
        "updatedAt" => RecordRow::UPDATED_AT,
        _ => {
            let detail = "sort is one of title, updatedAt";
            let problem = Problem::bad_request("invalid-parameter", detail);
            return Err(problem.with_error("?sort", "invalid-parameter", detail));
        }
    };
    Ok(Sort { field: field.into(), descending })
}

impl From<RecordRow> for RecordItem {
    fn from(row: RecordRow) -> Self {
        Self {
            id: row.id,
            record_type: row.record_type,
            title: row.title,
            created_by: row.created_by,
            created_at: row.created_at.to_string(),
            updated_at: row.updated_at.to_string(),
            version: row.version,
        }
    }
}

/// Creates a record.
#[utoipa::path(post, path = "/api/v1/records", tag = "records", request_body = CreateRecord,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key answers with the same record")),
    responses((status = 201, body = RecordBody), (status = 200, body = RecordBody, description = "It was created before"),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(body): Json<CreateRecord>,
) -> Result<Response, Problem> {
    let unknown = || {
        let detail = "not a record type";
        Problem::unprocessable("unknown-record-type", "There is no such record type.").with_error(
            "/type",
            "unknown-record-type",
            detail,
        )
    };
    state.access().authorize(&subject, "create", &Resource::kind("record")).await?;
    let (known, _) = type_for(&state, &subject, &body.record_type).await.map_err(|_| unknown())?;
    state.access().authorize(&subject, "create", &resource("", &body.record_type, &known, None)).await?;
    if known.content.is_archived {
        return Err(Problem::conflict("archived", "This record type is archived: it takes no new records."));
    }
    let fields = known.content.whole(&body.fields);
    let faults = known.content.faults_of(&fields, state.journal().clock().now());
    if !faults.is_empty() {
        return Err(invalid("invalid-record", faults));
    }
    let id = own_key(&key, &subject).aggregate_id(subject.tenant.as_str(), Record::KIND, Uuid::now_v7()).to_string();
    let (title, by) = (known.content.title_of(&fields), person(&subject));
    let committed =
        command(&state, &subject, &id, None, move |record| record.create(&body.record_type, &title, &fields, &by))
            .await?;
    let status = if committed { StatusCode::CREATED } else { StatusCode::OK };
    answer(&state, &subject, status, &id).await
}

/// A record.
#[utoipa::path(get, path = "/api/v1/records/{id}", tag = "records", params(("id" = String, Path)),
    responses((status = 200, body = RecordBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Changes fields of a record.
#[utoipa::path(patch, path = "/api/v1/records/{id}", tag = "records",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    request_body = ChangeRecord,
    responses((status = 200, body = RecordBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<ChangeRecord>,
) -> Result<Response, Problem> {
    let seen = record_for(&state, &subject, "update", &id).await?;
    let by = person(&subject);
    let handle = state.tenant(&subject.tenant);
    let context =
        CommandContext { actor: subject.actor().id.into(), expected_version: version, ..CommandContext::default() };
    // Judged over what the record is when it is changed: somebody else may have taken away what this change leaves alone.
    let decide = move |record: &Record, context: &DecideContext| {
        let mut fields = record.patched(&body.fields);
        // What the type no longer names is kept and not judged.
        fields.retain(|key, _| {
            body.fields.contains_key(key) || seen.of.content.fields.iter().any(|field| field.key == *key)
        });
        let faults = seen.of.content.faults_of(&fields, context.at);
        if !faults.is_empty() {
            return Err(invalid("invalid-record", faults));
        }
        Ok(record.change(&seen.of.content.title_of(&fields), &body.fields, &by))
    };
    handle.execute::<Record, (), Problem, _>(&id, context, decide).await.map_err(problem_of)?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Deletes a record that no case refers to.
#[utoipa::path(delete, path = "/api/v1/records/{id}", tag = "records",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    record_for(&state, &subject, "delete", &id).await?;
    let referring = Query::new(CasePartyRow::VIEW, in_record(&id));
    if state.tenant(&subject.tenant).count(&referring).await.map_err(store)? > 0 {
        let detail = "Cases refer to this record. Take it out of them first.";
        return Err(Problem::conflict("record-in-use", detail));
    }
    let by = person(&subject);
    command(&state, &subject, &id, version, move |record| record.delete(&by)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What happened to a record, newest first.
#[utoipa::path(get, path = "/api/v1/records/{id}/history", tag = "records", params(("id" = String, Path), PageParams),
    responses((status = 200, body = PageBody<RecordHistoryItem>), (status = 400, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn history(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    params: PageParams,
) -> Result<Json<PageBody<RecordHistoryItem>>, Problem> {
    let seen = record_for(&state, &subject, "read", &id).await?;
    let before = match params.cursor.as_deref() {
        None => seen.version + 1,
        Some(cursor) => cursor
            .parse()
            .map_err(|_| Problem::bad_request("invalid-cursor", "This cursor is not one of this list."))?,
    };
    // Numbers of entries are without gaps, so a page is where it begins.
    let after = before.saturating_sub(1).saturating_sub(params.limit);
    let limit = usize::try_from(before.saturating_sub(1) - after).unwrap_or(usize::MAX);
    let entries = state.tenant(&subject.tenant).entries(Record::KIND, &id, after, limit).await.map_err(store)?;
    let mut items: Vec<RecordHistoryItem> = entries.iter().filter_map(told).collect();
    items.reverse();
    let next_cursor = (after > 0).then(|| (after + 1).to_string());
    Ok(Json(PageBody { items, next_cursor, total: params.total.then_some(seen.version) }))
}

fn told(entry: &casewright_journal::Entry) -> Option<RecordHistoryItem> {
    let event = crate::views::entry::read::<RecordEvent>(entry)?;
    let kind = Record::event_name(&event).to_owned();
    let (actor, changes) = match event {
        RecordEvent::RecordCreated { by, .. } | RecordEvent::RecordDeleted { by } => (by, Vec::new()),
        RecordEvent::RecordChanged { by, changes, .. } => (by, changes),
    };
    Some(RecordHistoryItem { id: entry.meta.seq, at: entry.meta.at.to_string(), actor, kind, changes })
}

/// Cases that a record has a role in and the caller may see, newest first.
#[utoipa::path(get, path = "/api/v1/records/{id}/cases", tag = "records", params(("id" = String, Path), PageParams),
    responses((status = 200, body = PageBody<CaseBody>), (status = 404, body = Problem)))]
pub(crate) async fn cases(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    params: PageParams,
) -> Result<Json<PageBody<CaseBody>>, Problem> {
    record_for(&state, &subject, "read", &id).await?;
    let policy = state.access().list_filter(&subject, "read", "case").await?;
    let with_record = Filter::InView {
        field: CaseListRow::ID.into(),
        view: CasePartyRow::VIEW,
        select: CasePartyRow::CASE_ID.into(),
        filter: Box::new(in_record(&id)),
    };
    let mut query = Query::new(CaseListRow::VIEW, Filter::And(vec![policy, with_record]));
    query.sort = vec![Sort { field: CaseListRow::UPDATED_AT.into(), descending: true }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let now = state.journal().clock().now();
    let read = |(id, row): &(SmolStr, Document)| readable(CaseListRow::VIEW, id, CaseListRow::read(row));
    let found: Vec<CaseListRow> = rows.rows.iter().filter_map(read).collect();
    let handle = state.tenant(&subject.tenant);
    let times = WorkingTimes::of(&handle, found.iter().flat_map(|row| &row.slas)).await.map_err(store)?;
    let items = found.into_iter().map(|row| CaseBody::of_row(row, now, &times)).collect();
    Ok(Json(page_body(items, &rows, total)))
}

fn in_record(id: &str) -> Filter {
    Filter::Eq(CasePartyRow::RECORD_ID.into(), Value::from(id))
}

/// A record with its type.
pub(super) struct Seen {
    pub(super) record: Arc<Record>,
    of: Arc<RecordType>,
    version: u64,
}

/// Loads a record for somebody who may `action` it.
pub(super) async fn record_for(
    state: &CaseApiState,
    subject: &Subject,
    action: &str,
    id: &str,
) -> Result<Seen, Problem> {
    let missing = || Problem::not_found("There is no such record.");
    let loaded = state.tenant(&subject.tenant).load::<Record>(id).await.map_err(store)?;
    let (record, version) = loaded.filter(|(record, _)| record.exists()).ok_or_else(missing)?;
    let (of, _) = type_for(state, subject, &record.record_type).await.map_err(|_| missing())?;
    let resource = resource(id, &record.record_type, &of, record.created_by.as_ref());
    // Who may not read it must not learn that it exists.
    state.access().authorize(subject, "read", &resource).await.map_err(|_| missing())?;
    state.access().authorize(subject, action, &resource).await?;
    Ok(Seen { record, of, version })
}

fn resource(id: &str, key: &str, of: &RecordType, created_by: Option<&Person>) -> Resource {
    Resource::new("record", id).with(json!({
        "type": key, "restrictedTo": of.content.restricted_to, "createdBy": created_by.map(|person| &person.id),
    }))
}

async fn command<R: Send + 'static>(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    expected_version: Option<u64>,
    decide: impl Fn(&Record) -> Decision<RecordEvent, R> + Send + 'static,
) -> Result<R, Problem> {
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    let handle = state.tenant(&subject.tenant);
    let decided = handle.execute::<Record, R, Problem, _>(id, context, move |record, _| Ok(decide(record))).await;
    Ok(decided.map_err(problem_of)?.answer)
}

async fn answer(state: &CaseApiState, subject: &Subject, status: StatusCode, id: &str) -> Result<Response, Problem> {
    let Seen { record, version, .. } = record_for(state, subject, "read", id).await?;
    let text = |at: Option<casewright_instant::Instant>| at.map(|at| at.to_string());
    let body = RecordBody {
        id: id.to_owned(),
        record_type: record.record_type.clone(),
        title: record.title.clone(),
        fields: record.fields.clone(),
        created_by: record.created_by.clone(),
        created_at: text(record.created_at),
        updated_at: text(record.updated_at),
        version,
    };
    Ok((status, [(header::ETAG, etag(version))], Json(body)).into_response())
}
