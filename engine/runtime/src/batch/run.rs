//! Running jobs of batches.

use super::batches::{Batches, removal_time_at_end};
use super::{Change, Running};
use crate::history::History;
use crate::instances::Instances;
use crate::jobs::Jobs;
use crate::{Caller, EngineError, EngineResult, Words};
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::Duty;
use std::sync::Arc;

/// Between two looks of the monitor job, while execution jobs are left.
const MONITOR_INTERVAL_MS: i64 = 30_000;

/// Runs jobs of batches, each once at a time on this node.
pub(crate) struct BatchJobs {
    pub(crate) batches: Arc<Batches>,
    pub(crate) instances: Arc<Instances>,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) history: Arc<History>,
    pub(crate) running: Running,
    pub(crate) words: Words,
}

impl BatchJobs {
    /// Runs a job of a batch; none when there is no such job. Its failure is stored, and told.
    pub(crate) async fn execute(&self, job: &str) -> EngineResult<Option<()>> {
        let Some(_turn) = self.running.enter(job) else {
            return Err(EngineError::JobAtWork { id: job.into() });
        };
        let Some((batch_id, state)) = self.batches.batch_of(job).await? else {
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
                let config = Arc::clone(&self.batches.base.config);
                self.run_job(&caller, &batch_id, local, move |change, id, now| {
                    let removal_time = removal_time_at_end(change, now, &config.history);
                    change.monitor(id, now, Instant(now.0 + MONITOR_INTERVAL_MS), removal_time);
                })
                .await?;
            }
            Duty::Item { nth } => {
                let item = batch.items.get(nth as usize).cloned().unwrap_or_default();
                if let Err(error) = Box::pin(self.perform_item(&caller, &batch.work, &item, job)).await {
                    let message = (self.words)(&error);
                    self.batches.change(&caller, &batch_id, move |change, _| change.fail(local, &message)).await?;
                    return Err(error);
                }
                self.run_job(&caller, &batch_id, local, Change::done).await?;
            }
        }
        Ok(Some(()))
    }

    /// Carries out the step of a job, unless the job has gone meanwhile.
    async fn run_job(
        &self,
        caller: &Caller,
        batch: &str,
        job: Id,
        step: impl Fn(&mut Change, Id, Instant) + Send + 'static,
    ) -> EngineResult<()> {
        self.batches
            .change(caller, batch, move |change, now| {
                if change.state.is_running && change.state.jobs.contains_key(&job.0) {
                    step(change, job, now);
                }
            })
            .await
    }
}
