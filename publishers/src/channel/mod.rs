//! The ways out of the platform, behind one trait.

pub mod contract;
pub mod email;
pub mod http_sms;
pub mod signature;
pub mod ssrf;
pub mod webhook;

use crate::config::NotificationConfig;
use crate::domain::notification::ChannelName;
use casewright_delivery::DeliveryError;
use std::sync::Arc;

pub use contract::{Channel, OutgoingNotification, SetupError};
pub use email::SmtpConfig;
pub use http_sms::SmsConfig;
pub use webhook::WebhookConfig;

/// The channels that are set up.
pub(crate) struct Channels {
    email: Option<Arc<dyn Channel>>,
    sms: Option<Arc<dyn Channel>>,
    webhook: Option<Arc<dyn Channel>>,
}

impl Channels {
    pub(crate) fn new(config: &NotificationConfig) -> Result<Self, SetupError> {
        let email: Option<Arc<dyn Channel>> = match &config.smtp {
            Some(smtp) => Some(Arc::new(email::Email::new(smtp)?)),
            None => None,
        };
        let sms: Option<Arc<dyn Channel>> = match &config.sms {
            Some(sms) => Some(Arc::new(http_sms::HttpSms::new(sms)?)),
            None => None,
        };
        let webhook: Option<Arc<dyn Channel>> =
            config.webhook.as_ref().map(|webhook| Arc::new(webhook::Webhook::new(webhook)) as Arc<dyn Channel>);
        Ok(Self { email, sms, webhook })
    }

    pub(crate) fn has(&self, channel: ChannelName) -> bool {
        channel == ChannelName::InApp || self.get(channel).is_some()
    }

    pub(crate) async fn deliver(
        &self,
        channel: ChannelName,
        outgoing: &OutgoingNotification<'_>,
    ) -> Result<String, DeliveryError> {
        match self.get(channel) {
            Some(channel) => channel.deliver(outgoing).await,
            None => Err(DeliveryError::Final("this channel is not set up".to_owned())),
        }
    }

    fn get(&self, channel: ChannelName) -> Option<&Arc<dyn Channel>> {
        match channel {
            ChannelName::InApp => None,
            ChannelName::Email => self.email.as_ref(),
            ChannelName::Sms => self.sms.as_ref(),
            ChannelName::Webhook => self.webhook.as_ref(),
        }
    }
}
