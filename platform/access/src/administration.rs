//! `/api/v1/accounts`: users of the built-in issuer, for those who administer them (`user:update`) and for the command line.

use crate::access::Access;
use crate::accounts::{NewUser, PasswordLife, UserChange, UserEntry};
use crate::error::{AccessError, store_problem};
use crate::extract::Authenticated;
use crate::own_factor::SecondFactorBody;
use crate::sessions::SessionEntry;
use crate::subject::Resource;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_service::{Json, PageBody, PageParams, Problem, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

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
    /// The user changes the password at the first sign-in, and cannot use it for anything else. Left out: yes.
    #[serde(default = "yes")]
    pub must_change: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPassword {
    pub password: String,
    /// The user changes it at the next sign-in, and cannot use it for anything else. Left out: yes.
    #[serde(default = "yes")]
    pub must_change: bool,
}

fn yes() -> bool {
    true
}

fn life(must_change: bool) -> PasswordLife {
    if must_change { PasswordLife::Initial } else { PasswordLife::Lasting }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Enabled {
    pub enabled: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountSearch {
    /// Words that name, id or e-mail begin with.
    search: Option<String>,
}

/// Users, by name, the disabled ones too.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "access", params(AccountSearch, PageParams),
    responses((status = 200, body = PageBody<UserEntry>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Query(AccountSearch { search }): Query<AccountSearch>,
    page: PageParams,
) -> Result<Json<PageBody<UserEntry>>, Problem> {
    access.authorize(&subject, "update", &Resource::kind("user")).await?;
    let (accounts, tenant, search) = (access.accounts(), &subject.tenant, search.as_deref());
    let unanswered = |error| store_problem(&error);
    let is_further = page.cursor.is_some();
    let (items, next_cursor) = match accounts.page_of_users(tenant, search, page.limit, page.cursor).await {
        Ok(found) => found,
        // A store that answers without the cursor was given one that is not of this list.
        Err(_) if is_further && accounts.page_of_users(tenant, search, 1, None).await.is_ok() => {
            let problem = Problem::bad_request("invalid-cursor", "The cursor is not one of this list.");
            return Err(problem.with_error("?cursor", "invalid-cursor", "unknown"));
        }
        Err(error) => return Err(unanswered(error)),
    };
    let total = match page.total {
        true => Some(accounts.count_users(tenant, search).await.map_err(unanswered)?),
        false => None,
    };
    Ok(Json(PageBody { items, next_cursor, total }))
}

/// Creates the user, or brings one to what is given, and sets the password. A refused password changes nothing.
#[utoipa::path(put, path = "/api/v1/accounts/{id}", tag = "access", request_body = WantedAccount,
    responses((status = 204), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn set(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<WantedAccount>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let name = wanted.name.unwrap_or_else(|| id.clone());
    let user = NewUser { id, name, email: wanted.email, roles: wanted.roles, groups: wanted.groups };
    let (tenant, actor, life) = (&subject.tenant, subject.actor().id, life(wanted.must_change));
    let set = access.accounts().set_user(tenant, actor, user, &wanted.password, life).await;
    set.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the password of a user; where they are signed in they are signed out.
#[utoipa::path(put, path = "/api/v1/accounts/{id}/password", tag = "access", request_body = NewPassword,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn password(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(new): Json<NewPassword>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let (tenant, actor, life) = (&subject.tenant, subject.actor().id, life(new.must_change));
    let set = access.accounts().give_password(tenant, actor, &id, &new.password, life).await;
    set.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets a user sign in, or no longer: then everything that they have open ends. Not oneself, not the last administrator.
#[utoipa::path(put, path = "/api/v1/accounts/{id}/enabled", tag = "access", request_body = Enabled,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn enabled(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(Enabled { enabled }): Json<Enabled>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let change = UserChange { enabled: Some(enabled), ..UserChange::default() };
    let changed = access.accounts().change_user(&subject.tenant, subject.actor().id, &id, change).await;
    changed.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether a user has a second factor, and whether one is needed.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/second-factor", tag = "access", operation_id = "second_factor_of_user",
    responses((status = 200, body = SecondFactorBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn second_factor(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<SecondFactorBody>, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    SecondFactorBody::of(&access, &subject.tenant, &id).await.map(Json)
}

/// Takes the second factor of a user away, who has lost it: they are signed out everywhere, and set up another one. What was
/// done by whom is in the journal.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/second-factor", tag = "access", operation_id = "reset_second_factor_of_user",
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn reset_second_factor(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let reset = access.accounts().reset_factor(&subject.tenant, subject.actor().id, &id).await;
    reset.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where a user is signed in, the place used last first.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/sessions", tag = "access", operation_id = "sessions_of_user",
    responses((status = 200, body = PageBody<SessionEntry>), (status = 403, body = Problem)))]
pub(crate) async fn sessions(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<SessionEntry>>, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let current = subject.sign_in.as_ref().map(|sign_in| sign_in.session.as_str());
    let found = access.inner.sessions.of_user(&subject.tenant, &id, current).await;
    let items = found.map_err(|error| store_problem(&error))?;
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Signs a user out everywhere.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/sessions", tag = "access", operation_id = "end_sessions_of_user",
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn end_sessions(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    let ended = access.accounts().end_sessions(&subject.tenant, subject.actor().id, &id, None).await;
    ended.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs a user out at one place.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/sessions/{sessionId}", tag = "access", operation_id = "end_session_of_user",
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn end_session(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path((id, session)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &Resource::new("user", &id)).await?;
    access.inner.sessions.end(&subject.tenant, &id, &session, subject.actor().id).await?;
    Ok(StatusCode::NO_CONTENT)
}
