//! A restart makes a new instance of what an ended one left behind.

use crate::support::{App, text};
use http::StatusCode;
use serde_json::json;

const TWO_TASKS: &str = r#"<process id="two" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="first"/><userTask id="first"/><sequenceFlow id="g" sourceRef="first" targetRef="second"/><userTask id="second"/></process>"#;

/// An ended instance whose variable was changed on the way.
async fn ended(app: &App, definition: &str) -> String {
    let instance = app.start_instance(definition, json!({"n": {"value": 1, "type": "Integer"}})).await;
    let task = app.task(&instance).await;
    let body = json!({"variables": {"n": {"value": 2, "type": "Integer"}}});
    app.post(&format!("/task/{}/complete", text(&task["id"])), body).await;
    let task = app.task(&instance).await;
    app.complete(&task).await;
    instance
}

fn body(instance: &str, initial: bool) -> serde_json::Value {
    json!({
        "processInstanceIds": [instance],
        "instructions": [{"type": "startBeforeActivity", "activityId": "second"}],
        "initialVariables": initial,
    })
}

#[tokio::test]
async fn it_begins_where_it_is_told_with_the_last_or_the_first_variables() {
    let app = App::start().await;
    let definition = app.deploy(TWO_TASKS).await;
    let old = ended(&app, &definition).await;
    for (initial, value) in [(false, 2), (true, 1)] {
        let path = format!("/process-definition/{definition}/restart");
        assert_eq!(app.call("POST", &path, body(&old, initial)).await.0, StatusCode::NO_CONTENT);
        let found = app.get("/process-instance").await;
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        let new = text(&found[0]["id"]).to_owned();
        assert_eq!(found[0]["businessKey"], json!("bk"));
        let task = app.task(&new).await;
        assert_eq!(task["taskDefinitionKey"], json!("second"));
        assert_eq!(app.get(&format!("/process-instance/{new}/variables/n")).await["value"], json!(value));
        let history = app.get(&format!("/history/process-instance/{new}")).await;
        assert_eq!(history["restartedProcessInstanceId"], json!(old));
        app.complete(&task).await;
    }
}

#[tokio::test]
async fn a_running_instance_is_not_restarted() {
    let app = App::start().await;
    let definition = app.deploy(TWO_TASKS).await;
    let running = app.start_instance(&definition, json!({})).await;
    let path = format!("/process-definition/{definition}/restart");
    assert!(!app.call("POST", &path, body(&running, false)).await.0.is_success());
    assert_eq!(app.count("/process-instance/count").await, 1);
}

#[tokio::test]
async fn a_batch_restarts_each_instance() {
    let app = App::start().await;
    let definition = app.deploy(TWO_TASKS).await;
    let old = ended(&app, &definition).await;
    let batch = app.post(&format!("/process-definition/{definition}/restart-async"), body(&old, false)).await;
    assert_eq!(batch["type"], json!("instance-restart"));
    app.run_batch(&batch).await;
    assert_eq!(app.count("/process-instance/count").await, 1);
}
