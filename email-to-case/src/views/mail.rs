//! View `mail`: what lists and threading ask. View `mail-file`: which mail a file came with, or goes with. Derived from
//! entries alone.

use crate::domain::mail::{Content, KeptBecause, Mail, MailEvent, MailState, Outcome};
use casewright_contracts::links::{MailCaseRow, MailCaseRowColumns, MailFileRow, MailPeopleRow, MailPeopleRowColumns};
use casewright_contracts::views;
use casewright_delivery::{DueRow, DueRowColumns};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Cell, Entry, EntryMeta, Projector, TenantId, ViewSpec, ViewWrites};
use casewright_rows::Row;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use smol_str::SmolStr;
use tracing::error;

/// Name of the view and its group.
pub const MAIL: &str = views::MAIL;
/// Characters of a mail's text that are searched.
const SEARCHED: usize = 20_000;

/// A row of view `mail`, by the mail's id.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(view = MAIL)]
pub struct MailRow {
    pub id: SmolStr,
    #[row(flatten)]
    pub due: DueRow,
    #[row(flatten)]
    pub case: MailCaseRow,
    #[row(json)]
    pub direction: Direction,
    #[row(json)]
    pub state: MailState,
    /// When it came, or was queued.
    pub at: Instant,
    pub mailbox: String,
    #[row(flatten)]
    pub people: MailPeopleRow,
    pub from_name: String,
    pub subject: String,
    /// Its beginning.
    pub text: String,
    pub message_id: Option<String>,
    pub problem: Option<String>,
    pub has_attachments: bool,
    /// A machine wrote it (RFC 3834).
    pub is_auto_submitted: bool,
    /// It tells what became of another message.
    pub is_report: bool,
    /// It waits for another mail.
    pub waits: bool,
    /// A person has to go on with it: its process has ended and it is in no case, or its domain disowns it.
    pub is_stranded: bool,
    /// What the domain of its sender says to it (DMARC); none: nobody has asked.
    #[row(json)]
    pub dmarc: Option<Outcome>,
    /// A process wrote it.
    pub is_automatic: bool,
    /// Who had it sent; none: it came in.
    pub queued_by: Option<SmolStr>,
    /// When it is sent; none: it does not wait for its time.
    pub send_at: Option<Instant>,
}

/// Which way a mail goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    In,
    Out,
}

impl Direction {
    /// What column [`MailRow::DIRECTION`] holds of it.
    pub(crate) fn value(self) -> Value {
        json!(self)
    }
}

impl MailState {
    /// What column [`MailRow::STATE`] holds of it.
    pub(crate) fn value(self) -> Value {
        json!(self)
    }
}

/// Derives views `mail` and `mail-file`.
pub struct MailView;

