//! What a mail says: its addresses, its text, and the parts that are kept as files.

use crate::message::{Correspondent, LeftOut};
use serde::{Deserialize, Serialize};

/// What was understood, without the parts' contents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    pub from: Correspondent,
    pub reply_to: Option<Correspondent>,
    pub to: Vec<Correspondent>,
    pub cc: Vec<Correspondent>,
    pub subject: String,
    /// Milliseconds since 1970.
    pub sent_at: Option<i64>,
    pub text: String,
    /// Cleaned; `cid:` references still in place.
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    pub is_auto_submitted: bool,
    /// It tells what became of another message.
    #[serde(default)]
    pub is_report: bool,
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
}

/// A part of the message that is kept as a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Within this mail: `1`, `2`, ...
    pub id: String,
    pub file_id: String,
    pub name: String,
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// Shown within the text (by its content id) rather than beside it.
    pub inline: bool,
    pub content_id: Option<String>,
    #[serde(default)]
    pub state: PartState,
    /// Why it is not kept as the others.
    #[serde(default)]
    pub reason: Option<String>,
    /// SHA-256 of its bytes, in hex; none: it was read before anybody looked.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// How a part of a mail is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartState {
    /// As a file that can be read and attached to a case.
    #[default]
    Kept,
    /// As a file that is not what it says it is, or in which the virus scanner found something: only those who oversee may read it.
    Quarantined,
    /// Not apart from the raw message.
    Rejected,
}
