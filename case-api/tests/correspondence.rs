//! Writing to others: drafts that follow people and cases, signatures, notes on mails, and that nobody answers twice.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use std::sync::Arc;
use support::Platform;

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

fn mail(subject: &str, more: Value) -> Value {
    let mut mail = json!({"to": ["rita@example.org"], "subject": subject, "text": "Hello"});
    mail.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    mail
}

async fn drafts(platform: &Platform, user: &str, case: &Value) -> Vec<(String, String)> {
    let page = platform.get(user, &format!("{}/mail-drafts", path(case))).await.expect(200).body;
    let told = |draft: &Value| (draft["whose"].to_string(), draft["content"]["text"].to_string());
    page["items"].as_array().unwrap().iter().map(told).collect()
}

#[tokio::test]
async fn of_two_who_send_at_once_the_second_is_told_of_the_first() {
    let platform = Arc::new(Platform::open().await.with_claims().await);
    let case = platform.new_case("Hail").await;
    let (mails, seen) = (format!("{}/mails", path(&case)), case["version"].clone());
    platform.mails.hold(true);
    let first = tokio::spawn({
        let (platform, mails, seen) = (Arc::clone(&platform), mails.clone(), seen.clone());
        async move { platform.post("anna", &mails, mail("First", json!({"seen": seen}))).await }
    });
    platform.mails.until_sent(1).await;
    // Nothing is noted on the case yet, and nothing waits in the mail room.
    let refused = platform.post("ben", &mails, mail("Second", json!({"seen": seen}))).await.expect(409);
    assert_eq!(refused.code(), "newer-correspondence");
    let news = &refused.body["details"]["news"][0];
    assert_eq!((&news["kind"], &news["by"]), (&json!("mail-begun"), &json!("Anna Meyer")));
    platform.mails.hold(false);
    first.await.unwrap().expect(202);
    let refused = platform.post("ben", &mails, mail("Second", json!({"seen": seen}))).await.expect(409);
    assert_eq!(refused.body["details"]["news"][0]["kind"], "mail-sent");
    let known = json!({"seen": seen, "known": [refused.body["details"]["news"][0]["id"]]});
    platform.post("ben", &mails, mail("Second", known)).await.expect(202);
}

#[tokio::test]
async fn who_could_not_send_is_not_waited_for() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Hail").await;
    let (mails, seen) = (format!("{}/mails", path(&case)), case["version"].clone());
    assert!(platform.post("anna", &mails, mail("Refused", json!({"seen": seen}))).await.status >= 400);
    platform.post("ben", &mails, mail("Second", json!({"seen": seen}))).await.expect(202);
}

#[tokio::test]
async fn a_draft_follows_its_writer_and_a_shared_one_the_case() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Hail").await;
    let at = |whose: &str| format!("{}/mail-drafts/{whose}", path(&case));
    let text = |text: &str| json!({"content": {"to": "rita@exam", "text": text}});
    platform.put("anna", &at("mine"), text("Dear Rita")).await.expect(200);
    let own = |text: &str| ("\"mine\"".to_owned(), format!("\"{text}\""));
    let shared = |text: &str| ("\"shared\"".to_owned(), format!("\"{text}\""));
    assert_eq!(drafts(&platform, "anna", &case).await, [own("Dear Rita")]);
    assert_eq!(drafts(&platform, "ben", &case).await, []);
    let kept = platform.put("anna", &at("shared"), text("Dear Rita, we")).await.expect(200).body;
    assert_eq!((&kept["by"]["id"], &kept["content"]["to"]), (&json!("anna"), &json!("rita@exam")));
    assert_eq!(drafts(&platform, "anna", &case).await, [shared("Dear Rita, we")], "it is the shared one now");
    assert_eq!(drafts(&platform, "ben", &case).await, [shared("Dear Rita, we")]);
    // Who has not seen it does not write over it.
    let refused = platform.put("ben", &at("shared"), text("No")).await.expect(409);
    assert_eq!((refused.code(), &refused.body["details"]["draft"]["revision"]), ("draft-changed", &kept["revision"]));
    let mut seen = text("Dear Rita, we will");
    seen["revision"] = kept["revision"].clone();
    platform.put("ben", &at("shared"), seen).await.expect(200);
    // Gone when it is sent, whoever sends it.
    let sent = mail("Hail", json!({"draft": "shared"}));
    platform.post("anna", &format!("{}/mails", path(&case)), sent).await.expect(202);
    assert_eq!(drafts(&platform, "ben", &case).await, []);
    platform.put("anna", &at("mine"), text("Another")).await.expect(200);
    let refused = mail("Refused", json!({"draft": "mine"}));
    assert!(platform.post("anna", &format!("{}/mails", path(&case)), refused).await.status >= 400);
    assert_eq!(drafts(&platform, "anna", &case).await, [own("Another")], "what was not sent stays");
    platform.send("anna", "DELETE", &at("mine"), &[], None).await.expect(204);
    assert_eq!(drafts(&platform, "anna", &case).await, []);
    let long = platform.put("anna", &at("mine"), text(&"x".repeat(300_000))).await.expect(422);
    assert_eq!((long.code(), long.pointers()), ("invalid-mail-draft", vec!["/text"]));
}

