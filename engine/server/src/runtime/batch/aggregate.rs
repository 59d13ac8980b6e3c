//! A batch as a fold: its items, the jobs that are left, and how far it is.
//!
//! Ids are those of a root process instance in shape: a prefix of its own and a counter, so that the batch of any of its
//! jobs is known from the job's id.

use super::work::Work;
use casewright_engine_core::ids::{Id, Prefix};
use casewright_engine_value::Instant;
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Execution jobs that one run of the seed job makes.
pub(crate) const JOBS_PER_SEED: u32 = 100;

/// Items that one execution job takes.
pub(crate) const ITEMS_PER_JOB: u32 = 1;

pub(crate) const JOB_RETRIES: i32 = 3;

/// Local ids: the batch itself is [`Id::ROOT`].
const SEED_DEFINITION: Id = Id(2);
const MONITOR_DEFINITION: Id = Id(3);
const EXECUTION_DEFINITION: Id = Id(4);
const FIRST_JOB: u64 = 5;

/// What is known when a batch begins, and never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Batch {
    pub(crate) prefix: Prefix,
    pub(crate) work: Work,
    pub(crate) items: Vec<SmolStr>,
    pub(crate) tenant_id: Option<SmolStr>,
    pub(crate) user: Option<SmolStr>,
    pub(crate) started: Instant,
    /// When its history may be removed, where that counts from its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) removal_time: Option<Instant>,
}

impl Batch {
    pub(crate) fn total_jobs(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX).div_ceil(ITEMS_PER_JOB)
    }

    /// Id of the job definition that jobs of this duty have.
    pub(crate) fn definition(&self, duty: Duty) -> SmolStr {
        self.prefix.text(match duty {
            Duty::Seed => SEED_DEFINITION,
            Duty::Monitor => MONITOR_DEFINITION,
            Duty::Item { .. } => EXECUTION_DEFINITION,
        })
    }

    /// `jobType` of the contract.
    pub(crate) fn job_type(&self, duty: Duty) -> &'static str {
        match duty {
            Duty::Seed => "batch-seed-job",
            Duty::Monitor => "batch-monitor-job",
            Duty::Item { .. } => self.work.name(),
        }
    }
}

/// What a job of a batch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Duty {
    Seed,
    Monitor,
    /// The item with this number.
    Item {
        nth: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchJob {
    pub(crate) id: Id,
    pub(crate) duty: Duty,
    /// None: at once.
    pub(crate) due: Option<Instant>,
    pub(crate) retries: i32,
    pub(crate) priority: i64,
    pub(crate) suspended: bool,
    pub(crate) exception: Option<String>,
    pub(crate) created: Instant,
    /// Number of the line that told of its last failure, while it has no retries: its incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) incident: Option<u32>,
}

/// How far a batch is, as its statistics say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Progress {
    pub(crate) jobs_created: u32,
    /// Not created yet, or not done yet.
    pub(crate) remaining: u32,
    /// Without retries.
    pub(crate) failed: u32,
    pub(crate) execution_started: Option<Instant>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchState {
    /// None before its creation, and once its history is gone.
    pub(crate) batch: Option<Arc<Batch>>,
    pub(crate) is_running: bool,
    pub(crate) suspended: bool,
    pub(crate) jobs_created: u32,
    pub(crate) execution_started: Option<Instant>,
    pub(crate) last_id: u64,
    /// Log lines written so far: their ids are derived from their numbers.
    pub(crate) log_lines: u32,
    pub(crate) jobs: BTreeMap<u64, BatchJob>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum BatchEvent {
    Created {
        batch: Arc<Batch>,
    },
    /// `line` numbers the line of the job log.
    JobCreated {
        batch: Arc<BatchRef>,
        job: BatchJob,
        line: u32,
    },
    JobChanged {
        batch: Arc<BatchRef>,
        job: BatchJob,
        /// The incident that ended by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        resolved: Option<u32>,
    },
    JobFailed {
        batch: Arc<BatchRef>,
        job: BatchJob,
        line: u32,
    },
    JobEnded {
        batch: Arc<BatchRef>,
        job: BatchJob,
        /// Else it was deleted.
        executed: bool,
        line: u32,
        /// Of an execution job: when the first of the batch was executed.
        execution_started: Option<Instant>,
    },
    Progressed {
        progress: Progress,
    },
    Suspended {
        suspended: bool,
        jobs: Vec<Id>,
    },
    /// All jobs are done, or it was deleted.
    Ended {
        ended: Instant,
        jobs: Vec<Id>,
        /// Incidents of jobs that end unresolved.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        incidents: Vec<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        removal_time: Option<Instant>,
    },
    RemovalTimeSet {
        at: Option<Instant>,
    },
    /// The batch is forgotten, its log lines as well.
    HistoryRemoved {
        lines: u32,
    },
}

/// What rows of a job say of its batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BatchRef {
    pub(crate) definition: SmolStr,
    pub(crate) job_type: SmolStr,
    pub(crate) tenant_id: Option<SmolStr>,
}

impl Aggregate for BatchState {
    type Event = BatchEvent;

    const KIND: &'static str = "engine-batch";

    fn empty(_: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &BatchEvent, _: &EntryMeta) {
        self.fold(event);
    }

    fn event_name(event: &BatchEvent) -> &'static str {
        match event {
            BatchEvent::Created { .. } => "batch-created",
            BatchEvent::JobCreated { .. } => "batch-job-created",
            BatchEvent::JobChanged { .. } => "batch-job-changed",
            BatchEvent::JobFailed { .. } => "batch-job-failed",
            BatchEvent::JobEnded { .. } => "batch-job-ended",
            BatchEvent::Progressed { .. } => "batch-progressed",
            BatchEvent::Suspended { .. } => "batch-suspended",
            BatchEvent::Ended { .. } => "batch-ended",
            BatchEvent::RemovalTimeSet { .. } => "batch-removal-time-set",
            BatchEvent::HistoryRemoved { .. } => "batch-history-removed",
        }
    }
}

