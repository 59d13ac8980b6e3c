//! W4: clerks at their queues: the list of a candidate group, its count, claim, complete, among many open tasks.

use super::start_all;
use crate::engine::ids;
use crate::latency::Latencies;
use crate::load::{Load, Outcome, Settings};
use anyhow::Result;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

const KEY: &str = "bench-tasks";
const GROUPS: u64 = 96;
const SIZE: u64 = 100_000;
const PAGE: usize = 15;

pub(super) async fn run(settings: Settings) -> Result<Outcome> {
    let mut connection = settings.target.connect().await?;
    let size = settings.size.unwrap_or(SIZE);
    let begin = Instant::now();
    open(&settings, size).await?;
    let open = connection.count(&format!("/task/count?processDefinitionKey={KEY}")).await?;
    let opened_per_second = size as f64 / begin.elapsed().as_secs_f64();
    let load = Load::new(settings, 0);
    let clerks = load.settings.connections.min(GROUPS as usize);
    let workers = (0..clerks).map(|n| tokio::spawn(serve(Arc::clone(&load), clerks, n))).collect();
    let mut outcome = load.measure("tasks", workers, async || Ok(load.done.load(Ordering::Relaxed))).await?;
    outcome.details = json!({"open": open, "openedPerSecond": opened_per_second});
    Ok(outcome)
}

/// Deploys their process and opens the tasks, spread evenly over the groups.
pub(super) async fn open(settings: &Settings, size: u64) -> Result<()> {
    let mut connection = settings.target.connect().await?;
    connection.deploy(&[("tasks.bpmn", include_str!("../../models/tasks.bpmn"))]).await?;
    start_all(settings, KEY, size, |n| {
        Ok(json!({"variables": {"group": {"value": format!("group-{}", n % GROUPS), "type": "String"}}}))
    })
    .await
}

/// A clerk has queues of its own, so that two never want the same task.
async fn serve(load: Arc<Load>, clerks: usize, clerk: usize) -> Result<Latencies> {
    let mut connection = load.settings.target.connect().await?;
    let mut latencies = Latencies::default();
    let user = json!({"userId": format!("clerk-{clerk}")});
    let nothing = json!({});
    let queues: Vec<u64> = (0..GROUPS).filter(|group| *group as usize % clerks == clerk).collect();
    for turn in 0.. {
        if load.is_stopping() {
            break;
        }
        let group = queues[turn % queues.len()];
        let list = format!("/task?candidateGroup=group-{group}&sortBy=created&sortOrder=asc&maxResults={PAGE}");
        let page = load.timed(&mut latencies, "list", connection.get(&list)).await?.success("the list")?;
        let count = format!("/task/count?candidateGroup=group-{group}");
        load.timed(&mut latencies, "count", connection.get(&count)).await?.success("the count")?;
        let Some(id) = ids(&page)?.into_iter().next() else {
            anyhow::bail!("no task is left for group-{group}: open more with --size");
        };
        let (claim, complete) = (format!("/task/{id}/claim"), format!("/task/{id}/complete"));
        load.timed(&mut latencies, "claim", connection.post(&claim, &user)).await?.success("the claim")?;
        load.timed(&mut latencies, "complete", connection.post(&complete, &nothing))
            .await?
            .success("the completion")?;
        load.done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(latencies)
}
