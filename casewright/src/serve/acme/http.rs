//! How the authority is reached: by the client that everything here calls others with.

use anyhow::{Context, Result};
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use reqwest::{Body, Certificate};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Time for one answer.
const TIME: Duration = Duration::from_secs(30);
/// Bytes of an answer: a chain of certificates is the largest of them.
const LIMIT: usize = 1 << 20;

pub(super) struct Authority(reqwest::Client);

impl Authority {
    /// `authority` is a file with whom to trust besides those of the machine; empty: nobody.
    ///
    /// # Errors
    /// The file cannot be used.
    pub(super) fn new(authority: &str) -> Result<Self> {
        let mut builder =
            casewright_client::trusting(reqwest::Client::builder()).no_proxy().timeout(TIME).https_only(true);
        if !authority.is_empty() {
            let read = || anyhow::Ok(Certificate::from_pem_bundle(&std::fs::read(authority)?)?);
            let trusted = read().with_context(|| format!("server.tls.acme.authority: {authority} cannot be used"))?;
            builder = builder.tls_certs_merge(trusted);
        }
        Ok(Self(builder.build()?))
    }
}

impl HttpClient for Authority {
    fn request(
        &self,
        request: http::Request<BodyWrapper<bytes::Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        let client = self.0.clone();
        Box::pin(async move {
            let other = |error: reqwest::Error| Error::Other(Box::new(error));
            let request = reqwest::Request::try_from(request.map(Body::wrap)).map_err(other)?;
            let answer = http::Response::<Body>::from(client.execute(request).await.map_err(other)?);
            Ok(BytesResponse::from(answer.map(|body| http_body_util::Limited::new(body, LIMIT))))
        })
    }
}
