//! What strangers send to harm, by mistake or not: the mail and everything beside it go on.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_email_to_case::domain::mail::{Mail, MailEvent};
use casewright_journal::{CommandContext, Decision, TenantId};
use casewright_storage_api::follow::scan;
use casewright_testkit::clamd::{Clamd, StandIn, eicar};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::fmt::Write as _;
use support::client::deliver;
use support::{CASE, Room, config, free_address, until};

const CLAIMS: &str = "claims@harbor.example";
const EVE: &str = "eve@stranger.example";

async fn accepted(room: &Room, id: &str, rest: &str) {
    let raw = format!("From: Eve <{EVE}>\r\nTo: {CLAIMS}\r\nSubject: {id}\r\nMessage-ID: <{id}@x>\r\n{rest}\r\n");
    let answer = deliver(&room.smtp, EVE, &[CLAIMS], raw.as_bytes()).await;
    assert!(answer.starts_with("250 "), "{answer}");
}

async fn processed(room: &Room, id: &str) -> Value {
    room.mail_when(id, |mail| mail["subject"] == id && mail["state"] == "processed").await
}

async fn record(room: &Room, id: &str, events: Vec<MailEvent>) {
    let journal = room.state.journal.tenant(&TenantId::default());
    let recorded = journal.execute::<Mail, (), Infallible, _>(id, CommandContext::default(), move |_, _| {
        Ok(Decision { events: events.clone(), answer: () })
    });
    recorded.await.unwrap();
}

#[tokio::test]
async fn html_that_would_take_gigabytes_is_left_out_and_the_mail_goes_on_as_text() {
    let room = Room::open().await;
    let mut bomb = String::from("MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>Please help</p>");
    for n in 0..40_000 {
        write!(bomb, "<font color={n}><p>\r\n").unwrap();
    }
    for id in ["bomb-1", "bomb-2", "bomb-3", "bomb-4"] {
        accepted(&room, id, &bomb).await;
    }
    accepted(&room, "harmless", "Content-Type: text/html\r\n\r\n<p>Hello</p>").await;
    for id in ["bomb-1", "bomb-2", "bomb-3", "bomb-4"] {
        let mail = processed(&room, id).await;
        assert_eq!(mail["html"], Value::Null);
        assert_eq!(mail["leftOut"][0]["what"], "html");
        assert!(mail["text"].as_str().unwrap().contains("Please help"));
    }
    assert!(processed(&room, "harmless").await["html"].as_str().unwrap().contains("<p>Hello</p>"));
    assert_eq!(room.starts.lock().unwrap().len(), 5);
}

#[tokio::test]
async fn a_mail_that_was_begun_to_be_read_again_and_again_without_an_end_is_left_alone() {
    let room = Room::open().await;
    let raw = format!("From: {EVE}\r\nSubject: x\r\n\r\nx\r\n").into_bytes();
    let tenant = TenantId::default();
    let file =
        room.state.rooms.store_file(&tenant, "message.eml", "message/rfc822", raw.into(), "poison").await.unwrap();
    let received = MailEvent::MailReceived {
        mailbox: CLAIMS.to_owned(),
        process: "email-to-case".to_owned(),
        envelope_from: EVE.to_owned(),
        envelope_to: vec![CLAIMS.to_owned()],
        raw_file_id: file.id,
        size: 1,
        origin: None,
    };
    let begun = |count: usize| std::iter::once(received.clone()).chain(vec![MailEvent::ReadingBegun; count]).collect();
    record(&room, "unlucky", begun(4)).await;
    record(&room, "poison", begun(5)).await;
    let poison = room.mail_in("poison", "undeliverable").await;
    assert_eq!(poison["problemCode"], "reading-did-not-end");
    room.mail_in("unlucky", "processed").await;
    // Whoever knows better has it read again.
    assert_eq!(room.call("POST", "/api/v1/mails/poison/reprocess", None).await.0, 202);
    let mended = room.mail_in("poison", "processed").await;
    assert_eq!(mended["problemCode"], Value::Null);
}

