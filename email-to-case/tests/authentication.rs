//! Of whom a mail is: over real SMTP, with a name server of the test's own.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_email_to_case::EmailConfig;
use casewright_email_to_case::config::{Checks, NameServer as Dns, Policy};
use casewright_testkit::NameServer;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use support::client::{Client, deliver};
use support::signed::{CLAIMS, Domain, changed};
use support::{CASE, Room, config};

/// The tests' connections come from this machine: it is no relay here.
async fn room(dns: &NameServer, change: impl FnOnce(&mut EmailConfig)) -> Room {
    let authentication = Checks { relays: Vec::new(), ..Checks::default() };
    let mut config = EmailConfig { dns: vec![Dns(dns.address)], authentication, ..config() };
    change(&mut config);
    Room::open_with(config).await
}

fn strict(policy: Policy) -> impl FnOnce(&mut EmailConfig) {
    move |config| config.mailboxes[0].authentication = policy
}

/// Messages that another implementation (dkimpy) signed and sealed, with a key whose private half nobody has kept.
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/authentication").join(name)).unwrap()
}

/// The provider's key, and what its domain asks for; the list's key.
fn publish_fixtures(dns: &NameServer) {
    let key = String::from_utf8(fixture("key.txt")).unwrap();
    dns.say("20260101._domainkey.customer.example", key.trim());
    dns.say("seal._domainkey.lists.example", key.trim());
    dns.say("_dmarc.customer.example", "v=DMARC1; p=reject");
}

async fn accepted(room: &Room, from: &str, message: &[u8]) {
    let answer = deliver(&room.smtp, from, &[CLAIMS], message).await;
    assert!(answer.starts_with("250 "), "{answer}");
}

/// What was found out about the only mail there is, once its process runs.
async fn found(room: &Room) -> Value {
    room.mail_when("processed", |mail| mail["state"] == "processed").await["authentication"].clone()
}

#[tokio::test]
async fn a_mail_that_its_domain_stands_by_says_so() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "reject");
    dns.say("bank.example", "v=spf1 ip4:127.0.0.1 -all");
    dns.say("customer.example", "v=spf1 -all");
    let room = room(&dns, strict(Policy::Reject)).await;
    accepted(&room, "clara@bank.example", &bank.signed(&bank.mail("a@x", ""))).await;
    let found = found(&room).await;
    assert_eq!(found["spf"], json!({"result": "pass", "domain": "bank.example", "selector": null}));
    assert_eq!(found["helo"]["result"], "fail", "the client greets with a name that is not its own: {found}");
    assert_eq!(found["dkim"], json!([{"result": "pass", "domain": "bank.example", "selector": "s1"}]));
    assert_eq!(found["arc"], json!({"result": "none", "domain": "", "vouches": false}));
    let stands_by = json!({"result": "pass", "domain": "bank.example", "policy": "reject", "spfAligned": true, "dkimAligned": true});
    assert_eq!(found["dmarc"], stands_by);
    assert_eq!(found["reportedBy"], Value::Null);
}

#[tokio::test]
async fn somebody_elses_from_fails_though_the_envelope_is_in_order_and_is_only_told_where_nothing_else_is_said() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "reject");
    dns.say("evil.example", "v=spf1 ip4:127.0.0.1 -all");
    let room = room(&dns, |_| {}).await;
    let pretended = "Authentication-Results: harbor.example; dmarc=pass header.from=bank.example\r\n";
    accepted(&room, "a@evil.example", &bank.mail("spoofed@x", pretended)).await;
    let found = found(&room).await;
    assert_eq!((&found["spf"]["result"], &found["spf"]["domain"]), (&json!("pass"), &json!("evil.example")));
    assert_eq!((&found["dmarc"]["result"], &found["dmarc"]["spfAligned"]), (&json!("fail"), &json!(false)));
    assert_eq!(room.starts.lock().unwrap().len(), 1);
    for (wanted, count) in [("fail", 1), ("pass", 0)] {
        let (status, page) = room.call("GET", &format!("/api/v1/mails?dmarc={wanted}"), None).await;
        assert_eq!((status, page["items"].as_array().map(Vec::len)), (200, Some(count)), "{page}");
    }
}

#[tokio::test]
async fn a_changed_body_breaks_the_signature_and_another_server_the_envelope() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "none");
    dns.say("bank.example", "v=spf1 ip4:192.0.2.1 ~all");
    let room = room(&dns, strict(Policy::Reject)).await;
    accepted(&room, "clara@bank.example", &changed(&bank.signed(&bank.mail("a@x", "")))).await;
    let found = found(&room).await;
    assert_eq!(found["spf"]["result"], "softfail");
    assert_eq!(found["dkim"][0]["result"], "fail");
    assert_eq!((&found["dmarc"]["result"], &found["dmarc"]["policy"]), (&json!("fail"), &json!("none")));
}

