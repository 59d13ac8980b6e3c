//! Levels, removal times, and the cleanup of history.

use crate::support::{App, text};
use casewright_engine_runtime::{BatchDays, Cleanup, HistoryConfig, JobExecutor, RemovalTimeFrom};
use casewright_engine_views::HistoryLevel;
use casewright_journal::{Filter, Query, TenantId};
use http::StatusCode;
use serde_json::{Value as Json, json};
use std::time::Duration;

const KEPT: &str = r#"<process id="kept" isExecutable="true" camunda:historyTimeToLive="2"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="call"/><callActivity id="call" calledElement="called"/></process><process id="called" isExecutable="true"><startEvent id="start2"/><sequenceFlow id="f2" sourceRef="start2" targetRef="do"/><userTask id="do"/></process>"#;

const VIEWS: [&str; 6] = ["process-instance", "activity-instance", "task", "variable-instance", "detail", "job-log"];

fn manual(history: HistoryConfig) -> impl Future<Output = App> {
    App::start_keeping(JobExecutor::Off, history)
}

/// Runs an instance with what it calls to its end.
async fn ended(app: &App) -> String {
    let body = json!({"variables": {"n": {"value": 1, "type": "Integer"}}});
    let started = app.post("/process-definition/key/kept/start", body).await;
    let task = app.get("/task").await[0].clone();
    app.complete(&task).await;
    text(&started["id"]).to_owned()
}

async fn counts(app: &App) -> Vec<i64> {
    let mut counts = Vec::new();
    for view in VIEWS {
        counts.push(app.count(&format!("/history/{view}/count")).await);
    }
    counts
}

#[tokio::test]
async fn a_level_keeps_what_it_is_to_keep_and_the_present_is_the_same() {
    const ASYNC: &str = r#"<process id="kept" isExecutable="true"><startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="do"/><userTask id="do" camunda:asyncBefore="true"/></process>"#;
    let expected = [
        (HistoryLevel::None, [0, 0, 0, 0, 0, 0]),
        (HistoryLevel::Activity, [1, 2, 1, 0, 0, 0]),
        (HistoryLevel::Audit, [1, 2, 1, 1, 0, 0]),
        (HistoryLevel::Full, [1, 2, 1, 1, 1, 2]),
    ];
    for (level, kept) in expected {
        let app = manual(HistoryConfig { level, ..HistoryConfig::default() }).await;
        app.deploy(ASYNC).await;
        let body = json!({"variables": {"n": {"value": 1, "type": "Integer"}}});
        app.post("/process-definition/key/kept/start", body).await;
        let job = app.get("/job").await[0]["id"].clone();
        app.post(&format!("/job/{}/execute", text(&job)), json!({})).await;
        assert_eq!(counts(&app).await, kept, "{level:?}");
        let task = app.get("/task").await[0].clone();
        assert_eq!(app.count("/variable-instance/count").await, 1);
        app.complete(&task).await;
        assert_eq!(app.count("/process-instance/count").await, 0);
    }
}

#[tokio::test]
async fn what_a_root_instance_leaves_goes_when_its_time_has_come_and_not_before() {
    let mut app = App::start().await;
    app.deploy(KEPT).await;
    let id = ended(&app).await;
    for view in ["process-instance", "task", "activity-instance", "variable-instance"] {
        let rows = app.get(&format!("/history/{view}")).await;
        for row in rows.as_array().unwrap() {
            assert_eq!(row["removalTime"], json!("2030-01-03T00:00:00.000+0000"), "{view}: {row}");
        }
    }
    // A later time to live is for later instances.
    let definition = app.get("/process-definition/key/kept").await;
    let path = format!("/process-definition/{}/history-time-to-live", text(&definition["id"]));
    app.call("PUT", &path, json!({"historyTimeToLive": 100})).await;
    app.advance_hours(47);
    run(&app).await;
    assert_eq!(app.count("/history/process-instance/count").await, 2, "a day is left");
    app.advance_hours(1);
    let job = run(&app).await;
    assert_eq!(counts(&app).await[..5], [0; 5]);
    assert_eq!(app.call("GET", &format!("/history/process-instance/{id}"), Json::Null).await.0, StatusCode::NOT_FOUND);
    let after = app.get(&format!("/job/{}", text(&job["id"]))).await;
    assert_eq!(after["suspended"], json!(true), "without a window it waits until it is asked");
    assert!(is_forgotten(&app, &id).await);
}

