//! Deletes history that is past its removal time, a bounded portion at a time, by a job like any other.
//!
//! What is due is what says so itself: root process instances with all that belongs to them, decisions, batches. Each goes
//! by an entry of its own aggregate, so no late write brings a row back. The job comes back at once while there is more,
//! else in the next window; without a window it waits, suspended, until somebody asks for it.

use crate::config::Cleanup;
use crate::engine::{Caller, Engine};
use crate::registry::aggregate::StartJobOutcome;
use crate::registry::{RegistryEvent, RegistryState, StartJob, StartJobKind};
use crate::rest::error::{RestError, RestResult};
use crate::rest::handlers::identity;
use crate::rest::query::criteria::eq;
use crate::views::{self, entity_id};
use casewright_engine_value::Instant;
use casewright_journal::{Document, Filter, Query, Sort};
use futures::{StreamExt, TryStreamExt, stream};
use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::sync::Arc;

/// Root instances whose history is deleted at the same time.
const AT_ONCE: usize = 64;

/// What one run deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cleaned {
    pub(crate) instances: u64,
    pub(crate) decisions: u64,
    pub(crate) batches: u64,
    /// As much as one run may delete: there may be more.
    pub(crate) is_full: bool,
}

/// The only cleanup job of an organisation.
pub(crate) fn job_id() -> SmolStr {
    entity_id(&["history-cleanup"]).into()
}

impl Engine {
    /// The job, when there is one.
    pub(crate) fn cleanup_job(&self) -> Option<Arc<StartJob>> {
        self.catalog().state().jobs.get(&job_id()).map(Arc::clone)
    }

    /// Makes the job, or brings it back: due at once, or in the next window.
    pub(crate) async fn schedule_cleanup(&self, caller: &Caller, at_once: bool) -> RestResult<Arc<StartJob>> {
        let cleanup = self.inner.config.history.cleanup.clone();
        self.registry(caller, move |state: &RegistryState, now| {
            let (due, suspended) = if at_once { (Some(now), false) } else { first_run(&cleanup, now) };
            let known = state.jobs.get(&job_id());
            let job = Arc::new(StartJob {
                due,
                suspended,
                ..known.map_or_else(|| StartJob::new(job_id(), StartJobKind::HistoryCleanup, now), |job| renewed(job))
            });
            let told = Arc::clone(&job);
            let event = match known {
                Some(_) => RegistryEvent::StartJobChanged { job },
                None => RegistryEvent::StartJobCreated { job },
            };
            Ok::<_, RestError>((vec![event], told))
        })
        .await
        .map_err(|error| error.or(|refusal| refusal))
    }

    /// With a window the job is there from the start.
    pub(crate) async fn prepare_cleanup(&self) -> RestResult<()> {
        let cleanup = &self.inner.config.history.cleanup;
        if cleanup.enabled && cleanup.window.is_some() && self.cleanup_job().is_none() {
            self.schedule_cleanup(&Caller::default(), false).await?;
        }
        Ok(())
    }

    /// The job ran: when does it come back?
    pub(super) async fn cleanup_done(&self, caller: &Caller, job: Arc<StartJob>, cleaned: Cleaned) -> RestResult<()> {
        let cleanup = self.inner.config.history.cleanup.clone();
        self.registry(caller, move |state: &RegistryState, now| {
            if !state.jobs.contains_key(&job.id) {
                return Ok::<_, RestError>((Vec::new(), ()));
            }
            let (due, suspended) = next_run(&cleanup, cleaned, now);
            let again = StartJob { due, suspended, ..renewed(&job) };
            let ended = RegistryEvent::StartJobEnded { job: Arc::clone(&job), outcome: StartJobOutcome::Executed };
            Ok((vec![ended, RegistryEvent::StartJobCreated { job: Arc::new(again) }], ()))
        })
        .await
        .map_err(|error| error.or(|refusal| refusal))
    }

