//! A signed POST to a URL that a person has named.

use super::contract::{Channel, OutgoingNotification, SetupError};
use super::kind::{Address, Kind, Words};
use super::signature;
use super::ssrf::{self, Reach};
use async_trait::async_trait;
use casewright_delivery::DeliveryError;
use casewright_service::config::Secret;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// What is told of it.
pub(crate) const KIND: Kind = Kind {
    label: Words { en: "Webhook", de: "Webhook" },
    address: Address {
        label: Words { en: "Address for webhooks", de: "Adresse für Webhooks" },
        input: "url",
        example: "https://",
    },
    check: |url| url.parse::<reqwest::Url>().map(drop).map_err(|_| "A webhook is a URL."),
};

/// Section `[notifications.webhook]`: signed posts to addresses that people name.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Signs every delivery; empty: there are no webhooks.
    pub secret: Secret,
    /// May they go to addresses of private networks, and over plain HTTP? Else only `https` to public addresses.
    pub private_addresses: bool,
}

pub(super) fn open(settings: &Settings) -> Result<Option<Webhook>, SetupError> {
    if settings.secret.is_empty() {
        return Ok(None);
    }
    casewright_client::install_tls();
    let reach = if settings.private_addresses { Reach::Everything } else { Reach::PublicOnly };
    Ok(Some(Webhook { secret: settings.secret.clone(), reach }))
}

pub(crate) struct Webhook {
    secret: Secret,
    reach: Reach,
}

#[async_trait]
impl Channel for Webhook {
    async fn deliver(&self, outgoing: &OutgoingNotification<'_>) -> Result<String, DeliveryError> {
        let url: reqwest::Url =
            outgoing.address.parse().map_err(|_| DeliveryError::Final("the webhook is not a URL".to_owned()))?;
        let address = ssrf::judge(&url, self.reach).await?;
        let notice = outgoing.notice;
        let body = json!({
            "id": outgoing.id, "kind": notice.kind, "title": notice.title, "body": notice.body, "link": outgoing.url(),
            "caseId": notice.case_id, "user": notice.user,
        })
        .to_string();
        let signed = signature::sign(
            self.secret.reveal().as_bytes(),
            Timestamp::now().as_second(),
            outgoing.id,
            body.as_bytes(),
        );
        // A client per delivery: it is bound to the address that was judged.
        let host = url.host_str().unwrap_or_default().to_owned();
        let client = casewright_client::trusting(reqwest::Client::builder())
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
