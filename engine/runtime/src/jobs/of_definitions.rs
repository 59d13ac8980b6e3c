//! Jobs of definitions: timer start events, activation and suspension at a date.

use crate::{Caller, Engine, EngineError, EngineResult, What};
use casewright_engine_core::command::StartInstance;
use casewright_engine_core::ids::Prefix;
use casewright_engine_value::{Evaluator, Instant};
use casewright_engine_views::aggregate::{RegistryEvent, RegistryState, StartJob, StartJobKind, StartJobOutcome};
use casewright_engine_views::entity_id;
use std::sync::Arc;
use uuid::Uuid;

impl Engine {
    /// Runs a job of a definition.
    pub(crate) async fn execute_start_job(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        let state = self.catalog().state();
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
                let done = self.suspend_definition(caller, &job.definition_id, *suspended, *include_instances).await;
                if let Err(error) = done {
                    self.start_job_failed(caller, &job, &error).await?;
                    return Err(error);
                }
            }
            StartJobKind::HistoryCleanup => {
                let cleaned = self.clean_history(caller).await;
                if let Err(error) = &cleaned {
                    self.start_job_failed(caller, &job, error).await?;
                }
                return self.cleanup_done(caller, job, cleaned?).await;
            }
        }
        self.start_job_done(caller, job).await
    }

    /// The ids of the new instance follow from the job and its due date: running it twice starts one instance.
    async fn start_by_timer(
        &self,
        caller: &Caller,
        job: &StartJob,
        activity_id: &smol_str::SmolStr,
    ) -> EngineResult<()> {
        let Some(definition) = self.catalog().process(&job.definition_id) else {
            return Ok(());
        };
        if definition.suspended {
            return Ok(());
        }
        let run = format!("{}:{}:{}", job.id, job.due.map_or(0, |due| due.0), job.created.0);
        let uuid = Uuid::new_v5(&Uuid::NAMESPACE_OID, run.as_bytes());
        let mut bits = [0; 10];
        bits.copy_from_slice(&uuid.as_bytes()[..10]);
        let prefix = Prefix::new(bits);
        if self.state_of(&prefix.root()).await?.is_some() {
            return Ok(());
        }
        let mut start = StartInstance::new(prefix, definition.id.clone());
        start.start_event = Some(activity_id.clone());
        self.start_allowed(caller, &definition, start).await.map(drop)
    }

    async fn start_job_done(&self, caller: &Caller, job: Arc<StartJob>) -> EngineResult<()> {
        let expressions = Arc::clone(&self.inner.expressions);
        self.registry(caller, move |state: &RegistryState, now: Instant| {
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
        failed.exception = Some((self.inner.words)(error));
        self.change_start_job(caller, failed).await
    }

    /// Stores a changed job, if it is still there.
    pub(crate) async fn change_start_job(&self, caller: &Caller, job: StartJob) -> EngineResult<()> {
        let job = Arc::new(job);
        self.registry(caller, move |state: &RegistryState, _| {
            let events = if state.jobs.contains_key(&job.id) {
                vec![RegistryEvent::StartJobChanged { job: Arc::clone(&job) }]
            } else {
                Vec::new()
            };
            Ok((events, ()))
        })
        .await
    }

    /// Forgets a job.
    pub(crate) async fn remove_start_job(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        let id = smol_str::SmolStr::new(id);
        self.registry(caller, move |state: &RegistryState, _| {
            let events = state
                .jobs
                .get(&id)
                .map(|job| RegistryEvent::StartJobEnded { job: Arc::clone(job), outcome: StartJobOutcome::Removed })
                .into_iter()
                .collect();
            Ok((events, ()))
        })
        .await
    }
}
