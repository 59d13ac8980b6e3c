//! What leaves: over real SMTP to a relay that takes it, refuses it, or is out of order.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

mod support;

use casewright_email_to_case::config::Relay;
use casewright_email_to_case::message;
use jiff::SignedDuration;
use serde_json::{Value, json};
use support::client::deliver;
use support::greenmail::GreenMail;
use support::outside::Outside;
use support::{CASE, Room, cases, config, mailbox, until};

const CLARA: &str = "clara.weiss@customer.example";

async fn room_with(relay: Relay) -> Room {
    let mut config = config();
    config.relay = relay;
    config.send_attempts = 3;
    config.automatic_per_hour = 2;
    Room::open_with(config).await
}

fn automatic(number: usize) -> Value {
    json!({"automatic": true, "text": format!("Automatic mail {number}")})
}

#[tokio::test]
async fn an_answer_to_a_mail_of_ours_comes_home_to_its_case() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let (id, _) = room.send(json!({})).await;
    let sent = room.mail_in(&id, "sent").await;
    assert_eq!(sent["deliveries"][0]["state"], "sent");
    let (envelope, text) = outside.messages().remove(0);
    assert_eq!((envelope.from.as_str(), envelope.to.as_slice()), ("claims@harbor.example", &[CLARA.to_owned()][..]));
    assert!(!text.contains("Auto-Submitted"), "a person wrote it");
    let reply_to = message::parse(text.as_bytes()).unwrap().reply_to.unwrap().address;
    assert!(reply_to.split('@').next().unwrap().len() <= 64, "{reply_to}");
    let answer = format!("From: {CLARA}\r\nTo: {reply_to}\r\nMessage-ID: <answer@x>\r\n\r\nThank you\r\n");
    assert!(deliver(&room.smtp, CLARA, &[&reply_to], answer.as_bytes()).await.starts_with("250 "));
    let answer =
        room.mail_when("the answer", |mail| mail["messageId"] == "answer@x" && mail["state"] == "processed").await;
    assert_eq!(answer["threadCaseId"], CASE);
}

#[tokio::test]
async fn the_longest_mailbox_name_is_sent_from_and_answered_to() {
    let outside = Outside::listen(&[CLARA]).await;
    let mut config = config();
    config.mailboxes = vec![mailbox(&format!("{}@harbor.example", "m".repeat(18)))];
    config.relay = outside.relay();
    let room = Room::open_with(config).await;
    let (id, _) = room.send(json!({})).await;
    room.mail_in(&id, "sent").await;
    let reply_to = message::parse(outside.messages()[0].1.as_bytes()).unwrap().reply_to.unwrap().address;
    assert_eq!(reply_to.split('@').next().unwrap().len(), 64);
}

#[tokio::test]
async fn the_same_key_sends_one_mail() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let tenant = casewright_journal::TenantId::default();
    let request = json!({"caseId": CASE, "caseNumber": "CLM-1", "to": [CLARA], "text": "Hello"});
    let mut ids = Vec::new();
    for _ in 0..2 {
        let request = serde_json::from_value(request.clone()).unwrap();
        let queued = casewright_email_to_case::outgoing::compose::queue(&room.state, &tenant, request, "key").await;
        ids.push(queued.unwrap().mail_id);
    }
    assert_eq!(ids[0], ids[1]);
    room.mail_in(&ids[0], "sent").await;
    assert_eq!(outside.messages().len(), 1);
}

#[tokio::test]
async fn a_relay_that_is_out_of_order_is_asked_again_ever_later() {
    let outside = Outside::listen(&[CLARA]).await;
    outside.refuse(2);
    let room = room_with(outside.relay()).await;
    let (id, _) = room.send(json!({})).await;
    for pause in [10, 20] {
        room.mail_when("451", |mail| mail["problem"].as_str().is_some_and(|problem| problem.contains("451"))).await;
        let refusals = outside.memory.0.lock().unwrap().refusals_left;
        assert_eq!(refusals, if pause == 10 { 1 } else { 0 });
        room.clock.advance(SignedDuration::from_secs(pause + 1));
        if pause == 10 {
            until("the second refusal", || async {
                (outside.memory.0.lock().unwrap().refusals_left == 0).then_some(())
            })
            .await;
            room.mail_when("noted", |mail| mail["version"] == 3).await;
        }
    }
    let sent = room.mail_in(&id, "sent").await;
    assert_eq!(sent["problem"], Value::Null);
    assert_eq!(outside.messages().len(), 1);
}

