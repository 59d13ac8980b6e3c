//! Writes views behind the journal: in order, in batches, coalesced; and lets queries wait for what they must see.
//!
//! One task per group of projectors. It must never block a commit, and it must never give up: a store that fails is tried
//! again with the same writes until it takes them. While nobody waits for its views it takes its time: what comes and goes
//! meanwhile is never written, and what stays is written together.

use crate::causes::Causes;
use crate::entry::Batch;
use crate::key::ShardId;
use crate::store::{Store, StoreError};
use crate::tail::Tail;
use crate::view::{Projector, ViewSpec, ViewWrites};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, timeout_at};

/// Entries of one shard projected into one write.
const ENTRIES_PER_SHARD: usize = 2000;
/// Batches without a change of a view that may stay unrecorded: read again after a restart, for nothing but a little time.
const SILENT_BATCHES: u64 = 512;
const FIRST_RETRY: Duration = Duration::from_millis(50);
const LAST_RETRY: Duration = Duration::from_secs(5);
/// How long a group lets entries gather when no query waits for them.
const GATHER: Duration = Duration::from_millis(100);
/// How often a query looks whether another node's views have caught up.
const REMOTE_POLL: Duration = Duration::from_millis(5);

/// All groups: who writes which view, and how far they are.
pub(crate) struct Views {
    groups: HashMap<&'static str, Arc<Group>>,
    group_of: HashMap<&'static str, Arc<Group>>,
}

/// Projectors that share a position.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    projectors: Vec<Arc<dyn Projector>>,
    positions: Vec<AtomicU64>,
    moved: watch::Sender<u64>,
    /// Queries that wait for its views, and how a new one is told.
    waiting: AtomicUsize,
    asked: Notify,
}

/// A query that waits, for as long as this lives.
struct Waiter<'a>(&'a Group);

