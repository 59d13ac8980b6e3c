//! What waits to be done, in memory: fetchable external tasks and jobs by their due date; and, where their number matters, the
//! root instances that are open.
//!
//! It is filled from the views and follows the log from there, so finding work costs no query and waits for no view. It
//! decides nothing: what it offers is asked of the instance, whose answer counts. Where other nodes write the same store
//! there is none, and the views are asked; so they are while it is being filled, which nobody waits for for long: a store
//! with a million open instances starts as quickly as an empty one.

mod external;
mod jobs;
mod roots;

pub(crate) use external::Wanted;
pub(crate) use roots::Beginning;

use self::external::ExternalTasks;
use self::jobs::Jobs;
use self::roots::{Roots, SharedRoots};
use casewright_engine_core::Event;
use casewright_engine_core::ids::{Id, Prefix, parse};
use casewright_engine_value::Instant;
use casewright_engine_views::aggregate::{InstanceAggregate, Recorded};
use casewright_engine_views::{self as views, PlaceRow, ProcessInstanceRow};
use casewright_journal::store::StoreError;
use casewright_journal::{
    Aggregate, Batch, Column, Document, Entry, Filter, Journal, Observation, Observations, Query, TenantHandle,
    TenantId,
};
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;

/// Rows read at once while it is filled.
const PAGE: u64 = 5_000;
/// Pause before the log is read again after the store failed.
const RETRY: Duration = Duration::from_millis(200);

/// Something of a root process instance, in the order of its id's text.
pub(crate) type Key = (Prefix, Id);

/// How long a start waits for it: a small store never asks its views.
const FIRST_WAIT: Duration = Duration::from_millis(300);

pub(crate) struct Waiting {
    external_tasks: Mutex<ExternalTasks>,
    jobs: Mutex<Jobs>,
    /// None where nobody counts them.
    roots: Option<SharedRoots>,
    /// Up to here each shard's log was followed.
    positions: Vec<AtomicU64>,
    /// Changes with them; ends when the log is no longer followed.
    moved: watch::Receiver<()>,
}

/// What waits, once it is there.
#[derive(Clone, Default)]
pub(crate) struct Filled(Arc<OnceLock<Arc<Waiting>>>);

impl Filled {
    /// None where other nodes write the store, and until it is filled.
    pub(crate) fn get(&self) -> Option<&Arc<Waiting>> {
        self.0.get()
    }

    /// Fills it and goes on following the log until a stop is requested; `ready` is called when it is there. Returns when it
    /// is, or when that takes long. `counts_roots`: somebody asks how many root instances are open.
    pub(crate) async fn start(
        &self,
        journal: &TenantHandle,
        counts_roots: bool,
        stop: CancellationToken,
        ready: impl FnOnce() + Send + 'static,
    ) {
        if !journal.journal().is_exclusive() {
            return;
        }
        let (filled, journal) = (self.clone(), journal.clone());
        let (there, is_there) = oneshot::channel::<Infallible>();
        tokio::spawn(async move {
            let follow = async {
                let (waiting, observations, follower) = Waiting::fill_until_it_is(&journal, counts_roots).await;
                // It ends with the engine also when nobody asks it to stop.
                let followed = Arc::downgrade(&waiting);
                if filled.0.set(waiting).is_ok() {
                    ready();
                }
                let tenant = journal.tenant().clone();
                // Whoever holds the journal keeps it open.
                drop((there, filled, journal));
                Waiting::follow_all(followed, observations, follower, &tenant).await;
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = follow => {}
            }
        });
        if tokio::time::timeout(FIRST_WAIT, is_there).await.is_err() {
            tracing::info!("work is found in the views until it is found in memory");
        }
    }
}

