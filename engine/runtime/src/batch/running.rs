//! Execution jobs that this node is at.

use smol_str::SmolStr;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Execution jobs under way on this node: one is never run twice at once.
#[derive(Default)]
pub(crate) struct Running {
    jobs: Mutex<HashSet<SmolStr>>,
}

/// Held while a job runs.
pub(super) struct Execution<'a> {
    running: &'a Running,
    job: SmolStr,
}

impl Running {
    /// None: it runs already.
    pub(super) fn enter(&self, job: &str) -> Option<Execution<'_>> {
        let job = SmolStr::new(job);
        let is_free = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).insert(job.clone());
        is_free.then_some(Execution { running: self, job })
    }
}

impl Drop for Execution<'_> {
    fn drop(&mut self) {
        self.running.jobs.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.job);
    }
}