impl Projector for MailView {
    fn group(&self) -> &'static str {
        MAIL
    }

    fn version(&self) -> u32 {
        // A mail that is forgotten has no rows; files are found by their mail.
        8
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: MAIL,
                indexes: &[
                    &[MailRow::CASE_ID, MailRow::AT],
                    &[MailRow::THREAD_CASE_ID],
                    &[MailRow::IS_AUTOMATIC, MailRow::AT],
                    &[MailRow::QUEUED_BY, MailRow::AT],
                    &[MailRow::STATE, MailRow::AT],
                    &[MailRow::MESSAGE_ID],
                    &[MailRow::NEXT_AT],
                    &[MailRow::SEND_AT],
                    &[MailRow::WAITS],
                    &[MailRow::IS_STRANDED, MailRow::AT],
                ],
                full_text: &[MailRow::SUBJECT, MailRow::TEXT, MailRow::FROM_ADDRESS, MailRow::FROM_NAME],
                denormalized: None,
            },
            ViewSpec {
                name: MailFileRow::VIEW,
                indexes: &[&[MailFileRow::FILE_ID], &[MailFileRow::MAIL_ID]],
                full_text: &[],
                denormalized: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Mail::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let event: MailEvent = match serde_json::from_slice(&entry.payload) {
            Ok(event) => event,
            Err(error) => {
                error!(mail = %entry.meta.key.id, seq = entry.meta.seq, %error, "an entry of a mail cannot be read");
                return;
            }
        };
        let (tenant, id) = (&entry.meta.key.tenant, entry.meta.key.id.as_str());
        for (file, place) in files(&event) {
            let link = MailFileRow { file_id: file.into(), mail_id: id.into() };
            out.put(tenant, MailFileRow::VIEW, &format!("{id}:{place}"), link);
        }
        match event {
            MailEvent::Forgotten { files } => {
                for place in files {
                    out.remove(tenant, MailFileRow::VIEW, &format!("{id}:{place}"));
                }
                out.remove(tenant, MAIL, id);
            }
            MailEvent::MailReceived { mailbox, envelope_from, .. } => {
                out.put(tenant, MAIL, id, received(&entry.meta, mailbox, envelope_from));
            }
            MailEvent::MailQueued { case_id, content, mailbox, recipients, is_automatic, .. } => {
                let row = queued(&entry.meta, mailbox, content);
                let row = MailRow {
                    case: MailCaseRow { case_id: Some(case_id.into()), thread_case_id: None },
                    people: MailPeopleRow { recipients, ..row.people.clone() },
                    is_automatic,
                    ..row
                };
                out.put(tenant, MAIL, id, row);
            }
            MailEvent::MailScheduled { case_id, content, mailbox, recipients, is_automatic, send_at, .. } => {
                let row = queued(&entry.meta, mailbox, content);
                let row = MailRow {
                    case: MailCaseRow { case_id: Some(case_id.into()), thread_case_id: None },
                    // The sender comes to it when it is queued.
                    due: DueRow { next_at: None, ..row.due.clone() },
                    state: MailState::Scheduled,
                    send_at: Some(Instant(send_at)),
                    people: MailPeopleRow { recipients, ..row.people.clone() },
                    is_automatic,
                    ..row
                };
                out.put(tenant, MAIL, id, row);
            }
            event => {
                if let Some(changes) = changes(event) {
                    out.patch(tenant, MAIL, id, changes);
                }
            }
        }
    }
}

/// The row of a mail that has only come.
fn received(meta: &EntryMeta, mailbox: String, envelope_from: String) -> MailRow {
    MailRow {
        id: meta.key.id.clone(),
        due: DueRow { tenant: name(&meta.key.tenant), next_at: None },
        case: MailCaseRow::default(),
        direction: Direction::In,
        state: MailState::Received,
        at: meta.at.into(),
        mailbox,
        from_name: envelope_from.clone(),
        people: MailPeopleRow { from_address: envelope_from, recipients: Vec::new() },
        subject: String::new(),
        text: String::new(),
        message_id: None,
        problem: None,
        has_attachments: false,
        is_auto_submitted: false,
        is_report: false,
        waits: false,
        is_stranded: false,
        dmarc: None,
        is_automatic: false,
        queued_by: None,
        send_at: None,
    }
}

/// The row of a mail that waits to be sent, in no case and to nobody yet.
fn queued(meta: &EntryMeta, mailbox: String, content: Content) -> MailRow {
    MailRow {
        id: meta.key.id.clone(),
        due: DueRow { tenant: name(&meta.key.tenant), next_at: Some(meta.at.into()) },
        case: MailCaseRow::default(),
        direction: Direction::Out,
        state: MailState::Queued,
        at: meta.at.into(),
        mailbox,
        text: searched(&content.text),
        has_attachments: !content.attachments.is_empty(),
        people: MailPeopleRow { from_address: content.from.address, recipients: Vec::new() },
        from_name: content.from.name,
        subject: content.subject,
        message_id: content.message_id,
        problem: None,
        is_auto_submitted: false,
        is_report: false,
        waits: false,
        is_stranded: false,
        dmarc: None,
        is_automatic: false,
        queued_by: Some(meta.actor.clone()),
        send_at: None,
    }
}

