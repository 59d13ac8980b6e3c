//! Passwords of the contract's users: set with `/user`, asked for with `/identity/verify`.
//!
//! Kept as argon2id in a record of its own, so that whoever reads users reads no hash. Signing in to the platform is the
//! business of its accounts, not of these.

use super::identity::{put, remove, row};
use super::instances::text;
use super::password_policy;
use crate::rest::error::{RestError, RestResult};
use crate::rest::request::{Fields, Reply, Req, no_content, ok};
use crate::views;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use serde_json::json;

/// Hashing is work: what is longer is no password.
pub(super) const MAX_PASSWORD: usize = 1024;

/// Stores a user's password, which the policy has been asked about.
pub(super) async fn set(req: &Req, user: &str, password: String) -> RestResult<()> {
    let hashed = tokio::task::spawn_blocking(move || {
        let hash: Option<PasswordHash> = Argon2::default().hash_password(password.as_bytes()).ok();
        hash.map(|hash| hash.to_string())
    });
    let Ok(Some(hash)) = hashed.await else {
        return Err(RestError::engine("The password could not be stored"));
    };
    put(req, views::CREDENTIAL, user, json!({"id": user, "hash": hash})).await
}

/// Forgets a user's password.
pub(super) async fn forget(req: &Req, user: &str) -> RestResult<()> {
    remove(req, views::CREDENTIAL, user).await
}

async fn is_right(req: &Req, user: &str, password: String) -> RestResult<bool> {
    let row = req.engine.journal().get(views::CREDENTIAL, user).await?;
    let Some(hash) = row.as_ref().and_then(|row| text(row, "hash")).map(str::to_owned) else {
        return Ok(false);
    };
    if password.len() > MAX_PASSWORD {
        return Ok(false);
    }
    let verified = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    });
    Ok(verified.await.unwrap_or(false))
}

/// `PUT /user/{id}/credentials`: of a known user.
pub(crate) async fn change(req: Req) -> Reply {
    let body = req.json()?;
    let user = req.id();
    let Some(profile) = row(&req, views::USER, user).await? else {
        return Err(RestError::not_found(format!("User with id {user} does not exist")));
    };
    if let Some(password) = body.text("password")? {
        password_policy::enforce(&req, &password, &Fields(profile))?;
        set(&req, user, password).await?;
    }
    no_content()
}

/// `POST /identity/verify`.
pub(crate) async fn verify(req: Req) -> Reply {
    let body = req.json()?;
    let (Some(user), Some(password)) = (body.text("username")?, body.text("password")?) else {
        return Err(RestError::invalid("Username and password are required"));
    };
    let authenticated = is_right(&req, &user, password).await?;
    ok(json!({"authenticatedUser": user, "groups": null, "tenants": null, "authenticated": authenticated}))
}
