//! The works. Each deploys its models, loads the engine over HTTP and says what came of it.

mod decision;
mod external;
mod lists;
mod savepoints;
mod tasks;
mod timers;

use crate::latency::Latencies;
use crate::load::{Load, Outcome, Settings, Worker, joined};
use anyhow::Result;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Work {
    /// Start, external task, end.
    W1,
    /// Ten steps with a savepoint each.
    W2,
    /// A decision, then 50 parallel external tasks, with 11 kB of JSON.
    W3,
    /// Many open user tasks: list by candidate group, count, claim, complete.
    W4,
    /// Many timers due in one second.
    W5,
    /// A person's lists beside the load of W1 or W2.
    W7,
}

/// What runs beside the lists of W7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Beside {
    #[default]
    W1,
    W2,
}

impl Work {
    pub(crate) async fn run(self, settings: Settings, beside: Beside) -> Result<Outcome> {
        match self {
            Self::W1 => external::run(settings).await,
            Self::W2 => savepoints::run(settings).await,
            Self::W3 => decision::run(settings).await,
            Self::W4 => tasks::run(settings).await,
            Self::W5 => timers::run(settings).await,
            Self::W7 => lists::run(settings, beside).await,
        }
    }
}

/// Key of the process that [`endless`] runs.
pub(crate) const ENDLESS: &str = external::KEY;

/// W1, measured.
pub(crate) async fn w1(settings: Settings) -> Result<Outcome> {
    external::run(settings).await
}

/// W1 until its load is stopped; with other days for which history is kept than usual.
pub(crate) async fn endless(settings: Settings, history_days: Option<u32>) -> Result<(Arc<Load>, Vec<Worker>)> {
    external::begin(settings, history_days).await
}

/// Fetches and completes external tasks of a topic until the load stops.
async fn work(load: Arc<Load>, n: usize, topic: &'static str, fetched: usize) -> Result<Latencies> {
    let mut connection = load.settings.target.connect().await?;
    let mut latencies = Latencies::default();
    let worker = format!("worker-{n}");
    while !load.is_stopping() {
        // Its time is mostly waiting for work, so it says nothing.
        for task in connection.fetch(&load.repeated, &worker, topic, fetched).await? {
            let complete = connection.complete_external(&load.repeated, &worker, &task.id);
            load.timed(&mut latencies, "complete", complete).await?;
            load.completed(&task.process_instance_id)?;
            load.leave();
        }
    }
    Ok(latencies)
}

/// Starts so many instances over all connections; `body` is the request of the n-th.
async fn start_all(
    settings: &Settings,
    key: &'static str,
    size: u64,
    body: impl Fn(u64) -> Result<Value> + Clone + Send + 'static,
) -> Result<()> {
    let next = Arc::new(AtomicU64::new(0));
    let load = Load::new(settings.clone(), 0);
    let starters: Vec<Worker> = (0..settings.connections)
        .map(|_| {
            let (load, next, body) = (Arc::clone(&load), Arc::clone(&next), body.clone());
            tokio::spawn(async move {
                let mut connection = load.settings.target.connect().await?;
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= size {
                        return Ok(Latencies::default());
                    }
                    let body = body(n)?;
                    connection.start(key, &body).await?;
                }
            })
        })
        .collect();
    joined(starters).await.map(drop)
}