impl BatchState {
    fn fold(&mut self, event: &BatchEvent) {
        match event {
            BatchEvent::Created { batch } => {
                *self = Self {
                    batch: Some(Arc::clone(batch)),
                    is_running: true,
                    last_id: FIRST_JOB - 1,
                    ..Self::default()
                };
            }
            BatchEvent::JobCreated { job, .. } => {
                self.last_id = self.last_id.max(job.id.0);
                self.log_lines += 1;
                if matches!(job.duty, Duty::Item { .. }) {
                    self.jobs_created += 1;
                }
                self.jobs.insert(job.id.0, job.clone());
            }
            BatchEvent::JobChanged { job, .. } => {
                self.jobs.insert(job.id.0, job.clone());
            }
            BatchEvent::JobFailed { job, .. } => {
                self.log_lines += 1;
                self.jobs.insert(job.id.0, job.clone());
            }
            BatchEvent::JobEnded { job, execution_started, .. } => {
                self.log_lines += 1;
                self.execution_started = execution_started.or(self.execution_started);
                self.jobs.remove(&job.id.0);
            }
            BatchEvent::Progressed { .. } | BatchEvent::RemovalTimeSet { .. } => {}
            BatchEvent::Suspended { suspended, jobs } => {
                self.suspended = *suspended;
                for id in jobs {
                    if let Some(job) = self.jobs.get_mut(&id.0) {
                        job.suspended = *suspended;
                    }
                }
            }
            BatchEvent::Ended { .. } => {
                self.is_running = false;
                self.jobs.clear();
            }
            BatchEvent::HistoryRemoved { .. } => *self = Self::default(),
        }
    }

    /// The batch, while it runs.
    pub(crate) fn running(&self) -> Option<&Arc<Batch>> {
        self.batch.as_ref().filter(|_| self.is_running)
    }

    fn progress(&self) -> Progress {
        let total = self.batch.as_ref().map_or(0, |batch| batch.total_jobs());
        let items = self.jobs.values().filter(|job| matches!(job.duty, Duty::Item { .. }));
        let (mut left, mut failed) = (0, 0);
        for job in items {
            left += 1;
            failed += u32::from(job.retries <= 0);
        }
        Progress {
            jobs_created: self.jobs_created,
            remaining: total.saturating_sub(self.jobs_created) + left,
            failed,
            execution_started: self.execution_started,
        }
    }
}

/// A decision in the making: each event is applied as it is produced, so that the next sees what it did.
pub(crate) struct Change {
    pub(crate) state: BatchState,
    pub(crate) events: Vec<BatchEvent>,
}

