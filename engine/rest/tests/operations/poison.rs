//! A job that ends the process is given up; one that was only at work when it ended is not.

use crate::support::App;
use casewright_engine_runtime::{HistoryConfig, JobExecutor};
use casewright_journal::{
    Aggregate, AggregateKey, CommandContext, DecideContext, Decision, EntryMeta, StoreConfig, TenantId,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::convert::Infallible;
use std::path::Path;
use std::time::Duration;

const LATER: &str = r#"<process id="later" isExecutable="true"><startEvent id="start" camunda:asyncAfter="true"/><sequenceFlow id="f" sourceRef="start" targetRef="ask"/><userTask id="ask"/></process>"#;

/// What a process leaves behind that ends while it runs a job alone.
#[derive(Clone, Serialize, Deserialize)]
struct Left;

impl Aggregate for Left {
    type Event = Json;
    const KIND: &'static str = "job-attempts";

    fn empty(_: &AggregateKey) -> Self {
        Self
    }

    fn apply(&mut self, _: &Json, _: &EntryMeta) {}

    fn event_name(_: &Json) -> &'static str {
        "job-attempt-begun"
    }
}

async fn app(dir: &Path, job_executor: JobExecutor) -> App {
    App::start_on(StoreConfig::Sqlite { dir: dir.to_owned() }, job_executor, HistoryConfig::default()).await
}

/// An instance with a job that is due, at which the process ended so often.
async fn ended(dir: &Path, times: usize) -> String {
    let app = app(dir, JobExecutor::Off).await;
    let definition = app.deploy(LATER).await;
    let instance = app.start_instance(&definition, json!({})).await;
    let jobs = app.get(&format!("/job?processInstanceId={instance}")).await;
    let begun = json!({"event": "job-attempt-begun", "job": jobs[0]["id"]});
    for _ in 0..times {
        let begun = begun.clone();
        app.journal
            .tenant(&TenantId::default())
            .execute("job-attempts", CommandContext::default(), move |_: &Left, _: &DecideContext| {
                Ok::<_, Infallible>(Decision { events: vec![begun.clone()], answer: () })
            })
            .await
            .unwrap();
    }
    app.journal.shutdown().await;
    instance
}

/// Runs jobs until `path` counts one.
async fn until_one(app: &App, path: &str) {
    let reached = async { while app.count(path).await != 1 {} };
    let run = app.engine.executor().run();
    tokio::select! {
        () = run => panic!("the job executor ended"),
        reached = tokio::time::timeout(Duration::from_secs(30), reached) => reached.expect("the jobs are run"),
    }
}

#[tokio::test]
async fn a_job_at_which_the_process_ended_again_and_again_is_an_incident() {
    let dir = tempfile::tempdir().unwrap();
    let instance = ended(dir.path(), 4).await;
    let app = app(dir.path(), JobExecutor::On { interval: Duration::from_secs(1) }).await;
    until_one(&app, "/incident/count?incidentType=failedJob").await;
    assert_eq!(app.count(&format!("/task/count?processInstanceId={instance}")).await, 0, "it was not run");
    let jobs = app.get(&format!("/job?processInstanceId={instance}")).await;
    assert_eq!(jobs[0]["retries"], json!(0));
    assert!(jobs[0]["exceptionMessage"].as_str().unwrap().contains("ended again and again"), "{jobs}");
}

#[tokio::test]
async fn a_job_that_was_at_work_a_few_times_when_the_process_ended_is_run() {
    let dir = tempfile::tempdir().unwrap();
    let instance = ended(dir.path(), 3).await;
    let app = app(dir.path(), JobExecutor::On { interval: Duration::from_secs(1) }).await;
    until_one(&app, &format!("/task/count?processInstanceId={instance}")).await;
    assert_eq!(app.count("/incident/count").await, 0);
}
