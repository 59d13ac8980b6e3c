//! Passwords of the contract's users, which are those of the platform's accounts: set with `/user`, asked for with
//! `/identity/verify`, and what one signs in with.

use super::password_policy;
use super::people::{self, actor, refused};
use crate::error::{RestError, RestResult};
use crate::request::{Fields, Reply, Req, no_content, ok};
use serde_json::{Map, json};

/// Stores a user's password, which the policy has been asked about.
pub(super) async fn set(req: &Req, user: &str, password: &str) -> RestResult<()> {
    let (accounts, tenant) = (&req.accounts, req.engine.tenant());
    accounts.set_any_password(tenant, actor(&req.caller), user, password).await.map_err(refused)
}

/// `PUT /user/{id}/credentials`: of a known user. Whoever is signed in proves to be themselves by their own password, as
/// Camunda wants it; who may change users need not.
pub(crate) async fn change(req: Req) -> Reply {
    let body = req.json()?;
    let id = req.id();
    let Some(user) = people::user(&req, id).await? else {
        return Err(RestError::not_found(format!("User with id {id} does not exist")));
    };
    let is_proven = match req.caller.user.as_deref() {
        Some(caller) => {
            let own = body.text("authenticatedUserPassword")?.unwrap_or_default();
            !own.is_empty() && people::is_password(&req, caller, &own).await?
        }
        None => false,
    };
    let is_own = req.caller.user.as_deref() == Some(id);
    if req.caller.user.is_some() && !is_proven && !people::manages_users(&req).await {
        return Err(RestError::invalid("The given authenticated user password is not valid."));
    }
    if !(is_own && is_proven) {
        people::guard(&req, id).await?;
        people::guard_names(&req, id).await?;
    }
    if let Some(password) = body.text("password")? {
        let profile = Map::from_iter([
            ("id".to_owned(), json!(user.id)),
            ("firstName".to_owned(), json!(user.first_name())),
            ("lastName".to_owned(), json!(user.last_name())),
            ("email".to_owned(), json!(user.email)),
        ]);
        password_policy::enforce(&req, &password, &Fields(profile))?;
        set(&req, id, &password).await?;
    }
    no_content()
}

/// `POST /identity/verify`.
pub(crate) async fn verify(req: Req) -> Reply {
    let body = req.json()?;
    let (Some(user), Some(password)) = (body.text("username")?, body.text("password")?) else {
        return Err(RestError::invalid("Username and password are required"));
    };
    let authenticated = people::is_password(&req, &user, &password).await?;
    ok(json!({"authenticatedUser": user, "groups": null, "tenants": null, "authenticated": authenticated}))
}
