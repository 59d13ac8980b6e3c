//! The part of `/api/v1` that handlers need, and how its answers sort into what may pass and what will not.

use casewright_service::RequestPath;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::sync::Arc;

/// A person for whom a worker does something.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct Represented {
    /// User name.
    pub id: String,
    /// For people to read.
    pub name: String,
}

/// Gives a valid access token of this worker's machine client, which says on whose behalf it acts; called before every
/// request, so it may renew.
pub trait TokenSource: Send + Sync + 'static {
    fn token(&self, on_behalf_of: Option<&Represented>) -> String;
}

impl<F: Fn(Option<&Represented>) -> String + Send + Sync + 'static> TokenSource for F {
    fn token(&self, on_behalf_of: Option<&Represented>) -> String {
        self(on_behalf_of)
    }
}

/// Why a call gave no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("{method} {path} got no answer")]
    NoAnswer {
        method: Method,
        path: String,
        #[source]
        source: reqwest::Error,
    },
    #[error("{method} {path} was answered with {status}: {detail}")]
    Refused { method: Method, path: String, status: StatusCode, detail: String },
    #[error("{what} was answered with something else than was agreed: {detail}")]
    Shape { what: String, detail: String },
}

impl CallError {
    pub(crate) fn shape(what: &str, error: &serde_json::Error) -> Self {
        Self::Shape { what: what.to_owned(), detail: error.to_string() }
    }

    /// May the same call succeed later? Conflicts and rate limits may, a refusal will not.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NoAnswer { .. } => true,
            Self::Refused { status, .. } => {
                status.is_server_error()
                    || matches!(
                        *status,
                        StatusCode::CONFLICT
                            | StatusCode::PRECONDITION_FAILED
                            | StatusCode::TOO_MANY_REQUESTS
                            | StatusCode::REQUEST_TIMEOUT
                            | StatusCode::UNAUTHORIZED
                    )
            }
            Self::Shape { .. } => false,
        }
    }

    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::NOT_FOUND)
    }
}

/// HTTP to the other rooms, with a token on every call.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    tokens: Arc<dyn TokenSource>,
    on_behalf_of: Option<Arc<Represented>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Client").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Client {
    /// `base` is the address of the platform without a trailing slash.
    #[must_use]
    pub fn new(http: reqwest::Client, base: &str, tokens: Arc<dyn TokenSource>) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned(), tokens, on_behalf_of: None }
    }

    /// This client, whose requests say for whom they are made; nobody: for no person.
    #[must_use]
    pub fn on_behalf_of(&self, person: Option<Represented>) -> Self {
        Self { on_behalf_of: person.map(Arc::new), ..self.clone() }
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn get(&self, path: &RequestPath) -> Result<Value, CallError> {
        self.send(Method::GET, path, None, None).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn post(
        &self,
        path: &RequestPath,
        body: &Value,
        idempotency_key: Option<&str>,
    ) -> Result<Value, CallError> {
        self.send(Method::POST, path, Some(body), idempotency_key).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn patch(&self, path: &RequestPath, body: &Value) -> Result<Value, CallError> {
        self.send(Method::PATCH, path, Some(body), None).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn delete(&self, path: &RequestPath) -> Result<Value, CallError> {
        self.send(Method::DELETE, path, None, None).await
    }

    async fn send(
        &self,
        method: Method,
        path: &RequestPath,
        body: Option<&Value>,
        idempotency_key: Option<&str>,
    ) -> Result<Value, CallError> {
        let no_answer = |source| CallError::NoAnswer { method: method.clone(), path: path.to_string(), source };
        let token = self.tokens.token(self.on_behalf_of.as_deref());
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base)).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        let answer = request.send().await.map_err(no_answer)?;
        let status = answer.status();
        let text = answer.text().await.map_err(no_answer)?;
        if !status.is_success() {
            let path = path.to_string();
            return Err(CallError::Refused { method, path, status, detail: detail_of(&text) });
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).map_err(|error| CallError::shape(path, &error))
    }
}

/// The sentence a person can use: `detail` of a problem, `message` of a Camunda error, else the beginning of the text.
fn detail_of(text: &str) -> String {
    let parsed: Option<Value> = serde_json::from_str(text).ok();
    let field = |name: &str| parsed.as_ref()?.get(name)?.as_str().map(str::to_owned);
    field("detail").or_else(|| field("message")).unwrap_or_else(|| text.chars().take(200).collect())
}
