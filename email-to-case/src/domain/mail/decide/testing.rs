//! Mails for the tests of what is decided about them.

use crate::domain::mail::content::Content;
use crate::domain::mail::event::MailEvent;
use crate::domain::mail::state::Mail;
use crate::message::Correspondent;
use casewright_journal::{Aggregate as _, AggregateKey, EntryMeta, TenantId};

/// The mail to which this has happened.
pub(super) fn mail(events: &[MailEvent]) -> Mail {
    let key = AggregateKey::new(&TenantId::default(), Mail::KIND, "m-1");
    let mut mail = Mail::empty(&key);
    for (seq, event) in (1..).zip(events) {
        let meta =
            EntryMeta { key: key.clone(), seq, at: jiff::Timestamp::UNIX_EPOCH, actor: "t".into(), cause: "".into() };
        mail.apply(event, &meta);
    }
    mail
}

pub(super) fn received() -> MailEvent {
    MailEvent::MailReceived {
        mailbox: "help@desk".to_owned(),
        process: "intake".to_owned(),
        envelope_from: "a@b".to_owned(),
        envelope_to: vec!["help@desk".to_owned()],
        raw_file_id: "f-1".to_owned(),
        size: 1,
        origin: None,
    }
}

pub(super) fn parsed() -> MailEvent {
    MailEvent::MailParsed { content: content(), thread_case_id: None, threaded_by: None, has_forged_token: false }
}

pub(super) fn started(process_instance_id: &str) -> MailEvent {
    MailEvent::ProcessStarted { process_instance_id: process_instance_id.to_owned() }
}

pub(super) fn linked(case_id: &str) -> MailEvent {
    MailEvent::MailLinked { case_id: case_id.to_owned() }
}

/// A mail of ours.
pub(super) fn queued(recipients: &[&str]) -> MailEvent {
    MailEvent::MailQueued {
        case_id: "c-1".to_owned(),
        case_number: "1".to_owned(),
        content: content(),
        recipients: recipients.iter().map(|to| (*to).to_owned()).collect(),
        mailbox: "help@desk".to_owned(),
        is_automatic: false,
    }
}

/// A mail of ours that waits until then (milliseconds since 1970).
pub(super) fn scheduled(recipients: &[&str], send_at: i64) -> MailEvent {
    MailEvent::MailScheduled {
        case_id: "c-1".to_owned(),
        case_number: "1".to_owned(),
        content: content(),
        recipients: recipients.iter().map(|to| (*to).to_owned()).collect(),
        mailbox: "help@desk".to_owned(),
        is_automatic: false,
        send_at,
    }
}

pub(super) fn taken(to: &str) -> MailEvent {
    MailEvent::RecipientTaken { to: to.to_owned(), answer: "250".to_owned() }
}

pub(super) fn refused(to: &str) -> MailEvent {
    MailEvent::RecipientRefused { to: to.to_owned(), problem: "550".to_owned() }
}

pub(super) fn content() -> Content {
    Content {
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        from: Correspondent { name: "A".to_owned(), address: "a@b".to_owned() },
        reply_to: None,
        to: Vec::new(),
        cc: Vec::new(),
        subject: String::new(),
        sent_at: None,
        text: String::new(),
        html: None,
        attachments: Vec::new(),
        is_auto_submitted: false,
        is_report: false,
        left_out: Vec::new(),
    }
}
