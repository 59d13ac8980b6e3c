//! Models that name Java: told at deployment, and runnable by external workers on demand.

use crate::support::{App, text};
use serde_json::json;

const RATED: &str = r#"<process id="rated" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="rate"/><serviceTask id="rate" camunda:class="com.example.Rate"/><sequenceFlow id="g" sourceRef="rate" targetRef="note"/><userTask id="note"><extensionElements><camunda:taskListener event="create" class="com.example.Note"/></extensionElements></userTask></process>"#;

#[tokio::test]
async fn a_deployment_says_what_names_java_and_such_a_task_fails() {
    let app = App::start().await;
    let answer = app.deploy_with(RATED, "").await;
    let codes: Vec<&str> = answer["warnings"].as_array().unwrap().iter().map(|w| text(&w["code"])).collect();
    assert_eq!(codes, ["java-code", "java-listener"]);
    let first = &answer["warnings"][0];
    assert_eq!(
        (&first["mainElementId"], &first["line"], &first["resource"]),
        (&json!("rate"), &json!(1), &json!("p.bpmn"))
    );
    let (status, refused) = app.call("POST", "/process-definition/key/rated/start", json!({})).await;
    assert!(!status.is_success());
    assert!(text(&refused["message"]).contains("com.example.Rate"), "{refused}");
}

#[tokio::test]
async fn on_demand_the_class_is_a_topic_and_its_listener_is_left_out() {
    let app = App::start().await;
    let part = "--b\r\nContent-Disposition: form-data; name=\"java-as-external\"\r\n\r\ntrue\r\n";
    let answer = app.deploy_with(RATED, part).await;
    let codes: Vec<&str> = answer["warnings"].as_array().unwrap().iter().map(|w| text(&w["code"])).collect();
    assert_eq!(codes, ["java-as-external", "java-listener-left-out"]);
    let started = app.post("/process-definition/key/rated/start", json!({})).await;
    let tasks = app.get("/external-task").await;
    assert_eq!((&tasks[0]["topicName"], &tasks[0]["activityId"]), (&json!("com.example.Rate"), &json!("rate")));
    let id = text(&tasks[0]["id"]);
    app.post(&format!("/external-task/{id}/lock"), json!({"workerId": "w", "lockDuration": 1000})).await;
    app.post(&format!("/external-task/{id}/complete"), json!({"workerId": "w"})).await;
    assert_eq!(app.task(text(&started["id"])).await["taskDefinitionKey"], json!("note"));
}

#[tokio::test]
async fn a_model_without_java_is_answered_exactly_as_camunda_does() {
    let app = App::start().await;
    let plain = r#"<process id="plain" isExecutable="true"><startEvent id="start"/></process>"#;
    assert!(app.deploy_with(plain, "").await.get("warnings").is_none());
}
