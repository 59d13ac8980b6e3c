//! How cases go: legal holds, retention by definition, erasure of a case and of a person with four eyes, and that a crash in the middle
//! and a repeat do no harm. What other rooms delete is noted by a stand-in; with the real rooms it is tested in the binary
//! (`casewright/tests/access/disposal.rs`).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::TenantId;
use casewright_testkit::people::{self, Person};
use casewright_testkit::until;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use support::Platform;

const PIA: Person = Person { id: "pia", name: "Pia Lang", role: "privacy-officer", groups: &[] };
const OLGA: Person = Person { id: "olga", name: "Olga Stern", role: "privacy-officer", groups: &[] };
const EMAIL: &str = "rita@example.org";

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", id(case))
}

async fn platform() -> Platform {
    let platform = Platform::open().await;
    people::register(&platform.access, &[PIA, OLGA]).await;
    define(&platform, "claim", Value::Null).await;
    platform
}

async fn define(platform: &Platform, key: &str, retention: Value) {
    let mut definition = support::claim_definition();
    definition["processes"] = json!([]);
    definition["slas"] = json!([]);
    if retention != Value::Null {
        definition["retention"] = retention;
    }
    platform.put("dana", &format!("/api/v1/case-definitions/{key}"), definition).await.expect(201);
}

async fn case_of(platform: &Platform, definition: &str, email: &str) -> Value {
    let body = json!({"definition": definition, "title": "Water", "requester": {"name": "Rita", "email": email}});
    platform.post("anna", "/api/v1/cases", body).await.expect(201).body
}

/// With a mail, a document and a comment.
async fn full(platform: &Platform, definition: &str, mail: &str) -> Value {
    let case = case_of(platform, definition, EMAIL).await;
    platform.mails.receive(mail, "The cellar", &[], id(&case)).await;
    platform.until("anna", &path(&case), |case| case["unreadMailCount"] == 1).await;
    let document = json!({"fileId": "ready-anna-1"});
    platform.post("anna", &format!("{}/documents", path(&case)), document).await.expect(201);
    platform.post("anna", &format!("{}/comments", path(&case)), json!({"body": "It is wet"})).await.expect(201);
    case
}

async fn close(platform: &Platform, case: &Value) -> Value {
    platform.post("anna", &format!("{}/close", path(case)), json!({})).await.expect(200).body
}

async fn is_gone(platform: &Platform, case: &Value) {
    until("the case is gone", || async { (platform.get("anna", &path(case)).await.status == 404).then_some(()) }).await;
}

/// Neither the log nor a view knows it.
async fn nothing_is_left(platform: &Platform, case: &Value) {
    let handle = platform.journal.tenant(&TenantId::default());
    until("the log has forgotten the case", || async {
        platform.journal.forget_now().await.unwrap();
        handle.entries("case", id(case), 0, 10).await.unwrap().is_empty().then_some(())
    })
    .await;
    for view in ["case", "case-file", "case-party", "case-process", "work-task"] {
        let rows = handle.query(&casewright_journal::Query::new(view, casewright_journal::Filter::All)).await.unwrap();
        let named: Vec<_> = rows
            .rows
            .iter()
            .filter(|(key, row)| key.contains(id(case)) || serde_json::to_string(row).unwrap().contains(id(case)))
            .collect();
        assert!(named.is_empty(), "{view}: {named:?}");
    }
}

async fn hold(platform: &Platform, case: &Value) -> Value {
    let reason = json!({"reason": "Lawsuit"});
    platform.post("ben", &format!("{}/holds", path(case)), reason).await.expect(201).body
}

async fn lift(platform: &Platform, case: &Value, hold: &Value, reason: &str) -> casewright_testkit::Answer {
    let path = format!("{}/holds/{}", path(case), id(hold));
    platform.send("pia", "DELETE", &path, &[], Some(json!({"reason": reason}))).await
}

async fn ask(platform: &Platform, who: &str, wish: Value) -> casewright_testkit::Answer {
    platform.post(who, "/api/v1/erasures", wish).await
}

async fn done(platform: &Platform, erasure: &Value) -> Value {
    platform.until("pia", &format!("/api/v1/erasures/{}", id(erasure)), |it| it["phase"] == "done").await
}

