//! An RFC 5322 message as the rest of the room sees it: decoded, cleaned, and with nothing of its structure left to guess.
//!
//! It must never fail on what a stranger sent in any other way than [`Unreadable`], and never lose the original: that is kept raw.

use crate::html;
use crate::report::{self, Bounce};
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders, PartType};
use serde::{Deserialize, Serialize};

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Correspondent {
    /// Display name, or the address where there is none.
    pub name: String,
    pub address: String,
}

/// A part that is no body text.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub name: String,
    pub content_type: String,
    /// For `cid:` references (RFC 2392), without angle brackets.
    pub content_id: Option<String>,
    /// Shown within the text rather than beside it.
    pub is_inline: bool,
    pub content: Vec<u8>,
}

/// What was understood of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Without angle brackets; none when the sender gave none.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    pub from: Correspondent,
    pub reply_to: Option<Correspondent>,
    pub to: Vec<Correspondent>,
    pub cc: Vec<Correspondent>,
    pub subject: String,
    /// Milliseconds since 1970, from `Date:`.
    pub sent_at: Option<i64>,
    pub text: String,
    /// Cleaned: no scripts, no remote content, `cid:` references left in place.
    pub html: Option<String>,
    pub parts: Vec<Part>,
    /// Sent by a machine (RFC 3834): never answered automatically.
    pub is_auto_submitted: bool,
    /// A delivery status notification (RFC 3464).
    pub bounce: Option<Bounce>,
}

/// Nothing could be made of the bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the message has no header fields")]
    NoHeader,
    #[error("the message names no sender (From)")]
    NoSender,
}

/// # Errors
/// [`Unreadable`]; the raw message is kept and can be processed again.
pub fn parse(raw: &[u8]) -> Result<Parsed, Unreadable> {
    let message = MessageParser::default().parse(raw).ok_or(Unreadable::NoHeader)?;
    let from = message.from().and_then(first_of).or_else(|| message.sender().and_then(first_of));
    let from =
        from.ok_or_else(|| if message.headers().len() < 2 { Unreadable::NoHeader } else { Unreadable::NoSender })?;
    let html = message.html_body.first().and_then(|index| match &message.parts.get(*index as usize)?.body {
        PartType::Html(html) => Some(html::clean(html)),
        _ => None,
    });
    Ok(Parsed {
        message_id: message.message_id().map(str::to_owned),
        in_reply_to: ids(message.in_reply_to()),
        references: ids(message.references()),
        reply_to: message.reply_to().and_then(first_of),
        to: all_of(message.to()),
        cc: all_of(message.cc()),
        subject: message.subject().unwrap_or_default().trim().to_owned(),
        sent_at: message.date().map(|date| date.to_timestamp().saturating_mul(1_000)),
        text: text_of(&message),
        parts: parts_of(&message, html.as_deref().unwrap_or_default()),
        html,
        is_auto_submitted: is_auto_submitted(&message, &from.address),
        bounce: report::read(&message),
        from,
    })
}

fn first_of(address: &Address<'_>) -> Option<Correspondent> {
    address.iter().find_map(correspondent)
}

fn all_of(address: Option<&Address<'_>>) -> Vec<Correspondent> {
    address.into_iter().flat_map(Address::iter).filter_map(correspondent).collect()
}

fn correspondent(address: &mail_parser::Addr<'_>) -> Option<Correspondent> {
    let plain = address.address.as_deref()?.trim();
    if !plain.contains('@') {
        return None;
    }
    let name = address.name.as_deref().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(plain);
    Some(Correspondent { name: name.to_owned(), address: plain.to_ascii_lowercase() })
}

/// Message ids of a field that may hold several, with comments and folding already gone.
fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.trim().to_owned()],
        HeaderValue::TextList(list) => list.iter().map(|id| id.trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}

fn text_of(message: &Message<'_>) -> String {
    (0..message.text_body_count())
        .filter_map(|index| message.body_text(index))
        .map(|text| text.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// A part is inline when the text refers to it, whatever its disposition says: mail programs disagree about that field.
fn parts_of(message: &Message<'_>, html: &str) -> Vec<Part> {
    message
        .attachments()
        .enumerate()
        .map(|(index, part)| {
            let content_type = part.content_type().map_or_else(
                || {
                    if part.is_message() { "message/rfc822".to_owned() } else { "application/octet-stream".to_owned() }
                },
                |kind| match kind.subtype() {
                    Some(subtype) => format!("{}/{subtype}", kind.ctype()),
                    None => kind.ctype().to_owned(),
                },
            );
            let content_id = part.content_id().map(|id| id.trim_matches(['<', '>']).to_owned());
            let is_inline = content_id.as_ref().is_some_and(|id| html.contains(&format!("cid:{id}")));
            Part {
                name: part.attachment_name().map_or_else(|| default_name(index, &content_type), safe_name),
                content_id,
                is_inline,
                content: part.contents().to_vec(),
                content_type,
            }
        })
        .collect()
}

fn default_name(index: usize, content_type: &str) -> String {
    let ending = match content_type {
        "message/rfc822" => "eml",
        "text/plain" => "txt",
        "text/html" => "html",
        other => other.rsplit('/').next().filter(|subtype| subtype.len() < 6).unwrap_or("bin"),
    };
    format!("attachment-{}.{ending}", index + 1)
}

/// A file name without folders and control characters: where it is stored is ours to decide, but people see the name.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = last.chars().filter(|character| !character.is_control()).take(200).collect();
    if clean.trim().is_empty() { "attachment".to_owned() } else { clean }
}

/// RFC 3834 section 5, and the fields that machines used before it.
fn is_auto_submitted(message: &Message<'_>, from: &str) -> bool {
    let field = |name: &str| message.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    // `no`, then perhaps parameters or a comment.
    let is_no = |value: &String| value.split([';', ' ', '(']).next() == Some("no");
    let submitted = field("Auto-Submitted").is_some_and(|value| !is_no(&value));
    let precedences = ["bulk", "list", "junk", "auto_reply"];
    let bulk = field("Precedence").is_some_and(|value| precedences.contains(&value.as_str()));
    let suppressing =
        ["X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Loop", "List-Id", "List-Unsubscribe"];
    let marked = suppressing.iter().any(|name| message.header_raw(*name).is_some());
    let null_path = field("Return-Path").is_some_and(|value| value == "<>");
    let is_daemon = from.split('@').next().is_some_and(|local| local == "mailer-daemon" || local == "postmaster");
    submitted || bulk || marked || null_path || is_daemon || report::is_report(message)
}

/// Who sent a raw message and to whom, as its header tells where the envelope is not known any more: the return path (empty for the
/// null one) or the author; and everybody named as a recipient, by the server that delivered it or by the author.
#[must_use]
pub fn envelope(raw: &[u8]) -> (String, Vec<String>) {
    let Some(message) = MessageParser::default().parse_headers(raw) else {
        return (String::new(), Vec::new());
    };
    let return_path = message.header_raw("Return-Path").map(|path| path.trim().trim_matches(['<', '>']).to_owned());
    let author = || message.from().and_then(first_of).map(|from| from.address).unwrap_or_default();
    let delivered = ["Delivered-To", "X-Original-To", "Envelope-To"]
        .into_iter()
        .filter_map(|name| message.header_raw(name))
        .map(|value| value.trim().trim_matches(['<', '>']).to_owned());
    let named = all_of(message.to()).into_iter().chain(all_of(message.cc())).map(|one| one.address);
    (return_path.unwrap_or_else(author), delivered.chain(named).collect())
}
