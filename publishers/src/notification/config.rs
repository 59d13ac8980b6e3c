//! How notifications leave the platform, as the operator configured it.

use super::channel::email::SmtpConfig;
use super::channel::http_sms::SmsConfig;
use super::channel::webhook::WebhookConfig;
use casewright_delivery::Patience;
use std::time::Duration;

/// Notifications of one look.
pub(crate) const BATCH: u64 = 200;

/// How notifications leave the platform. A channel that is not configured is not offered.
#[derive(Clone, Debug)]
pub struct NotificationConfig {
    /// Where the portal is, for links: `https://cases.example.org`.
    pub portal_url: String,
    /// Name of the product in subjects and texts.
    pub product: String,
    pub smtp: Option<SmtpConfig>,
    pub sms: Option<SmsConfig>,
    pub webhook: Option<WebhookConfig>,
    /// Of each delivery.
    pub patience: Patience,
}

impl Default for NotificationConfig {
    fn default() -> Self {
        Self {
            portal_url: "http://127.0.0.1:8080".to_owned(),
            product: "Casewright".to_owned(),
            smtp: None,
            sms: None,
            webhook: None,
            patience: Patience { attempts: 8, first_pause: Duration::from_secs(5) },
        }
    }
}