#[tokio::test]
async fn files_of_a_draft_are_those_of_who_put_them_there_and_go_with_it_whoever_sends() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Hail").await;
    let at = format!("{}/mail-drafts/shared", path(&case));
    let with = |file: &str| {
        let file = json!({"id": file, "name": "a.pdf", "contentType": "application/pdf", "size": 1});
        json!({"content": {"text": "See there", "attachments": [file]}})
    };
    let refused = platform.put("anna", &at, with("ready-ben-1")).await.expect(422);
    assert_eq!((refused.code(), refused.pointers()), ("unknown-file", vec!["/content/attachments/0"]));
    platform.put("anna", &at, with("ready-anna-1")).await.expect(200);
    let mails = format!("{}/mails", path(&case));
    let sent = |more: Value| mail("Hail", more);
    platform.post("carl", &mails, sent(json!({"attachments": ["ready-anna-1"]}))).await.expect(422);
    platform.post("carl", &mails, sent(json!({"attachments": ["ready-anna-1"], "draft": "shared"}))).await.expect(202);
}

#[tokio::test]
async fn a_note_stands_below_a_mail_of_its_case() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Hail").await;
    platform.mails.receive("m-1", "The roof", &[], case["id"].as_str().unwrap()).await;
    platform.until("anna", &path(&case), |case| case["unreadMailCount"] == 1).await;
    let comments = format!("{}/comments", path(&case));
    let note = |mail: &str| json!({"body": "Call her back", "mailId": mail});
    let refused = platform.post("anna", &comments, note("m-2")).await.expect(422);
    assert_eq!(refused.pointers(), ["/mailId"]);
    platform.post("anna", &comments, note("m-1")).await.expect(201);
    let story = format!("{}/timeline?kinds=comment-added", path(&case));
    let story = platform.get("anna", &story).await.expect(200).body;
    assert_eq!(
        (&story["items"][0]["data"]["mailId"], &story["items"][0]["data"]["body"]),
        (&json!("m-1"), &json!("Call her back"))
    );
}

#[tokio::test]
async fn signatures_are_filled_in_for_the_mailbox_ones_own_first() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Hail").await;
    let signature = |name: &str, mailbox: Value, audience: &str| {
        let texts = json!({"en": format!("{{{{me.name}}}} ({name}), {{{{case.number}}}}"), "de": "Gruß"});
        json!({"name": name, "mailbox": mailbox, "audience": {"kind": audience}, "texts": texts})
    };
    let team = signature("Claims", json!("claims@harbor.example"), "everyone");
    platform.post("anna", "/api/v1/signatures", team.clone()).await.expect(403);
    platform.post("ben", "/api/v1/signatures", team).await.expect(201);
    platform.post("ben", "/api/v1/signatures", signature("Secret", Value::Null, "private")).await.expect(201);
    let own =
        platform.post("anna", "/api/v1/signatures", signature("Own", Value::Null, "private")).await.expect(201).body;
    let fitting = async |query: &str| {
        let page = platform.get("anna", &format!("{}/signatures{query}", path(&case))).await.expect(200).body;
        let text = |item: &Value| item["text"].as_str().unwrap().to_owned();
        page["items"].as_array().unwrap().iter().map(text).collect::<Vec<_>>()
    };
    let number = case["number"].as_str().unwrap();
    let (mine, teams) = (format!("Anna Meyer (Own), {number}"), format!("Anna Meyer (Claims), {number}"));
    assert_eq!(fitting("").await, std::slice::from_ref(&mine));
    assert_eq!(fitting("?mailbox=claims@harbor.example").await, [mine.clone(), teams]);
    assert_eq!(fitting("?language=de").await, ["Gruß"]);
    let one = format!("/api/v1/signatures/{}", own["id"].as_str().unwrap());
    platform.get("ben", &one).await.expect(404);
    let wrong = json!({"name": "Own", "texts": {"en": "{{me.nam}}"}});
    let refused = platform.put("anna", &one, wrong).await.expect(422);
    assert_eq!((refused.code(), refused.pointers()), ("invalid-signature", vec!["/texts/en"]));
    platform.send("anna", "DELETE", &one, &[], None).await.expect(204);
    assert_eq!(fitting("").await, Vec::<String>::new());
}
