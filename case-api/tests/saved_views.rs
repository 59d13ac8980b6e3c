//! Lists of cases that people keep: whose they are, whom they are shared with, and what each finds in them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_testkit::Answer;
use serde_json::{Value, json};
use support::Platform;

const VIEWS: &str = "/api/v1/saved-views";

async fn platform() -> Platform {
    let platform = Platform::open().await;
    platform.put("dana", "/api/v1/case-definitions/claim", support::claim_definition()).await.expect(201);
    platform
}

fn named(name: &str, more: Value) -> Value {
    let mut view = json!({"name": name});
    for (key, value) in more.as_object().unwrap() {
        view[key] = value.clone();
    }
    view
}

fn path(view: &Value) -> String {
    format!("{VIEWS}/{}", view["id"].as_str().unwrap())
}

async fn delete(platform: &Platform, who: &str, path: &str) -> Answer {
    platform.send(who, "DELETE", path, &[], None).await
}

async fn names(platform: &Platform, who: &str) -> Vec<String> {
    let page = platform.get(who, VIEWS).await.expect(200).body;
    page["items"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_view_is_its_owner_s_until_it_is_shared() {
    let platform = platform().await;
    let mine =
        named("Mine", json!({"filters": {"assignee": "me", "sort": "dueAt"}, "columns": ["number", "field.amount"]}));
    let mine = platform.post("anna", VIEWS, mine).await.expect(201).body;
    assert_eq!(
        (&mine["filters"], &mine["columns"]),
        (&json!({"assignee": "me", "sort": "dueAt"}), &json!(["number", "field.amount"]))
    );
    assert_eq!((mine["owner"]["id"].as_str(), mine["isChangeable"].as_bool()), (Some("anna"), Some(true)));
    assert_eq!(names(&platform, "anna").await, ["Mine"]);
    for other in ["ben", "carl"] {
        assert!(names(&platform, other).await.is_empty(), "{other}");
        platform.get(other, &path(&mine)).await.expect(404);
        platform.put(other, &path(&mine), named("Taken", json!({}))).await.expect(404);
        delete(&platform, other, &path(&mine)).await.expect(404);
    }
    // Sharing is for those who oversee.
    let shared = json!({"audience": {"kind": "groups", "groups": ["claims"]}});
    platform.post("anna", VIEWS, named("Ours", shared.clone())).await.expect(403);
    platform.put("anna", &path(&mine), named("Mine", shared.clone())).await.expect(403);
    let ours = platform.post("ben", VIEWS, named("Ours", shared)).await.expect(201).body;
    platform.post("ben", VIEWS, named("All of us", json!({"audience": {"kind": "everyone"}}))).await.expect(201);
    assert_eq!(names(&platform, "anna").await, ["All of us", "Mine", "Ours"]);
    assert_eq!(names(&platform, "carl").await, ["All of us"], "carl is in no group");
    platform.get("carl", &path(&ours)).await.expect(404);
    assert_eq!(platform.get("anna", &path(&ours)).await.expect(200).body["isChangeable"], false);
    platform.put("anna", &path(&ours), named("Mine now", json!({}))).await.expect(403);
    delete(&platform, "anna", &path(&ours)).await.expect(403);
    delete(&platform, "ben", &path(&ours)).await.expect(204);
    platform.get("anna", &path(&ours)).await.expect(404);
    assert_eq!(names(&platform, "anna").await, ["All of us", "Mine"]);
}

#[tokio::test]
async fn a_number_beside_a_view_is_what_the_reader_s_list_has() {
    let platform = platform().await;
    let mut secret = support::claim_definition();
    secret["restrictedTo"] = json!(["supervisors"]);
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    platform.new_case("Water in the kitchen").await;
    platform.new_case("Storm").await;
    let body = json!({"definition": "secret", "title": "Water in the vault"});
    platform.post("ben", "/api/v1/cases", body).await.expect(201);
    let water = named("Water", json!({"filters": {"search": "water"}, "audience": {"kind": "everyone"}}));
    let view = platform.post("ben", VIEWS, water).await.expect(201).body;
    assert_eq!(view["count"], 2);
    assert_eq!(platform.get("anna", &path(&view)).await.expect(200).body["count"], 1, "anna sees one of them");
    let listed = platform.get("anna", "/api/v1/cases?search=water&total=true").await.expect(200).body;
    assert_eq!(listed["total"], 1);
    let without = platform.get("anna", VIEWS).await.expect(200).body;
    assert_eq!(without["items"][0]["count"], Value::Null, "nobody asked");
    let with = platform.get("anna", &format!("{VIEWS}?counts=true")).await.expect(200).body;
    assert_eq!(with["items"][0]["count"], 1);
}

#[tokio::test]
async fn views_are_pinned_in_an_order_and_what_is_gone_is_left_out() {
    let platform = platform().await;
    let mut ids = Vec::new();
    for name in ["A", "B", "C"] {
        let view = platform.post("anna", VIEWS, named(name, json!({}))).await.expect(201).body;
        ids.push(view["id"].as_str().unwrap().to_owned());
    }
    let choices = "/api/v1/saved-view-choices";
    assert_eq!(platform.get("anna", choices).await.expect(200).body, json!({"pinned": [], "default": null}));
    let wished = json!({"pinned": [ids[2], ids[0]], "default": ids[1]});
    platform.put("anna", choices, wished.clone()).await.expect(200);
    let page = platform.get("anna", &format!("{VIEWS}?pinned=true")).await.expect(200).body;
    let pinned: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap()).collect();
    assert_eq!(pinned, ["C", "A"]);
    assert_eq!(platform.get("anna", &format!("{VIEWS}/{}", ids[1])).await.expect(200).body["isDefault"], true);
    delete(&platform, "anna", &format!("{VIEWS}/{}", ids[2])).await.expect(204);
    let page = platform.get("anna", &format!("{VIEWS}?pinned=true")).await.expect(200).body;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    // What is gone is no reason to refuse the next choice; what one does not see cannot be chosen.
    platform.put("anna", choices, json!({"pinned": [ids[2], ids[1]]})).await.expect(200);
    platform.put("carl", choices, json!({"pinned": [ids[0]]})).await.expect(404);
    let twice = platform.put("anna", choices, json!({"pinned": [ids[0], ids[0]]})).await.expect(422);
    assert_eq!((twice.code(), twice.pointers()), ("invalid-choices", vec!["/pinned/1"]));
}

#[tokio::test]
async fn what_no_list_knows_is_not_kept() {
    let platform = platform().await;
    let wrong = named(" ", json!({"filters": {"stages": "x", "stage": 5}, "columns": ["number", "number"]}));
    let refused = platform.post("anna", VIEWS, wrong).await.expect(422);
    assert_eq!(refused.code(), "invalid-saved-view");
    assert_eq!(refused.pointers(), ["/filters/stages", "/filters/stage", "/name", "/columns/1"]);
    let view = platform.post("anna", VIEWS, named("Mine", json!({}))).await.expect(201).body;
    let stale = [("if-match", "\"7\"")];
    platform.send("anna", "PUT", &path(&view), &stale, Some(named("Other", json!({})))).await.expect(412);
}

#[tokio::test]
async fn a_list_is_sorted_by_whatever_it_shows() {
    let platform = platform().await;
    for title in ["Beta", "Alpha", "Gamma"] {
        platform.new_case(title).await;
    }
    let titles = |page: &Value| -> Vec<String> {
        page["items"].as_array().unwrap().iter().map(|case| case["title"].as_str().unwrap().to_owned()).collect()
    };
    let page = platform.get("anna", "/api/v1/cases?sort=title").await.expect(200).body;
    assert_eq!(titles(&page), ["Alpha", "Beta", "Gamma"]);
    let page = platform.get("anna", "/api/v1/cases?sort=-title&limit=2").await.expect(200).body;
    assert_eq!(titles(&page), ["Gamma", "Beta"]);
    for sort in ["definition", "stage", "status", "assignee", "queue", "requester"] {
        let page = platform.get("anna", &format!("/api/v1/cases?sort=-{sort}")).await.expect(200).body;
        assert_eq!(titles(&page).len(), 3, "{sort}");
    }
}
