//! Settings of the publishers, as the operator configured them.

use crate::channel::{NotificationSettings, SmtpConfig};
use casewright_delivery::Patience;
use std::time::Duration;

/// Notifications of one round of the sender.
pub(crate) const BATCH: u64 = 200;

/// Settings of the publishers.
#[derive(Clone, Debug)]
pub struct PublishersConfig {
    /// Live connections of this process at most.
    pub max_live_connections: usize,
    pub notifications: NotificationConfig,
}

impl Default for PublishersConfig {
    fn default() -> Self {
        Self { max_live_connections: 10_000, notifications: NotificationConfig::default() }
    }
}

/// How notifications leave the platform. A channel that is not configured is not offered.
#[derive(Clone, Debug)]
pub struct NotificationConfig {
    /// Where the portal is, for links: `https://cases.example.org`.
    pub portal_url: String,
    /// Where mail is handed over; none: there is no mail.
    pub smtp: Option<SmtpConfig>,
    /// The other channels, and how the product is called.
    pub settings: NotificationSettings,
    /// Of each delivery.
    pub patience: Patience,
}

impl Default for NotificationConfig {
    fn default() -> Self {
        Self {
            portal_url: "http://127.0.0.1:8080".to_owned(),
            smtp: None,
            settings: NotificationSettings::default(),
            patience: Patience { attempts: 8, first_pause: Duration::from_secs(5) },
        }
    }
}
