//! The bus of a process that reads its own journal: durable offsets are consumer positions in the same store.
//!
//! Shards are handled side by side, each in order and as a task of its own, so one that waits for a failing handler does
//! not hold up the others, and none stands still while a position is being recorded.

use crate::broadcast::{Broadcast, Resume};
use crate::delivery::{Attendant, Attended, Handler, Handlers, RetryPolicy, Subscription, wants};
use crate::envelope::EntryEnvelope;
use crate::{Bus, BusError, dead_letter};
use async_trait::async_trait;
use casewright_journal::Causes;
use casewright_journal::{
    Consumer, Delivery, FORGOTTEN, Journal, Observation, Observations, Resumed, ShardId, TenantId,
};
use futures::StreamExt;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};

/// Shards handled at once per consumer.
const LANES: usize = 16;
/// Batches read ahead per consumer, and the bytes that they take.
const READ_AHEAD: usize = 4096;
const BYTES_AHEAD: usize = 4 << 20;
/// Batches without an entry of interest after which the position is recorded all the same.
const SILENT_BATCHES: u64 = 256;
const STORE_PAUSE: Duration = Duration::from_millis(500);

/// See the module.
#[derive(Clone)]
pub struct InProcessBus {
    journal: Journal,
    handlers: Handlers,
    policy: RetryPolicy,
    alone: Arc<tokio::sync::Mutex<()>>,
}

impl InProcessBus {
    #[must_use]
    pub fn new(journal: Journal) -> Self {
        Self::with_policy(journal, RetryPolicy::default())
    }

    #[must_use]
    pub fn with_policy(journal: Journal, policy: RetryPolicy) -> Self {
        Self { journal, handlers: Handlers::default(), policy, alone: Arc::default() }
    }
}

#[async_trait]
impl Bus for InProcessBus {
    fn subscribe(&self, consumer: &'static str, kinds: &[&str], handler: Handler) -> Subscription {
        self.handlers.insert(consumer, handler.clone());
        let (policy, journal, alone) = (self.policy, self.journal.clone(), Arc::clone(&self.alone));
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        Subscription::start(consumer, self.handlers.clone(), |ending| {
            let reader = Reader {
                consumer: journal.consumer(consumer),
                attendant: Attendant { consumer, handler, policy, journal, ending, alone },
                kinds,
                queues: HashMap::new(),
                queued: 0,
                bytes_queued: 0,
                busy: HashSet::new(),
                lanes: JoinSet::new(),
                recorded: HashMap::new(),
                taken_up: HashMap::new(),
            };
            reader.run()
        })
    }

    async fn broadcast(&self, kinds: &[&str], resume: Option<&Resume>) -> Result<Broadcast, BusError> {
        let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        Ok(broadcast_of(&self.journal, kinds, resume))
    }

    async fn retry_dead_letter(&self, tenant: &TenantId, id: &str, actor: &str) -> Result<(), BusError> {
        dead_letter::retry(&self.journal, tenant, id, actor, |consumer| self.handlers.get(consumer)).await
    }
}

/// What a lane has done: up to which position, and whether it handled anything.
struct Done {
    shard: ShardId,
    position: u64,
    /// It was handled, or others wait for whoever reads it: its place is recorded at once.
    is_marked: bool,
    /// None: nothing of what was there before has been met.
    taken_up: Option<TakenUp>,
}

/// How a shard is read since it was taken up.
#[derive(Clone, Copy, PartialEq, Eq)]
struct TakenUp {
    resumed: Resumed,
    /// It was taken up at this place before and got nowhere.
    is_careful: bool,
}

/// The task of a subscription.
struct Reader {
    consumer: Consumer,
    attendant: Attendant,
    kinds: Vec<String>,
    queues: HashMap<ShardId, VecDeque<Delivery>>,
    queued: usize,
    bytes_queued: usize,
    busy: HashSet<ShardId>,
    lanes: JoinSet<Option<Done>>,
    recorded: HashMap<ShardId, u64>,
    taken_up: HashMap<ShardId, TakenUp>,
}

impl Reader {
    async fn run(mut self) {
        loop {
            self.start_lanes();
            let has_room = self.queued < READ_AHEAD && self.bytes_queued < BYTES_AHEAD;
            tokio::select! {
                () = self.attendant.ending.requested() => break,
                Some(done) = self.lanes.join_next(), if !self.lanes.is_empty() => self.finish(done).await,
                delivery = self.consumer.next(), if has_room => match delivery {
                    Ok(delivery) => {
                        self.queued += 1;
                        self.bytes_queued += delivery.batch.weight();
                        self.queues.entry(delivery.shard()).or_default().push_back(delivery);
                    }
                    Err(error) => {
                        tracing::warn!(consumer = self.consumer.name(), error = %Causes(&error), "the log cannot be read");
                        tokio::time::sleep(STORE_PAUSE).await;
                    }
                },
            }
        }
        while let Some(done) = self.lanes.join_next().await {
            self.finish(done).await;
        }
    }

