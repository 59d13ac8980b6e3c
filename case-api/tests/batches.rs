//! One change of many cases: what it would do, what it did, what it left alone and why, and the way back.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use jiff::SignedDuration;
use serde_json::{Value, json};
use support::Platform;

const BATCHES: &str = "/api/v1/case-batches";

async fn platform() -> Platform {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["stages"] = json!([{"id": "intake", "name": "Intake"}, {"id": "assessment", "name": "Assessment"},
        {"id": "decision", "name": "Decision", "required": ["policyNumber"]}]);
    definition["processes"] = json!([]);
    definition["rules"] = json!([]);
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    platform
}

fn id(of: &Value) -> &str {
    of["id"].as_str().unwrap()
}

fn path(of: &Value) -> String {
    format!("{BATCHES}/{}", id(of))
}

async fn case_now(platform: &Platform, of: &Value) -> Value {
    platform.get("anna", &format!("/api/v1/cases/{}", id(of))).await.expect(200).body
}

fn counts(of: &Value) -> [u64; 3] {
    ["changed", "unchanged", "refused"].map(|name| of[name].as_u64().unwrap())
}

/// Begins a batch and waits for its end.
async fn run(platform: &Platform, who: &str, request: Value) -> Value {
    let begun = platform.post(who, BATCHES, request).await.expect(202).body;
    platform.until(who, &path(&begun), |batch| batch["phase"] != "running").await
}

