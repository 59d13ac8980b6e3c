//! The user operation log tells what signed-in users did, and nothing else.

use crate::support::{App, text};
use casewright_engine_runtime::{HistoryConfig, JobExecutor};
use casewright_engine_views::HistoryLevel;
use serde_json::{Value as Json, json};

const ONE: &str = r#"<process id="one" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="do"/><userTask id="do"/></process>"#;

/// Everything that was logged, as `entity/operation/property`, in order of occurrence.
async fn told(app: &App) -> Vec<String> {
    let log = app.get("/history/user-operation?sortBy=timestamp&sortOrder=asc").await;
    let mut lines: Vec<String> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            let property = line["property"].as_str().unwrap_or("-");
            format!("{}/{}/{property}", text(&line["entityType"]), text(&line["operationType"]))
        })
        .collect();
    lines.sort();
    lines
}

async fn as_anna(app: &App, method: &str, path: &str, body: Json) -> Json {
    let (status, answer) = app.call_as("anna", method, path, body).await;
    assert!(status.is_success(), "{method} {path}: {answer}");
    answer
}

#[tokio::test]
async fn each_operation_of_a_user_is_told_with_what_it_changed() {
    let app = App::start().await;
    app.deploy(ONE).await;
    let started = as_anna(&app, "POST", "/process-definition/key/one/start", json!({})).await;
    let instance = text(&started["id"]);
    let task = app.task(instance).await;
    let of_task = format!("/task/{}", text(&task["id"]));
    as_anna(&app, "POST", &format!("{of_task}/claim"), json!({"userId": "anna"})).await;
    as_anna(&app, "PUT", &format!("/process-instance/{instance}/variables/a"), json!({"value": 1})).await;
    as_anna(&app, "PUT", &format!("/process-instance/{instance}/suspended"), json!({"suspended": true})).await;
    as_anna(&app, "PUT", &format!("/process-instance/{instance}/suspended"), json!({"suspended": false})).await;
    as_anna(&app, "POST", &format!("{of_task}/complete"), json!({})).await;
    assert_eq!(
        told(&app).await,
        [
            "ProcessInstance/Activate/suspensionState",
            "ProcessInstance/Create/-",
            "ProcessInstance/Suspend/suspensionState",
            "Task/Claim/assignee",
            "Task/Complete/delete",
            "Variable/SetVariable/-",
        ]
    );
    let claim = app.get("/history/user-operation?operationType=Claim").await;
    assert_eq!((&claim[0]["userId"], &claim[0]["newValue"]), (&json!("anna"), &json!("anna")));
    assert_eq!((&claim[0]["taskId"], &claim[0]["category"]), (&task["id"], &json!("TaskWorker")));
    assert_eq!(claim[0]["processInstanceId"], started["id"]);
    assert!(claim[0]["deploymentId"].is_string() && claim[0]["orgValue"].is_null(), "{claim}");
}

#[tokio::test]
async fn what_nobody_in_particular_or_a_job_does_is_not_told() {
    let app = App::start().await;
    app.deploy(ONE).await;
    let started = app.post("/process-definition/key/one/start", json!({})).await;
    let body = json!({"processInstanceIds": [started["id"]], "suspended": true});
    let batch = as_anna(&app, "POST", "/process-instance/suspended-async", body).await;
    app.run_batch(&batch).await;
    assert_eq!(told(&app).await, Vec::<String>::new());
    let app =
        App::start_keeping(JobExecutor::Off, HistoryConfig { level: HistoryLevel::Audit, ..HistoryConfig::default() })
            .await;
    app.deploy(ONE).await;
    as_anna(&app, "POST", "/process-definition/key/one/start", json!({})).await;
    assert_eq!(told(&app).await, Vec::<String>::new());
}
