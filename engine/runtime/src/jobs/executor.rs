//! The job executor: runs what is due, with the retries and back-off the model asks for.
//!
//! Jobs of one instance never run in parallel: their commands stand in line at its shard. Jobs of instances are found in
//! memory; those of definitions and batches, which are few, in the view, as all are where other nodes write the same store.

use super::attempts::AT_WORK;
use super::cleanup::{self, CleanupJob};
use super::of_definitions::StartJobs;
use super::wakeup::Wakeup;
use crate::base::Base;
use crate::batch::{BatchJobs, Batches};
use crate::config::JobExecutor;
use crate::instances::Instances;
use crate::registry::Registry;
use crate::waiting::{Filled, Waiting};
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_core::ids::parse;
use casewright_engine_core::{Answer, Command};
use casewright_engine_views::criteria::{eq, in_view};
use casewright_engine_views::{self as views, JobRow, PlaceRowColumns as _, ProcessInstanceRow};
use casewright_journal::{Filter, Query, Sort};
use futures::StreamExt;
use serde_json::json;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Jobs that failed without a trace (their failure could not be stored, their instance refuses them), and until when they
/// are left alone: a job that stays as it was must not be run again at once.
#[derive(Default)]
struct Held(HashMap<SmolStr, tokio::time::Instant>);

impl Held {
    fn expire(&mut self) {
        let now = tokio::time::Instant::now();
        self.0.retain(|_, until| *until > now);
    }

    fn next(&self) -> Option<Duration> {
        self.0.values().min().map(|until| until.saturating_duration_since(tokio::time::Instant::now()))
    }
}

/// Jobs that are looked for at once, and run at once.
const BATCH: u64 = 256;
const PARALLEL: usize = AT_WORK as usize;
/// The view is looked into at least once in so many intervals, also when nothing says that it has changed.
const VIEW_INTERVALS: u32 = 5;

/// Runs jobs: those that are due by itself, any other when asked.
pub struct Executor {
    pub(crate) base: Base,
    pub(crate) instances: Arc<Instances>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) batches: Arc<Batches>,
    pub(crate) start_jobs: StartJobs,
    pub(crate) batch_jobs: BatchJobs,
    pub(crate) cleanup: Arc<CleanupJob>,
    pub(crate) wakeup: Arc<Wakeup>,
    pub(crate) waiting: Filled,
    pub(crate) stop: CancellationToken,
}

impl Executor {
    /// Background work: the job executor, until a stop is requested.
    pub async fn run(&self) {
        let JobExecutor::On { interval } = self.base.config.job_executor else {
            self.stop.cancelled().await;
            return;
        };
        if let Err(error) = self.cleanup.prepare().await {
            tracing::error!(%error, "the job that cleans history could not be made");
        }
        tokio::join!(self.run_jobs(interval), self.start_jobs.run_cleanup(interval));
    }