    /// Deletes a portion of what is due.
    pub(super) async fn clean_history(&self, caller: &Caller) -> RestResult<Cleaned> {
        let mut left = u64::from(self.inner.config.history.cleanup.portion);
        let mut cleaned = Cleaned::default();
        let due = self.due(views::HISTORY_PROCESS_INSTANCE, Filter::All, left).await?;
        cleaned.instances = due.len() as u64;
        // Those of one root see what became of each other; the roots share their commits.
        let mut roots: IndexMap<String, Vec<SmolStr>> = IndexMap::new();
        for (id, row) in due {
            let root = row.get("rootProcessInstanceId").and_then(Json::as_str).unwrap_or(&id);
            roots.entry(root.to_owned()).or_default().push(id);
        }
        stream::iter(roots)
            .map(|(root, ids)| async move {
                for id in ids {
                    self.clean_hierarchy(caller, &root, &id).await?;
                }
                RestResult::Ok(())
            })
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await?;
        left -= cleaned.instances;
        // Those that others required go with them.
        let asked = Filter::IsNull("rootDecisionInstanceId".into());
        for (id, _) in self.due(views::HISTORY_DECISION, asked, left).await? {
            self.delete_historic_decision(caller, &id).await?;
            cleaned.decisions += 1;
        }
        left -= cleaned.decisions;
        for (id, _) in self.due(views::HISTORY_BATCH, Filter::NotNull("endTime".into()), left).await? {
            self.delete_historic_batch(caller, &id).await?;
            cleaned.batches += 1;
        }
        cleaned.is_full = left == cleaned.batches;
        let Cleaned { instances, decisions, batches, .. } = cleaned;
        tracing::info!(instances, decisions, batches, "history past its removal time was deleted");
        Ok(cleaned)
    }

    /// Rows past their removal time, the oldest first.
    async fn due(&self, view: &'static str, filter: Filter, limit: u64) -> RestResult<Vec<(SmolStr, Document)>> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let past = Filter::Lte("removalTime".into(), json!(self.now().0));
        let mut query = Query::new(view, Filter::And(vec![past, filter]));
        query.sort.push(Sort { field: "removalTime".into(), descending: false });
        query.limit = Some(limit);
        Ok(self.journal().query(&query).await?.rows)
    }

    /// A root instance takes along what it called, but for what states a later time of its own. With the last of them the
    /// log lets go of all.
    async fn clean_hierarchy(&self, caller: &Caller, root: &str, id: &str) -> RestResult<()> {
        let of_root = Query::new(views::HISTORY_PROCESS_INSTANCE, eq("rootProcessInstanceId", root));
        let mut is_last = true;
        for (other, row) in self.journal().query(&of_root).await?.rows {
            if other == id {
                continue;
            }
            if root == id && !row.contains_key("removalTime") {
                self.clean_instance(caller, &other).await?;
            } else {
                is_last = false;
            }
        }
        self.clean_instance(caller, id).await?;
        if is_last {
            self.forget(caller, root).await?;
        }
        Ok(())
    }

    async fn clean_instance(&self, caller: &Caller, instance: &str) -> RestResult<()> {
        for view in [views::COMMENT, views::ATTACHMENT] {
            let notes = Query::new(view, eq("processInstanceId", instance));
            for (id, _) in self.journal().query_further(views::HISTORY_PROCESS_INSTANCE, &notes).await?.rows {
                identity::forget(self, caller, view, &id).await?;
            }
        }
        let rows = self.rows_of(instance, &views::CLEANED_VIEWS).await?;
        self.delete_rows(caller, instance, rows).await
    }
}

fn renewed(job: &StartJob) -> StartJob {
    StartJob { retries: 3, exception: None, ..job.clone() }
}

/// When a job runs that nobody wants at once, and whether it is suspended until somebody does.
fn first_run(cleanup: &Cleanup, now: Instant) -> (Option<Instant>, bool) {
    match cleanup.window {
        Some(window) => (Some(window.current_or_next(now).0.max(now)), false),
        None => (None, true),
    }
}

fn next_run(cleanup: &Cleanup, cleaned: Cleaned, now: Instant) -> (Option<Instant>, bool) {
    match cleanup.window {
        _ if cleaned.is_full => (Some(now), false),
        Some(window) => (Some(window.next(now)), false),
        None => (None, true),
    }
}
