//! `/api/v1/engines`: the organisations that have an engine of their own.

use super::Doors;
use super::support::problem;
use axum::extract::State;
use casewright_access::{Authenticated, Resource};
use casewright_engine_runtime::{Engines, Usage};
use casewright_service::{Json, PageBody, PageParams, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The engine of an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EngineBody {
    /// The organisation, as it stands in `/engine-rest/engine/{name}`.
    name: String,
    /// What it may take and takes, with `usage=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<UsageBody>,
}

/// What an organisation takes of its engine.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsageBody {
    /// Open process instances that nobody called.
    instances: u64,
    /// As many as there may be; null: any number.
    instances_quota: Option<u64>,
    /// How long scripts have run that still count; 0 where there is no quota.
    script_seconds: f64,
    /// How long they may in a minute; null: as long as they want.
    script_seconds_quota: Option<u64>,
}

/// What is told of an engine beside its name.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Told {
    /// Tell what each organisation takes as well.
    #[serde(default)]
    usage: bool,
}

impl From<Usage> for UsageBody {
    fn from(usage: Usage) -> Self {
        Self {
            instances: usage.instances,
            instances_quota: usage.quota.instances,
            script_seconds: usage.script_time.as_secs_f64(),
            script_seconds_quota: usage.quota.script_time.map(|time| time.as_secs()),
        }
    }
}

/// Engines of the installation, by name. For operators, and for the rooms that work in all of them.
#[utoipa::path(get, path = "/api/v1/engines", tag = "engines", params(PageParams, Told),
    responses((status = 200, body = PageBody<EngineBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(Doors { engines, access }): State<Doors>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    Query(told): Query<Told>,
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
    let mut items = Vec::with_capacity(names.len());
    for name in names {
        let usage = if told.usage { usage(&engines, &name).await? } else { None };
        items.push(EngineBody { name, usage });
    }
    Ok(Json(PageBody { items, next_cursor, total }))
}

async fn usage(engines: &Engines, name: &str) -> Result<Option<UsageBody>, Problem> {
    let Some(engine) = engines.named(name).await.map_err(|error| problem(&error))? else {
        return Ok(None);
    };
    let usage = engine.usage().await.map_err(|error| problem(&error))?;
    Ok(Some(usage.into()))
}
