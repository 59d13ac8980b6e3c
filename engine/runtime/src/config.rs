//! Settings of the engine.

mod window;

pub use window::{NoWindow, Window};

use crate::quota::Quotas;
use casewright_engine_core::env::Options;
use casewright_engine_model::Limits;
use casewright_engine_views::HistoryLevel;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How the engine runs. The defaults suit one node.
#[derive(Clone)]
pub struct EngineConfig {
    /// Runs due timers and asynchronous continuations by itself. Off in conformance mode.
    pub job_executor: JobExecutor,
    /// Limits of a model.
    pub model_limits: Limits,
    /// Switches of the contract.
    pub options: Options,
    /// Bytes of one deployment.
    pub deployment_bytes: usize,
    /// Parts of one multipart body: files and fields of a deployment.
    pub deployment_parts: usize,
    /// Rows that one answer of a list of the contract may have; a list that asks for more, or for all, is refused. None: no
    /// limit, lists are sent row by row.
    pub query_max_results_limit: Option<u32>,
    /// Fetch-and-lock requests that may wait at once.
    pub parked_fetches: usize,
    /// Of them, those of one client.
    pub parked_fetches_of_client: usize,
    /// Refuse a deployment whose processes have no history time to live.
    pub enforce_history_time_to_live: bool,
    /// Hold the passwords of the contract's users against the built-in policy.
    pub password_policy: bool,
    /// Topics of external tasks that the platform's own workers do: deploying a model with one of them takes a right of its own.
    pub built_in_topics: Vec<&'static str>,
    /// What the job log calls this node.
    pub hostname: String,
    /// What is kept of what happened, and for how long.
    pub history: HistoryConfig,
    /// What organisations may take.
    pub quotas: Quotas,
    /// Cancelled when the process is about to stop and serves on for a while: who waits for external tasks is answered.
    pub draining: CancellationToken,
}

/// What is kept of what happened, and for how long.
#[derive(Clone, Debug, Default)]
pub struct HistoryConfig {
    /// The level the journal was opened with ([`crate::projectors_at`]).
    pub level: HistoryLevel,
    /// From when a time to live counts.
    pub removal_time: RemovalTimeFrom,
    /// Days that batches are kept, by type; none: for good.
    pub batch_days: BatchDays,
    pub cleanup: Cleanup,
}

/// From when the time to live of history counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RemovalTimeFrom {
    /// From the start of the root instance: what it leaves may go while it still runs.
    Start,
    /// From the end of the root instance.
    #[default]
    End,
    /// Nothing is given a removal time.
    None,
}

/// Days that batches are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchDays {
    /// Of types that are not named.
    pub others: Option<u32>,
    /// By `type` of the contract, e.g. `instance-migration`.
    pub by_type: BTreeMap<String, u32>,
}

impl BatchDays {
    /// Days of a type; none: for good.
    #[must_use]
    pub fn of(&self, batch_type: &str) -> Option<u32> {
        self.by_type.get(batch_type).copied().or(self.others)
    }
}

/// How history that is past its removal time is deleted.
#[derive(Clone, Debug)]
pub struct Cleanup {
    /// May it be deleted at all?
    pub enabled: bool,
    /// When it is deleted by itself, every day, by the clocks of the process's time zone; none: only when asked for.
    pub window: Option<Window>,
    /// Instances, decisions and batches that one run of the job deletes at most.
    pub portion: u32,
}

impl Default for Cleanup {
    fn default() -> Self {
        Self { enabled: true, window: None, portion: 10_000 }
    }
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
            deployment_parts: 1_000,
            query_max_results_limit: None,
            parked_fetches: 200,
            parked_fetches_of_client: 100,
            enforce_history_time_to_live: false,
            password_policy: false,
            built_in_topics: Vec::new(),
            hostname: std::env::var("HOSTNAME").unwrap_or_else(|_| "localhost".to_owned()),
            history: HistoryConfig::default(),
            quotas: Quotas::default(),
            draining: CancellationToken::new(),
        }
    }
}
