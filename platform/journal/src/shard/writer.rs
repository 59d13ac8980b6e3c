//! The task that writes one shard.
//!
//! ```text
//! command -> (own the shard) -> (load the aggregate) -> decide, apply -> open batch -> append -> durable -> answers
//! ```
//! One batch is in flight, the next one fills meanwhile. Nothing is answered that rests on an undurable event, not even a
//! rejection. When an append fails, everything undurable is forgotten and the shard starts again from the log.

use crate::causes::Causes;
use crate::clock::{Clock, to_entry_precision};
use crate::config::Limits;
use crate::key::{AggregateKey, ShardId};
use crate::log::entry::{Batch, Entry, Format};
use crate::log::forget::FORGOTTEN;
use crate::log::tail::Tail;
use crate::shard::Request;
use crate::shard::append::{Appended, append, within};
use crate::shard::aside::{self, Aside};
use crate::shard::cache::{Cache, Slot};
use crate::shard::command::{Absent, Command, Ran, Refusal, Setting};
use crate::shard::due::{Due, due};
use crate::shard::readiness::Writes;
use crate::store::{Store, StoreError};
use crate::turns::{Turns, Weights};
use crate::views::pressure::Pressure;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use uuid::Uuid;

/// A command that lost its shard this often is given back to its caller.
const MAX_RUNS: u32 = 3;
/// How often a shard that somebody has, and that nobody has when asked for, is asked for.
const LEASE_TRIES: u32 = 5;
/// Commands decided before the writer looks at finished appends again.
const BURST: usize = 256;

/// What the writers of a journal share.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) tail: Arc<Tail>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) limits: Limits,
    pub(crate) node: Uuid,
    pub(crate) address: String,
    pub(crate) lease: Duration,
    /// Whether this node counts as one, where several share the store.
    pub(crate) is_member: AtomicBool,
    pub(crate) writes: Writes,
    pub(crate) pressure: Arc<Pressure>,
    /// Decisions that may take their time, at once: of all shards together.
    pub(crate) asides: Turns,
    /// Of organisations, in these and other turns.
    pub(crate) weights: Weights,
}

type Sizes = (mpsc::UnboundedSender<(AggregateKey, usize)>, mpsc::UnboundedReceiver<(AggregateKey, usize)>);
type Waiting = Vec<Box<dyn Command>>;
type Load = BoxFuture<'static, (u64, AggregateKey, Result<Slot, StoreError>)>;

/// The batch that is being filled.
#[derive(Default)]
struct Open {
    entries: Vec<Entry>,
    bytes: usize,
    waiting: Waiting,
    snapshots: Vec<Due>,
}

/// The batch that is on its way to the store.
struct InFlight {
    append: BoxFuture<'static, Appended>,
    position: u64,
    waiting: Waiting,
    snapshots: Vec<Due>,
}

pub(crate) struct Writer {
    shard: ShardId,
    shared: Arc<Shared>,
    requests: mpsc::Receiver<Request>,
    /// Until when the shard is ours; `None`: it is not.
    owned_until: Option<Instant>,
    durable: u64,
    cache: Cache,
    open: Open,
    /// Set while the open batch waits for views; ends when it may go.
    held: Option<BoxFuture<'static, ()>>,
    in_flight: Option<InFlight>,
    loads: FuturesUnordered<Load>,
    /// Decisions under way on threads of their own. What comes for their aggregates is parked.
    asides: FuturesUnordered<Aside>,
    /// Loads and asides begun before the cache was last dropped are worth nothing.
    epoch: u64,
    /// Commands of aggregates that are being loaded, or wait for that.
    /// Ordered, so that a simulation repeats.
    parked: BTreeMap<AggregateKey, Waiting>,
    /// Half-done aggregates whose earlier events are not durable yet: loaded when they are.
    broken: Vec<(AggregateKey, crate::shard::fold::Loader)>,
    /// Commands of lost batches, to be decided anew.
    again: VecDeque<Box<dyn Command>>,
    /// Sizes of the snapshots that were written.
    sizes: Sizes,
}

