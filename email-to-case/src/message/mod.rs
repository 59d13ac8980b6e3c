//! An RFC 5322 message as the rest of the room sees it: decoded, cleaned, and with nothing of its structure left to guess.
//!
//! It must never fail on what a stranger sent in any other way than [`Unreadable`], and never lose the original: that is kept raw. What it
//! takes to read one is the sender's choice, so it is read on a [`crate::worker_pool::WorkerPool`].

mod charset;
mod header;
pub mod report;
mod text;

use crate::html::{self, Excess, Limits};
use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders, PartType};
use report::Bounce;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Parts of one mail that are kept as files; further ones are only in the raw message.
pub const PARTS_LIMIT: usize = 1_000;
/// Bytes of a mail's text that are kept apart from the raw message.
pub const TEXT_LIMIT: usize = 1 << 20;

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
    /// Of at most [`TEXT_LIMIT`] bytes.
    pub text: String,
    /// Cleaned: no scripts, no remote content, `cid:` references left in place.
    pub html: Option<String>,
    /// At most [`PARTS_LIMIT`].
    pub parts: Vec<Part>,
    /// What is in the raw message only.
    pub left_out: Vec<LeftOut>,
    /// Sent by a machine (RFC 3834): never answered automatically.
    pub is_auto_submitted: bool,
    /// A machine's answer to a message (RFC 3834 `auto-replied`): out of office, a receipt.
    pub is_auto_reply: bool,
    /// Tells what became of another message (RFC 6522), or is sent by a mail server itself.
    pub is_report: bool,
    /// A delivery status notification (RFC 3464).
    pub bounce: Option<Bounce>,
}

/// Something of a message that is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    pub what: Portion,
    pub why: Excess,
}

/// What of a message can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Portion {
    /// Its HTML; the text is there.
    Html,
    /// The end of its text.
    EndOfText,
    /// Attachments after the first ones.
    FurtherAttachments,
}

/// Nothing could be made of the bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the message has no header fields")]
    NoHeader,
    #[error("the message names no sender (From)")]
    NoSender,
}

/// A message whose HTML has not been looked at yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    parsed: Parsed,
    html: Option<String>,
}

impl Read {
    /// The HTML as it came, for [`html::clean`]; once.
    #[must_use]
    pub fn take_html(&mut self) -> Option<String> {
        self.html.take()
    }

    /// The message without HTML, if it has none.
    #[must_use]
    pub fn without_html(self) -> Parsed {
        self.parsed
    }

    /// The message with what became of its HTML.
    #[must_use]
    pub fn with_html(self, cleaned: Result<String, Excess>) -> Parsed {
        let mut parsed = self.parsed;
        match cleaned {
            Ok(html) => {
                let shown = html::content_ids(&html);
                for part in &mut parsed.parts {
                    part.is_inline = part.content_id.as_ref().is_some_and(|id| shown.contains(id.as_str()));
                }
                parsed.html = Some(html);
            }
            Err(why) => parsed.left_out.push(LeftOut { what: Portion::Html, why }),
        }
        parsed
    }
}

/// Reads a message and cleans its HTML.
///
/// # Errors
/// [`Unreadable`]; the raw message is kept and can be processed again.
pub fn parse(raw: &[u8]) -> Result<Parsed, Unreadable> {
    let mut read = read(raw)?;
    Ok(match read.take_html() {
        Some(html) => read.with_html(html::clean(&html, &Limits::default())),
        None => read.without_html(),
    })
}

/// Reads a message, all but its HTML.
///
/// # Errors
/// [`Unreadable`]; the raw message is kept and can be processed again.
pub fn read(raw: &[u8]) -> Result<Read, Unreadable> {
    let repaired = header::repaired(raw);
    let message = MessageParser::default().parse(repaired.as_ref()).ok_or(Unreadable::NoHeader)?;
    let from = message.from().and_then(first_of).or_else(|| message.sender().and_then(first_of));
    let from =
        from.ok_or_else(|| if message.headers().len() < 2 { Unreadable::NoHeader } else { Unreadable::NoSender })?;
    let html = message.html_body.first().and_then(|index| match &message.parts.get(*index as usize)?.body {
        PartType::Html(_) => text::of_part(&message, *index).map(Cow::into_owned),
        _ => None,
    });
    let mut left_out = Vec::new();
    let mut text = text::of(&message);
    if text.len() > TEXT_LIMIT {
        text.truncate(text.floor_char_boundary(TEXT_LIMIT));
        left_out.push(LeftOut { what: Portion::EndOfText, why: Excess::TooLarge });
    }
    let parts = parts_of(&message);
    if message.attachment_count() > PARTS_LIMIT {
        left_out.push(LeftOut { what: Portion::FurtherAttachments, why: Excess::TooManyElements });
    }
    let parsed = Parsed {
        message_id: message.message_id().map(str::to_owned),
        in_reply_to: ids(message.in_reply_to()),
        references: ids(message.references()),
        reply_to: message.reply_to().and_then(first_of),
        to: all_of(message.to()),
        cc: all_of(message.cc()),
        subject: one_line(message.subject().unwrap_or_default()),
        sent_at: message.date().map(|date| date.to_timestamp().saturating_mul(1_000)),
        text,
        html: None,
        parts,
        left_out,
        is_auto_submitted: is_auto_submitted(&message, &from.address),
        is_auto_reply: is_auto_reply(&message),
        is_report: report::is_report(&message) || is_of_mail_server(&message, &from.address),
        bounce: report::read(&message),
        from,
    };
    Ok(Read { parsed, html })
}