#[tokio::test]
async fn a_preview_says_what_the_batch_then_does_and_all_of_it_is_taken_back() {
    let platform = platform().await;
    let mut cases = Vec::new();
    for title in ["Ice", "Hail", "Snow", "Rain"] {
        cases.push(platform.new_case(title).await);
    }
    let patch = |n: usize, body: Value| (format!("/api/v1/cases/{}", id(&cases[n])), body);
    let (snow, body) = patch(2, json!({"fields": {"policyNumber": "HB-1"}}));
    platform.patch("anna", &snow, body).await.expect(200);
    let (rain, body) = patch(
        3,
        json!({"fields": {"policyNumber": "HB-2"}, "stage": "decision", "priority": 80,
        "labels": ["storm"], "assignee": "anna"}),
    );
    platform.patch("anna", &rain, body).await.expect(200);
    let before: Vec<Value> = vec![case_now(&platform, &cases[2]).await, case_now(&platform, &cases[3]).await];

    let change = json!({"stage": "decision", "priority": 80, "addLabels": ["storm"], "assignee": "anna"});
    let request = json!({"filters": {"definition": "claim"}, "change": change});
    let preview = platform.post("ben", &format!("{BATCHES}/preview"), request.clone()).await.expect(200).body;
    assert_eq!((counts(&preview), preview["isUndoable"].as_bool()), ([1, 1, 2], Some(true)));
    let mut skipped: Vec<(&str, &str)> = preview["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| (case["title"].as_str().unwrap(), case["detail"].as_str().unwrap()))
        .collect();
    skipped.sort_unstable();
    assert_eq!(skipped, [("Hail", "Policy number is needed"), ("Ice", "Policy number is needed")]);
    assert_eq!(case_now(&platform, &cases[2]).await, before[0], "a preview changes nothing");

    let batch = run(&platform, "ben", request).await;
    assert_eq!((batch["phase"].as_str(), counts(&batch)), (Some("done"), [1, 1, 2]));
    assert_eq!(batch["skipped"].as_array().unwrap().len(), 2);
    let snow = case_now(&platform, &cases[2]).await;
    assert_eq!(
        (&snow["stage"], &snow["priority"], &snow["labels"]),
        (&json!("decision"), &json!(80), &json!(["storm"]))
    );
    assert_eq!(snow["assignee"]["id"], "anna");
    let timeline = platform.get("anna", &format!("/api/v1/cases/{}/timeline", id(&snow))).await.expect(200).body;
    assert!(timeline["items"].as_array().unwrap().iter().any(|entry| entry["actor"]["id"] == "ben"), "{timeline}");
    // What was refused is tried again, once somebody has filled in what was missing.
    let (ice, body) = patch(0, json!({"fields": {"policyNumber": "HB-3"}}));
    platform.patch("anna", &ice, body).await.expect(200);
    let again = platform.post("ben", &format!("{}/retry", path(&batch)), json!({})).await.expect(202).body;
    let again = platform.until("ben", &path(&again), |batch| batch["phase"] != "running").await;
    assert_eq!(counts(&again), [1, 0, 1]);

    platform.post("ben", &format!("{}/undo", path(&batch)), json!({})).await.expect(202);
    platform.until("ben", &path(&batch), |batch| batch["phase"] == "undone").await;
    let after = [case_now(&platform, &cases[2]).await, case_now(&platform, &cases[3]).await];
    for (was, is) in before.iter().zip(&after) {
        for name in ["stage", "priority", "labels", "assignee", "fields", "status"] {
            assert_eq!(was[name], is[name], "{name}");
        }
    }
    // Taking back twice takes back once.
    platform.post("ben", &format!("{}/undo", path(&batch)), json!({})).await.expect(202);
}

#[tokio::test]
async fn what_somebody_has_changed_since_is_left_to_them_and_after_ten_minutes_everything_is() {
    let platform = platform().await;
    let (one, two) = (platform.new_case("One").await, platform.new_case("Two").await);
    let request =
        json!({"cases": [id(&one), id(&two), id(&one)], "change": {"priority": 90, "comment": "The storm of Monday."}});
    let batch = run(&platform, "ben", request.clone()).await;
    assert_eq!((batch["total"].as_u64(), counts(&batch)), (Some(2), [2, 0, 0]), "each case once");
    platform.patch("anna", &format!("/api/v1/cases/{}", id(&one)), json!({"priority": 10})).await.expect(200);
    platform.post("ben", &format!("{}/undo", path(&batch)), json!({})).await.expect(202);
    let undone = platform.until("ben", &path(&batch), |batch| batch["phase"] == "undone").await;
    let left: Vec<(&str, &str)> = undone["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| (case["title"].as_str().unwrap(), case["code"].as_str().unwrap()))
        .collect();
    assert_eq!(left, [("One", "changed-since")]);
    assert_eq!(case_now(&platform, &one).await["priority"], 10);
    assert_eq!(case_now(&platform, &two).await["priority"], two["priority"]);
    let kinds = platform.get("anna", &format!("/api/v1/cases/{}/timeline", id(&two))).await.expect(200).body;
    assert!(kinds.to_string().contains("comment-deleted"), "the comment went with it: {kinds}");

    let batch = run(&platform, "ben", request).await;
    platform.clock.advance(SignedDuration::from_secs(601));
    let late = platform.post("ben", &format!("{}/undo", path(&batch)), json!({})).await.expect(409);
    assert_eq!(late.code(), "not-undoable");
}

#[tokio::test]
async fn a_batch_reaches_what_its_owner_may_change_and_is_theirs() {
    let platform = platform().await;
    let mut secret = support::claim_definition();
    secret["restrictedTo"] = json!(["supervisors"]);
    secret["processes"] = json!([]);
    secret["rules"] = json!([]);
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    let open = platform.new_case("Open").await;
    let body = json!({"definition": "secret", "title": "Vault"});
    let hidden = platform.post("ben", "/api/v1/cases", body).await.expect(201).body;
    let request = |cases: Value| json!({"cases": cases, "change": {"priority": 77}});
    let batch = run(&platform, "anna", request(json!([id(&hidden), id(&open), "nothing"]))).await;
    assert_eq!(counts(&batch), [1, 0, 2]);
    let skipped = batch["skipped"].as_array().unwrap();
    for case in skipped {
        assert_eq!((&case["code"], &case["number"], &case["title"]), (&json!("not-found"), &Value::Null, &Value::Null));
    }
    let vault = platform.get("ben", &format!("/api/v1/cases/{}", id(&hidden))).await.expect(200).body;
    assert_ne!(vault["priority"], 77);
    // By a filter she means what her list has.
    let all = json!({"filters": {"statusKind": "open"}, "change": {"priority": 78}});
    assert_eq!(run(&platform, "anna", all).await["total"], 1);
    for (who, status) in [("carl", 404), ("ben", 200)] {
        platform.get(who, &path(&batch)).await.expect(status);
    }
    // Whoever migrates cases may begin a batch, and changes nothing with it that she may not change one by one.
    let batch = run(&platform, "dana", request(json!([id(&open)]))).await;
    assert_eq!((counts(&batch), &batch["skipped"][0]["code"]), ([0, 0, 1], &json!("forbidden")));
    platform.post("system:external-tasks", BATCHES, request(json!([id(&open)]))).await.expect(403);
    let listed = platform.get("carl", BATCHES).await.expect(200).body;
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn a_batch_of_more_than_a_portion_goes_on_where_the_process_ended() {
    let mut platform = platform().await;
    let mut cases = Vec::new();
    for n in 0..120 {
        cases.push(platform.new_case(&format!("Case {n}")).await);
    }
    platform.stop_jobs().await;
    let ids: Vec<&str> = cases.iter().map(id).collect();
    let request = json!({"cases": ids, "change": {"addLabels": ["many"]}});
    let begun = platform.post("anna", BATCHES, request).await.expect(202).body;
    assert_eq!((begun["phase"].as_str(), begun["done"].as_u64()), (Some("running"), Some(0)), "nobody works");
    let platform = platform.restart().await;
    let batch = platform.until("anna", &path(&begun), |batch| batch["phase"] == "done").await;
    assert_eq!(counts(&batch), [120, 0, 0]);
    let page = platform.get("anna", "/api/v1/cases?label=many&total=true&limit=1").await.expect(200).body;
    assert_eq!(page["total"], 120);
}

#[tokio::test]
async fn what_no_case_can_be_asked_is_refused_at_once() {
    let platform = platform().await;
    let case = platform.new_case("One").await;
    let cases = json!([id(&case)]);
    for (request, pointers) in [
        (json!({"cases": cases, "change": {}}), vec!["/change"]),
        (json!({"cases": cases, "change": {"reason": "because"}}), vec!["/change/reason"]),
        (json!({"cases": [], "change": {"priority": 5}}), vec!["/cases"]),
        (json!({"change": {"priority": 5}}), vec!["/cases"]),
        (json!({"cases": cases, "filters": {}, "change": {"priority": 5}}), vec!["/cases"]),
        (json!({"filters": {"color": "red"}, "change": {"priority": 5}}), vec!["/filters/color"]),
    ] {
        let refused = platform.post("anna", BATCHES, request.clone()).await.expect(422);
        assert_eq!((refused.code(), refused.pointers()), ("invalid-batch", pointers), "{request}");
    }
    // What one case refuses is its own result.
    let batch = run(&platform, "anna", json!({"cases": cases, "change": {"priority": 500}})).await;
    assert_eq!((counts(&batch), &batch["skipped"][0]["code"]), ([0, 0, 1], &json!("invalid-case")));
}

#[tokio::test]
async fn fields_of_every_kind_are_changed_in_bulk_and_put_back() {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["processes"] = json!([]);
    definition["rules"] = json!([]);
    definition["fields"] = json!([
        {"key": "amount", "label": "Amount", "type": "number", "max": 500}, {"key": "expert", "label": "Expert", "type": "person"},
        {"key": "perils", "label": "Perils", "type": "multi-select", "options": ["water", "fire"]},
        {"key": "estimate", "label": "Estimate", "type": "money", "currencies": ["EUR"]},
        {"key": "photos", "label": "Photos", "type": "files"}, {"key": "note", "label": "Note", "type": "string"}
    ]);
    platform.put("dana", "/api/v1/case-definitions/claim", definition.clone()).await.expect(201);
    definition["fields"] = json!([{"key": "other", "label": "Other", "type": "string"}]);
    definition["caseNumberPrefix"] = json!("OTH");
    platform.put("dana", "/api/v1/case-definitions/other", definition).await.expect(201);
    let (ice, hail) = (platform.new_case("Ice").await, platform.new_case("Hail").await);
    let own = json!({"fields": {"amount": 1, "note": "mine"}});
    platform.patch("anna", &format!("/api/v1/cases/{}", id(&ice)), own).await.expect(200);
    let body = json!({"definition": "other", "title": "Elsewhere"});
    let elsewhere = platform.post("anna", "/api/v1/cases", body).await.expect(201).body;
    let before = case_now(&platform, &ice).await["fields"].clone();
    let hail_before = case_now(&platform, &hail).await["fields"].clone();
    let fields = json!({"amount": 120, "expert": "me", "perils": ["fire"], "estimate": {"amount": "5.00", "currency": "EUR"},
        "photos": [{"fileId": "ready-anna-1"}], "note": null});
    let cases = json!([id(&ice), id(&hail), id(&elsewhere)]);
    let request = json!({"cases": cases, "change": {"fields": fields}});
    let preview = platform.post("anna", &format!("{BATCHES}/preview"), request.clone()).await.expect(200).body;
    assert_eq!((counts(&preview), preview["isUndoable"].as_bool()), ([2, 0, 1], Some(true)));
    assert_eq!(case_now(&platform, &ice).await["fields"], before, "a preview changes nothing");
    let batch = run(&platform, "anna", request).await;
    assert_eq!(counts(&batch), [2, 0, 1]);
    let changed = case_now(&platform, &ice).await["fields"].clone();
    assert_eq!(
        (&changed["amount"], &changed["expert"]["name"], &changed["note"]),
        (&json!(120), &json!("Anna Meyer"), &Value::Null)
    );
    assert_eq!((&changed["perils"], &changed["photos"][0]["name"]), (&json!(["fire"]), &json!("ready-anna-1.pdf")));
    platform.post("anna", &format!("{}/undo", path(&batch)), json!({})).await.expect(202);
    platform.until("anna", &path(&batch), |batch| batch["phase"] == "undone").await;
    assert_eq!(case_now(&platform, &ice).await["fields"], before);
    assert_eq!(case_now(&platform, &hail).await["fields"], hail_before);
    // What a case does not take is that case's result; what nobody may name is refused.
    let too_much = json!({"cases": [id(&hail)], "change": {"fields": {"amount": 501}}});
    let preview = platform.post("anna", &format!("{BATCHES}/preview"), too_much).await.expect(200).body;
    assert_eq!(counts(&preview), [0, 0, 1]);
}