/// As much as HTML may have: reading it takes a while.
fn long_to_read() -> String {
    let words = "<b>so</b> <i>it</i> goes\r\n".repeat(20_000);
    format!("MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>Please help</p>{words}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stops_the_platform_while_a_mail_is_read_has_it_read_by_the_next_start() {
    let mut room = Room::open().await;
    accepted(&room, "long", &long_to_read()).await;
    let id = room.mail_when("it is kept", |mail| mail["subject"] == "long" || mail["state"] == "received").await;
    let id = id["id"].as_str().unwrap().to_owned();
    // More often than a mail may be begun without an end, or an entry that ended the process.
    for _ in 0..10 {
        until("it is being read", || async {
            let loaded = room.state.journal.tenant(&TenantId::default()).load::<Mail>(&id).await.unwrap();
            loaded.filter(|(mail, _)| mail.readings > 0 || mail.content.is_some()).map(drop)
        })
        .await;
        room = room.restart(config()).await;
    }
    let mail = room.mail_in(&id, "processed").await;
    assert_eq!(mail["problemCode"], Value::Null);
    assert_eq!(room.starts.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_part_that_is_not_what_it_says_loses_neither_the_mail_nor_the_others() {
    let room = Room::open().await;
    let page = "<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table></body></html>";
    accepted(
        &room,
        "sheet",
        &format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
             Content-Type: multipart/related; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n\
             <p>Hello<img src=\"cid:pic1\"></p>\r\n--c\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <pic1>\r\n\
             Content-Disposition: inline; filename=logo.png\r\n\r\n{page}\r\n--c--\r\n--b\r\n\
             Content-Type: application/vnd.ms-excel; name=report.xls\r\nContent-Disposition: attachment; filename=report.xls\r\n\r\n\
             {page}\r\n--b\r\nContent-Type: text/plain; name=notes.txt\r\nContent-Disposition: attachment; filename=notes.txt\r\n\r\n\
             good\r\n--b--"
        ),
    )
    .await;
    let id = processed(&room, "sheet").await["id"].as_str().unwrap().to_owned();
    room.link(&id, CASE).await;
    let (status, mail) = room.call("GET", &format!("/api/v1/mails/{id}"), None).await;
    assert_eq!(status, 200, "{mail}");
    let states: Vec<(&str, &str)> = mail["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| (part["name"].as_str().unwrap(), part["state"].as_str().unwrap()))
        .collect();
    assert_eq!(states, [("logo.png", "quarantined"), ("report.xls", "quarantined"), ("notes.txt", "kept")]);
    assert!(mail["attachments"][1]["reason"].as_str().unwrap().contains("a web page"), "{mail}");
    assert!(!mail["html"].as_str().unwrap().contains("src="), "{mail}");
    assert_eq!(room.call("GET", &format!("/api/v1/mails?case={CASE}"), None).await.0, 200);
    let sheet = mail["attachments"][1]["fileId"].as_str().unwrap();
    assert_eq!(room.call("GET", &format!("/api/v1/files/{sheet}"), None).await.1["state"], "quarantined");
    // Not even for machines: they would hand it on.
    assert_eq!(room.call("GET", &format!("/api/v1/files/{sheet}/download"), None).await.0, 403);
    assert_eq!(room.starts.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_infected_mail_is_kept_and_neither_read_nor_handed_out() {
    let clamd = Clamd::start().await;
    let room = Room::open_scanned(&clamd.address).await;
    let virus = String::from_utf8(eicar()).unwrap();
    accepted(&room, "infected", &format!("\r\n{virus}")).await;
    let mail = room.mail_when("undeliverable", |mail| mail["state"] == "undeliverable").await;
    assert_eq!(mail["problemCode"], "infected", "{mail}");
    assert!(mail["problem"].as_str().unwrap().contains("Eicar"), "{mail}");
    let raw = format!("/api/v1/mails/{}/raw", mail["id"].as_str().unwrap());
    let (status, refused) = room.call("GET", &raw, None).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("file-infected")), "{refused}");
    assert!(room.starts.lock().unwrap().is_empty(), "no process begins with it");
}

#[tokio::test]
async fn a_mail_waits_for_a_scanner_that_is_not_there_and_goes_on_when_it_is() {
    let address = free_address();
    let room = Room::open_scanned(&address).await;
    accepted(&room, "waits", "\r\nHello").await;
    let mail = room.mail_when("kept", |mail| mail["state"] == "received").await;
    let raw = format!("/api/v1/mails/{}/raw", mail["id"].as_str().unwrap());
    let (status, refused) = room.call("GET", &raw, None).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("file-scanning")), "{refused}");
    let _scanner = StandIn::at(&address).await;
    assert_eq!(scan::round(&room.files).await.unwrap(), 1);
    room.mail_in(mail["id"].as_str().unwrap(), "processed").await;
}

#[tokio::test]
async fn a_picture_that_was_deleted_leaves_the_mail_readable_also_read_again() {
    let room = Room::open().await;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/claims/mails");
    let raw = std::fs::read(folder.join("02-html-inline-image.eml")).unwrap();
    assert!(deliver(&room.smtp, EVE, &[CLAIMS], &raw).await.starts_with("250 "));
    let mail = room.mail_when("processed", |mail| mail["state"] == "processed").await;
    let (id, version) = (mail["id"].as_str().unwrap(), mail["version"].as_u64().unwrap());
    let file = mail["attachments"][0]["fileId"].as_str().unwrap();
    assert_eq!(room.call("DELETE", &format!("/api/v1/files/{file}"), None).await.0, 204);
    assert_eq!(room.call("GET", &format!("/api/v1/mails/{id}"), None).await.0, 200);
    assert_eq!(room.call("POST", &format!("/api/v1/mails/{id}/reprocess"), None).await.0, 202);
    let again = |mail: &Value| mail["state"] == "processed" && mail["version"].as_u64().unwrap() > version + 1;
    let again = room.mail_when("read again", again).await;
    assert_eq!(again["attachments"][0]["state"], "rejected", "what was deleted stays so: {again}");
}

#[tokio::test]
async fn processing_again_mends_what_was_stored_and_starts_nothing_for_a_case_that_is_there() {
    let room = Room::open().await;
    accepted(&room, "=?gb2312?B?1tDOxA==?=", "Content-Type: text/plain; charset=gb2312\r\n\r\nx").await;
    let mail = processed(&room, "中文").await;
    let id = mail["id"].as_str().unwrap();
    room.link(id, CASE).await;
    let (stored, _) = room.state.journal.tenant(&TenantId::default()).load::<Mail>(id).await.unwrap().unwrap();
    let mut content = stored.content.clone().unwrap();
    content.subject = "????".to_owned();
    let before = MailEvent::MailParsed { content, thread_case_id: None, threaded_by: None, has_forged_token: false };
    record(&room, id, vec![before]).await;
    processed(&room, "????").await;
    assert_eq!(room.call("POST", &format!("/api/v1/mails/{id}/reprocess"), None).await.0, 202);
    let mended = processed(&room, "中文").await;
    assert_eq!(mended["caseId"], CASE);
    assert_eq!(room.starts.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_mail_that_became_no_case_becomes_one_when_it_is_processed_again() {
    let room = Room::open().await;
    accepted(&room, "lost", "\r\nx").await;
    let mail = processed(&room, "lost").await;
    let id = mail["id"].as_str().unwrap();
    assert_eq!(room.call("POST", &format!("/api/v1/mails/{id}/reprocess"), None).await.0, 202);
    let version = mail["version"].as_u64().unwrap();
    room.mail_when("again", |mail| mail["state"] == "processed" && mail["version"].as_u64() > Some(version)).await;
    assert_eq!(room.starts.lock().unwrap().len(), 2, "its process had ended without a case");
    let (id, _) = room.send(json!({})).await;
    let (status, problem) = room.call("POST", &format!("/api/v1/mails/{id}/reprocess"), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("mail-not-reprocessable")));
}

#[tokio::test]
async fn waiting_mail_goes_on_when_what_it_waited_for_is_over_also_after_a_restart() {
    let room = Room::open().await;
    accepted(&room, "first", "\r\nx").await;
    let first = processed(&room, "first").await["id"].as_str().unwrap().to_owned();
    *room.running.lock().unwrap() = 1;
    accepted(&room, "second", "In-Reply-To: <first@x>\r\n\r\nx").await;
    let waiting = room.mail_when("the second waits", |mail| mail["state"] == "received" && mail["version"] == 4).await;
    let room = room.restart(config()).await;
    room.link(&first, CASE).await;
    let second = room.mail_in(waiting["id"].as_str().unwrap(), "processed").await;
    assert_eq!(second["threadCaseId"], CASE);
    assert_eq!(second["version"], 8, "read once to know what it waits for, and once when that was over: {second}");
}
