//! The engine behind its contracts: definitions, instances, jobs, external tasks, tasks without a process, batches, messages,
//! history.
//!
//! The core decides, the journal makes durable; what is here routes commands to aggregates, keeps the catalog of definitions,
//! and does by itself what is due. It must never decide what a token does, and never knows how it is called: no HTTP, no
//! words of a contract ([`EngineError`] says what went wrong, who calls says how that is told).

mod aside;
pub(crate) mod batch;
pub(crate) mod clock;
pub(crate) mod config;
mod decide;
mod definitions;
mod engine;
mod error;
pub(crate) mod external_tasks;
pub(crate) mod history;
mod instances;
pub(crate) mod jobs;
pub(crate) mod messages;
mod operation;
mod records;
pub(crate) mod registry;
mod tasks;
mod waiting;

pub use engine::{Caller, Engine};
pub(crate) use engine::{Inner, Stepped, Submission};
pub(crate) use error::EngineResult;
pub use error::{EngineError, NotCorrelated, NotRestarted, What, Words};
pub(crate) use instances::Restarted;
pub(crate) use tasks::{NewTask, TaskRef};

use casewright_journal::Kind;

/// The kinds of aggregates of the engine, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    use crate::views::aggregate::{BatchState, InstanceAggregate, Record, RegistryState, StandaloneTask};
    vec![
        Kind::of::<InstanceAggregate>(),
        Kind::of::<RegistryState>(),
        Kind::of::<BatchState>(),
        Kind::of::<jobs::JobAttempts>(),
        Kind::of::<Record>(),
        Kind::of::<StandaloneTask>(),
    ]
}
