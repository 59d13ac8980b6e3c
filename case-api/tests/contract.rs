//! The rules of `docs/api-v1.md` that hold for every resource, and what people read where a machine acted.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use support::Platform;
use tower::ServiceExt as _;

const MACHINE: &str = "system:external-tasks";

fn path(case: &Value) -> String {
    format!("/api/v1/cases/{}", case["id"].as_str().unwrap())
}

/// Sends bytes that need not be JSON as a machine client.
async fn post_raw(platform: &Platform, content_type: &str, body: &'static str) -> (u16, Value) {
    let request = Request::post("/api/v1/cases")
        .header("authorization", format!("Bearer {}", platform.access.service_token(MACHINE)))
        .header("content-type", content_type)
        .body(Body::from(body))
        .unwrap();
    let response = platform.router.clone().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn a_body_that_is_not_json_or_not_the_agreed_json_is_a_problem_that_says_where() {
    let platform = Platform::open().await.with_claims().await;
    let (status, problem) = post_raw(&platform, "application/json", r#"{"definition": "claim", "#).await;
    assert_eq!((status, &problem["code"]), (400, &json!("malformed-json")));
    let (status, problem) = post_raw(&platform, "text/plain", "{}").await;
    assert_eq!((status, &problem["code"]), (415, &json!("unsupported-media-type")));
    let (status, problem) = post_raw(&platform, "application/json", r#"{"definition": "claim"}"#).await;
    assert_eq!((status, &problem["code"]), (400, &json!("missing-field")));
    let wrong = r#"{"definition": "claim", "title": "x", "requester": {"name": 7}}"#;
    let (status, problem) = post_raw(&platform, "application/json", wrong).await;
    assert_eq!((status, &problem["code"]), (400, &json!("invalid-value")));
    assert_eq!(problem["errors"][0]["pointer"], "/requester/name");
    let wrong = r#"{"definition": "claim", "title": "x", "requester": {"colour": "red"}}"#;
    let (_, problem) = post_raw(&platform, "application/json", wrong).await;
    assert_eq!(
        (&problem["code"], &problem["errors"][0]["pointer"]),
        (&json!("unknown-field"), &json!("/requester/colour"))
    );
    assert!(problem["type"].is_string() && problem["title"].is_string() && problem["status"] == 400, "{problem}");
}

#[tokio::test]
async fn headers_and_parameters_that_are_not_as_agreed_are_refused() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("A").await;
    let unquoted = [("if-match", "7")];
    let refused =
        platform.send("anna", "PATCH", &path(&case), &unquoted, Some(json!({"priority": 1}))).await.expect(400);
    assert_eq!(refused.code(), "invalid-if-match");
    let long = "k".repeat(201);
    let body = json!({"definition": "claim", "title": "x"});
    let refused =
        platform.send(MACHINE, "POST", "/api/v1/cases", &[("idempotency-key", &long)], Some(body)).await.expect(400);
    assert_eq!(refused.code(), "invalid-idempotency-key");
    for query in ["limit=0", "limit=many"] {
        let refused = platform.get("anna", &format!("/api/v1/cases?{query}")).await.expect(400);
        assert_eq!(refused.code(), "invalid-parameter", "{query}");
    }
    for list in ["/api/v1/cases?cursor=nonsense".to_owned(), format!("{}/timeline?cursor=nonsense", path(&case))] {
        assert_eq!(platform.get("anna", &list).await.expect(400).code(), "invalid-cursor");
    }
}

#[tokio::test]
async fn a_list_is_walked_by_its_cursor_without_loss_or_repetition_while_it_grows() {
    let platform = Platform::open().await.with_claims().await;
    for number in 0..7 {
        platform.new_case(&format!("case {number}")).await;
    }
    let mut titles = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = platform.get("anna", &format!("/api/v1/cases?sort=number&limit=3{cursor}")).await.expect(200).body;
        assert_eq!(page["total"], Value::Null, "counted only when asked");
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        titles.extend(items.iter().map(|item| item["title"].as_str().unwrap().to_owned()));
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
        if titles.len() == 3 {
            platform.new_case("case 7").await;
        }
    }
    assert_eq!(titles, (0..8).map(|number| format!("case {number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_form_judges_a_submission_without_a_task_as_it_does_with_one() {
    let platform = Platform::open().await;
    let form = json!({"type": "default", "id": "payment", "schemaVersion": 18, "components": [
        {"type": "number", "key": "amount", "validate": {"required": true, "max": 100}},
        {"type": "select", "key": "method", "values": [{"label": "Cash", "value": "cash"}]}
    ]});
    platform.put("dana", "/api/v1/forms/payment", form).await.expect(201);
    let validate = "/api/v1/forms/payment/validate";
    let wrong = json!({"data": {"amount": 101, "method": "barter"}});
    let refused = platform.post("anna", validate, wrong).await.expect(422);
    assert_eq!(refused.code(), "invalid-submission");
    assert_eq!(refused.pointers(), ["/data/amount", "/data/method"]);
    assert!(refused.body["errors"].as_array().unwrap().iter().all(|error| error["detail"].is_string()));
    let right = platform.post("anna", validate, json!({"data": {"amount": 99.5, "method": "cash", "x": 1}})).await;
    assert_eq!(right.expect(200).body["data"], json!({"amount": 99.5, "method": "cash"}));
}

#[tokio::test]
async fn where_a_machine_acted_people_read_the_platforms_name() {
    let platform = Platform::open().await.with_claims().await;
    let body = json!({"definition": "claim", "title": "From a mail"});
    let case = platform.post(MACHINE, "/api/v1/cases", body).await.expect(201).body;
    let casewright = json!({"id": MACHINE, "name": "Casewright"});
    assert_eq!(case["createdBy"], casewright);
    let reported = json!({"step": "Attach documents", "reason": "There is no such file."});
    platform.post(MACHINE, &format!("{}/compensations", path(&case)), reported).await.expect(204);
    let timeline = platform
        .get("anna", &format!("{}/timeline?kinds=case-created,compensated", path(&case)))
        .await
        .expect(200)
        .body;
    let actors: Vec<&Value> = timeline["items"].as_array().unwrap().iter().map(|item| &item["actor"]).collect();
    assert_eq!(actors, [&casewright, &casewright]);
    let all = platform.get("anna", &format!("{}/timeline", path(&case))).await.expect(200).body;
    assert!(all["items"].as_array().unwrap().iter().all(|item| item["actor"]["name"] == "Casewright"), "{all}");
}

#[tokio::test]
async fn a_problem_says_what_the_engine_said_and_not_how_it_was_asked() {
    let platform = Platform::open().await;
    let mut definition = support::claim_definition();
    definition["processes"] = json!([{"key": "missing", "name": "Missing", "start": "on-create"}]);
    platform.put("dana", "/api/v1/case-definitions/claim", definition).await.expect(201);
    let case = platform.new_case("Water").await;
    let case = platform.until("anna", &path(&case), |case| !case["problem"].is_null()).await;
    let reason = case["problem"]["reason"].as_str().unwrap();
    assert!(!reason.is_empty() && !reason.contains("/engine-rest") && !reason.contains("404"), "{reason}");
}
