//! What arrives: over real SMTP into a real journal and the real file room, until its process runs.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_email_to_case::domain::mail::Mail;
use casewright_journal::TenantId;
use serde_json::{Value, json};
use std::path::Path;
use support::client::{Client, deliver};
use support::{AS_MANY_AS_IT_MAY, CASE, Room, config, mailbox, process, until};
use uuid::Uuid;

const CLAIMS: &str = "claims@harbor.example";
const CLARA: &str = "clara.weiss@customer.example";

fn example(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/claims/mails");
    std::fs::read(folder.join(format!("{name}.eml"))).unwrap()
}

async fn accepted(room: &Room, from: &str, to: &[&str], message: &[u8]) {
    let answer = deliver(&room.smtp, from, to, message).await;
    assert!(answer.starts_with("250 "), "{answer}");
}

fn from_clara(id: &str, fields: &str, text: &str) -> Vec<u8> {
    format!(
        "From: Clara <{CLARA}>\r\nTo: {CLAIMS}\r\nSubject: My claim\r\nMessage-ID: <{id}>\r\n{fields}\r\n{text}\r\n"
    )
    .into_bytes()
}

#[tokio::test]
async fn a_mail_is_durable_before_it_is_acknowledged() {
    let room = Room::open().await;
    let raw = example("03-pdf-attached");
    accepted(&room, CLARA, &[CLAIMS], &raw).await;
    let room = room.restart(config()).await;
    let mail = room.mail_when("processed", |mail| mail["state"] == "processed").await;
    assert_eq!(mail["attachments"][0]["name"], "police-report.pdf");
    assert_eq!(room.raw(mail["id"].as_str().unwrap()).await, raw, "byte for byte");
}

#[tokio::test]
async fn every_example_becomes_a_mail_whose_process_is_started_once() {
    let room = Room::open().await;
    let names = ["01-plain-text", "02-html-inline-image", "03-pdf-attached", "05-koi8-r", "06-lawyer"];
    for name in names {
        accepted(&room, CLARA, &[CLAIMS], &example(name)).await;
    }
    let mails = until("all are processed", || async {
        let mails = room.mails().await;
        (mails.len() == names.len() && mails.iter().all(|mail| mail["state"] == "processed")).then_some(mails)
    })
    .await;
    let mut started = room.starts.lock().unwrap().clone();
    let mut ids: Vec<&str> = mails.iter().map(|mail| mail["id"].as_str().unwrap()).collect();
    started.sort();
    ids.sort_unstable();
    assert_eq!(started, ids);
}

