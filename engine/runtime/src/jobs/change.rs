//! What is changed in a job, whatever the job belongs to.

use crate::batch::Batches;
use crate::instances::Instances;
use crate::registry::Registry;
use crate::{Caller, EngineError, EngineResult, What};
use casewright_engine_core::Command;
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{BatchJob, StartJob};
use std::sync::Arc;

/// A change of a job.
#[derive(Clone, Copy, Debug)]
pub enum JobChange {
    /// Without `due` the due date stays.
    Retries {
        retries: i32,
        due: Option<Instant>,
    },
    /// `cascade` moves the later dates of a cycle as well.
    Due {
        due: Option<Instant>,
        cascade: bool,
    },
    /// The due date as its timer says, from the creation of the job or from now.
    RecalculatedDue {
        creation_date_based: bool,
    },
    Priority(i64),
    Suspended(bool),
}

impl JobChange {
    fn command(self, job: Id) -> Command {
        match self {
            Self::Retries { retries, due } => Command::SetJobRetries { job, retries, due },
            Self::Due { due, cascade } => Command::SetJobDueDate { job, due, cascade },
            Self::RecalculatedDue { creation_date_based } => {
                Command::RecalculateJobDueDate { job, creation_date_based }
            }
            Self::Priority(priority) => Command::SetJobPriority { job, priority },
            Self::Suspended(suspended) => Command::SetJobSuspended { job, suspended },
        }
    }

    /// The due date of a start timer was told when it was deployed: there is nothing to recalculate.
    fn change_start_job(self, job: &mut StartJob) {
        match self {
            Self::Retries { retries, .. } => job.retries = retries,
            Self::Due { due, .. } => job.due = due,
            Self::RecalculatedDue { .. } => {}
            Self::Priority(priority) => job.priority = priority,
            Self::Suspended(suspended) => job.suspended = suspended,
        }
    }

    /// Jobs of batches have no timers.
    pub(crate) fn change_batch_job(self, job: &mut BatchJob) {
        match self {
            Self::Retries { retries, due } => {
                job.retries = retries;
                job.due = due.or(job.due);
            }
            Self::Due { due, .. } => job.due = due,
            Self::RecalculatedDue { .. } => {}
            Self::Priority(priority) => job.priority = priority,
            Self::Suspended(suspended) => job.suspended = suspended,
        }
    }
}

/// Jobs as somebody changes them by hand.
pub struct Jobs {
    instances: Arc<Instances>,
    registry: Arc<Registry>,
    batches: Arc<Batches>,
}

impl Jobs {
    pub(crate) fn new(instances: Arc<Instances>, registry: Arc<Registry>, batches: Arc<Batches>) -> Self {
        Self { instances, registry, batches }
    }

    /// Changes a job.
    ///
    /// # Errors
    /// There is no such job; what the core refuses of a job of an instance.
    pub async fn change(&self, caller: &Caller, id: &str, change: JobChange) -> EngineResult<()> {
        if let Some(known) = self.registry.catalog().state().jobs.get(id) {
            let mut changed = StartJob::clone(known);
            change.change_start_job(&mut changed);
            return self.registry.change_start_job(caller, changed).await;
        }
        let missing = || EngineError::not_found(What::Job, id);
        let (_, job) = parse(id).ok_or_else(missing)?;
        match self.instances.step(id, caller, change.command(job)).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_missing() => {
                let is_changed = self.batches.change_job(caller, id, change).await?;
                if is_changed { Ok(()) } else { Err(missing()) }
            }
            Err(error) => Err(error),
        }
    }

    /// Deletes a job.
    ///
    /// # Errors
    /// There is no such job.
    pub async fn delete(&self, caller: &Caller, id: &str) -> EngineResult<()> {
        if self.registry.catalog().state().jobs.contains_key(id) {
            return self.registry.remove_start_job(caller, id).await;
        }
        let missing = || EngineError::not_found(What::Job, id);
        let (_, job) = parse(id).ok_or_else(missing)?;
        match self.instances.step(id, caller, Command::DeleteJob { job }).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_missing() => {
                let is_deleted = self.batches.delete_job(caller, id).await?;
                if is_deleted { Ok(()) } else { Err(missing()) }
            }
            Err(error) => Err(error),
        }
    }
}