fn first_of(address: &Address<'_>) -> Option<Correspondent> {
    address.iter().find_map(correspondent)
}

fn all_of(address: Option<&Address<'_>>) -> Vec<Correspondent> {
    address.into_iter().flat_map(Address::iter).filter_map(correspondent).collect()
}

fn correspondent(address: &mail_parser::Addr<'_>) -> Option<Correspondent> {
    let whole = address.address.as_deref()?.trim();
    // `Big Bug bb@bug.example` without angle brackets: what is before the address is a name.
    let is_quoted = whole.starts_with('"') && whole.contains('@');
    let plain = if is_quoted { whole } else { whole.split_whitespace().rfind(|word| word.contains('@'))? };
    let before = whole.split(plain).next().unwrap_or_default();
    let name = address.name.as_deref().map(one_line).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| one_line(if before.trim().is_empty() { plain } else { before }));
    Some(Correspondent { name, address: plain.to_ascii_lowercase() })
}

/// What is shown in one line has no others in it, nor anything that makes a line look like another one.
fn one_line(text: &str) -> String {
    text.chars().map(|each| if is_shown(each) { each } else { ' ' }).collect::<String>().trim().to_owned()
}

/// No control character, and none that turns the direction of the text around (`photo<U+202E>gpj.exe`).
fn is_shown(character: char) -> bool {
    !character.is_control() && !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Message ids of a field that may hold several, with comments and folding already gone.
fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    match value {
        HeaderValue::Text(text) => vec![text.trim().to_owned()],
        HeaderValue::TextList(list) => list.iter().map(|id| id.trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Whether a part is inline is known when the HTML is: it is when the text refers to it, whatever its disposition says, for mail programs
/// disagree about that field.
fn parts_of(message: &Message<'_>) -> Vec<Part> {
    message
        .attachments()
        .take(PARTS_LIMIT)
        .enumerate()
        .filter(|(_, part)| !is_empty_container(part))
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
            Part {
                name: part.attachment_name().map_or_else(|| default_name(index, &content_type), safe_name),
                content_id: part.content_id().map(|id| id.trim_matches(['<', '>']).to_owned()),
                is_inline: false,
                content: part.contents().to_vec(),
                content_type,
            }
        })
        .collect()
}

/// A `multipart/*` whose boundary never comes, with nothing in it.
fn is_empty_container(part: &mail_parser::MessagePart<'_>) -> bool {
    let is_container = part.content_type().is_some_and(|kind| kind.ctype() == "multipart");
    is_container && part.contents().iter().all(u8::is_ascii_whitespace)
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
    let clean: String = last.chars().filter(|character| is_shown(*character)).take(200).collect();
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

/// RFC 3834 section 5 `auto-replied`, and what machines said before it.
fn is_auto_reply(message: &Message<'_>) -> bool {
    let field = |name: &str| message.header_raw(name).map(|value| value.trim().to_ascii_lowercase());
    let replied =
        field("Auto-Submitted").is_some_and(|value| value.split([';', ' ', '(']).next() == Some("auto-replied"));
    let marked = ["X-Autoreply", "X-Autorespond"].iter().any(|name| message.header_raw(*name).is_some());
    replied || marked || field("Precedence").is_some_and(|value| value == "auto_reply")
}

/// A report in words only: of a mail server by its name, or by one that says whom it did not reach. A postmaster who writes is a person.
fn is_of_mail_server(message: &Message<'_>, from: &str) -> bool {
    let local = from.split('@').next().unwrap_or_default();
    let is_machine = || {
        let null_path = message.header_raw("Return-Path").is_some_and(|path| path.trim() == "<>");
        null_path || message.header_raw("Auto-Submitted").is_some()
    };
    local == "mailer-daemon"
        || local == "postmaster" && is_machine()
        || message.header_raw("X-Failed-Recipients").is_some()
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
