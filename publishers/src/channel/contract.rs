//! One way out of the platform, and what goes out on it.

use crate::domain::notification::Notice;
use async_trait::async_trait;
use casewright_delivery::DeliveryError;

/// What is to be delivered.
pub struct OutgoingNotification<'a> {
    /// Of the notification: the same one has the same id, however often it is sent.
    pub id: &'a str,
    pub notice: &'a Notice,
    pub address: &'a str,
    pub portal_url: &'a str,
    pub product: &'a str,
}

impl OutgoingNotification<'_> {
    /// Where the receiver reads on.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let link = self.notice.link.as_deref()?;
        Some(format!("{}{link}", self.portal_url.trim_end_matches('/')))
    }
}

/// One way out. `deliver` gives what the other side answered.
#[async_trait]
pub trait Channel: Send + Sync {
    async fn deliver(&self, outgoing: &OutgoingNotification<'_>) -> Result<String, DeliveryError>;
}

/// A channel cannot be set up as configured.
#[derive(Debug, thiserror::Error)]
#[error("channel {channel}: {reason}")]
pub struct SetupError {
    pub channel: &'static str,
    pub reason: String,
}
