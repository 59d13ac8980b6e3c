//! One request, from what it carries to what is made of the answer.

use crate::error::{CallError, Refused, named};
use casewright_service::RequestPath;
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A request that is about to be sent.
#[must_use = "a call that is not sent does nothing"]
#[derive(Debug)]
pub struct Call {
    request: RequestBuilder,
    /// `POST /api/v1/cases`.
    name: String,
}

impl Call {
    pub(crate) fn new(request: RequestBuilder, method: &Method, path: &RequestPath) -> Self {
        Self { request, name: named(method, path) }
    }

    /// A request to an address that is signed: `name` is told where the address must not be.
    pub(crate) fn to_signed(request: RequestBuilder, name: &str) -> Self {
        Self { request, name: name.to_owned() }
    }

    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        Self { request: self.request.json(body), ..self }
    }

    pub fn content(self, content_type: &'static str, content: impl Into<reqwest::Body>) -> Self {
        Self { request: self.request.header("content-type", content_type).body(content), ..self }
    }

    pub fn multipart(self, form: reqwest::multipart::Form) -> Self {
        Self { request: self.request.multipart(form), ..self }
    }

    /// Done once, however often it is sent with this key.
    pub fn once(self, key: &str) -> Self {
        Self { request: self.request.header("Idempotency-Key", key), ..self }
    }

    /// Sends, and reads the answer; null where it has no body.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read<T: DeserializeOwned>(self) -> Result<T, CallError> {
        let name = self.name.clone();
        let text = self.text().await?;
        let text = if text.is_empty() { "null" } else { &text };
        serde_json::from_str(text).map_err(|source| CallError::Shape { call: name, source })
    }

    /// Sends; what is answered is of no interest.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn done(self) -> Result<(), CallError> {
        self.text().await.map(drop)
    }

    /// Sends, and gives the answer as JSON.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn value(self) -> Result<Value, CallError> {
        self.read().await
    }

    async fn text(self) -> Result<String, CallError> {
        let (name, response) = self.send().await?;
        response.text().await.map_err(|source| no_answer(name, source))
    }

    /// Sends, and gives the bytes of the answer.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn bytes(self) -> Result<bytes::Bytes, CallError> {
        let (name, response) = self.send().await?;
        response.bytes().await.map_err(|source| no_answer(name, source))
    }

    async fn send(self) -> Result<(String, reqwest::Response), CallError> {
        let Self { request, name } = self;
        let response = match request.send().await {
            Ok(response) => response,
            Err(source) => return Err(no_answer(name, source)),
        };
        let status = response.status();
        if status.is_success() {
            return Ok((name, response));
        }
        match response.text().await {
            Ok(text) => Err(Refused::read(name, status, &text).into()),
            Err(source) => Err(no_answer(name, source)),
        }
    }
}

/// Without the address: that of a file is signed, and whoever reads it in a log could use it.
fn no_answer(call: String, source: reqwest::Error) -> CallError {
    CallError::NoAnswer { call, source: source.without_url() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_signed_address_is_not_told_with_what_went_wrong_there() {
        crate::install_tls();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        // Nobody listens on the discard port.
        let request = client.put("http://127.0.0.1:9/files/f1/content?expires=1&signature=topsecret");
        let error = Call::to_signed(request, "storing a file").done().await.unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(matches!(error, CallError::NoAnswer { .. }), "{told}");
        assert!(!told.contains("topsecret"), "{told}");
    }
}
