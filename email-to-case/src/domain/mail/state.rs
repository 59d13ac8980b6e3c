//! What is known of a mail: the fold of its events.

use super::authentication::{Authentication, Origin};
use super::content::Content;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// State of one mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    pub id: String,
    pub state: MailState,
    pub is_outgoing: bool,
    pub mailbox: String,
    pub process: String,
    pub raw_file_id: Option<String>,
    /// Empty for the null reverse path; none when the mail is ours.
    #[serde(default)]
    pub envelope_from: Option<String>,
    pub envelope_to: Vec<String>,
    #[serde(default)]
    pub origin: Option<Origin>,
    /// None: it is ours, or nobody has looked.
    #[serde(default)]
    pub authentication: Option<Authentication>,
    /// A person had it go on though its domain disowns it.
    #[serde(default)]
    pub is_released: bool,
    pub content: Option<Content>,
    pub thread_case_id: Option<String>,
    pub has_forged_token: bool,
    pub process_instance_id: Option<String>,
    pub case_id: Option<String>,
    pub case_number: Option<String>,
    pub recipients: Vec<String>,
    /// How it stands with recipients of whom something is known.
    #[serde(default)]
    pub deliveries: BTreeMap<String, Delivery>,
    pub problem: Option<String>,
    #[serde(default)]
    pub problem_code: Option<ProblemCode>,
    /// How often reading it was begun and did not end.
    #[serde(default)]
    pub readings: u32,
    #[serde(default)]
    pub waits_for: Option<WaitsFor>,
    /// Its process starts when the organisation may have another one.
    #[serde(default)]
    pub is_held_back: bool,
    #[serde(default)]
    pub kept_because: Option<KeptBecause>,
    /// Instances of its process before it was processed anew.
    #[serde(default)]
    pub earlier_instances: Vec<String>,
    /// When it is sent, while it is scheduled: milliseconds since 1970.
    #[serde(default)]
    pub send_at: Option<i64>,
    /// Who scheduled it: a user id, or a machine client. It is sent in their name.
    #[serde(default)]
    pub scheduled_by: Option<String>,
    /// A process wrote it, and no person.
    #[serde(default)]
    pub is_automatic: bool,
    pub attempts: u32,
    pub next_at: Option<i64>,
    pub answer: Option<String>,
    /// It was deleted, and its log is about to lose it.
    #[serde(default)]
    pub is_forgotten: bool,
}

impl Mail {
    /// Recipients of whom nothing is decided yet.
    pub fn pending(&self) -> impl Iterator<Item = &String> {
        self.recipients.iter().filter(|to| !self.deliveries.contains_key(*to))
    }

    /// Recipients whom its header fields do not name: they were sent it without the others' knowing (Bcc, RFC 5322 section 3.6.3).
    pub fn hidden(&self) -> impl Iterator<Item = &String> {
        let is_named = |to: &&String| {
            let content = self.content.as_ref();
            let mut named = content.into_iter().flat_map(|content| content.to.iter().chain(&content.cc));
            named.any(|one| one.address.eq_ignore_ascii_case(to))
        };
        self.recipients.iter().filter(move |to| !is_named(to))
    }

    /// It is ours, and has not left: it waits for its time, or was taken back.
    #[must_use]
    pub fn is_unsent(&self) -> bool {
        matches!(self.state, MailState::Scheduled | MailState::Cancelled)
    }

    /// Recipients whom the relay refused.
    pub fn refused(&self) -> impl Iterator<Item = (&String, &Delivery)> {
        self.deliveries.iter().filter(|(_, delivery)| delivery.state == MailState::Failed)
    }

    /// The case it belongs to: the one it is linked to, else the one it was found to answer.
    #[must_use]
    pub fn its_case(&self) -> Option<&str> {
        self.case_id.as_deref().or(self.thread_case_id.as_deref())
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MailState {
    /// Kept, not yet understood.
    #[default]
    Received,
    /// Understood, its process has not been started yet.
    Parsed,
    /// Its process is under way or done; or it is only kept, and nothing is started for it (see [`KeptBecause`]).
    Processed,
    /// It could not be understood; kept raw, can be processed again.
    Undeliverable,
    /// Waits for the time at which it is sent; until then it can be changed, or taken back.
    Scheduled,
    /// Taken back before it was sent.
    Cancelled,
    /// Waits to be sent.
    Queued,
    /// Taken by the relay.
    Sent,
    /// Given up after the last attempt, or refused for good.
    Failed,
    /// Sent, and not delivered to (at least) one of its recipients.
    Bounced,
}

/// How an outgoing mail stands with one recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// `Sent`, `Failed` or `Bounced`.
    pub state: MailState,
    /// What the other side said.
    pub answer: String,
    /// Milliseconds since 1970.
    pub at: i64,
}

/// Why nothing is started for a mail that was understood and belongs to no case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeptBecause {
    /// It tells what became of a message that is no case's: a notification, or one that was never ours.
    Report,
    /// It is a machine's answer to such a message (RFC 3834 `auto-replied`).
    AutomaticAnswer,
    /// The domain of its `From` disowns it, and the mailbox wants a person to look at such mail first.
    Unauthenticated,
}

/// Why somebody has to look at a mail; codes for machines, [`Mail::problem`] says it to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// There are no header fields.
    NoHeader,
    /// No header field names a sender.
    NoSender,
    /// Reading it was begun again and again and did not end: it took too long, or took the process with it.
    ReadingDidNotEnd,
    /// Its process has ended, and the mail is in no case.
    InNoCase,
    /// The domain of its `From` disowns it (DMARC), and it is kept from starting anything.
    Unauthenticated,
    /// The virus scanner found something in it.
    Infected,
}

/// What a mail waits for before it can be understood in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitsFor {
    /// The mail that it answers, or reports on; itself, when it waits to be scanned.
    pub mail_id: String,
    /// None: the case of that mail is about to be opened. Else that mail is being handed over to this recipient.
    pub recipient: Option<String>,
    /// Its own raw message, a file that the virus scanner has not looked at yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scan_of: Option<String>,
}

impl WaitsFor {
    /// For the case of `mail_id`.
    #[must_use]
    pub fn case_of(mail_id: String) -> Self {
        Self { mail_id, recipient: None, scan_of: None }
    }

    /// For what becomes of `mail_id`, which is being handed over to `recipient`.
    #[must_use]
    pub fn hand_over(mail_id: String, recipient: String) -> Self {
        Self { mail_id, recipient: Some(recipient), scan_of: None }
    }

    /// For the virus scanner, which has its raw message.
    #[must_use]
    pub fn scan(mail_id: &str, raw_file: &str) -> Self {
        Self { mail_id: mail_id.to_owned(), recipient: None, scan_of: Some(raw_file.to_owned()) }
    }
}
