//! A mailbox on a real IMAP server is read as if its mail had been sent to us.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_email_to_case::EmailConfig;
use casewright_email_to_case::config::{Checks, ImapAccount, NameServer as Dns, Policy, Tls};
use casewright_email_to_case::domain::folder_cursor::{self, CursorEvent, FolderCursor};
use casewright_journal::{CommandContext, Decision, TenantId};
use casewright_service::config::Secret;
use casewright_testkit::NameServer;
use serde_json::{Value, json};
use std::convert::Infallible;
use support::client::deliver;
use support::greenmail::GreenMail;
use support::signed::Domain;
use support::{Room, config};
use uuid::Uuid;

/// Known to every GreenMail that xtask or this test starts.
const DESK: &str = "anna.meyer@harbor.example";

fn polling(server: &GreenMail) -> EmailConfig {
    let (host, port) = server.imap.split_once(':').unwrap();
    let account = ImapAccount {
        host: host.to_owned(),
        port: port.parse().unwrap(),
        tls: Tls::None,
        user: DESK.to_owned(),
        password: Secret::new("secret"),
        mailbox: "claims@harbor.example".to_owned(),
        poll_seconds: 1,
        ..ImapAccount::default()
    };
    EmailConfig { imap: vec![account], ..config() }
}

async fn arrives(server: &GreenMail, id: &str) {
    let message =
        format!("From: clara@customer.example\r\nTo: {DESK}\r\nSubject: {id}\r\nMessage-ID: <{id}@x>\r\n\r\nHello\r\n");
    assert!(deliver(&server.smtp, "clara@customer.example", &[DESK], message.as_bytes()).await.starts_with("250"));
}

async fn taken(room: &Room, id: &str) {
    let id = format!("{id}@x");
    room.mail_when(&id, |mail| mail["messageId"] == id && mail["state"] == "processed").await;
}

#[tokio::test]
async fn what_is_in_the_folder_and_what_comes_later_is_taken_once_also_after_a_restart() {
    let Some(server) = GreenMail::start().await else { return };
    let [before, connected, restarted] =
        ["before", "connected", "restarted"].map(|id| format!("{id}-{}", Uuid::new_v4()));
    arrives(&server, &before).await;
    let room = Room::open_with(polling(&server)).await;
    taken(&room, &before).await;
    arrives(&server, &connected).await;
    taken(&room, &connected).await;
    let mails = room.mails().await.len();
    let room = room.restart(polling(&server)).await;
    arrives(&server, &restarted).await;
    taken(&room, &restarted).await;
    assert_eq!(room.mails().await.len(), mails + 1);
}

#[tokio::test]
async fn a_folder_that_was_made_anew_is_read_again_without_taking_mails_twice() {
    let Some(server) = GreenMail::start().await else { return };
    let [first, second] = ["first", "second"].map(|id| format!("{id}-{}", Uuid::new_v4()));
    arrives(&server, &first).await;
    let config = polling(&server);
    let room = Room::open_with(config.clone()).await;
    taken(&room, &first).await;
    let mails = room.mails().await.len();
    // As if the server had numbered its messages anew: what we know of the folder is of another validity, and far ahead.
    let (id, context) = (
        folder_cursor::id_of(&config.imap[0]),
        CommandContext { actor: "system:test".into(), ..CommandContext::default() },
    );
    let ahead = CursorEvent::FolderRead { uid_validity: 1, uid: 4_000 };
    let journal = room.state.journal.tenant(&TenantId::default());
    let written = journal.execute::<FolderCursor, (), Infallible, _>(&id, context, move |_, _| {
        Ok(Decision { events: vec![ahead], answer: () })
    });
    written.await.unwrap();
    arrives(&server, &second).await;
    taken(&room, &second).await;
    assert_eq!(room.mails().await.len(), mails + 1);
}

#[tokio::test]
async fn what_the_mailboxs_own_server_found_is_believed_and_what_a_stranger_wrote_is_not() {
    let Some(server) = GreenMail::start().await else { return };
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "reject");
    let mut config = EmailConfig { dns: vec![Dns(dns.address)], authentication: Checks::default(), ..polling(&server) };
    config.imap[0].authserv_id = "mx.harbor.example".to_owned();
    config.mailboxes[0].authentication = Policy::Reject;
    let room = Room::open_with(config).await;
    let passed = "Authentication-Results: mx.harbor.example; spf=pass smtp.mailfrom=clara@bank.example\r\n";
    let failed = "Authentication-Results: mx.harbor.example; spf=fail smtp.mailfrom=bank.example; dkim=none\r\n";
    let others = "Authentication-Results: mx.evil.example; spf=pass smtp.mailfrom=bank.example\r\n";
    for (what, fields, spf, dmarc) in [
        ("passed", passed.to_owned(), json!("pass"), "pass"),
        // What a stranger wrote stands below what the server put on top.
        ("forged", format!("{failed}{passed}"), json!("fail"), "fail"),
        ("of others", others.to_owned(), Value::Null, "fail"),
        ("of nobody", String::new(), Value::Null, "fail"),
    ] {
        let id = format!("{}@x", Uuid::new_v4());
        let message = [fields.as_bytes(), &bank.mail(&id, "")].concat();
        assert!(deliver(&server.smtp, "clara@bank.example", &[DESK], &message).await.starts_with("250"));
        let mail = room.mail_when(what, |mail| mail["messageId"] == id.as_str() && mail["state"] == "processed").await;
        let found = &mail["authentication"];
        assert_eq!((&found["spf"]["result"], &found["dmarc"]["result"]), (&spf, &json!(dmarc)), "{what}: {found}");
        assert_eq!(mail["keptBecause"], if dmarc == "fail" { json!("unauthenticated") } else { Value::Null }, "{what}");
    }
}
