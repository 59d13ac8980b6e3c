//! The `mail` aggregate: one message, in or out, from its first byte to what became of it.

use crate::message::{Correspondent, LeftOut};
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
}

/// How a part of a mail is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PartState {
    /// As a file that can be read and attached to a case.
    #[default]
    Kept,
    /// As a file that is not what it says it is: only those who oversee may read it.
    Quarantined,
    /// Not apart from the raw message.
    Rejected,
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

/// How a mail found its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ThreadedBy {
    /// A token we signed, in an address or a message id.
    Token,
    /// The message id of a mail that belongs to the case, from one who takes part in it.
    MessageId,
}

/// Why nothing is started for a mail that was understood and belongs to no case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeptBecause {
    /// It tells what became of a message that is no case's: a notification, or one that was never ours.
    Report,
    /// It is a machine's answer to such a message (RFC 3834 `auto-replied`).
    AutomaticAnswer,
}

/// Why somebody has to look at a mail; codes for machines, [`Mail::problem`] says it to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    /// There are no header fields.
    NoHeader,
    /// No header field names a sender.
    NoSender,
    /// Reading it was begun twice and did not end: it took too long, or took the process with it.
    ReadingDidNotEnd,
    /// Its process has ended, and the mail is in no case.
    InNoCase,
}

/// What is said of a mail whose process has ended without a case for it.
pub const IN_NO_CASE: &str = "Its process has ended, and the mail is in no case.";

/// What a mail waits for before it can be understood in full; its reading itself is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitsFor {
    /// The mail that it answers, or reports on.
    pub mail_id: String,
    /// None: the case of that mail is about to be opened. Else that mail is being handed over to this recipient.
    pub recipient: Option<String>,
}

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
}

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
    #[serde(default)]
    pub kept_because: Option<KeptBecause>,
    /// Instances of its process before it was processed anew.
    #[serde(default)]
    pub earlier_instances: Vec<String>,
    pub attempts: u32,
    pub next_at: Option<i64>,
    pub answer: Option<String>,
}

/// What is said of a delivery that failed without a word why.
const UNDELIVERED: &str = "reported as undeliverable";

impl Mail {
    /// Recipients of whom nothing is decided yet.
    pub fn pending(&self) -> impl Iterator<Item = &String> {
        self.recipients.iter().filter(|to| !self.deliveries.contains_key(*to))
    }

    /// Recipients whom the relay refused.
    pub fn refused(&self) -> impl Iterator<Item = (&String, &Delivery)> {
        self.deliveries.iter().filter(|(_, delivery)| delivery.state == MailState::Failed)
    }
}

impl Mail {
    /// The case it belongs to: the one it is linked to, else the one it was found to answer.
    #[must_use]
    pub fn its_case(&self) -> Option<&str> {
        self.case_id.as_deref().or(self.thread_case_id.as_deref())
    }
}

impl Aggregate for Mail {
    type Event = MailEvent;

    const KIND: &'static str = "mail";

    fn empty(key: &AggregateKey) -> Self {
        Self {
            id: key.id.to_string(),
            state: MailState::Received,
            is_outgoing: false,
            mailbox: String::new(),
            process: String::new(),
            raw_file_id: None,
            envelope_from: None,
            envelope_to: Vec::new(),
            content: None,
            thread_case_id: None,
            has_forged_token: false,
            process_instance_id: None,
            case_id: None,
            case_number: None,
            recipients: Vec::new(),
            deliveries: BTreeMap::new(),
            problem: None,
            problem_code: None,
            readings: 0,
            waits_for: None,
            kept_because: None,
            earlier_instances: Vec::new(),
            attempts: 0,
            next_at: None,
            answer: None,
        }
    }

