//! Jobs that may have ended the process: their attempts are counted where a restart finds them.
//!
//! A job that fails counts down its retries; one that ends the process takes that with it, and is due again at the next start.
//! What was at work when a process ended is among what is due longest. So the first jobs that a start finds due are
//! run alone, one after another, each attempt durable before it is made; in good times there are none, and nothing is
//! written. [`ENOUGH`] such attempts that never ended, after the one that nobody counted, make an incident: one or two may be a machine that was switched
//! off, which nobody can tell from a job that ends the process.

use super::Executor;
use super::cleanup;
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_core::Command;
use casewright_engine_core::ids::parse;
use casewright_engine_views::aggregate::StartJob;
use casewright_engine_views::criteria::{eq, in_view};
use casewright_engine_views::{self as views, JobRow, PlaceRowColumns as _, ProcessInstanceRow};
use casewright_journal::{
    Aggregate, AggregateKey, CommandContext, DecideContext, Decision, EntryMeta, Filter, Query, Sort,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::convert::Infallible;

/// Jobs that run at once, and so may have been at work when the process ended.
pub(super) const AT_WORK: u64 = 64;
/// Attempts that were begun alone and never ended.
const ENOUGH: u32 = 4;

/// Attempts at jobs of which nothing is known but that they were begun.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct JobAttempts {
    begun: BTreeMap<SmolStr, u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum JobAttemptsEvent {
    /// About to be made, alone.
    JobAttemptBegun { job: SmolStr },
    /// It ended, well or not, and the process goes on; or nobody will try again.
    JobAttemptEnded { job: SmolStr },
}

impl Aggregate for JobAttempts {
    type Event = JobAttemptsEvent;

    const KIND: &'static str = "job-attempts";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &JobAttemptsEvent, _: &EntryMeta) {
        match event {
            JobAttemptsEvent::JobAttemptBegun { job } => *self.begun.entry(job.clone()).or_default() += 1,
            JobAttemptsEvent::JobAttemptEnded { job } => drop(self.begun.remove(job)),
        }
    }

    fn event_name(event: &JobAttemptsEvent) -> &'static str {
        match event {
            JobAttemptsEvent::JobAttemptBegun { .. } => "job-attempt-begun",
            JobAttemptsEvent::JobAttemptEnded { .. } => "job-attempt-ended",
        }
    }
}

impl Executor {
    /// Runs what is due at a start and may have been at work when the process before ended.
    pub(super) async fn run_suspects(&self) {
        let suspects = match self.suspects().await {
            Ok(suspects) => suspects,
            Err(error) => {
                tracing::error!(%error, "what is due at the start could not be read");
                return;
            }
        };
        for job in suspects {
            if self.stop.is_cancelled() {
                return;
            }
            if let Err(error) = self.run_alone(&job).await {
                tracing::info!(%job, code = error.code(), "a job failed");
            }
        }
    }

    async fn suspects(&self) -> EngineResult<Vec<SmolStr>> {
        let due = Filter::Or(vec![
            Filter::IsNull(JobRow::DUE_DATE.into()),
            Filter::Lte(JobRow::DUE_DATE.into(), json!(self.base.now().0)),
        ]);
        let is_suspended = in_view(
            JobRow::PROCESS_INSTANCE_ID,
            views::PROCESS_INSTANCE,
            ProcessInstanceRow::ID,
            eq(ProcessInstanceRow::SUSPENDED, true),
        );
        let mut query = Query::new(
            views::JOB,
            Filter::And(vec![
                Filter::Gt(JobRow::RETRIES.into(), json!(0)),
                Filter::Ne(JobRow::SUSPENDED.into(), json!(true)),
                Filter::Not(Box::new(is_suspended)),
                Filter::Ne(JobRow::ID.into(), json!(cleanup::job_id().as_str())),
                due,
            ]),
        );
        query.sort.push(Sort { field: JobRow::DUE_DATE.into(), descending: false });
        query.limit = Some(AT_WORK);
        Ok(self.base.journal.query(&query).await?.rows.into_iter().map(|(id, _)| id).collect())
    }

    async fn run_alone(&self, job: &SmolStr) -> EngineResult<()> {
        let begun = self.note_attempt(JobAttemptsEvent::JobAttemptBegun { job: job.clone() }).await?;
        let done = if begun < ENOUGH {
            self.execute(&Caller::default(), job).await
        } else {
            tracing::error!(%job, "a job is given up: the process ended whenever it ran");
            self.give_up_job(job).await
        };
        self.note_attempt(JobAttemptsEvent::JobAttemptEnded { job: job.clone() }).await?;
        done
    }

    /// How often an attempt at the job was begun before without an end.
    async fn note_attempt(&self, event: JobAttemptsEvent) -> EngineResult<u32> {
        let decide = move |attempts: &JobAttempts, _: &DecideContext| {
            let (JobAttemptsEvent::JobAttemptBegun { job } | JobAttemptsEvent::JobAttemptEnded { job }) = &event;
            let answer = attempts.begun.get(job).copied().unwrap_or_default();
            Ok(Decision { events: vec![event.clone()], answer })
        };
        let noted = self
            .base
            .journal
            .execute::<JobAttempts, u32, Infallible, _>(ATTEMPTS_ID, CommandContext::default(), decide)
            .await;
        Ok(noted?.answer)
    }

    /// Leaves a job without retries, with an incident that says why.
    async fn give_up_job(&self, id: &SmolStr) -> EngineResult<()> {
        let message =
            "The process of the engine ended again and again while this job ran. It is not run again by itself.";
        let caller = Caller::default();
        if let Some(job) = self.registry.catalog().state().jobs.get(id) {
            let mut failed = StartJob::clone(job);
            failed.retries = 0;
            failed.exception = Some(message.to_owned());
            return self.registry.change_start_job(&caller, failed).await;
        }
        let Some((_, job)) = parse(id) else {
            return Err(EngineError::not_found(What::Job, id));
        };
        match self.instances.step(id, &caller, Command::FailJob { job, message: message.into(), for_good: true }).await
        {
            Ok(_) => Ok(()),
            Err(error) if error.is_missing() => self.batches.give_up_job(id, message).await,
            Err(error) => Err(error),
        }
    }
}

/// One for all jobs: few are in it, and none for long.
const ATTEMPTS_ID: &str = "job-attempts";
