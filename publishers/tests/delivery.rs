//! Notifications that leave the platform: mail over real SMTP, webhooks over real HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::http::HeaderMap;
use casewright_delivery::{Patience, SigningKeyFile};
use casewright_publishers::NotificationConfig;
use casewright_publishers::channel::NotificationSettings;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::smtp::MailServer;
use support::{Platform, Setup};

const INBOX: &str = "/api/v1/notifications";
const MACHINE: &str = "system:external-tasks";

/// The section of the configuration, as an operator writes it.
fn settings(section: Value) -> NotificationSettings {
    serde_json::from_value(section).unwrap()
}

fn with_mail(server: &MailServer, attempts: u32) -> Setup {
    let notifications = NotificationConfig {
        portal_url: "https://cases.harbor.example/".to_owned(),
        smtp: Some(server.config()),
        patience: Patience { attempts, first_pause: Duration::from_secs(60) },
        ..NotificationConfig::default()
    };
    Setup { notifications, ..Setup::default() }
}

async fn tell(platform: &Platform, to: Value, title: &str) {
    let body = json!({"to": to, "kind": "process", "title": title, "body": "Rain <b>& storm</b>", "link": "/cases/1", "key": title});
    platform.post(MACHINE, INBOX, body).await.expect(201);
}

/// How the delivery of anna's newest notification over a channel stands.
fn delivery<'a>(page: &'a Value, channel: &str) -> &'a Value {
    let all = page["items"][0]["deliveries"].as_array();
    all.into_iter().flatten().find(|delivery| delivery["channel"] == channel).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn a_mail_says_what_and_where_and_that_a_machine_wrote_it() {
    let server = MailServer::start().await;
    let platform = Platform::open_with(with_mail(&server, 3)).await;
    tell(&platform, json!({"user": "anna"}), "New claim").await;
    let page = platform.until("anna", INBOX, |page| delivery(page, "email")["state"] == "sent").await;
    assert_eq!(delivery(&page, "email")["answer"], "250 taken as 4711");

    let received = server.received();
    assert_eq!(received.len(), 1);
    let mail = &received[0];
    assert_eq!(mail.to, "anna@harbor.example");
    assert_eq!(mail.header("subject").unwrap(), "New claim");
    assert_eq!(mail.header("auto-submitted").unwrap(), "auto-generated");
    assert_eq!(mail.header("list-unsubscribe").unwrap(), "<https://cases.harbor.example/settings/notifications>");
    let id = page["items"][0]["id"].as_str().unwrap();
    assert_eq!(mail.header("message-id").unwrap(), format!("<notification.{id}@harbor.example>"));
    assert!(mail.text.contains("https://cases.harbor.example/cases/1"), "{}", mail.text);
    assert!(mail.text.contains("Rain &lt;b&gt;&amp; storm&lt;/b&gt;"), "{}", mail.text);
}

#[tokio::test]
async fn a_mail_is_signed_for_the_domain_it_is_of() {
    let server = MailServer::start().await;
    let mut setup = with_mail(&server, 3);
    let key_file =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../email-to-case/tests/fixtures/authentication/signing-rsa.pem");
    let (domain, selector, key_file) = ("harbor.example".to_owned(), "main".to_owned(), key_file.to_owned());
    let key = SigningKeyFile { domain, selector, key_file };
    setup.notifications.smtp.as_mut().unwrap().dkim = [("harbor".to_owned(), key)].into();
    let platform = Platform::open_with(setup).await;
    tell(&platform, json!({"user": "anna"}), "New claim").await;
    platform.until("anna", INBOX, |page| delivery(page, "email")["state"] == "sent").await;
    let signature =
        server.received()[0].header("dkim-signature").unwrap().replace([' ', '\t'], "").to_ascii_lowercase();
    assert!(signature.starts_with("v=1;a=rsa-sha256;s=main;d=harbor.example;"), "{signature}");
    let covered = signature.split(";h=").nth(1).unwrap().split(';').next().unwrap();
    for name in ["from", "to", "subject", "date", "message-id", "auto-submitted", "list-unsubscribe"] {
        assert!(covered.split(':').any(|field| field == name), "{name} is not signed: {covered}");
    }
    assert_eq!(covered.split(':').filter(|field| *field == "from").count(), 2, "a second From would break it");
}

