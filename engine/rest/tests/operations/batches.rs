//! A batch is seeded, run job by job, watched, and remembered.

use crate::support::{App, text};
use casewright_engine_runtime::JobExecutor;
use http::StatusCode;
use serde_json::{Value as Json, json};
use std::time::Duration;

const ONE_TASK: &str = r#"<process id="one" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="do"/><userTask id="do"/></process>"#;
const WORK: &str = r#"<process id="work" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="do"/><serviceTask id="do" camunda:type="external" camunda:topic="t"/></process>"#;

async fn instances(app: &App, count: usize) -> Vec<String> {
    let definition = app.deploy(ONE_TASK).await;
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(app.start_instance(&definition, json!({})).await);
    }
    ids
}

async fn statistics(app: &App, batch: &Json) -> Json {
    app.get(&format!("/batch/statistics?batchId={}", text(&batch["id"]))).await[0].clone()
}

#[tokio::test]
async fn a_batch_tells_how_far_it_is_and_leaves_history_behind() {
    let app = App::start().await;
    let ids = instances(&app, 2).await;
    let body = json!({"processInstanceIds": ids, "deleteReason": "tidy"});
    let batch = app.post("/process-instance/delete", body).await;
    let path = format!("/batch/{}", text(&batch["id"]));
    let job = format!("/job?batchId={}", text(&batch["id"]));
    assert_eq!(app.get(&job).await[0]["batchId"], batch["id"]);

    app.run_jobs(&batch["seedJobDefinitionId"]).await;
    assert_eq!(app.get(&path).await["jobsCreated"], json!(2));
    let jobs = app.get(&format!("/job?jobDefinitionId={}", text(&batch["batchJobDefinitionId"]))).await;
    app.post(&format!("/job/{}/execute", text(&jobs[0]["id"])), json!({})).await;
    let half = statistics(&app, &batch).await;
    assert_eq!((&half["completedJobs"], &half["remainingJobs"]), (&json!(1), &json!(1)));
    app.run_jobs(&batch["monitorJobDefinitionId"]).await;
    assert_eq!(app.get(&path).await["id"], batch["id"], "the monitor waits for the other job");

    app.post(&format!("/job/{}/execute", text(&jobs[1]["id"])), json!({})).await;
    app.run_jobs(&batch["monitorJobDefinitionId"]).await;
    assert_eq!(app.call("GET", &path, Json::Null).await.0, StatusCode::NOT_FOUND);
    for id in &ids {
        let history = app.get(&format!("/history/process-instance/{id}")).await;
        assert_eq!((&history["state"], &history["deleteReason"]), (&json!("EXTERNALLY_TERMINATED"), &json!("tidy")));
    }
    let historic = format!("/history{path}");
    assert_eq!(app.get(&historic).await["endTime"], json!("2030-01-01T00:00:00.000+0000"));
    let log = format!("/history/job-log/count?jobDefinitionConfiguration={}", text(&batch["id"]));
    assert!(app.count(&log).await >= 6, "created and done: seed, two jobs, monitors");
    assert_eq!(app.call("DELETE", &historic, Json::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.call("GET", &historic, Json::Null).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.count(&log).await, 0);
}

#[tokio::test]
async fn a_job_that_fails_keeps_its_item_and_counts_as_failed_without_retries() {
    let app = App::start().await;
    let definition = app.deploy(WORK).await;
    app.start_instance(&definition, json!({})).await;
    let task = app.get("/external-task").await[0]["id"].clone();
    let body = json!({"retries": -1, "externalTaskIds": [task]});
    let batch = app.post("/external-task/retries-async", body).await;
    app.run_jobs(&batch["seedJobDefinitionId"]).await;
    let job = app.get(&format!("/job?jobDefinitionId={}", text(&batch["batchJobDefinitionId"]))).await[0].clone();
    let execute = format!("/job/{}/execute", text(&job["id"]));
    for left in [2, 1, 0] {
        assert!(!app.call("POST", &execute, json!({})).await.0.is_success());
        assert_eq!(app.get(&format!("/job/{}", text(&job["id"]))).await["retries"], json!(left));
    }
    let failed = statistics(&app, &batch).await;
    assert_eq!((&failed["failedJobs"], &failed["remainingJobs"]), (&json!(1), &json!(1)));
    assert_eq!(app.count("/batch/statistics/count?withFailures=true").await, 1);
    let (status, _) = app.call("PUT", &format!("/job/{}/retries", text(&job["id"])), json!({"retries": 1})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(statistics(&app, &batch).await["failedJobs"], json!(0));
}

#[tokio::test]
async fn a_suspended_batch_suspends_its_jobs_and_a_deleted_one_takes_them_along() {
    let app = App::start().await;
    let ids = instances(&app, 1).await;
    let body = json!({"processInstanceIds": ids, "variables": {"a": {"value": 1}}});
    let batch = app.post("/process-instance/variables-async", body).await;
    let path = format!("/batch/{}", text(&batch["id"]));
    app.call("PUT", &format!("{path}/suspended"), json!({"suspended": true})).await;
    assert_eq!(app.get(&path).await["suspended"], json!(true));
    let seed = app.get(&format!("/job?jobDefinitionId={}", text(&batch["seedJobDefinitionId"]))).await;
    assert_eq!(seed[0]["suspended"], json!(true));
    assert_eq!(app.call("DELETE", &path, Json::Null).await.0, StatusCode::NO_CONTENT);
    assert_eq!(app.count("/job/count").await, 0);
    assert_eq!(app.count(&format!("/history/batch/count?completed=true&batchId={}", text(&batch["id"]))).await, 1);
}

#[tokio::test]
async fn variables_messages_and_suspension_reach_every_instance() {
    const WAITS: &str = r#"<message id="m" name="go"/><process id="waits" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="wait"/><receiveTask id="wait" messageRef="m"/><sequenceFlow id="g" sourceRef="wait" targetRef="do"/><userTask id="do"/></process>"#;
    let app = App::start().await;
    let definition = app.deploy(WAITS).await;
    let ids = [app.start_instance(&definition, json!({})).await, app.start_instance(&definition, json!({})).await];
    let variables = json!({"processInstanceIds": ids, "variables": {"a": {"value": 1, "type": "Integer"}}});
    let message = json!({"processInstanceIds": ids, "messageName": "go", "variables": {"b": {"value": "x"}}});
    let suspension = json!({"processInstanceIds": ids, "suspended": true});
    for (path, body) in [("variables-async", variables), ("message-async", message), ("suspended-async", suspension)] {
        let batch = app.post(&format!("/process-instance/{path}"), body).await;
        app.run_batch(&batch).await;
    }
    for id in &ids {
        assert_eq!(app.task(id).await["suspended"], json!(true));
        assert_eq!(app.get(&format!("/process-instance/{id}/variables/a")).await["value"], json!(1));
        assert_eq!(app.get(&format!("/process-instance/{id}/variables/b")).await["value"], json!("x"));
    }
}

#[tokio::test]
async fn the_job_executor_carries_a_batch_to_its_end() {
    let app = App::start_with(JobExecutor::On { interval: Duration::from_millis(20) }).await;
    let ids = instances(&app, 120).await;
    let engine = app.engine.clone();
    let background = tokio::spawn(async move { engine.executor().run().await });
    let batch = app.post("/process-instance/delete", json!({"processInstanceIds": ids})).await;
    let path = format!("/batch/{}", text(&batch["id"]));
    let ended = async {
        while app.call("GET", &path, Json::Null).await.0 != StatusCode::NOT_FOUND {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), ended).await.expect("the batch ends");
    background.abort();
    assert_eq!(app.count("/process-instance/count").await, 0);
    assert_eq!(app.count("/job/count").await, 0);
}

#[tokio::test]
async fn history_is_dated_and_deleted_by_batches() {
    let app = App::start().await;
    let ids = instances(&app, 2).await;
    for id in &ids {
        let task = app.task(id).await;
        app.complete(&task).await;
    }
    let body = json!({"historicProcessInstanceIds": ids, "absoluteRemovalTime": "2031-01-01T00:00:00.000+0000"});
    let batch = app.post("/history/process-instance/set-removal-time", body).await;
    assert_eq!(batch["type"], json!("process-set-removal-time"));
    app.run_batch(&batch).await;
    let of_task = app.get(&format!("/history/task?processInstanceId={}", ids[0])).await[0].clone();
    for dated in [app.get(&format!("/history/process-instance/{}", ids[0])).await, of_task] {
        assert_eq!(dated["removalTime"], json!("2031-01-01T00:00:00.000+0000"));
    }

    let query = json!({"historicProcessInstanceQuery": {"finished": true}});
    let batch = app.post("/history/process-instance/delete", query).await;
    app.run_batch(&batch).await;
    for view in ["process-instance", "activity-instance", "task"] {
        assert_eq!(app.count(&format!("/history/{view}/count")).await, 0, "{view}");
    }
}