    fn apply(&mut self, event: &MailEvent, meta: &EntryMeta) {
        let at = meta.at.as_millisecond();
        match event {
            MailEvent::MailReceived { mailbox, process, envelope_from, envelope_to, raw_file_id, .. } => {
                self.envelope_from = Some(envelope_from.clone());
                self.mailbox.clone_from(mailbox);
                self.process.clone_from(process);
                self.envelope_to.clone_from(envelope_to);
                self.raw_file_id = Some(raw_file_id.clone());
            }
            MailEvent::MailParsed { content, thread_case_id, has_forged_token, .. } => {
                self.state = MailState::Parsed;
                self.readings = 0;
                self.waits_for = None;
                self.content = Some(content.clone());
                self.thread_case_id.clone_from(thread_case_id);
                self.has_forged_token = *has_forged_token;
            }
            MailEvent::ReadingBegun => self.readings += 1,
            MailEvent::ReadingEnded => self.readings = 0,
            MailEvent::MailWaits { waits_for } => {
                self.readings = 0;
                self.waits_for = Some(waits_for.clone());
            }
            MailEvent::MailKept { because } => {
                self.state = MailState::Processed;
                self.kept_because = Some(*because);
            }
            MailEvent::MailUndeliverable { problem, code } => {
                self.state = MailState::Undeliverable;
                self.problem = Some(problem.clone());
                self.problem_code = *code;
                self.readings = 0;
                self.waits_for = None;
            }
            MailEvent::MailReprocessed { anew } => {
                self.state = MailState::Received;
                self.problem = None;
                self.problem_code = None;
                self.kept_because = None;
                self.readings = 0;
                if *anew {
                    self.earlier_instances.extend(self.process_instance_id.take());
                }
            }
            MailEvent::ProcessStarted { process_instance_id } => {
                self.state = MailState::Processed;
                self.process_instance_id = Some(process_instance_id.clone());
            }
            MailEvent::MailStranded { .. } => {
                self.problem = Some(IN_NO_CASE.to_owned());
                self.problem_code = Some(ProblemCode::InNoCase);
            }
            MailEvent::MailLinked { case_id } => {
                self.case_id = Some(case_id.clone());
                if self.problem_code == Some(ProblemCode::InNoCase) {
                    self.problem = None;
                    self.problem_code = None;
                }
            }
            MailEvent::MailUnlinked { .. } => self.case_id = None,
            MailEvent::MailBounced { recipient, status, .. } => {
                let status = status.clone().unwrap_or_else(|| UNDELIVERED.to_owned());
                for to in self.recipients.iter().filter(|to| recipient.as_ref().is_none_or(|one| one == *to)) {
                    self.deliveries
                        .insert(to.clone(), Delivery { state: MailState::Bounced, answer: status.clone(), at });
                }
                self.state = MailState::Bounced;
                self.problem = Some(match recipient {
                    Some(recipient) => format!("{recipient}: {status}"),
                    None => status,
                });
            }
            MailEvent::RecipientTaken { to, answer } => {
                // What a report has told already is what became of it.
                self.deliveries.entry(to.clone()).or_insert_with(|| Delivery {
                    state: MailState::Sent,
                    answer: answer.clone(),
                    at,
                });
            }
            MailEvent::RecipientBounced { to, status, .. } => {
                let answer = status.clone().unwrap_or_else(|| UNDELIVERED.to_owned());
                self.deliveries.insert(to.clone(), Delivery { state: MailState::Bounced, answer, at });
            }
            MailEvent::RecipientRefused { to, problem } => {
                self.deliveries.insert(to.clone(), Delivery { state: MailState::Failed, answer: problem.clone(), at });
            }
            MailEvent::MailQueued { case_id, case_number, content, recipients, mailbox, .. } => {
                self.is_outgoing = true;
                self.state = MailState::Queued;
                self.case_id = Some(case_id.clone());
                self.case_number = Some(case_number.clone());
                self.content = Some(content.clone());
                self.recipients.clone_from(recipients);
                self.mailbox.clone_from(mailbox);
            }
            MailEvent::MailSent { answer } => {
                self.state = MailState::Sent;
                self.answer = Some(answer.clone());
                let refused = self.refused().map(|(to, delivery)| format!("{to}: {}", delivery.answer)).next();
                self.problem = refused;
                self.next_at = None;
            }
            MailEvent::SendDelayed { problem, attempt, next_at } => {
                self.problem = Some(problem.clone());
                self.attempts = *attempt;
                self.next_at = Some(*next_at);
            }
            MailEvent::SendFailed { problem } => {
                self.state = MailState::Failed;
                self.problem = Some(problem.clone());
                self.next_at = None;
            }
        }
    }

    fn event_name(event: &MailEvent) -> &'static str {
        match event {
            MailEvent::MailReceived { .. } => "mail-received",
            MailEvent::MailParsed { .. } => "mail-parsed",
            MailEvent::MailUndeliverable { .. } => "mail-undeliverable",
            MailEvent::ReadingBegun => "mail-reading-begun",
            MailEvent::ReadingEnded => "mail-reading-ended",
            MailEvent::MailWaits { .. } => "mail-waits",
            MailEvent::MailKept { .. } => "mail-kept",
            MailEvent::MailReprocessed { .. } => "mail-reprocessed",
            MailEvent::ProcessStarted { .. } => "process-started",
            MailEvent::MailStranded { .. } => "mail-stranded",
            MailEvent::MailLinked { .. } => "mail-linked",
            MailEvent::MailUnlinked { .. } => "mail-unlinked",
            MailEvent::MailBounced { .. } => "mail-bounced",
            MailEvent::MailQueued { .. } => "mail-queued",
            MailEvent::RecipientTaken { .. } => "mail-recipient-taken",
            MailEvent::RecipientRefused { .. } => "mail-recipient-refused",
            MailEvent::RecipientBounced { .. } => "mail-recipient-bounced",
            MailEvent::MailSent { .. } => "mail-sent",
            MailEvent::SendDelayed { .. } => "mail-send-delayed",
            MailEvent::SendFailed { .. } => "mail-send-failed",
        }
    }
}