impl Shared {
    async fn answer_of<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        within(self.limits.store_timeout, call).await
    }

    /// Until when the shard is ours, or who else has it.
    async fn take_lease(&self, shard: ShardId) -> Result<Instant, Refusal> {
        for _ in 0..LEASE_TRIES {
            let until = Instant::now() + self.lease;
            let ttl = self.lease.as_millis() as u64;
            let lease = self.store.lease(shard, self.node, &self.address, ttl);
            if self.answer_of(lease).await.map_err(Refusal::Unavailable)? {
                return Ok(until);
            }
            let holder = self.answer_of(self.store.lease_holder(shard)).await;
            if let Some(address) = holder.map_err(Refusal::Unavailable)? {
                return Err(Refusal::NotOwner { address });
            }
            // Given back between the two questions.
        }
        Err(Refusal::Unavailable(StoreError::new(format!("shard {} is changing hands", shard.0))))
    }
}

impl Writer {
    pub(crate) fn new(shard: ShardId, shared: Arc<Shared>, requests: mpsc::Receiver<Request>) -> Self {
        let cache = Cache::new(shared.limits.cache_bytes);
        Self {
            shard,
            shared,
            requests,
            owned_until: None,
            durable: 0,
            cache,
            open: Open::default(),
            held: None,
            in_flight: None,
            loads: FuturesUnordered::new(),
            asides: FuturesUnordered::new(),
            epoch: 0,
            parked: BTreeMap::new(),
            broken: Vec::new(),
            again: VecDeque::new(),
            sizes: mpsc::unbounded_channel(),
        }
    }

    /// Works until nobody can ask any more.
    pub(crate) async fn run(mut self) {
        loop {
            while let Some(command) = self.again.pop_front() {
                self.dispatch(command).await;
            }
            self.start_append_unless_held();
            let has_room = self.has_room();
            tokio::select! {
                biased;
                appended = finished(&mut self.in_flight) => self.appended(appended),
                () = released(&mut self.held) => self.start_append(),
                Some((epoch, key, loaded)) = self.loads.next(), if !self.loads.is_empty() => {
                    self.loaded(epoch, key, loaded);
                }
                Some(done) = self.asides.next(), if !self.asides.is_empty() => self.decided_aside(done),
                Some((key, bytes)) = self.sizes.1.recv() => {
                    self.cache.with(&key, |slot| slot.snapshot_bytes = bytes);
                }
                request = self.requests.recv(), if has_room => {
                    let Some(request) = request else { break };
                    self.take(request).await;
                    self.take_more().await;
                }
            }
        }
        self.drain().await;
        self.let_go().await;
    }

    async fn take_more(&mut self) {
        for _ in 0..BURST {
            if !self.has_room() {
                return;
            }
            let Ok(request) = self.requests.try_recv() else {
                return;
            };
            self.take(request).await;
        }
    }

    async fn take(&mut self, request: Request) {
        match request {
            Request::Run(command) => self.dispatch(command).await,
            Request::Leased(until) => self.leased(until).await,
            Request::Release(done) => {
                // Nobody waits for them: what they decide is not acknowledged, and their callers are told so.
                self.asides.clear();
                self.drain().await;
                self.let_go().await;
                let _gone: Result<(), ()> = done.send(());
            }
        }
    }

    fn has_room(&self) -> bool {
        self.open.bytes < self.shared.limits.batch_bytes
    }

    // --- ownership

    async fn dispatch(&mut self, command: Box<dyn Command>) {
        match self.ensure_owned().await {
            Ok(()) => self.place(command),
            Err(refusal) => {
                // Those behind it would only find the same, each after its own wait. Taken first, answered then: a
                // command that comes after an answer is tried anew.
                let mut refused: Waiting = vec![command];
                refused.extend(std::mem::take(&mut self.again));
                let mut others = Vec::new();
                while let Ok(request) = self.requests.try_recv() {
                    match request {
                        Request::Run(command) => refused.push(command),
                        other => others.push(other),
                    }
                }
                for command in refused {
                    command.refuse(refusal.clone());
                }
                for other in others {
                    Box::pin(self.take(other)).await;
                }
            }
        }
    }

    fn is_owned(&self) -> bool {
        self.owned_until.is_some_and(|until| Instant::now() < until)
    }

