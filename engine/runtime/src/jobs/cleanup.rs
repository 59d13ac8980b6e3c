//! The job that cleans history: when it runs, and when it comes back.

use crate::base::Base;
use crate::config::Cleanup;
use crate::history::Cleaned;
use crate::registry::Registry;
use crate::{Caller, EngineResult};
use casewright_engine_value::{Instant, zone};
use casewright_engine_views::aggregate::{RegistryEvent, RegistryState, StartJob, StartJobKind, StartJobOutcome};
use casewright_engine_views::entity_id;
use smol_str::SmolStr;
use std::sync::Arc;

/// The only cleanup job of an organisation.
pub(super) fn job_id() -> SmolStr {
    entity_id(&["history-cleanup"]).into()
}

/// The cleanup job, by its schedule.
pub struct CleanupJob {
    base: Base,
    registry: Arc<Registry>,
}

impl CleanupJob {
    pub(crate) fn new(base: Base, registry: Arc<Registry>) -> Self {
        Self { base, registry }
    }

    /// The job, when there is one.
    pub fn job(&self) -> Option<Arc<StartJob>> {
        self.registry.catalog().state().jobs.get(&job_id()).map(Arc::clone)
    }

    /// Makes the job, or brings it back: due at once, or in the next window.
    pub async fn schedule(&self, caller: &Caller, at_once: bool) -> EngineResult<Arc<StartJob>> {
        let cleanup = self.base.config.history.cleanup.clone();
        self.registry
            .change(caller, move |state: &RegistryState, now| {
                let (due, suspended) = if at_once { (Some(now), false) } else { first_run(&cleanup, now) };
                let known = state.jobs.get(&job_id());
                let job = Arc::new(StartJob {
                    due,
                    suspended,
                    ..known
                        .map_or_else(|| StartJob::new(job_id(), StartJobKind::HistoryCleanup, now), |job| renewed(job))
                });
                let told = Arc::clone(&job);
                let event = match known {
                    Some(_) => RegistryEvent::StartJobChanged { job },
                    None => RegistryEvent::StartJobCreated { job },
                };
                Ok((vec![event], told))
            })
            .await
    }

    /// With a window the job is there from the start.
    pub(crate) async fn prepare(&self) -> EngineResult<()> {
        let cleanup = &self.base.config.history.cleanup;
        if cleanup.enabled && cleanup.window.is_some() && self.job().is_none() {
            self.schedule(&Caller::default(), false).await?;
        }
        Ok(())
    }

    /// The job ran: when does it come back?
    pub(crate) async fn done(&self, caller: &Caller, job: Arc<StartJob>, cleaned: Cleaned) -> EngineResult<()> {
        let cleanup = self.base.config.history.cleanup.clone();
        self.registry
            .change(caller, move |state: &RegistryState, now| {
                if !state.jobs.contains_key(&job.id) {
                    return Ok((Vec::new(), ()));
                }
                let (due, suspended) = next_run(&cleanup, cleaned, now);
                let again = StartJob { due, suspended, ..renewed(&job) };
                let ended = RegistryEvent::StartJobEnded { job: Arc::clone(&job), outcome: StartJobOutcome::Executed };
                Ok((vec![ended, RegistryEvent::StartJobCreated { job: Arc::new(again) }], ()))
            })
            .await
    }
}

fn renewed(job: &StartJob) -> StartJob {
    StartJob { retries: 3, exception: None, ..job.clone() }
}

/// When a job runs that nobody wants at once, and whether it is suspended until somebody does.
fn first_run(cleanup: &Cleanup, now: Instant) -> (Option<Instant>, bool) {
    match cleanup.window {
        Some(window) => (Some(window.current_or_next(now, zone::local()).0.max(now)), false),
        None => (None, true),
    }
}

fn next_run(cleanup: &Cleanup, cleaned: Cleaned, now: Instant) -> (Option<Instant>, bool) {
    match cleanup.window {
        _ if cleaned.is_full => (Some(now), false),
        Some(window) => (Some(window.next(now, zone::local())), false),
        None => (None, true),
    }
}
