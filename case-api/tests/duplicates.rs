//! Cases that may be the same as another one, and children of a case that is closed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

async fn define(platform: &Platform, change: Value) {
    let mut definition = support::claim_definition();
    definition["processes"] = json!([]);
    definition.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await;
}

async fn asked_by(platform: &Platform, email: &str, title: &str) -> Value {
    let body = json!({"definition": "claim", "title": title, "requester": {"email": email}});
    platform.post("anna", "/api/v1/cases", body).await.expect(201).body
}

fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn cases_of_one_requester_with_titles_that_are_alike_are_told_until_somebody_says_no() {
    let platform = Platform::open().await;
    define(&platform, json!({})).await;
    let first = asked_by(&platform, "rita@example.org", "Water in the cellar").await;
    asked_by(&platform, "Rita@Example.org", "Stolen bicycle").await;
    asked_by(&platform, "otto@example.org", "Water in the cellar").await;
    let again = asked_by(&platform, "RITA@example.org", "RE: water in our cellar").await;
    let list = format!("{}/duplicates", path(&again));
    let page = platform.get("anna", &list).await.expect(200).body;
    assert_eq!(titles(&page), ["Water in the cellar"]);
    assert!(page["items"][0]["likeness"].as_f64().is_some_and(|likeness| likeness > 0.5 && likeness < 1.0));
    let draft =
        json!({"definition": "claim", "title": "water in the cellar", "requester": {"email": "rita@example.org"}});
    let page = platform.post("anna", "/api/v1/cases/duplicates", draft.clone()).await.expect(200).body;
    assert_eq!(titles(&page), ["Water in the cellar", "RE: water in our cellar"]);
    platform.post("dana", "/api/v1/cases/duplicates", draft.clone()).await.expect(403);
    let no = format!("{list}/{}", first["id"].as_str().unwrap());
    platform.send("anna", "DELETE", &no, &[], None).await.expect(204);
    assert_eq!(platform.get("ben", &list).await.expect(200).body["items"], json!([]));
    // A month later nobody thinks of it.
    platform.clock.advance(jiff::SignedDuration::from_hours(24 * 31));
    let page = platform.post("anna", "/api/v1/cases/duplicates", draft).await.expect(200).body;
    assert_eq!(page["items"], json!([]));
}

#[tokio::test]
async fn what_one_may_not_see_is_no_duplicate_and_a_definition_says_how_alike() {
    let platform = Platform::open().await;
    define(&platform, json!({"restrictedTo": ["supervisors"]})).await;
    let body =
        json!({"definition": "claim", "title": "Water in the cellar", "requester": {"email": "rita@example.org"}});
    platform.post("ben", "/api/v1/cases", body.clone()).await.expect(201);
    let draft =
        || json!({"definition": "claim", "title": "Water in our cellar", "requester": {"email": "rita@example.org"}});
    let asked =
        async |who| platform.post(who, "/api/v1/cases/duplicates", draft()).await.expect(200).body["items"].clone();
    assert_eq!((asked("anna").await, asked("ben").await.as_array().unwrap().len()), (json!([]), 1));
    define(&platform, json!({"duplicates": {"likeness": 1.0}})).await;
    assert_eq!(asked("ben").await, json!([]));
    define(&platform, json!({"duplicates": {"withinDays": 0}})).await;
    assert_eq!(asked("ben").await, json!([]));
}

