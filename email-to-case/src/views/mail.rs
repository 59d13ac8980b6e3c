//! View `mail`: what lists and threading ask. View `mail-file`: which mail a file came with, or goes with. Derived from
//! entries alone.

use crate::domain::mail::{Content, Mail, MailEvent};
use casewright_contracts::views;
use casewright_journal::{Aggregate, Column, Entry, Projector, ViewSpec, ViewWrites};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tracing::error;

/// Name of the view and its group.
pub const MAIL: &str = views::MAIL;

/// Derives view `mail`.
pub struct MailView;

impl Projector for MailView {
    fn group(&self) -> &'static str {
        MAIL
    }

    fn version(&self) -> u32 {
        // Which mails wait, which are reports, what they answer, who queued them, their files, and which are in no case.
        4
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: MAIL,
                indexes: const {
                    &[
                        &[Column::named("caseId"), Column::named("at")],
                        &[Column::named("threadCaseId")],
                        &[Column::named("isAutomatic"), Column::named("at")],
                        &[Column::named("queuedBy"), Column::named("at")],
                        &[Column::named("state"), Column::named("at")],
                        &[Column::named("messageId")],
                        &[Column::named("nextAt")],
                        &[Column::named("waits")],
                        &[Column::named("isStranded"), Column::named("at")],
                    ]
                },
                full_text: const {
                    &[
                        Column::named("subject"),
                        Column::named("text"),
                        Column::named("fromAddress"),
                        Column::named("fromName"),
                    ]
                },
                echo: None,
            },
            ViewSpec {
                name: views::MAIL_FILE,
                indexes: const { &[&[Column::named("fileId")]] },
                full_text: &[],
                echo: None,
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
        let mut row = fields(&event, entry.meta.at);
        for (file, place) in files(&event) {
            let link = [("fileId".to_owned(), json!(file)), ("mailId".to_owned(), json!(id))];
            out.put(tenant, views::MAIL_FILE, &format!("{id}:{place}"), Map::from_iter(link));
        }
        if let MailEvent::MailQueued { .. } = event {
            row.insert("queuedBy".to_owned(), json!(entry.meta.actor));
        }
        if matches!(event, MailEvent::MailReceived { .. } | MailEvent::MailQueued { .. }) {
            row.insert("id".to_owned(), json!(id));
            row.insert("tenant".to_owned(), json!(tenant));
            out.put(tenant, MAIL, id, row);
        } else {
            out.patch(tenant, MAIL, id, row);
        }
    }
}

fn fields(event: &MailEvent, at: Timestamp) -> Map<String, Value> {
    let value = match event {
        MailEvent::MailReceived { mailbox, envelope_from, .. } => json!({
            "direction": "in", "state": "received", "at": millis(at), "mailbox": mailbox, "fromAddress": envelope_from,
            "fromName": envelope_from, "subject": "", "text": "", "messageId": null, "caseId": null, "threadCaseId": null, "problem": null,
            "hasAttachments": false, "nextAt": null, "isStranded": false,
        }),
        MailEvent::MailParsed { content, thread_case_id, .. } => {
            let mut row = described(content);
            row["threadCaseId"] = json!(thread_case_id);
            row["isAutoSubmitted"] = json!(content.is_auto_submitted);
            row["isReport"] = json!(content.is_report);
            row["waits"] = json!(false);
            row["state"] = json!("parsed");
            row["problem"] = Value::Null;
            row
        }
        MailEvent::ReadingBegun | MailEvent::ReadingEnded => json!({}),
        MailEvent::MailWaits { .. } => json!({"waits": true}),
        MailEvent::MailKept { .. } => json!({"state": "processed"}),
        MailEvent::MailUndeliverable { problem, .. } => {
            json!({"state": "undeliverable", "problem": problem, "waits": false})
        }
        MailEvent::MailReprocessed { .. } => json!({"state": "received", "problem": null, "isStranded": false}),
        MailEvent::ProcessStarted { .. } => json!({"state": "processed"}),
        MailEvent::MailStranded { .. } => json!({"isStranded": true}),
        MailEvent::MailLinked { case_id } => json!({"caseId": case_id, "isStranded": false}),
        MailEvent::MailUnlinked { .. } => json!({"caseId": null}),
        MailEvent::MailBounced { status, .. } => json!({"state": "bounced", "problem": status}),
        MailEvent::MailQueued { case_id, content, mailbox, recipients, is_automatic, .. } => {
            let mut row = described(content);
            row["recipients"] = json!(recipients);
            row["isAutomatic"] = json!(is_automatic);
            row["direction"] = json!("out");
            row["state"] = json!("queued");
            row["at"] = json!(millis(at));
            row["mailbox"] = json!(mailbox);
            row["caseId"] = json!(case_id);
            row["problem"] = Value::Null;
            row["nextAt"] = json!(millis(at));
            row
        }
        MailEvent::RecipientTaken { .. } | MailEvent::RecipientRefused { .. } | MailEvent::RecipientBounced { .. } => {
            json!({})
        }
        MailEvent::MailSent { .. } => json!({"state": "sent", "problem": null, "nextAt": null}),
        MailEvent::SendDelayed { problem, next_at, .. } => json!({"problem": problem, "nextAt": next_at}),
        MailEvent::SendFailed { problem } => json!({"state": "failed", "problem": problem, "nextAt": null}),
    };
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// The files of a mail, each with its place in it.
fn files(event: &MailEvent) -> Vec<(&str, &str)> {
    match event {
        MailEvent::MailReceived { raw_file_id, .. } => vec![(raw_file_id, "raw")],
        MailEvent::MailParsed { content, .. } | MailEvent::MailQueued { content, .. } => {
            content.attachments.iter().map(|file| (file.file_id.as_str(), file.id.as_str())).collect()
        }
        _ => Vec::new(),
    }
}

fn described(content: &Content) -> Value {
    json!({
        "messageId": content.message_id,
        "fromAddress": content.from.address,
        "fromName": content.from.name,
        "subject": content.subject,
        "text": content.text.chars().take(20_000).collect::<String>(),
        "hasAttachments": !content.attachments.is_empty(),
    })
}

fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}
