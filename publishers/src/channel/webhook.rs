//! A signed POST to a URL that a person has named.

use super::contract::{Channel, OutgoingNotification};
use super::signature;
use super::ssrf::{self, Reach};
use async_trait::async_trait;
use casewright_delivery::DeliveryError;
use jiff::Timestamp;
use serde_json::json;
use std::time::Duration;

/// How webhooks are sent.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// Signs every delivery.
    pub secret: String,
    pub reach: Reach,
}

pub(crate) struct Webhook {
    config: WebhookConfig,
}

impl Webhook {
    pub(crate) fn new(config: &WebhookConfig) -> Self {
        casewright_client::install_tls();
        Self { config: config.clone() }
    }
}

#[async_trait]
impl Channel for Webhook {
    async fn deliver(&self, outgoing: &OutgoingNotification<'_>) -> Result<String, DeliveryError> {
        let url: reqwest::Url =
            outgoing.address.parse().map_err(|_| DeliveryError::Final("the webhook is not a URL".to_owned()))?;
        let address = ssrf::judge(&url, self.config.reach).await?;
        let notice = outgoing.notice;
        let body = json!({
            "id": outgoing.id, "kind": notice.kind, "title": notice.title, "body": notice.body, "link": outgoing.url(),
            "caseId": notice.case_id, "user": notice.user,
        })
        .to_string();
        let signed =
            signature::sign(self.config.secret.as_bytes(), Timestamp::now().as_second(), outgoing.id, body.as_bytes());
        // A client per delivery: it is bound to the address that was judged.
        let host = url.host_str().unwrap_or_default().to_owned();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(15))
            .resolve(&host, address)
            .build()
            .map_err(|error| DeliveryError::Passing(error.to_string()))?;
        let sent = client
            .post(url)
            .header("content-type", "application/json")
            .header("casewright-delivery", outgoing.id)
            .header("casewright-signature", signed)
            .body(body)
            .send()
            .await;
        super::webhook::answer(sent)
    }
}

/// 2xx is delivered; 408, 429 and 5xx may pass; everything else will not.
pub(crate) fn answer(sent: Result<reqwest::Response, reqwest::Error>) -> Result<String, DeliveryError> {
    let status = match sent {
        Ok(response) => response.status(),
        Err(error) => return Err(DeliveryError::Passing(error.without_url().to_string())),
    };
    if status.is_success() {
        Ok(status.to_string())
    } else if status.is_server_error() || matches!(status.as_u16(), 408 | 429) {
        Err(DeliveryError::Passing(format!("answered {status}")))
    } else {
        Err(DeliveryError::Final(format!("answered {status}")))
    }
}
