//! Signing out (OpenID Connect RP-Initiated Logout 1.0).
//!
//! With a valid `id_token_hint` it happens at once; without one the person is asked, so that a link elsewhere cannot
//! sign anybody out.

use super::{cookie, page};
use crate::access::Access;
use crate::error::store_problem;
use crate::token::claims::IdClaims;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use casewright_service::Problem;
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use url::Url;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EndSessionRequest {
    id_token_hint: String,
    post_logout_redirect_uri: String,
    state: String,
    form_token: String,
}

pub(crate) async fn show(
    State(access): State<Access>,
    headers: HeaderMap,
    Query(request): Query<EndSessionRequest>,
) -> Response {
    if let Some(hint) = verify_hint(&access, &request.id_token_hint) {
        return finish(&access, &headers, &request, Some(&hint)).await;
    }
    page::sign_out(&access, &headers, &request.post_logout_redirect_uri, &request.state)
}

pub(crate) async fn submit(
    State(access): State<Access>,
    headers: HeaderMap,
    Form(request): Form<EndSessionRequest>,
) -> Response {
    let hint = verify_hint(&access, &request.id_token_hint);
    if hint.is_none() && !cookie::is_own_form(&access, &headers, &request.form_token) {
        return page::sign_out(&access, &headers, &request.post_logout_redirect_uri, &request.state);
    }
    finish(&access, &headers, &request, hint.as_ref()).await
}

async fn finish(
    access: &Access,
    headers: &HeaderMap,
    request: &EndSessionRequest,
    hint: Option<&IdClaims>,
) -> Response {
    let mut response = match end(access, headers, hint).await {
        Ok(()) => back(access, request),
        Err(problem) => return problem.into_response(),
    };
    response.headers_mut().append(header::SET_COOKIE, cookie::clear_session(access));
    response
}

async fn end(access: &Access, headers: &HeaderMap, hint: Option<&IdClaims>) -> Result<(), Problem> {
    let signed_in = cookie::signed_in(access, headers).await.map_err(|error| store_problem(&error))?;
    let tenant = signed_in.as_ref().map(|(known, _)| known.tenant.clone()).unwrap_or_default();
    let mut sessions: Vec<(String, String)> =
        signed_in.into_iter().map(|(known, session)| (known.session, session.user.clone())).collect();
    // The hint's own session ends too: the browser may have signed in anew since.
    sessions.extend(hint.map(|claims| (claims.sid.clone(), claims.sub.clone())));
    sessions.dedup();
    for (session, user) in sessions {
        access.inner.sessions.decide(&tenant, &session, &user, |session, _| session.end()).await?;
    }
    Ok(())
}

fn back(access: &Access, request: &EndSessionRequest) -> Response {
    let uri = &request.post_logout_redirect_uri;
    let registered = access.config().redirect_uris.contains(uri).then(|| Url::parse(uri).ok()).flatten();
    let Some(mut url) = registered else {
        return page::notice("You are signed out.");
    };
    if !request.state.is_empty() {
        url.query_pairs_mut().append_pair("state", &request.state);
    }
    Redirect::to(url.as_str()).into_response()
}

/// An ID token of ours; it may have expired, for people sign out late.
fn verify_hint(access: &Access, hint: &str) -> Option<IdClaims> {
    let kid = jsonwebtoken::decode_header(hint).ok()?.kid?;
    let key = access.inner.keys.decoding(&kid)?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.validate_exp = false;
    validation.set_issuer(&[&access.config().issuer]);
    validation.set_audience(&[&access.config().portal_client]);
    jsonwebtoken::decode::<IdClaims>(hint, &key, &validation).ok().map(|token| token.claims)
}