#[tokio::test]
async fn while_a_hold_stands_nothing_of_the_case_is_deleted() {
    let platform = platform().await;
    let case = full(&platform, "claim", "m-1").await;
    let comment =
        platform.post("anna", &format!("{}/comments", path(&case)), json!({"body": "Mine"})).await.expect(201);
    let task = platform.post("anna", &format!("{}/tasks", path(&case)), json!({"title": "Look"})).await.expect(201);
    platform.post("anna", &format!("{}/holds", path(&case)), json!({"reason": "Lawsuit"})).await.expect(403);
    let invalid = platform.post("ben", &format!("{}/holds", path(&case)), json!({"reason": " "})).await.expect(422);
    assert_eq!(invalid.pointers(), ["/reason"]);
    let held = hold(&platform, &case).await;
    assert_eq!((&held["holds"][0]["reason"], &held["holds"][0]["by"]["id"]), (&json!("Lawsuit"), &json!("ben")));
    let documents = platform.get("anna", &format!("{}/documents", path(&case))).await.expect(200).body;
    let things = [
        format!("documents/{}", id(&documents["items"][0])),
        format!("comments/{}", id(&comment.body)),
        format!("tasks/{}", id(&task.body)),
    ];
    for thing in &things {
        let refused = platform.send("anna", "DELETE", &format!("{}/{thing}", path(&case)), &[], None).await.expect(409);
        assert_eq!(refused.code(), "case-on-hold", "{thing}");
    }
    let closed =
        platform.post("anna", &format!("{}/close", path(&case)), json!({"openWork": "cancel"})).await.expect(200);
    assert_eq!(closed.body["disposeAt"], Value::Null);
    let refused = ask(&platform, "pia", json!({"caseId": case["number"], "reason": "Asked for"})).await.expect(409);
    assert_eq!(refused.code(), "case-on-hold");
    let found = platform.get("anna", "/api/v1/cases?hold=true").await.expect(200).body;
    assert_eq!((found["items"].as_array().unwrap().len(), &found["items"][0]["id"]), (1, &case["id"]));
    assert_eq!(platform.get("anna", "/api/v1/cases?hold=false").await.expect(200).body["items"], json!([]));
    lift(&platform, &case, &held["holds"][0], "").await.expect(422);
    let free = lift(&platform, &case, &held["holds"][0], "Settled").await.expect(200).body;
    assert_eq!(free["holds"], json!([]));
    lift(&platform, &case, &held["holds"][0], "Settled").await.expect(404);
    let told = platform.get("anna", &format!("{}/timeline?kinds=hold-placed,hold-lifted", path(&case))).await.body;
    let sentences: Vec<_> =
        told["items"].as_array().unwrap().iter().map(|item| item["summary"].as_str().unwrap()).collect();
    assert_eq!(sentences, ["Legal hold “Lawsuit” lifted: Settled", "Legal hold: Lawsuit"]);
    ask(&platform, "pia", json!({"caseId": case["number"], "reason": "Asked for"})).await.expect(201);
}

