//! What all works share: phases (warm up, measure, stop), counts, and the costs of the measured time.

use crate::acknowledged::Acknowledged;
use crate::http::{Answer, Target};
use crate::latency::{Latencies, Summary};
use crate::process::{self, Usage};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

/// What a work is asked to do.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) target: Target,
    /// Processes whose costs are counted, with all below them.
    pub(crate) pids: Vec<u32>,
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    pub(crate) duration: Duration,
    /// Open tasks, timers; each work has a default.
    pub(crate) size: Option<u64>,
    /// Starts per second at most, evenly spread; without it as fast as answers come.
    pub(crate) rate: Option<f64>,
    pub(crate) with_scaling: bool,
    /// Where answers are kept, for who asks later whether they were true.
    pub(crate) acknowledged: Option<Arc<Acknowledged>>,
}

/// A work under way.
pub(crate) struct Load {
    pub(crate) settings: Settings,
    is_stopping: AtomicBool,
    is_recording: AtomicBool,
    /// Units that are done.
    pub(crate) done: AtomicU64,
    /// Calls that had to be made again: a peer may answer a conflict of its transactions with 500.
    pub(crate) repeated: AtomicU64,
    /// Work that may be open at once.
    pub(crate) room: Semaphore,
}

/// Result of a work.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outcome {
    /// What is counted: `instances`, `children`, `tasks`, `timers`.
    pub(crate) unit: String,
    pub(crate) count: u64,
    pub(crate) seconds: f64,
    pub(crate) per_second: f64,
    pub(crate) cpu_ms_per_unit: f64,
    pub(crate) bytes_written_per_unit: f64,
    /// CPU of the load itself, which shares the machine.
    pub(crate) load_cpu_ms_per_unit: f64,
    pub(crate) rss_bytes: u64,
    pub(crate) rss_peak_bytes: u64,
    /// Milliseconds, by call.
    pub(crate) latencies: BTreeMap<String, Summary>,
    pub(crate) repeated_calls: u64,
    /// What only this work tells.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) details: Value,
}

pub(crate) type Worker = JoinHandle<Result<Latencies>>;

impl Load {
    /// `room`: units that may be open at once.
    pub(crate) fn new(settings: Settings, room: usize) -> Arc<Self> {
        Arc::new(Self {
            settings,
            is_stopping: AtomicBool::new(false),
            is_recording: AtomicBool::new(false),
            done: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
            room: Semaphore::new(room),
        })
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::Relaxed)
    }

    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn record(&self, is_recording: bool) {
        self.is_recording.store(is_recording, Ordering::Relaxed);
    }

    /// Waits for room for `units`; false: the work is over.
    pub(crate) async fn enter(&self, units: u32) -> bool {
        while !self.is_stopping() {
            if let Ok(Ok(permit)) =
                tokio::time::timeout(Duration::from_millis(100), self.room.acquire_many(units)).await
            {
                permit.forget();
                return true;
            }
        }
        false
    }

    /// A unit is done.
    pub(crate) fn leave(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.room.add_permits(1);
    }

    /// An instance was started: the answer names it.
    pub(crate) fn started(&self, answer: &Answer) -> Result<()> {
        self.settings.acknowledged.as_ref().map_or(Ok(()), |kept| kept.started(answer))
    }

    /// The last work of an instance was done.
    pub(crate) fn completed(&self, instance: &str) -> Result<()> {
        self.settings.acknowledged.as_ref().map_or(Ok(()), |kept| kept.completed(instance))
    }

    /// Notes how long a call took, while recording.
    pub(crate) async fn timed<T>(
        &self,
        latencies: &mut Latencies,
        name: &'static str,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.timed_from(Instant::now(), latencies, name, call).await
    }

    /// Times a call, counted from the time at which the call was due: a server that stalls delays what comes after, too.
    pub(crate) async fn timed_from<T>(
        &self,
        due: Instant,
        latencies: &mut Latencies,
        name: &'static str,
        call: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let value = call.await?;
        if self.is_recording.load(Ordering::Relaxed) {
            latencies.record(name, due.elapsed());
        }
        Ok(value)
    }

    /// Warms up, measures, stops the workers; `count` tells how many units are done.
    pub(crate) async fn measure(
        &self,
        unit: &str,
        workers: Vec<Worker>,
        mut count: impl AsyncFnMut() -> Result<u64>,
    ) -> Result<Outcome> {
        self.wait(self.settings.warm_up, &workers).await?;
        self.record(true);
        let meter = Meter::start(&self.settings.pids, count().await?)?;
        self.wait(self.settings.duration, &workers).await?;
        self.record(false);
        let measured = meter.stop(unit, count().await?);
        self.stop();
        // Why a worker failed says more than that nothing was done.
        let latencies = joined(workers).await?;
        let mut outcome = measured?;
        outcome.latencies = latencies.summaries();
        outcome.repeated_calls = self.repeated.load(Ordering::Relaxed);
        Ok(outcome)
    }

    /// Waits, but not on when a worker has failed.
    pub(crate) async fn wait(&self, time: Duration, workers: &[Worker]) -> Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            if workers.iter().any(JoinHandle::is_finished) {
                self.stop();
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50).min(end - Instant::now())).await;
        }
        Ok(())
    }
}