    async fn ensure_owned(&mut self) -> Result<(), Refusal> {
        if self.is_owned() {
            return Ok(());
        }
        if self.owned_until.is_some() {
            // The lease ran out: somebody else may have written. Find out with nothing in our hands.
            self.drain().await;
            self.owned_until = None;
        }
        let until =
            if self.shared.store.is_exclusive() { forever() } else { self.shared.take_lease(self.shard).await? };
        self.acquire(until).await.map_err(Refusal::Unavailable)
    }

    /// Finds the end of the log and goes on from there.
    async fn acquire(&mut self, until: Instant) -> Result<(), StoreError> {
        let shared = Arc::clone(&self.shared);
        let head = shared.answer_of(shared.store.head(self.shard)).await?;
        if head != self.durable {
            self.forget();
            self.durable = head;
        }
        self.owned_until = Some(until);
        self.shared.tail.gained(self.shard, head, until);
        Ok(())
    }

    async fn leased(&mut self, until: Instant) {
        if self.is_owned() {
            self.owned_until = Some(until);
            self.shared.tail.leased(self.shard, until);
            return;
        }
        if self.owned_until.is_some() {
            self.drain().await;
        }
        if let Err(error) = self.acquire(until).await {
            tracing::warn!(shard = self.shard.0, error = %error, "shard cannot be taken over yet");
        }
    }

    async fn let_go(&mut self) {
        if self.owned_until.take().is_none() {
            return;
        }
        self.forget();
        self.shared.tail.lost(self.shard);
        let shared = Arc::clone(&self.shared);
        let release = shared.store.release(self.shard, shared.node);
        if let Err(error) = shared.answer_of(release).await {
            // The lease runs out by itself.
            tracing::warn!(shard = self.shard.0, error = %error, "lease was not released");
        }
    }

    /// Everything in memory that may not match the log.
    fn forget(&mut self) {
        self.cache.clear();
        self.epoch += 1;
        self.broken.clear();
        for (_, waiting) in std::mem::take(&mut self.parked) {
            self.again.extend(waiting);
        }
    }

    // --- decisions

    /// Runs a command, or parks it until its aggregate is there.
    fn place(&mut self, command: Box<dyn Command>) {
        let key = command.key().clone();
        if let Some(waiting) = self.parked.get_mut(&key) {
            waiting.push(command);
            return;
        }
        let found = self.cache.with(&key, |slot| (slot.state.is_some(), slot.position));
        match (found, command.absent()) {
            (Some((true, _)), _) | (Some(_), Absent::Version(_)) => self.decide(&key, command),
            (Some((false, _)), Absent::Create(_)) => {
                let is_known = format!("{} {} is not new", key.kind, key.id);
                command.refuse(Refusal::Unavailable(StoreError::new(is_known)));
            }
            (Some((false, position)), Absent::Load(loader)) => {
                self.parked.insert(key.clone(), vec![command]);
                if position <= self.durable {
                    self.cache.remove(&key);
                    self.load(key, loader);
                } else {
                    self.broken.push((key, loader));
                }
            }
            (None, Absent::Create(empty)) => {
                self.cache.insert(key.clone(), empty(&key));
                self.decide(&key, command);
            }
            (None, Absent::Load(loader) | Absent::Version(loader)) => {
                self.parked.insert(key.clone(), vec![command]);
                self.load(key, loader);
            }
        }
    }

    fn load(&self, key: AggregateKey, loader: crate::shard::fold::Loader) {
        let store = Arc::clone(&self.shared.store);
        let limit = self.shared.limits.store_timeout;
        let epoch = self.epoch;
        self.loads.push(Box::pin(async move {
            let loaded = within(limit, loader(store, key.clone())).await;
            (epoch, key, loaded)
        }));
    }

    fn loaded(&mut self, epoch: u64, key: AggregateKey, loaded: Result<Slot, StoreError>) {
        if epoch != self.epoch {
            return;
        }
        let waiting = self.parked.remove(&key).unwrap_or_default();
        match loaded {
            Ok(slot) => {
                self.cache.insert(key, slot);
                for command in waiting {
                    self.place(command);
                }
            }
            Err(error) => {
                for command in waiting {
                    command.refuse(Refusal::Unavailable(error.clone()));
                }
            }
        }
    }