#[tokio::test]
async fn a_mail_that_is_never_taken_is_given_up_after_the_last_attempt() {
    let outside = Outside::listen(&[CLARA]).await;
    outside.refuse(usize::MAX);
    let room = room_with(outside.relay()).await;
    let (id, _) = room.send(json!({})).await;
    for version in [2, 3] {
        room.mail_when("delayed", |mail| mail["version"] == version).await;
        room.clock.advance(SignedDuration::from_hours(1));
    }
    let failed = room.mail_in(&id, "failed").await;
    assert!(failed["problem"].as_str().unwrap().contains("451"), "{failed}");
}

#[tokio::test]
async fn a_recipient_refused_for_good_fails_at_once_and_keeps_the_mail_from_nobody_else() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let (id, _) = room.send(json!({"to": ["nobody@customer.example"]})).await;
    let failed = room.mail_in(&id, "failed").await;
    assert!(failed["problem"].as_str().unwrap().contains("550"), "{failed}");
    let (id, _) = room.send(json!({"to": ["nobody@customer.example", CLARA]})).await;
    let bounced = room.mail_in(&id, "bounced").await;
    assert_eq!(bounced["deliveries"][1]["state"], "sent");
    assert!(bounced["problem"].as_str().unwrap().starts_with("nobody@customer.example: "), "{bounced}");
    assert_eq!(outside.messages().len(), 1);
}

#[tokio::test]
async fn a_report_of_non_delivery_marks_our_mail_as_bounced_and_finds_the_case() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let (id, _) = room.send(json!({})).await;
    let sent = room.mail_in(&id, "sent").await;
    let report = |action: &str, status: &str| {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nSubject: {action}\r\nMessage-ID: <{action}@mx.example>\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
             Final-Recipient: rfc822; {CLARA}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{}>\r\n\r\n--b--\r\n",
            sent["messageId"].as_str().unwrap()
        )
    };
    let claims = &["claims@harbor.example"];
    assert!(deliver(&room.smtp, "", claims, report("delayed", "4.4.7").as_bytes()).await.starts_with("250 "));
    room.mail_when("the delay", |mail| mail["subject"] == "delayed" && mail["state"] == "processed").await;
    room.mail_in(&id, "sent").await;
    assert!(deliver(&room.smtp, "", claims, report("failed", "5.1.1").as_bytes()).await.starts_with("250 "));
    let bounced = room.mail_in(&id, "bounced").await;
    assert_eq!(bounced["caseId"], CASE);
    assert_eq!(bounced["deliveries"][0]["state"], "bounced");
    assert_eq!(bounced["deliveries"][0]["answer"], "5.1.1");
    let report = room.mail_when("processed", |mail| mail["subject"] == "failed" && mail["state"] == "processed").await;
    assert_eq!(report["threadCaseId"], CASE);
    assert_eq!(report["isAutoSubmitted"], true);
}

fn failure_report(id: &str, about: &Value, recipient: &str) -> Vec<u8> {
    format!(
        "From: MAILER-DAEMON@mx.example\r\nSubject: {id}\r\nMessage-ID: <{id}@mx.example>\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{}>\r\n\r\n--b--\r\n",
        about["messageId"].as_str().unwrap()
    )
    .into_bytes()
}

#[tokio::test]
async fn a_bounce_is_recorded_while_another_recipient_still_waits() {
    const BEN: &str = "ben@customer.example";
    let outside = Outside::listen(&[CLARA, BEN]).await;
    outside.memory.0.lock().unwrap().busy = Some(BEN.to_owned());
    let room = room_with(outside.relay()).await;
    let (id, _) = room.send(json!({"to": [CLARA, BEN]})).await;
    let is_half = |mail: &Value| mail["id"] == id.as_str() && mail["deliveries"][0]["state"] == "sent";
    let half = room.mail_when("handed over to one", is_half).await;
    assert_eq!(half["state"], "queued");
    let claims = &["claims@harbor.example"];
    // To one who is not served yet it cannot have come back: that report waits.
    deliver(&room.smtp, "", claims, &failure_report("early", &half, BEN)).await;
    deliver(&room.smtp, "", claims, &failure_report("report", &half, CLARA)).await;
    let done = |mail: &Value| mail["subject"] == "report" && mail["state"] == "processed";
    assert_eq!(room.mail_when("the report", done).await["threadCaseId"], CASE);
    let mail = room.mail_in(&id, "queued").await;
    assert_eq!(mail["deliveries"][0]["state"], "bounced", "{mail}");
    room.mail_when("early", |mail| mail["direction"] == "in" && mail["state"] == "received").await;
    outside.memory.0.lock().unwrap().busy = None;
    room.clock.advance(SignedDuration::from_hours(1));
    let bounced = room.mail_in(&id, "bounced").await;
    assert_eq!(bounced["deliveries"][0]["state"], "bounced");
    room.mail_when("early", |mail| mail["subject"] == "early" && mail["state"] == "processed").await;
    let states = |mail: &Value| mail["id"] == id.as_str() && mail["deliveries"][1]["state"] == "bounced";
    room.mail_when("it is about a recipient of ours", states).await;
    let to: Vec<String> = outside.messages().into_iter().flat_map(|(envelope, _)| envelope.to).collect();
    assert_eq!(to, [CLARA, BEN], "each once");
}

