//! Creating, running, suspending and deleting batches.

use crate::batch::Change;
use crate::history::retention;
use crate::jobs::JobChange;
use crate::{Caller, Engine, EngineError, EngineResult, What};
use casewright_engine_core::ids::{Id, Prefix, parse, root_of};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{Batch, BatchEvent, BatchJob, BatchState, Duty, Work};
use casewright_journal::{DecideContext, Decision};
use smol_str::SmolStr;
use std::convert::Infallible;
use std::sync::Arc;

/// Between two looks of the monitor job, while execution jobs are left.
const MONITOR_INTERVAL_MS: i64 = 30_000;

/// What a new batch does, and with what.
pub struct NewBatch {
    pub work: Work,
    pub items: Vec<SmolStr>,
}

impl Engine {
    /// Creates a batch with its seed job; says its id.
    pub async fn create_batch(&self, caller: &Caller, new: NewBatch) -> EngineResult<SmolStr> {
        let prefix = ordered_prefix(self.now());
        let id = prefix.root();
        let tenant_id = self.tenant_of(&new);
        let engine = self.clone();
        let user = caller.user.clone();
        self.change_batch(caller, &id, move |change, now| {
            change.create(Arc::new(Batch {
                prefix,
                work: new.work.clone(),
                items: new.items.clone(),
                tenant_id: tenant_id.clone(),
                user: user.clone(),
                started: now,
                removal_time: engine.batch_removal_time(new.work.name(), now, None),
            }));
        })
        .await?;
        Ok(id)
    }

    /// A migration belongs to the tenant of its definitions; other batches to none.
    fn tenant_of(&self, new: &NewBatch) -> Option<SmolStr> {
        match &new.work {
            Work::Migrate { plan, .. } => self.catalog().process(&plan.source)?.tenant_id.clone(),
            _ => None,
        }
    }

    async fn change_batch<F>(&self, caller: &Caller, id: &str, decide: F) -> EngineResult<()>
    where
        F: Fn(&mut Change, Instant) + Send + 'static,
    {
        let decide = move |state: &BatchState, context: &DecideContext| {
            let mut change = Change::of(state);
            decide(&mut change, Instant(context.at.as_millisecond()));
            let events: Vec<BatchEvent> = change.finish(state);
            Ok(Decision { events, answer: () })
        };
        self.journal().execute::<BatchState, (), Infallible, _>(id, caller.context(), decide).await?;
        self.inner.jobs.wake_for_all();
        Ok(())
    }

    async fn batch_of(&self, job: &str) -> EngineResult<Option<(SmolStr, Arc<BatchState>)>> {
        let Some(id) = root_of(job) else {
            return Ok(None);
        };
        let loaded = self.journal().load::<BatchState>(&id).await?;
        Ok(loaded.map(|(state, _)| (id, state)))
    }

    /// Runs a job of a batch; none when there is no such job. Its failure is stored, and told.
    pub(crate) async fn execute_batch_job(&self, job: &str) -> EngineResult<Option<()>> {
        let Some(_turn) = self.inner.batches.enter(job) else {
            return Err(EngineError::JobAtWork { id: job.into() });
        };
        let Some((batch_id, state)) = self.batch_of(job).await? else {
            return Ok(None);
        };
        let Some((_, local)) = parse(job) else {
            return Ok(None);
        };
        let (Some(batch), Some(known)) = (state.running(), state.jobs.get(&local.0)) else {
            return Ok(None);
        };
        let caller = Caller { user: batch.user.clone(), groups: Vec::new(), is_job: true };
        match known.duty {
            Duty::Seed => self.run_job(&caller, &batch_id, local, Change::seed).await?,
            Duty::Monitor => {
                let engine = self.clone();
                self.run_job(&caller, &batch_id, local, move |change, id, now| {
                    let removal_time = engine.removal_time_at_end(change, now);
                    change.monitor(id, now, Instant(now.0 + MONITOR_INTERVAL_MS), removal_time);
                })
                .await?;
            }
            Duty::Item { nth } => {
                let item = batch.items.get(nth as usize).cloned().unwrap_or_default();
                if let Err(error) = Box::pin(self.perform_item(&caller, &batch.work, &item, job)).await {
                    let message = (self.inner.words)(&error);
                    self.change_batch(&caller, &batch_id, move |change, _| change.fail(local, &message)).await?;
                    return Err(error);
                }
                self.run_job(&caller, &batch_id, local, Change::done).await?;
            }
        }
        Ok(Some(()))
    }

    /// Leaves a job of a batch without retries.
    pub(crate) async fn give_up_batch_job(&self, job: &str, message: &str) -> EngineResult<()> {
        let (Some((batch, _)), Some((_, local))) = (self.batch_of(job).await?, parse(job)) else {
            return Err(EngineError::not_found(What::Job, job));
        };
        let message = message.to_owned();
        self.change_batch(&Caller::default(), &batch, move |change, _| {
            change.give_up(local, &message);
        })
        .await
    }