impl Waiting {
    /// Tries until the views can be read.
    async fn fill_until_it_is(
        journal: &TenantHandle,
        counts_roots: bool,
    ) -> (Arc<Self>, Observations, watch::Sender<()>) {
        loop {
            match Self::fill(journal, counts_roots).await {
                Ok(filled) => return filled,
                Err(error) => {
                    tracing::warn!(%error, "what waits could not be read from the views; trying again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    async fn fill(
        journal: &TenantHandle,
        counts_roots: bool,
    ) -> Result<(Arc<Self>, Observations, watch::Sender<()>), StoreError> {
        let (start, observations) = journal.journal().observe(views::GROUP).await?;
        let (follower, moved) = watch::channel(());
        let waiting = Arc::new(Self {
            external_tasks: Mutex::default(),
            jobs: Mutex::default(),
            roots: counts_roots.then(SharedRoots::default),
            positions: start.iter().map(|(_, position)| AtomicU64::new(*position)).collect(),
            moved,
        });
        each(journal, views::EXTERNAL_TASK, |id, row| waiting.external_tasks().put(id, external::of_row(row))).await?;
        each(journal, views::JOB, |id, row| waiting.jobs().put(id, jobs::of_row(row))).await?;
        let suspended = Filter::Eq(ProcessInstanceRow::SUSPENDED.into(), Json::Bool(true));
        each_of(journal, views::PROCESS_INSTANCE, suspended, |(prefix, instance), _| {
            waiting.suspend(prefix, instance, true);
        })
        .await?;
        if counts_roots {
            each_of(journal, views::PROCESS_INSTANCE, is_root(), |(prefix, _), _| {
                waiting.note_roots(|r| r.opened(prefix))
            })
            .await?;
        }
        Ok((waiting, observations, follower))
    }

    async fn follow_all(
        followed: Weak<Self>,
        mut observations: Observations,
        follower: watch::Sender<()>,
        tenant: &TenantId,
    ) {
        loop {
            match observations.next().await {
                Ok(Observation::Committed(batch)) => {
                    let Some(followed) = followed.upgrade() else {
                        return;
                    };
                    followed.follow(&batch, |entry| entry.meta.key.tenant == *tenant);
                    follower.send_replace(());
                }
                // The store has one writer: us.
                Ok(Observation::Gained { .. } | Observation::Lost { .. }) => {}
                Err(error) => {
                    tracing::warn!(%error, "what waits is behind the log");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    }

    /// Waits until it holds everything that was durable when this was called; false when it follows the log no longer.
    pub(crate) async fn caught_up(&self, journal: &Journal) -> bool {
        let heads = journal.positions();
        let mut moved = self.moved.clone();
        loop {
            moved.mark_unchanged();
            let is_behind = heads.iter().any(|(shard, head)| {
                self.positions.get(usize::from(shard.0)).is_some_and(|at| at.load(Ordering::Acquire) < *head)
            });
            if !is_behind {
                return true;
            }
            if moved.changed().await.is_err() {
                return false;
            }
        }
    }

    /// External tasks for a fetch. They are offered to nobody else until the offer is dropped.
    pub(crate) fn offer(self: &Arc<Self>, wanted: &Wanted<'_>, now: Instant) -> Option<Offer> {
        let keys = self.external_tasks().take(wanted, now)?;
        Some(Offer { waiting: Arc::clone(self), keys })
    }

    /// When the next lock of these topics runs out.
    pub(crate) fn next_expiry(&self, topics: &[&str]) -> Option<Instant> {
        self.external_tasks().next_expiry(topics)
    }

    /// Jobs that are due, those first that have been for longest.
    pub(crate) fn due_jobs(&self, now: Instant, limit: usize) -> Vec<SmolStr> {
        self.jobs().due(now, limit).into_iter().map(|(prefix, id)| prefix.text(id)).collect()
    }

    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.jobs().next_due()
    }

    /// Notes that a root instance is about to begin. None: with it there would be more than `most`.
    pub(crate) fn begin(&self, prefix: Prefix, most: u64) -> Option<Beginning> {
        self.roots.as_ref()?.begin(prefix, most)
    }

    /// How many root instances are open; none: nobody counts them.
    pub(crate) fn open_roots(&self) -> Option<u64> {
        self.roots.as_ref().map(|roots| roots.lock().count())
    }

    fn note_roots(&self, note: impl FnOnce(&mut Roots)) {
        if let Some(roots) = &self.roots {
            note(&mut roots.lock());
        }
    }

    fn follow(&self, batch: &Batch, is_ours: impl Fn(&Entry) -> bool) {
        for entry in &batch.entries {
            if entry.meta.key.kind == InstanceAggregate::KIND
                && is_ours(entry)
                && let Some((prefix, _)) = parse(&entry.meta.key.id)
                && let Some(recorded) = views::event_of::<Recorded>(entry)
                && let Recorded::Core(recorded) = recorded.as_ref()
            {
                self.apply(prefix, &recorded.event);
            }
        }
        if let Some(position) = self.positions.get(usize::from(batch.shard.0)) {
            position.store(batch.position, Ordering::Release);
        }
    }

    fn apply(&self, prefix: Prefix, event: &Event) {
        match event {
            Event::ExternalTaskCreated { task }
            | Event::ExternalTaskLocked { task }
            | Event::ExternalTaskUnlocked { task }
            | Event::ExternalTaskFailed { task, .. }
            | Event::ExternalTaskChanged { task } => self.external_tasks().put((prefix, task.id), task.as_ref().into()),
            Event::ExternalTaskCompleted { task, .. } | Event::ExternalTaskDeleted { task, .. } => {
                self.external_tasks().remove((prefix, task.id));
            }
            Event::JobCreated { job } | Event::JobChanged { job } | Event::JobFailed { job, .. } => {
                self.jobs().put((prefix, job.id), job.as_ref().into());
            }
            Event::JobExecuted { job, .. } | Event::JobRemoved { job, .. } => self.jobs().remove((prefix, job.id)),
            Event::InstanceStarted { instance, .. } if instance.id == Id::ROOT => {
                self.note_roots(|roots| roots.opened(prefix));
            }
            Event::InstanceEnded { instance, .. } if instance.id == Id::ROOT => {
                self.note_roots(|roots| roots.ended(prefix));
            }
            Event::InstanceSuspended { instance } => self.suspend(prefix, instance.id, true),
            Event::InstanceActivated { instance } => self.suspend(prefix, instance.id, false),
            Event::InstanceMigrated { moved, .. } => {
                for task in &moved.external_tasks {
                    self.external_tasks().put((prefix, task.id), task.as_ref().into());
                }
                for job in &moved.jobs {
                    self.jobs().put((prefix, job.id), job.as_ref().into());
                }
            }
            _ => {}
        }
    }

    fn suspend(&self, prefix: Prefix, instance: Id, is_suspended: bool) {
        self.external_tasks().suspend(prefix, instance, is_suspended);
        self.jobs().suspend(prefix, instance, is_suspended);
    }

    fn external_tasks(&self) -> MutexGuard<'_, ExternalTasks> {
        self.external_tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// External tasks that one fetch may try to lock.
pub(crate) struct Offer {
    waiting: Arc<Waiting>,
    keys: Vec<(Key, SmolStr)>,
}

impl Offer {
    /// Ids and topics, in the order in which they are to be handed out.
    pub(crate) fn tasks(&self) -> &[(Key, SmolStr)] {
        &self.keys
    }
}

impl Drop for Offer {
    /// Those that were not locked are there for others again.
    fn drop(&mut self) {
        let mut external_tasks = self.waiting.external_tasks();
        for (key, _) in &self.keys {
            external_tasks.give_back(*key);
        }
    }
}

/// Rows of process instances that nobody called.
pub(crate) fn is_root() -> Filter {
    Filter::IsNull(ProcessInstanceRow::SUPER_PROCESS_INSTANCE_ID.into())
}

async fn each(journal: &TenantHandle, view: &'static str, put: impl FnMut(Key, &Document)) -> Result<(), StoreError> {
    // Jobs of definitions and batches belong to no instance.
    each_of(journal, view, Filter::NotNull(PlaceRow::PROCESS_INSTANCE_ID.into()), put).await
}

async fn each_of(
    journal: &TenantHandle,
    view: &'static str,
    filter: Filter,
    mut put: impl FnMut(Key, &Document),
) -> Result<(), StoreError> {
    let mut query = Query::new(view, filter);
    query.limit = Some(PAGE);
    loop {
        let page = journal.query(&query).await?;
        for (id, row) in &page.rows {
            if let Some(key) = parse(id) {
                put(key, row);
            }
        }
        let Some(next) = page.next else {
            return Ok(());
        };
        query.after = Some(next);
    }
}

fn instant(row: &Document, column: Column) -> Option<Instant> {
    column.integer(row).map(Instant)
}

/// The process instance that a row belongs to, as it is numbered within its root.
fn instance_of(row: &Document) -> Id {
    let text = PlaceRow::PROCESS_INSTANCE_ID.text(row).unwrap_or_default();
    parse(text).map_or(Id::ROOT, |(_, id)| id)
}