#[tokio::test]
async fn a_case_whose_time_is_over_is_deleted_and_a_certificate_remains() {
    let platform = platform().await;
    let mut wrong = support::claim_definition();
    wrong["retention"] = json!({"period": "for ever"});
    let refused = platform.put("dana", "/api/v1/case-definitions/kept", wrong).await.expect(422);
    assert_eq!(refused.pointers(), ["/retention/period"]);
    define(&platform, "kept", json!({"period": "P1D"})).await;
    let case = full(&platform, "kept", "m-1").await;
    let held = case_of(&platform, "kept", EMAIL).await;
    let open = case_of(&platform, "kept", EMAIL).await;
    let at = |of: &Value, name: &str| of[name].as_str().unwrap().parse::<Timestamp>().unwrap();
    let closed = close(&platform, &case).await;
    assert_eq!(at(&closed, "disposeAt"), at(&closed, "closedAt") + SignedDuration::from_hours(24));
    let reopened =
        platform.post("anna", &format!("{}/reopen", path(&case)), json!({"reason": "More"})).await.expect(200);
    assert_eq!(reopened.body["disposeAt"], Value::Null);
    close(&platform, &case).await;
    close(&platform, &held).await;
    let hold = hold(&platform, &held).await;
    let due = platform.get("anna", "/api/v1/cases?disposeBefore=2026-11-22T00:00:00Z").await.expect(200).body;
    assert_eq!(due["items"].as_array().unwrap().len(), 2);
    platform.clock.advance(SignedDuration::from_hours(25));
    is_gone(&platform, &case).await;
    nothing_is_left(&platform, &case).await;
    assert_eq!(platform.erasures.erased(), ["files/ready-anna-1", "mails/m-1"]);
    // Who is on hold, and who is open, was looked at with it.
    platform.get("anna", &path(&held)).await.expect(200);
    platform.get("anna", &path(&open)).await.expect(200);
    let list = platform.get("pia", "/api/v1/erasures").await.expect(200).body;
    let certificate = &list["items"][0];
    assert_eq!((list["items"].as_array().unwrap().len(), &certificate["cause"]), (1, &json!("policy")));
    assert_eq!((&certificate["phase"], &certificate["target"]["case"]["number"]), (&json!("done"), &case["number"]));
    let done = &certificate["cases"][0];
    assert_eq!((&done["definition"], &done["case"]["id"]), (&json!("kept"), &case["id"]));
    let removed = |name: &str| done["removed"][name].as_u64().unwrap();
    assert_eq!((removed("files"), removed("mails"), removed("notifications")), (1, 1, 2));
    assert_eq!(done["sha256"].as_str().unwrap().len(), 64);
    let text = list.to_string();
    assert!(["Water", "wet", "Rita", EMAIL].iter().all(|personal| !text.contains(personal)), "{text}");
    lift(&platform, &held, &hold["holds"][0], "Settled").await.expect(200);
    is_gone(&platform, &held).await;
    platform.get("anna", "/api/v1/erasures").await.expect(403);
}

#[tokio::test]
async fn nobody_erases_alone_and_what_may_not_go_is_said() {
    let platform = platform().await;
    let (closed, held) = (full(&platform, "claim", "m-1").await, case_of(&platform, "claim", "RITA@example.org").await);
    let (open, other) =
        (case_of(&platform, "claim", EMAIL).await, case_of(&platform, "claim", "max@example.org").await);
    close(&platform, &closed).await;
    close(&platform, &held).await;
    hold(&platform, &held).await;
    platform.get("anna", &format!("/api/v1/erasures/subject?email={EMAIL}")).await.expect(403);
    let found = platform.get("pia", &format!("/api/v1/erasures/subject?email={EMAIL}")).await.expect(200).body;
    let mut numbers: Vec<_> = found["cases"].as_array().unwrap().iter().map(|case| case["number"].clone()).collect();
    numbers.sort_by_key(Value::to_string);
    assert_eq!(numbers, [closed["number"].clone(), held["number"].clone(), open["number"].clone()]);
    let wish = json!({"email": EMAIL, "reason": "She asked for it"});
    ask(&platform, "anna", wish.clone()).await.expect(403);
    ask(&platform, "pia", json!({"reason": "x"})).await.expect(422);
    ask(&platform, "pia", json!({"email": "nobody", "reason": "x"})).await.expect(422);
    let refused = ask(&platform, "pia", json!({"caseId": open["id"], "reason": "x"})).await.expect(409);
    assert_eq!(refused.code(), "not-closed");
    let erasure = ask(&platform, "pia", wish.clone()).await.expect(201).body;
    assert_eq!((&erasure["email"], &erasure["phase"]), (&json!(EMAIL), &json!("requested")));
    let approve = format!("/api/v1/erasures/{}/approve", id(&erasure));
    let refused = platform.post("pia", &approve, json!({})).await.expect(403);
    assert_eq!(refused.code(), "four-eyes");
    platform.post("anna", &approve, json!({})).await.expect(403);
    platform.post("system:external-tasks", &approve, json!({})).await.expect(403);
    platform.post("olga", &approve, json!({})).await.expect(200);
    let certificate = done(&platform, &erasure).await;
    is_gone(&platform, &closed).await;
    nothing_is_left(&platform, &closed).await;
    assert_eq!(certificate["cases"][0]["case"]["number"], closed["number"]);
    let mut kept: Vec<_> = certificate["kept"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kept| (kept["case"]["number"].clone(), kept["what"].clone(), kept["because"].clone()))
        .collect();
    kept.sort_by_key(|kept| format!("{kept:?}"));
    let expected = [
        (held["number"].clone(), json!("case"), json!("on-hold")),
        (open["number"].clone(), json!("case"), json!("open")),
        (open["number"].clone(), json!("log-entries"), json!("open")),
    ];
    assert_eq!(kept, expected);
    let redacted = platform.get("anna", &path(&open)).await.expect(200).body;
    assert_eq!(redacted["requester"], json!({"name": "[erased]"}));
    assert_eq!(platform.get("anna", &path(&held)).await.expect(200).body["requester"]["name"], "Rita");
    assert_eq!(platform.get("anna", &path(&other)).await.expect(200).body["requester"]["name"], "Rita");
    // Whom it was about, and in what words it was asked for, is forgotten.
    let over = platform.until("pia", &format!("/api/v1/erasures/{}", id(&erasure)), |it| it["email"].is_null()).await;
    assert_eq!(over["reason"], Value::Null);
    let again = platform.post("olga", &approve, json!({})).await.expect(409);
    assert_eq!(again.code(), "already-decided");
    // Once more, there is nothing but what stays.
    let erasure = ask(&platform, "olga", wish).await.expect(201).body;
    platform.post("pia", &format!("/api/v1/erasures/{}/approve", id(&erasure)), json!({})).await.expect(200);
    let certificate = done(&platform, &erasure).await;
    assert_eq!((&certificate["cases"], certificate["kept"].as_array().unwrap().len()), (&json!([]), 1));
}