/// What an event changes of the row; none: nothing.
fn changes(event: MailEvent) -> Option<Row> {
    let state = |state: MailState| (MailRow::STATE, Cell::from(state.value()));
    let no_problem = (MailRow::PROBLEM, Cell::Null);
    let stranded = |is_stranded: bool| (MailRow::IS_STRANDED, Cell::from(is_stranded));
    let never = (MailRow::NEXT_AT, Cell::Null);
    Some(match event {
        MailEvent::MailParsed { content, thread_case_id, .. } => parsed(content, thread_case_id),
        MailEvent::MailWaits { .. } | MailEvent::MailHeldBack => Row::from([(MailRow::WAITS, true.into())]),
        MailEvent::MailAuthenticated { authentication } => {
            Row::from([(MailRow::DMARC, Cell::from(json!(authentication.dmarc.result)))])
        }
        MailEvent::MailKept { because: KeptBecause::Unauthenticated } => {
            Row::from([state(MailState::Processed), stranded(true)])
        }
        MailEvent::MailKept { .. } => Row::from([state(MailState::Processed)]),
        MailEvent::ProcessStarted { .. } => Row::from([state(MailState::Processed), (MailRow::WAITS, false.into())]),
        MailEvent::MailUndeliverable { problem: why, .. } => {
            Row::from([state(MailState::Undeliverable), (MailRow::PROBLEM, why.into()), (MailRow::WAITS, false.into())])
        }
        MailEvent::MailReprocessed { .. } => Row::from([state(MailState::Received), no_problem, stranded(false)]),
        MailEvent::MailStranded { .. } => Row::from([stranded(true)]),
        MailEvent::MailLinked { case_id } => Row::from([(MailRow::CASE_ID, case_id.into()), stranded(false)]),
        MailEvent::MailUnlinked { .. } => Row::from([(MailRow::CASE_ID, Cell::Null)]),
        MailEvent::MailBounced { status, .. } => {
            Row::from([state(MailState::Bounced), (MailRow::PROBLEM, status.into())])
        }
        MailEvent::MailSent { .. } => Row::from([state(MailState::Sent), no_problem, never]),
        MailEvent::SendDelayed { problem: why, next_at, .. } => {
            Row::from([(MailRow::PROBLEM, why.into()), (MailRow::NEXT_AT, Instant(next_at).into())])
        }
        MailEvent::SendFailed { problem: why } => {
            Row::from([state(MailState::Failed), (MailRow::PROBLEM, why.into()), never])
        }
        MailEvent::MailCancelled => Row::from([state(MailState::Cancelled), (MailRow::SEND_AT, Cell::Null)]),
        MailEvent::MailReceived { .. }
        | MailEvent::MailQueued { .. }
        | MailEvent::MailScheduled { .. }
        | MailEvent::ReadingBegun
        | MailEvent::ReadingEnded
        | MailEvent::RecipientTaken { .. }
        | MailEvent::RecipientRefused { .. }
        | MailEvent::RecipientBounced { .. }
        | MailEvent::Forgotten { .. } => return None,
    })
}

fn parsed(content: Content, thread_case_id: Option<String>) -> Row {
    Row::from([
        (MailRow::MESSAGE_ID, content.message_id.into()),
        (MailRow::FROM_ADDRESS, content.from.address.into()),
        (MailRow::FROM_NAME, content.from.name.into()),
        (MailRow::SUBJECT, content.subject.into()),
        (MailRow::TEXT, searched(&content.text).into()),
        (MailRow::HAS_ATTACHMENTS, (!content.attachments.is_empty()).into()),
        (MailRow::THREAD_CASE_ID, thread_case_id.into()),
        (MailRow::IS_AUTO_SUBMITTED, content.is_auto_submitted.into()),
        (MailRow::IS_REPORT, content.is_report.into()),
        (MailRow::WAITS, false.into()),
        (MailRow::STATE, MailState::Parsed.value().into()),
        (MailRow::PROBLEM, Cell::Null),
    ])
}

/// The files of a mail, each with its place in it.
fn files(event: &MailEvent) -> Vec<(&str, &str)> {
    match event {
        MailEvent::MailReceived { raw_file_id, .. } => vec![(raw_file_id, "raw")],
        MailEvent::MailParsed { content, .. }
        | MailEvent::MailQueued { content, .. }
        | MailEvent::MailScheduled { content, .. } => {
            content.attachments.iter().map(|file| (file.file_id.as_str(), file.id.as_str())).collect()
        }
        _ => Vec::new(),
    }
}

fn searched(text: &str) -> String {
    text.chars().take(SEARCHED).collect()
}

fn name(tenant: &TenantId) -> SmolStr {
    SmolStr::new(tenant.as_str())
}
