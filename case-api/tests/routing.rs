//! Where cases go by rules, who gets them, and why one case is the next.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use support::Platform;

/// Claims of any queue, without processes and promises.
fn claim() -> Value {
    let mut definition = support::claim_definition();
    for (member, value) in
        [("queues", json!([])), ("defaultQueue", Value::Null), ("processes", json!([])), ("slas", json!([]))]
    {
        definition[member] = value;
    }
    definition["rules"] = json!([]);
    definition
}

async fn platform() -> Platform {
    let platform = Platform::open().await;
    queue(&platform, "desk", json!({"users": ["anna", "carl"]}), json!({})).await;
    queue(&platform, "experts", json!({"users": ["anna"]}), json!({})).await;
    platform.put("dana", "/api/v1/case-definitions/claim", claim()).await.expect(201);
    platform
}

async fn queue(platform: &Platform, id: &str, members: Value, settings: Value) -> Value {
    let body = json!({"name": id, "members": members, "settings": settings});
    platform.put("ben", &format!("/api/v1/queues/{id}"), body).await.body
}

async fn case(platform: &Platform, more: Value) -> Value {
    let mut body = json!({"definition": "claim", "title": "Water"});
    for (member, value) in more.as_object().unwrap() {
        body[member] = value.clone();
    }
    platform.post("ben", "/api/v1/cases", body).await.expect(201).body
}

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

fn rules() -> Value {
    json!({
        "rules": [
            {"id": "large", "name": "Large claims", "when": "case.fields.amount > 1000",
                "then": {"queue": "experts", "priority": 80, "skills": [{"skill": "loss", "level": 3}]}},
            {"id": "vip", "when": "ends with(case.requester.email, \"@bank.example\")", "then": {"queue": "desk", "assignee": "carl"}}
        ],
        "otherwise": {"queue": "desk"}
    })
}

#[tokio::test]
async fn rules_say_where_a_new_case_goes_and_the_catch_all_takes_the_rest() {
    let platform = platform().await;
    platform.put("anna", "/api/v1/routing", rules()).await.expect(403);
    platform.put("ben", "/api/v1/routing", rules()).await.expect(200);
    let large = case(&platform, json!({"fields": {"amount": 5000}})).await;
    assert_eq!((&large["queue"], &large["priority"]), (&json!("experts"), &json!(80)));
    assert_eq!(large["skills"], json!([{"skill": "loss", "level": 3}]));
    let timeline = platform.get("anna", &format!("{}/timeline?kinds=routed", path(&large))).await.expect(200).body;
    assert_eq!(timeline["items"][0]["summary"], "Routed by rule Large claims");
    let vip = case(&platform, json!({"requester": {"email": "x@bank.example"}})).await;
    assert_eq!((&vip["queue"], &vip["assignee"]["id"]), (&json!("desk"), &json!("carl")));
    assert_eq!(case(&platform, json!({})).await["queue"], "desk");
    let said = case(&platform, json!({"fields": {"amount": 5000}, "queue": "desk"})).await;
    assert_eq!(
        (&said["queue"], &said["priority"]),
        (&json!("desk"), &json!(50)),
        "whoever says a queue is not contradicted"
    );
    // Asked again once it is another case than it was.
    platform.patch("anna", &path(&said), json!({"queue": null})).await.expect(200);
    let routed = platform.post("anna", &format!("{}/route", path(&said)), json!({})).await.expect(200).body;
    assert_eq!((&routed["queue"], &routed["priority"]), (&json!("experts"), &json!(80)));
}

