//! `/api/v1/cases/{id}/duplicates` and `/api/v1/cases/duplicates`: cases that may be the same as another one. They are told, and
//! nothing is done about them: people link, merge, or say that it is none.

use super::access::case_for;
use super::error::store;
use super::page::readable;
use crate::domain::case::decide;
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::duplicates::likeness_of;
use crate::domain::person::Requester;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use crate::views::case::CaseListRow;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Resource, Subject};
use casewright_contracts::CaseRowColumns;
use casewright_instant::Instant;
use casewright_journal::{Filter, Query, Sort};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, PageBody, Problem};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The newest cases of a requester that are compared.
const COMPARED: u64 = 200;
/// Cases that are told, the most alike first.
const TOLD: usize = 5;

/// A case that may be the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Duplicate {
    id: String,
    number: String,
    title: String,
    stage_name: String,
    status_name: String,
    /// `open`, `paused` or `closed`.
    status_kind: String,
    #[serde(with = "casewright_instant::rfc3339")]
    #[schema(value_type = InstantSchema)]
    created_at: Instant,
    /// How alike the titles are: more than 0, at most 1.
    likeness: f64,
}

/// A case that is about to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DraftCase {
    /// Key of the case definition.
    definition: String,
    title: String,
    requester: Option<Requester>,
}

/// What is looked for.
struct Wanted<'a> {
    title: &'a str,
    requester: Option<&'a Requester>,
    /// When the case was created, or is.
    at: Timestamp,
    /// Ids of cases that it is not the same as.
    but: BTreeSet<String>,
}

/// Cases that may be the same as this one, the most alike first; those that are linked with it, and those that somebody said are none,
/// are left out.
#[utoipa::path(get, path = "/api/v1/cases/{id}/duplicates", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PageBody<Duplicate>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<Duplicate>>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let definition = state.cases(&subject.tenant).definition_of(&case).await?;
    let linked = case.links.iter().map(|link| link.other.clone());
    let but = linked.chain(case.no_duplicates.iter().cloned()).chain([case.id.clone()]).collect();
    let wanted = Wanted { title: &case.title, requester: case.requester.as_ref(), at: case.created_at, but };
    page(&state, &subject, &definition, wanted).await
}

/// Cases that may be the same as one that is about to be created.
#[utoipa::path(post, path = "/api/v1/cases/duplicates", tag = "cases", request_body = DraftCase,
    responses((status = 200, body = PageBody<Duplicate>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn of_draft(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Json(draft): Json<DraftCase>,
) -> Result<Json<PageBody<Duplicate>>, Problem> {
    let resource = Resource::kind("case").with(json!({"definition": draft.definition, "queue": null}));
    state.access().authorize(&subject, "create", &resource).await?;
    let definition = state.cases(&subject.tenant).definition(&draft.definition, None).await?.ok_or_else(|| {
        let detail = "There is no such case definition.";
        Problem::unprocessable("unknown-definition", detail).with_error("/definition", "unknown-definition", detail)
    })?;
    let at = state.journal().clock().now();
    let wanted = Wanted { title: &draft.title, requester: draft.requester.as_ref(), at, but: BTreeSet::new() };
    page(&state, &subject, &definition, wanted).await
}

/// Another case is no duplicate of this one: it is not told again.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/duplicates/{otherId}", tag = "cases",
    params(("id" = String, Path), ("otherId" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn dismiss(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, other)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    case_for(&state, &subject, "read", &other).await?;
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::dismiss_duplicate(case, definition, &other, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn page(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    wanted: Wanted<'_>,
) -> Result<Json<PageBody<Duplicate>>, Problem> {
    let items = found(state, subject, definition, wanted).await?;
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

async fn found(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    wanted: Wanted<'_>,
) -> Result<Vec<Duplicate>, Problem> {
    let policy = definition.duplicates;
    let Some(same_requester) = wanted.requester.and_then(of_requester).filter(|_| policy.within_days > 0) else {
        return Ok(Vec::new());
    };
    let span = SignedDuration::from_hours(24 * i64::from(policy.within_days));
    let edge = |at: Result<Timestamp, jiff::Error>, otherwise: Timestamp| Instant::from(at.unwrap_or(otherwise));
    let conditions = vec![
        state.access().list_filter(subject, "read", "case").await?,
        Filter::Eq(CaseListRow::DEFINITION.into(), Value::from(definition.key.as_str())),
        same_requester,
        Filter::Gte(CaseListRow::CREATED_AT.into(), json!(edge(wanted.at.checked_sub(span), Timestamp::MIN).0)),
        Filter::Lte(CaseListRow::CREATED_AT.into(), json!(edge(wanted.at.checked_add(span), Timestamp::MAX).0)),
    ];
    let mut query = Query::new(CaseListRow::VIEW, Filter::And(conditions));
    query.sort = vec![Sort { field: CaseListRow::CREATED_AT.into(), descending: true }];
    query.limit = Some(COMPARED);
    let rows = state.tenant(&subject.tenant).query(&query).await.map_err(store)?.rows;
    let rows = rows.iter().filter_map(|(id, row)| readable(CaseListRow::VIEW, id, CaseListRow::read(row)));
    let mut alike: Vec<Duplicate> = rows
        .filter(|row| row.merged_into.is_none() && !wanted.but.contains(&row.shared.id))
        .map(|row| Duplicate {
            likeness: likeness_of(wanted.title, &row.shared.title),
            id: row.shared.id,
            number: row.shared.number,
            title: row.shared.title,
            stage_name: row.stage_name,
            status_name: row.status_name,
            status_kind: row.status_kind,
            created_at: row.created_at,
        })
        .filter(|other| other.likeness >= policy.likeness)
        .collect();
    alike.sort_by(|one, other| other.likeness.total_cmp(&one.likeness));
    alike.truncate(TOLD);
    Ok(alike)
}

/// Cases of the same requester: by address, else by name. None: nobody is named.
fn of_requester(requester: &Requester) -> Option<Filter> {
    let Requester { name, email } = requester.clone().trimmed()?;
    match (email, name) {
        (Some(email), _) => Some(Filter::EqIgnoreCase(CaseListRow::REQUESTER_EMAIL.into(), email)),
        (None, Some(name)) => Some(Filter::EqIgnoreCase(CaseListRow::REQUESTER_TEXT.into(), name)),
        (None, None) => None,
    }
}