impl Change {
    pub(crate) fn of(state: &BatchState) -> Self {
        Self { state: state.clone(), events: Vec::new() }
    }

    fn emit(&mut self, event: BatchEvent) {
        self.state.fold(&event);
        self.events.push(event);
    }

    /// The events, with how far the batch is now when that has changed.
    pub(crate) fn finish(mut self, before: &BatchState) -> Vec<BatchEvent> {
        let progress = self.state.progress();
        if self.state.is_running && progress != before.progress() {
            self.emit(BatchEvent::Progressed { progress });
        }
        self.events
    }

    pub(crate) fn create(&mut self, batch: Arc<Batch>) {
        let now = batch.started;
        self.emit(BatchEvent::Created { batch });
        self.add_job(Duty::Seed, None, now);
    }

    fn batch_ref(&self, duty: Duty) -> Arc<BatchRef> {
        let batch = self.state.batch.as_ref();
        Arc::new(BatchRef {
            definition: batch.map_or_else(SmolStr::default, |batch| batch.definition(duty)),
            job_type: batch.map_or_else(SmolStr::default, |batch| batch.job_type(duty).into()),
            tenant_id: batch.and_then(|batch| batch.tenant_id.clone()),
        })
    }

    fn add_job(&mut self, duty: Duty, due: Option<Instant>, now: Instant) {
        let job = BatchJob {
            id: Id(self.state.last_id + 1),
            duty,
            due,
            retries: JOB_RETRIES,
            priority: 0,
            suspended: self.state.suspended,
            exception: None,
            created: now,
            incident: None,
        };
        let (batch, line) = (self.batch_ref(duty), self.state.log_lines);
        self.emit(BatchEvent::JobCreated { batch, job, line });
    }

    fn end_job(&mut self, id: Id, executed: bool, execution_started: Option<Instant>) {
        let Some(job) = self.state.jobs.get(&id.0).cloned() else {
            return;
        };
        let (batch, line) = (self.batch_ref(job.duty), self.state.log_lines);
        self.emit(BatchEvent::JobEnded { batch, job, executed, line, execution_started });
    }

    /// The seed job ran: the next execution jobs, and then either itself again or the monitor job.
    pub(crate) fn seed(&mut self, id: Id, now: Instant) {
        let total = self.state.batch.as_ref().map_or(0, |batch| batch.total_jobs());
        let from = self.state.jobs_created;
        let to = total.min(from.saturating_add(JOBS_PER_SEED));
        for nth in from..to {
            self.add_job(Duty::Item { nth }, None, now);
        }
        self.end_job(id, true, None);
        let next = if to < total { Duty::Seed } else { Duty::Monitor };
        self.add_job(next, None, now);
    }

    /// The monitor job ran: the batch is over, or looked at again at `again`.
    pub(crate) fn monitor(&mut self, id: Id, now: Instant, again: Instant, removal_time: Option<Instant>) {
        self.end_job(id, true, None);
        if self.state.progress().remaining == 0 {
            self.end(now, removal_time);
        } else {
            self.add_job(Duty::Monitor, Some(again), now);
        }
    }

    /// An execution job did its work. After the last one nothing is left to wait for.
    pub(crate) fn done(&mut self, id: Id, now: Instant) {
        let first = self.state.execution_started.is_none().then_some(now);
        self.end_job(id, true, first);
        if self.state.progress().remaining > 0 {
            return;
        }
        let waiting = self.state.jobs.values().find(|job| job.duty == Duty::Monitor && job.due.is_some()).cloned();
        if let Some(monitor) = waiting {
            self.change_job(BatchJob { due: None, ..monitor });
        }
    }

    pub(crate) fn fail(&mut self, id: Id, message: &str) {
        let Some(known) = self.state.jobs.get(&id.0) else {
            return;
        };
        let line = self.state.log_lines;
        let retries = (known.retries - 1).max(0);
        let incident = known.incident.or_else(|| (retries == 0).then_some(line));
        let job = BatchJob { retries, incident, exception: Some(message.to_owned()), ..known.clone() };
        let batch = self.batch_ref(job.duty);
        self.emit(BatchEvent::JobFailed { batch, job, line });
    }

    /// Nobody tries again by themselves.
    pub(crate) fn give_up(&mut self, id: Id, message: &str) {
        if let Some(known) = self.state.jobs.get_mut(&id.0) {
            known.retries = 1;
        }
        self.fail(id, message);
    }

