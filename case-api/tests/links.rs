//! Cases that have to do with each other: both know of it, and nobody learns of a case that is not theirs to see.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_testkit::Answer;
use serde_json::{Value, json};
use support::Platform;

fn links(of: &Value) -> String {
    format!("/api/v1/cases/{}/links", of["id"].as_str().unwrap())
}

/// `kind number` of each, `<` in front where the other case says it.
fn told(page: &Value) -> Vec<String> {
    let one = |link: &Value| {
        let mark = if link["isIncoming"] == true { "<" } else { "" };
        format!("{mark}{} {}", link["kind"].as_str().unwrap(), link["case"]["number"].as_str().unwrap())
    };
    page["items"].as_array().unwrap().iter().map(one).collect()
}

async fn link(platform: &Platform, who: &str, from: &Value, kind: &str, to: &Value) -> Answer {
    platform.post(who, &links(from), json!({"kind": kind, "to": to["number"]})).await
}

#[tokio::test]
async fn both_cases_have_the_link_and_both_can_take_it_away() {
    let platform = Platform::open().await.with_claims().await;
    let (one, two) = (platform.new_case("One").await, platform.new_case("Two").await);
    let made = link(&platform, "anna", &one, "duplicates", &two).await.expect(201).body;
    assert_eq!((&made["case"]["title"], made["isIncoming"].as_bool()), (&json!("Two"), Some(false)));
    link(&platform, "anna", &one, "duplicates", &two).await.expect(200);
    let there = platform.until("anna", &links(&two), |page| page["items"] != json!([])).await;
    assert_eq!(told(&there), [format!("<duplicates {}", one["number"].as_str().unwrap())]);
    let timeline = format!("/api/v1/cases/{}/timeline", two["id"].as_str().unwrap());
    let heard = platform.get("anna", &format!("{timeline}?kinds=linked")).await.expect(200).body["items"].clone();
    assert_eq!((heard.as_array().unwrap().len(), heard[0]["actor"]["id"].as_str()), (1, Some("anna")));
    // It is taken away from the side that did not make it.
    let id = there["items"][0]["id"].as_str().unwrap();
    platform.send("ben", "DELETE", &format!("{}/{id}", links(&two)), &[], None).await.expect(204);
    platform.until("anna", &links(&one), |page| page["items"] == json!([])).await;
    platform.send("ben", "DELETE", &format!("{}/{id}", links(&two)), &[], None).await.expect(404);
}

#[tokio::test]
async fn a_link_tells_nothing_of_a_case_that_is_not_one_s_to_see() {
    let platform = Platform::open().await.with_claims().await;
    let mut secret = support::claim_definition();
    secret["restrictedTo"] = json!(["supervisors"]);
    platform.put("dana", "/api/v1/case-definitions/secret", secret).await.expect(201);
    let body = json!({"definition": "secret", "title": "The CFO"});
    let hidden = platform.post("ben", "/api/v1/cases", body).await.expect(201).body;
    let open = platform.new_case("Open").await;
    let unseen = link(&platform, "anna", &open, "relates-to", &hidden).await.expect(422);
    let nothing =
        platform.post("anna", &links(&open), json!({"kind": "relates-to", "to": "CLM-999999"})).await.expect(422);
    assert_eq!((unseen.code(), unseen.pointers()), (nothing.code(), nothing.pointers()));
    let made = link(&platform, "ben", &open, "caused-by", &hidden).await.expect(201).body;
    assert_eq!(platform.get("anna", &links(&open)).await.expect(200).body["items"], json!([]));
    assert_eq!(platform.get("ben", &links(&open)).await.expect(200).body["items"].as_array().unwrap().len(), 1);
    let path = format!("{}/{}", links(&open), made["id"].as_str().unwrap());
    platform.send("anna", "DELETE", &path, &[], None).await.expect(404);
    let timeline = format!("/api/v1/cases/{}/timeline", open["id"].as_str().unwrap());
    let story = platform.get("anna", &timeline).await.expect(200).body.to_string();
    assert!(!story.contains(hidden["number"].as_str().unwrap()) && !story.contains("CFO"), "{story}");
    platform.get("anna", &links(&hidden)).await.expect(404);
}

#[tokio::test]
async fn a_case_has_one_parent_and_is_no_ancestor_of_itself() {
    let platform = Platform::open().await.with_claims().await;
    let mut chain = Vec::new();
    for title in ["Major", "Child", "Grandchild"] {
        chain.push(platform.new_case(title).await);
    }
    link(&platform, "anna", &chain[1], "child-of", &chain[0]).await.expect(201);
    link(&platform, "anna", &chain[2], "child-of", &chain[1]).await.expect(201);
    for (from, to, code) in [(0, 2, "circular-link"), (0, 0, "circular-link"), (2, 0, "invalid-case")] {
        let refused = link(&platform, "anna", &chain[from], "child-of", &chain[to]).await.expect(422);
        assert_eq!((refused.code(), refused.pointers()), (code, vec!["/to"]), "{from} to {to}");
    }
    let itself = link(&platform, "anna", &chain[0], "blocks", &chain[0]).await.expect(422);
    assert_eq!(itself.code(), "invalid-case");
    let major = platform.until("anna", &links(&chain[0]), |page| page["items"] != json!([])).await;
    assert_eq!(told(&major), [format!("<child-of {}", chain[1]["number"].as_str().unwrap())]);
}
