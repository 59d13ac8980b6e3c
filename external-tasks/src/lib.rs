//! The saga workers: what the platform itself does of the automatic steps of a process.
//!
//! A worker is an ordinary client of the Camunda 7 REST API, so whatever it can do a team's own workers can do too. It must never
//! touch the journal, and every handler is idempotent by the id of its external task: a worker that dies between doing and
//! reporting is followed by another that does the same again, harmlessly.
//!
//! - [`worker`] fetches, keeps locks alive, hands over, reports.
//! - [`topic`] has one file per topic; `docs/topics.md` is their contract.

pub mod config;
pub mod topic;
pub mod worker;

pub use config::WorkerConfig;
pub use worker::run;
