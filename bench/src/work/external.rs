//! W1: start, external task, end. Half of the connections start, half fetch and complete; at a rate more of them start.

use super::work;
use crate::latency::Latencies;
use crate::load::{Load, Outcome, Pace, Settings, Worker};
use anyhow::Result;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub(super) const KEY: &str = "bench-external";
/// Instances that wait for a worker at most.
const OPEN: usize = 200;
const FETCHED: usize = 10;
/// Connections that start, for one that starts as fast as answers come.
const STARTERS_AT_A_RATE: usize = 4;

pub(super) async fn run(settings: Settings) -> Result<Outcome> {
    let (load, workers) = begin(settings, None).await?;
    load.measure("instances", workers, async || Ok(load.done.load(Ordering::Relaxed))).await
}

/// Starts the workers of an endless load; with other days for which history is kept than the model has.
pub(super) async fn begin(settings: Settings, history_days: Option<u32>) -> Result<(Arc<Load>, Vec<Worker>)> {
    let mut connection = settings.target.connect().await?;
    let model = include_str!("../../models/external.bpmn");
    let model = match history_days {
        Some(days) => model.replace("historyTimeToLive=\"30\"", &format!("historyTimeToLive=\"{days}\"")),
        None => model.to_owned(),
    };
    connection.deploy(&[("external.bpmn", &model)]).await?;
    let load = Load::new(settings, OPEN);
    let pairs = (load.settings.connections / 2).max(1);
    // At a rate a start goes out when it is due, also while others wait for their answers.
    let starters = if load.settings.rate.is_some() { pairs * STARTERS_AT_A_RATE } else { pairs };
    let mut workers: Vec<Worker> = (0..starters).map(|n| tokio::spawn(start(Arc::clone(&load), starters, n))).collect();
    for n in 0..pairs {
        workers.push(tokio::spawn(work(Arc::clone(&load), n, KEY, FETCHED)));
    }
    Ok((load, workers))
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
        let started = load.timed_from(due, &mut latencies, "start", connection.start(KEY, &body)).await?;
        load.started(&started)?;
    }
    Ok(latencies)
}
