//! What operators look at: metrics, why a process is not ready, and the description of the interface.
//!
//! Whom none of this concerns learns whether the process lives and is ready. The rest is on a listener of its own
//! (`server.internal_listen`), for who has a token that may read it, or, where only this machine is served, for everybody.

use crate::config::Config;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use casewright_access::{Access, Authenticated, Resource};
use casewright_service::health::{Health, Told};
use casewright_service::{Problem, telemetry};
use std::net::SocketAddr;
use std::sync::Arc;
use utoipa::openapi::OpenApi;

const DESCRIPTION: &str = "/api/v1/openapi.json";
/// What policies know it by: `diagnostics:read`.
const KIND: &str = "diagnostics";

/// Whether who reaches the listener is on this machine: nothing says that a proxy or other machines are served.
pub(super) fn is_local(config: &Config, listen: SocketAddr) -> bool {
    let server = &config.server;
    listen.ip().is_loopback()
        && server.internal_listen.is_empty()
        && server.public_url.is_empty()
        && !config.access.trust_forwarded
}

/// Everything, for everybody who reaches it.
pub(super) fn open(health: Health, description: &Arc<OpenApi>) -> Router {
    let description = Arc::clone(description);
    let description = get(move || async move { axum::Json(description.as_ref()).into_response() });
    let measured = async |State(health): State<Health>| measured(&health).await;
    let metrics = Router::new().route("/metrics", get(measured)).with_state(health.clone());
    Router::new().merge(health.router()).merge(metrics).route(DESCRIPTION, description)
}

/// All metrics, with what the checks find now.
async fn measured(health: &Health) -> Response {
    health.check().await;
    telemetry::exposition()
}

#[derive(Clone, axum::extract::FromRef)]
struct Guarded {
    health: Health,
    access: Access,
    description: Arc<OpenApi>,
}

/// Whether it lives and is ready, for everybody; the rest for who may read it.
pub(super) fn guarded(health: Health, access: Access, description: &Arc<OpenApi>) -> Router {
    let state = Guarded { health, access, description: Arc::clone(description) };
    Router::new()
        .route("/health/live", get(casewright_service::health::live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .route(DESCRIPTION, get(describe))
        .with_state(state)
}

async fn ready(State(state): State<Guarded>, headers: HeaderMap) -> Response {
    let told = if may_read(&state.access, &headers).await { Told::Reasons } else { Told::Verdict };
    state.health.readiness(told).await
}

/// A probe that shows no token, or one that is none, is answered all the same. A password is not looked at: it could be guessed
/// here, where nobody's guesses are counted by address.
async fn may_read(access: &Access, headers: &HeaderMap) -> bool {
    let shown = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes).unwrap_or_default();
    if !shown.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer ")) {
        return false;
    }
    match access.authenticate(headers, None).await {
        Ok(subject) => access.allows(&subject, "read", &Resource::kind(KIND)).await,
        Err(_) => false,
    }
}

async fn metrics(State(state): State<Guarded>, Authenticated(subject): Authenticated) -> Result<Response, Problem> {
    state.access.authorize(&subject, "read", &Resource::kind(KIND)).await?;
    Ok(measured(&state.health).await)
}

/// Nothing in it is of anybody: who is signed in may know what there is to call.
async fn describe(State(state): State<Guarded>, Authenticated(_): Authenticated) -> Response {
    axum::Json(state.description.as_ref()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_loopback_address_without_a_proxy_is_local() {
        let (loopback, network): (SocketAddr, SocketAddr) =
            ("127.0.0.1:8080".parse().unwrap(), "192.0.2.1:8080".parse().unwrap());
        let plain = Config::default();
        assert!(is_local(&plain, loopback));
        assert!(is_local(&plain, "[::1]:8080".parse().unwrap()));
        assert!(!is_local(&plain, network));
        let mut config = Config::default();
        config.server.public_url = "https://cases.example.com".to_owned();
        assert!(!is_local(&config, loopback));
        let mut config = Config::default();
        config.access.trust_forwarded = true;
        assert!(!is_local(&config, loopback));
        let mut config = Config::default();
        config.server.internal_listen = "127.0.0.1:8081".to_owned();
        assert!(!is_local(&config, loopback));
    }
}