#[tokio::test]
async fn an_address_outside_gets_a_mail_and_no_inbox() {
    let server = MailServer::start().await;
    let platform = Platform::open_with(with_mail(&server, 3)).await;
    let mut tab = platform.tab("anna", &["notifications"]).await;
    tell(&platform, json!({"email": "customer@out.example"}), "Your claim").await;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while server.received().is_empty() {
        assert!(tokio::time::Instant::now() < deadline, "no mail came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(server.received()[0].to, "customer@out.example");
    assert_eq!(platform.get("anna", INBOX).await.expect(200).body["items"], json!([]));
    assert_eq!(tab.said_until_pong().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_passing_refusal_is_tried_again_after_a_pause_with_the_very_same_mail() {
    let server = MailServer::start().await;
    server.answer_contents("451 the disk is full");
    let platform = Platform::open_with(with_mail(&server, 3)).await;
    tell(&platform, json!({"user": "anna"}), "New claim").await;
    let page = platform.until("anna", INBOX, |page| delivery(page, "email")["answer"].is_string()).await;
    assert_eq!(delivery(&page, "email")["state"], "queued");
    assert!(delivery(&page, "email")["answer"].as_str().unwrap().contains("the disk is full"), "{page}");
    assert_eq!(server.received().len(), 1, "not again before its pause is over");

    platform.clock.advance(SignedDuration::from_secs(61));
    platform.until("anna", INBOX, |page| delivery(page, "email")["state"] == "sent").await;
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].header("message-id"), received[1].header("message-id"));
}

#[tokio::test]
async fn a_final_refusal_is_not_tried_again_and_says_why() {
    let server = MailServer::start().await;
    server.answer_recipient("550 no such mailbox");
    let platform = Platform::open_with(with_mail(&server, 3)).await;
    tell(&platform, json!({"user": "anna"}), "New claim").await;
    let page = platform.until("anna", INBOX, |page| delivery(page, "email")["state"] == "failed").await;
    assert!(delivery(&page, "email")["answer"].as_str().unwrap().contains("no such mailbox"), "{page}");
    assert_eq!(delivery(&page, "in-app")["state"], "sent", "one channel does not hold up the other");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn after_the_last_attempt_a_delivery_has_failed() {
    let server = MailServer::start().await;
    server.answer_recipient("450 greylisted");
    server.answer_recipient("450 greylisted");
    let platform = Platform::open_with(with_mail(&server, 2)).await;
    tell(&platform, json!({"user": "anna"}), "New claim").await;
    platform.until("anna", INBOX, |page| delivery(page, "email")["answer"].is_string()).await;
    platform.clock.advance(SignedDuration::from_secs(61));
    let page = platform.until("anna", INBOX, |page| delivery(page, "email")["state"] == "failed").await;
    let answer = delivery(&page, "email")["answer"].as_str().unwrap();
    assert!(answer.starts_with("given up after 2 attempts") && answer.contains("greylisted"), "{answer}");
}

#[tokio::test]
async fn who_lost_access_while_the_mail_waited_gets_none() {
    let server = MailServer::start().await;
    server.answer_recipient("450 greylisted");
    let platform = Platform::open_with(with_mail(&server, 3)).await;
    let secret = platform.new_case("secret").await;
    platform.change(&secret, json!({"assignee": "carl"})).await;
    platform.until("carl", INBOX, |page| delivery(page, "email")["answer"].is_string()).await;
    platform.change(&secret, json!({"assignee": null})).await;
    platform.clock.advance(SignedDuration::from_secs(61));
    // His inbox no longer has it, for it follows its case: what became of the mail is in the row.
    let row = platform.row_until("notification", |row| row["deliveries"]["email"]["state"] == "suppressed").await;
    assert_eq!(row["user"], "carl");
    assert_eq!(platform.get("carl", INBOX).await.expect(200).body["items"], json!([]));
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_mail_that_is_not_wanted_is_not_written() {
    let server = MailServer::start().await;
    let platform = Platform::open_with(with_mail(&server, 3)).await;
    let quiet = json!({"kinds": {"process": {"email": false}}});
    platform.put("anna", "/api/v1/notification-preferences", quiet).await.expect(200);
    tell(&platform, json!({"group": "claims"}), "New claim").await;
    platform.until("ben", INBOX, |page| delivery(page, "email")["state"] == "sent").await;
    let page = platform.get("anna", INBOX).await.expect(200).body;
    assert_eq!(page["items"][0]["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(delivery(&page, "in-app")["state"], "sent");
    assert_eq!(server.received().iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ben@harbor.example"]);
}

type Posts = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A receiver of webhooks on a port of its own.
async fn receiver() -> (u16, Posts) {
    let posts = Posts::default();
    let taken = posts.clone();
    let take = async move |headers: HeaderMap, body: String| taken.lock().unwrap().push((headers, body));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = axum::Router::new().route("/hook", axum::routing::post(take));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (port, posts)
}

/// With webhooks, which may go into private networks or not.
async fn with_webhook(private_addresses: bool, url: &str) -> Platform {
    let settings = settings(json!({"webhook": {"secret": "shared", "private_addresses": private_addresses}}));
    let notifications = NotificationConfig { settings, ..NotificationConfig::default() };
    let platform = Platform::open_with(Setup { notifications, ..Setup::default() }).await;
    let preferences = json!({"webhookUrl": url, "kinds": {"process": {"webhook": true}}});
    platform.put("anna", "/api/v1/notification-preferences", preferences).await.expect(200);
    platform
}

#[tokio::test]
async fn a_webhook_is_signed_over_what_it_says() {
    let (port, posts) = receiver().await;
    let platform = with_webhook(true, &format!("http://127.0.0.1:{port}/hook")).await;
    tell(&platform, json!({"user": "anna"}), "New claim").await;
    let page = platform.until("anna", INBOX, |page| delivery(page, "webhook")["state"] == "sent").await;
    let (headers, body) = posts.lock().unwrap()[0].clone();
    assert_eq!(headers["casewright-delivery"].to_str().unwrap(), page["items"][0]["id"].as_str().unwrap());
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["title"], "New claim");

    let signature = headers["casewright-signature"].to_str().unwrap();
    let part = |name: &str| signature.split(',').find_map(|part| part.trim().strip_prefix(name)).unwrap().to_owned();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"shared").unwrap();
    mac.update(format!("{}.{}.{body}", part("t="), headers["casewright-delivery"].to_str().unwrap()).as_bytes());
    let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(part("v1="), expected);
}

#[tokio::test]
async fn a_webhook_into_our_own_network_is_refused_without_a_connection() {
    for scheme in ["http", "https"] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let platform = with_webhook(false, &format!("{scheme}://localhost:{port}/hook")).await;
        tell(&platform, json!({"user": "anna"}), "New claim").await;
        let page = platform.until("anna", INBOX, |page| delivery(page, "webhook")["state"] == "failed").await;
        let answer = delivery(&page, "webhook")["answer"].as_str().unwrap();
        assert!(answer.starts_with("the webhook is not allowed"), "{answer}");
        // Nobody has knocked: the listener has nothing to accept.
        assert!(futures::FutureExt::now_or_never(listener.accept()).is_none());
    }
}

/// Names of the channels that the API says there are.
async fn channels(platform: &Platform) -> Vec<String> {
    let page = platform.get("anna", "/api/v1/notification-channels").await.expect(200).body;
    page["items"].as_array().unwrap().iter().map(|item| support::text(&item["name"])).collect()
}

#[tokio::test]
async fn an_sms_goes_to_the_provider_as_it_is_configured() {
    let (port, posts) = receiver().await;
    let settings = settings(json!({"sms": {
        "url": format!("http://127.0.0.1:{port}/hook"), "authorization": "Bearer provider",
        "to_field": "recipient", "text_field": "message", "extra": {"from": "Harbor"},
    }}));
    let notifications = NotificationConfig {
        portal_url: "https://cases.harbor.example".to_owned(),
        settings,
        ..NotificationConfig::default()
    };
    let platform = Platform::open_with(Setup { notifications, ..Setup::default() }).await;
    assert_eq!(channels(&platform).await, ["in-app", "sms"]);
    let preferences = json!({"phone": "+4930123456", "kinds": {"process": {"sms": true}}});
    platform.put("anna", "/api/v1/notification-preferences", preferences).await.expect(200);
    tell(&platform, json!({"user": "anna"}), "New claim").await;
    let page = platform.until("anna", INBOX, |page| delivery(page, "sms")["state"] == "sent").await;
    let (headers, body) = posts.lock().unwrap()[0].clone();
    assert_eq!(headers["authorization"], "Bearer provider");
    assert_eq!(headers["idempotency-key"].to_str().unwrap(), page["items"][0]["id"].as_str().unwrap());
    let body: Value = serde_json::from_str(&body).unwrap();
    let text = "New claim https://cases.harbor.example/cases/1";
    assert_eq!(body, json!({"from": "Harbor", "recipient": "+4930123456", "message": text}));
}

#[tokio::test]
async fn a_channel_that_is_not_set_up_is_not_offered_and_not_taken() {
    let (port, _posts) = receiver().await;
    let url = format!("http://127.0.0.1:{port}/hook");
    let with = with_webhook(true, &url).await;
    assert_eq!(channels(&with).await, ["in-app", "webhook"]);

    let without = Platform::open().await;
    assert_eq!(channels(&without).await, ["in-app"]);
    for (wanted, pointer) in [
        (json!({"kinds": {"mention": {"sms": true}}}), "/kinds/mention/sms"),
        (json!({"kinds": {"a/b": {"webhook": true}}}), "/kinds/a~1b/webhook"),
        (json!({"kinds": {"mention": {"email": true}}}), "/kinds/mention/email"),
        (json!({"phone": "+4930123456"}), "/phone"),
        (json!({"webhookUrl": "https://hooks.example/x"}), "/webhookUrl"),
    ] {
        let refused = without.put("anna", "/api/v1/notification-preferences", wanted).await.expect(422).body;
        assert_eq!(
            (&refused["code"], &refused["errors"][0]["pointer"]),
            (&json!("channel-unavailable"), &json!(pointer))
        );
    }
    let quiet = json!({"kinds": {"mention": {"sms": false, "inApp": false}}});
    without.put("anna", "/api/v1/notification-preferences", quiet).await.expect(200);
}
