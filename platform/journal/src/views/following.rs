//! Writes views behind the journal: in order, coalesced.
//!
//! One task per group of projectors. It must never block a commit, and it must never give up: a store that fails is tried
//! again with the same writes until it takes them. Where nobody else writes the store, what changes gathers per view: what
//! comes and goes meanwhile is never written, and what stays is written together. A view is written when it has gathered for
//! long enough, or when a query waits for it: that one, and no other. While one is written the log is followed further, so a
//! query for views that nothing has changed waits for no write; and a write that nobody waits for gives way to one that
//! somebody does.

use crate::causes::Causes;
use crate::key::ShardId;
use crate::log::tail::Tail;
use crate::store::{GiveWay, Reached, Store, StoreError};
use crate::views::group::Group;
use crate::views::pending::Pending;
use crate::views::view::ViewWrites;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until};

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
/// Rows that may gather before what waits is written, whether anybody wants it or not.
const GATHERED: usize = 20_000;
/// Rows that may gather while a query waits for what is further on in the log.
const MOST_GATHERED: usize = 2 * GATHERED;
/// Rows after which a write of what has gathered for long takes up no further shard: a query of that view may come.
const ROWS_IN_TURN: usize = 2_000;

/// How far a group is on one shard.
pub(crate) struct Following {
    term: u64,
    /// Projected up to here.
    pub(crate) position: u64,
    /// Recorded in the store.
    recorded: u64,
    /// Up to here a row may have been written before a crash.
    maybe_written: u64,
    pub(crate) pending: Pending,
}

impl Following {
    /// Up to where all views are written.
    pub(crate) fn written(&self) -> u64 {
        self.pending.all_written().unwrap_or(self.position)
    }

    /// Up to where all views are once what was taken of these is written, too.
    fn written_with(&self, views: &[&'static str]) -> u64 {
        self.pending.all_written_with(views).unwrap_or(self.position)
    }
}

/// All shards that a group follows here; in order, so that a simulation repeats.
type Shards = BTreeMap<ShardId, Following>;

/// The task of a group.
pub(crate) async fn follow(group: Arc<Group>, tail: Arc<Tail>, store: Arc<dyn Store>) {
    // Queries on other nodes ask the store, not us, so there is no telling who waits, nor for what.
    if store.is_exclusive() {
        follow_apart(&group, &tail, &store).await;
    } else {
        follow_together(&group, &tail, store.as_ref()).await;
    }
}

/// Writes all views at once, as far as the log is.
async fn follow_together(group: &Arc<Group>, tail: &Tail, store: &dyn Store) {
    let mut changes = tail.subscribe();
    let mut shards = Shards::new();
    let mut looks = 0;
    loop {
        changes.mark_unchanged();
        let has_more = look(group, tail, store, &mut shards, &mut looks).await;
        write_all(group, store, &mut shards).await;
        tell(group, tail, &shards);
        if has_more {
            continue;
        }
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = group.waits.came() => {}
        }
    }
}

/// Writes each view when it is wanted, or has gathered for long enough.
async fn follow_apart(group: &Arc<Group>, tail: &Tail, store: &Arc<dyn Store>) {
    let mut changes = tail.subscribe();
    let mut shards = Shards::new();
    let mut turns = Turns::default();
    let mut looks = 0;
    let mut under_way: Option<Write> = None;
    loop {
        changes.mark_unchanged();
        if let Some(write) = &under_way {
            // It may end while the log is looked at.
            write.give_way_to(group, &shards);
        }
        let has_more = look(group, tail, store.as_ref(), &mut shards, &mut looks).await;
        tell(group, tail, &shards);
        match &under_way {
            Some(write) => write.give_way_to(group, &shards),
            None => {
                under_way = turns.next_write(group, tail, store, &mut shards);
                // From here on who reads the views may see what is being written.
                note_positions(group, &shards);
            }
        }
        let is_full = gathered(&shards) > GATHERED;
        let rows = match (&mut under_way, has_more) {
            // Memory is bounded: what is new waits in the log, unless a query waits for it, and there is room.
            (Some(write), true) if is_full => tokio::select! {
                rows = write.rows_written() => Some(rows),
                () = group.waits.came() => None,
            },
            (Some(write), true) => {
                yield_now().await;
                write.rows_written().now_or_never()
            }
            (None, true) => None,
            (Some(write), false) => tokio::select! {
                rows = write.rows_written() => Some(rows),
                looked = pause(group, &mut changes, None) => match looked {
                    Some(()) => None,
                    None => Some(write.rows_written().await),
                },
            },
            (None, false) => {
                if pause(group, &mut changes, due_at(&shards)).await.is_none() {
                    return;
                }
                None
            }
        };
        if let Some(rows) = rows
            && let Some(write) = under_way.take()
        {
            turns.ended(write, rows, group, &mut shards);
        }
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
        () = group.waits.came() => Some(()),
        looked = look => looked,
    }
}

