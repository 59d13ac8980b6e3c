//! An OpenID provider as the command line sees it: what it offers, and what its answers mean.

use super::failure::Failure;
use casewright_access::openid::{self, CallError};
use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGrantType, CoreIdTokenVerifier, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType, CoreTokenResponse,
};
use openidconnect::{
    AdditionalProviderMetadata, ClientId, ConfigurationError, DeviceAuthorizationUrl, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, ErrorResponse, HttpRequest, HttpResponse, IssuerUrl, NonceVerifier, OAuth2TokenResponse as _,
    ProviderMetadata, RefreshToken, RequestTokenError, RevocationUrl, TokenResponse as _,
};
use reqwest::redirect::Policy;
use serde::{Deserialize, Serialize};
use std::fmt::Display;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

/// What a provider offers beside what OpenID Connect Discovery names.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Further {
    /// RFC 8628, section 4.
    #[serde(default)]
    device_authorization_endpoint: Option<DeviceAuthorizationUrl>,
    /// RFC 8414, section 2.
    #[serde(default)]
    revocation_endpoint: Option<RevocationUrl>,
}

impl AdditionalProviderMetadata for Further {}

type Metadata = ProviderMetadata<
    Further,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A client of the provider, with the endpoints that discovery names.
pub(super) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// A provider whose discovery document was read.
pub(crate) struct Provider {
    issuer: String,
    client_id: String,
    http: reqwest::Client,
    metadata: Metadata,
}

/// What a sign-in gives.
pub(crate) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    pub(super) expires_at: Option<Timestamp>,
}

impl Tokens {
    pub(super) fn of(answer: &CoreTokenResponse) -> Self {
        let lives = answer.expires_in().and_then(|lives| SignedDuration::try_from(lives).ok());
        Self {
            access: answer.access_token().secret().clone(),
            refresh: answer.refresh_token().map(|token| token.secret().clone()),
            expires_at: lives.and_then(|lives| Timestamp::now().checked_add(lives).ok()),
        }
    }

    pub(crate) fn access(&self) -> &str {
        &self.access
    }
}

impl Provider {
    /// Reads what the provider says of itself, with its keys (OpenID Connect Discovery 1.0, section 4).
    pub(crate) async fn discover(issuer: &str, client_id: &str) -> Result<Self, Failure> {
        let unavailable = |source| Failure::ProviderUnavailable { issuer: issuer.to_owned(), source };
        casewright_client::install_tls();
        // A provider that leads elsewhere would have us ask whatever this machine can reach.
        let builder = casewright_client::trusting(reqwest::Client::builder());
        let http = builder.timeout(TIMEOUT).redirect(Policy::none()).build();
        let http = http.map_err(|error| unavailable(error.into()))?;
        let url = IssuerUrl::new(issuer.to_owned()).map_err(|error| unavailable(error.into()))?;
        let call = |request| openid::call(http.clone(), request);
        let metadata = Metadata::discover_async(url, &call).await.map_err(|error| unavailable(error.into()))?;
        Ok(Self { issuer: issuer.to_owned(), client_id: client_id.to_owned(), http, metadata })
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn client(&self) -> Client {
        CoreClient::from_provider_metadata(self.metadata.clone(), ClientId::new(self.client_id.clone()), None)
    }

    pub(super) fn device_endpoint(&self) -> Option<&DeviceAuthorizationUrl> {
        self.metadata.additional_metadata().device_authorization_endpoint.as_ref()
    }

    /// Sends a request of `openidconnect`.
    pub(super) async fn call(&self, request: HttpRequest) -> Result<HttpResponse, CallError> {
        openid::call(self.http.clone(), request).await
    }

    /// New tokens for a refresh token; none when the sign-in has ended.
    pub(super) async fn refresh(&self, token: &str) -> Result<Option<Tokens>, Failure> {
        let (client, token) = (self.client(), RefreshToken::new(token.to_owned()));
        let request = client.exchange_refresh_token(&token).map_err(|error| self.no_endpoint(error))?;
        match request.request_async(&|request| self.call(request)).await {
            Ok(answer) => Ok(Some(Tokens::of(&answer))),
            Err(RequestTokenError::ServerResponse(said)) if *said.error() == CoreErrorResponseType::InvalidGrant => {
                Ok(None)
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Ends what a refresh token stands for (RFC 7009), where the provider offers that. The request is our own: `oauth2` sends
    /// this one over TLS only, and a platform on a loopback address has none.
    pub(crate) async fn revoke(&self, token: &str) -> Result<(), Failure> {
        let Some(endpoint) = &self.metadata.additional_metadata().revocation_endpoint else {
            return Ok(());
        };
        let form = [("token", token), ("token_type_hint", "refresh_token"), ("client_id", &self.client_id)];
        let sent = self.http.post(endpoint.url().clone()).form(&form).send().await;
        match sent.and_then(reqwest::Response::error_for_status) {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::ProviderUnavailable { issuer: self.issuer.clone(), source: error.into() }),
        }
    }

    /// Checks the ID token of an answer; `needed` where the flow promises one (OpenID Connect Core, section 3.1.3.3).
    pub(super) fn check(
        &self,
        answer: &CoreTokenResponse,
        verifier: &CoreIdTokenVerifier<'_>,
        nonce: impl NonceVerifier,
        needed: bool,
    ) -> Result<(), Failure> {
        match answer.id_token() {
            Some(token) => token.claims(verifier, nonce).map(drop).map_err(|error| self.unusable(error.into())),
            None if needed => Err(self.unusable("it has no ID token".into())),
            None => Ok(()),
        }
    }

    pub(super) fn no_endpoint(&self, error: ConfigurationError) -> Failure {
        self.unusable(error.into())
    }

    pub(super) fn unusable(&self, source: Box<dyn std::error::Error + Send + Sync>) -> Failure {
        Failure::ProviderAnswer { issuer: self.issuer.clone(), source }
    }

    pub(super) fn failed<T>(&self, error: RequestTokenError<CallError, T>) -> Failure
    where
        T: ErrorResponse + Display + Send + Sync + 'static,
    {
        match error {
            RequestTokenError::ServerResponse(said) => Failure::Refused(said.to_string()),
            RequestTokenError::Request(source) => {
                Failure::ProviderUnavailable { issuer: self.issuer.clone(), source: source.into() }
            }
            error => self.unusable(error.into()),
        }
    }
}