    async fn run_jobs(&self, interval: Duration) {
        let mut changes = self.wakeup.changes.subscribe();
        let mut for_all = self.wakeup.subscribe_for_all();
        let mut look_at = tokio::time::Instant::now();
        let mut held = Held::default();
        self.run_suspects().await;
        while !self.stop.is_cancelled() {
            changes.mark_unchanged();
            held.expire();
            let mut found = 0;
            let mut wait = interval;
            if let Some(waiting) = self.waiting.get() {
                found += self.run_waiting(waiting, &mut held, interval).await;
                // What is due by now may be what is held.
                let next = waiting.next_due().filter(|due| held.0.is_empty() || *due > self.base.now());
                wait = wait.min(next.map_or(interval, |due| self.base.until(due.0)));
            }
            let is_told = for_all.borrow_and_update().has_changed();
            if self.waiting.get().is_none() || is_told || look_at <= tokio::time::Instant::now() {
                let pause = interval * VIEW_INTERVALS;
                match self.run_due_jobs(&mut held, interval).await {
                    Ok(count) => found += count,
                    Err(error) => tracing::error!(%error, "due jobs could not be read"),
                }
                let next = match self.next_due().await {
                    Ok(Some(next)) => next.min(pause),
                    Ok(None) | Err(_) => pause,
                };
                look_at = tokio::time::Instant::now() + next;
                if self.waiting.get().is_none() {
                    wait = next.min(interval);
                }
            }
            if found > 0 {
                continue;
            }
            wait = wait.min(held.next().unwrap_or(interval));
            wait = wait.min(look_at.saturating_duration_since(tokio::time::Instant::now()));
            tokio::select! {
                () = self.stop.cancelled() => return,
                _ = changes.changed() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Runs the jobs of instances that are due now; says how many are not as they were.
    async fn run_waiting(&self, waiting: &Waiting, held: &mut Held, pause: Duration) -> usize {
        if !waiting.caught_up(self.base.journal.journal()).await {
            return 0;
        }
        let due = waiting.due_jobs(self.base.now(), BATCH as usize + held.0.len());
        self.run_all(due, held, pause).await
    }

    /// Runs what is not held; what stays as it was is held for a pause, or until the organisation's quota has room. Says how
    /// many did not.
    async fn run_all(&self, jobs: Vec<SmolStr>, held: &mut Held, pause: Duration) -> usize {
        let jobs: Vec<SmolStr> = jobs.into_iter().filter(|id| !held.0.contains_key(id)).collect();
        let ran: Vec<(SmolStr, Option<Duration>)> = futures::stream::iter(jobs)
            .map(|id| async move {
                let attempt = self.attempt(&Caller::default(), &id).await;
                let is_changed = attempt.is_ok();
                let stays_for = match &attempt {
                    Ok(_) => None,
                    Err(EngineError::OverQuota(over)) => Some(over.wait()),
                    Err(_) => Some(pause),
                };
                if let Err(error) = attempt.and_then(|result| result) {
                    // Its message may be a script's own words: they stand in the incident.
                    tracing::info!(job = %id, is_changed, code = error.code(), "a job failed");
                }
                (id, stays_for)
            })
            .buffer_unordered(PARALLEL)
            .collect()
            .await;
        let now = tokio::time::Instant::now();
        let mut changed = 0;
        for (id, stays_for) in ran {
            match stays_for {
                None => changed += 1,
                Some(time) => {
                    held.0.insert(id, now + time);
                }
            }
        }
        changed
    }

    /// Jobs in the view that are not in memory as well; all of them until it is filled. What cleans history is apart.
    fn in_view(&self) -> Filter {
        let mut parts = vec![runnable(), Filter::Ne(JobRow::ID.into(), json!(cleanup::job_id().as_str()))];
        if self.waiting.get().is_some() {
            parts.push(Filter::IsNull(JobRow::PROCESS_INSTANCE_ID.into()));
        }
        Filter::And(parts)
    }

    /// Runs the jobs of the view that are due now; says how many are not as they were.
    async fn run_due_jobs(&self, held: &mut Held, pause: Duration) -> EngineResult<usize> {
        let now = self.base.now();
        let mut query = Query::new(
            views::JOB,
            Filter::And(vec![
                self.in_view(),
                Filter::Or(vec![
                    Filter::IsNull(JobRow::DUE_DATE.into()),
                    Filter::Lte(JobRow::DUE_DATE.into(), json!(now.0)),
                ]),
            ]),
        );
        query.sort.push(Sort { field: JobRow::DUE_DATE.into(), descending: false });
        query.limit = Some(BATCH + held.0.len() as u64);
        let page = self.base.journal.query(&query).await?;
        Ok(self.run_all(page.rows.into_iter().map(|(id, _)| id).collect(), held, pause).await)
    }

    async fn next_due(&self) -> EngineResult<Option<Duration>> {
        let now = self.base.now();
        let mut query = Query::new(
            views::JOB,
            Filter::And(vec![self.in_view(), Filter::Gt(JobRow::DUE_DATE.into(), json!(now.0))]),
        );
        query.sort.push(Sort { field: JobRow::DUE_DATE.into(), descending: false });
        query.limit = Some(1);
        let page = self.base.journal.query(&query).await?;
        let due = page.rows.first().and_then(|(_, row)| JobRow::DUE_DATE.integer(row));
        Ok(due.map(|due| self.base.until(due)))
    }

    /// Runs one job. Its failure is stored, and told.
    pub async fn execute(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        self.attempt(caller, id).await?
    }

    /// The outer error: the job is as it was. The inner one: it failed, and that is stored.
    async fn attempt(&self, caller: &Caller, id: &str) -> EngineResult<EngineResult<()>> {
        let missing = || EngineError::not_found(What::Job, id);
        if self.registry.catalog().state().jobs.contains_key(id) {
            return self.start_jobs.execute(caller, id).await.map(Ok);
        }
        let Some((_, job)) = parse(id) else {
            return Err(missing());
        };
        let stepped = match self.instances.step(id, caller, Command::ExecuteJob { job }).await {
            Ok(stepped) => stepped,
            Err(error) if error.is_missing() => {
                return self.batch_jobs.execute(id).await?.ok_or_else(missing).map(Ok);
            }
            Err(error) => return Err(error),
        };
        Ok(match stepped.answer {
            Answer::JobFailed { message, .. } => Err(EngineError::JobFailed { message }),
            _ => Ok(()),
        })
    }
}

/// Has retries left and is not suspended.
fn runnable() -> Filter {
    Filter::And(vec![
        Filter::Gt(JobRow::RETRIES.into(), json!(0)),
        Filter::Ne(JobRow::SUSPENDED.into(), json!(true)),
        Filter::Not(Box::new(in_view(
            JobRow::PROCESS_INSTANCE_ID,
            views::PROCESS_INSTANCE,
            ProcessInstanceRow::ID,
            eq(ProcessInstanceRow::SUSPENDED, true),
        ))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_failed_without_a_trace_is_left_alone_for_a_while() {
        let now = tokio::time::Instant::now();
        let mut held = Held::default();
        held.0.insert("later".into(), now + Duration::from_secs(3600));
        held.0.insert("over".into(), now);
        held.expire();
        assert!(held.0.contains_key("later") && !held.0.contains_key("over"));
        assert!(held.next().is_some_and(|wait| wait > Duration::from_secs(3000)));
    }
}
