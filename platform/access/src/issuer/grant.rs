//! What each grant type takes and gives.

use super::code::{Code, RefreshToken};
use super::oauth_error::OauthError;
use super::token::{TokenRequest, TokenResponse};
use crate::access::{Access, subject_of};
use crate::attempts::{Account, Attempt, Network};
use crate::authentication::{Authentication, PASSWORD};
use crate::error::store_problem;
use crate::sessions::{Outcome, Session, SignIn};
use crate::subject::Subject;
use crate::token::claims::IdClaims;
use crate::vault::{hash_token, is_same};
use casewright_journal::{DecideContext, TenantId};
use std::net::IpAddr;
use std::time::Instant;

/// Who is named in the journal where the bearer of a code or a token is not known yet.
const ISSUER: &str = "system:access";

pub(crate) async fn redeem_code(access: &Access, request: &TokenRequest) -> Result<TokenResponse, OauthError> {
    let code = Code::open(&access.inner.vault, &request.code).ok_or_else(OauthError::invalid_grant)?;
    let is_for_this_request = code.client == request.client_id
        && code.redirect_uri == request.redirect_uri
        && access.now_seconds() <= code.expires
        && is_verifier(&request.code_verifier)
        // S256 of RFC 7636, section 4.6, is what hash_token does.
        && is_same(&hash_token(&request.code_verifier), &code.challenge);
    if !is_for_this_request {
        return Err(OauthError::invalid_grant());
    }
    let next = RefreshToken::new(&code.tenant, &code.session, &code.grant);
    let (lifetime, hash) = (access.inner.sessions.lifetime(), next.hash());
    let (grant, client, scope) = (code.grant.clone(), code.client.clone(), code.scope.clone());
    let redeem = move |session: &Session, context: &DecideContext| {
        session.redeem(context, lifetime, &grant, &client, &scope, &hash)
    };
    let outcome = access.inner.sessions.decide(&code.tenant, &code.session, ISSUER, redeem).await?;
    answer(access, outcome, &code.client, next, code.nonce).await
}

pub(crate) async fn refresh(access: &Access, request: &TokenRequest) -> Result<TokenResponse, OauthError> {
    let presented =
        RefreshToken::open(&access.inner.vault, &request.refresh_token).ok_or_else(OauthError::invalid_grant)?;
    let next = RefreshToken::new(&presented.tenant, &presented.session, &presented.grant);
    let (lifetime, hash, next_hash) = (access.inner.sessions.lifetime(), presented.hash(), next.hash());
    let (grant, client) = (presented.grant.clone(), request.client_id.clone());
    let refresh = move |session: &Session, context: &DecideContext| {
        session.refresh(context, lifetime, &grant, &client, &hash, &next_hash)
    };
    let outcome = access.inner.sessions.decide(&presented.tenant, &presented.session, ISSUER, refresh).await?;
    answer(access, outcome, &request.client_id, next, None).await
}

/// `address` is where the request came from: wrong secrets are counted by it.
pub(crate) fn client_credentials(
    access: &Access,
    request: &TokenRequest,
    address: Option<IpAddr>,
) -> Result<TokenResponse, OauthError> {
    let attempt =
        Attempt { account: Account::client(&request.client_id), network: address.map(Network::from), device: None };
    let place = access.inner.attempts.begin(attempt, Instant::now())?;
    let client = access
        .config()
        .clients
        .iter()
        .find(|client| client.id == request.client_id)
        .filter(|client| !client.secret.is_empty())
        .filter(|client| is_same(client.secret.reveal(), &request.client_secret));
    let Some(client) = client else {
        place.wrong(Instant::now());
        let is_known = access.config().clients.iter().any(|client| client.id == request.client_id);
        let client = if is_known { request.client_id.as_str() } else { "unknown" };
        let address = address.map(|address| address.to_string()).unwrap_or_default();
        tracing::warn!(client, address, way = "client", "a sign-in failed");
        return Err(OauthError::invalid_client());
    };
    place.right();
    let shown = address.map(|address| address.to_string()).unwrap_or_default();
    tracing::info!(client = client.id, address = shown, way = "client", "signed in");
    let tenant = match client.tenant.as_str() {
        "" => TenantId::default(),
        tenant => TenantId::new(tenant),
    };
    let mut subject = Subject { topics: client.topics.clone(), ..Subject::system(&tenant, &client.id) };
    if !client.roles.is_empty() {
        subject.roles.clone_from(&client.roles);
    }
    let seconds = i64::from(access.config().access_token_seconds);
    Ok(TokenResponse {
        access_token: access.sign_access(&subject, &client.id, "", seconds),
        token_type: "Bearer",
        expires_in: seconds,
        refresh_token: None,
        id_token: None,
        scope: String::new(),
    })
}

/// Ends the grant of a refresh token; what is no refresh token of ours is left alone.
pub(crate) async fn revoke(access: &Access, token: &str) -> Result<(), OauthError> {
    let Some(presented) = RefreshToken::open(&access.inner.vault, token) else {
        return Ok(());
    };
    let grant = presented.grant.clone();
    let revoke = move |session: &Session, _: &DecideContext| session.revoke(&grant);
    access.inner.sessions.decide(&presented.tenant, &presented.session, ISSUER, revoke).await?;
    Ok(())
}

async fn answer(
    access: &Access,
    outcome: Outcome,
    client: &str,
    next: RefreshToken,
    nonce: Option<String>,
) -> Result<TokenResponse, OauthError> {
    let Outcome::Granted { user, scope, started_at, methods, version, .. } = outcome else {
        return Err(OauthError::invalid_grant());
    };
    let unanswered = |error| store_problem(&error);
    if !access.config().built_in_passwords {
        return Err(OauthError::invalid_grant());
    }
    if !access.inner.sessions.is_standing(&next.tenant, &user, &next.session, version).await.map_err(unanswered)? {
        return Err(OauthError::invalid_grant());
    }
    let admitted = access.inner.accounts.admitted(&next.tenant, &user).await.map_err(unanswered)?;
    let user = admitted.ok_or_else(OauthError::invalid_grant)?.user;
    let sign_in = SignIn { session: next.session.clone(), grant: next.grant.clone(), version };
    // Sign-ins of releases that did not say by what they were are of a password.
    let methods = if methods.is_empty() { vec![PASSWORD.to_owned()] } else { methods };
    let authentication = Authentication::built_in(&methods, Some(started_at.as_second()));
    let (acr, amr) = (authentication.acr.clone(), authentication.amr.clone());
    let (sign_in, authentication) = (Some(sign_in), Some(authentication));
    let subject = Subject { sign_in, authentication, ..subject_of(&next.tenant, &user) };
    let seconds = i64::from(access.config().access_token_seconds);
    let now = access.now_seconds();
    let id_claims = IdClaims {
        iss: access.config().issuer.clone(),
        sub: subject.id.clone(),
        aud: client.to_owned(),
        exp: now + seconds,
        iat: now,
        auth_time: started_at.as_second(),
        acr,
        amr,
        sid: next.session.clone(),
        nonce,
        name: subject.name.clone(),
        preferred_username: subject.id.clone(),
        email: subject.email.clone(),
    };
    Ok(TokenResponse {
        access_token: access.sign_access(&subject, client, &scope, seconds),
        token_type: "Bearer",
        expires_in: seconds,
        refresh_token: Some(next.seal(&access.inner.vault)),
        id_token: Some(access.inner.keys.sign("JWT", &id_claims)),
        scope,
    })
}

/// 43 to 128 unreserved characters (RFC 7636, section 4.1).
fn is_verifier(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c))
}
