//! Settings of the mail room.

use casewright_service::config::Secret;
use serde::{Deserialize, Serialize};

/// Section `[mail]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmailConfig {
    /// Where mail is received (SMTP, RFC 5321); empty: nowhere.
    pub smtp_listen: String,
    /// Name of this host in greetings and message ids.
    pub host_name: String,
    /// Addresses that mail may be sent to, and which process each mail starts.
    pub mailboxes: Vec<Mailbox>,
    /// Largest message taken, in bytes.
    pub max_message_bytes: usize,
    /// Connections served at once; further ones are told to come back.
    pub max_connections: usize,
    /// Seconds a client may be silent.
    pub idle_seconds: u64,
    /// Where mail is handed over for delivery.
    pub relay: Relay,
    /// Attempts to send a mail before it counts as failed.
    pub send_attempts: u32,
    /// Most mails that one address may be sent within an hour by processes: the brake on mail loops.
    pub automatic_per_hour: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// `claims@harbor.example`; `claims+anything@harbor.example` is the same mailbox.
    pub address: String,
    /// Display name of the mails we send from it.
    #[serde(default)]
    pub name: String,
    /// Key of the process that a mail starts.
    #[serde(default = "default_process")]
    pub process: String,
    /// Organisation it belongs to.
    #[serde(default = "default_tenant")]
    pub tenant: String,
}

fn default_process() -> String {
    "email-to-case".to_owned()
}

fn default_tenant() -> String {
    "default".to_owned()
}

/// The server that takes our mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Relay {
    /// Empty: outgoing mail waits until a relay is configured.
    pub host: String,
    pub port: u16,
    /// `none`, `starttls` or `tls`.
    pub tls: Tls,
    pub user: String,
    pub password: Secret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    None,
    Starttls,
    Tls,
}

impl Default for EmailConfig {
    fn default() -> Self {
        Self {
            smtp_listen: "127.0.0.1:2525".to_owned(),
            host_name: "localhost".to_owned(),
            mailboxes: Vec::new(),
            max_message_bytes: 25 << 20,
            max_connections: 64,
            idle_seconds: 120,
            relay: Relay::default(),
            send_attempts: 10,
            automatic_per_hour: 20,
        }
    }
}

impl Default for Relay {
    fn default() -> Self {
        Self { host: String::new(), port: 25, tls: Tls::None, user: String::new(), password: Secret::default() }
    }
}

impl EmailConfig {
    /// The mailbox an address belongs to: case is ignored, and so is what follows a plus sign (RFC 5233).
    #[must_use]
    pub fn mailbox(&self, address: &str) -> Option<&Mailbox> {
        let (plain, _) = split_detail(address);
        self.mailboxes.iter().find(|mailbox| mailbox.address.eq_ignore_ascii_case(&plain))
    }
}

/// `claims+abc@harbor.example` -> (`claims@harbor.example`, `abc`).
#[must_use]
pub fn split_detail(address: &str) -> (String, Option<&str>) {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return (address.to_owned(), None);
    };
    match local.split_once('+') {
        Some((user, detail)) => (format!("{user}@{domain}"), Some(detail)),
        None => (address.to_owned(), None),
    }
}