    fn decide(&mut self, key: &AggregateKey, mut command: Box<dyn Command>) {
        let setting = Setting {
            at: to_entry_precision(self.shared.clock.now()),
            position: self.next_position(),
            decision_bytes: self.shared.limits.decision_bytes,
            is_aside: false,
        };
        let snapshot_bytes = self.shared.limits.snapshot_bytes;
        let open = &mut self.open;
        let before = open.entries.len();
        let ran = self.cache.with(key, |slot| match command.run(slot, &setting, &mut open.entries) {
            Ran::WouldTakeLong => None,
            Ran::Decided => {
                open.snapshots.extend(due(key, slot, snapshot_bytes));
                Some(slot.position)
            }
        });
        match ran {
            Some(None) => self.put_aside(key, command),
            Some(rests_on) => self.decided(command, rests_on, before),
            None => self.decided(command, None, before),
        }
    }

    /// On a thread of its own; what comes for the same aggregate meanwhile waits, all else goes on.
    fn put_aside(&mut self, key: &AggregateKey, command: Box<dyn Command>) {
        let Some(slot) = self.cache.take(key) else {
            return command.refuse(Refusal::Unavailable(StoreError::new("an aggregate is not where it was")));
        };
        self.parked.insert(key.clone(), Vec::new());
        self.asides.push(aside::begin(Arc::clone(&self.shared), self.epoch, command, slot));
    }

    fn decided_aside(&mut self, done: Option<aside::Done>) {
        // The runtime ends, and with it the thread that decided; the callers are gone or will be told.
        let Some(aside::Done { epoch, command, mut slot, entries }) = done else { return };
        if epoch != self.epoch {
            // It rests on a state that may not be what the log says: decided anew.
            return self.once_more(command);
        }
        let key = command.key().clone();
        let waiting = self.parked.remove(&key).unwrap_or_default();
        let before = self.open.entries.len();
        if !entries.is_empty() {
            slot.position = self.next_position();
        }
        self.open.entries.extend(entries);
        let snapshot_bytes = self.shared.limits.snapshot_bytes;
        self.open.snapshots.extend(due(&key, &mut slot, snapshot_bytes));
        let rests_on = slot.position;
        self.cache.insert(key, slot);
        self.decided(command, Some(rests_on), before);
        for command in waiting {
            self.place(command);
        }
    }

    /// Answers when all that a decision rests on is durable; `before`: entries of the open batch before it.
    fn decided(&mut self, command: Box<dyn Command>, rests_on: Option<u64>, before: usize) {
        let open = &mut self.open;
        open.bytes += open.entries[before..].iter().map(|entry| entry.payload.len() + 64).sum::<usize>();
        match (rests_on, &mut self.in_flight) {
            (None, _) => command.settle(self.durable),
            (Some(position), _) if position <= self.durable => command.settle(self.durable),
            (Some(position), Some(in_flight)) if position == in_flight.position => {
                in_flight.waiting.push(command);
            }
            _ => self.open.waiting.push(command),
        }
    }

    fn next_position(&self) -> u64 {
        self.durable + 1 + u64::from(self.in_flight.is_some())
    }

    // --- appends

    /// Lets the open batch go, or has it wait for views that are too far behind.
    fn start_append_unless_held(&mut self) {
        if self.in_flight.is_some() || self.open.entries.is_empty() || self.held.is_some() {
            return;
        }
        if self.shared.pressure.is_on(self.shard) {
            self.held = Some(Box::pin(Arc::clone(&self.shared.pressure).relieved(self.shard)));
            return;
        }
        self.start_append();
    }

    fn start_append(&mut self) {
        self.held = None;
        if self.in_flight.is_some() || self.open.entries.is_empty() {
            return;
        }
        let open = std::mem::take(&mut self.open);
        let batch = Arc::new(Batch {
            shard: self.shard,
            position: self.durable + 1,
            since: self.durable + 1,
            writer: Uuid::new_v4(),
            format: Format::Json,
            entries: open.entries,
        });
        let position = batch.position;
        let store = Arc::clone(&self.shared.store);
        let limit = self.shared.limits.store_timeout;
        metrics::histogram!("journal_batch_entries").record(batch.entries.len() as f64);
        self.in_flight = Some(InFlight {
            append: Box::pin(append(store, batch, limit)),
            position,
            waiting: open.waiting,
            snapshots: open.snapshots,
        });
    }

