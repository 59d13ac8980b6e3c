//! Settings of the workers.

use serde::{Deserialize, Serialize};

/// How the built-in workers work.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkerConfig {
    /// Name under which locks are held; one per process.
    pub worker_id: String,
    /// Tasks worked on at once.
    pub concurrency: usize,
    /// Seconds a lock lasts; it is extended at half of that while a handler is at work.
    pub lock_seconds: u64,
    /// Seconds one long poll waits for tasks.
    pub poll_seconds: u64,
    /// Attempts before a failure that may pass counts as final.
    pub attempts: i32,
    /// Seconds before the second attempt; doubled for each further one.
    pub first_pause_seconds: u64,
}

impl Default for WorkerConfig {
    fn default() -> Self {
        Self {
            worker_id: "casewright".to_owned(),
            concurrency: 8,
            lock_seconds: 30,
            poll_seconds: 20,
            attempts: 5,
            first_pause_seconds: 2,
        }
    }
}
