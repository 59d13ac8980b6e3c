//! `/api/v1/cases/{id}/links`: the cases that have to do with a case.

use super::access::{case_for, own_key};
use super::cases::resolve;
use super::error::store;
use super::page::readable;
use crate::domain::case::decide;
use crate::domain::case::link::{CaseLink, LinkKind};
use crate::hierarchy;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use crate::views::case::CaseListRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Subject};
use casewright_contracts::CaseRowColumns;
use casewright_journal::{Decision, Filter, Query};
use casewright_service::{IdempotencyKey, Json, PageBody, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A link of a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkBody {
    id: String,
    kind: LinkKind,
    /// The kind is said of the other case: it blocks this one.
    is_incoming: bool,
    /// The other case.
    case: LinkedCase,
}

/// The other case of a link.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkedCase {
    id: String,
    number: String,
    title: String,
    stage_name: String,
    status_name: String,
    /// `open`, `paused` or `closed`.
    status_kind: String,
}

/// A new link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LinkCase {
    /// What this case is to the other one.
    kind: LinkKind,
    /// Id or number of the other case.
    to: String,
}

/// Links to cases that the caller may see; of others nothing is told.
#[utoipa::path(get, path = "/api/v1/cases/{id}/links", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PageBody<LinkBody>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<LinkBody>>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let items = seen(&state, &subject, &case.links).await?;
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Links a case with another one. 201; 200 when it was linked so before.
#[utoipa::path(post, path = "/api/v1/cases/{id}/links", tag = "cases", params(("id" = String, Path)), request_body = LinkCase,
    responses((status = 201, body = LinkBody), (status = 200, body = LinkBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<LinkCase>,
) -> Result<Response, Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    if !body.kind.is_by_hand() {
        return Err(not_by_hand());
    }
    let other = resolve(&state, &subject, body.to).await?;
    let unknown = || {
        Problem::unprocessable("unknown-case", "There is no such case, or you may not see it.").with_error(
            "/to",
            "unknown-case",
            "not a case",
        )
    };
    let (there, _) = case_for(&state, &subject, "read", &other).await.map_err(|_| unknown())?;
    if body.kind == LinkKind::ChildOf {
        let cases = state.cases(&subject.tenant);
        // No case is an ancestor of itself.
        if hierarchy::is_above(&cases, &case.id, &there).await? {
            let detail = "the other case is this one's child already, or too deep in a hierarchy";
            return Err(Problem::unprocessable("circular-link", detail).with_error("/to", "circular-link", detail));
        }
    }
    let link_id = own_key(&key, &subject)
        .aggregate_id(subject.tenant.as_str(), &format!("link:{id}"), Uuid::now_v7())
        .to_string();
    let link = CaseLink { id: link_id, kind: body.kind, other: other.clone(), is_incoming: false };
    let wanted = link.clone();
    let committed = state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            let Decision { events, answer: () } = decide::link(case, definition, &wanted, by, at)?;
            Ok(Decision { answer: !events.is_empty(), events })
        })
        .await?;
    let (case, _) = state.cases(&subject.tenant).case(&id).await?;
    let made: Vec<CaseLink> = case
        .links
        .iter()
        .filter(|known| (known.kind, &known.other, known.is_incoming) == (link.kind, &link.other, false))
        .cloned()
        .collect();
    let answer = seen(&state, &subject, &made).await?.into_iter().next().ok_or_else(unknown)?;
    let status = if committed.answer { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(answer)).into_response())
}

/// Takes a link away, from both cases.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/links/{linkId}", tag = "cases",
    params(("id" = String, Path), ("linkId" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, link_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    let known = case.links.iter().filter(|link| link.id == link_id).cloned().collect::<Vec<_>>();
    // One to a case that the caller may not see is not there.
    if seen(&state, &subject, &known).await?.is_empty() {
        return Err(Problem::not_found("There is no such link."));
    }
    if known.iter().any(|link| !link.kind.is_by_hand()) {
        return Err(not_by_hand());
    }
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::unlink(case, definition, &link_id, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What splitting and merging say of two cases is not for people to say, or to take back.
fn not_by_hand() -> Problem {
    let detail = "Splitting and merging make these links.";
    Problem::unprocessable("not-yours-to-say", detail).with_error("/kind", "not-yours-to-say", detail)
}

/// Those of these links whose other case the caller may see, in the order of their making.
async fn seen(state: &CaseApiState, subject: &Subject, links: &[CaseLink]) -> Result<Vec<LinkBody>, Problem> {
    if links.is_empty() {
        return Ok(Vec::new());
    }
    let policy = state.access().list_filter(subject, "read", "case").await?;
    let ids = links.iter().map(|link| Value::from(link.other.as_str())).collect();
    let mut query = Query::new(CaseListRow::VIEW, Filter::And(vec![policy, Filter::In(CaseListRow::ID.into(), ids)]));
    query.limit = Some(links.len() as u64);
    let mut cases = BTreeMap::new();
    for (id, row) in state.tenant(&subject.tenant).query(&query).await.map_err(store)?.rows {
        let Some(row) = readable(CaseListRow::VIEW, &id, CaseListRow::read(&row)) else {
            continue;
        };
        let case = LinkedCase {
            id: row.shared.id,
            number: row.shared.number,
            title: row.shared.title,
            stage_name: row.stage_name,
            status_name: row.status_name,
            status_kind: row.status_kind,
        };
        cases.insert(case.id.clone(), case);
    }
    let told = |link: &CaseLink| {
        let case = cases.get(&link.other)?.clone();
        Some(LinkBody { id: link.id.clone(), kind: link.kind, is_incoming: link.is_incoming, case })
    };
    Ok(links.iter().filter_map(told).collect())
}
