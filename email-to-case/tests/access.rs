//! Whose name a mail carries, and who sees the mails of a case that is restricted.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_access::OnBehalfOf;
use casewright_access::accounts::NewUser;
use casewright_email_to_case::config::Relay;
use casewright_journal::TenantId;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::client::deliver;
use support::outside::Outside;
use support::{CASE, Room, cases, config};

const CLARA: &str = "clara.weiss@customer.example";
const SECRET_CASE: &str = "0198a3f2-7b1c-7def-8123-00000000beef";

fn anna() -> OnBehalfOf {
    OnBehalfOf::new("anna", "Anna Meyer")
}

fn mail() -> Value {
    json!({"caseId": CASE, "to": [CLARA], "subject": "Your claim", "text": "We look into it."})
}

async fn room_with(relay: Relay) -> Room {
    let mut config = config();
    config.relay = relay;
    config.person_per_hour = 2;
    Room::open_with(config).await
}

async fn with_people(room: &Room) {
    for (id, groups) in [("anna", vec!["claims"]), ("carl", vec!["audit"])] {
        let user = NewUser {
            id: id.to_owned(),
            name: id.to_owned(),
            email: format!("{id}@harbor.example"),
            roles: vec!["case-worker".to_owned()],
            groups: groups.into_iter().map(str::to_owned).collect(),
        };
        let accounts = room.state.access.accounts();
        accounts.ensure_user(&TenantId::default(), "system:test", user).await.unwrap();
        accounts.set_password(&TenantId::default(), "system:test", id, support::PASSWORD).await.unwrap();
    }
}

/// Who queued a mail, as the journal has it.
async fn queued_by(room: &Room, id: &str) -> String {
    let entries = room.state.journal.tenant(&TenantId::default()).entries("mail", id, 0, 1).await.unwrap();
    entries[0].meta.actor.to_string()
}

#[tokio::test]
async fn a_mail_is_from_who_called_whatever_its_body_says() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let (status, queued) = room.call_for(&anna(), "POST", "/api/v1/mails/outgoing", Some(mail())).await;
    assert_eq!(status, 202, "{queued}");
    let id = queued["id"].as_str().unwrap();
    let sent = room.mail_in(id, "sent").await;
    assert_eq!(sent["from"]["name"], "Anna Meyer (Claims)");
    assert_eq!(queued_by(&room, id).await, "anna");
    assert!(sent["subject"].as_str().unwrap().contains("CLM-000042"), "the number is that of the case: {sent}");

    let (status, queued) = room.call("POST", "/api/v1/mails/outgoing", Some(mail())).await;
    assert_eq!(status, 202, "{queued}");
    let id = queued["id"].as_str().unwrap();
    assert_eq!(room.mail_in(id, "sent").await["from"]["name"], "Claims");
    assert_eq!(queued_by(&room, id).await, "system:case-api");

    for claim in [json!({"actor": "root"}), json!({"fromName": "Rita Admin"}), json!({"caseNumber": "CLM-1"})] {
        let mut forged = mail();
        forged.as_object_mut().unwrap().extend(claim.as_object().unwrap().clone());
        let (status, problem) = room.call_for(&anna(), "POST", "/api/v1/mails/outgoing", Some(forged)).await;
        assert_eq!(status, 400, "{problem}");
    }
    assert_eq!(room.mails().await.len(), 2);
}

#[tokio::test]
async fn people_write_from_a_case_that_is_there_and_answer_its_mails() {
    let room = Room::open().await;
    with_people(&room).await;
    let (status, _) = room.call_as("anna", "POST", "/api/v1/mails/outgoing", Some(mail())).await;
    assert_eq!(status, 403);

    let mut unknown = mail();
    unknown["caseId"] = json!("0198a3f2-7b1c-7def-8123-00000000dead");
    let (status, problem) = room.call_for(&anna(), "POST", "/api/v1/mails/outgoing", Some(unknown)).await;
    assert_eq!((status, problem["errors"][0]["code"].as_str()), (422, Some("unknown-case")));

    cases::open(&room.state.journal, SECRET_CASE, "SEC-1").await;
    let (other, _) = room.send(json!({"caseId": SECRET_CASE, "subject": "Secret"})).await;
    let mut answer = mail();
    answer["inReplyTo"] = json!(other);
    let (status, problem) = room.call_for(&anna(), "POST", "/api/v1/mails/outgoing", Some(answer)).await;
    assert_eq!((status, problem["errors"][0]["pointer"].as_str()), (422, Some("/inReplyTo")), "{problem}");
}

