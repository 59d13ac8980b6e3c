//! Promises in depth: goals, what they are about, where they pause, steps on the way, replies, and how urgent a case is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use support::Platform;

async fn promising(slas: Value) -> Platform {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["slas"] = slas;
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    platform
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

async fn now(platform: &Platform, case: &Value) -> Value {
    platform.get("anna", &path(case)).await.expect(200).body
}

fn sla<'a>(case: &'a Value, id: &str) -> &'a Value {
    let slas = case["slas"].as_array().unwrap();
    slas.iter().find(|sla| sla["id"].as_str().unwrap().split(':').next() == Some(id)).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn steps_act_once_on_the_way_to_the_deadline_and_past_it() {
    let platform = promising(json!([{"id": "answer", "name": "Answer", "target": "PT10H", "goal": "PT4H", "startOn": "created", "stopOn": "first-reply",
        "escalations": [
            {"at": 50, "then": [{"setPriority": 80}, {"notify": {"to": "queue", "template": "half"}}]},
            {"at": 120, "then": [{"addLabel": "late"}, {"startProcess": "site-visit"}]}
        ]}]))
    .await;
    let case = platform.new_case("Water").await;
    assert_eq!(sla(&case, "answer")["goalAt"], "2026-11-20T16:00:00.000Z");
    let urgency = case["urgency"].as_i64().unwrap();
    platform.clock.advance(SignedDuration::from_hours(5));
    let half = platform.until("anna", &path(&case), |case| case["priority"] == 80).await;
    assert_eq!((&sla(&half, "answer")["state"], &sla(&half, "answer")["escalated"]), (&json!("atRisk"), &json!(50)));
    assert!(half["urgency"].as_i64().unwrap() > urgency + 150, "{half}");
    platform.clock.advance(SignedDuration::from_hours(8));
    let late = platform.until("anna", &path(&case), |case| case["labels"] == json!(["late"])).await;
    assert_eq!(sla(&late, "answer")["state"], "breached");
    assert_eq!(sla(&late, "answer")["remainingWorking"], -3 * 3_600);
    platform.clock.advance(SignedDuration::from_hours(100));
    let timeline = format!("{}/timeline?kinds=sla-escalated,notified,labels-changed", path(&case));
    let told = platform.get("anna", &timeline).await.expect(200).body;
    let kinds: Vec<&str> =
        told["items"].as_array().unwrap().iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["labels-changed", "sla-escalated", "notified", "sla-escalated"]);
    assert_eq!(told["items"][1]["data"]["percent"], 120);
}

#[tokio::test]
async fn a_stage_a_process_and_a_task_have_promises_of_their_own() {
    let platform = promising(json!([
        {"id": "intake", "name": "Intake", "scope": {"stage": "intake"}, "target": "PT2H"},
        {"id": "handling", "name": "Handling", "scope": {"process": "claim-handling"}, "target": "P2D"},
        {"id": "papers", "name": "Papers", "scope": {"task": "check-papers"}, "target": "PT1H"}
    ]))
    .await;
    let case = platform.new_case("Water").await;
    assert_eq!((&sla(&case, "intake")["level"], &sla(&case, "intake")["of"]), (&json!("stage"), &json!("intake")));
    let at_work = platform.until("anna", &path(&case), |case| !sla(case, "papers").is_null()).await;
    assert_eq!(sla(&at_work, "papers")["level"], "task");
    assert_eq!(sla(&at_work, "handling")["of"], at_work["processInstances"][0]["id"]);
    platform.patch("anna", &path(&case), json!({"stage": "assessment"})).await.expect(200);
    let moved = now(&platform, &case).await;
    assert_eq!(sla(&moved, "intake")["state"], "met");
    let back = platform.patch("anna", &path(&case), json!({"stage": "intake"})).await.expect(200).body;
    assert_eq!(
        (&sla(&back, "intake")["state"], &sla(&back, "intake")["remainingWorking"]),
        (&json!("running"), &json!(7_200))
    );
    platform.patch("anna", &path(&case), json!({"status": "closed", "openWork": "cancel"})).await.expect(200);
    // What was cancelled is nobody's fault.
    let gone = |case: &Value| ["papers", "handling"].iter().all(|id| sla(case, id).is_null());
    let closed = platform.until("anna", &path(&case), gone).await;
    assert_eq!(sla(&closed, "intake")["pausedBy"]["kind"], "closed");
    assert_eq!(closed["urgency"], 0);
}

