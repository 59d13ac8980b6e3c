//! `/api/v1/me`, `/users`, `/groups` and `/client-config`.

use crate::access::Access;
use crate::administration;
use crate::error::store_problem;
use crate::extract::Authenticated;
use crate::own;
use crate::own_factor;
use crate::subject::Resource;
use axum::Router;
use axum::extract::State;
use casewright_instant::zone;
use casewright_service::{Json, PageBody, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Users one answer lists at most; a search narrows.
const MAX_USERS: u64 = 100;

#[derive(OpenApi)]
#[openapi(info(title = "Casewright access", version = "1"))]
struct Document;

/// The routes, and their part of the OpenAPI document.
pub fn router(access: Access) -> (Router, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(me))
        .routes(routes!(users))
        .routes(routes!(groups))
        .routes(routes!(client_config))
        .routes(routes!(own::sessions, own::end_others))
        .routes(routes!(own::end))
        .routes(routes!(own::password))
        .routes(routes!(own_factor::show, own_factor::confirm))
        .routes(routes!(own_factor::begin))
        .routes(routes!(own_factor::remove))
        .routes(routes!(administration::list))
        .routes(routes!(administration::set))
        .routes(routes!(administration::password))
        .routes(routes!(administration::enabled))
        .routes(routes!(administration::second_factor, administration::reset_second_factor))
        .routes(routes!(administration::sessions, administration::end_sessions))
        .routes(routes!(administration::end_session))
        .with_state(access)
        .split_for_parts()
}

/// Who is asking.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    pub id: String,
    pub name: String,
    pub email: String,
    pub tenant: String,
    /// Name of the external provider that vouches for me; null: the account is built in, with a password here.
    pub issuer: Option<String>,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    /// `kind:action`; `*` is every kind or action.
    pub permissions: Vec<String>,
}

/// Who am I, and what may I do.
#[utoipa::path(get, path = "/api/v1/me", tag = "access", responses((status = 200, body = Me), (status = 401, body = Problem)))]
async fn me(State(access): State<Access>, Authenticated(subject): Authenticated) -> Json<Me> {
    let permissions = access.permissions(&subject).await;
    Json(Me {
        id: subject.id,
        name: subject.name,
        email: subject.email,
        tenant: subject.tenant.as_str().to_owned(),
        issuer: subject.issuer,
        roles: subject.roles,
        groups: subject.groups,
        permissions,
    })
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct UserSearch {
    /// Words that name, id or e-mail begin with.
    search: Option<String>,
}

/// A user a case can be assigned to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserSummary {
    pub id: String,
    pub name: String,
    pub email: String,
}

/// Users work can be assigned to, by name.
#[utoipa::path(get, path = "/api/v1/users", tag = "access", params(UserSearch),
    responses((status = 200, body = PageBody<UserSummary>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn users(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Query(query): Query<UserSearch>,
) -> Result<Json<PageBody<UserSummary>>, Problem> {
    access.authorize(&subject, "read", &Resource::kind("user")).await?;
    let found = access
        .accounts()
        .list_users(&subject.tenant, query.search.as_deref(), MAX_USERS)
        .await
        .map_err(|error| store_problem(&error))?;
    let items = found
        .into_iter()
        .filter(|user| user.enabled)
        .map(|user| UserSummary { id: user.id, name: user.name, email: user.email })
        .collect();
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// A group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupSummary {
    pub id: String,
    pub name: String,
}

/// Groups, by name.
#[utoipa::path(get, path = "/api/v1/groups", tag = "access",
    responses((status = 200, body = PageBody<GroupSummary>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn groups(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
) -> Result<Json<PageBody<GroupSummary>>, Problem> {
    access.authorize(&subject, "read", &Resource::kind("group")).await?;
    let found = access.accounts().list_groups(&subject.tenant).await.map_err(|error| store_problem(&error))?;
    let items = found.into_iter().map(|(id, name)| GroupSummary { id, name }).collect();
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// What the portal and the command line need to sign somebody in.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientConfig {
    /// Discovery is below it.
    pub issuer: String,
    pub client_id: String,
    /// Client of `casewright login`; empty when there is none.
    pub command_line_client_id: String,
    pub scopes: Vec<String>,
    /// How strongly people have to sign in at the issuer, the wanted first (`acr_values`); empty: as it likes.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Seconds since they proved to be themselves, at most (`max_age`).
    #[serde(default)]
    pub max_age: Option<u32>,
    pub product_name: String,
    pub version: String,
    /// The platform's time zone (IANA), by which processes go: cycles, dates without an offset, expressions.
    #[serde(default)]
    pub time_zone: String,
}

/// Where and how to sign in. Open to everybody.
#[utoipa::path(get, path = "/api/v1/client-config", tag = "access", responses((status = 200, body = ClientConfig)))]
async fn client_config(State(access): State<Access>) -> Json<ClientConfig> {
    let config = access.config();
    let (issuer, client_id, command_line) = match &config.oidc {
        Some(external) => (&external.issuer, &external.client_id, &external.command_line_client),
        None => (&config.issuer, &config.portal_client, &config.command_line_client),
    };
    let max_age = config.oidc.as_ref().map(|external| external.max_age).filter(|seconds| *seconds > 0);
    Json(ClientConfig {
        acr_values: config.oidc.as_ref().map(|external| external.required_acr.clone()).unwrap_or_default(),
        max_age,
        issuer: issuer.clone(),
        client_id: client_id.clone(),
        command_line_client_id: command_line.clone(),
        scopes: ["openid", "profile", "email", "offline_access"].map(String::from).into(),
        product_name: "Casewright".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        time_zone: zone::local_name(),
    })
}