#[tokio::test]
async fn rules_of_a_definition_go_first_and_only_to_queues_that_it_allows() {
    let platform = platform().await;
    platform.put("ben", "/api/v1/routing", rules()).await.expect(200);
    let mut definition = claim();
    definition["queues"] = json!(["desk", "own"]);
    definition["routing"] =
        json!({"rules": [{"id": "own", "when": "case.fields.amount < 10", "then": {"queue": "own"}}]});
    platform.put("dana", "/api/v1/case-definitions/claim", definition.clone()).await.expect(200);
    assert_eq!(case(&platform, json!({"fields": {"amount": 5}})).await["queue"], "own");
    assert_eq!(case(&platform, json!({"fields": {"amount": 5000}})).await["queue"], "desk", "experts are not allowed");
    definition["routing"] =
        json!({"rules": [{"id": "a", "when": "case.fields.amount <", "then": {"queue": "nowhere"}}]});
    let refused = platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(422);
    assert_eq!(refused.pointers(), ["/routing/rules/0/when", "/routing/rules/0/then/queue"]);
}

#[tokio::test]
async fn a_dry_run_says_what_would_be_and_why_and_changes_nothing() {
    let platform = platform().await;
    let tried = json!({"definition": "claim", "fields": {"amount": 5000}, "rules": rules()});
    platform.post("anna", "/api/v1/routing/evaluate", tried.clone()).await.expect(403);
    let outcome = platform.post("ben", "/api/v1/routing/evaluate", tried).await.expect(200).body;
    assert_eq!(
        (&outcome["queue"], &outcome["rule"], &outcome["scope"]),
        (&json!("experts"), &json!("large"), &json!("organisation"))
    );
    let small = json!({"definition": "claim", "rules": rules()});
    let outcome = platform.post("ben", "/api/v1/routing/evaluate", small).await.expect(200).body;
    assert_eq!((&outcome["queue"], &outcome["rule"]), (&json!("desk"), &Value::Null));
    let verdicts: Vec<&str> =
        outcome["rules"].as_array().unwrap().iter().map(|rule| rule["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["does-not-hold", "does-not-hold"]);
    assert_eq!(platform.get("ben", "/api/v1/routing").await.expect(200).body["rules"], json!([]));
    let wrong = json!({"rules": [{"id": "a", "when": "true", "then": {"queue": "nowhere", "assignee": "ghost"}}]});
    let refused = platform.put("ben", "/api/v1/routing", wrong).await.expect(422);
    assert_eq!(refused.pointers(), ["/rules/0/then/queue", "/rules/0/then/assignee"]);
}

#[tokio::test]
async fn the_next_piece_of_work_is_the_most_urgent_of_one_s_queues_that_one_can_do_and_says_why() {
    let platform = platform().await;
    queue(&platform, "locked", json!({"users": ["ben"]}), json!({})).await;
    let hard = json!({"skills": [{"skill": "loss", "level": 3}]});
    platform
        .put(
            "ben",
            "/api/v1/queues/experts",
            json!({"name": "experts", "members": {"users": ["anna"]}, "settings": hard}),
        )
        .await
        .expect(200);
    case(&platform, json!({"queue": "locked", "priority": 100})).await;
    case(&platform, json!({"queue": "experts", "priority": 90})).await;
    let usual = case(&platform, json!({"queue": "desk"})).await;
    platform.clock.advance(SignedDuration::from_mins(1));
    case(&platform, json!({"queue": "desk"})).await;
    let looked = platform.get("anna", "/api/v1/next-work").await.expect(200).body;
    assert_eq!((&looked["id"], &looked["assignee"]), (&usual["id"], &Value::Null));
    assert_eq!((&looked["reason"]["kind"], &looked["reason"]["passedOver"]), (&json!("waits-longest"), &json!(1)));
    let skilled = json!({"skills": [{"skill": "loss", "level": 4}]});
    platform.put("anna", "/api/v1/people/me/availability", skilled.clone()).await.expect(403);
    platform.put("ben", "/api/v1/people/anna/availability", skilled).await.expect(200);
    let taken = platform.post("anna", "/api/v1/next-work", json!({})).await.expect(200).body;
    assert_eq!((&taken["queue"], &taken["assignee"]["id"]), (&json!("experts"), &json!("anna")));
    assert_eq!(taken["reason"]["kind"], "priority");
    platform.post("anna", "/api/v1/queues/locked/next", json!({})).await.expect(403);
    platform.post("ben", "/api/v1/queues/nowhere/next", json!({})).await.expect(404);
    platform.post("ben", "/api/v1/next-work", json!({})).await.expect(200);
    platform.post("ben", "/api/v1/next-work", json!({})).await.expect(204);
    queue(&platform, "desk", json!({"users": ["anna"]}), json!({"pause": {"reason": "Fire drill"}})).await;
    assert_eq!(platform.post("anna", "/api/v1/queues/desk/next", json!({})).await.expect(409).code(), "queue-paused");
    platform.get("anna", "/api/v1/next-work").await.expect(204);
}

#[tokio::test]
async fn work_is_pushed_in_turns_to_those_with_room_and_to_the_substitute_of_who_is_away() {
    let platform = platform().await;
    let settings = json!({"strategy": "round-robin", "capacity": 2});
    queue(&platform, "push", json!({"users": ["anna", "carl"]}), settings).await;
    let absence =
        json!({"absences": [{"from": "2026-11-20T00:00:00Z", "to": "2026-11-21T00:00:00Z", "substitute": "ben"}]});
    let mut waiting = Vec::new();
    for _ in 0..5 {
        waiting.push(case(&platform, json!({"queue": "push"})).await);
    }
    let list = |who: &str| format!("/api/v1/cases?queue=push&assignee={who}&total=true");
    platform.until("ben", &list("anna"), |page| page["total"] == 2).await;
    platform.until("ben", &list("carl"), |page| page["total"] == 2).await;
    assert_eq!(platform.get("ben", &list("none")).await.body["total"], 1, "nobody has room");
    let away = platform.put("anna", "/api/v1/people/me/availability", absence.clone()).await.expect(200).body;
    assert_eq!((&away["isAbsent"], &away["acting"]["id"], &away["load"]), (&json!(true), &json!("ben"), &json!(2)));
    platform.put("carl", "/api/v1/people/anna/availability", absence.clone()).await.expect(403);
    platform.until("ben", &list("ben"), |page| page["total"] == 1).await;
    let stands_in = platform.get("ben", "/api/v1/people/me/stands-in-for").await.expect(200).body;
    assert_eq!((&stands_in["items"][0]["person"]["id"], &stands_in["items"][0]["load"]), (&json!("anna"), &json!(2)));
    assert_eq!(platform.get("carl", "/api/v1/people/me/stands-in-for").await.expect(200).body["items"], json!([]));
}

#[tokio::test]
async fn what_waits_too_long_or_is_too_much_goes_on_to_another_queue_and_not_round() {
    let platform = platform().await;
    let overflow = |to: &str, rest: Value| {
        let mut overflow = json!({"to": to});
        for (member, value) in rest.as_object().unwrap() {
            overflow[member] = value.clone();
        }
        json!({"overflow": overflow})
    };
    let put = |id: &str, settings: Value| {
        let body = json!({"name": id, "settings": settings});
        (format!("/api/v1/queues/{id}"), body)
    };
    let (path, body) = put("small", overflow("desk", json!({"length": 1, "afterMinutes": 30})));
    platform.put("ben", &path, body).await.expect(201);
    let (path, body) = put("desk", overflow("small", json!({"length": 1})));
    assert_eq!(platform.put("ben", &path, body).await.expect(422).pointers(), ["/settings/overflow/to"]);
    let first = case(&platform, json!({"queue": "small"})).await;
    platform.clock.advance(SignedDuration::from_mins(1));
    let second = case(&platform, json!({"queue": "small"})).await;
    platform.until("ben", &self::path(&second), |case| case["queue"] == "desk").await;
    assert_eq!(platform.get("ben", &self::path(&first)).await.body["queue"], "small", "the one that came first stays");
    platform.clock.advance(SignedDuration::from_mins(30));
    platform.until("ben", &self::path(&first), |case| case["queue"] == "desk").await;
    let desk = platform.get("ben", "/api/v1/queues/desk").await.expect(200).body;
    assert_eq!(
        (&desk["openCount"], &desk["takeableCount"], &desk["isChangeable"]),
        (&json!(2), &json!(2), &json!(true))
    );
}
