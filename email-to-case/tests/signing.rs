//! What leaves is signed for its domain: sent over real SMTP, verified with the key that DNS has.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_email_to_case::EmailConfig;
use casewright_email_to_case::config::{Checks, NameServer as Dns, Policy, SigningKeyFile};
use casewright_testkit::NameServer;
use mail_auth::common::crypto::{RsaKey, Sha256};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::json;
use std::path::PathBuf;
use support::client::deliver;
use support::outside::Outside;
use support::{Room, config, mailbox, signed};

const CLARA: &str = "clara.weiss@customer.example";

/// Made for the tests, and used nowhere else.
fn key_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/authentication/signing-rsa.pem")
}

fn signing(outside: &Outside) -> EmailConfig {
    let key_file = key_file().to_string_lossy().into_owned();
    let key = SigningKeyFile { domain: "harbor.example".to_owned(), selector: "main".to_owned(), key_file };
    EmailConfig { relay: outside.relay(), dkim: [("harbor".to_owned(), key)].into(), ..config() }
}

/// The public half in DNS.
fn publish(dns: &NameServer) {
    use base64::Engine as _;
    let key = RsaKey::<Sha256>::from_key_der(PrivateKeyDer::from_pem_file(key_file()).unwrap()).unwrap();
    let public = base64::engine::general_purpose::STANDARD.encode(key.public_key());
    dns.say("main._domainkey.harbor.example", &format!("v=DKIM1; k=rsa; p={public}"));
    dns.say("_dmarc.harbor.example", "v=DMARC1; p=reject");
}

#[tokio::test]
async fn a_mail_of_a_case_passes_where_it_arrives_and_no_longer_when_it_is_changed() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = Room::open_with(signing(&outside)).await;
    let (id, _) = room.send(json!({"text": "Hello\n.\nRegards"})).await;
    room.mail_in(&id, "sent").await;
    let (_, message) = outside.messages().remove(0);

    let dns = NameServer::start().await;
    publish(&dns);
    let receiver = EmailConfig {
        mailboxes: vec![mailbox(CLARA)],
        dns: vec![Dns(dns.address)],
        authentication: Checks { relays: Vec::new(), ..Checks::default() },
        ..config()
    };
    let receiver = {
        let mut config = receiver;
        config.mailboxes[0].authentication = Policy::Reject;
        Room::open_with(config).await
    };
    let second_from = format!("From: ceo@harbor.example\r\n{message}");
    let changed = String::from_utf8(signed::changed(message.as_bytes())).unwrap();
    assert_ne!(changed, message);
    for (what, bytes) in [("a second From", second_from), ("another body", changed)] {
        let answer = deliver(&receiver.smtp, "claims@harbor.example", &[CLARA], bytes.as_bytes()).await;
        assert!(answer.starts_with("550 5.7.26 "), "{what}: {answer}");
    }
    let answer = deliver(&receiver.smtp, "claims@harbor.example", &[CLARA], message.as_bytes()).await;
    assert!(answer.starts_with("250 "), "{answer}");
    let mail = receiver.mail_when("it", |mail| mail["state"] == "processed").await;
    let found = &mail["authentication"];
    assert_eq!(found["dkim"], json!([{"result": "pass", "domain": "harbor.example", "selector": "main"}]));
    assert_eq!((&found["dmarc"]["result"], &found["dmarc"]["dkimAligned"]), (&json!("pass"), &json!(true)));
}