#[tokio::test]
async fn a_report_about_no_mail_of_a_case_is_kept_and_starts_nothing() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let claims = &["claims@harbor.example"];
    let notification = json!({"messageId": "notification.0198a3f2@harbor.example"});
    deliver(&room.smtp, "", claims, &failure_report("of-a-notification", &notification, "anna@harbor.example")).await;
    let mut in_words = b"Message-ID: <words@x>\r\nSubject: words\r\n".to_vec();
    in_words
        .extend_from_slice(b"From: MAILER-DAEMON@mx.example\r\n\r\nYour mail to anna@harbor.example came back.\r\n");
    deliver(&room.smtp, "", claims, &in_words).await;
    let away =
        b"From: anna@harbor.example\r\nMessage-ID: <away@x>\r\nSubject: away\r\nAuto-Submitted: auto-replied\r\n\
        In-Reply-To: <notification.0198a3f2@harbor.example>\r\n\r\nI am away\r\n";
    deliver(&room.smtp, "anna@harbor.example", claims, away).await;
    for (subject, because) in [("of-a-notification", "report"), ("words", "report"), ("away", "automatic-answer")] {
        let kept = room.mail_when(subject, |mail| mail["subject"] == subject && mail["state"] == "processed").await;
        assert_eq!(kept["keptBecause"], because, "{kept}");
        assert_eq!((&kept["isAutoSubmitted"], &kept["processInstanceId"]), (&json!(true), &Value::Null));
    }
    assert!(room.starts.lock().unwrap().is_empty());
    assert!(outside.messages().is_empty());
}

#[tokio::test]
async fn what_came_back_gets_no_automatic_mail_until_somebody_writes_from_there() {
    let outside = Outside::listen(&[CLARA, "ben@customer.example"]).await;
    let room = room_with(outside.relay()).await;
    let (id, _) = room.send(json!({})).await;
    let sent = room.mail_in(&id, "sent").await;
    deliver(&room.smtp, "", &["claims@harbor.example"], &failure_report("report", &sent, CLARA)).await;
    room.mail_in(&id, "bounced").await;
    let (stopped, state) = room.send(automatic(1)).await;
    assert_eq!(state, "failed");
    let stopped = room.mail_in(&stopped, "failed").await;
    assert!(stopped["problem"].as_str().unwrap().contains("came back"), "{stopped}");
    assert_eq!(
        room.send(json!({"automatic": true, "to": ["ben@customer.example"]})).await.1,
        "queued",
        "others get theirs"
    );
    room.clock.advance(SignedDuration::from_secs(1));
    let again = format!("From: {CLARA}\r\nMessage-ID: <again@x>\r\n\r\nIt works again\r\n");
    deliver(&room.smtp, CLARA, &["claims@harbor.example"], again.as_bytes()).await;
    let again = room.mail_when("again", |mail| mail["messageId"] == "again@x" && mail["state"] == "processed").await;
    room.link(again["id"].as_str().unwrap(), CASE).await;
    assert_eq!(room.send(automatic(2)).await.1, "queued");
}

#[tokio::test]
async fn a_report_in_words_about_a_case_stops_its_automatic_mails() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let token = room.state.tokens.mint(uuid::Uuid::parse_str(CASE).unwrap());
    let words = b"From: MAILER-DAEMON@mx.example\r\nMessage-ID: <words@x>\r\n\r\nIt came back.\r\n";
    deliver(&room.smtp, "", &[&format!("claims+{token}@harbor.example")], words).await;
    let words = room.mail_when("words", |mail| mail["messageId"] == "words@x" && mail["state"] == "processed").await;
    assert_eq!((&words["threadCaseId"], &words["keptBecause"]), (&json!(CASE), &Value::Null), "it joins its case");
    room.link(words["id"].as_str().unwrap(), CASE).await;
    assert_eq!(room.send(automatic(1)).await.1, "failed");
    assert_eq!(room.send(json!({})).await.1, "queued", "a person may write");
}

