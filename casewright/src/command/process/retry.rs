//! `casewright process retry`: jobs and external tasks without retries get new ones, which resolves their incidents.

use super::carry_out::{Call, Way, ids};
use super::mistake::Mistake;
use super::output::{Output, items, json, table, text};
use super::selection::{Among, Selection};
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::{RequestPath, path};
use reqwest::Method;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub(super) struct Retry {
    #[command(flatten)]
    selection: Selection,
    /// Attempts that each gets.
    #[arg(long, default_value_t = 1)]
    retries: u32,
    #[command(flatten)]
    way: Way,
}

impl Retry {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let instances = ids(&self.selection.resolve(target, Among::Running).await?);
        let jobs =
            failed(target, path!("/engine-rest/job"), json!({"processInstanceIds": instances, "noRetriesLeft": true}))
                .await?;
        let criteria = json!({"processInstanceIdIn": instances, "noRetriesLeft": true});
        let tasks = failed(target, path!("/engine-rest/external-task"), criteria).await?;
        if jobs.is_empty() && tasks.is_empty() {
            return Err(Mistake::NothingToDo("no job or external task of the selection is without retries").into());
        }
        if self.way.dry_run {
            return preview(output, &jobs, &tasks);
        }
        let retries = self.retries;
        let body = json!({"retries": retries});
        let done = format!("has {retries} retries");
        if !jobs.is_empty() {
            let ids = named(&jobs);
            let one = |id: &str| Call::put(path!("/engine-rest/job/{}/retries", id), body.clone());
            let all = || Call::post(path!("/engine-rest/job/retries"), json!({"jobIds": ids, "retries": retries}));
            self.way.carry_out(target, output, &ids, &done, Some(&one), all).await?;
        }
        if !tasks.is_empty() {
            let ids = named(&tasks);
            let one = |id: &str| Call::put(path!("/engine-rest/external-task/{}/retries", id), body.clone());
            let all = || {
                let body = json!({"externalTaskIds": ids, "retries": retries});
                Call::post(path!("/engine-rest/external-task/retries-async"), body)
            };
            self.way.carry_out(target, output, &ids, &done, Some(&one), all).await?;
        }
        Ok(())
    }
}

async fn failed(target: &Target, path: RequestPath, criteria: Value) -> Result<Vec<Value>> {
    let found = target.call(Method::POST, &path, Some(&criteria)).await?;
    Ok(items(&found).to_vec())
}

fn named(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| text(&row["id"])).collect()
}

fn preview(output: Output, jobs: &[Value], tasks: &[Value]) -> Result<()> {
    if output.json {
        return json(&json!({"dryRun": true, "action": "retry", "jobs": jobs, "externalTasks": tasks}));
    }
    println!("Would retry {} job(s) and {} external task(s); nothing was changed.", jobs.len(), tasks.len());
    let jobs = jobs.iter().map(|job| (job, "job", &job["failedActivityId"], &job["exceptionMessage"]));
    let tasks = tasks.iter().map(|task| (task, "external task", &task["activityId"], &task["errorMessage"]));
    table(
        &["ID", "KIND", "INSTANCE", "ACTIVITY", "FAILURE"],
        jobs.chain(tasks).map(|(row, kind, activity, failure)| {
            vec![text(&row["id"]), kind.to_owned(), text(&row["processInstanceId"]), text(activity), text(failure)]
        }),
    );
    Ok(())
}
