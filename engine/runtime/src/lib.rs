//! The engine behind its contracts: definitions, instances, jobs, external tasks, tasks without a process, batches, messages,
//! history.
//!
//! The core decides, the journal makes durable; what is here routes commands to aggregates, keeps the catalog of definitions,
//! and does by itself what is due. It must never decide what a token does, and never knows how it is called: no HTTP, no
//! words of a contract ([`EngineError`] says what went wrong, who calls says how that is told).

mod aside;
mod base;
pub mod batch;
mod caller;
mod catches;
pub mod clock;
pub mod config;
mod definitions;
mod engine;
mod engines;
mod error;
pub mod external_tasks;
mod fetches;
mod forms;
pub mod history;
mod instances;
pub mod jobs;
pub mod messages;
mod operation;
mod organisations;
mod quota;
mod records;
pub mod registry;
mod tasks;
mod waiting;

pub use caller::Caller;
pub use casewright_engine_core::env::Options;
pub use casewright_engine_expr::{isolate_scripts, read_time_zone, run_scripts};
pub use clock::ConformanceClock;
pub use config::{BatchDays, Cleanup, EngineConfig, HistoryConfig, JobExecutor, NoWindow, RemovalTimeFrom, Window};
pub use engine::Engine;
pub use engines::Engines;
pub use error::{EngineError, EngineResult, NotCorrelated, NotRestarted, What, Words};
pub use forms::{DeployedForm, FormOfTask, Forms, NotDeployed};
pub use instances::{Instances, Restarted, Stepped, Submission, derived_prefix};
pub use quota::{OverQuota, Quota, Quotas, Usage};
pub use tasks::{NewTask, TaskRef, Tasks};

use casewright_journal::Kind;

/// The kinds of aggregates of the engine, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    use casewright_engine_views::aggregate::{BatchState, InstanceAggregate, Record, RegistryState, StandaloneTask};
    vec![
        Kind::of::<InstanceAggregate>(),
        Kind::of::<RegistryState>(),
        Kind::of::<BatchState>(),
        Kind::of::<jobs::JobAttempts>(),
        Kind::of::<organisations::Organisations>(),
        Kind::of::<Record>(),
        Kind::of::<StandaloneTask>(),
    ]
}
