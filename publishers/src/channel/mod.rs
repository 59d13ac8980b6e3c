//! The ways out of the platform. Each is a file here and a line in `channels!`; what settings, preferences, deliveries and the
//! portal know of it is made from the two.

pub mod contract;
pub mod email;
pub mod http_sms;
mod kind;
mod list;
pub mod signature;
pub mod ssrf;
pub mod webhook;

pub use contract::{Channel, OutgoingNotification, SetupError};
pub use email::SmtpConfig;
pub(crate) use kind::{Address, Kind, Words};

use list::channels;

channels! {
    Sms "sms" in http_sms, set up by sms, chosen as sms, to
        /// Where SMS go: `+4930123456`.
        phone;
    Webhook "webhook" in webhook, set up by webhook, chosen as webhook, to
        /// Where webhooks go: an `https` URL.
        webhook_url;
}