impl<'a> Waiter<'a> {
    fn of(group: &'a Group) -> Self {
        group.waiting.fetch_add(1, Ordering::AcqRel);
        group.asked.notify_one();
        Self(group)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Views {
    pub(crate) fn new(projectors: Vec<Arc<dyn Projector>>, shards: u16) -> Result<Self, StoreError> {
        let mut by_group: HashMap<&'static str, Vec<Arc<dyn Projector>>> = HashMap::new();
        for projector in projectors {
            by_group.entry(projector.group()).or_default().push(projector);
        }
        let mut groups = HashMap::new();
        let mut group_of: HashMap<&'static str, Arc<Group>> = HashMap::new();
        for (name, projectors) in by_group {
            let group = Arc::new(Group {
                name,
                projectors,
                positions: (0..shards).map(|_| AtomicU64::new(0)).collect(),
                moved: watch::Sender::new(0),
                waiting: AtomicUsize::new(0),
                asked: Notify::new(),
            });
            for spec in group.specs() {
                if group_of.insert(spec.name, Arc::clone(&group)).is_some() {
                    return Err(StoreError::new(format!("view {} is declared twice", spec.name)));
                }
            }
            groups.insert(name, group);
        }
        Ok(Self { groups, group_of })
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = &Arc<Group>> {
        self.groups.values()
    }

    pub(crate) fn group(&self, name: &str) -> Result<&Arc<Group>, StoreError> {
        self.groups.get(name).ok_or_else(|| StoreError::new(format!("there is no group of views named {name}")))
    }

    pub(crate) fn group_of(&self, view: &str) -> Result<&Arc<Group>, StoreError> {
        self.group_of.get(view).ok_or_else(|| StoreError::new(format!("there is no view named {view}")))
    }
}

impl Group {
    pub(crate) fn specs(&self) -> Vec<ViewSpec> {
        self.projectors.iter().flat_map(|projector| projector.views()).collect()
    }

    /// Changes when a projector, or what full text it wants, changes: then the views are built anew.
    pub(crate) fn version(&self) -> u64 {
        let mut text = String::new();
        for projector in &self.projectors {
            text.push_str(&format!("{};", projector.version()));
            for spec in projector.views() {
                text.push_str(&format!("{}:{:?};", spec.name, spec.full_text));
            }
        }
        let key = crate::AggregateKey::new(&crate::TenantId::new(""), self.name, &text);
        key.hash64()
    }

    pub(crate) fn position(&self, shard: ShardId) -> u64 {
        self.positions[usize::from(shard.0)].load(Ordering::Acquire)
    }

    /// Waits until the views hold everything that was durable when this was called.
    pub(crate) async fn caught_up(&self, tail: &Tail, store: &dyn Store, limit: Duration) -> Result<(), StoreError> {
        let deadline = Instant::now() + limit;
        let behind = || StoreError::new(format!("the views of {} are behind the journal", self.name));
        let (owned, mut elsewhere): (Vec<ShardId>, Vec<ShardId>) =
            tail.shards().partition(|shard| tail.is_leased(*shard));
        let mut targets: Vec<(ShardId, u64)> = owned.into_iter().map(|shard| (shard, tail.head(shard))).collect();
        let mut moved = self.moved.subscribe();
        let mut waiter = None;
        while let Some((shard, head)) = targets.last().copied() {
            if self.position(shard) >= head {
                targets.pop();
            } else if tail.is_leased(shard) {
                waiter.get_or_insert_with(|| Waiter::of(self));
                timeout_at(deadline, moved.changed()).await.map_err(|_| behind())?.map_err(|_| behind())?;
            } else {
                // It may have gone to another node meanwhile.
                elsewhere.push(shard);
                targets.pop();
            }
        }
        if elsewhere.is_empty() || store.is_exclusive() {
            return Ok(());
        }
        // The owners of the other shards record every position, so the store can be asked instead of them.
        let shards = self.positions.len() as u16;
        let heads = store.heads(shards).await?;
        loop {
            let positions = store.view_positions(self.name, shards).await?;
            let reached = elsewhere.iter().all(|shard| {
                let at = usize::from(shard.0);
                positions[at] >= heads[at]
            });
            if reached {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(behind());
            }
            sleep(REMOTE_POLL).await;
        }
    }

    /// Lets entries gather until a query waits.
    async fn gather(&self) {
        if self.waiting.load(Ordering::Acquire) > 0 {
            return;
        }
        tokio::select! {
            () = self.asked.notified() => {}
            () = sleep(GATHER) => {}
        }
    }

    fn moved_to(&self, shard: ShardId, position: u64) {
        self.positions[usize::from(shard.0)].store(position, Ordering::Release);
    }

    pub(crate) fn project(&self, batch: &Batch, out: &mut ViewWrites) {
        for entry in &batch.entries {
            for projector in &self.projectors {
                if !projector.kinds().contains(&entry.meta.key.kind.as_str()) {
                    continue;
                }
                let before = out.writes.len();
                if catch_unwind(AssertUnwindSafe(|| projector.project(entry, out))).is_err() {
                    // One bad entry must not stop all queries; the row is wrong until the projector is mended and its
                    // version raised.
                    out.writes.truncate(before);
                    metrics::counter!("journal_projection_panics_total", "group" => self.name).increment(1);
                    tracing::error!(
                        group = self.name,
                        kind = %entry.meta.key.kind,
                        id = %entry.meta.key.id,
                        seq = entry.meta.seq,
                        event = %entry.event,
                        "projecting an entry panicked; it is left out"
                    );
                }
            }
        }
    }
}

/// How far a group is on one shard.
struct Following {
    term: u64,
    /// Projected and written up to here.
    position: u64,
    /// Recorded in the store.
    recorded: u64,
    /// Up to here a row may have been written before a crash.
    maybe_written: u64,
}

/// The task of a group.
pub(crate) async fn follow(group: Arc<Group>, tail: Arc<Tail>, store: Arc<dyn Store>) {
    let mut changes = tail.subscribe();
    let mut following: HashMap<ShardId, Following> = HashMap::new();
    loop {
        // Queries on other nodes ask the store, not us, so there is no telling who waits.
        if store.is_exclusive() {
            group.gather().await;
        }
        changes.mark_unchanged();
        let mut writes = Vec::new();
        let mut has_moved = false;
        for shard in tail.shards() {
            let Some(term) = tail.term(shard) else {
                following.remove(&shard);
                continue;
            };
            if following.get(&shard).is_none_or(|f| f.term != term) {
                let begun = begin(&group, &tail, store.as_ref(), shard, term).await;
                following.insert(shard, begun);
            }
            let Some(state) = following.get_mut(&shard) else {
                continue;
            };
            if let Some((position, write)) = next(&group, &tail, shard, state).await {
                if write.is_empty() && store.is_exclusive() && position - state.recorded < SILENT_BATCHES {
                    state.position = position;
                    group.moved_to(shard, position);
                    has_moved = true;
                } else {
                    writes.push((shard, position, write));
                }
            }
        }
        if writes.is_empty() {
            group.moved.send_modify(|count| *count += 1);
            // A portion in which nothing concerned these views may have more behind it.
            if !has_moved && changes.changed().await.is_err() {
                return;
            }
            continue;
        }
        let writes = Arc::new(writes);
        write(&group, store.as_ref(), &writes).await;
        for (shard, position, _) in writes.iter() {
            if let Some(state) = following.get_mut(shard) {
                state.position = *position;
                state.recorded = *position;
            }
            group.moved_to(*shard, *position);
        }
        group.moved.send_modify(|count| *count += 1);
    }
}

async fn begin(group: &Group, tail: &Tail, store: &dyn Store, shard: ShardId, term: u64) -> Following {
    let position = persist(group.name, "reading a view position", || store.view_position(group.name, shard)).await;
    group.moved_to(shard, position);
    Following { term, position, recorded: position, maybe_written: tail.head(shard) }
}

/// What the next batches of a shard change; none when there are none.
async fn next(group: &Group, tail: &Tail, shard: ShardId, state: &Following) -> Option<(u64, ViewWrites)> {
    if state.position >= tail.head(shard) {
        return None;
    }
    let batches = persist(group.name, "reading the log", || tail.after(shard, state.position)).await;
    let mut writes = ViewWrites::default();
    let mut position = state.position;
    let mut entries = 0;
    for batch in batches {
        group.project(&batch, &mut writes);
        position = batch.position;
        entries += batch.entries.len();
        if entries >= ENTRIES_PER_SHARD {
            break;
        }
    }
    let is_first_time = state.position >= state.maybe_written;
    (position > state.position).then(|| (position, writes.coalesce(is_first_time)))
}

async fn write(group: &Group, store: &dyn Store, writes: &Arc<Vec<(ShardId, u64, ViewWrites)>>) {
    let started = Instant::now();
    persist(group.name, "writing views", || store.write_views_of_shards(group.name, Arc::clone(writes))).await;
    metrics::histogram!("journal_view_write_seconds", "group" => group.name).record(started.elapsed().as_secs_f64());
}

/// Tries until it works, ever slower.
async fn persist<T, F>(group: &'static str, what: &'static str, mut attempt: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut pause = FIRST_RETRY;
    loop {
        match attempt().await {
            Ok(value) => return value,
            Err(error) => {
                metrics::counter!("journal_view_failures_total", "group" => group).increment(1);
                tracing::warn!(group, what, error = %Causes(&error), "views wait for the store");
                sleep(pause).await;
                pause = (pause * 2).min(LAST_RETRY);
            }
        }
    }
}
