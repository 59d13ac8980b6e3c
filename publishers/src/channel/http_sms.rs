//! SMS through any provider with an HTTP API: a JSON POST whose members are named by the configuration.

use super::contract::{Channel, OutgoingNotification, SetupError};
use super::webhook;
use async_trait::async_trait;
use casewright_delivery::DeliveryError;
use serde_json::{Map, Value};
use std::time::Duration;

/// Characters of one text: two parts of a concatenated SMS in the basic alphabet.
const MAX_TEXT: usize = 306;

/// The provider.
#[derive(Clone, Debug)]
pub struct SmsConfig {
    pub url: String,
    /// Sent as `Authorization`: `Bearer ...`, `Basic ...`.
    pub authorization: Option<String>,
    /// Member that takes the number: `to`.
    pub to_field: String,
    /// Member that takes the text: `body`.
    pub text_field: String,
    /// Sent as they are: the sender's name, the account.
    pub extra: Map<String, Value>,
}

pub(crate) struct HttpSms {
    config: SmsConfig,
    client: reqwest::Client,
}

impl HttpSms {
    pub(crate) fn new(config: &SmsConfig) -> Result<Self, SetupError> {
        casewright_client::install_tls();
        let failed = |reason: String| SetupError { channel: "sms", reason };
        let is_web = |url: &reqwest::Url| matches!(url.scheme(), "http" | "https");
        if !config.url.parse::<reqwest::Url>().is_ok_and(|url| is_web(&url)) {
            return Err(failed(format!("`{}` is no http or https URL", config.url)));
        }
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { config: config.clone(), client })
    }
}

#[async_trait]
impl Channel for HttpSms {
    async fn deliver(&self, outgoing: &OutgoingNotification<'_>) -> Result<String, DeliveryError> {
        let mut text = outgoing.notice.title.clone();
        if let Some(url) = outgoing.url() {
            text.push_str(&format!(" {url}"));
        }
        let text: String = text.chars().take(MAX_TEXT).collect();
        let mut body = self.config.extra.clone();
        body.insert(self.config.to_field.clone(), Value::from(outgoing.address));
        body.insert(self.config.text_field.clone(), Value::from(text));
        let mut request = self.client.post(&self.config.url).header("idempotency-key", outgoing.id).json(&body);
        if let Some(authorization) = &self.config.authorization {
            request = request.header("authorization", authorization);
        }
        webhook::answer(request.send().await)
    }
}
