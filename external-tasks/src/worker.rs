//! Fetches tasks, keeps their locks alive, hands each to its topic, reports the outcome.
//!
//! It must never report success before the handler is done, nor hold more tasks than it works on.

use crate::config::WorkerConfig;
use crate::topic::{self, FAILED_STEP, Failure, may_pass};
use casewright_client::engine::ExternalTasks;
use casewright_client::engine::external_tasks::{LockedTask, Wanted};
use casewright_client::{CallError, Client, Variables};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, info, warn};

/// How often organisations are looked for that have begun since.
const LOOK: Duration = Duration::from_secs(5);
/// The organisation that every installation has: work for it begins before anybody is asked.
const FIRST: &str = "default";

/// Works for every organisation of the installation until `stop` resolves; tasks under way are finished first.
///
/// Each has as many tasks at work as `concurrency` says: nobody waits for what another organisation's tasks take.
pub async fn run(client: Client, config: WorkerConfig, stop: impl Future<Output = ()> + Send) {
    let (stopping, workers) = (CancellationToken::new(), TaskTracker::new());
    let mut served = BTreeSet::new();
    let mut found = vec![FIRST.to_owned()];
    tokio::pin!(stop);
    loop {
        for organisation in found.drain(..) {
            if served.insert(organisation.clone()) {
                let of_it = Worker::new(client.in_tenant(&organisation), config.clone());
                workers.spawn(of_it.run(organisation, stopping.clone()));
            }
        }
        tokio::select! {
            () = &mut stop => break,
            () = tokio::time::sleep(LOOK) => {}
        }
        match client.organisations().await {
            Ok(names) => found = names,
            // Whoever fetches tasks says that the engine is away.
            Err(error) => debug!(%error, "organisations could not be looked for; trying again"),
        }
    }
    stopping.cancel();
    workers.close();
    workers.wait().await;
}

/// What works for one organisation.
struct Worker {
    client: Client,
    engine: ExternalTasks,
    config: WorkerConfig,
    permits: Arc<Semaphore>,
}

impl Worker {
    fn new(client: Client, config: WorkerConfig) -> Self {
        let engine = client.external_tasks(&config.worker_id);
        let permits = Arc::new(Semaphore::new(config.concurrency));
        Self { client, engine, config, permits }
    }

    async fn run(self, organisation: String, stopping: CancellationToken) {
        let topics: Vec<&str> = topic::Topic::ALL.iter().map(|topic| topic.name()).collect();
        info!(organisation, worker = self.config.worker_id, topics = topics.len(), "external task workers are at work");
        let mut outage = Outage::default();
        loop {
            let fetched = tokio::select! {
                () = stopping.cancelled() => break,
                fetched = fetch(&self.engine, &self.permits, &topics, &self.config) => fetched,
            };
            match fetched {
                Ok(tasks) => {
                    outage.end();
                    for (task, permit) in tasks {
                        let (engine, client, config) = (self.engine.clone(), self.client.clone(), self.config.clone());
                        tokio::spawn(async move {
                            work(&engine, &client, &config, &task).await;
                            drop(permit);
                        });
                    }
                }
                Err(error) => {
                    let pause = outage.pause(&error);
                    tokio::select! {
                        () = stopping.cancelled() => break,
                        () = tokio::time::sleep(pause) => {}
                    }
                }
            }
        }
        let all = u32::try_from(self.config.concurrency).unwrap_or(u32::MAX);
        // Closed only by us, so acquiring cannot fail before that.
        drop(self.permits.acquire_many(all).await);
    }
}

type Permitted = (LockedTask, tokio::sync::OwnedSemaphorePermit);

async fn fetch(
    engine: &ExternalTasks,
    permits: &Arc<Semaphore>,
    topics: &[&str],
    config: &WorkerConfig,
) -> Result<Vec<Permitted>, CallError> {
    let first = Arc::clone(permits).acquire_owned().await.expect("the semaphore is never closed");
    let mut free = vec![first];
    while let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
        free.push(permit);
    }
    let wanted = Wanted {
        topics,
        most: free.len(),
        lock: Duration::from_secs(config.lock_seconds),
        wait: Duration::from_secs(config.poll_seconds),
    };
    let tasks = engine.fetch_and_lock(&wanted).await?;
    Ok(tasks.into_iter().zip(free).collect())
}

/// One task from lock to report.
async fn work(engine: &ExternalTasks, client: &Client, config: &WorkerConfig, task: &LockedTask) {
    let outcome = tokio::select! {
        outcome = topic::handle(client, task) => outcome,
        error = keep_lock(engine, task, config) => {
            warn!(task = task.id, topic = task.topic_name, %error, "the lock was lost; whoever has it now does the task");
            return;
        }
    };
    let reported = match outcome {
        Ok(outputs) => engine.complete(task, &outputs).await,
        Err(failure) => report(engine, task, config, failure).await,
    };
    if let Err(error) = reported {
        // The lock runs out and the task is done again, which its idempotency makes harmless.
        warn!(task = task.id, topic = task.topic_name, %error, "the outcome could not be reported");
    }
}

/// Extends the lock for as long as it is polled; resolves when the lock is lost.
async fn keep_lock(engine: &ExternalTasks, task: &LockedTask, config: &WorkerConfig) -> CallError {
    let lock = Duration::from_secs(config.lock_seconds);
    loop {
        tokio::time::sleep(lock / 2).await;
        match engine.extend_lock(task, lock).await {
            Ok(()) => {}
            Err(error) if may_pass(&error) => {}
            Err(error) => return error,
        }
    }
}

/// Model attribute that turns a final failure into a BPMN error instead of an incident.
const ON_FAILURE: &str = "casewright.onFailure";

async fn report(
    engine: &ExternalTasks,
    task: &LockedTask,
    config: &WorkerConfig,
    failure: Failure,
) -> Result<(), CallError> {
    let left = task.retries.unwrap_or(config.attempts) - 1;
    match failure {
        Failure::Business { code, message } => engine.bpmn_error(task, code, &message, &Variables::default()).await,
        Failure::Passing(reason) if left > 0 => {
            let done = u32::try_from(config.attempts - left - 1).unwrap_or(0).min(10);
            let pause = Duration::from_secs(config.first_pause_seconds << done);
            engine.failure(task, &reason, left, pause).await
        }
        Failure::Passing(reason) | Failure::Final(reason) => match task.extension_properties.get(ON_FAILURE) {
            Some(code) => engine.bpmn_error(task, code, &reason, &failed_step(engine, task).await).await,
            None => engine.failure(task, &reason, 0, Duration::ZERO).await,
        },
    }
}

/// Which step failed, for those that undo the steps before it: they tell people of this one.
async fn failed_step(engine: &ExternalTasks, task: &LockedTask) -> Variables {
    let name = engine.step_name(task).await.unwrap_or_else(|error| {
        warn!(task = task.id, %error, "a step that failed is told by its id");
        task.activity_id.clone()
    });
    Variables::default().string(FAILED_STEP, &name)
}

/// Says once that the engine is away and once that it is back, and waits longer each time in between.
#[derive(Default)]
struct Outage {
    failures: u32,
}

impl Outage {
    fn pause(&mut self, error: &CallError) -> Duration {
        if self.failures == 0 {
            warn!(%error, "the engine cannot be asked for tasks; trying again");
        }
        self.failures = self.failures.saturating_add(1);
        Duration::from_millis(100 << self.failures.min(6))
    }

    fn end(&mut self) {
        if self.failures > 0 {
            info!(failures = self.failures, "the engine answers again");
            self.failures = 0;
        }
    }
}
