//! The authorisation endpoint (OpenID Connect Core, section 3.1.2): checks the request, then asks who it is.

use super::client::PublicClient;
use super::code::{CODE_SECONDS, Code};
use super::{cookie, page};
use crate::access::Access;
use crate::error::store_problem;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use casewright_journal::TenantId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

/// What a client asks. The sign-in form carries it along, and it is checked again when it comes back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AuthorizationRequest {
    pub(crate) response_type: String,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) code_challenge: String,
    pub(crate) code_challenge_method: String,
    pub(crate) prompt: String,
    /// Seconds since the person proved to be themselves, at most.
    pub(crate) max_age: String,
    pub(crate) login_hint: String,
    pub(crate) tenant: String,
}

/// Why a request is not answered by a sign-in page.
pub(crate) enum Refusal {
    /// Client or redirect URI are not registered: shown to the person, never redirected (RFC 9700, section 4.11.2).
    Page(&'static str),
    /// Told to the client.
    Redirect(&'static str, &'static str),
}

impl AuthorizationRequest {
    /// Checks everything that does not depend on who is signed in.
    pub(crate) fn check(&self, access: &Access) -> Result<(), Refusal> {
        let config = access.config();
        if !config.built_in_passwords {
            return Err(Refusal::Page("People sign in at the identity provider of this installation, not here."));
        }
        let Some(client) = self.client(access) else {
            return Err(Refusal::Page("The application that sent you here is not registered."));
        };
        if !client.may_return_to(&self.redirect_uri, config) {
            return Err(Refusal::Page(
                "The application that sent you here wants you back at an address that is not registered.",
            ));
        }
        if self.response_type != "code" {
            return Err(Refusal::Redirect("unsupported_response_type", "only code is supported"));
        }
        if self.code_challenge_method != "S256" || !is_challenge(&self.code_challenge) {
            return Err(Refusal::Redirect("invalid_request", "PKCE with S256 is needed"));
        }
        if !self.max_age.is_empty() && self.max_age.parse::<u32>().is_err() {
            return Err(Refusal::Redirect("invalid_request", "max_age is a number of seconds"));
        }
        if !self.scope.split(' ').any(|scope| scope == "openid") {
            return Err(Refusal::Redirect("invalid_scope", "scope openid is needed"));
        }
        Ok(())
    }

    /// Who asks, when it is one of ours.
    pub(crate) fn client(&self, access: &Access) -> Option<PublicClient> {
        PublicClient::named(&self.client_id, access.config())
    }

    /// Whether who has been signed in since then is asked all the same.
    fn is_asked_anew(&self, access: &Access, since: Timestamp) -> bool {
        let age = access.now_seconds() - since.as_second();
        let is_too_old = self.max_age.parse::<i64>().is_ok_and(|max_age| age > max_age);
        is_too_old || self.prompt == "login" || self.client(access).is_some_and(PublicClient::is_always_asked)
    }

    pub(crate) fn tenant(&self) -> TenantId {
        match self.tenant.as_str() {
            "" => TenantId::default(),
            tenant => TenantId::new(tenant),
        }
    }

    /// Back to the client with a code for this session.
    pub(crate) fn grant(&self, access: &Access, tenant: &TenantId, session: &str) -> Response {
        let code = Code {
            grant: uuid::Uuid::new_v4().simple().to_string(),
            tenant: tenant.clone(),
            session: session.to_owned(),
            client: self.client_id.clone(),
            redirect_uri: self.redirect_uri.clone(),
            challenge: self.code_challenge.clone(),
            scope: self.scope.clone(),
            nonce: Some(self.nonce.clone()).filter(|nonce| !nonce.is_empty()),
            expires: access.now_seconds() + CODE_SECONDS,
        };
        self.back(access, &[("code", &code.seal(&access.inner.vault))])
    }

    /// Back to the client with an error.
    pub(crate) fn refuse(&self, access: &Access, error: &str, description: &str) -> Response {
        self.back(access, &[("error", error), ("error_description", description)])
    }

    fn back(&self, access: &Access, parameters: &[(&str, &str)]) -> Response {
        let Ok(mut url) = Url::parse(&self.redirect_uri) else {
            return page::notice("The registered address of the application is not a URL.");
        };
        {
            let mut query = url.query_pairs_mut();
            query.extend_pairs(parameters);
            if !self.state.is_empty() {
                query.append_pair("state", &self.state);
            }
            // So that a client of several issuers knows whose answer it is (RFC 9207).
            query.append_pair("iss", &access.config().issuer);
        }
        Redirect::to(url.as_str()).into_response()
    }
}

/// SHA-256 in base64url without padding: 43 characters.
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

pub(crate) async fn show(
    State(access): State<Access>,
    headers: HeaderMap,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
) -> Response {
    let parsed = serde_urlencoded::from_str::<AuthorizationRequest>(query.as_deref().unwrap_or_default());
    let Ok(request) = parsed else {
        return page::notice("The application that sent you here asked for something we do not understand.");
    };
    match request.check(&access) {
        Ok(()) => {}
        Err(Refusal::Page(text)) => return page::notice(text),
        Err(Refusal::Redirect(code, text)) => return request.refuse(&access, code, text),
    }
    let signed_in = match cookie::signed_in(&access, &headers).await {
        Ok(signed_in) => signed_in,
        Err(error) => return store_problem(&error).into_response(),
    };
    if let Some((known, session)) = signed_in
        && !request.is_asked_anew(&access, session.started_at)
        && known.tenant == request.tenant()
    {
        return request.grant(&access, &known.tenant, &known.session);
    }
    if request.prompt == "none" {
        return request.refuse(&access, "login_required", "nobody is signed in");
    }
    page::sign_in(&access, &headers, &request, None)
}