    fn start_lanes(&mut self) {
        if self.lanes.len() >= LANES || self.queued == 0 {
            return;
        }
        let free: Vec<ShardId> = self
            .queues
            .iter()
            .filter(|(shard, queue)| !queue.is_empty() && !self.busy.contains(shard))
            .map(|(shard, _)| *shard)
            .take(LANES - self.lanes.len())
            .collect();
        for shard in free {
            let Some(queue) = self.queues.get_mut(&shard) else { continue };
            let Some(first) = queue.front() else { continue };
            let known = self.taken_up.get(&shard).copied().filter(|taken_up| taken_up.resumed == first.resumed);
            // By itself, so that its position is recorded before the next is tried.
            let is_old = first.position() <= first.resumed.to;
            let is_by_itself = is_old && known.is_none_or(|taken_up| taken_up.is_careful);
            let deliveries: VecDeque<Delivery> =
                if is_by_itself { queue.drain(..1).collect() } else { std::mem::take(queue) };
            self.queued -= deliveries.len();
            self.bytes_queued -= deliveries.iter().map(|delivery| delivery.batch.weight()).sum::<usize>();
            self.busy.insert(shard);
            self.lanes.spawn(lane(deliveries, known, self.attendant.clone(), self.kinds.clone()));
        }
    }

    async fn finish(&mut self, done: Result<Option<Done>, JoinError>) {
        let done = match done {
            Ok(Some(done)) => done,
            // There was nothing to do.
            Ok(None) => return,
            // Handlers that panic have failed, no more: this is a fault of ours, and its shard would stand still for good.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_ended_with_us) => return,
        };
        self.busy.remove(&done.shard);
        self.taken_up.extend(done.taken_up.map(|taken_up| (done.shard, taken_up)));
        let recorded = self.recorded.entry(done.shard).or_insert(0);
        if !done.is_marked && done.position < *recorded + SILENT_BATCHES {
            return;
        }
        match self.consumer.ack(done.shard, done.position).await {
            Ok(()) => *recorded = done.position,
            // Not recorded: handled again after a restart, which handlers are ready for.
            Err(error) => {
                tracing::warn!(
                    consumer = self.consumer.name(),
                    shard = done.shard.0,
                    error = %Causes(&error),
                    "a position was not recorded"
                );
            }
        }
    }
}

/// `deliveries` are of one shard, and there is one at least.
async fn lane(
    deliveries: VecDeque<Delivery>,
    known: Option<TakenUp>,
    attendant: Attendant,
    kinds: Vec<String>,
) -> Option<Done> {
    let first = deliveries.front()?;
    let (shard, resumed) = (first.shard(), first.resumed);
    let mut done = Done { shard, position: 0, is_marked: false, taken_up: known };
    for delivery in deliveries {
        let is_old = delivery.position() <= resumed.to;
        for entry in delivery.batch.entries.iter().filter(|entry| wants(&kinds, &entry.meta.key.kind)) {
            let envelope = EntryEnvelope::from(entry);
            let is_careful = is_old && is_careful(&mut done, resumed, &attendant).await;
            if attendant.attend(envelope, is_careful).await == Attended::Left {
                // As far as the deliveries before it.
                return (done.position > 0).then_some(done);
            }
            done.is_marked = true;
        }
        // What is to be forgotten waits for all who read the log: its place is recorded by those, too, to whom it says nothing.
        done.is_marked |= delivery.batch.entries.iter().any(|entry| entry.event == FORGOTTEN);
        done.position = delivery.position();
    }
    Some(done)
}

/// Found out with the first entry that may have been tried before: it costs a write.
async fn is_careful(done: &mut Done, resumed: Resumed, attendant: &Attendant) -> bool {
    if let Some(taken_up) = done.taken_up {
        return taken_up.is_careful;
    }
    let is_careful = attendant.got_nowhere(attendant.consumer, done.shard, resumed).await;
    done.taken_up = Some(TakenUp { resumed, is_careful });
    is_careful
}

fn broadcast_of(journal: &Journal, kinds: Vec<String>, resume: Option<&Resume>) -> Broadcast {
    let mut at = resume.cloned().unwrap_or_default();
    for (shard, position) in journal.positions() {
        at.positions.entry(shard.0).or_insert(position);
    }
    let from: HashMap<ShardId, u64> =
        at.positions.iter().map(|(shard, position)| (ShardId(*shard), *position)).collect();
    let start = Live { observations: journal.live(&from), kinds, ready: VecDeque::new() };
    let stream = futures::stream::unfold(start, |mut live| async move {
        let next = live.next().await?;
        Some((next, live))
    });
    Broadcast { stream: stream.boxed(), at }
}

struct Live {
    observations: Observations,
    kinds: Vec<String>,
    ready: VecDeque<(EntryEnvelope, Resume)>,
}

impl Live {
    async fn next(&mut self) -> Option<(EntryEnvelope, Resume)> {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return Some(ready);
            }
            let batch = match self.observations.next().await {
                Ok(Observation::Committed(batch)) => batch,
                Ok(Observation::Gained { .. } | Observation::Lost { .. }) => continue,
                Err(error) => {
                    tracing::warn!(error = %Causes(&error), "the log cannot be read");
                    tokio::time::sleep(STORE_PAUSE).await;
                    continue;
                }
            };
            let wanted: Vec<EntryEnvelope> = batch
                .entries
                .iter()
                .filter(|entry| wants(&self.kinds, &entry.meta.key.kind))
                .map(EntryEnvelope::from)
                .collect();
            let last = wanted.len();
            for (n, envelope) in wanted.into_iter().enumerate() {
                // Resuming in the middle of a batch would lose its rest: the position moves with its last entry.
                let position = batch.position - u64::from(n + 1 < last);
                let moved = Resume { positions: [(batch.shard.0, position)].into() };
                self.ready.push_back((envelope, moved));
            }
        }
    }
}
