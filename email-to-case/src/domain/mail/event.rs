//! What happens to a mail. Events are kept for ever: fields are added with a default, variants are never renamed.

use super::authentication::{Authentication, Origin};
use super::content::Content;
use super::state::{KeptBecause, ProblemCode, WaitsFor};
use casewright_journal::FORGOTTEN;
use serde::{Deserialize, Serialize};

/// Facts about a mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum MailEvent {
    /// Acknowledged to the sender: the raw message is kept.
    MailReceived {
        mailbox: String,
        process: String,
        envelope_from: String,
        envelope_to: Vec<String>,
        raw_file_id: String,
        size: u64,
        /// Who brought it; none: a release wrote this that did not ask.
        #[serde(default)]
        origin: Option<Origin>,
    },
    /// It was found out whom it is of.
    MailAuthenticated {
        authentication: Authentication,
    },
    MailParsed {
        content: Content,
        thread_case_id: Option<String>,
        threaded_by: Option<ThreadedBy>,
        has_forged_token: bool,
    },
    /// Reading the raw message begins; recorded before it does, so that a message which ends the process is known at the next start.
    ReadingBegun,
    /// Reading ended, and what follows it has to be done again.
    ReadingEnded,
    /// The message was read; what it belongs to is not decided yet.
    MailWaits {
        waits_for: WaitsFor,
    },
    /// Nothing is started for it.
    MailKept {
        because: KeptBecause,
    },
    MailUndeliverable {
        problem: String,
        #[serde(default)]
        code: Option<ProblemCode>,
    },
    /// Somebody asked for it to be processed again.
    MailReprocessed {
        /// Its process has ended and it belongs to no case: another one is started.
        #[serde(default)]
        anew: bool,
    },
    /// Its process cannot start yet: the organisation takes as much of the engine as it may. It is tried again.
    MailHeldBack,
    ProcessStarted {
        process_instance_id: String,
    },
    /// Its process has ended without a case for it: nobody goes on with it.
    MailStranded {
        process_instance_id: String,
    },
    MailLinked {
        case_id: String,
    },
    MailUnlinked {
        case_id: String,
    },
    /// Our mail could not be delivered to a recipient (none: to whom is not said), which became known when it was sent already.
    MailBounced {
        recipient: Option<String>,
        status: Option<String>,
        /// The report (RFC 3464); none when the relay itself refused the recipient.
        report_mail_id: Option<String>,
    },
    /// Our mail was not delivered to a recipient to whom the relay had taken it, while others still wait.
    RecipientBounced {
        to: String,
        status: Option<String>,
        report_mail_id: String,
    },
    /// Somebody wrote it, to be sent at that time (milliseconds since 1970); again when they change it. What is sent says `MailQueued`.
    MailScheduled {
        case_id: String,
        case_number: String,
        content: Content,
        recipients: Vec<String>,
        mailbox: String,
        is_automatic: bool,
        send_at: i64,
    },
    /// It was taken back before it was sent.
    MailCancelled,
    MailQueued {
        case_id: String,
        case_number: String,
        content: Content,
        recipients: Vec<String>,
        mailbox: String,
        is_automatic: bool,
    },
    /// The relay took it for this recipient.
    RecipientTaken {
        to: String,
        answer: String,
    },
    /// The relay refused this recipient for good.
    RecipientRefused {
        to: String,
        problem: String,
    },
    /// The relay took it for every recipient that it did not refuse.
    MailSent {
        answer: String,
    },
    /// An attempt failed; the next one is due at that time (milliseconds since 1970).
    SendDelayed {
        problem: String,
        attempt: u32,
        next_at: i64,
    },
    SendFailed {
        problem: String,
    },
    /// Nothing of it is wanted any more: [`casewright_journal::forget`]. `files` are the places of files in it, the keys of their rows.
    Forgotten {
        files: Vec<String>,
    },
}

/// How a mail found its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThreadedBy {
    /// A token we signed, in an address or a message id.
    Token,
    /// The message id of a mail that belongs to the case, from one who takes part in it.
    MessageId,
}

impl MailEvent {
    /// What the journal calls the event.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::MailReceived { .. } => "mail-received",
            Self::MailAuthenticated { .. } => "mail-authenticated",
            Self::MailParsed { .. } => "mail-parsed",
            Self::MailUndeliverable { .. } => "mail-undeliverable",
            Self::ReadingBegun => "mail-reading-begun",
            Self::ReadingEnded => "mail-reading-ended",
            Self::MailWaits { .. } => "mail-waits",
            Self::MailKept { .. } => "mail-kept",
            Self::MailReprocessed { .. } => "mail-reprocessed",
            Self::MailHeldBack => "mail-held-back",
            Self::ProcessStarted { .. } => "process-started",
            Self::MailStranded { .. } => "mail-stranded",
            Self::MailLinked { .. } => "mail-linked",
            Self::MailUnlinked { .. } => "mail-unlinked",
            Self::MailBounced { .. } => "mail-bounced",
            Self::MailScheduled { .. } => "mail-scheduled",
            Self::MailCancelled => "mail-cancelled",
            Self::MailQueued { .. } => "mail-queued",
            Self::RecipientTaken { .. } => "mail-recipient-taken",
            Self::RecipientRefused { .. } => "mail-recipient-refused",
            Self::RecipientBounced { .. } => "mail-recipient-bounced",
            Self::MailSent { .. } => "mail-sent",
            Self::SendDelayed { .. } => "mail-send-delayed",
            Self::Forgotten { .. } => FORGOTTEN,
            Self::SendFailed { .. } => "mail-send-failed",
        }
    }
}