#[tokio::test]
async fn the_same_message_again_is_acknowledged_and_stays_one_mail() {
    let room = Room::open().await;
    let raw = example("01-plain-text");
    accepted(&room, CLARA, &[CLAIMS], &raw).await;
    let by_another_way = [b"Received: from relay.example\r\n".as_slice(), &raw].concat();
    accepted(&room, CLARA, &["claims+other@harbor.example"], &by_another_way).await;
    room.mail_when("processed", |mail| mail["state"] == "processed").await;
    assert_eq!(room.mails().await.len(), 1);
    assert_eq!(room.starts.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_message_to_two_organisations_is_a_mail_of_each() {
    let mut config = config();
    let other = "claims@bay.example";
    config.mailboxes.push(mailbox(other));
    config.mailboxes[1].tenant = "bay".to_owned();
    let room = Room::open_with(config).await;
    accepted(&room, CLARA, &[CLAIMS, other], &example("01-plain-text")).await;
    assert_eq!(room.mails().await.len(), 1);
    let bay = room.state.journal.tenant(&TenantId::new("bay"));
    let id = casewright_email_to_case::domain::mail::identity::of_received("bay", &example("01-plain-text"));
    let (mail, _) = bay.load::<Mail>(&id).await.unwrap().unwrap();
    assert_eq!(mail.envelope_to, [other]);
}

#[tokio::test]
async fn a_malformed_mail_is_kept_raw_and_can_be_processed_again() {
    let room = Room::open().await;
    let raw = example("07-malformed");
    accepted(&room, CLARA, &[CLAIMS], &raw).await;
    let mail = room.mail_when("undeliverable", |mail| mail["state"] == "undeliverable").await;
    let id = mail["id"].as_str().unwrap();
    assert!(mail["problem"].as_str().is_some_and(|problem| !problem.is_empty()));
    assert_eq!(room.raw(id).await, raw);
    let version = mail["version"].as_u64().unwrap();
    let (status, _) = room.call("POST", &format!("/api/v1/mails/{id}/reprocess"), None).await;
    assert_eq!(status, 202);
    // Processed again, begun to be read, found unreadable.
    let again = |mail: &Value| mail["state"] == "undeliverable" && mail["version"].as_u64() == Some(version + 3);
    room.mail_when("tried again", again).await;
    assert!(room.starts.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_mail_for_nobody_here_is_refused() {
    let room = Room::open().await;
    let mut client = Client::connect(&room.smtp).await;
    client.say("EHLO x").await;
    client.say(&format!("MAIL FROM:<{CLARA}>")).await;
    assert!(client.say("RCPT TO:<other@harbor.example>").await.starts_with("550 5.1.1"));
}

#[tokio::test]
async fn an_answer_finds_its_case_by_our_token_in_whatever_case_the_address_comes_back() {
    let room = Room::open().await;
    let token = room.state.tokens.mint(Uuid::parse_str(CASE).unwrap()).to_uppercase();
    accepted(&room, CLARA, &[&format!("claims+{token}@harbor.example")], &from_clara("a@x", "", "Yes")).await;
    let mail = room.mail_when("processed", |mail| mail["state"] == "processed").await;
    assert_eq!(mail["threadCaseId"], CASE);
    assert_eq!(mail["hasForgedToken"], false);
}

#[tokio::test]
async fn a_forged_token_opens_a_case_of_its_own_and_is_flagged() {
    let room = Room::open().await;
    let token = casewright_email_to_case::thread::Tokens::new(b"guessed").mint(Uuid::parse_str(CASE).unwrap());
    accepted(&room, CLARA, &[&format!("claims+{token}@harbor.example")], &from_clara("a@x", "", "Yes")).await;
    let mail = room.mail_when("processed", |mail| mail["state"] == "processed").await;
    assert_eq!(mail["threadCaseId"], Value::Null);
    assert_eq!(mail["hasForgedToken"], true);
}

#[tokio::test]
async fn a_known_message_id_threads_only_those_who_take_part() {
    let room = Room::open().await;
    accepted(&room, CLARA, &[CLAIMS], &from_clara("first@x", "", "Help")).await;
    let first = room.mail_when("processed", |mail| mail["state"] == "processed").await;
    room.link(first["id"].as_str().unwrap(), CASE).await;
    accepted(&room, CLARA, &[CLAIMS], &from_clara("second@x", "In-Reply-To: <first@x>\r\n", "More")).await;
    let stranger =
        b"From: eve@stranger.example\r\nMessage-ID: <third@y>\r\nIn-Reply-To: <first@x>\r\n\r\nLet me in\r\n";
    accepted(&room, "eve@stranger.example", &[CLAIMS], stranger).await;
    for (id, case) in [("second@x", json!(CASE)), ("third@y", Value::Null)] {
        let is_it = |mail: &Value| mail["messageId"] == id && mail["state"] == "processed";
        assert_eq!(room.mail_when(id, is_it).await["threadCaseId"], case, "{id}");
    }
}

#[tokio::test]
async fn mail_without_a_way_back_or_from_ourselves_counts_as_a_machines() {
    let room = Room::open().await;
    accepted(&room, "", &[CLAIMS], &from_clara("null@x", "", "x")).await;
    let own = format!("From: {CLAIMS}\r\nMessage-ID: <own@x>\r\n\r\nx\r\n");
    accepted(&room, CLAIMS, &[CLAIMS], own.as_bytes()).await;
    accepted(&room, CLARA, &[CLAIMS], &from_clara("person@x", "", "x")).await;
    for (id, is_machine) in [("null@x", true), ("own@x", true), ("person@x", false)] {
        let mail = room.mail_when(id, |mail| mail["messageId"] == id && mail["state"] == "processed").await;
        assert_eq!(mail["isAutoSubmitted"], is_machine, "{id}");
    }
}

#[tokio::test]
async fn a_mail_whose_process_ended_without_a_case_for_it_is_listed_where_people_look() {
    let room = Room::open().await;
    for id in ["lost@x", "found@x", "broken@x"] {
        let mail = if id == "broken@x" { example("07-malformed") } else { from_clara(id, "", "Water") };
        accepted(&room, CLARA, &[CLAIMS], &mail).await;
    }
    let processed = async |message_id: &str| {
        let mail = room.mail_when("processed", |m| m["messageId"] == message_id && m["state"] == "processed").await;
        mail["id"].as_str().unwrap().to_owned()
    };
    let (lost, found) = (processed("lost@x").await, processed("found@x").await);
    let broken = room.mail_when("unreadable", |mail| mail["state"] == "undeliverable").await["id"].clone();
    room.link(&found, CASE).await;
    for mail in [&lost, &found] {
        process::end(&room.state.journal, mail, mail).await;
    }
    let stranded = room.mail_when("stranded", |mail| mail["problemCode"] == "in-no-case").await;
    assert_eq!((&stranded["id"], &stranded["state"]), (&json!(lost), &json!("processed")));
    let attention = async || {
        let (status, page) = room.call("GET", "/api/v1/mails?attention=true&total=true", None).await;
        assert_eq!(status, 200, "{page}");
        let mut ids: Vec<Value> = page["items"].as_array().unwrap().iter().map(|mail| mail["id"].clone()).collect();
        assert_eq!(page["total"], ids.len());
        ids.sort_by_key(Value::to_string);
        ids
    };
    let mut both = vec![json!(lost), broken.clone()];
    both.sort_by_key(Value::to_string);
    assert_eq!(attention().await, both);
    // Somebody finds the case it belongs to.
    room.link(&lost, CASE).await;
    assert_eq!(attention().await, [broken]);
    assert!(room.mails().await.iter().all(|mail| mail["problemCode"] != "in-no-case"));
}

#[tokio::test]
async fn a_mail_whose_organisation_may_start_no_process_is_kept_and_its_process_starts_later() {
    let room = Room::open().await;
    *room.running.lock().unwrap() = AS_MANY_AS_IT_MAY;
    accepted(&room, CLARA, &[CLAIMS], &from_clara("held@customer.example", "", "It rained in.")).await;
    let mail = room.mail_when("parsed", |mail| mail["state"] == "parsed").await;
    let id = mail["id"].as_str().unwrap().to_owned();
    let tenant = TenantId::default();
    until("its process waits", || async {
        let (mail, _) = room.state.journal.tenant(&tenant).load::<Mail>(&id).await.unwrap().unwrap();
        mail.is_held_back.then_some(())
    })
    .await;
    assert!(room.starts.lock().unwrap().is_empty());
    // There is room again. A start looks at once, the room that runs on only after a while.
    *room.running.lock().unwrap() = 0;
    let room = room.restart(config()).await;
    room.mail_when("processed", |mail| mail["state"] == "processed").await;
    assert_eq!(*room.starts.lock().unwrap(), std::slice::from_ref(&id));
    let (mail, _) = room.state.journal.tenant(&tenant).load::<Mail>(&id).await.unwrap().unwrap();
    assert!(!mail.is_held_back);
}