/// Latencies of all workers, or the first failure.
pub(crate) async fn joined(workers: Vec<Worker>) -> Result<Latencies> {
    let mut all = Latencies::default();
    for worker in workers {
        all.merge(&worker.await.context("a worker of the load panicked")??);
    }
    Ok(all)
}

/// Costs from one moment to another.
pub(crate) struct Meter {
    pids: Vec<u32>,
    begin: Instant,
    before: Usage,
    load_before: Usage,
    count_before: u64,
}

impl Meter {
    pub(crate) fn start(pids: &[u32], count: u64) -> Result<Self> {
        Ok(Self {
            pids: pids.to_vec(),
            begin: Instant::now(),
            before: process::usage(pids)?,
            load_before: process::usage(&[std::process::id()])?,
            count_before: count,
        })
    }

    pub(crate) fn stop(self, unit: &str, count: u64) -> Result<Outcome> {
        let seconds = self.begin.elapsed().as_secs_f64();
        let after = process::usage(&self.pids)?;
        let load = process::usage(&[std::process::id()])?;
        let count = count.saturating_sub(self.count_before);
        if count == 0 {
            bail!("no {unit} were done in {seconds:.1} s");
        }
        let per_unit = |value: f64| value / count as f64;
        Ok(Outcome {
            unit: unit.to_owned(),
            count,
            seconds,
            per_second: count as f64 / seconds,
            cpu_ms_per_unit: per_unit((after.cpu_seconds - self.before.cpu_seconds) * 1000.0),
            bytes_written_per_unit: per_unit((after.bytes_written - self.before.bytes_written) as f64),
            load_cpu_ms_per_unit: per_unit((load.cpu_seconds - self.load_before.cpu_seconds) * 1000.0),
            rss_bytes: after.rss_bytes,
            rss_peak_bytes: after.rss_peak_bytes,
            latencies: BTreeMap::new(),
            repeated_calls: 0,
            details: Value::Null,
        })
    }
}

/// When the calls of one of several workers are due, so that all together keep a rate.
pub(crate) struct Pace {
    next: Instant,
    step: Option<Duration>,
}

impl Pace {
    pub(crate) fn new(rate: Option<f64>, workers: usize, worker: usize) -> Self {
        let step = rate.map(|rate| Duration::from_secs_f64(workers as f64 / rate));
        let offset = step.unwrap_or_default().mul_f64(worker as f64 / workers as f64);
        Self { next: Instant::now() + offset, step }
    }

    /// The time at which the next call is due, once it has come.
    pub(crate) async fn turn(&mut self) -> Instant {
        let Some(step) = self.step else {
            return Instant::now();
        };
        let due = self.next;
        self.next += step;
        tokio::time::sleep_until(due.into()).await;
        due
    }
}