#[tokio::test]
async fn the_same_file_is_a_reason_on_creation_and_on_mail_whoever_asks() {
    let platform = Platform::open().await;
    define(&platform, json!({})).await;
    let first = asked_by(&platform, "rita@example.org", "Water in the cellar").await;
    let attach = async |case: &Value, file: &str| {
        platform.post("anna", &format!("{}/documents", path(case)), json!({"fileId": file})).await.expect(201).body
    };
    let document = attach(&first, "ready-anna-invoice-1").await;
    let other = asked_by(&platform, "otto@example.org", "Stolen bicycle").await;
    let list = format!("{}/duplicates", path(&other));
    assert_eq!(platform.get("anna", &list).await.expect(200).body["items"], json!([]));
    let reason = json!([{"kind": "same-attachment", "name": "ready-anna-invoice-1.pdf"}]);
    let draft = |files: Value| json!({"definition": "claim", "title": "A bill", "files": files});
    let told = async |files: Value| {
        platform.post("anna", "/api/v1/cases/duplicates", draft(files)).await.expect(200).body["items"].clone()
    };
    let found = told(json!(["ready-anna-invoice-2", "ready-anna-nothing"])).await;
    assert_eq!((&found[0]["id"], &found[0]["reasons"]), (&first["id"], &reason));
    assert_eq!(
        told(json!(["ready-ben-invoice-2", "pending-nobody"])).await,
        json!([]),
        "not the caller's to ask about"
    );

    platform
        .mails
        .receive("m-1", "The bill", &["ready-anna-invoice-3", "ready-anna-photo"], other["id"].as_str().unwrap())
        .await;
    let page = platform.until("anna", &list, |page| page["items"] != json!([])).await;
    assert_eq!((titles(&page), &page["items"][0]["reasons"]), (vec!["Water in the cellar"], &reason));
    let page = platform.get("anna", &format!("{}/duplicates", path(&first))).await.expect(200).body;
    assert_eq!(page["items"][0]["reasons"], json!([{"kind": "same-attachment", "name": "ready-anna-invoice-3"}]));
    // It is a reason only while both have it.
    let gone = format!("{}/documents/{}", path(&first), document["id"].as_str().unwrap());
    platform.send("anna", "DELETE", &gone, &[], None).await.expect(204);
    assert_eq!(platform.get("anna", &list).await.expect(200).body["items"], json!([]));
    attach(&first, "ready-anna-invoice-4").await;
    assert_eq!(titles(&platform.get("anna", &list).await.expect(200).body), ["Water in the cellar"]);
    // A month later nobody thinks of it.
    platform.clock.advance(jiff::SignedDuration::from_hours(24 * 31));
    assert_eq!(told(json!(["ready-anna-invoice-2"])).await, json!([]));
}

/// A parent and its open child, which has a task.
async fn family(platform: &Platform) -> (Value, Value) {
    let (parent, child) = (platform.new_case("Major").await, platform.new_case("Child").await);
    let link = json!({"kind": "child-of", "to": parent["number"]});
    platform.post("anna", &format!("{}/links", path(&child)), link).await.expect(201);
    platform.until("anna", &format!("{}/links", path(&parent)), |page| page["items"] != json!([])).await;
    (parent, child)
}

#[tokio::test]
async fn a_parent_waits_for_its_children_where_its_definition_says_so() {
    let platform = Platform::open().await;
    define(&platform, json!({"openChildren": "refuse"})).await;
    let (parent, child) = family(&platform).await;
    for (method, path, body) in [
        ("POST", format!("{}/close", path(&parent)), json!({"openWork": "cancel"})),
        ("PATCH", path(&parent), json!({"status": "closed"})),
    ] {
        let refused = platform.send("anna", method, &path, &[], Some(body)).await.expect(409);
        assert_eq!((refused.code(), &refused.body["details"]["children"]), ("case-has-open-children", &json!(1)));
        assert_eq!(refused.body["details"]["items"][0]["number"], child["number"]);
    }
    platform.post("anna", &format!("{}/close", path(&child)), json!({})).await.expect(200);
    platform.post("anna", &format!("{}/close", path(&parent)), json!({})).await.expect(200);
}

#[tokio::test]
async fn children_close_with_their_parent_where_its_definition_says_so() {
    let platform = Platform::open().await;
    define(&platform, json!({"openChildren": "close"})).await;
    let (parent, child) = family(&platform).await;
    let task =
        platform.post("ben", &format!("{}/tasks", path(&child)), json!({"title": "Look"})).await.expect(201).body;
    // Work of the child is open: it is not ended by the way.
    let refused = platform.post("anna", &format!("{}/close", path(&parent)), json!({})).await.expect(409);
    assert_eq!(refused.code(), "case-has-open-children");
    platform.post("anna", &format!("{}/close", path(&parent)), json!({"openWork": "cancel"})).await.expect(200);
    let closed = platform.until("anna", &path(&child), |case| case["statusKind"] == "closed").await;
    assert_eq!(closed["closeReason"], format!("Closed with {}", parent["number"].as_str().unwrap()));
    let ended = platform.get("anna", &format!("{}/tasks/{}", path(&child), task["id"].as_str().unwrap())).await.body;
    assert_eq!((&ended["state"], &ended["ended"]["by"]["id"]), (&json!("cancelled"), &json!("anna")));
}

#[tokio::test]
async fn children_stay_open_where_nothing_is_said() {
    let platform = Platform::open().await;
    define(&platform, json!({})).await;
    let (parent, child) = family(&platform).await;
    platform.post("anna", &format!("{}/close", path(&parent)), json!({})).await.expect(200);
    assert_eq!(platform.get("anna", &path(&child)).await.body["statusKind"], "open");
}
