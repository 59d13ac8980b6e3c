//! SMS through any provider with an HTTP API: a JSON POST whose members are named by the configuration.

use super::contract::{Channel, OutgoingNotification, SetupError};
use super::kind::{Address, Kind, Words};
use super::webhook;
use async_trait::async_trait;
use casewright_delivery::DeliveryError;
use casewright_service::config::Secret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::time::Duration;

/// Characters of one text: two parts of a concatenated SMS in the basic alphabet.
const MAX_TEXT: usize = 306;

/// What is told of it.
pub(crate) const KIND: Kind = Kind {
    label: Words { en: "SMS", de: "SMS" },
    address: Address {
        label: Words { en: "Phone for SMS", de: "Telefon für SMS" },
        input: "tel",
        example: "+4930123456",
    },
    check: |phone| {
        let digits = phone.strip_prefix('+').unwrap_or_default();
        let is_number = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(()).ok_or("A number is written as +4930123456 (E.164).")
    },
};

/// Section `[notifications.sms]`: any provider with an HTTP API that takes a JSON object.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where texts are posted; empty: there are no SMS.
    pub url: String,
    /// Value of the `Authorization` header: `Bearer ...`, `Basic ...`; empty: none is sent.
    pub authorization: Secret,
    /// Members of the object that take the number and the text.
    pub to_field: String,
    pub text_field: String,
    /// Members that are sent as they are, such as the sender's name: `{ from = "Harbor" }`.
    pub extra: BTreeMap<String, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: String::new(),
            authorization: Secret::default(),
            to_field: "to".to_owned(),
            text_field: "body".to_owned(),
            extra: BTreeMap::new(),
        }
    }
}

pub(super) fn open(settings: &Settings) -> Result<Option<HttpSms>, SetupError> {
    if settings.url.is_empty() {
        return Ok(None);
    }
    HttpSms::new(settings).map(Some)
}

pub(crate) struct HttpSms {
    settings: Settings,
    client: reqwest::Client,
}

impl HttpSms {
    fn new(settings: &Settings) -> Result<Self, SetupError> {
        casewright_client::install_tls();
        let failed = |reason: String| SetupError { channel: "sms", reason };
        let is_web = |url: &reqwest::Url| matches!(url.scheme(), "http" | "https");
        if !settings.url.parse::<reqwest::Url>().is_ok_and(|url| is_web(&url)) {
            return Err(failed(format!("`{}` is no http or https URL", settings.url)));
        }
        let client = casewright_client::trusting(reqwest::Client::builder())
            .timeout(Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { settings: settings.clone(), client })
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
        let mut body: Map<String, Value> =
            self.settings.extra.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        body.insert(self.settings.to_field.clone(), Value::from(outgoing.address));
        body.insert(self.settings.text_field.clone(), Value::from(text));
        let mut request = self.client.post(&self.settings.url).header("idempotency-key", outgoing.id).json(&body);
        if !self.settings.authorization.is_empty() {
            request = request.header("authorization", self.settings.authorization.reveal());
        }
        webhook::answer(request.send().await)
    }
}
