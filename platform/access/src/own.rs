//! `/api/v1/me/...`: what everybody does with their own account: where they are signed in, and their password.

use crate::access::Access;
use crate::accounts::Verified;
use crate::attempts::{Account, Attempt, Network};
use crate::error::{AccessError, store_problem};
use crate::extract::{Authenticated, ClientAddress};
use crate::sessions::SessionEntry;
use crate::subject::{Resource, Subject};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_service::{Json, PageBody, Problem};
use serde::Deserialize;
use serde_json::json;
use std::net::IpAddr;
use utoipa::ToSchema;

/// A change of one's own password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChange {
    /// The one there is.
    pub current: String,
    /// 8 to 128 characters, and none of those that are guessed first.
    pub password: String,
}

/// The account of who asks, as policy sees it: built in, or there is none here to look after.
pub(crate) fn own(subject: &Subject) -> Resource {
    Resource::new("account", &subject.id).with(json!({"user": subject.id}))
}

/// Where I am signed in, the place used last first.
#[utoipa::path(get, path = "/api/v1/me/sessions", tag = "access", operation_id = "own_sessions",
    responses((status = 200, body = PageBody<SessionEntry>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn sessions(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
) -> Result<Json<PageBody<SessionEntry>>, Problem> {
    access.authorize(&subject, "read", &own(&subject)).await?;
    let current = subject.sign_in.as_ref().map(|sign_in| sign_in.session.as_str());
    let found = access.inner.sessions.of_user(&subject.tenant, &subject.id, current).await;
    let items = found.map_err(|error| store_problem(&error))?;
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Signs me out everywhere else.
#[utoipa::path(delete, path = "/api/v1/me/sessions", tag = "access", operation_id = "end_own_sessions",
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn end_others(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &own(&subject)).await?;
    let current = subject.sign_in.as_ref().map(|sign_in| sign_in.session.as_str());
    let ended = access.accounts().end_sessions(&subject.tenant, &subject.id, &subject.id, current).await;
    ended.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs me out at one place.
#[utoipa::path(delete, path = "/api/v1/me/sessions/{sessionId}", tag = "access", operation_id = "end_own_session",
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn end(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    Path(session): Path<String>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &own(&subject)).await?;
    access.inner.sessions.end(&subject.tenant, &subject.id, &session, &subject.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes my password, by the one there is; I stay signed in here and am signed out everywhere else.
#[utoipa::path(post, path = "/api/v1/me/password", tag = "access", operation_id = "change_own_password", request_body = PasswordChange,
    responses((status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn password(
    State(access): State<Access>,
    Authenticated(subject): Authenticated,
    ClientAddress(address): ClientAddress,
    Json(change): Json<PasswordChange>,
) -> Result<StatusCode, Problem> {
    access.authorize(&subject, "update", &own(&subject)).await?;
    prove(&access, &subject, &change.current, "/current", address).await?;
    let (tenant, id) = (&subject.tenant, &subject.id);
    let keeps = subject.sign_in.as_ref().map(|sign_in| sign_in.session.clone());
    let changed = access.accounts().replace_password(tenant, id, &change.password, keeps).await;
    changed.map_err(AccessError::into_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// That it is the person of the account who asks, by their password. A guess like any other: who has found an open screen must
/// not find out the password at it.
///
/// # Errors
/// 422 `wrong-password`, at this place of the body; 429 after too many wrong ones.
pub(crate) async fn prove(
    access: &Access,
    subject: &Subject,
    password: &str,
    place: &str,
    address: Option<IpAddr>,
) -> Result<Verified, Problem> {
    let (tenant, id) = (&subject.tenant, &subject.id);
    let attempt = Attempt { account: Account::user(tenant, id), network: address.map(Network::from), device: None };
    let verified = access.try_password(attempt, tenant, id, password, address, "change").await?;
    verified.ok_or_else(|| {
        let detail = "The present password is wrong.";
        Problem::unprocessable("wrong-password", detail).with_error(place, "wrong-password", detail)
    })
}
