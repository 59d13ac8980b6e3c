//! What becomes of a task besides being completed: who may, what the engine is asked for and in whose name, and what lists show of it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use serde_json::{Value, json};
use support::Platform;

/// A case whose task Anna has.
async fn taken(platform: &Platform) -> (Value, String) {
    let case = platform.new_case("Water").await;
    let tasks = format!("/api/v1/tasks?case={}", case["id"].as_str().unwrap());
    let is_there = |page: &Value| page["items"].as_array().is_some_and(|items| !items.is_empty());
    let page = platform.until("anna", &tasks, is_there).await;
    let path = format!("/api/v1/tasks/{}", page["items"][0]["id"].as_str().unwrap());
    platform.post("anna", &format!("{path}/claim"), json!({})).await.expect(204);
    (case, path)
}

#[tokio::test]
async fn work_is_delegated_by_who_has_it_and_given_back_by_who_does_it() {
    let platform = Platform::open().await.with_claims().await;
    let (_, path) = taken(&platform).await;
    let to_ben = json!({"to": "ben"});
    platform.post("carl", &format!("{path}/delegate"), to_ben.clone()).await.expect(403);
    let refused = platform.post("anna", &format!("{path}/delegate"), json!({"to": "anna"})).await.expect(422);
    assert_eq!((refused.code(), refused.pointers()), ("already-theirs", vec!["/to"]));
    let unknown = platform.post("anna", &format!("{path}/delegate"), json!({"to": "ghost"})).await.expect(422);
    assert_eq!(unknown.code(), "unknown-user");
    platform.post("anna", &format!("{path}/delegate"), to_ben).await.expect(204);

    let task = platform.get("ben", &path).await.body;
    assert_eq!(
        (&task["assignee"], &task["owner"], &task["isDelegated"]),
        (&json!("ben"), &json!("anna"), &json!(true))
    );
    let waits = platform.get("anna", "/api/v1/tasks?delegatedBy=me&total=true").await.expect(200).body;
    assert_eq!((&waits["total"], &waits["items"][0]["id"]), (&json!(1), &task["id"]));
    assert_eq!(platform.get("ben", "/api/v1/tasks?delegatedBy=me").await.body["items"], json!([]));

    platform.post("carl", &format!("{path}/resolve"), json!({})).await.expect(403);
    platform.post("ben", &format!("{path}/resolve"), json!({"data": {"amount": 7}})).await.expect(204);
    let task = platform.get("anna", &path).await.body;
    assert_eq!(
        (&task["assignee"], &task["owner"], &task["isDelegated"]),
        (&json!("anna"), &Value::Null, &json!(false))
    );
    assert_eq!(platform.engine.turned(), [("ben".to_owned(), json!({"kind": "resolved"}), json!({"amount": 7}))]);
}

#[tokio::test]
async fn who_has_delegated_takes_it_back_and_a_task_of_nobody_is_not_delegated() {
    let platform = Platform::open().await.with_claims().await;
    let (_, path) = taken(&platform).await;
    platform.post("anna", &format!("{path}/delegate"), json!({"to": "ben"})).await.expect(204);
    platform.post("anna", &format!("{path}/complete"), json!({})).await.expect(403);
    platform.post("anna", &format!("{path}/resolve"), json!({})).await.expect(204);
    assert_eq!(platform.get("anna", &path).await.body["assignee"], "anna");
    platform.post("anna", &format!("{path}/unclaim"), json!({})).await.expect(204);
    platform.post("anna", &format!("{path}/delegate"), json!({"to": "ben"})).await.expect(403);
    let refused = platform.post("ben", &format!("{path}/delegate"), json!({"to": "anna"})).await.expect(409);
    assert_eq!(refused.code(), "not-taken");
}

