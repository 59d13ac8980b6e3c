//! A start under a key is made once.

use crate::support::{App, text};
use http::StatusCode;
use serde_json::{Value as Json, json};

const WAITS: &str = r#"<process id="waits" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="work"/><userTask id="work"/><sequenceFlow id="g" sourceRef="work" targetRef="end"/><endEvent id="end"/></process>"#;

async fn start(app: &App, key: &str, body: &Json) -> (StatusCode, Json) {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    let (status, _, text) = app.raw("POST", "/process-definition/key/waits/start", &headers, body.to_string()).await;
    (status, serde_json::from_str(&text).unwrap())
}

async fn started(app: &App, key: &str) -> Json {
    let body = json!({"businessKey": "order-17", "withVariablesInReturn": true, "variables": {"n": {"value": 1}}});
    let (status, answer) = start(app, key, &body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

#[tokio::test]
async fn a_repeat_answers_with_the_instance_of_the_first_time_while_it_waits_and_when_it_has_ended() {
    let app = App::start().await;
    app.deploy(WAITS).await;
    let first = started(&app, "order-17").await;
    assert_eq!(first["ended"], json!(false));
    assert_eq!(first["variables"]["n"]["value"], json!(1));
    assert_eq!(started(&app, "order-17").await, first);
    assert_eq!(app.count("/process-instance/count").await, 1);
    let other = started(&app, "order-18").await;
    assert_ne!(other["id"], first["id"]);

    app.complete(&app.task(text(&first["id"])).await).await;
    let again = started(&app, "order-17").await;
    assert_eq!(
        (&again["id"], &again["ended"], &again["businessKey"]),
        (&first["id"], &json!(true), &json!("order-17"))
    );
    assert_eq!(app.count("/history/process-instance/count").await, 2);
}

#[tokio::test]
async fn those_who_ask_at_once_get_one_instance() {
    let app = App::start().await;
    app.deploy(WAITS).await;
    let answers = futures::future::join_all((0..20).map(|_| started(&app, "order-17"))).await;
    assert!(answers.iter().all(|answer| answer["id"] == answers[0]["id"]), "{answers:?}");
    assert_eq!(app.count("/history/process-instance/count").await, 1);
}

#[tokio::test]
async fn what_was_started_is_told_also_when_it_would_be_refused_by_now() {
    let app = App::start().await;
    app.deploy(WAITS).await;
    let first = started(&app, "order-17").await;
    app.call("PUT", "/process-definition/key/waits/suspended", json!({"suspended": true})).await;
    assert_eq!(started(&app, "order-17").await["id"], first["id"]);
    let (status, refused) = start(&app, "order-18", &json!({})).await;
    assert!(!status.is_success(), "{refused}");
    assert_eq!(app.count("/history/process-instance/count").await, 1);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let app = App::start().await;
    app.deploy(WAITS).await;
    for key in ["", &"k".repeat(201), "gr\u{fc}n"] {
        let (status, refused) = start(&app, key, &json!({})).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{key}: {refused}");
        assert_eq!(refused["type"], json!("InvalidRequestException"), "{key}");
    }
    assert_eq!(app.count("/history/process-instance/count").await, 0);
}
