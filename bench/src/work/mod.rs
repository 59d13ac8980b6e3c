//! The works. Each deploys its models, loads the engine over HTTP and says what came of it.

mod decision;
mod external;
mod savepoints;
mod tasks;
mod timers;

use crate::http::Connection;
use crate::load::{Load, Outcome, Settings};
use anyhow::{Result, bail};
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Work {
    /// Start, external task, end.
    W1,
    /// Ten steps with a savepoint each.
    W2,
    /// A decision, then 50 parallel external tasks, with 11 kB of JSON.
    W3,
    /// Many open user tasks: list by candidate group, count, claim, complete.
    W4,
    /// Many timers due in one second.
    W5,
}

impl Work {
    pub(crate) async fn run(self, settings: Settings) -> Result<Outcome> {
        match self {
            Self::W1 => external::run(settings).await,
            Self::W2 => savepoints::run(settings).await,
            Self::W3 => decision::run(settings).await,
            Self::W4 => tasks::run(settings).await,
            Self::W5 => timers::run(settings).await,
        }
    }
}

/// Completes an external task; what a peer answers when two of its transactions met is tried again.
async fn complete(load: &Arc<Load>, connection: &mut Connection, worker: &str, id: &str) -> Result<()> {
    const ATTEMPTS: usize = 50;
    for _ in 0..ATTEMPTS {
        let answer = connection.complete_external(worker, id).await?;
        if answer.status.is_success() {
            return Ok(());
        }
        if !answer.text().contains("OptimisticLocking") {
            bail!("completing an external task answered {}: {}", answer.status, answer.text());
        }
        load.repeated.fetch_add(1, Ordering::Relaxed);
    }
    bail!("completing an external task met {ATTEMPTS} conflicts")
}
