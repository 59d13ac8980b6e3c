//! How one room of the platform calls another: HTTP with a token of its own, refreshed before it ends.

use crate::access::{Access, SERVICE_TOKEN_SECONDS};
use casewright_contracts::OnBehalfOf;
use casewright_journal::TenantId;
use reqwest::{Method, RequestBuilder};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A token is made anew when it has less than this left, in seconds.
const MARGIN: i64 = 60;
const TIMEOUT: Duration = Duration::from_secs(30);
/// A connection is not used again after so long: rooms close theirs after a minute, and one that closes while a command is
/// sent on it leaves the caller without an answer.
const POOL_IDLE: Duration = Duration::from_secs(30);
/// Tokens that are kept at most: one for each who called within the life of a token.
const REMEMBERED: usize = 10_000;

/// A client of the platform's own API, as one machine client.
#[derive(Clone)]
pub struct InternalClient {
    access: Access,
    /// `system:<role>`.
    client: Arc<str>,
    /// Without a slash at the end.
    base: Arc<str>,
    http: reqwest::Client,
    tokens: Arc<Mutex<Tokens>>,
}

/// By tenant, and by whose call is passed on: the token, and when it ends.
type Tokens = HashMap<(TenantId, Option<OnBehalfOf>), (String, i64)>;

impl InternalClient {
    /// `client` is who calls (`system:case-api`), `base` where the called room is (`http://127.0.0.1:8080`).
    ///
    /// # Errors
    /// When no TLS provider can be set up.
    pub fn new(access: Access, client: &str, base: &str) -> Result<Self, reqwest::Error> {
        Ok(Self {
            access,
            client: client.into(),
            base: base.trim_end_matches('/').into(),
            http: http_client(TIMEOUT)?,
            tokens: Arc::default(),
        })
    }

    /// A request to `path` (`/api/v1/...`) in tenant `default`, with the token set.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.request_in(&TenantId::default(), method, path)
    }

    /// [`InternalClient::request`] in another tenant.
    pub fn request_in(&self, tenant: &TenantId, method: Method, path: &str) -> RequestBuilder {
        self.request_for(tenant, None, method, path)
    }

    /// [`InternalClient::request_in`] to do what somebody called this room for: the other room writes down that they did it.
    pub fn request_for(
        &self,
        tenant: &TenantId,
        caller: Option<OnBehalfOf>,
        method: Method,
        path: &str,
    ) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(self.token(tenant, caller))
    }

    fn token(&self, tenant: &TenantId, caller: Option<OnBehalfOf>) -> String {
        let now = self.access.now_seconds();
        let key = (tenant.clone(), caller);
        let mut tokens = self.tokens.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((token, expires)) = tokens.get(&key)
            && *expires - now > MARGIN
        {
            return token.clone();
        }
        if tokens.len() >= REMEMBERED {
            tokens.retain(|_, (_, expires)| *expires - now > MARGIN);
        }
        let token = self.access.service_token_for(tenant, &self.client, key.1.as_ref());
        if tokens.len() < REMEMBERED {
            tokens.insert(key, (token.clone(), now + SERVICE_TOKEN_SECONDS));
        }
        token
    }
}

/// An HTTP client with our TLS provider. No proxy of the environment: rooms and identity providers are called directly.
///
/// # Errors
/// When it cannot be built.
pub(crate) fn http_client(timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    install_tls();
    reqwest::Client::builder()
        .no_proxy()
        .timeout(timeout)
        .connect_timeout(Duration::from_secs(5))
        .pool_idle_timeout(POOL_IDLE)
        .build()
}

/// Makes ring the TLS provider of this process, unless it has one.
pub fn install_tls() {
    if rustls::crypto::CryptoProvider::get_default().is_none()
        && rustls::crypto::ring::default_provider().install_default().is_err()
    {
        // Another thread was faster, with the same provider.
        tracing::debug!("a TLS provider was installed meanwhile");
    }
}