#[tokio::test]
async fn one_case_sends_so_many_automatic_mails_an_hour_to_whomever() {
    let outside = Outside::listen(&[CLARA, "ben@customer.example"]).await;
    let mut config = config();
    config.relay = outside.relay();
    config.automatic_per_case = 1;
    let room = Room::open_with(config).await;
    assert_eq!(room.send(automatic(1)).await.1, "queued");
    let (id, state) = room.send(json!({"automatic": true, "to": ["ben@customer.example"]})).await;
    assert_eq!(state, "failed");
    let stopped = room.mail_in(&id, "failed").await;
    assert!(stopped["problem"].as_str().unwrap().contains("automatic_per_case"), "{stopped}");
}

#[tokio::test]
async fn html_that_takes_too_much_is_refused_where_it_is_written() {
    let room = Room::open().await;
    let html: String = (0..2_000).map(|n| format!("<font color={n}><p>")).collect();
    let body = json!({"caseId": CASE, "to": [CLARA], "text": "Hello", "html": html});
    let (status, problem) = room.call("POST", "/api/v1/mails/outgoing", Some(body)).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/html")));
    assert_eq!(problem["errors"][0]["code"], "html-too-costly");
}

#[tokio::test]
async fn a_machine_is_not_answered_automatically_but_a_person_may() {
    let outside = Outside::listen(&[CLARA]).await;
    let room = room_with(outside.relay()).await;
    let away = format!("From: {CLARA}\r\nMessage-ID: <away@x>\r\nAuto-Submitted: auto-replied\r\n\r\nI am away\r\n");
    deliver(&room.smtp, CLARA, &["claims@harbor.example"], away.as_bytes()).await;
    let away = room.mail_when("processed", |mail| mail["messageId"] == "away@x" && mail["state"] == "processed").await;
    let away_id = away["id"].as_str().unwrap();
    room.link(away_id, CASE).await;
    cases::open(&room.state.journal, &uuid::Uuid::nil().to_string(), "CLM-000043").await;
    for changes in [automatic(1), json!({"automatic": true, "inReplyTo": away_id, "caseId": uuid::Uuid::nil()})] {
        let (id, state) = room.send(changes).await;
        assert_eq!(state, "failed");
        let stopped = room.mail_in(&id, "failed").await;
        assert!(stopped["problem"].as_str().unwrap().contains("RFC 3834"), "{stopped}");
    }
    let (id, _) = room.send(json!({"text": "A person writes"})).await;
    room.mail_in(&id, "sent").await;
    room.clock.advance(SignedDuration::from_mins(61));
    let (id, _) = room.send(automatic(2)).await;
    room.mail_in(&id, "sent").await;
    let texts: Vec<String> = outside.messages().into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts[0].contains("A person writes"));
    assert!(texts[1].contains("Auto-Submitted: auto-generated"), "{}", texts[1]);
}

#[tokio::test]
async fn one_address_gets_so_many_automatic_mails_an_hour_and_no_more() {
    let outside = Outside::listen(&[CLARA, "ben@customer.example"]).await;
    let room = room_with(outside.relay()).await;
    for number in 0..2 {
        assert_eq!(room.send(automatic(number)).await.1, "queued");
    }
    let (id, state) = room.send(automatic(3)).await;
    assert_eq!(state, "failed");
    let stopped = room.mail_in(&id, "failed").await;
    assert!(stopped["problem"].as_str().unwrap().contains("automatic_per_hour"), "{stopped}");
    assert_eq!(room.send(json!({"automatic": true, "to": ["ben@customer.example"]})).await.1, "queued");
    assert_eq!(room.send(json!({})).await.1, "queued", "a person may write");
    room.clock.advance(SignedDuration::from_mins(61));
    assert_eq!(room.send(automatic(4)).await.1, "queued", "an hour later");
    until("five mails", || async { (outside.messages().len() == 5).then_some(()) }).await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_by_its_field() {
    let room = Room::open().await;
    let body = json!({"caseId": "42", "to": ["claims@harbor.example", "nobody"], "text": " "});
    let (status, problem) = room.call("POST", "/api/v1/mails/outgoing", Some(body)).await;
    assert_eq!(status, 422);
    let errors = problem["errors"].as_array().unwrap();
    let pointers: Vec<&str> = errors.iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/caseId", "/to/0", "/to/1", "/text"]);
}

#[tokio::test]
async fn a_real_mail_server_takes_our_mail() {
    let Some(server) = GreenMail::start().await else { return };
    let (host, port) = server.smtp.split_once(':').unwrap();
    let relay = Relay { host: host.to_owned(), port: port.parse().unwrap(), ..Relay::default() };
    let room = room_with(relay).await;
    let (id, _) = room.send(json!({"html": "<p>We look into it.</p>"})).await;
    let sent = room.mail_in(&id, "sent").await;
    assert_eq!(sent["deliveries"][0]["state"], "sent");
}