/// When the next view has gathered for long enough.
fn due_at(shards: &Shards) -> Option<Instant> {
    let since = shards.values().flat_map(|state| state.pending.gathering()).map(|(_, since)| since).min();
    since.map(|since| since + GATHER)
}

/// The view that has gathered for longest, when that is long enough; the one that has gathered most, when all have gathered
/// too much. And after how many rows it is the turn of others.
fn due(shards: &Shards) -> Option<(Vec<&'static str>, usize)> {
    if gathered(shards) > GATHERED {
        let mut rows: BTreeMap<&'static str, usize> = BTreeMap::new();
        for (view, count) in shards.values().flat_map(|state| state.pending.rows_by_view()) {
            *rows.entry(view).or_default() += count;
        }
        let (most, _) = rows.into_iter().max_by_key(|(_, count)| *count)?;
        return Some((vec![most], usize::MAX));
    }
    let (view, since) = shards.values().flat_map(|state| state.pending.gathering()).min_by_key(|(_, since)| *since)?;
    (since + GATHER <= Instant::now()).then(|| (vec![view], ROWS_IN_TURN))
}

/// Rows that wait to be written.
fn gathered(shards: &Shards) -> usize {
    shards.values().map(|state| state.pending.len()).sum()
}

/// Takes up what is new in the logs, a portion of each, until so much has gathered that memory ends; whether there is more.
/// The next look begins with another shard, so that none waits for those before it.
async fn look(group: &Arc<Group>, tail: &Tail, store: &dyn Store, shards: &mut Shards, looks: &mut usize) -> bool {
    let mut room = MOST_GATHERED.saturating_sub(gathered(shards));
    let mut has_more = false;
    let all: Vec<ShardId> = tail.shards().collect();
    let (after, before) = all.split_at(*looks % all.len().max(1));
    *looks = looks.wrapping_add(1);
    for shard in before.iter().chain(after).copied() {
        let Some(term) = tail.term(shard) else {
            shards.remove(&shard);
            continue;
        };
        let known = shards.remove(&shard).filter(|state| state.term == term);
        let mut state = match known {
            Some(state) => state,
            None => begin(group, tail, store, shard, term).await,
        };
        has_more |= if room == 0 {
            state.position < tail.head(shard)
        } else {
            let known = state.pending.len();
            let has_more = next(group, tail, shard, &mut state).await;
            room = room.saturating_sub(state.pending.len().saturating_sub(known));
            has_more
        };
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
        state.pending.put_down(group.views());
        state.recorded = state.position;
    }
}

/// Whose turn it is.
#[derive(Default)]
struct Turns {
    /// What was written last was for queries that waited.
    was_wanted: bool,
    /// Gave way to such a write, and is to go on.
    paused: Option<Write>,
}

impl Turns {
    /// The next write, when one is to be: of the views that queries wait for, and of what has gathered for long, in turn, so
    /// that neither waits for the other's many.
    fn next_write(
        &mut self,
        group: &Arc<Group>,
        tail: &Tail,
        store: &Arc<dyn Store>,
        shards: &mut Shards,
    ) -> Option<Write> {
        let wanted = group.families().together(&group.wanted());
        if let Some(paused) = self.paused.take_if(|paused| paused.has_any(&wanted)) {
            return Some(paused.resume(group, store, false));
        }
        let gathers = shards.values().any(|state| state.pending.has_any(&wanted));
        if !wanted.is_empty() && !gathers {
            // They are as far as the log, all of them.
            group.families().written(&wanted);
            tell(group, tail, shards);
        }
        let due = if self.paused.is_none() { due(shards) } else { None };
        let is_wanted = gathers && !(self.was_wanted && (due.is_some() || self.paused.is_some()));
        self.was_wanted = is_wanted;
        if is_wanted {
            return Write::begin(group, tail, store, shards, wanted, usize::MAX, false);
        }
        if let Some(paused) = self.paused.take() {
            return Some(paused.resume(group, store, true));
        }
        let (views, at_most) = due.unwrap_or_default();
        let views = group.families().together(&views);
        Write::begin(group, tail, store, shards, views, at_most, true)
    }

    /// A write has ended with so many of its rows.
    fn ended(&mut self, write: Write, rows: usize, group: &Group, shards: &mut Shards) {
        group.families().cut(&write.views, rows < write.rows.len());
        if rows < write.rows.len() {
            self.paused = Some(Write { from: rows, ..write });
        } else {
            write.finish(group, shards);
        }
    }
}

/// A write of some views that is under way.
struct Write {
    /// How many of the rows are written when it ends.
    ends: BoxFuture<'static, usize>,
    views: Vec<&'static str>,
    rows: Arc<ViewWrites>,
    /// Rows that were written before.
    from: usize,
    reached: Vec<Reached>,
    /// Some when no query waits for it: it gives way to one that does.
    gives_way: Option<GiveWay>,
    /// Of all shards.
    is_whole: bool,
    /// When the first of what it writes became durable.
    since: Option<Instant>,
    begun: Instant,
}

