//! `casewright process batches`, and waiting for a batch that a command made.

use super::mistake::Mistake;
use super::output::{Output, items, json, table, text};
use super::progress::Bars;
use crate::command::client::Target;
use anyhow::Result;
use casewright_service::path;
use serde_json::{Value, json};
use std::time::Duration;

/// Between two looks at a batch.
const INTERVAL: Duration = Duration::from_millis(300);

#[derive(clap::Args)]
pub(super) struct Batches {
    /// Only this batch.
    id: Option<String>,
    /// Show progress until all are over, or only failed jobs are left.
    #[arg(long)]
    watch: bool,
}

impl Batches {
    pub(super) async fn execute(&self, target: &Target, output: Output) -> Result<()> {
        let running = statistics(target, self.id.as_deref()).await?;
        if let (Some(id), true) = (&self.id, running.is_empty()) {
            return ended(target, output, id).await;
        }
        if self.watch {
            let ids: Vec<String> = running.iter().map(|row| text(&row["id"])).collect();
            return watch(target, output, &ids).await;
        }
        if output.json {
            return json(&Value::Array(running));
        }
        let columns =
            ["id", "type", "totalJobs", "completedJobs", "failedJobs", "remainingJobs", "suspended", "startTime"];
        table(
            &["BATCH", "TYPE", "JOBS", "DONE", "FAILED", "LEFT", "SUSPENDED", "STARTED"],
            running.iter().map(|row| columns.map(|column| text(&row[column])).to_vec()),
        );
        Ok(())
    }
}

async fn statistics(target: &Target, id: Option<&str>) -> Result<Vec<Value>> {
    let path = path!("/engine-rest/batch/statistics").with_query(id.map(|id| ("batchId", id)));
    Ok(items(&target.get(&path).await?).to_vec())
}

async fn historic(target: &Target, id: &str) -> Result<Option<Value>> {
    let found = target.get(&path!("/engine-rest/history/batch?batchId={}", id)).await?;
    Ok(items(&found).first().cloned())
}

async fn ended(target: &Target, output: Output, id: &str) -> Result<()> {
    let batch = historic(target, id).await?.ok_or_else(|| Mistake::UnknownBatch(id.to_owned()))?;
    if output.json {
        return json(&json!([batch]));
    }
    println!("{}", over(id, &batch));
    Ok(())
}

fn over(id: &str, batch: &Value) -> String {
    format!(
        "batch {id} ({}) is over since {}: {} jobs",
        text(&batch["type"]),
        text(&batch["endTime"]),
        batch["totalJobs"]
    )
}

/// Says which batch a command made, and waits for it when it is to.
pub(super) async fn follow(target: &Target, output: Output, batch: &Value, waits: bool) -> Result<()> {
    let id = text(&batch["id"]);
    if !waits {
        if output.json {
            return json(batch);
        }
        println!("batch {id} ({}) of {} jobs", text(&batch["type"]), batch["totalJobs"]);
        return Ok(());
    }
    watch(target, output, &[id]).await
}

/// Until each is over, or has nothing left but failed jobs.
async fn watch(target: &Target, output: Output, ids: &[String]) -> Result<()> {
    let mut bars = Bars::new(!output.json);
    let mut left: Vec<String> = ids.to_vec();
    let (mut told, mut failed) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let mut waiting = Vec::new();
        for id in left {
            let Some(row) = statistics(target, Some(&id)).await?.into_iter().next() else {
                bars.finish(&id);
                let batch = historic(target, &id).await?.unwrap_or_else(|| json!({"id": id}));
                if !output.json {
                    println!("{}", over(&id, &batch));
                }
                told.push(batch);
                continue;
            };
            bars.show(&row);
            let number = |field: &str| row[field].as_i64().unwrap_or_default();
            if number("remainingJobs") > 0 && number("remainingJobs") == number("failedJobs") {
                bars.finish(&id);
                failed.push(Mistake::BatchFailed { id, failed: number("failedJobs"), all: number("totalJobs") });
                told.push(row);
            } else {
                waiting.push(id);
            }
        }
        left = waiting;
        if !left.is_empty() {
            tokio::time::sleep(INTERVAL).await;
        }
    }
    if output.json {
        json(&Value::Array(told))?;
    }
    for mistake in &failed {
        if let Mistake::BatchFailed { id, .. } = mistake {
            tell_failures(target, id).await?;
        }
    }
    failed.into_iter().next().map_or(Ok(()), |first| Err(first.into()))
}

async fn tell_failures(target: &Target, batch: &str) -> Result<()> {
    let path = path!("/engine-rest/job?batchId={}&withException=true&noRetriesLeft=true&maxResults=10", batch);
    for job in items(&target.get(&path).await?) {
        eprintln!("job {} {}", text(&job["id"]), text(&job["exceptionMessage"]));
    }
    Ok(())
}
