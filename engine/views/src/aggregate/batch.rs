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
pub const JOBS_PER_SEED: u32 = 100;

/// Items that one execution job takes.
pub const ITEMS_PER_JOB: u32 = 1;

/// Local ids: the batch itself is [`Id::ROOT`].
const SEED_DEFINITION: Id = Id(2);
const MONITOR_DEFINITION: Id = Id(3);
const EXECUTION_DEFINITION: Id = Id(4);
const FIRST_JOB: u64 = 5;

/// What is known when a batch begins, and never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Batch {
    pub prefix: Prefix,
    pub work: Work,
    pub items: Vec<SmolStr>,
    pub tenant_id: Option<SmolStr>,
    pub user: Option<SmolStr>,
    pub started: Instant,
    /// When its history may be removed, where that counts from its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal_time: Option<Instant>,
}

impl Batch {
    /// Execution jobs of all items.
    pub fn total_jobs(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX).div_ceil(ITEMS_PER_JOB)
    }

    /// Id of the job definition that jobs of this duty have.
    pub fn definition(&self, duty: Duty) -> SmolStr {
        self.prefix.text(match duty {
            Duty::Seed => SEED_DEFINITION,
            Duty::Monitor => MONITOR_DEFINITION,
            Duty::Item { .. } => EXECUTION_DEFINITION,
        })
    }

    /// `jobType` of the contract.
    pub fn job_type(&self, duty: Duty) -> &'static str {
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
pub enum Duty {
    Seed,
    Monitor,
    /// The item with this number.
    Item {
        nth: u32,
    },
}

/// A job of a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchJob {
    pub id: Id,
    pub duty: Duty,
    /// None: at once.
    pub due: Option<Instant>,
    pub retries: i32,
    pub priority: i64,
    pub suspended: bool,
    pub exception: Option<String>,
    pub created: Instant,
    /// Number of the line that told of its last failure, while it has no retries: its incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<u32>,
}

/// How far a batch is, as its statistics say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    pub jobs_created: u32,
    /// Not created yet, or not done yet.
    pub remaining: u32,
    /// Without retries.
    pub failed: u32,
    pub execution_started: Option<Instant>,
}

/// State of one batch.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchState {
    /// None before its creation, and once its history is gone.
    pub batch: Option<Arc<Batch>>,
    pub is_running: bool,
    pub suspended: bool,
    pub jobs_created: u32,
    pub execution_started: Option<Instant>,
    pub last_id: u64,
    /// Log lines written so far: their ids are derived from their numbers.
    pub log_lines: u32,
    pub jobs: BTreeMap<u64, BatchJob>,
}

/// What happens to a batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum BatchEvent {
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
pub struct BatchRef {
    pub definition: SmolStr,
    pub job_type: SmolStr,
    pub tenant_id: Option<SmolStr>,
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
    /// Applies an event: what [`Aggregate::apply`] does, for who decides several in a row.
    pub fn fold(&mut self, event: &BatchEvent) {
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
    pub fn running(&self) -> Option<&Arc<Batch>> {
        self.batch.as_ref().filter(|_| self.is_running)
    }

    /// How far the batch is.
    pub fn progress(&self) -> Progress {
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