    /// New retries resolve the incident.
    pub(crate) fn change_job(&mut self, mut job: BatchJob) {
        let batch = self.batch_ref(job.duty);
        let resolved = if job.retries > 0 { job.incident.take() } else { None };
        self.emit(BatchEvent::JobChanged { batch, job, resolved });
    }

    pub(crate) fn delete_job(&mut self, id: Id) {
        self.end_job(id, false, None);
    }

    pub(crate) fn suspend(&mut self, suspended: bool) {
        let jobs = self.state.jobs.keys().map(|id| Id(*id)).collect();
        self.emit(BatchEvent::Suspended { suspended, jobs });
    }

    pub(crate) fn end(&mut self, ended: Instant, removal_time: Option<Instant>) {
        let jobs = self.state.jobs.keys().map(|id| Id(*id)).collect();
        let incidents = self.state.jobs.values().filter_map(|job| job.incident).collect();
        self.emit(BatchEvent::Ended { ended, jobs, incidents, removal_time });
    }

    pub(crate) fn set_removal_time(&mut self, at: Option<Instant>) {
        self.emit(BatchEvent::RemovalTimeSet { at });
    }

    pub(crate) fn forget(&mut self) {
        let lines = self.state.log_lines;
        self.emit(BatchEvent::HistoryRemoved { lines });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(items: usize) -> BatchState {
        let batch = Batch {
            prefix: Prefix::new([7; 10]),
            work: Work::SetSuspended { suspended: true },
            items: (0..items).map(|nth| SmolStr::from(nth.to_string())).collect(),
            tenant_id: None,
            user: None,
            started: Instant(1),
            removal_time: None,
        };
        let mut change = Change::of(&BatchState::default());
        change.create(Arc::new(batch));
        change.state
    }

    fn only(state: &BatchState, duty: Duty) -> Id {
        state.jobs.values().find(|job| job.duty == duty).expect("there is such a job").id
    }

    #[test]
    fn a_seed_job_makes_a_hundred_jobs_and_comes_back_for_the_rest() {
        let state = batch(150);
        let mut change = Change::of(&state);
        change.seed(only(&state, Duty::Seed), Instant(2));
        assert_eq!(change.state.jobs_created, 100);
        let seed = only(&change.state, Duty::Seed);
        change.seed(seed, Instant(3));
        assert_eq!(change.state.jobs_created, 150);
        assert!(change.state.jobs.values().all(|job| job.duty != Duty::Seed));
        only(&change.state, Duty::Monitor);
    }

    #[test]
    fn the_monitor_ends_the_batch_only_when_every_job_is_done() {
        let state = batch(2);
        let mut change = Change::of(&state);
        change.seed(only(&state, Duty::Seed), Instant(2));
        let monitor = only(&change.state, Duty::Monitor);
        change.monitor(monitor, Instant(3), Instant(30), None);
        assert!(change.state.is_running);
        let first = only(&change.state, Duty::Item { nth: 0 });
        change.fail(first, "no");
        assert_eq!(change.state.jobs[&first.0].retries, JOB_RETRIES - 1);
        change.done(first, Instant(4));
        assert_eq!(change.state.progress().remaining, 1);
        let monitor = only(&change.state, Duty::Monitor);
        assert_eq!(change.state.jobs[&monitor.0].due, Some(Instant(30)));
        let second = only(&change.state, Duty::Item { nth: 1 });
        change.done(second, Instant(5));
        let monitor = only(&change.state, Duty::Monitor);
        assert_eq!(change.state.jobs[&monitor.0].due, None, "nothing is left to wait for");
        change.monitor(monitor, Instant(6), Instant(60), None);
        assert!(!change.state.is_running);
        assert_eq!(change.state.execution_started, Some(Instant(4)));
    }

    #[test]
    fn events_lead_to_the_state_they_were_decided_with() {
        let state = batch(3);
        let mut change = Change::of(&state);
        change.seed(only(&state, Duty::Seed), Instant(2));
        change.suspend(true);
        let mut replayed = state;
        for event in &change.events {
            replayed.fold(event);
        }
        assert_eq!(replayed.jobs, change.state.jobs);
        assert!(replayed.jobs.values().all(|job| job.suspended));
    }
}
