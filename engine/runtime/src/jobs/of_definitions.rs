//! Jobs of definitions: timer start events, activation and suspension at a date.

use super::cleanup::CleanupJob;
use super::wakeup::Wakeup;
use crate::base::Base;
use crate::definitions::Definitions;
use crate::history::Cleaning;
use crate::instances::{Instances, derived_prefix};
use crate::registry::Registry;
use crate::{Caller, EngineError, EngineResult, What, Words};
use casewright_engine_core::command::StartInstance;
use casewright_engine_value::{Evaluator, Instant};
use casewright_engine_views::aggregate::{RegistryEvent, RegistryState, StartJob, StartJobKind, StartJobOutcome};
use casewright_engine_views::entity_id;
use smol_str::SmolStr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Runs jobs of definitions.
pub(crate) struct StartJobs {
    pub(crate) base: Base,
    pub(crate) registry: Arc<Registry>,
    pub(crate) instances: Arc<Instances>,
    pub(crate) definitions: Arc<Definitions>,
    pub(crate) cleanup: Arc<CleanupJob>,
    pub(crate) cleaning: Cleaning,
    pub(crate) wakeup: Arc<Wakeup>,
    pub(crate) stop: CancellationToken,
    pub(crate) words: Words,
}

impl StartJobs {
    /// Runs a job of a definition.
    pub(crate) async fn execute(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        let state = self.registry.catalog().state();
        let missing = || EngineError::not_found(What::Job, id);
        let job = state.jobs.get(id).map(Arc::clone).ok_or_else(missing)?;
        match &job.kind {
            StartJobKind::Timer { activity_id } => {
                let started = self.start_by_timer(caller, &job, activity_id).await;
                if let Err(error) = started {
                    self.start_job_failed(caller, &job, &error).await?;
                    return Err(error);
                }
            }
            StartJobKind::SetSuspended { suspended, include_instances } => {
                let done = self.definitions.suspend(caller, &job.definition_id, *suspended, *include_instances).await;
                if let Err(error) = done {
                    self.start_job_failed(caller, &job, &error).await?;
                    return Err(error);
                }
            }
            StartJobKind::HistoryCleanup => {
                let cleaned = self.cleaning.portion(caller).await;
                if let Err(error) = &cleaned {
                    self.start_job_failed(caller, &job, error).await?;
                }
                return self.cleanup.done(caller, job, cleaned?).await;
            }
        }
        self.start_job_done(caller, job).await
    }

    /// The ids of the new instance follow from the job and its due date: running it twice starts one instance.
    async fn start_by_timer(&self, caller: &Caller, job: &StartJob, activity_id: &SmolStr) -> EngineResult<()> {
        let Some(definition) = self.registry.catalog().process(&job.definition_id) else {
            return Ok(());
        };
        if definition.suspended {
            return Ok(());
        }
        let run = format!("{}:{}:{}", job.id, job.due.map_or(0, |due| due.0), job.created.0);
        let mut start = StartInstance::new(derived_prefix(&[], &run), definition.id.clone());
        start.start_event = Some(activity_id.clone());
        self.instances.start_once(caller, &definition, start).await.map(drop)
    }

    async fn start_job_done(&self, caller: &Caller, job: Arc<StartJob>) -> EngineResult<()> {
        let expressions = Arc::clone(self.registry.expressions());
        self.registry
            .change(caller, move |state: &RegistryState, now: Instant| {
                if !state.jobs.contains_key(&job.id) {
                    return Ok((Vec::new(), ()));
                }
                let mut events =
                    vec![RegistryEvent::StartJobEnded { job: Arc::clone(&job), outcome: StartJobOutcome::Executed }];
                if let Some(repeat) = &job.repeat {
                    let fired = job.due.unwrap_or(now);
                    if let Some(next) = expressions.next_due(repeat, fired, now)? {
                        let mut again = StartJob::clone(&job);
                        again.id = entity_id(&[&job.id, &next.due.0.to_string()]).into();
                        again.due = Some(next.due);
                        again.repeat = next.repeat;
                        again.retries = 3;
                        again.exception = None;
                        events.push(RegistryEvent::StartJobCreated { job: Arc::new(again) });
                    }
                }
                Ok((events, ()))
            })
            .await
    }

    async fn start_job_failed(&self, caller: &Caller, job: &StartJob, error: &EngineError) -> EngineResult<()> {
        let mut failed = job.clone();
        failed.retries = (failed.retries - 1).max(0);
        failed.exception = Some((self.words)(error));
        self.registry.change_start_job(caller, failed).await
    }

    /// Runs the job that cleans history whenever it is due, until a stop is requested.
    pub(crate) async fn run_cleanup(&self, interval: Duration) {
        let mut changes = self.wakeup.subscribe_for_all();
        while !self.stop.is_cancelled() {
            changes.mark_unchanged();
            let job = self.cleanup.job().filter(|job| !job.suspended && job.retries > 0);
            let due = job.as_ref().and_then(|job| job.due);
            let mut wait = due.map_or(interval, |due| self.base.until(due.0).min(interval));
            if let Some(job) = job.filter(|_| due.is_some_and(|due| due <= self.base.now())) {
                match self.execute(&Caller::default(), &job.id).await {
                    Ok(()) => continue,
                    Err(error) => tracing::warn!(%error, "history could not be cleaned"),
                }
                wait = interval;
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(wait) => {}
            }
        }
    }
}