#[tokio::test]
async fn a_clock_pauses_by_stage_and_by_the_reason_that_was_given_and_says_why() {
    let platform =
        promising(json!([{"id": "r", "name": "Resolution", "target": "P5D", "startOn": "created", "stopOn": "closed",
        "pauseIn": ["stage:decision", "reason:Waiting for customer"]}]))
        .await;
    let case = platform.new_case("Water").await;
    let wait = |reason: &str| json!({"status": "waiting", "reason": reason});
    let other = platform.patch("anna", &path(&case), wait("Lunch")).await.expect(200).body;
    assert_eq!(sla(&other, "r")["state"], "running");
    platform.patch("anna", &path(&case), json!({"status": "open"})).await.expect(200);
    let paused = platform.patch("anna", &path(&case), wait("waiting for customer")).await.expect(200).body;
    assert_eq!(sla(&paused, "r")["pausedBy"], json!({"kind": "reason", "name": "waiting for customer"}));
    let open = platform.patch("anna", &path(&case), json!({"status": "open"})).await.expect(200).body;
    assert_eq!((&sla(&open, "r")["state"], &sla(&open, "r")["pausedBy"]), (&json!("running"), &Value::Null));
    let decision = platform.patch("anna", &path(&case), json!({"stage": "decision"})).await.expect(200).body;
    assert_eq!(sla(&decision, "r")["pausedBy"], json!({"kind": "stage", "name": "Decision"}));
}

#[tokio::test]
async fn what_was_kept_is_promised_anew_on_reopening_where_the_promise_says_so() {
    let policy = |id: &str, restart: Value| json!({"id": id, "name": id, "target": "P1D", "startOn": "created", "stopOn": "assigned", "restartOnReopen": restart});
    let platform = promising(json!([policy("again", json!(true)), policy("once", Value::Null)])).await;
    let case = platform.new_case("Water").await;
    let taken = platform.patch("anna", &path(&case), json!({"assignee": "me"})).await.expect(200).body;
    assert_eq!((&sla(&taken, "again")["state"], &sla(&taken, "once")["state"]), (&json!("met"), &json!("met")));
    platform.patch("anna", &path(&case), json!({"status": "closed", "openWork": "cancel"})).await.expect(200);
    let open = platform
        .patch("anna", &path(&case), json!({"status": "open", "reason": "It leaks again"}))
        .await
        .expect(200)
        .body;
    assert_eq!((&sla(&open, "again")["state"], &sla(&open, "once")["state"]), (&json!("running"), &json!("met")));
}

#[tokio::test]
async fn lists_are_sorted_by_urgency_and_what_is_wrong_with_a_promise_is_told() {
    let platform = promising(json!([])).await;
    for (title, priority) in [("low", 10), ("high", 90), ("usual", 50)] {
        let body = json!({"definition": "claim", "title": title, "priority": priority});
        platform.post("anna", "/api/v1/cases", body).await.expect(201);
    }
    let list = platform.get("anna", "/api/v1/cases?sort=-urgency").await.expect(200).body;
    let titles: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|case| case["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["high", "usual", "low"]);
    let mut wrong = support::claim_definition();
    wrong["slas"] = json!([
        {"id": "a", "name": "A", "target": "PT4H", "goal": "PT5H", "startOn": "created", "stopOn": "closed", "pauseIn": ["stage:nowhere"],
            "escalations": [{"at": 0, "then": [{"setQueue": "nowhere"}]}]},
        {"id": "b", "name": "B", "target": "PT4H", "scope": {"process": "nowhere"}, "startOn": "created"}
    ]);
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", wrong).await.expect(422);
    let expected = [
        "/slas/0/goal",
        "/slas/0/pauseIn",
        "/slas/0/escalations/0/at",
        "/slas/1/scope",
        "/slas/1/startOn",
        "/slas/0/escalations/0/then/0",
    ];
    assert_eq!(refused.pointers(), expected);
}
