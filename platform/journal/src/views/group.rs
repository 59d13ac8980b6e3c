//! Groups of views: who writes which, how far each is, and how queries wait for what they must see.
//!
//! [`following`](crate::views::following) writes them, behind the journal.

use crate::key::ShardId;
use crate::log::entry::Batch;
use crate::log::tail::Tail;
use crate::store::shared_read::SharedRead;
use crate::store::{Store, StoreError};
use crate::views::families::Families;
use crate::views::following::Following;
use crate::views::view::{Projector, ViewSpec, ViewWrites};
use crate::views::waits::{Wait, Waits};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

/// How far views may be behind before commands wait for them: what gathers, and the time to write it.
const BEHIND: Duration = Duration::from_millis(450);
/// How often it is looked, at most, whether another node's views have caught up.
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
    views: Vec<&'static str>,
    /// By shard: up to where all views are written.
    positions: Vec<AtomicU64>,
    /// By view and shard: how far that one is.
    of_views: HashMap<&'static str, Vec<Reach>>,
    pub(crate) families: Mutex<Families>,
    pub(crate) moved: watch::Sender<u64>,
    pub(crate) waits: Waits,
    /// How far the views are in the store, by shard.
    stored: SharedRead<Vec<u64>>,
    /// The store did not take, or tell, what it was last asked to.
    pub(crate) is_failing: AtomicBool,
}

/// How far a view is on a shard.
#[derive(Default)]
struct Reach {
    /// Up to here it is written.
    written: AtomicU64,
    /// Up to here it is, or is being written: who reads it may see so much.
    visible: AtomicU64,
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
            let group = Arc::new(Group::new(name, projectors, shards));
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
    fn new(name: &'static str, projectors: Vec<Arc<dyn Projector>>, shards: u16) -> Self {
        let specs: Vec<ViewSpec> = projectors.iter().flat_map(|projector| projector.views()).collect();
        let views: Vec<&'static str> = specs.iter().map(|spec| spec.name).collect();
        Self {
            name,
            projectors,
            positions: (0..shards).map(|_| AtomicU64::new(0)).collect(),
            of_views: views.iter().map(|view| (*view, (0..shards).map(|_| Reach::default()).collect())).collect(),
            views,
            families: Mutex::new(Families::new(&specs)),
            moved: watch::Sender::new(0),
            waits: Waits::default(),
            stored: SharedRead::default(),
            is_failing: AtomicBool::new(false),
        }
    }

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

    pub(crate) fn views(&self) -> &[&'static str] {
        &self.views
    }

