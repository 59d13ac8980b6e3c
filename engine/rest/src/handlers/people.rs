//! `/user` and `/group` are the platform's accounts: whoever is made here can sign in, and whoever signs in is here.
//!
//! Accounts with roles of the platform are more than the contract knows: they are changed by whoever may change users
//! (`user:write`), and by themselves as far as Camunda lets people change their own.

use super::records::{Kind, remove};
use crate::error::{RestError, RestResult};
use crate::request::{Fields, Req};
use crate::signed_in::SignedIn;
use casewright_access::accounts::{MEMBER_VIEW, Profile, User};
use casewright_access::{AccessError, Resource};
use casewright_contracts::MemberRow;
use casewright_engine_runtime::Caller;
use casewright_engine_views as views;
use casewright_engine_views::criteria::eq;
use casewright_journal::{Column, Query};
use http::StatusCode;
use std::sync::Arc;

/// Who is named in the journal.
pub(crate) fn actor(caller: &Caller) -> &str {
    caller.user.as_deref().unwrap_or("engine-rest")
}

/// The contract's error for what accounts refuse.
pub(crate) fn refused(error: AccessError) -> RestError {
    match error {
        AccessError::Account(problem) if problem.status == 429 => {
            RestError::new(StatusCode::TOO_MANY_REQUESTS, "RestException", problem.detail, None)
        }
        AccessError::Account(problem) if problem.status < 500 => RestError::invalid(problem.detail),
        AccessError::Journal(error) => error.into(),
        other => {
            tracing::error!(error = %other, "an account could not be changed");
            RestError::unavailable()
        }
    }
}

pub(crate) async fn user(req: &Req, id: &str) -> RestResult<Option<Arc<User>>> {
    Ok(req.accounts.user(req.engine.tenant(), id).await?)
}

/// Is there such a user or group?
pub(crate) async fn exists(req: &Req, kind: Kind, id: &str) -> RestResult<bool> {
    let (accounts, tenant) = (&req.accounts, req.engine.tenant());
    match kind {
        Kind::User => Ok(accounts.user(tenant, id).await?.is_some()),
        Kind::Group => Ok(accounts.group(tenant, id).await?.is_some()),
        Kind::Tenant => Ok(req.engine.journal().get(views::TENANT, id).await?.is_some()),
    }
}

/// May the caller change this account?
///
/// # Errors
/// 403 for an account with roles, unless the caller may change users.
pub(crate) async fn guard(req: &Req, id: &str) -> RestResult<()> {
    let has_roles = user(req, id).await?.is_some_and(|user| !user.roles.is_empty());
    if !has_roles || manages_users(req).await {
        return Ok(());
    }
    Err(RestError::new(
        StatusCode::FORBIDDEN,
        "AuthorizationException",
        format!("The account '{id}' has roles of the platform; only who may change users can change it"),
        Some(0),
    ))
}

/// May the caller make something that one signs in with, under this id?
///
/// Where people come from another provider as well, an account of their name with a password would keep them out: whoever may
/// do that may change users.
///
/// # Errors
/// 403 where there is such a provider, unless the caller may change users.
pub(crate) async fn guard_names(req: &Req, id: &str) -> RestResult<()> {
    let has_provider = req.signed_in.as_ref().is_some_and(|signed_in| signed_in.access.config().oidc.is_some());
    if !has_provider || manages_users(req).await {
        return Ok(());
    }
    Err(RestError::new(
        StatusCode::FORBIDDEN,
        "AuthorizationException",
        format!(
            "'{id}' may be somebody of the identity provider; only who may change users makes an account of that name or gives it a password"
        ),
        Some(0),
    ))
}

pub(crate) async fn manages_users(req: &Req) -> bool {
    match &req.signed_in {
        Some(SignedIn { access, subject }) => access.allows(subject, "write", &Resource::kind("user")).await,
        None => false,
    }
}

/// Whether a user could sign in with this. Where somebody is signed in, guesses are counted as they are at the door.
pub(crate) async fn is_password(req: &Req, user: &str, password: &str) -> RestResult<bool> {
    let tenant = req.engine.tenant();
    match &req.signed_in {
        Some(SignedIn { access, .. }) => {
            access.is_password(tenant, user, password).await.map_err(|problem| refused(problem.into()))
        }
        None => req.accounts.is_password(tenant, user, password).await.map_err(refused),
    }
}

pub(crate) fn profile(body: &Fields) -> RestResult<Profile> {
    Ok(Profile { first_name: body.text("firstName")?, last_name: body.text("lastName")?, email: body.text("email")? })
}

/// Removes a group from all its members.
pub(crate) async fn disband(req: &Req, group: &str) -> RestResult<()> {
    let members = Query::new(MEMBER_VIEW, eq(MemberRow::GROUP_ID, group));
    for (_, member) in req.engine.journal().query(&members).await?.rows {
        let user = MemberRow::USER_ID.text(&member).unwrap_or_default();
        let (accounts, tenant) = (&req.accounts, req.engine.tenant());
        accounts.leave(tenant, actor(&req.caller), user, group).await.map_err(refused)?;
    }
    Ok(())
}

/// Memberships in tenants are records; they go with whom they name.
pub(crate) async fn leave_tenants(req: &Req, column: Column, id: &str) -> RestResult<()> {
    let query = Query::new(views::MEMBERSHIP, eq(column, id));
    for (id, _) in req.engine.journal().query(&query).await?.rows {
        remove(req, views::MEMBERSHIP, &id).await?;
    }
    Ok(())
}