#[tokio::test]
async fn one_person_sends_so_many_mails_an_hour_and_no_more() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let ben = OnBehalfOf::new("ben", "Ben Okafor");
    let write = |caller: OnBehalfOf| {
        let room = &room;
        async move { room.call_for(&caller, "POST", "/api/v1/mails/outgoing", Some(mail())).await }
    };
    for _ in 0..2 {
        assert_eq!(write(anna()).await.0, 202);
    }
    let (status, problem) = write(anna()).await;
    assert_eq!((status, problem["code"].as_str()), (429, Some("too-many-requests")), "{problem}");
    assert_eq!(write(ben).await.0, 202, "somebody else may");
    assert_eq!(room.send(json!({})).await.1, "queued", "a process may");
    room.clock.advance(SignedDuration::from_mins(61));
    assert_eq!(write(anna()).await.0, 202, "an hour later");
}

#[tokio::test]
async fn the_mails_of_a_restricted_case_are_seen_as_the_case_is() {
    let room = Room::open().await;
    with_people(&room).await;
    cases::restrict(&room.state.journal, SECRET_CASE, "SEC-1", &["audit"]).await;
    let (free, _) = room.send(json!({"subject": "Open"})).await;
    let (sealed, _) = room.send(json!({"caseId": SECRET_CASE, "subject": "Sealed"})).await;
    // Not in the case yet, but an answer to what is.
    let sent = room.mail_when("queued", |mail| mail["id"] == sealed.as_str()).await;
    let message_id = sent["messageId"].as_str().unwrap();
    let raw = format!(
        "From: {CLARA}\r\nTo: claims@harbor.example\r\nMessage-ID: <a@x>\r\nIn-Reply-To: <{message_id}>\r\nSubject: Sealed too\r\n\r\nSealed\r\n"
    );
    assert!(deliver(&room.smtp, CLARA, &["claims@harbor.example"], raw.as_bytes()).await.starts_with("250 "));
    let answer = room.mail_when("understood", |mail| mail["threadCaseId"] == SECRET_CASE).await;
    let answer = answer["id"].as_str().unwrap().to_owned();

    let list = |user: &'static str, query: &'static str| {
        let room = &room;
        async move { room.call_as(user, "GET", &format!("/api/v1/mails?total=true{query}"), None).await.1 }
    };
    for (user, seen) in [("anna", 1), ("carl", 3)] {
        let page = list(user, "").await;
        assert_eq!((&page["total"], page["items"].as_array().unwrap().len()), (&json!(seen), seen), "{user}: {page}");
        assert_eq!(list(user, "&search=sealed").await["total"], json!(seen - 1), "{user}");
        let (status, _) = room.call_as(user, "GET", &format!("/api/v1/mails/{free}"), None).await;
        assert_eq!(status, 200);
        for id in [&sealed, &answer] {
            let (status, _) = room.call_as(user, "GET", &format!("/api/v1/mails/{id}"), None).await;
            assert_eq!(status, if user == "carl" { 200 } else { 404 }, "{user}");
        }
        let (status, _) = room.call_as(user, "GET", &format!("/api/v1/mails/{answer}/raw"), None).await;
        assert_eq!(status, if user == "carl" { 200 } else { 404 }, "{user}");
    }
    // The raw message is a file; whoever knows its id is no wiser.
    let raw = room
        .state
        .journal
        .tenant(&TenantId::default())
        .load::<casewright_email_to_case::domain::mail::Mail>(&answer)
        .await;
    let raw = raw.unwrap().unwrap().0.raw_file_id.clone().unwrap();
    for (user, status) in [("anna", 404), ("carl", 200)] {
        let path = format!("/api/v1/files/{raw}/download");
        assert_eq!(room.call_as(user, "GET", &path, None).await.0, status, "{user}");
    }
}