#[tokio::test]
async fn an_error_that_is_caught_ends_the_task_in_the_name_of_who_raised_it() {
    let platform = Platform::open().await.with_claims().await;
    let (case, path) = taken(&platform).await;
    let task = platform.get("anna", &path).await.expect(200).body;
    assert_eq!(task["errors"], json!([{"code": "missing", "name": "Papers are missing", "isInterrupting": true}]));
    assert_eq!(task["escalations"], json!([]));
    let error = json!({"code": "missing", "message": "No invoice", "data": {"amount": 1}});
    platform.post("carl", &format!("{path}/bpmn-error"), error.clone()).await.expect(403);
    let refused = platform.post("anna", &format!("{path}/escalation"), json!({"code": "late"})).await.expect(422);
    assert_eq!(refused.code(), "not-caught");
    platform.post("anna", &format!("{path}/bpmn-error"), error).await.expect(204);
    platform.get("anna", &path).await.expect(404);
    // The case knows by the time that the caller is answered, and nothing of the form is a field of it.
    let case = platform.get("anna", &format!("/api/v1/cases/{}", case["id"].as_str().unwrap())).await.body;
    assert_eq!((&case["openTaskCount"], &case["fields"]["amount"]), (&json!(0), &json!(120.5)));
    let (by, outcome, _) = platform.engine.turned().pop().unwrap();
    assert_eq!((by.as_str(), outcome), ("anna", json!({"kind": "error", "code": "missing", "message": "No invoice"})));
}

#[tokio::test]
async fn dates_are_set_by_who_has_the_task_and_lists_go_by_them() {
    let platform = Platform::open().await.with_claims().await;
    let (_, path) = taken(&platform).await;
    let dates = json!({"dueAt": "2031-05-06T07:00:00Z", "followUpAt": "2031-05-01T07:00:00Z"});
    platform.patch("carl", &path, dates.clone()).await.expect(403);
    platform.patch("anna", &path, dates).await.expect(204);
    let task = platform.get("anna", &path).await.body;
    assert_eq!(
        (&task["dueAt"], &task["followUpAt"]),
        (&json!("2031-05-06T07:00:00.000Z"), &json!("2031-05-01T07:00:00.000Z"))
    );
    let found = async |query: &str| {
        let page = platform.get("anna", &format!("/api/v1/tasks?total=true&{query}")).await.expect(200).body;
        page["total"].as_u64().unwrap()
    };
    assert_eq!(found("dueFrom=2031-05-06T07:00:00Z&dueBefore=2031-05-07T00:00:00Z").await, 1);
    assert_eq!(found("dueFrom=2031-05-06T07:00:01Z").await, 0);
    assert_eq!(found("dueBefore=2031-05-06T07:00:00Z").await, 0);
    assert_eq!(found("sort=followUpAt").await, 1);
    platform.get("anna", "/api/v1/tasks?dueBefore=tomorrow").await.expect(400);
    platform.patch("anna", &path, json!({"followUpAt": null})).await.expect(204);
    let task = platform.get("anna", &path).await.body;
    assert_eq!((&task["dueAt"], &task["followUpAt"]), (&json!("2031-05-06T07:00:00.000Z"), &Value::Null));
    // What has no date is in neither half.
    platform.patch("anna", &path, json!({"dueAt": null})).await.expect(204);
    assert_eq!((found("dueFrom=2020-01-01T00:00:00Z").await, found("dueBefore=2040-01-01T00:00:00Z").await), (0, 0));
}

#[tokio::test]
async fn a_task_that_somebody_added_has_a_due_date_and_no_process() {
    let platform = Platform::open().await.with_claims().await;
    let case = platform.new_case("Water").await;
    let tasks = format!("/api/v1/cases/{}/tasks", case["id"].as_str().unwrap());
    let task = platform.post("anna", &tasks, json!({"title": "Call", "assignee": "anna"})).await.expect(201).body;
    let path = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
    platform.until("anna", "/api/v1/tasks?assignee=me", |page| page["items"][0]["name"] == "Call").await;
    platform.patch("anna", &path, json!({"dueAt": "2031-05-06T07:00:00Z"})).await.expect(204);
    let now = platform.get("anna", &path).await.expect(200).body;
    assert_eq!((&now["dueAt"], &now["errors"]), (&json!("2031-05-06T07:00:00.000Z"), &json!([])));
    for (method, body) in [
        ("delegate", json!({"to": "ben"})),
        ("resolve", json!({})),
        ("bpmn-error", json!({"code": "x"})),
        ("escalation", json!({"code": "x"})),
    ] {
        let refused = platform.post("anna", &format!("{path}/{method}"), body).await.expect(409);
        assert_eq!(refused.code(), "not-of-a-process", "{method}");
    }
    let follow_up = json!({"followUpAt": "2031-05-06T07:00:00Z"});
    assert_eq!(platform.patch("anna", &path, follow_up).await.expect(409).code(), "not-of-a-process");
}
