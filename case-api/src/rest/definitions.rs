//! `/api/v1/case-definitions`

use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use super::references::named_by;
use crate::domain::definition::check::{check, check_named};
use crate::domain::definition::diff::{DefinitionDiff, diff};
use crate::domain::definition::{CaseDefinition, CaseDefinitionAggregate};
use crate::state::CaseApiState;
use crate::views::definition::CaseDefinitionRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_forms::FieldFault;
use casewright_journal::{CommandContext, Query, Sort};
use casewright_service::{IfMatch, Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The latest version of every definition, by name.
#[utoipa::path(get, path = "/api/v1/case-definitions", tag = "case-definitions", params(PageParams),
    responses((status = 200, body = PageBody<CaseDefinition>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<Arc<CaseDefinition>>>, Problem> {
    let policy = state.access().list_filter(&subject, "read", "case-definition").await?;
    let mut query = Query::new(CaseDefinitionRow::VIEW, policy);
    query.sort = vec![Sort { field: CaseDefinitionRow::NAME.into(), descending: false }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let read = |row| CaseDefinitionRow::read(row).map(|row| marked(&row.definition, row.is_archived));
    let items = rows.rows.iter().filter_map(|(key, row)| readable(CaseDefinitionRow::VIEW, key, read(row))).collect();
    Ok(Json(page_body(items, &rows, total)))
}

/// The latest version.
#[utoipa::path(get, path = "/api/v1/case-definitions/{key}", tag = "case-definitions", params(("key" = String, Path)),
    responses((status = 200, body = CaseDefinition), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let (versions, version) = load(&state, &subject, &key).await?;
    let latest = versions.latest().ok_or_else(missing)?;
    Ok(([(header::ETAG, etag(version))], Json(marked(latest, versions.is_archived))).into_response())
}

/// All versions, newest first.
#[utoipa::path(get, path = "/api/v1/case-definitions/{key}/versions", tag = "case-definitions", params(("key" = String, Path)),
    responses((status = 200, body = PageBody<CaseDefinition>), (status = 404, body = Problem)))]
pub(crate) async fn versions(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
) -> Result<Json<PageBody<Arc<CaseDefinition>>>, Problem> {
    let (versions, _) = load(&state, &subject, &key).await?;
    let items: Vec<Arc<CaseDefinition>> = versions.versions.iter().rev().cloned().collect();
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Two versions, to be told apart.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Versions {
    /// The older version; the one before `to` when absent
    from: Option<u32>,
    /// The newer version; the latest when absent
    to: Option<u32>,
}

/// What differs between two versions.
#[utoipa::path(get, path = "/api/v1/case-definitions/{key}/diff", tag = "case-definitions",
    params(("key" = String, Path), Versions),
    responses((status = 200, body = DefinitionDiff), (status = 404, body = Problem)))]
pub(crate) async fn differences(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
    casewright_service::Query(Versions { from, to }): casewright_service::Query<Versions>,
) -> Result<Json<DefinitionDiff>, Problem> {
    let (versions, _) = load(&state, &subject, &key).await?;
    let gone = || Problem::not_found("The definition has no such version.");
    let to = to.map_or_else(|| versions.latest(), |to| versions.version(to)).ok_or_else(gone)?;
    let from = versions.version(from.unwrap_or_else(|| to.version.saturating_sub(1))).ok_or_else(gone)?;
    diff(from, to).map(Json).map_err(|error| {
        tracing::error!(%key, %error, "a definition cannot be written as JSON");
        Problem::internal()
    })
}

/// Puts a definition into the archive: no case begins by it any more, those that are open go on. A new version takes it out again.
#[utoipa::path(post, path = "/api/v1/case-definitions/{key}/archive", tag = "case-definitions", params(("key" = String, Path)),
    responses((status = 200, body = CaseDefinition), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn archive(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    set_archived(&state, &subject, &key, true).await
}

/// Takes a definition out of the archive.
#[utoipa::path(post, path = "/api/v1/case-definitions/{key}/unarchive", tag = "case-definitions", params(("key" = String, Path)),
    responses((status = 200, body = CaseDefinition), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn unarchive(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    set_archived(&state, &subject, &key, false).await
}

async fn set_archived(
    state: &CaseApiState,
    subject: &Subject,
    key: &str,
    is_wanted: bool,
) -> Result<Response, Problem> {
    state.access().authorize(subject, "update", &Resource::new("case-definition", key)).await?;
    let (versions, _) = load(state, subject, key).await?;
    let latest = versions.latest().ok_or_else(missing)?;
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    let committed = state
        .tenant(&subject.tenant)
        .execute::<CaseDefinitionAggregate, _, Problem, _>(key, context, move |versions, _| {
            Ok(versions.archive(is_wanted))
        })
        .await
        .map_err(problem_of)?;
    Ok(([(header::ETAG, etag(committed.version))], Json(marked(latest, is_wanted))).into_response())
}

/// A version as it is told: whether its key is archived is said of each.
fn marked(definition: &Arc<CaseDefinition>, is_archived: bool) -> Arc<CaseDefinition> {
    match is_archived {
        true => Arc::new(CaseDefinition { archived: true, ..CaseDefinition::clone(definition) }),
        false => definition.clone(),
    }
}

/// Publishes a definition: a new version when it differs from the latest. Cases stay with the version they began with.
#[utoipa::path(put, path = "/api/v1/case-definitions/{key}", tag = "case-definitions", params(("key" = String, Path)),
    request_body = CaseDefinition,
    responses((status = 200, body = CaseDefinition), (status = 201, body = CaseDefinition), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn publish(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Json(mut definition): Json<CaseDefinition>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "update", &Resource::new("case-definition", &key)).await?;
    definition.key.clone_from(&key);
    let faults = faults(&state, &subject, &definition).await?;
    if !faults.is_empty() {
        return Err(invalid("invalid-definition", faults));
    }
    let (published, version) = put(&state, &subject, definition, version).await?;
    let status = if version == 1 { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, [(header::ETAG, etag(version))], Json(published)).into_response())
}

/// Everything that stands against publishing it.
pub(crate) async fn faults(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
) -> Result<Vec<FieldFault>, Problem> {
    let mut faults = check(definition);
    faults.extend(check_named(definition, &named_by(state, subject, definition).await?));
    Ok(faults)
}

/// Publishes what was checked before.
pub(crate) async fn put(
    state: &CaseApiState,
    subject: &Subject,
    definition: CaseDefinition,
    expected_version: Option<u64>,
) -> Result<(Arc<CaseDefinition>, u64), Problem> {
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    let key = definition.key.clone();
    let committed = state
        .tenant(&subject.tenant)
        .execute::<CaseDefinitionAggregate, _, Problem, _>(&key, context, move |versions, _| {
            Ok(versions.publish(&definition))
        })
        .await
        .map_err(problem_of)?;
    Ok((committed.answer, committed.version))
}

async fn load(
    state: &CaseApiState,
    subject: &Subject,
    key: &str,
) -> Result<(Arc<CaseDefinitionAggregate>, u64), Problem> {
    state.access().authorize(subject, "read", &Resource::new("case-definition", key)).await?;
    let loaded = state.tenant(&subject.tenant).load::<CaseDefinitionAggregate>(key).await.map_err(store)?;
    loaded.ok_or_else(missing)
}

fn missing() -> Problem {
    Problem::not_found("There is no such case definition.")
}
