//! The demo's mails, read as the room reads them; and mutations of them, which may be unreadable but never more than that.

#![allow(clippy::unwrap_used)]

use casewright_email_to_case::message::{Parsed, Unreadable, parse};
use proptest::prelude::*;
use std::path::Path;

fn example(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/claims/mails");
    std::fs::read(folder.join(format!("{name}.eml"))).unwrap()
}

fn parsed(name: &str) -> Parsed {
    parse(&example(name)).unwrap()
}

#[test]
fn plain_text_keeps_sender_subject_and_text() {
    let mail = parsed("01-plain-text");
    assert_eq!(mail.from.name, "Clara Weiss");
    assert_eq!(mail.from.address, "clara.weiss@customer.example");
    assert_eq!(mail.subject, "Water damage in my kitchen");
    assert!(mail.text.contains("HB-204118"));
    assert_eq!(mail.message_id.as_deref(), Some("01.kitchen.4f1a@customer.example"));
    assert!(mail.parts.is_empty());
}

#[test]
fn html_is_cleaned_and_its_inline_picture_kept_as_a_part() {
    let mail = parsed("02-html-inline-image");
    let html = mail.html.unwrap();
    assert!(html.contains("cid:roof@customer.example"), "{html}");
    assert!(!html.contains("script"), "{html}");
    assert_eq!(mail.parts.len(), 1);
    assert!(mail.parts[0].is_inline);
    assert_eq!(mail.parts[0].content_type, "image/png");
    assert!(mail.parts[0].content.starts_with(b"\x89PNG"));
}

#[test]
fn an_attachment_keeps_its_name_type_and_bytes() {
    let mail = parsed("03-pdf-attached");
    assert_eq!(mail.parts.len(), 1);
    assert_eq!(mail.parts[0].name, "police-report.pdf");
    assert_eq!(mail.parts[0].content_type, "application/pdf");
    assert!(!mail.parts[0].is_inline);
    assert!(mail.parts[0].content.starts_with(b"%PDF-"));
}

#[test]
fn an_answer_names_the_mail_it_answers() {
    let mail = parsed("04-answer");
    assert_eq!(mail.in_reply_to, ["01.kitchen.4f1a@customer.example"]);
    assert_eq!(mail.references, ["01.kitchen.4f1a@customer.example"]);
}

#[test]
fn text_in_another_charset_is_decoded() {
    let mail = parsed("05-koi8-r");
    assert_eq!(mail.subject, "Пожар в квартире");
    assert_eq!(mail.from.name, "Ирина Волкова");
    assert!(mail.text.contains("произошёл пожар"));
}

#[test]
fn bytes_that_are_no_message_are_unreadable() {
    assert!(parse(&example("07-malformed")).is_err());
    assert_eq!(parse(b""), Err(Unreadable::NoHeader));
}

#[test]
fn machines_are_recognised_by_their_fields() {
    let message = |field: &str| format!("From: a@b.example\r\nSubject: x\r\n{field}\r\n\r\nHello\r\n");
    for field in
        ["Auto-Submitted: auto-replied", "Precedence: bulk", "X-Auto-Response-Suppress: All", "List-Id: <l.example>"]
    {
        assert!(parse(message(field).as_bytes()).unwrap().is_auto_submitted, "{field}");
    }
    for field in ["Auto-Submitted: no", "X-Mailer: any"] {
        assert!(!parse(message(field).as_bytes()).unwrap().is_auto_submitted, "{field}");
    }
}

#[test]
fn a_delivery_status_notification_names_the_mail_it_is_about() {
    let report = "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
        --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
        Final-Recipient: rfc822; C@d.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550\r\n no such user\r\n\r\n\
        Final-Recipient: rfc822; late@d.example\r\nAction: delayed\r\nStatus: 4.4.7\r\n\r\n\
        --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <ours@x.example>\r\nFrom: a@x.example\r\n\r\nHi\r\n--b--\r\n";
    let bounce = parse(report.as_bytes()).unwrap().bounce.unwrap();
    assert_eq!(bounce.original_message_id.as_deref(), Some("ours@x.example"));
    assert_eq!(bounce.failed.len(), 1, "a delay is no bounce");
    assert_eq!(bounce.failed[0].addresses, ["c@d.example"]);
    assert_eq!(bounce.failed[0].said().as_deref(), Some("5.1.1 550 no such user"));
}

proptest! {
    #[test]
    fn mutated_messages_never_do_worse_than_being_unreadable(
        which in 0..5_usize,
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..24),
        end in any::<prop::sample::Index>(),
    ) {
        let name = ["01-plain-text", "02-html-inline-image", "03-pdf-attached", "04-answer", "05-koi8-r"][which];
        let mut bytes = example(name);
        for (at, byte) in cuts {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let end = end.index(bytes.len());
        // What matters is that both return at all, and with text that can be stored.
        for input in [&bytes[..], &bytes[..end]] {
            if let Ok(mail) = parse(input) {
                prop_assert!(mail.from.address.contains('@'));
            }
        }
    }
}
