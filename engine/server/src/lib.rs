//! The engine's shell: definitions, runtime, jobs, external tasks, history, and `/engine-rest`.
//!
//! The core decides, the journal makes durable; what is here routes commands to aggregates, keeps the catalog of
//! definitions, and speaks the Camunda 7 REST contract. It must never decide what a token does.
//!
//! - [`Engine`] is what everything goes through; [`EngineConfig`] its settings.
//! - [`engine_rest_router`] is the contract, [`api_router`] the engine's part of the platform's API; [`projectors`] the views the journal must be opened with.

mod api;
mod aside;
mod clock;
mod config;
mod decide;
mod engine;
mod instance;
mod records;
mod registry;
mod rest;
mod runtime;
mod standalone;
mod views;

pub use api::api_router;
pub use casewright_engine_core::env::Options;
pub use clock::ConformanceClock;
pub use config::{BatchDays, Cleanup, EngineConfig, HistoryConfig, JobExecutor, NoWindow, RemovalTimeFrom, Window};
pub use engine::{Caller, Engine};
pub use rest::{EngineRestAuth, engine_rest_router, engine_rest_router_with_clock, without_trailing_slash};
pub use views::{HistoryLevel, projectors, projectors_at};

use casewright_journal::Kind;

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![
        Kind::of::<instance::InstanceAggregate>(),
        Kind::of::<registry::RegistryState>(),
        Kind::of::<runtime::batch::BatchState>(),
        Kind::of::<runtime::attempts::JobAttempts>(),
        Kind::of::<records::Record>(),
        Kind::of::<standalone::StandaloneTask>(),
    ]
}
