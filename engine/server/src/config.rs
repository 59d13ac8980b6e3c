//! Settings of the engine.

use casewright_engine_core::env::Options;
use casewright_engine_model::Limits;
use std::time::Duration;

/// How the engine runs. The defaults suit one node.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Runs due timers and asynchronous continuations by itself. Off in conformance mode.
    pub job_executor: JobExecutor,
    /// Limits of a model.
    pub model_limits: Limits,
    /// Switches of the contract.
    pub options: Options,
    /// Bytes of one deployment.
    pub deployment_bytes: usize,
    /// Fetch-and-lock requests that may wait at once.
    pub parked_fetches: usize,
    /// Refuse a deployment whose processes have no history time to live.
    pub enforce_history_time_to_live: bool,
    /// What the job log calls this node.
    pub hostname: String,
}

/// Whether jobs run by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobExecutor {
    /// Looks for due jobs at least this often; new jobs are seen at once.
    On {
        interval: Duration,
    },
    Off,
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self {
            job_executor: JobExecutor::On { interval: Duration::from_secs(1) },
            model_limits: Limits::default(),
            options: Options::default(),
            deployment_bytes: 64 << 20,
            parked_fetches: 200,
            enforce_history_time_to_live: false,
            hostname: std::env::var("HOSTNAME").unwrap_or_else(|_| "localhost".to_owned()),
        }
    }
}
