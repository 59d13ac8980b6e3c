//! Rules: checked where they are published, applied by what happens and by time, and what each did is told; and what one would do.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use support::{Platform, claim_definition};

const DEFINITION: &str = "/api/v1/case-definitions/claim";

async fn with_rules(rules: Value) -> Platform {
    let platform = Platform::open().await;
    let mut definition = claim_definition();
    definition["processes"] = json!([]);
    definition["rules"] = rules;
    platform.put("dana", DEFINITION, definition).await.expect(201);
    platform
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

fn runs(rule: &str) -> String {
    format!("{DEFINITION}/rules/{rule}/runs")
}

fn outcomes(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|run| run["outcome"].as_str().unwrap()).collect()
}

fn has(page: &Value, count: usize) -> bool {
    page["items"].as_array().is_some_and(|items| items.len() == count)
}

#[tokio::test]
async fn each_run_of_a_rule_is_told_with_what_it_found_and_did() {
    let platform = with_rules(json!([
        {"id": "large", "name": "Large claims", "on": "field-changed", "if": "fields.amount > 500",
            "then": [{"setPriority": 90}, {"addLabel": "large"}, {"assign": "ben"}]}
    ]))
    .await;
    let case = platform.new_case("Water").await;
    platform.patch("anna", &path(&case), json!({"fields": {"amount": 100}})).await.expect(200);
    platform.until("anna", &runs("large"), |page| has(page, 1)).await;
    platform.clock.advance(SignedDuration::from_secs(1));
    platform.patch("anna", &path(&case), json!({"fields": {"amount": 900}})).await.expect(200);
    let page = platform.until("anna", &runs("large"), |page| has(page, 2)).await;
    assert_eq!(outcomes(&page), ["done", "not-matched"]);
    let (done, passed) = (&page["items"][0], &page["items"][1]);
    assert_eq!((&done["case"]["number"], &done["name"]), (&case["number"], &json!("Large claims")));
    assert_eq!(done["tests"][0], json!({"asked": "fields.amount > 500", "found": true, "holds": true}));
    assert_eq!(done["actions"][0], json!({"action": {"setPriority": 90}, "outcome": "done"}));
    assert_eq!((&passed["tests"][0]["found"], passed["actions"].as_array().map(Vec::len)), (&json!(false), Some(0)));
    // A rule gives the case to a person, by their name.
    let seen = platform.until("anna", &path(&case), |case| case["assignee"]["id"] == "ben").await;
    assert_eq!(seen["assignee"]["name"], "Ben Okafor");
    let timeline = platform.get("anna", &format!("{}/timeline", path(&case))).await.expect(200).body;
    let told: Vec<&str> =
        timeline["items"].as_array().unwrap().iter().filter_map(|item| item["summary"].as_str()).collect();
    assert!(told.contains(&"Rule Large claims applied"), "{told:?}");
    // What was only looked at is no matter of the case: it is as new as what has happened to it.
    let only = platform.get("anna", &format!("{}?outcome=not-matched", runs("large"))).await.expect(200).body;
    assert_eq!(outcomes(&only), ["not-matched"]);
    let first = platform.get("anna", &format!("{}?limit=1", runs("large"))).await.expect(200).body;
    let next = format!("{}?limit=1&cursor={}", runs("large"), first["nextCursor"].as_str().unwrap());
    assert_eq!(outcomes(&platform.get("anna", &next).await.expect(200).body), ["not-matched"]);
}

#[tokio::test]
async fn what_a_rule_only_looks_at_does_not_make_a_case_newer() {
    let platform =
        with_rules(json!([{"id": "large", "on": "field-changed", "when": {"fields.amount": {"gt": 500}}, "then": [{"addLabel": "large"}]}]))
            .await;
    let case = platform.new_case("Water").await;
    let changed = platform.patch("anna", &path(&case), json!({"fields": {"amount": 100}})).await.expect(200).body;
    platform.until("anna", &runs("large"), |page| has(page, 1)).await;
    let now = platform.get("anna", &path(&case)).await.expect(200).body;
    assert_eq!((&now["version"], &now["updatedAt"]), (&changed["version"], &changed["updatedAt"]));
}

#[tokio::test]
async fn runs_are_told_of_cases_that_one_may_see() {
    let platform = Platform::open().await;
    let mut definition = claim_definition();
    definition["restrictedTo"] = json!(["supervisors"]);
    definition["rules"] = json!([{"id": "all", "on": "case-created", "then": [{"addLabel": "new"}]}]);
    platform.put("dana", DEFINITION, definition).await.expect(201);
    platform.post("ben", "/api/v1/cases", json!({"definition": "claim", "title": "Secret"})).await.expect(201);
    platform.until("ben", &runs("all"), |page| has(page, 1)).await;
    assert!(has(&platform.get("carl", &runs("all")).await.expect(200).body, 0));
}

