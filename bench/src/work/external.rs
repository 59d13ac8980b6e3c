//! W1: start, external task, end. Half of the connections start, half fetch and complete.

use super::work;
use crate::latency::Latencies;
use crate::load::{Load, Outcome, Pace, Settings};
use anyhow::Result;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const KEY: &str = "bench-external";
/// Instances that wait for a worker at most.
const OPEN: usize = 200;
const FETCHED: usize = 10;

pub(super) async fn run(settings: Settings) -> Result<Outcome> {
    let mut connection = settings.target.connect().await?;
    connection.deploy(&[("external.bpmn", include_str!("../../models/external.bpmn"))]).await?;
    let load = Load::new(settings, OPEN);
    let pairs = (load.settings.connections / 2).max(1);
    let mut workers = Vec::new();
    for n in 0..pairs {
        workers.push(tokio::spawn(start(Arc::clone(&load), pairs, n)));
        workers.push(tokio::spawn(work(Arc::clone(&load), n, KEY, FETCHED)));
    }
    load.measure("instances", workers, async || Ok(load.done.load(Ordering::Relaxed))).await
}

async fn start(load: Arc<Load>, starters: usize, n: usize) -> Result<Latencies> {
    let mut connection = load.settings.target.connect().await?;
    let mut latencies = Latencies::default();
    let mut pace = Pace::new(load.settings.rate, starters, n);
    let mut order = 0_u64;
    while load.enter(1).await {
        order += 1;
        let body = json!({
            "businessKey": format!("order-{n}-{order}"),
            "variables": {"amount": {"value": order % 1000, "type": "Integer"}},
        });
        let due = pace.turn().await;
        load.timed_from(due, &mut latencies, "start", connection.start(KEY, &body)).await?;
    }
    Ok(latencies)
}
