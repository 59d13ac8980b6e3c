//! `/api/v1/accounts`: users of the built-in issuer, for those who administer them (`user:update`) and for the command line.

use crate::access::Access;
use crate::accounts::{NewUser, UserChange, UserEntry};
use crate::error::{AccessError, store_problem};
use crate::extract::Authenticated;
use crate::subject::Resource;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_service::{Json, PageBody, Problem};
use serde::Deserialize;
use utoipa::ToSchema;

/// More users than a built-in issuer is for.
const LISTED: u64 = 10_000;

/// What a user should be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WantedAccount {
    /// The id when it is left out.
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub roles: Vec<String>,
    #[serde(default)]
    pub groups: Vec<String>,
    pub password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPassword {
    pub password: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Enabled {
    pub enabled: bool,
}

/// All users, by name, the disabled ones too.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "access",
    responses((status = 200, body = PageBody<UserEntry>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
) -> Result<Json<PageBody<UserEntry>>, Problem> {
    access.authorize(&subject, "update", &Resource::kind("user")).await?;
    let found = access.accounts().list_users(&subject.tenant, None, LISTED).await;
    let found = found.map_err(|error| store_problem(&error))?;
    Ok(Json(PageBody { items: found, next_cursor: None, total: None }))
}

/// Creates the user, or brings one to what is given, and sets the password. A refused password changes nothing.
#[utoipa::path(put, path = "/api/v1/accounts/{id}", tag = "access", request_body = WantedAccount,
    responses((status = 204), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn set(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<WantedAccount>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let name = wanted.name.unwrap_or_else(|| id.clone());
    let user = NewUser { id, name, email: wanted.email, roles: wanted.roles, groups: wanted.groups };
    let set = access.accounts().set_user(&subject.tenant, &subject.id, user, &wanted.password).await;
    set.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the password of a user; sign-ins that exist go on.
#[utoipa::path(put, path = "/api/v1/accounts/{id}/password", tag = "access", request_body = NewPassword,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn password(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(new): Json<NewPassword>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let set = access.accounts().set_password(&subject.tenant, &subject.id, &id, &new.password).await;
    set.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a user sign in, or no longer.
#[utoipa::path(put, path = "/api/v1/accounts/{id}/enabled", tag = "access", request_body = Enabled,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn enabled(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(Enabled { enabled }): Json<Enabled>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let change = UserChange { enabled: Some(enabled), ..UserChange::default() };
    let changed = access.accounts().change_user(&subject.tenant, &subject.id, &id, change).await;
    changed.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}