    fn appended(&mut self, (appended, in_flight): (Appended, InFlight)) {
        match appended {
            Appended::Durable(batch) => {
                self.durable = batch.position;
                self.shared.writes.took();
                // Nothing comes after that entry: the room is for others.
                for last in batch.entries.iter().filter(|entry| entry.event == FORGOTTEN) {
                    let position = self.cache.with(&last.meta.key, |slot| slot.position);
                    if position.is_some_and(|position| position <= self.durable) {
                        self.cache.remove(&last.meta.key);
                    }
                }
                self.shared.tail.committed(batch);
                for command in in_flight.waiting {
                    command.settle(self.durable);
                }
                for due in in_flight.snapshots {
                    due.write(Arc::clone(&self.shared.store), self.sizes.0.clone());
                }
                self.load_broken();
                self.cache.evict(self.durable);
            }
            Appended::Lost => {
                tracing::warn!(shard = self.shard.0, position = in_flight.position, "shard was lost to another writer");
                metrics::counter!("journal_shards_lost_total").increment(1);
                let undone = in_flight.waiting;
                let open = std::mem::take(&mut self.open);
                self.step_down();
                if !self.shared.store.is_exclusive() {
                    self.shared.tail.lost(self.shard);
                }
                for command in undone.into_iter().chain(open.waiting) {
                    self.once_more(command);
                }
            }
            Appended::Failed(error) => {
                tracing::error!(shard = self.shard.0, position = in_flight.position, error = %Causes(&error), "batch was not appended");
                metrics::counter!("journal_appends_failed_total").increment(1);
                self.shared.writes.refused();
                let open = std::mem::take(&mut self.open);
                self.step_down();
                for command in in_flight.waiting.into_iter().chain(open.waiting) {
                    command.refuse(Refusal::Unavailable(error.clone()));
                }
            }
        }
    }

    /// Decided anew, unless that happens again and again.
    fn once_more(&mut self, command: Box<dyn Command>) {
        if command.runs() < MAX_RUNS {
            self.again.push_back(command);
            return;
        }
        let error = StoreError::new(format!("shard {} was lost to another writer", self.shard.0));
        command.refuse(Refusal::Unavailable(error));
    }

    /// The next command has to find out again who owns the shard and where its log ends.
    fn step_down(&mut self) {
        self.owned_until = None;
        self.forget();
    }

    /// Half-done aggregates that are durable now are folded anew.
    fn load_broken(&mut self) {
        for (key, loader) in std::mem::take(&mut self.broken) {
            let position = self.cache.with(&key, |slot| slot.position);
            if position.is_none_or(|position| position <= self.durable) {
                self.cache.remove(&key);
                self.load(key, loader);
            } else {
                self.broken.push((key, loader));
            }
        }
    }

    /// Makes all that is decided durable, or fails it.
    async fn drain(&mut self) {
        loop {
            self.start_append();
            if self.in_flight.is_none() {
                return;
            }
            let appended = finished(&mut self.in_flight).await;
            self.appended(appended);
        }
    }
}

/// Ends when the open batch need not wait any longer.
async fn released(held: &mut Option<BoxFuture<'static, ()>>) {
    match held {
        Some(relieved) => relieved.await,
        None => std::future::pending().await,
    }
}

async fn finished(in_flight: &mut Option<InFlight>) -> (Appended, InFlight) {
    let Some(flying) = in_flight else {
        return std::future::pending().await;
    };
    let appended = (&mut flying.append).await;
    match in_flight.take() {
        Some(flying) => (appended, flying),
        None => std::future::pending().await,
    }
}

/// A lease that never ends: nobody else can write the store.
pub(crate) fn forever() -> Instant {
    Instant::now() + Duration::from_secs(60 * 60 * 24 * 365 * 30)
}

/// Asks a writer to let go, and waits until it has.
pub(crate) async fn release(requests: &mpsc::Sender<Request>) {
    let (done, released) = oneshot::channel();
    if requests.send(Request::Release(done)).await.is_ok() {
        let _closed: Result<(), _> = released.await;
    }
}
