//! W7: a person looks at lists while machines work: W1 or W2 from eight clients, and one more that asks a list of tasks and
//! a count of instances in turn, each as soon as it has the answer before.
//!
//! Its unit is an instance of the work beside; how long the lists took is among the latencies.

use super::{Beside, external, savepoints, tasks};
use crate::behind::{self, Behind};
use crate::latency::Latencies;
use crate::load::{Load, Outcome, Settings};
use anyhow::Result;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Clients of the work beside.
const CLIENTS: usize = 8;
/// Open tasks, so that there is something to list.
const TASKS: u64 = 1_000;
const LIST: &str = "/task?sortBy=created&sortOrder=desc&maxResults=15";
const COUNT: &str = "/history/process-instance/count";

pub(super) async fn run(settings: Settings, beside: Beside) -> Result<Outcome> {
    tasks::open(&settings, TASKS).await?;
    let mut connection = settings.target.connect().await?;
    let mut metrics = settings.target.root().connect().await?;
    let settings = Settings { connections: CLIENTS, ..settings };
    let (load, mut workers) = match beside {
        Beside::W1 => external::begin(settings, None).await?,
        Beside::W2 => savepoints::begin(settings).await?,
    };
    workers.push(tokio::spawn(ask(Arc::clone(&load))));
    let mut views: Vec<Behind> = Vec::new();
    let mut outcome = load
        .measure("instances", workers, async || {
            views.push(behind::read(&mut metrics).await?);
            match beside {
                Beside::W1 => Ok(load.done.load(Ordering::Relaxed)),
                Beside::W2 => connection.finished(savepoints::KEY).await,
            }
        })
        .await?;
    let behind = views.last().zip(views.first()).map(|(end, begin)| end.since(begin));
    outcome.details = json!({"clients": CLIENTS, "openTasks": TASKS, "behind": behind});
    Ok(outcome)
}

/// The list and the count, again and again.
async fn ask(load: Arc<Load>) -> Result<Latencies> {
    let mut connection = load.settings.target.connect().await?;
    let mut latencies = Latencies::default();
    while !load.is_stopping() {
        load.timed(&mut latencies, "list", connection.get(LIST)).await?.success("the list")?;
        load.timed(&mut latencies, "count", connection.count(COUNT)).await?;
    }
    Ok(latencies)
}
