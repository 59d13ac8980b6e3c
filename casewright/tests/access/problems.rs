//! What an administrator mends: an entry that a consumer gave up, and mailboxes.

use crate::platform::{OTHER, Platform};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Files that nobody reaches, as when a disk is gone.
struct Away {
    folder: PathBuf,
}

impl Away {
    fn take(platform: &Platform) -> Self {
        let folder = platform.data().join("files");
        std::fs::rename(&folder, folder.with_extension("away")).unwrap();
        Self { folder }
    }

    fn bring_back(self) {
        std::fs::rename(self.folder.with_extension("away"), &self.folder).unwrap();
    }
}

/// Has a mail read again whose bytes are out of reach, until its reader gives up.
async fn given_up(platform: &Platform, mail: &str) -> (Value, Away) {
    let away = Away::take(platform);
    platform.post("root", &format!("/api/v1/mails/{mail}/reprocess"), json!({})).await.expect(202);
    (platform.first("root", "/api/v1/dead-letters?consumer=email-to-case", |it| it["aggregateId"] == mail).await, away)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_was_given_up_is_seen_tried_again_and_gone() {
    let platform = Platform::start().await;
    let message = "To: claims@harbor.example\r\nSubject: Nobody wrote this\r\nX-Other: 1\r\n\r\nHello.\r\n";
    platform.deliver("vera@customer.example", message.to_owned()).await;
    let mail = platform.first("root", "/api/v1/mails?state=undeliverable", |_| true).await;
    let mail = mail["id"].as_str().unwrap().to_owned();
    let (letter, away) = given_up(&platform, &mail).await;
    assert_eq!((&letter["consumer"], &letter["event"]), (&json!("email-to-case"), &json!("mail-reprocessed")));
    let path = format!("/api/v1/dead-letters/{}", letter["id"].as_str().unwrap());
    let seen = platform.get("root", &path).await.expect(200).body;
    assert_eq!(seen["payload"]["type"], "mail-reprocessed");

    // Of nobody else, and of no other organisation.
    for user in ["anna", "ben", "dana"] {
        platform.get(user, "/api/v1/dead-letters").await.expect(403);
        platform.get(user, &path).await.expect(403);
        platform.post(user, &format!("{path}/retry"), json!({})).await.expect(403);
    }
    assert_eq!(platform.get(OTHER, "/api/v1/dead-letters").await.expect(200).body["items"], json!([]));
    for step in ["", "/retry"] {
        let method = if step.is_empty() { "GET" } else { "POST" };
        platform.send(OTHER, method, &format!("{path}{step}"), &[], None).await.expect(404);
    }

    // Nothing is mended yet; then it is.
    let refused = platform.post("root", &format!("{path}/retry"), json!({})).await.expect(409).body;
    assert_eq!(refused["code"], "failed-again");
    let all = json!({"consumer": "email-to-case"});
    let tried = platform.post("root", "/api/v1/dead-letters/retry", all.clone()).await.expect(200).body;
    assert_eq!(tried, json!({"handled": 0, "failed": 1, "hasMore": false}));
    away.bring_back();
    platform.post("root", &format!("{path}/retry"), json!({})).await.expect(204);
    platform.get("root", &path).await.expect(404);
    platform.post("root", &format!("{path}/retry"), json!({})).await.expect(404);

    // Given up for good, with a word why.
    let (_, away) = given_up(&platform, &mail).await;
    away.bring_back();
    let path_of = |id: &Value| format!("/api/v1/dead-letters/{}/discard", id.as_str().unwrap());
    let letters = platform.get("root", "/api/v1/dead-letters?total=true").await.expect(200).body;
    assert_eq!(letters["total"], 1);
    let discard = path_of(&letters["items"][0]["id"]);
    platform.post("root", &discard, json!({"reason": " "})).await.expect(422);
    platform.post("root", &discard, json!({"reason": "a test of ours"})).await.expect(204);
    platform.post("root", &discard, json!({"reason": "again"})).await.expect(404);
    let tried = platform.post("root", "/api/v1/dead-letters/retry", all).await.expect(200).body;
    assert_eq!(tried, json!({"handled": 0, "failed": 0, "hasMore": false}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mailboxes_are_seen_by_those_who_look_after_them() {
    let platform = Platform::start().await;
    let page = platform.get("root", "/api/v1/mailboxes").await.expect(200).body;
    let mailbox = &page["items"][0];
    assert_eq!((&mailbox["address"], &mailbox["state"]), (&json!("claims@harbor.example"), &json!("working")));
    assert_eq!((&mailbox["isDeliveredHere"], &mailbox["accounts"]), (&json!(true), &json!([])));
    let check = |of: &str| format!("/api/v1/mailboxes/{of}/check");
    let refused = platform.post("root", &check("claims@harbor.example"), json!({})).await.expect(409).body;
    assert_eq!(refused["code"], "mailbox-not-fetched");
    platform.post("root", &check("nobody@harbor.example"), json!({})).await.expect(404);
    platform.get("ben", "/api/v1/mailboxes").await.expect(403);
    assert_eq!(platform.get(OTHER, "/api/v1/mailboxes").await.expect(200).body["items"], json!([]));
    platform.post(OTHER, &check("claims@harbor.example"), json!({})).await.expect(404);
}