impl Write {
    /// Begins to write these views of the shards that have waited for longest first; of all of them, unless so many rows
    /// come together before. None when there is nothing to write.
    fn begin(
        group: &Arc<Group>,
        tail: &Tail,
        store: &Arc<dyn Store>,
        shards: &mut Shards,
        views: Vec<&'static str>,
        at_most: usize,
        gives_way: bool,
    ) -> Option<Self> {
        let since = |state: &Following| state.pending.since(&views);
        let mut order: Vec<(Instant, ShardId)> =
            shards.iter().filter_map(|(shard, state)| Some((since(state)?, *shard))).collect();
        order.sort_unstable();
        let mut rows = ViewWrites::coalesced();
        let mut since: Option<Instant> = None;
        let mut is_whole = true;
        let mut changed = Vec::new();
        for (_, shard) in order {
            is_whole = rows.len() < at_most;
            let Some(state) = shards.get_mut(&shard).filter(|_| is_whole) else {
                break;
            };
            let before = state.written();
            state.pending.take(&views, &mut rows);
            changed.push(shard);
            if state.written_with(&views) > before {
                since = tail.durable_since(shard, before).into_iter().chain(since).min();
            }
        }
        // Positions cost little beside rows; alone they wait until there are many.
        let is_recorded = |shard: &ShardId, state: &Following| {
            changed.contains(shard) || state.written_with(&views) >= state.recorded + SILENT_BATCHES
        };
        let reached: Vec<Reached> = shards
            .iter()
            .filter(|(shard, state)| is_recorded(shard, state))
            .map(|(shard, state)| Reached {
                shard: *shard,
                written: state.written_with(&views),
                looked: state.position,
            })
            .collect();
        if reached.is_empty() {
            return None;
        }
        let begun = Instant::now();
        let ends = Box::pin(std::future::pending());
        let rows = Arc::new(rows);
        let write = Self { ends, views, rows, from: 0, reached, gives_way: None, is_whole, since, begun };
        Some(write.resume(group, store, gives_way))
    }

    /// Goes on with the rows that are not written yet.
    fn resume(self, group: &Arc<Group>, store: &Arc<dyn Store>, gives_way: bool) -> Self {
        let signal = GiveWay::default();
        let (group, store, rows) = (Arc::clone(group), Arc::clone(store), Arc::clone(&self.rows));
        let (from, reached, way) = (self.from, self.reached.clone(), signal.clone());
        let ends = Box::pin(async move {
            let write = || store.write_rows(group.name, Arc::clone(&rows), from, reached.clone(), way.clone());
            persist(&group, "writing views", write).await
        });
        Self { ends, gives_way: gives_way.then_some(signal), ..self }
    }

    /// Whether it writes one of these views.
    fn has_any(&self, views: &[&'static str]) -> bool {
        self.views.iter().any(|view| views.contains(view))
    }

    /// Ends early when queries wait for other views that have something to be written.
    fn give_way_to(&self, group: &Group, shards: &Shards) {
        let Some(signal) = self.gives_way.as_ref().filter(|_| group.waits.is_any()) else {
            return;
        };
        let wanted = group.families().together(&group.wanted());
        if !self.has_any(&wanted) && shards.values().any(|state| state.pending.has_any(&wanted)) {
            signal.ask();
        }
    }

    /// Until it has ended: how many of its rows are written.
    async fn rows_written(&mut self) -> usize {
        self.ends.as_mut().await
    }

    /// Notes that all is written.
    fn finish(self, group: &Group, shards: &mut Shards) {
        note_written(group, self.begun);
        shards.values_mut().for_each(|state| state.pending.put_down(&self.views));
        for Reached { shard, written, .. } in self.reached {
            if let Some(state) = shards.get_mut(&shard) {
                state.recorded = written.max(state.recorded);
            }
        }
        if self.is_whole {
            group.families().written(&self.views);
        }
        if let Some(since) = self.since {
            metrics::histogram!("journal_views_behind_seconds", "group" => group.name)
                .record(since.elapsed().as_secs_f64());
        }
    }
}

fn note_written(group: &Group, started: Instant) {
    metrics::histogram!("journal_view_write_seconds", "group" => group.name).record(started.elapsed().as_secs_f64());
}

/// Notes how far the views are now; whether that is news.
fn note_positions(group: &Group, shards: &Shards) -> bool {
    shards.iter().fold(false, |is_news, (shard, state)| is_news | group.moved_to(*shard, state))
}

/// Tells who waits how far the views are now.
fn tell(group: &Group, tail: &Tail, shards: &Shards) {
    if note_positions(group, shards) || group.waits.is_any() {
        group.tell(tail);
    }
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