#[tokio::test]
async fn what_a_provider_signed_and_a_list_sealed_is_verified_as_it_was_written_by_others() {
    let dns = NameServer::start().await;
    publish_fixtures(&dns);
    let room = room(&dns, |_| {}).await;
    accepted(&room, "clara.weiss@customer.example", &fixture("provider.eml")).await;
    let sent = found(&room).await;
    assert_eq!(sent["dkim"], json!([{"result": "pass", "domain": "customer.example", "selector": "20260101"}]));
    assert_eq!((&sent["dmarc"]["result"], &sent["dmarc"]["dkimAligned"]), (&json!("pass"), &json!(true)));
    accepted(&room, "bounces@lists.example", &fixture("list.eml")).await;
    let listed =
        |mail: &Value| mail["state"] == "processed" && mail["subject"].as_str().unwrap().starts_with("[claims]");
    let found = room.mail_when("the list's mail", listed).await["authentication"].clone();
    assert_eq!(found["arc"], json!({"result": "pass", "domain": "lists.example", "vouches": false}));
    assert_eq!((&found["dkim"][0]["result"], &found["dmarc"]["result"]), (&json!("fail"), &json!("fail")));
}

#[tokio::test]
async fn a_seal_counts_where_the_sealer_is_believed() {
    let dns = NameServer::start().await;
    publish_fixtures(&dns);
    let strangers = room(&dns, strict(Policy::Reject)).await;
    let answer = deliver(&strangers.smtp, "bounces@lists.example", &[CLAIMS], &fixture("list.eml")).await;
    assert!(answer.starts_with("550 5.7.26 "), "{answer}");
    let believing = room(&dns, |config| {
        config.mailboxes[0].authentication = Policy::Reject;
        config.authentication.sealers = vec!["Lists.example".to_owned()];
    })
    .await;
    accepted(&believing, "bounces@lists.example", &fixture("list.eml")).await;
    let found = found(&believing).await;
    assert_eq!((&found["arc"]["vouches"], &found["dmarc"]["result"]), (&json!(true), &json!("fail")));
}

#[tokio::test]
async fn a_name_server_that_does_not_answer_costs_no_mail() {
    let dns = NameServer::silent().await;
    let bank = Domain::publish(&dns, "bank.example", "reject");
    let room = room(&dns, |config| {
        config.mailboxes[0].authentication = Policy::Reject;
        config.authentication.seconds = 4;
    })
    .await;
    accepted(&room, "clara@bank.example", &bank.signed(&bank.mail("a@x", ""))).await;
    let found = found(&room).await;
    for result in [&found["spf"]["result"], &found["dkim"][0]["result"], &found["dmarc"]["result"]] {
        assert_eq!(result, "temperror", "{found}");
    }
    assert_eq!(found["dmarc"]["domain"], "bank.example");
    // The others do not wait for what is known to be silent: not so much as one of them had waited before.
    let began = Instant::now();
    for id in ["b@x", "c@x", "d@x", "e@x", "f@x"] {
        accepted(&room, "clara@bank.example", &bank.signed(&bank.mail(id, ""))).await;
    }
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    room.mail_when("the last is processed", |mail| {
        let found = &mail["authentication"]["dmarc"];
        mail["messageId"] == "f@x" && mail["state"] == "processed" && found["result"] == "temperror"
    })
    .await;
}

#[tokio::test]
async fn a_strict_mailbox_refuses_what_the_domain_wants_refused_while_its_sender_is_there() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "reject");
    let room = room(&dns, strict(Policy::Reject)).await;
    let mut client = Client::connect(&room.smtp).await;
    client.begin("a@evil.example", &[CLAIMS]).await;
    let answer = client.message(&bank.mail("spoofed@x", "")).await;
    assert!(answer.starts_with("550 5.7.26 "), "{answer}");
    // The connection goes on, and nothing is left of the mail.
    client.begin("clara@bank.example", &[CLAIMS]).await;
    assert!(client.message(&bank.signed(&bank.mail("own@x", ""))).await.starts_with("250 "));
    assert_eq!(found(&room).await["dmarc"]["result"], "pass");
    assert_eq!(room.mails().await.len(), 1);
}

#[tokio::test]
async fn a_mail_in_quarantine_starts_nothing_until_a_person_lets_it_through() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "quarantine");
    let room = room(&dns, strict(Policy::Quarantine)).await;
    accepted(&room, "a@evil.example", &bank.mail("spoofed@x", "")).await;
    let kept = room.mail_when("kept", |mail| mail["keptBecause"] == "unauthenticated").await;
    assert_eq!((&kept["state"], &kept["problemCode"]), (&json!("processed"), &json!("unauthenticated")));
    assert!(room.starts.lock().unwrap().is_empty());
    let attention = || room.call("GET", "/api/v1/mails?attention=true", None);
    assert_eq!(attention().await.1["items"][0]["id"], kept["id"]);
    let id = kept["id"].as_str().unwrap();
    assert_eq!(room.call("POST", &format!("/api/v1/mails/{id}/reprocess"), None).await.0, 202);
    let released = |mail: &Value| mail["state"] == "processed" && mail["keptBecause"] == Value::Null;
    let released = room.mail_when("released", released).await;
    assert_eq!((&released["problem"], &released["authentication"]["dmarc"]["result"]), (&Value::Null, &json!("fail")));
    assert_eq!(room.starts.lock().unwrap().as_slice(), [id]);
    assert_eq!(attention().await.1["items"], json!([]));
}

