//! Mail that waits for its time: it leaves then, once, unless somebody changes it or takes it back before.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_access::OnBehalfOf;
use casewright_email_to_case::{EmailConfig, message};
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::outside::Outside;
use support::{CASE, Room, config};

const CLARA: &str = "clara.weiss@customer.example";
const BEN: &str = "ben@customer.example";

fn config_of(outside: &Outside) -> EmailConfig {
    EmailConfig { relay: outside.relay(), ..config() }
}

fn outgoing(id: &str) -> String {
    format!("/api/v1/mails/outgoing/{id}")
}

fn body(text: &str, more: &Value) -> Value {
    let mut body = json!({"caseId": CASE, "to": [CLARA], "subject": "Your claim", "text": text});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// After so long, as RFC 3339.
fn in_hours(room: &Room, hours: i64) -> String {
    (room.state.journal.clock().now() + SignedDuration::from_hours(hours)).to_string()
}

#[tokio::test]
async fn a_mail_that_may_be_undone_waits_its_time_and_leaves_once_over_a_restart() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = Room::open_with(config_of(&outside)).await;
    let (id, state) = room.send(json!({"undo": true})).await;
    assert_eq!(state, "scheduled");
    let waits = room.mail_in(&id, "scheduled").await;
    assert!(waits["sendAt"].is_string(), "{waits}");
    let message_id = waits["messageId"].clone();
    let room = room.restart(config_of(&outside)).await;
    room.mail_in(&id, "scheduled").await;
    assert!(outside.messages().is_empty());
    room.clock.advance(SignedDuration::from_secs(11));
    let sent = room.mail_in(&id, "sent").await;
    assert_eq!((&sent["messageId"], &sent["sendAt"]), (&message_id, &Value::Null));
    let room = room.restart(config_of(&outside)).await;
    room.mail_in(&id, "sent").await;
    assert_eq!(outside.messages().len(), 1);
    let (status, problem) = room.call("DELETE", &format!("{}?case={CASE}", outgoing(&id)), None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("mail-not-scheduled")), "what has left is not taken back");
}

#[tokio::test]
async fn a_mail_that_was_taken_back_is_never_sent_and_stands_in_no_list() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = Room::open_with(config_of(&outside)).await;
    let (id, _) = room.send(json!({"sendAt": in_hours(&room, 2)})).await;
    let other = "0198a3f2-7b1c-7def-8123-456789abcd00";
    let (status, _) = room.call("DELETE", &format!("{}?case={other}", outgoing(&id)), None).await;
    assert_ne!(status, 204, "it is of another case");
    for _ in 0..2 {
        let (status, body) = room.call("DELETE", &format!("{}?case={CASE}", outgoing(&id)), None).await;
        assert_eq!(status, 204, "{body}");
    }
    assert!(room.mails().await.is_empty());
    let (_, found) = room.call("GET", "/api/v1/mails?state=cancelled", None).await;
    assert_eq!(found["items"][0]["id"], json!(id));
    room.clock.advance(SignedDuration::from_hours(3));
    let (next, _) = room.send(json!({"text": "The next one"})).await;
    let next = room.mail_in(&next, "sent").await;
    assert_eq!(next["inReplyTo"], Value::Null, "nothing answers what was never sent");
    assert_eq!(outside.messages().len(), 1);
    let (status, _) = room.call("PUT", &outgoing(&id), Some(body("Too late", &json!({})))).await;
    assert_eq!(status, 409);
}

#[tokio::test]
async fn a_scheduled_mail_is_changed_until_it_leaves_in_the_name_of_who_changed_it() {
    let outside = Outside::listen(&[CLARA, BEN]).await;
    let room = Room::open_with(config_of(&outside)).await;
    let (anna, ben) = (OnBehalfOf::new("anna", "Anna Meyer"), OnBehalfOf::new("ben", "Ben Roth"));
    let first = body("First", &json!({"sendAt": in_hours(&room, 2)}));
    let (status, queued) = room.call_for(&anna, "POST", "/api/v1/mails/outgoing", Some(first)).await;
    assert_eq!((status, &queued["state"]), (202, &json!("scheduled")), "{queued}");
    let id = queued["id"].as_str().unwrap();
    let second = body("Second", &json!({"sendAt": in_hours(&room, 5), "to": [BEN], "bcc": [CLARA]}));
    let (status, changed) = room.call_for(&ben, "PUT", &outgoing(id), Some(second)).await;
    assert_eq!((status, &changed["state"]), (200, &json!("scheduled")), "{changed}");
    room.clock.advance(SignedDuration::from_hours(3));
    let waits = room.mail_in(id, "scheduled").await;
    assert_eq!((&waits["text"], &waits["writtenBy"]), (&json!("Second"), &json!("ben")));
    // Without a time it leaves at once.
    let third = body("Third", &json!({"to": [BEN], "bcc": [CLARA]}));
    let (status, answer) = room.call_for(&ben, "PUT", &outgoing(id), Some(third)).await;
    assert_eq!(status, 200, "{answer}");
    let sent = room.mail_in(id, "sent").await;
    assert_eq!((&sent["bcc"], &sent["from"]["name"]), (&json!([CLARA]), &json!("Ben Roth (Claims)")));
    let to: Vec<String> = outside.messages().iter().flat_map(|(envelope, _)| envelope.to.clone()).collect();
    assert_eq!(to, [BEN, CLARA]);
    for (_, text) in outside.messages() {
        assert!(text.contains("Third") && !text.to_ascii_lowercase().contains("bcc"), "{text}");
        assert!(!text.contains(CLARA), "nobody learns of a hidden recipient: {text}");
    }
    let far = body("Far", &json!({"sendAt": in_hours(&room, 24 * 400)}));
    let (status, problem) = room.call("POST", "/api/v1/mails/outgoing", Some(far)).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/sendAt")));
}

#[tokio::test]
async fn a_mail_that_is_passed_on_answers_nothing_and_tells_no_message_ids() {
    let outside = Outside::listen(&[CLARA, BEN]).await;
    let room = Room::open_with(config_of(&outside)).await;
    let (id, _) = room.send(json!({})).await;
    let sent = room.mail_in(&id, "sent").await;
    let (forward, _) = room.send(json!({"to": [BEN], "subject": "", "forwardOf": id})).await;
    room.mail_in(&forward, "sent").await;
    let text = outside.messages().remove(1).1;
    let passed_on = message::parse(text.as_bytes()).unwrap();
    assert!(passed_on.subject.starts_with("Fwd: Your claim"), "{}", passed_on.subject);
    assert!(passed_on.in_reply_to.is_empty() && !text.contains("References"), "{text}");
    assert!(!text.contains(sent["messageId"].as_str().unwrap()));
    let both = body("x", &json!({"forwardOf": id, "inReplyTo": id}));
    let (status, problem) = room.call("POST", "/api/v1/mails/outgoing", Some(both)).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/forwardOf")));
}
