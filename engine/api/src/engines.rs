//! `/api/v1/engines`: the organisations that have an engine of their own.

use super::Doors;
use super::support::problem;
use axum::extract::State;
use casewright_access::{Authenticated, Resource};
use casewright_service::{Json, PageBody, PageParams, Problem};
use serde::Serialize;
use utoipa::ToSchema;

/// The engine of an organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EngineBody {
    /// The organisation, as it stands in `/engine-rest/engine/{name}`.
    name: String,
}

/// Engines of the installation, by name. For operators, and for the rooms that work in all of them.
#[utoipa::path(get, path = "/api/v1/engines", tag = "engines", params(PageParams),
    responses((status = 200, body = PageBody<EngineBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(Doors { engines, access }): State<Doors>,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<EngineBody>>, Problem> {
    access.authorize(&subject, "read", &Resource::kind("engine")).await?;
    let known = engines.known().await.map_err(|error| problem(&error))?;
    let total = params.total.then_some(known.len() as u64);
    let after = params.cursor.unwrap_or_default();
    let limit = usize::try_from(params.limit).unwrap_or(usize::MAX);
    let mut names: Vec<String> =
        known.iter().map(|tenant| tenant.as_str().to_owned()).filter(|name| *name > after).take(limit + 1).collect();
    let has_more = names.len() > limit;
    names.truncate(limit);
    let next_cursor = names.last().filter(|_| has_more).cloned();
    let items = names.into_iter().map(|name| EngineBody { name }).collect();
    Ok(Json(PageBody { items, next_cursor, total }))
}
