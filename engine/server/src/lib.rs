//! The engine: its views, what runs it, and the two contracts it is called by.

mod api;
mod rest;
mod runtime;
mod views;

pub use api::api_router;
pub use casewright_engine_core::env::Options;
pub use rest::{
    EngineRestAuth, adopt_people, engine_rest_router, engine_rest_router_with_clock, sentence, without_trailing_slash,
};
pub use runtime::clock::ConformanceClock;
pub use runtime::config::{
    BatchDays, Cleanup, EngineConfig, HistoryConfig, JobExecutor, NoWindow, RemovalTimeFrom, Window,
};
pub use runtime::registry::{DeployError, ModelError};
pub use runtime::{Caller, Engine, EngineError, NotCorrelated, NotRestarted, What, Words, kinds};
pub use views::{HistoryLevel, projectors, projectors_at};
