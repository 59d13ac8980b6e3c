//! Delivery status notifications (RFC 3464): which of our mails did not reach whom.
//!
//! Only what a report says in its machine-readable part counts, and only final failures: a delay is no bounce.

use mail_parser::{Message, MimeHeaders};

/// What a delivery status notification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// Of the mail it is about, without angle brackets.
    pub original_message_id: Option<String>,
    pub failed: Vec<FailedRecipient>,
}

/// One recipient to whom delivery failed for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedRecipient {
    /// As the sender gave it and as it was at last, in small letters.
    pub addresses: Vec<String>,
    /// `5.1.1`
    pub status: Option<String>,
    /// What the last server said.
    pub diagnostic: Option<String>,
}

impl FailedRecipient {
    /// `5.1.1 550 no such user`
    #[must_use]
    pub fn said(&self) -> Option<String> {
        let parts: Vec<&str> = self.status.iter().chain(&self.diagnostic).map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// Whether the message is a report of any kind (RFC 6522): written by a machine.
pub(crate) fn is_report(message: &Message<'_>) -> bool {
    message.content_type().is_some_and(|kind| kind.ctype() == "multipart" && kind.subtype() == Some("report"))
}

/// What the message reports; none when it is no delivery status notification.
pub(crate) fn read(message: &Message<'_>) -> Option<Bounce> {
    let report = message.content_type()?.attribute("report-type")?;
    if !is_report(message) || !report.eq_ignore_ascii_case("delivery-status") {
        return None;
    }
    let mut bounce = Bounce { original_message_id: None, failed: Vec::new() };
    for part in &message.parts {
        let Some(kind) = part.content_type() else { continue };
        let text = || String::from_utf8_lossy(part.contents()).into_owned();
        match (kind.ctype(), kind.subtype().unwrap_or_default()) {
            // The second is RFC 6533's, for addresses that are not ASCII.
            ("message", "delivery-status" | "global-delivery-status") => bounce.failed.extend(failures(&text())),
            ("message", "rfc822" | "global") => {
                let original = part.message().and_then(|original| original.message_id()).map(str::to_owned);
                bounce.original_message_id = bounce.original_message_id.or(original);
            }
            ("text", "rfc822-headers") | ("message", "global-headers") => {
                let header = fields(&text());
                let id = header.iter().find(|(name, _)| name == "message-id");
                let id = id.map(|(_, value)| value.trim_matches(['<', '>', ' ']).to_owned());
                bounce.original_message_id = bounce.original_message_id.or(id);
            }
            _ => {}
        }
    }
    Some(bounce)
}

/// Groups of fields, one for each recipient, after one about the report as a whole.
fn failures(text: &str) -> Vec<FailedRecipient> {
    text.replace("\r\n", "\n").split("\n\n").filter_map(|group| failure(&fields(group))).collect()
}

fn failure(fields: &[(String, String)]) -> Option<FailedRecipient> {
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    // `rfc822; someone@example.org`, `smtp; 550 5.1.1 no such user`
    let typed = |wanted: &str| field(wanted).map(|value| value.split_once(';').map_or(value, |(_, rest)| rest).trim());
    let addresses: Vec<String> =
        ["original-recipient", "final-recipient"].into_iter().filter_map(typed).map(str::to_lowercase).collect();
    let status = field("status").and_then(|value| value.split_whitespace().next());
    let is_failure = match field("action") {
        Some(action) => action.eq_ignore_ascii_case("failed"),
        None => status.is_some_and(|status| status.starts_with('5')),
    };
    (is_failure && !addresses.is_empty()).then(|| FailedRecipient {
        addresses,
        status: status.map(str::to_owned),
        diagnostic: typed("diagnostic-code").map(str::to_owned),
    })
}

/// Names in small letters, values unfolded.
fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (_, _, Some((name, value))) => {
                fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
            _ => {}
        }
    }
    fields
}