/// Whether the log has let go of all entries of a root instance, once everybody is past them.
async fn is_forgotten(app: &App, root: &str) -> bool {
    app.count("/history/process-instance/count").await;
    app.count("/user/count").await;
    app.journal.forget_now().await.unwrap();
    let handle = app.journal.tenant(&TenantId::default());
    handle.entries("process-instance", root, 0, 1).await.unwrap().is_empty()
}

/// Asks for a cleanup and runs it.
async fn run(app: &App) -> Json {
    let job = app.post("/history/cleanup", json!({})).await;
    assert_eq!(app.get("/history/cleanup/jobs").await[0]["id"], job["id"]);
    app.post(&format!("/job/{}/execute", text(&job["id"])), json!({})).await;
    job
}

#[tokio::test]
async fn a_run_deletes_a_portion_and_comes_back_for_the_rest() {
    let cleanup = Cleanup { portion: 2, ..Cleanup::default() };
    let mut app = manual(HistoryConfig { cleanup, ..HistoryConfig::default() }).await;
    app.deploy(KEPT).await;
    for _ in 0..3 {
        ended(&app).await;
    }
    app.advance_hours(48);
    let job = run(&app).await;
    assert_eq!(app.count("/history/process-instance/count").await, 2, "one root with what it called is left");
    let again = app.get(&format!("/job/{}", text(&job["id"]))).await;
    assert_eq!((&again["suspended"], &again["dueDate"]), (&json!(false), &json!("2030-01-03T00:00:00.000+0000")));
    app.post(&format!("/job/{}/execute", text(&job["id"])), json!({})).await;
    assert_eq!(app.count("/history/process-instance/count").await, 0);
    let log = format!("/history/job-log/count?jobId={}&successLog=true", text(&job["id"]));
    assert_eq!(app.count(&log).await, 2);
}

#[tokio::test]
async fn a_run_goes_through_all_pages_and_takes_along_what_users_noted() {
    // Each has two instances, and a page holds five hundred.
    const ROOTS: usize = 260;
    let mut app = App::start().await;
    app.deploy(KEPT).await;
    app.post("/process-definition/key/kept/start", json!({})).await;
    let task = app.get("/task").await[0].clone();
    app.post(&format!("/task/{}/comment/create", text(&task["id"])), json!({"message": "m"})).await;
    app.complete(&task).await;
    let mut roots = Vec::new();
    for _ in 1..ROOTS {
        roots.push(ended(&app).await);
    }
    let handle = app.journal.tenant(&TenantId::default());
    let comments = Query::new("engine-comment", Filter::All);
    assert_eq!(handle.count(&comments).await.unwrap(), 1);
    app.advance_hours(48);
    run(&app).await;
    assert_eq!(counts(&app).await[..5], [0; 5]);
    assert_eq!(handle.count(&comments).await.unwrap(), 0);
    for root in &roots {
        assert!(is_forgotten(&app, root).await, "{root}");
    }
}

