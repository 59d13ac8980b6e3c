//! The built-in OpenID provider, for installations without Keycloak: code flow with PKCE, refresh, client credentials.
//!
//! What it must never do: send a token or a code to a place that is not registered, or to somebody who has not done all that
//! their account asks; or say whether it was the name or the password that was wrong.
//!
//! - [`authorize`] takes the request, [`sign_in`] the password; [`step`] takes what is asked beside it, page by page, with what
//!   was proved so far sealed in [`pending`].
//! - [`token`] and [`grant`] give tokens for codes; [`session cookies`](cookie) and [`end_session`] are the browser's side.

mod authorize;
mod client;
mod code;
mod cookie;
mod discovery;
mod end_session;
mod grant;
mod oauth_error;
mod page;
mod pending;
mod sign_in;
mod step;
mod step_page;
mod token;
mod userinfo;

use crate::access::Access;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

/// Bytes of a body that strangers may send: the longest code, token and form are a fraction of it.
const BODY_LIMIT: usize = 16 * 1024;

/// Everything below `/auth`. Serve it with `ConnectInfo<SocketAddr>`, so that failures are counted per address.
pub fn router(access: Access) -> Router {
    Router::new()
        .route("/auth/.well-known/openid-configuration", get(discovery::document))
        .route("/auth/jwks", get(discovery::keys))
        .route("/auth/authorize", get(authorize::show))
        .route("/auth/sign-in", post(sign_in::submit))
        .route("/auth/sign-in/code", post(step::code))
        .route("/auth/sign-in/password", post(step::password))
        .route("/auth/sign-in/enrolment", post(step::enrolment))
        .route("/auth/sign-in/end", post(step::end))
        .route("/auth/token", post(token::exchange))
        .route("/auth/revoke", post(token::revoke))
        .route("/auth/userinfo", get(userinfo::show).post(userinfo::show))
        .route("/auth/end-session", get(end_session::show).post(end_session::submit))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(access)
}
