//! Events of mails, as far as other rooms hear them.

use serde::Deserialize;

/// What happened to a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailEvent {
    Linked(Linked),
    Unlinked(Linked),
    /// Somebody wrote it; it waits to be sent.
    Queued(Queued),
    /// The relay had taken it, and it was not delivered.
    Bounced,
    /// Given up.
    SendFailed,
    /// Nothing that another room hears.
    Other,
}

/// The case that a mail came to, or was taken out of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Linked {
    pub case_id: String,
}

/// A mail that is to be sent from a case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queued {
    pub case_id: String,
    /// Addresses.
    pub recipients: Vec<String>,
    pub content: Content,
}

/// What a mail says, as far as others repeat it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    pub subject: String,
}

impl MailEvent {
    /// The event of an entry with this name. What nobody hears is not read.
    ///
    /// # Errors
    /// The payload is not what mails write under this name.
    pub fn read(name: &str, payload: &[u8]) -> serde_json::Result<Self> {
        Ok(match name {
            "mail-linked" => Self::Linked(serde_json::from_slice(payload)?),
            "mail-unlinked" => Self::Unlinked(serde_json::from_slice(payload)?),
            "mail-queued" => Self::Queued(serde_json::from_slice(payload)?),
            "mail-bounced" => Self::Bounced,
            "mail-send-failed" => Self::SendFailed,
            _ => Self::Other,
        })
    }
}