#[tokio::test]
async fn deleted_history_takes_along_what_users_noted_of_it() {
    let app = App::start().await;
    app.deploy(KEPT).await;
    let mut tasks = Vec::new();
    for _ in 0..2 {
        app.post("/process-definition/key/kept/start", json!({})).await;
        let task = app.get("/task").await[0].clone();
        app.post(&format!("/task/{}/comment/create", text(&task["id"])), json!({"message": "m"})).await;
        app.complete(&task).await;
        tasks.push(task);
    }
    let gone = format!("/history/process-instance/{}", text(&tasks[0]["processInstanceId"]));
    assert_eq!(app.call("DELETE", &gone, Json::Null).await.0, StatusCode::NO_CONTENT);
    let handle = app.journal.tenant(&TenantId::default());
    let left = handle.query(&Query::new("engine-comment", Filter::All)).await.unwrap().rows;
    let of: Vec<&Json> = left.iter().map(|(_, comment)| &comment["taskId"]).collect();
    assert_eq!(of, [&tasks[1]["id"]]);
}

#[tokio::test]
async fn from_the_start_the_time_is_known_while_the_instance_runs() {
    let app = manual(HistoryConfig { removal_time: RemovalTimeFrom::Start, ..HistoryConfig::default() }).await;
    app.deploy(KEPT).await;
    app.post("/process-definition/key/kept/start", json!({})).await;
    for row in app.get("/history/process-instance").await.as_array().unwrap() {
        assert_eq!(row["removalTime"], json!("2030-01-03T00:00:00.000+0000"), "{row}");
    }
    let app = manual(HistoryConfig { removal_time: RemovalTimeFrom::None, ..HistoryConfig::default() }).await;
    app.deploy(KEPT).await;
    ended(&app).await;
    assert_eq!(app.get("/history/process-instance").await[0]["removalTime"], Json::Null);
}

#[tokio::test]
async fn a_cleared_time_keeps_history_and_an_absolute_one_lets_it_go() {
    let mut app = App::start().await;
    app.deploy(KEPT).await;
    let (kept, gone) = (ended(&app).await, ended(&app).await);
    let clear = json!({"historicProcessInstanceIds": [kept], "clearedRemovalTime": true, "hierarchical": true});
    let date = json!({"historicProcessInstanceIds": [gone], "absoluteRemovalTime": "2030-01-01T01:00:00.000+0000"});
    for body in [clear, date] {
        let batch = app.post("/history/process-instance/set-removal-time", body).await;
        app.run_batch(&batch).await;
    }
    app.advance_hours(2);
    run(&app).await;
    let left = app.get("/history/process-instance?rootProcessInstances=true").await;
    assert_eq!((left.as_array().unwrap().len(), &left[0]["id"]), (1, &json!(kept)));
    assert!(is_forgotten(&app, &gone).await && !is_forgotten(&app, &kept).await);
    app.advance_hours(24 * 365);
    run(&app).await;
    assert_eq!(app.count("/history/process-instance/count").await, 2, "what was cleared is never removed");
}

#[tokio::test]
async fn ended_batches_go_by_the_time_to_live_of_their_type() {
    let batch_days = BatchDays { others: None, by_type: [("set-variables".to_owned(), 1)].into() };
    let mut app = manual(HistoryConfig { batch_days, ..HistoryConfig::default() }).await;
    app.deploy(KEPT).await;
    let started = app.post("/process-definition/key/kept/start", json!({})).await;
    let body = json!({"processInstanceIds": [started["id"]], "variables": {"a": {"value": 1}}});
    let batch = app.post("/process-instance/variables-async", body).await;
    app.run_batch(&batch).await;
    app.run_jobs(&batch["monitorJobDefinitionId"]).await;
    let historic = format!("/history/batch/{}", text(&batch["id"]));
    assert_eq!(app.get(&historic).await["removalTime"], json!("2030-01-02T00:00:00.000+0000"));
    let report = app.get("/history/batch/cleanable-batch-report").await;
    assert_eq!((&report[0]["historyTimeToLive"], &report[0]["cleanableBatchesCount"]), (&json!(1), &json!(0)));
    app.advance_hours(24);
    assert_eq!(app.get("/history/batch/cleanable-batch-report").await[0]["cleanableBatchesCount"], json!(1));
    run(&app).await;
    assert_eq!(app.call("GET", &historic, Json::Null).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.count("/history/process-instance/count").await, 2, "what runs is kept");
}

