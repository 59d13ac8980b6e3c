//! W2: ten steps, each behind a savepoint, so each is a job and a transaction of its own.

use crate::latency::Latencies;
use crate::load::{Load, Outcome, Settings, Worker};
use anyhow::Result;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

pub(super) const KEY: &str = "bench-savepoints";
const STEPS: u64 = 10;
/// Instances under way at most.
const OPEN: usize = 500;
/// How often it is asked how many have finished.
const LOOK: Duration = Duration::from_millis(250);

pub(super) async fn run(settings: Settings) -> Result<Outcome> {
    let mut connection = settings.target.connect().await?;
    let (load, workers) = begin(settings).await?;
    let mut outcome = load.measure("instances", workers, async || connection.finished(KEY).await).await?;
    outcome.details = json!({"stepsPerSecond": outcome.per_second * STEPS as f64});
    Ok(outcome)
}

/// Starts the workers of an endless load.
pub(super) async fn begin(settings: Settings) -> Result<(Arc<Load>, Vec<Worker>)> {
    let mut connection = settings.target.connect().await?;
    connection.deploy(&[("savepoints.bpmn", include_str!("../../models/savepoints.bpmn"))]).await?;
    let load = Load::new(settings, OPEN);
    let mut workers: Vec<Worker> =
        (0..load.settings.connections).map(|n| tokio::spawn(start(Arc::clone(&load), n))).collect();
    workers.push(tokio::spawn(look(Arc::clone(&load))));
    Ok((load, workers))
}

async fn start(load: Arc<Load>, n: usize) -> Result<Latencies> {
    let mut connection = load.settings.target.connect().await?;
    let mut latencies = Latencies::default();
    let body = json!({"variables": {"starter": {"value": n, "type": "Integer"}}});
    while load.enter(1).await {
        load.timed(&mut latencies, "start", connection.start(KEY, &body)).await?;
    }
    Ok(latencies)
}

/// Makes room as instances finish.
async fn look(load: Arc<Load>) -> Result<Latencies> {
    let mut connection = load.settings.target.connect().await?;
    let mut known = 0;
    while !load.is_stopping() {
        tokio::time::sleep(LOOK).await;
        let finished = connection.finished(KEY).await?;
        load.room.add_permits(usize::try_from(finished.saturating_sub(known))?);
        known = finished.max(known);
    }
    Ok(Latencies::default())
}
