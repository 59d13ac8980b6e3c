//! Creating, running, suspending and deleting batches.

use super::Change;
use crate::base::Base;
use crate::config::HistoryConfig;
use crate::history::retention;
use crate::jobs::JobChange;
use crate::jobs::Wakeup;
use crate::registry::Catalog;
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_core::ids::{Prefix, parse, root_of};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{Batch, BatchEvent, BatchJob, BatchState, Work};
use casewright_journal::{DecideContext, Decision};
use smol_str::SmolStr;
use std::convert::Infallible;
use std::sync::Arc;

/// What a new batch does, and with what.
pub struct NewBatch {
    pub work: Work,
    pub items: Vec<SmolStr>,
}

/// Batches and their jobs, as events of the batches' own aggregates.
pub struct Batches {
    pub(super) base: Base,
    catalog: Arc<Catalog>,
    wakeup: Arc<Wakeup>,
}

impl Batches {
    pub(crate) fn new(base: Base, catalog: Arc<Catalog>, wakeup: Arc<Wakeup>) -> Self {
        Self { base, catalog, wakeup }
    }

    /// Creates a batch with its seed job; says its id.
    pub async fn create(&self, caller: &Caller, new: NewBatch) -> EngineResult<SmolStr> {
        let prefix = ordered_prefix(self.base.now());
        let id = prefix.root();
        let tenant_id = self.tenant_of(&new);
        let config = Arc::clone(&self.base.config);
        let user = caller.user.clone();
        self.change(caller, &id, move |change, now| {
            change.create(Arc::new(Batch {
                prefix,
                work: new.work.clone(),
                items: new.items.clone(),
                tenant_id: tenant_id.clone(),
                user: user.clone(),
                started: now,
                removal_time: retention::of_batch(new.work.name(), now, None, &config.history),
            }));
        })
        .await?;
        Ok(id)
    }

    /// A migration belongs to the tenant of its definitions; other batches to none.
    fn tenant_of(&self, new: &NewBatch) -> Option<SmolStr> {
        match &new.work {
            Work::Migrate { plan, .. } => self.catalog.process(&plan.source)?.tenant_id.clone(),
            _ => None,
        }
    }

    pub(super) async fn change<F>(&self, caller: &Caller, id: &str, decide: F) -> EngineResult<()>
    where
        F: Fn(&mut Change, Instant) + Send + 'static,
    {
        let decide = move |state: &BatchState, context: &DecideContext| {
            let mut change = Change::of(state);
            decide(&mut change, Instant(context.at.as_millisecond()));
            let events: Vec<BatchEvent> = change.finish(state);
            Ok(Decision { events, answer: () })
        };
        self.base.journal.execute::<BatchState, (), Infallible, _>(id, caller.context(), decide).await?;
        self.wakeup.wake_for_all();
        Ok(())
    }

    pub(super) async fn batch_of(&self, job: &str) -> EngineResult<Option<(SmolStr, Arc<BatchState>)>> {
        let Some(id) = root_of(job) else {
            return Ok(None);
        };
        let loaded = self.base.journal.load::<BatchState>(&id).await?;
        Ok(loaded.map(|(state, _)| (id, state)))
    }

    /// Leaves a job of a batch without retries.
    pub(crate) async fn give_up_job(&self, job: &str, message: &str) -> EngineResult<()> {
        let (Some((batch, _)), Some((_, local))) = (self.batch_of(job).await?, parse(job)) else {
            return Err(EngineError::not_found(What::Job, job));
        };
        let message = message.to_owned();
        self.change(&Caller::default(), &batch, move |change, _| {
            change.give_up(local, &message);
        })
        .await
    }

    /// Changes a job of a batch; false when there is none.
    pub(crate) async fn change_job(&self, caller: &Caller, job: &str, change: JobChange) -> EngineResult<bool> {
        self.with_job(caller, job, move |batch, mut job| {
            change.change_batch_job(&mut job);
            batch.change_job(job);
        })
        .await
    }

    /// Deletes a job of a batch; false when there is none.
    pub(crate) async fn delete_job(&self, caller: &Caller, job: &str) -> EngineResult<bool> {
        self.with_job(caller, job, |batch, job| batch.delete_job(job.id)).await
    }

    async fn with_job(
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
        self.change(caller, &batch, move |batch, _| {
            if let Some(known) = batch.state.jobs.get(&local.0).cloned() {
                change(batch, known);
            }
        })
        .await?;
        Ok(true)
    }

    /// Suspends or activates a running batch; false when there is none.
    pub async fn suspend(&self, caller: &Caller, id: &str, suspended: bool) -> EngineResult<bool> {
        if !self.is_running(id).await? {
            return Ok(false);
        }
        self.change(caller, id, move |change, _| {
            if change.state.is_running {
                change.suspend(suspended);
            }
        })
        .await?;
        Ok(true)
    }

    /// Ends a running batch before its time; false when there is none.
    pub async fn delete(&self, caller: &Caller, id: &str, with_history: bool) -> EngineResult<bool> {
        if !self.is_running(id).await? {
            return Ok(false);
        }
        let config = Arc::clone(&self.base.config);
        self.change(caller, id, move |change, now| {
            if change.state.is_running {
                let removal_time = removal_time_at_end(change, now, &config.history);
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
    pub async fn delete_historic(&self, caller: &Caller, id: &str) -> EngineResult<bool> {
        let Some((root, state)) = self.batch_of(id).await? else {
            return Ok(false);
        };
        if root != id || state.batch.is_none() {
            return Ok(false);
        }
        self.change(caller, id, |change, now| {
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
    pub(crate) fn removal_time(&self, kind: &str, started: Instant, ended: Option<Instant>) -> Option<Instant> {
        retention::of_batch(kind, started, ended, &self.base.config.history)
    }

    /// Sets or clears when a batch's history may be removed; false when there is no such batch.
    pub(crate) async fn set_removal_time(&self, caller: &Caller, id: &str, at: Option<Instant>) -> EngineResult<bool> {
        let Some((_, state)) = self.batch_of(id).await? else {
            return Ok(false);
        };
        if state.batch.is_none() {
            return Ok(false);
        }
        self.change(caller, id, move |change, _| {
            if change.state.batch.is_some() {
                change.set_removal_time(at);
            }
        })
        .await?;
        Ok(true)
    }

    async fn is_running(&self, id: &str) -> EngineResult<bool> {
        let found = self.batch_of(id).await?;
        Ok(found.is_some_and(|(root, state)| root == id && state.running().is_some()))
    }
}

/// When the history of a batch that ends now may be removed.
pub(super) fn removal_time_at_end(change: &Change, now: Instant, history: &HistoryConfig) -> Option<Instant> {
    let batch = change.state.batch.as_ref()?;
    retention::of_batch(batch.work.name(), batch.started, Some(now), history)
}

/// A prefix whose ids sort by time: batches are listed in order of their creation.
fn ordered_prefix(now: Instant) -> Prefix {
    let random = *uuid::Uuid::new_v4().as_bytes();
    let mut bits = [0; 10];
    bits[..6].copy_from_slice(&now.0.to_be_bytes()[2..]);
    bits[6..].copy_from_slice(&random[..4]);
    Prefix::new(bits)
}
