//! What this room writes about mails reads back as other rooms hear it, and as it was written by every release.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

use casewright_contracts::MailEvent as Published;
use casewright_contracts::mail::{Content as PublishedContent, Linked, Queued};
use casewright_email_to_case::domain::mail::{Content, Mail, MailEvent};
use casewright_email_to_case::message::Correspondent;
use casewright_journal::Aggregate;
use serde_json::{Value, json};

fn content() -> Content {
    Content {
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        from: Correspondent { name: "Claims".to_owned(), address: "claims@example.org".to_owned() },
        reply_to: None,
        to: Vec::new(),
        cc: Vec::new(),
        subject: "Your claim".to_owned(),
        sent_at: None,
        text: "Hello".to_owned(),
        html: None,
        attachments: Vec::new(),
        is_auto_submitted: false,
        is_report: false,
        left_out: Vec::new(),
    }
}

fn check(event: &MailEvent, written: &Value, expected: &Published) {
    let name = Mail::event_name(event);
    let json = serde_json::to_value(event).unwrap();
    for (field, value) in written.as_object().unwrap() {
        assert_eq!(json.get(field), Some(value), "{name}: {field}");
    }
    assert_eq!(&Published::read(name, json.to_string().as_bytes()).unwrap(), expected, "{name}");
}

#[test]
fn mail_events_read_back_as_other_rooms_hear_them() {
    let case_id = || "c-1".to_owned();
    let linked = json!({"type": "mail-linked", "caseId": "c-1"});
    check(&MailEvent::MailLinked { case_id: case_id() }, &linked, &Published::Linked(Linked { case_id: case_id() }));
    let unlinked = json!({"type": "mail-unlinked", "caseId": "c-1"});
    check(
        &MailEvent::MailUnlinked { case_id: case_id() },
        &unlinked,
        &Published::Unlinked(Linked { case_id: case_id() }),
    );

    let queued = MailEvent::MailQueued {
        case_id: case_id(),
        case_number: "CLM-000001".to_owned(),
        content: content(),
        recipients: vec!["anna@example.org".to_owned()],
        mailbox: "claims".to_owned(),
        is_automatic: false,
    };
    let published = Queued {
        case_id: case_id(),
        recipients: vec!["anna@example.org".to_owned()],
        content: PublishedContent { subject: "Your claim".to_owned() },
    };
    let written = json!({"type": "mail-queued", "caseId": "c-1", "recipients": ["anna@example.org"]});
    check(&queued, &written, &Published::Queued(published));

    let bounced = MailEvent::MailBounced { recipient: None, status: None, report_mail_id: None };
    check(&bounced, &json!({"type": "mail-bounced"}), &Published::Bounced);
    let failed = MailEvent::SendFailed { problem: "refused".to_owned() };
    check(&failed, &json!({"type": "send-failed"}), &Published::SendFailed);
    check(&MailEvent::ReadingBegun, &json!({"type": "reading-begun"}), &Published::Other);
}

#[test]
fn mails_of_before_anybody_asked_of_whom_they_are_are_read_and_what_is_found_stays_readable() {
    let written = json!({"type": "mail-received", "mailbox": "claims@example.org", "process": "email-to-case", "envelopeFrom": "",
        "envelopeTo": [], "rawFileId": "f-1", "size": 1});
    let read: MailEvent = serde_json::from_value(written).unwrap();
    assert!(matches!(read, MailEvent::MailReceived { origin: None, .. }));
    let found = json!({"type": "mail-authenticated", "authentication": {
        "reportedBy": null,
        "spf": {"result": "softfail", "domain": "example.org", "selector": null},
        "helo": null,
        "dkim": [{"result": "pass", "domain": "example.org", "selector": "s1"}],
        "arc": {"result": "none", "domain": "", "vouches": false},
        "dmarc": {"result": "pass", "domain": "example.org", "policy": "quarantine", "spfAligned": false, "dkimAligned": true},
    }});
    let read: MailEvent = serde_json::from_value(found.clone()).unwrap();
    assert_eq!(Mail::event_name(&read), "mail-authenticated");
    assert_eq!(serde_json::to_value(&read).unwrap(), found);
    assert_eq!(Published::read("mail-authenticated", found.to_string().as_bytes()).unwrap(), Published::Other);
}