#[tokio::test]
async fn in_its_window_the_job_executor_cleans_by_itself() {
    let cleanup = Cleanup { window: Some("01:00-05:00".parse().unwrap()), ..Cleanup::default() };
    let history = HistoryConfig { cleanup, ..HistoryConfig::default() };
    let mut app = App::start_keeping(JobExecutor::On { interval: Duration::from_millis(20) }, history).await;
    app.deploy(KEPT).await;
    ended(&app).await;
    let configuration = app.get("/history/cleanup/configuration").await;
    assert_eq!(configuration["batchWindowStartTime"], json!("2030-01-01T01:00:00.000+0000"));
    assert_eq!(configuration["batchWindowEndTime"], json!("2030-01-01T05:00:00.000+0000"));
    app.advance_hours(48 + 2);
    let engine = app.engine.clone();
    let background = tokio::spawn(async move { engine.executor().run().await });
    let cleaned = async {
        while app.count("/history/process-instance/count").await > 0 {
            tokio::task::yield_now().await;
        }
        while app.get("/history/cleanup/job").await["dueDate"] != json!("2030-01-04T01:00:00.000+0000") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), cleaned)
        .await
        .expect("history goes, and the job waits for the next window");
    background.abort();
}

#[tokio::test]
async fn cleanup_that_is_off_is_refused_and_has_no_job() {
    let cleanup = Cleanup { enabled: false, ..Cleanup::default() };
    let app = manual(HistoryConfig { cleanup, ..HistoryConfig::default() }).await;
    let (status, refused) = app.call("POST", "/history/cleanup", json!({})).await;
    assert_eq!((status, &refused["type"]), (StatusCode::BAD_REQUEST, &json!("BadUserRequestException")));
    assert_eq!(app.call("GET", "/history/cleanup/jobs", Json::Null).await.0, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/history/cleanup/configuration").await["enabled"], json!(false));
}

#[tokio::test]
async fn a_batch_job_without_retries_is_an_incident_until_it_gets_new_ones() {
    let app = App::start().await;
    app.deploy(KEPT).await;
    let started = app.post("/process-definition/key/kept/start", json!({})).await;
    let instructions = json!([{"type": "startBeforeActivity", "activityId": "nowhere"}]);
    let definition = app.get("/process-definition/key/kept").await["id"].clone();
    let body =
        json!({"processDefinitionId": definition, "processInstanceIds": [started["id"]], "instructions": instructions});
    let batch = app.post("/modification/executeAsync", body).await;
    app.run_jobs(&batch["seedJobDefinitionId"]).await;
    let job = app.get(&format!("/job?jobDefinitionId={}", text(&batch["batchJobDefinitionId"]))).await[0].clone();
    for left in [2, 1, 0] {
        let (status, _) = app.call("POST", &format!("/job/{}/execute", text(&job["id"])), json!({})).await;
        assert!(!status.is_success());
        assert_eq!(app.count("/incident/count").await, i64::from(left == 0));
    }
    let incident = app.get("/incident").await[0].clone();
    assert_eq!((&incident["incidentType"], &incident["configuration"]), (&json!("failedJob"), &job["id"]));
    assert_eq!(
        (&incident["jobDefinitionId"], &incident["processInstanceId"]),
        (&batch["batchJobDefinitionId"], &Json::Null)
    );
    app.call("PUT", &format!("/job/{}/retries", text(&job["id"])), json!({"retries": 1})).await;
    assert_eq!(app.count("/incident/count").await, 0);
    assert_eq!(app.count("/history/incident/count?resolved=true").await, 1);
    app.call("POST", &format!("/job/{}/execute", text(&job["id"])), json!({})).await;
    assert_eq!(app.count("/incident/count").await, 1);
    app.call("DELETE", &format!("/batch/{}", text(&batch["id"])), Json::Null).await;
    assert_eq!(app.count("/incident/count").await, 0);
    assert_eq!(app.count("/history/incident/count?deleted=true").await, 1);
}
