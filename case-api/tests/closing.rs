//! What becomes of open work when a case is closed: asked for, refused, cancelled for who closed it, once or twice, after a
//! crash as well; and the process that closes its own case.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

fn close(case: &Value) -> String {
    format!("{}/close", path(case))
}

/// A case with one process, and that with one task.
async fn at_work(platform: &Platform) -> Value {
    let case = platform.new_case("Water").await;
    platform.until("anna", &path(&case), |case| case["openTaskCount"] == 1).await
}

async fn ended(platform: &Platform, case: &Value) -> Value {
    let is_over = |case: &Value| case["openTaskCount"] == 0 && case["processInstances"][0]["state"] == "TERMINATED";
    platform.until("anna", &path(case), is_over).await
}

fn told(timeline: &Value) -> Vec<(&str, &str)> {
    let items = timeline["items"].as_array().unwrap().iter().rev();
    items.map(|item| (item["kind"].as_str().unwrap(), item["actor"]["id"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn a_case_with_open_work_is_not_closed_unless_somebody_says_what_becomes_of_it() {
    let platform = Platform::open().await.with_claims().await;
    let case = at_work(&platform).await;
    for (method, path, body) in [
        ("POST", close(&case), json!({})),
        ("POST", close(&case), json!({"openWork": "refuse"})),
        ("PATCH", path(&case), json!({"status": "closed"})),
    ] {
        let refused = platform.send("anna", method, &path, &[], Some(body)).await.expect(409);
        assert_eq!(refused.code(), "case-has-open-work");
        let details = &refused.body["details"];
        assert_eq!((&details["processes"], &details["tasks"]), (&json!(1), &json!(1)));
        assert_eq!(details["items"][0]["id"], case["processInstances"][0]["id"]);
        assert_eq!((&details["items"][0]["kind"], &details["items"][1]["kind"]), (&json!("process"), &json!("task")));
        assert_eq!(details["items"][1]["name"], "Check papers");
    }
    assert_eq!(platform.get("anna", &path(&case)).await.body["statusKind"], "open");
    platform.patch("anna", &path(&case), json!({"status": "waiting"})).await.expect(200);
    assert_eq!(platform.engine.deleted(), []);
}

#[tokio::test]
async fn what_is_cancelled_with_the_case_ends_in_the_engine_for_who_closed_it() {
    let platform = Platform::open().await.with_claims().await;
    let case = at_work(&platform).await;
    let body = json!({"openWork": "cancel", "reason": "Sent twice"});
    let closed = platform.post("anna", &close(&case), body.clone()).await.expect(200).body;
    assert_eq!((&closed["statusKind"], &closed["closeReason"]), (&json!("closed"), &json!("Sent twice")));
    ended(&platform, &case).await;
    let instance = case["processInstances"][0]["id"].as_str().unwrap().to_owned();
    let wanted = (instance, "case CLM-000001 was closed".to_owned(), "anna".to_owned());
    assert_eq!(platform.engine.deleted(), [wanted]);
    let kinds = "status-changed,open-work-cancelled,task-cancelled,process-ended";
    let timeline = platform.get("anna", &format!("{}/timeline?kinds={kinds}", path(&case))).await.body;
    let anna = |kind| (kind, "anna");
    assert_eq!(
        told(&timeline),
        [anna("status-changed"), anna("open-work-cancelled"), anna("task-cancelled"), anna("process-ended")]
    );
    assert_eq!(timeline["items"][2]["summary"], "Open work cancelled: Claim handling");
    // Closing again changes nothing.
    let version = platform.get("anna", &path(&case)).await.body["version"].clone();
    assert_eq!(platform.post("ben", &close(&case), body).await.expect(200).body["version"], version);
    assert_eq!(platform.get("anna", &path(&case)).await.body["closeReason"], "Sent twice");
}

#[tokio::test]
async fn an_answer_that_is_lost_and_a_crash_cancel_once_more_and_that_is_harmless() {
    let mut platform = Platform::open().await.with_claims().await;
    let (first, second) = (at_work(&platform).await, at_work(&platform).await);
    platform.engine.lose_answers(1);
    platform.patch("anna", &path(&first), json!({"status": "closed", "openWork": "cancel"})).await.expect(200);
    let over = ended(&platform, &first).await;
    assert_eq!(over["problem"], Value::Null);
    platform.stop_jobs().await;
    platform.post("ben", &close(&second), json!({"openWork": "cancel"})).await.expect(200);
    let waiting = platform.get("anna", &path(&second)).await.body;
    assert_eq!((&waiting["statusKind"], &waiting["openTaskCount"]), (&json!("closed"), &json!(1)));
    let platform = platform.restart().await;
    assert_eq!(ended(&platform, &second).await["problem"], Value::Null);
    assert_eq!(platform.engine.deleted().iter().filter(|(_, _, by)| by == "ben").count(), 1);
}

#[tokio::test]
async fn a_process_that_was_only_asked_for_never_starts_and_one_that_started_all_the_same_is_cancelled() {
    let mut platform = Platform::open().await.with_claims().await;
    platform.stop_jobs().await;
    let (quiet, late) = (platform.new_case("Quiet").await, platform.new_case("Late").await);
    for case in [&quiet, &late] {
        let closed = platform.post("anna", &close(case), json!({"openWork": "cancel"})).await.expect(200).body;
        assert_eq!(closed["processInstances"][0]["state"], "TERMINATED");
    }
    // The starter was in the engine already when the case was closed, and did not come back from there.
    let root = platform.engine.start_alone(late["number"].as_str().unwrap(), "claim-handling").await;
    platform.start_jobs();
    let last = at_work(&platform).await;
    assert_eq!(last["title"], "Water");
    platform.until("anna", &path(&late), |case| case["processInstances"][0]["id"] == root.as_str()).await;
    ended(&platform, &late).await;
    assert_eq!(platform.engine.deleted(), [(root, "case CLM-000002 was closed".to_owned(), "anna".to_owned())]);
    assert!(platform.engine.starts().iter().all(|(number, _)| quiet["number"] != number.as_str()));
}

#[tokio::test]
async fn a_process_closes_its_own_case_and_goes_on_while_others_end() {
    let platform = Platform::open().await.with_claims().await;
    let case = at_work(&platform).await;
    let own = case["processInstances"][0]["id"].clone();
    platform.post("anna", &close(&case), json!({"process": own})).await.expect(403);
    let worker = "system:external-tasks";
    // Alone it is no open work.
    platform.post(worker, &close(&case), json!({"process": own})).await.expect(200);
    platform.patch("anna", &path(&case), json!({"status": "open", "reason": "Not yet"})).await.expect(200);
    let visit = platform.post("anna", &format!("{}/processes", path(&case)), json!({"key": "site-visit"})).await;
    let visit = visit.expect(201).body["id"].as_str().unwrap().to_owned();
    platform.until("anna", &path(&case), |case| case["openTaskCount"] == 2).await;
    let refused = platform.post(worker, &close(&case), json!({"process": own})).await.expect(409);
    assert_eq!(refused.body["details"]["processes"], 1);
    assert_eq!(refused.body["details"]["tasks"], 1);
    platform.post(worker, &close(&case), json!({"process": own, "openWork": "cancel"})).await.expect(200);
    platform.until("anna", &path(&case), |case| case["openTaskCount"] == 1).await;
    assert_eq!(platform.engine.deleted().iter().map(|(id, ..)| id.clone()).collect::<Vec<_>>(), [visit]);
    assert_eq!(platform.get("anna", &path(&case)).await.body["processInstances"][0]["state"], "ACTIVE");
}

#[tokio::test]
async fn a_rule_that_closes_cancels_and_what_the_same_decision_starts_runs() {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["processes"][1] =
        json!({"key": "site-visit", "name": "Farewell", "start": "on-stage", "stage": "decision"});
    definition["rules"] = json!([{"id": "over", "on": "labels-changed",
        "then": [{"setStage": "decision"}, {"setStatus": "closed"}]}]);
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    let case = at_work(&platform).await;
    platform.patch("anna", &path(&case), json!({"labels": ["over"]})).await.expect(200);
    let closed = platform
        .until("anna", &path(&case), |case| {
            case["processInstances"][0]["state"] == "TERMINATED" && case["processInstances"][1]["state"] == "ACTIVE"
        })
        .await;
    assert_eq!((&closed["statusKind"], &closed["stage"]), (&json!("closed"), &json!("decision")));
    assert_eq!(platform.engine.deleted()[0].2, "system:rules");
}

#[tokio::test]
async fn only_a_status_that_closes_closes() {
    let platform = Platform::open().await.with_claims().await;
    let case = at_work(&platform).await;
    for (body, pointer) in [
        (json!({"status": "waiting"}), "/status"),
        (json!({"status": "nowhere"}), "/status"),
        (json!({"reason": "x".repeat(2_001)}), "/reason"),
    ] {
        assert_eq!(platform.post("anna", &close(&case), body).await.expect(422).pointers(), [pointer]);
    }
    platform.post("dana", &close(&case), json!({"openWork": "cancel"})).await.expect(403);
    let stale = [("if-match", "\"1\"")];
    let body = json!({"openWork": "cancel"});
    platform.send("anna", "POST", &close(&case), &stale, Some(body)).await.expect(412);
    assert_eq!(platform.engine.deleted(), []);
}

#[tokio::test]
async fn a_promise_breached_in_the_second_of_closing_is_missed_and_counts_no_more() {
    let platform = Platform::open().await.with_claims().await;
    let case = at_work(&platform).await;
    platform.clock.advance(jiff::SignedDuration::from_hours(4));
    let breached = format!("{}/timeline?kinds=sla-breached", path(&case));
    platform.until("anna", &breached, |page| page["items"].as_array().unwrap().len() == 1).await;
    let closed = platform.post("anna", &close(&case), json!({"openWork": "cancel"})).await.expect(200).body;
    assert_eq!(closed["slas"][0]["state"], "missed");
}