    /// Up to where all these views are written.
    fn position_of(&self, views: &[&'static str], shard: ShardId) -> u64 {
        let positions = views.iter().filter_map(|view| self.reach(view, shard));
        positions.map(|reach| reach.written.load(Ordering::Acquire)).min().unwrap_or(0)
    }

    fn reach(&self, view: &str, shard: ShardId) -> Option<&Reach> {
        self.of_views.get(view).map(|shards| &shards[usize::from(shard.0)])
    }

    /// Sees every write after this call.
    pub(crate) fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// Whether commands on the shard should wait for the views. Not while their store fails: that may take long, and what
    /// is asked of them then fails anyway.
    pub(crate) fn is_too_far_behind(&self, tail: &Tail, shard: ShardId) -> bool {
        let Some(since) = tail.durable_since(shard, self.position(shard)) else {
            return false;
        };
        since.elapsed() > BEHIND && !self.is_failing.load(Ordering::Acquire)
    }

    /// Waits until these views, which one query looks into, hold everything that was durable when this was called.
    pub(crate) async fn caught_up(
        &self,
        views: &[&'static str],
        tail: &Tail,
        store: &dyn Store,
        limit: Duration,
    ) -> Result<(), StoreError> {
        self.hold_all(views, true, tail, store, limit).await
    }

    /// Waits until every view holds everything that was durable when this was called. Whoever reads them then reads one by
    /// one.
    pub(crate) async fn all_caught_up(
        &self,
        tail: &Tail,
        store: &dyn Store,
        limit: Duration,
    ) -> Result<(), StoreError> {
        self.hold_all(&self.views, false, tail, store, limit).await
    }

    async fn hold_all(
        &self,
        views: &[&'static str],
        is_joined: bool,
        tail: &Tail,
        store: &dyn Store,
        limit: Duration,
    ) -> Result<(), StoreError> {
        let begun = Instant::now();
        let deadline = begun + limit;
        let (owned, mut elsewhere): (Vec<ShardId>, Vec<ShardId>) =
            tail.shards().partition(|shard| tail.is_leased(*shard));
        let targets = owned.into_iter().map(|shard| (shard, tail.head(shard))).collect();
        elsewhere.extend(self.reached(views, is_joined, targets, tail, store, deadline).await?);
        if !elsewhere.is_empty() && !store.is_exclusive() {
            let reached = self.reached_elsewhere(&elsewhere, tail, store);
            timeout_at(deadline, reached).await.map_err(|_| self.behind())??;
        }
        metrics::histogram!("journal_query_wait_seconds", "group" => self.name).record(begun.elapsed().as_secs_f64());
        Ok(())
    }

    /// Waits until these views are as far as `read`, another of the group, may be seen to be when this is called.
    pub(crate) async fn as_far_as(
        &self,
        read: &'static str,
        views: &[&'static str],
        tail: &Tail,
        store: &dyn Store,
        limit: Duration,
    ) -> Result<(), StoreError> {
        let visible = |shard| self.reach(read, shard).map_or(0, |reach| reach.visible.load(Ordering::Acquire));
        let targets = tail.shards().map(|shard| (shard, visible(shard))).collect();
        self.reached(views, true, targets, tail, store, Instant::now() + limit).await.map(drop)
    }

    /// Waits until these views have reached these positions. Answers the shards that went to another node meanwhile.
    async fn reached(
        &self,
        views: &[&'static str],
        is_joined: bool,
        targets: Vec<(ShardId, u64)>,
        tail: &Tail,
        store: &dyn Store,
        deadline: Instant,
    ) -> Result<Vec<ShardId>, StoreError> {
        // Where others write, too, all views are always written together.
        let is_joined = is_joined && views.len() > 1 && store.is_exclusive();
        if is_joined {
            self.families().unite(views);
        }
        let mut wait = Wait { views: views.to_vec(), targets, elsewhere: Vec::new(), is_joined };
        if self.is_over(&mut wait, tail) {
            return Ok(wait.elsewhere);
        }
        let told = timeout_at(deadline, self.waits.add(wait)).await;
        told.map_err(|_| self.behind())?.map_err(|_| self.behind())
    }

    /// Whether a query has what it waits for; what it has already is taken out of its targets.
    fn is_over(&self, wait: &mut Wait, tail: &Tail) -> bool {
        let Wait { views, targets, elsewhere, is_joined } = wait;
        targets.retain(|(shard, head)| {
            if self.position_of(views, *shard) >= *head {
                return false;
            }
            let is_here = tail.is_leased(*shard);
            if !is_here {
                elsewhere.push(*shard);
            }
            is_here
        });
        targets.is_empty() && !(*is_joined && self.families().are_torn(views))
    }

    /// Views that queries wait for.
    pub(crate) fn wanted(&self) -> Vec<&'static str> {
        self.waits.wanted(|view, targets| targets.iter().any(|(shard, head)| self.position_of(&[view], *shard) < *head))
    }

    /// The owners of the other shards record every position, so the store can be asked instead of them. However many
    /// queries wait, it is asked once at a time, and has as long a rest as its answer took.
    async fn reached_elsewhere(&self, elsewhere: &[ShardId], tail: &Tail, store: &dyn Store) -> Result<(), StoreError> {
        let shards = self.positions.len() as u16;
        let heads = tail.heads().await?;
        loop {
            let asked = Instant::now();
            let positions = self.stored.get(|| store.view_positions(self.name, shards)).await?;
            let reached = elsewhere.iter().all(|shard| {
                let at = usize::from(shard.0);
                positions[at] >= heads[at]
            });
            if reached {
                return Ok(());
            }
            sleep(asked.elapsed().max(REMOTE_POLL)).await;
        }
    }

    fn behind(&self) -> StoreError {
        StoreError::new(format!("the views of {} are behind the journal", self.name))
    }

    pub(crate) fn families(&self) -> MutexGuard<'_, Families> {
        self.families.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the views of a shard are now; whether that is news.
    pub(crate) fn moved_to(&self, shard: ShardId, state: &Following) -> bool {
        let at = usize::from(shard.0);
        let mut is_news = false;
        for (view, shards) in &self.of_views {
            let Reach { written, visible } = &shards[at];
            visible.store(state.pending.written_then(view).unwrap_or(state.position), Ordering::Release);
            let position = state.pending.written(view).unwrap_or(state.position);
            is_news |= written.swap(position, Ordering::AcqRel) != position;
        }
        self.positions[at].store(state.written(), Ordering::Release);
        is_news
    }

    /// Tells those who wait how far the views are now.
    pub(crate) fn tell(&self, tail: &Tail) {
        self.waits.settle(|wait| self.is_over(wait, tail));
        self.moved.send_modify(|count| *count += 1);
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