#[tokio::test]
async fn a_rule_of_a_time_comes_when_it_is_due_and_once() {
    let platform = with_rules(json!([
        {"id": "late", "name": "Two days", "on": {"after": "P2D", "since": "stage-entered"}, "when": {"stage": "intake"},
            "then": [{"addLabel": "late"}]}
    ]))
    .await;
    let case = platform.new_case("Water").await;
    let moved = platform.new_case("Fire").await;
    platform.patch("anna", &path(&moved), json!({"stage": "assessment"})).await.expect(200);
    platform.clock.advance(SignedDuration::from_hours(47));
    assert!(has(&platform.get("anna", &runs("late")).await.expect(200).body, 0));
    platform.clock.advance(SignedDuration::from_hours(2));
    let page = platform.until("anna", &runs("late"), |page| has(page, 2)).await;
    let of = |case: &Value| {
        let all = page["items"].as_array().unwrap();
        all.iter().find(|run| run["case"]["id"] == case["id"]).cloned().unwrap()
    };
    assert_eq!((of(&case)["outcome"].as_str(), of(&moved)["outcome"].as_str()), (Some("done"), Some("not-matched")));
    assert_eq!((&of(&moved)["tests"][0]["found"], &of(&case)["entry"]), (&json!("assessment"), &Value::Null));
    platform.until("anna", &path(&case), |case| case["labels"] == json!(["late"])).await;
    // A new stage is a new wait.
    platform.patch("anna", &path(&case), json!({"stage": "assessment"})).await.expect(200);
    platform.patch("anna", &path(&case), json!({"stage": "intake"})).await.expect(200);
    platform.clock.advance(SignedDuration::from_hours(49));
    platform.until("anna", &format!("{}?outcome=done", runs("late")), |page| has(page, 2)).await;
}

#[tokio::test]
async fn a_daily_rule_comes_every_day() {
    let platform = with_rules(
        json!([{"id": "daily", "on": {"daily": "08:00"}, "then": [{"notify": {"to": "queue", "template": "waits"}}]}]),
    )
    .await;
    let case = platform.new_case("Water").await;
    platform.clock.advance(SignedDuration::from_hours(24));
    platform.until("anna", &runs("daily"), |page| has(page, 1)).await;
    platform.clock.advance(SignedDuration::from_hours(24));
    platform.until("anna", &runs("daily"), |page| has(page, 2)).await;
    let closing = json!({"status": "closed", "openWork": "cancel"});
    platform.patch("anna", &path(&case), closing).await.expect(200);
    // Another case comes by its rule, so this one has been looked at.
    platform.new_case("Fire").await;
    platform.clock.advance(SignedDuration::from_hours(24));
    let page = platform.until("anna", &runs("daily"), |page| has(page, 3)).await;
    assert_ne!(page["items"][0]["case"]["id"], case["id"]);
}

#[tokio::test]
async fn a_dry_run_tells_what_a_rule_would_have_done_and_does_nothing() {
    let platform = with_rules(json!([])).await;
    let case = platform.new_case("Water").await;
    platform.patch("anna", &path(&case), json!({"fields": {"amount": 900}})).await.expect(200);
    let other = platform.new_case("Fire").await;
    platform.patch("anna", &path(&other), json!({"fields": {"amount": 10}})).await.expect(200);
    let rule = json!({"id": "large", "on": "field-changed", "if": "fields.amount > 500",
        "then": [{"setStage": "decision"}, {"assign": "ben"}, {"setQueue": "claims"}]});
    let dry_run = format!("{DEFINITION}/rules/dry-run");
    platform.post("anna", &dry_run, json!({"rule": rule})).await.expect(403);
    let tried = platform.post("dana", &dry_run, json!({"rule": rule})).await.expect(200).body;
    assert_eq!((&tried["cases"], &tried["asked"], &tried["matched"]), (&json!(2), &json!(2), &json!(1)));
    assert_eq!((&tried["stoppedBy"], &tried["matches"][0]["case"]["id"]), (&Value::Null, &case["id"]));
    let outcomes: Vec<&str> =
        tried["matches"][0]["actions"].as_array().unwrap().iter().filter_map(|one| one["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["done", "done", "unchanged"]);
    assert_eq!(tried["passedOver"][0]["case"]["id"], other["id"]);
    let now = platform.get("anna", &path(&case)).await.expect(200).body;
    assert_eq!((&now["stage"], &now["assignee"]), (&json!("intake"), &Value::Null));

    let late = json!({"id": "late", "on": {"after": "PT1H", "since": "created"}, "then": [{"addLabel": "late"}]});
    platform.clock.advance(SignedDuration::from_hours(2));
    let tried = platform.post("dana", &dry_run, json!({"rule": late})).await.expect(200).body;
    assert_eq!(tried["matched"], 2);
    let only = platform.post("dana", &dry_run, json!({"rule": late, "case": case["number"]})).await.expect(200).body;
    assert_eq!(only["matched"], 1);

    let wrong = json!({"id": "large", "on": "never", "then": [{"assign": "ghost"}]});
    let refused = platform.post("dana", &dry_run, json!({"rule": wrong})).await.expect(422);
    assert_eq!((refused.code(), refused.pointers()), ("invalid-rule", vec!["/rule/on", "/rule/then/0"]));
    let before = json!({"rule": rule, "from": "2026-02-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"});
    assert_eq!(platform.post("dana", &dry_run, before).await.expect(422).pointers(), ["/from"]);
}