#[tokio::test]
async fn who_has_several_authors_is_kept_back_as_nobody_can_be_asked() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "reject");
    let room = room(&dns, strict(Policy::Quarantine)).await;
    let two = String::from_utf8(bank.mail("two@x", "")).unwrap().replace("\r\nTo:", ", b@evil.example\r\nTo:");
    accepted(&room, "b@evil.example", two.as_bytes()).await;
    let kept = room.mail_when("kept", |mail| mail["keptBecause"] == "unauthenticated").await;
    assert_eq!(kept["authentication"]["dmarc"]["result"], "permerror");
}

#[tokio::test]
async fn in_a_strict_mailbox_a_disowned_mail_joins_a_case_by_our_token_only() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "none");
    let room = room(&dns, |config| config.mailboxes[0].strict_threads = true).await;
    accepted(&room, "clara@bank.example", &bank.signed(&bank.mail("first@x", ""))).await;
    let first = room.mail_when("the first", |mail| mail["state"] == "processed").await;
    room.link(first["id"].as_str().unwrap(), CASE).await;
    let answer = "In-Reply-To: <first@x>\r\n";
    let token = room.state.tokens.mint(CASE.parse().unwrap());
    let ours = format!("References: <m1.{token}@harbor.example>\r\n");
    for (id, fields, signed, case) in [
        ("spoofed@x", answer, false, Value::Null),
        ("signed@x", answer, true, json!(CASE)),
        ("token@x", ours.as_str(), false, json!(CASE)),
    ] {
        let mail = bank.mail(id, fields);
        accepted(&room, "clara@bank.example", &if signed { bank.signed(&mail) } else { mail }).await;
        let mail = room.mail_when(id, |mail| mail["messageId"] == id && mail["state"] == "processed").await;
        assert_eq!(mail["threadCaseId"], case, "{mail}");
    }
}

#[tokio::test]
async fn of_a_relay_of_ours_its_own_results_are_believed_and_the_topmost_only() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "reject");
    let room = room(&dns, |config| {
        config.mailboxes[0].authentication = Policy::Reject;
        config.authentication = Checks { authserv_id: "mx.harbor.example".to_owned(), ..Checks::default() };
    })
    .await;
    let with = |id: &str, fields: &str| [fields.as_bytes(), &bank.mail(id, "")].concat();
    let forged = "Authentication-Results: mx.harbor.example; spf=pass smtp.mailfrom=clara@bank.example\r\n";
    let passed = "Authentication-Results: MX.harbor.example 1; spf=pass (ok) smtp.mailfrom=clara@bank.example\r\n";
    let failed = "Authentication-Results: mx.harbor.example; spf=fail smtp.mailfrom=bank.example; dkim=none\r\n";
    let others = "Authentication-Results: mx.evil.example; spf=pass smtp.mailfrom=bank.example\r\n";
    for (id, fields, spf, dmarc) in [
        ("passed@x", passed.to_owned(), json!("pass"), "pass"),
        // No refusal: our relay would send it to whom the mail pretends to be of.
        ("forged@x", format!("{failed}{forged}"), json!("fail"), "fail"),
        ("others@x", others.to_owned(), Value::Null, "fail"),
    ] {
        accepted(&room, "clara@bank.example", &with(id, &fields)).await;
        let mail = room.mail_when(id, |mail| mail["messageId"] == id && mail["state"] == "processed").await;
        let found = &mail["authentication"];
        assert_eq!((&found["spf"]["result"], &found["dmarc"]["result"]), (&spf, &json!(dmarc)), "{id}: {found}");
        assert_eq!(mail["keptBecause"], if dmarc == "fail" { json!("unauthenticated") } else { Value::Null });
        let by = if spf.is_null() { Value::Null } else { json!("mx.harbor.example") };
        assert_eq!(found["reportedBy"], by);
    }
}

#[tokio::test]
async fn nothing_is_looked_at_where_there_is_no_time_for_it() {
    let dns = NameServer::start().await;
    let bank = Domain::publish(&dns, "bank.example", "reject");
    let room = room(&dns, |config| config.authentication.seconds = 0).await;
    accepted(&room, "a@evil.example", &bank.mail("a@x", "")).await;
    assert_eq!(found(&room).await, Value::Null);
    assert_eq!(dns.asked("_dmarc.bank.example"), 0);
}
