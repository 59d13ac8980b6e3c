//! Writes views behind the journal: in order, coalesced; and lets queries wait for what they must see.
//!
//! One task per group of projectors. It must never block a commit, and it must never give up: a store that fails is tried
//! again with the same writes until it takes them. Where nobody else writes the store, what changes gathers per view: what
//! comes and goes meanwhile is never written, and what stays is written together. A view is written when it has gathered for
//! long enough, or when a query waits for it: that one, and no other.

use crate::causes::Causes;
use crate::entry::Batch;
use crate::families::Families;
use crate::key::ShardId;
use crate::pending::Pending;
use crate::store::{Reached, Store, StoreError};
use crate::tail::Tail;
use crate::view::{Projector, ViewSpec, ViewWrites};
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

/// Entries of one shard projected at once.
const ENTRIES_PER_SHARD: usize = 2000;
/// Batches without a change of a view that may stay unrecorded: read again after a restart, for nothing but a little time.
const SILENT_BATCHES: u64 = 512;
const FIRST_RETRY: Duration = Duration::from_millis(50);
const LAST_RETRY: Duration = Duration::from_secs(5);
/// How long changes of a view gather when no query waits for them.
const GATHER: Duration = Duration::from_millis(200);
/// How often the log is looked at meanwhile.
const LOOK: Duration = Duration::from_millis(25);
/// Rows that may gather.
const GATHERED: usize = 20_000;
/// Rows after which a write of what has gathered for long takes up no further shard: a query may come and wait behind it.
const ROWS_IN_TURN: usize = 400;
/// How far views may be behind before commands wait for them: what gathers, and the time to write it.
const BEHIND: Duration = Duration::from_millis(450);
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
    views: Vec<&'static str>,
    /// By shard: up to where all views are written.
    positions: Vec<AtomicU64>,
    /// By view and shard: up to where that one is.
    of_views: HashMap<&'static str, Vec<AtomicU64>>,
    families: Mutex<Families>,
    moved: watch::Sender<u64>,
    /// Views that queries wait for, and how the task is told.
    asked: Mutex<Vec<&'static str>>,
    is_asked: Notify,
    /// The store did not take, or tell, what it was last asked to.
    is_failing: AtomicBool,
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
        let at_the_beginning = || (0..shards).map(|_| AtomicU64::new(0)).collect::<Vec<_>>();
        Self {
            name,
            projectors,
            positions: at_the_beginning(),
            of_views: views.iter().map(|view| (*view, at_the_beginning())).collect(),
            views,
            families: Mutex::new(Families::new(&specs)),
            moved: watch::Sender::new(0),
            asked: Mutex::default(),
            is_asked: Notify::new(),
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
        let of_view = |view| self.of_views.get(view).map(|shards| shards[usize::from(shard.0)].load(Ordering::Acquire));
        views.iter().filter_map(|view| of_view(*view)).min().unwrap_or(0)
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

    /// Waits until these views hold everything that was durable when this was called.
    pub(crate) async fn caught_up(
        &self,
        views: &[&'static str],
        tail: &Tail,
        store: &dyn Store,
        limit: Duration,
    ) -> Result<(), StoreError> {
        let begun = Instant::now();
        let deadline = begun + limit;
        let (owned, mut elsewhere): (Vec<ShardId>, Vec<ShardId>) =
            tail.shards().partition(|shard| tail.is_leased(*shard));
        let targets = owned.into_iter().map(|shard| (shard, tail.head(shard))).collect();
        elsewhere.extend(self.reached(views, targets, tail, store, deadline).await?);
        if !elsewhere.is_empty() && !store.is_exclusive() {
            self.reached_elsewhere(&elsewhere, store, deadline).await?;
        }
        metrics::histogram!("journal_query_wait_seconds", "group" => self.name).record(begun.elapsed().as_secs_f64());
        Ok(())
    }

    /// Waits until these views are as far as `read`, another of the group, was when this was called.
    pub(crate) async fn as_far_as(
        &self,
        read: &'static str,
        views: &[&'static str],
        tail: &Tail,
        store: &dyn Store,
        limit: Duration,
    ) -> Result<(), StoreError> {
        let targets = tail.shards().map(|shard| (shard, self.position_of(&[read], shard))).collect();
        self.reached(views, targets, tail, store, Instant::now() + limit).await.map(drop)
    }

    /// Waits until these views have reached these positions. Answers the shards that went to another node meanwhile.
    async fn reached(
        &self,
        views: &[&'static str],
        mut targets: Vec<(ShardId, u64)>,
        tail: &Tail,
        store: &dyn Store,
        deadline: Instant,
    ) -> Result<Vec<ShardId>, StoreError> {
        let mut elsewhere = Vec::new();
        // Where others write, too, all views are always written together.
        let is_one_of_several = views.len() > 1 && store.is_exclusive();
        if is_one_of_several {
            self.families().unite(views);
        }
        let mut moved = self.moved.subscribe();
        loop {
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
            if targets.is_empty() && !(is_one_of_several && self.families().are_torn(views)) {
                return Ok(elsewhere);
            }
            self.ask(views);
            timeout_at(deadline, moved.changed()).await.map_err(|_| self.behind())?.map_err(|_| self.behind())?;
        }
    }

    /// The owners of the other shards record every position, so the store can be asked instead of them.
    async fn reached_elsewhere(
        &self,
        elsewhere: &[ShardId],
        store: &dyn Store,
        deadline: Instant,
    ) -> Result<(), StoreError> {
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
                return Err(self.behind());
            }
            sleep(REMOTE_POLL).await;
        }
    }

    fn behind(&self) -> StoreError {
        StoreError::new(format!("the views of {} are behind the journal", self.name))
    }

    /// Has these views written next.
    fn ask(&self, views: &[&'static str]) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(views);
        self.is_asked.notify_one();
    }

    /// What was asked since this was last called.
    fn take_asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn families(&self) -> MutexGuard<'_, Families> {
        self.families.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far all views are now.
    fn moved_to(&self, shard: ShardId, state: &Following) {
        let at = usize::from(shard.0);
        for (view, positions) in &self.of_views {
            let position = state.pending.written(view).unwrap_or(state.position);
            positions[at].store(position, Ordering::Release);
        }
        self.positions[at].store(state.written(), Ordering::Release);
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
    /// Projected up to here.
    position: u64,
    /// Recorded in the store.
    recorded: u64,
    /// Up to here a row may have been written before a crash.
    maybe_written: u64,
    pending: Pending,
}

impl Following {
    /// Up to where all views are written.
    fn written(&self) -> u64 {
        self.pending.all_written().unwrap_or(self.position)
    }
}

/// All shards that a group follows here; in order, so that a simulation repeats.
type Shards = BTreeMap<ShardId, Following>;

/// The task of a group.
pub(crate) async fn follow(group: Arc<Group>, tail: Arc<Tail>, store: Arc<dyn Store>) {
    // Queries on other nodes ask the store, not us, so there is no telling who waits, nor for what.
    let is_apart = store.is_exclusive();
    let mut changes = tail.subscribe();
    let mut shards = Shards::new();
    // Taken from the group, and not written yet.
    let mut asked: Vec<&'static str> = Vec::new();
    let mut was_asked = false;
    // What was there before us.
    let mut has_more = true;
    loop {
        asked.extend(group.take_asked());
        if is_apart && !has_more && asked.is_empty() && pause(&group, &mut changes, due_at(&shards)).await.is_none() {
            return;
        }
        asked.extend(group.take_asked());
        changes.mark_unchanged();
        has_more = look(&group, &tail, store.as_ref(), &mut shards).await;
        if !is_apart {
            asked.clear();
            write_all(&group, store.as_ref(), &mut shards).await;
            tell(&group, &shards);
            if !has_more && changes.changed().await.is_err() {
                return;
            }
            continue;
        }
        // In turn, so that neither waits for the other's many.
        let due = due(&shards).filter(|_| was_asked || asked.is_empty());
        was_asked = due.is_none();
        let (wanted, at_most) = due.unwrap_or_else(|| (std::mem::take(&mut asked), usize::MAX));
        if !wanted.is_empty() {
            write_some(&group, store.as_ref(), &mut shards, &wanted, at_most, &tail).await;
        }
        tell(&group, &shards);
    }
}

/// Waits until something is to be done: none when there is nothing left to wait for.
async fn pause(group: &Group, changes: &mut watch::Receiver<u64>, due_at: Option<Instant>) -> Option<()> {
    let next = Instant::now() + LOOK;
    let look = async {
        if due_at.is_none() {
            changes.changed().await.ok()?;
        }
        sleep_until(due_at.map_or_else(|| Instant::now() + LOOK, |due_at| due_at.min(next))).await;
        Some(())
    };
    tokio::select! {
        () = group.is_asked.notified() => Some(()),
        looked = look => looked,
    }
}

/// When the next view has gathered for long enough.
fn due_at(shards: &Shards) -> Option<Instant> {
    let since = shards.values().flat_map(|state| state.pending.gathering()).map(|(_, since)| since).min();
    since.map(|since| since + GATHER)
}

/// The view that has gathered for longest, when that is long enough; all when they have gathered too much. And after how many
/// rows it is the turn of others.
fn due(shards: &Shards) -> Option<(Vec<&'static str>, usize)> {
    let gathering = || shards.values().flat_map(|state| state.pending.gathering());
    if shards.values().map(|state| state.pending.len()).sum::<usize>() > GATHERED {
        let mut views: Vec<&'static str> = gathering().map(|(view, _)| view).collect();
        views.sort_unstable();
        views.dedup();
        return Some((views, usize::MAX));
    }
    let (view, since) = gathering().min_by_key(|(_, since)| *since)?;
    (since + GATHER <= Instant::now()).then(|| (vec![view], ROWS_IN_TURN))
}

/// Takes up what is new in the logs, a portion of each; whether there is more.
async fn look(group: &Arc<Group>, tail: &Tail, store: &dyn Store, shards: &mut Shards) -> bool {
    let mut has_more = false;
    for shard in tail.shards() {
        let Some(term) = tail.term(shard) else {
            shards.remove(&shard);
            continue;
        };
        let known = shards.remove(&shard).filter(|state| state.term == term);
        let mut state = match known {
            Some(state) => state,
            None => begin(group, tail, store, shard, term).await,
        };
        has_more |= next(group, tail, shard, &mut state).await;
        shards.insert(shard, state);
    }
    has_more
}

async fn begin(group: &Group, tail: &Tail, store: &dyn Store, shard: ShardId, term: u64) -> Following {
    let position = persist(group, "reading a view position", || store.view_position(group.name, shard)).await;
    let maybe_written = tail.head(shard);
    let state = Following { term, position, recorded: position, maybe_written, pending: Pending::default() };
    group.moved_to(shard, &state);
    state
}

/// Takes up the next batches of a shard; whether there were more.
async fn next(group: &Group, tail: &Tail, shard: ShardId, state: &mut Following) -> bool {
    let head = tail.head(shard);
    if state.position >= head {
        return false;
    }
    let batches = persist(group, "reading the log", || tail.after(shard, state.position)).await;
    let now = Instant::now();
    let mut entries = 0;
    for batch in &batches {
        let mut writes = ViewWrites::default();
        group.project(batch, &mut writes);
        let is_first_time = state.position >= state.maybe_written;
        state.pending.add(state.position, writes, is_first_time, now);
        state.position = batch.position;
        entries += batch.entries.len();
        if entries >= ENTRIES_PER_SHARD {
            break;
        }
    }
    state.position < head
}

/// Writes everything.
async fn write_all(group: &Group, store: &dyn Store, shards: &mut Shards) {
    let mut writes = Vec::new();
    for (shard, state) in shards.iter_mut().filter(|(_, state)| state.position > state.recorded) {
        let mut of_shard = ViewWrites::coalesced();
        state.pending.take(group.views(), &mut of_shard);
        writes.push((*shard, state.position, of_shard));
    }
    if writes.is_empty() {
        return;
    }
    let writes = Arc::new(writes);
    let started = Instant::now();
    persist(group, "writing views", || store.write_views_of_shards(group.name, Arc::clone(&writes))).await;
    note_written(group, started);
    for state in shards.values_mut() {
        state.recorded = state.position;
    }
}

/// Writes these views, and what is always written with them, of the shards that have waited for longest first; of all of
/// them, unless so many rows come together before.
async fn write_some(
    group: &Group,
    store: &dyn Store,
    shards: &mut Shards,
    wanted: &[&'static str],
    at_most: usize,
    tail: &Tail,
) {
    let together = group.families().together(wanted);
    let since = |state: &Following| state.pending.since(&together);
    let mut order: Vec<(Instant, ShardId)> =
        shards.iter().filter_map(|(shard, state)| Some((since(state)?, *shard))).collect();
    order.sort_unstable();
    let mut rows = ViewWrites::coalesced();
    let mut since: Option<Instant> = None;
    let mut is_whole = true;
    for (_, shard) in order {
        is_whole = rows.len() < at_most;
        let Some(state) = shards.get_mut(&shard).filter(|_| is_whole) else {
            break;
        };
        let before = state.written();
        state.pending.take(&together, &mut rows);
        if state.written() > before {
            since = tail.durable_since(shard, before).into_iter().chain(since).min();
        }
    }
    // Positions cost little beside rows; alone they wait until there are many.
    let reached: Vec<Reached> = shards
        .iter()
        .filter(|(_, state)| !rows.is_empty() || state.written() >= state.recorded + SILENT_BATCHES)
        .map(|(shard, state)| Reached { shard: *shard, written: state.written(), looked: state.position })
        .collect();
    if !reached.is_empty() {
        let rows = Arc::new(rows);
        let started = Instant::now();
        persist(group, "writing views", || store.write_rows(group.name, Arc::clone(&rows), reached.clone())).await;
        note_written(group, started);
        for Reached { shard, written, .. } in reached {
            if let Some(state) = shards.get_mut(&shard) {
                state.recorded = written;
            }
        }
    }
    if is_whole {
        group.families().written(&together);
    }
    if let Some(since) = since {
        metrics::histogram!("journal_views_behind_seconds", "group" => group.name)
            .record(since.elapsed().as_secs_f64());
    }
}

fn note_written(group: &Group, started: Instant) {
    metrics::histogram!("journal_view_write_seconds", "group" => group.name).record(started.elapsed().as_secs_f64());
}

/// Says how far the views are now.
fn tell(group: &Group, shards: &Shards) {
    for (shard, state) in shards {
        group.moved_to(*shard, state);
    }
    group.moved.send_modify(|count| *count += 1);
}

/// Tries until it works, ever slower.
async fn persist<T, F>(group: &Group, what: &'static str, mut attempt: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut pause = FIRST_RETRY;
    loop {
        match attempt().await {
            Ok(value) => {
                group.is_failing.store(false, Ordering::Release);
                return value;
            }
            Err(error) => {
                group.is_failing.store(true, Ordering::Release);
                metrics::counter!("journal_view_failures_total", "group" => group.name).increment(1);
                tracing::warn!(group = group.name, what, error = %Causes(&error), "views wait for the store");
                sleep(pause).await;
                pause = (pause * 2).min(LAST_RETRY);
            }
        }
    }
}
