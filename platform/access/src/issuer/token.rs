//! The token endpoint (RFC 6749, section 3.2) and revocation (RFC 7009): what arrives, and what is answered.

use super::grant;
use super::oauth_error::OauthError;
use crate::access::Access;
use crate::extract::ClientAddress;
use axum::Json;
use axum::extract::{RawForm, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TokenRequest {
    grant_type: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) code: String,
    pub(crate) redirect_uri: String,
    pub(crate) code_verifier: String,
    pub(crate) refresh_token: String,
    token: String,
}

/// A successful answer (RFC 6749, section 5.1).
#[derive(Debug, Serialize)]
pub(crate) struct TokenResponse {
    pub(crate) access_token: String,
    pub(crate) token_type: &'static str,
    pub(crate) expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id_token: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) scope: String,
}

pub(crate) async fn exchange(
    State(access): State<Access>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, OauthError> {
    let mut request = parse(&body)?;
    read_basic(&headers, &mut request);
    let response = match request.grant_type.as_str() {
        "authorization_code" => grant::redeem_code(&access, &request).await?,
        "refresh_token" => grant::refresh(&access, &request).await?,
        "client_credentials" => grant::client_credentials(&access, &request, address)?,
        _ => return Err(OauthError::unsupported_grant_type()),
    };
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((no_store, Json(response)).into_response())
}

/// Whatever is sent, the answer is 200: a token that is none is as good as revoked (RFC 7009, section 2.2).
pub(crate) async fn revoke(State(access): State<Access>, RawForm(body): RawForm) -> Result<StatusCode, OauthError> {
    let request = parse(&body)?;
    grant::revoke(&access, &request.token).await?;
    Ok(StatusCode::OK)
}

fn parse(body: &[u8]) -> Result<TokenRequest, OauthError> {
    serde_urlencoded::from_bytes(body)
        .map_err(|_| OauthError::invalid_request("The body is a form, each parameter once."))
}

/// `client_secret_basic`: both halves are form-encoded first (RFC 6749, section 2.3.1).
fn read_basic(headers: &HeaderMap, request: &mut TokenRequest) {
    let credentials = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, credentials)| crate::basic::decode(credentials.trim()));
    if let Some((client, secret)) = credentials {
        request.client_id = form_decoded(&client);
        request.client_secret = form_decoded(&secret);
    }
}

fn form_decoded(text: &str) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&format!("v={text}")).unwrap_or_default();
    match pairs.into_iter().next() {
        // A secret with a bare & was not encoded by its sender.
        Some((_, value)) if !text.contains('&') => value,
        _ => text.to_owned(),
    }
}
