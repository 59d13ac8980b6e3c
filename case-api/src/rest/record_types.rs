//! `/api/v1/record-types`: what records are made of.

use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use crate::domain::definition::names::is_slug;
use crate::domain::record::{RecordType, RecordTypeContent};
use crate::state::CaseApiState;
use crate::views::record_type::RecordTypeRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_forms::FieldFault;
use casewright_instant::Instant;
use casewright_journal::{CommandContext, Document, Query, Sort};
use casewright_service::{IfMatch, Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::json;
use smol_str::SmolStr;
use std::sync::Arc;
use utoipa::ToSchema;

/// Types of one organisation.
const MOST: u64 = 200;

/// A record type.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordTypeBody {
    key: String,
    #[serde(flatten)]
    content: RecordTypeContent,
    updated_at: Option<String>,
    version: u64,
}

/// A record type as policy is asked about it.
fn type_resource(key: &str, content: &RecordTypeContent) -> Resource {
    Resource::new("record-type", key).with(json!({"restrictedTo": content.restricted_to}))
}

/// Record types that the caller may see, by name.
#[utoipa::path(get, path = "/api/v1/record-types", tag = "records", params(PageParams),
    responses((status = 200, body = PageBody<RecordTypeBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<RecordTypeBody>>, Problem> {
    let policy = state.access().list_filter(&subject, "read", "record-type").await?;
    let mut query = Query::new(RecordTypeRow::VIEW, policy);
    query.sort = vec![Sort { field: RecordTypeRow::NAME.into(), descending: false }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let read = |(key, row): &(SmolStr, Document)| {
        let row = readable(RecordTypeRow::VIEW, key, RecordTypeRow::read(row))?;
        Some(body(key, row.content, Some(row.updated_at), row.version))
    };
    let items = rows.rows.iter().filter_map(read).collect();
    Ok(Json(page_body(items, &rows, total)))
}

/// A record type.
#[utoipa::path(get, path = "/api/v1/record-types/{key}", tag = "records", params(("key" = String, Path)),
    responses((status = 200, body = RecordTypeBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let (known, version) = type_for(&state, &subject, &key).await?;
    let body = body(&key, known.content.clone(), known.updated_at, version);
    Ok(([(header::ETAG, etag(version))], Json(body)).into_response())
}

/// Defines a record type. Records keep what they have: a field that is taken away is no longer shown, one that stays keeps its type.
#[utoipa::path(put, path = "/api/v1/record-types/{key}", tag = "records",
    params(("key" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    request_body = RecordTypeContent,
    responses((status = 200, body = RecordTypeBody), (status = 201, body = RecordTypeBody), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn define(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Json(content): Json<RecordTypeContent>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "update", &Resource::new("record-type", &key)).await?;
    let version = put(&state, &subject, &key, content, version).await?;
    let (known, _) = load(&state, &subject, &key).await?.ok_or_else(missing)?;
    let body = body(&key, known.content.clone(), known.updated_at, version);
    let status = if version == 1 { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::ETAG, etag(version))], Json(body)).into_response())
}

/// Checks and defines; gives the version.
pub(crate) async fn put(
    state: &CaseApiState,
    subject: &Subject,
    key: &str,
    content: RecordTypeContent,
    expected_version: Option<u64>,
) -> Result<u64, Problem> {
    let present = load(state, subject, key).await?;
    let mut faults = content.faults();
    if !is_slug(key) {
        faults.push(FieldFault::new("/key", "invalid-key", "letters, digits, `-`, `_` and `.` only"));
    }
    if let Some((present, _)) = &present {
        faults.extend(present.faults_of_change(&content));
    }
    if !faults.is_empty() {
        return Err(invalid("invalid-record-type", faults));
    }
    let handle = state.tenant(&subject.tenant);
    let all = Query::new(RecordTypeRow::VIEW, casewright_journal::Filter::All);
    if present.is_none() && handle.count(&all).await.map_err(store)? >= MOST {
        let detail = format!("An organisation has {MOST} record types at most.");
        return Err(Problem::conflict("too-many-record-types", detail));
    }
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    let committed = handle
        .execute::<RecordType, (), Problem, _>(key, context, move |present, _| Ok(present.define(&content)))
        .await
        .map_err(problem_of)?;
    Ok(committed.version)
}

/// The type of records that somebody may see.
pub(super) async fn type_for(
    state: &CaseApiState,
    subject: &Subject,
    key: &str,
) -> Result<(Arc<RecordType>, u64), Problem> {
    state.access().authorize(subject, "read", &Resource::kind("record-type")).await?;
    let (known, version) = load(state, subject, key).await?.ok_or_else(missing)?;
    let resource = type_resource(key, &known.content);
    state.access().authorize(subject, "read", &resource).await.map_err(|_| missing())?;
    Ok((known, version))
}

async fn load(state: &CaseApiState, subject: &Subject, key: &str) -> Result<Option<(Arc<RecordType>, u64)>, Problem> {
    let loaded = state.tenant(&subject.tenant).load::<RecordType>(key).await.map_err(store)?;
    Ok(loaded.filter(|(known, _)| known.exists()))
}

fn body(key: &str, content: RecordTypeContent, updated_at: Option<Instant>, version: u64) -> RecordTypeBody {
    RecordTypeBody { key: key.to_owned(), content, updated_at: updated_at.map(|at| at.to_string()), version }
}

fn missing() -> Problem {
    Problem::not_found("There is no such record type.")
}