    /// Carries out the step of a job, unless the job has gone meanwhile.
    async fn run_job(
        &self,
        caller: &Caller,
        batch: &str,
        job: Id,
        step: impl Fn(&mut Change, Id, Instant) + Send + 'static,
    ) -> EngineResult<()> {
        self.change_batch(caller, batch, move |change, now| {
            if change.state.is_running && change.state.jobs.contains_key(&job.0) {
                step(change, job, now);
            }
        })
        .await
    }

    /// Changes a job of a batch; false when there is none.
    pub(crate) async fn change_batch_job(&self, caller: &Caller, job: &str, change: JobChange) -> EngineResult<bool> {
        self.with_batch_job(caller, job, move |batch, mut job| {
            change.change_batch_job(&mut job);
            batch.change_job(job);
        })
        .await
    }

    /// Deletes a job of a batch; false when there is none.
    pub(crate) async fn delete_batch_job(&self, caller: &Caller, job: &str) -> EngineResult<bool> {
        self.with_batch_job(caller, job, |batch, job| batch.delete_job(job.id)).await
    }

    async fn with_batch_job(
        &self,
        caller: &Caller,
        job: &str,
        change: impl Fn(&mut Change, BatchJob) + Send + 'static,
    ) -> EngineResult<bool> {
        let (Some((batch, state)), Some((_, local))) = (self.batch_of(job).await?, parse(job)) else {
            return Ok(false);
        };
        if !state.jobs.contains_key(&local.0) {
            return Ok(false);
        }
        self.change_batch(caller, &batch, move |batch, _| {
            if let Some(known) = batch.state.jobs.get(&local.0).cloned() {
                change(batch, known);
            }
        })
        .await?;
        Ok(true)
    }

    /// Suspends or activates a running batch; false when there is none.
    pub async fn suspend_batch(&self, caller: &Caller, id: &str, suspended: bool) -> EngineResult<bool> {
        if !self.is_batch_running(id).await? {
            return Ok(false);
        }
        self.change_batch(caller, id, move |change, _| {
            if change.state.is_running {
                change.suspend(suspended);
            }
        })
        .await?;
        Ok(true)
    }

    /// Ends a running batch before its time; false when there is none.
    pub async fn delete_batch(&self, caller: &Caller, id: &str, with_history: bool) -> EngineResult<bool> {
        if !self.is_batch_running(id).await? {
            return Ok(false);
        }
        let engine = self.clone();
        self.change_batch(caller, id, move |change, now| {
            if change.state.is_running {
                let removal_time = engine.removal_time_at_end(change, now);
                change.end(now, removal_time);
            }
            if with_history && change.state.batch.is_some() {
                change.forget();
            }
        })
        .await?;
        Ok(true)
    }

    /// Forgets a batch that is over; false when there is none.
    pub async fn delete_historic_batch(&self, caller: &Caller, id: &str) -> EngineResult<bool> {
        let Some((root, state)) = self.batch_of(id).await? else {
            return Ok(false);
        };
        if root != id || state.batch.is_none() {
            return Ok(false);
        }
        self.change_batch(caller, id, |change, now| {
            if change.state.is_running {
                change.end(now, None);
            }
            if change.state.batch.is_some() {
                change.forget();
            }
        })
        .await?;
        Ok(true)
    }

    /// When the history of a batch that began at `started`, or ended at `ended`, may be removed.
    pub(crate) fn batch_removal_time(&self, kind: &str, started: Instant, ended: Option<Instant>) -> Option<Instant> {
        retention::of_batch(kind, started, ended, &self.inner.config.history)
    }

    /// Sets or clears when a batch's history may be removed; false when there is no such batch.
    pub(crate) async fn set_batch_removal_time(
        &self,
        caller: &Caller,
        id: &str,
        at: Option<Instant>,
    ) -> EngineResult<bool> {
        let Some((_, state)) = self.batch_of(id).await? else {
            return Ok(false);
        };
        if state.batch.is_none() {
            return Ok(false);
        }
        self.change_batch(caller, id, move |change, _| {
            if change.state.batch.is_some() {
                change.set_removal_time(at);
            }
        })
        .await?;
        Ok(true)
    }

    /// Of a batch that ends now.
    fn removal_time_at_end(&self, change: &Change, now: Instant) -> Option<Instant> {
        let batch = change.state.batch.as_ref()?;
        self.batch_removal_time(batch.work.name(), batch.started, Some(now))
    }

    async fn is_batch_running(&self, id: &str) -> EngineResult<bool> {
        let found = self.batch_of(id).await?;
        Ok(found.is_some_and(|(root, state)| root == id && state.running().is_some()))
    }
}

/// A prefix whose ids sort by time: batches are listed in order of their creation.
fn ordered_prefix(now: Instant) -> Prefix {
    let random = *uuid::Uuid::new_v4().as_bytes();
    let mut bits = [0; 10];
    bits[..6].copy_from_slice(&now.0.to_be_bytes()[2..]);
    bits[6..].copy_from_slice(&random[..4]);
    Prefix::new(bits)
}