#[tokio::test]
async fn a_refused_erasure_changes_nothing() {
    let platform = platform().await;
    let case = full(&platform, "claim", "m-1").await;
    close(&platform, &case).await;
    let erasure = ask(&platform, "pia", json!({"caseId": case["id"], "reason": "Asked for"})).await.expect(201).body;
    let refuse = format!("/api/v1/erasures/{}/refuse", id(&erasure));
    let refused = platform.post("olga", &refuse, json!({})).await.expect(200).body;
    assert_eq!((&refused["phase"], &refused["decidedBy"]["id"]), (&json!("refused"), &json!("olga")));
    platform.post("pia", &format!("/api/v1/erasures/{}/approve", id(&erasure)), json!({})).await.expect(409);
    platform.get("anna", &path(&case)).await.expect(200);
}

#[tokio::test]
async fn an_erasure_that_a_crash_interrupts_goes_on_and_is_told_whole() {
    let platform = platform().await;
    let case = full(&platform, "claim", "m-1").await;
    close(&platform, &case).await;
    platform.erasures.set_out_of_order(true);
    let erasure = ask(&platform, "pia", json!({"caseId": case["id"], "reason": "Asked for"})).await.expect(201).body;
    platform.post("olga", &format!("/api/v1/erasures/{}/approve", id(&erasure)), json!({})).await.expect(200);
    let erasures = platform.erasures.clone();
    until("it has begun", || async { (erasures.refused() > 0).then_some(()) }).await;
    // What is going takes nothing any more, and is not held any more.
    let late = platform.post("ben", &format!("{}/holds", path(&case)), json!({"reason": "Late"})).await.expect(409);
    assert_eq!(late.code(), "case-being-deleted");
    let late = platform.post("anna", &format!("{}/comments", path(&case)), json!({"body": "Late"})).await.expect(409);
    assert_eq!(late.code(), "case-being-deleted");
    // The rooms are in order when it is opened again.
    let platform = platform.restart().await;
    let certificate = done(&platform, &erasure).await;
    is_gone(&platform, &case).await;
    nothing_is_left(&platform, &case).await;
    assert_eq!(platform.erasures.erased(), ["files/ready-anna-1", "mails/m-1"]);
    let removed = &certificate["cases"][0]["removed"];
    assert_eq!((&removed["files"], &removed["mails"]), (&json!(1), &json!(1)));
    let is_over = |it: &Value| it["reason"].is_null();
    let certificate = platform.until("pia", &format!("/api/v1/erasures/{}", id(&erasure)), is_over).await;
    let platform = platform.restart().await;
    let again = platform.get("pia", &format!("/api/v1/erasures/{}", id(&erasure))).await.expect(200).body;
    assert_eq!(again, certificate, "a restart after it changes nothing");
}
