//! Clients, nodes and a store under faults, all drawn from one seed; and what must hold of their history, whatever happened:
//! what was acknowledged is there, once, where it was said to be; what was not is there wholly or not at all; who reads
//! sees what was acknowledged before; a consumer skips nothing; views and snapshots say what the log says.

use super::account::{Account, Event, deposit_with, projectors};
use super::faulty::FaultyStore;
use super::stores::Place;
use super::tenant;
use super::weather::Weather;
use casewright_journal::{
    Aggregate as _, AggregateKey, Clock, CommandContext, Entry, ExecuteError, Journal, JournalConfig, ShardId, Store,
    StoreConfig,
};
use jiff::{SignedDuration, Timestamp};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

const SHARDS: u16 = 3;
const ACCOUNTS: u32 = 5;
const CONSUMER: &str = "ledger";

/// What is drawn from a seed, and how long things take.
#[derive(Clone, Copy)]
pub(crate) struct Course {
    pub(crate) seed: u64,
    pub(crate) nodes: usize,
    pub(crate) clients: u64,
    pub(crate) operations: u64,
    /// A call takes up to two of these; the journal gives up after fifteen, a lease lasts thirty.
    pub(crate) unit: Duration,
}

/// What happened.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Report {
    pub(crate) acknowledged: u64,
    /// Tried, and nobody could say how it ended.
    pub(crate) uncertain: u64,
    pub(crate) reads: u64,
    pub(crate) crashes: u64,
    pub(crate) pauses: u64,
    pub(crate) batches: u64,
    pub(crate) deliveries: u64,
    /// Changes when anything at all went another way.
    pub(crate) trace: u64,
}

impl Report {
    pub(crate) fn add(&mut self, other: &Self) {
        self.acknowledged += other.acknowledged;
        self.uncertain += other.uncertain;
        self.reads += other.reads;
        self.crashes += other.crashes;
        self.pauses += other.pauses;
        self.batches += other.batches;
        self.deliveries += other.deliveries;
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} acknowledged, {} uncertain, {} reads, {} crashes, {} pauses, {} batches, {} deliveries",
            self.acknowledged, self.uncertain, self.reads, self.crashes, self.pauses, self.batches, self.deliveries
        )
    }
}

#[derive(Default)]
struct History {
    report: Report,
    /// By amount, which is unique: account, and version and total as acknowledged; none: uncertain.
    deposits: BTreeMap<i64, (String, Option<(u64, i64)>)>,
    /// The highest acknowledged version.
    floors: BTreeMap<String, u64>,
    delivered: BTreeMap<ShardId, BTreeSet<u64>>,
}

impl History {
    fn note(&mut self, began: Instant, what: &str) {
        let mut hasher = DefaultHasher::new();
        (began.elapsed().as_nanos(), what).hash(&mut hasher);
        // A sum: what happens at the same moment has no order.
        self.report.trace = self.report.trace.wrapping_add(hasher.finish());
    }

    fn floor(&self, id: &str) -> u64 {
        self.floors.get(id).copied().unwrap_or(0)
    }
}

struct Node {
    journal: Journal,
    store: Arc<FaultyStore>,
    consumer: JoinHandle<()>,
}

struct Run {
    course: Course,
    began: Instant,
    history: Mutex<History>,
    nodes: Mutex<Vec<Node>>,
    started: Mutex<u64>,
}

/// Time as the runtime has it, so that a paused one repeats.
struct RuntimeClock(Instant);

impl Clock for RuntimeClock {
    fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.0.elapsed()).unwrap();
        Timestamp::from_second(1_790_000_000).unwrap().checked_add(elapsed).unwrap()
    }
}

/// Runs it to its end and panics at the first thing that does not hold.
pub(crate) async fn run(place: &Place, course: Course) -> Report {
    let run = Arc::new(Run {
        course,
        began: Instant::now(),
        history: Mutex::default(),
        nodes: Mutex::default(),
        started: Mutex::default(),
    });
    let inner = place.open().await;
    for index in 0..course.nodes {
        let node = start(&run, &inner, index).await;
        run.nodes.lock().unwrap().push(node);
    }
    let mut clients = JoinSet::new();
    for client in 0..course.clients {
        clients.spawn(act(Arc::clone(&run), client));
    }
    let trouble = tokio::spawn(disturb(Arc::clone(&run), Arc::clone(&inner)));
    while let Some(ended) = clients.join_next().await {
        ended.unwrap();
    }
    end(trouble).await;
    settle(&run).await;
    drop(inner);
    check(&run, place).await
}

fn settings(run: &Run, index: usize) -> JournalConfig {
    let Course { seed, unit, .. } = run.course;
    let incarnation = {
        let mut started = run.started.lock().unwrap();
        *started += 1;
        *started
    };
    let mut random = StdRng::seed_from_u64(seed ^ 0x5e77);
    let mut config = JournalConfig::new(StoreConfig::MemorySqlite);
    config.shards = SHARDS;
    config.clock = Arc::new(RuntimeClock(run.began));
    config.node = Uuid::from_u128((u128::from(seed) << 64) | u128::from(incarnation));
    config.address = format!("http://{index}");
    config.lease = unit * 30;
    config.limits.store_timeout = unit * 15;
    config.limits.view_timeout = unit * 100;
    config.limits.snapshot_bytes = random.random_range(60..600);
    // From "nothing stays in memory" to "everything does".
    config.limits.cache_bytes = random.random_range(500..8000);
    config
}

async fn start(run: &Arc<Run>, inner: &Arc<dyn Store>, index: usize) -> Node {
    let config = settings(run, index);
    let store = FaultyStore::new(Arc::clone(inner));
    let weather = Weather::new(run.course.seed ^ ((config.node.as_u128() as u64) << 32), run.course.unit);
    let journal = Journal::open_on(store.clone(), config, projectors()).await.unwrap();
    store.set_weather(Some(weather));
    let consumer = tokio::spawn(consume(Arc::clone(run), journal.clone()));
    Node { journal, store, consumer }
}

async fn consume(run: Arc<Run>, journal: Journal) {
    let mut consumer = journal.consumer(CONSUMER);
    drop(journal);
    loop {
        let Ok(delivery) = consumer.next().await else {
            sleep(run.course.unit).await;
            continue;
        };
        let (shard, position) = (delivery.shard(), delivery.position());
        {
            let mut history = run.history.lock().unwrap();
            history.report.deliveries += 1;
            history.note(run.began, &format!("delivered {} {position}", shard.0));
            let delivered = history.delivered.entry(shard).or_default();
            delivered.insert(position);
            assert_eq!(delivered.len() as u64, *delivered.last().unwrap(), "shard {}: one was skipped", shard.0);
        }
        if position.is_multiple_of(3) {
            // Not acknowledged: delivered again, perhaps.
            drop(consumer.ack(shard, position).await);
        }
    }
}

/// Crashes and pauses nodes until it is stopped.
async fn disturb(run: Arc<Run>, inner: Arc<dyn Store>) {
    let Course { seed, unit, .. } = run.course;
    let mut random = StdRng::seed_from_u64(seed ^ 0xd157);
    loop {
        sleep(unit * random.random_range(30..150_u32)).await;
        let index = random.random_range(0..run.course.nodes);
        let store = Arc::clone(&run.nodes.lock().unwrap()[index].store);
        store.set_cut(true);
        if random.random_bool(0.5) {
            run.history.lock().unwrap().report.pauses += 1;
            sleep(unit * random.random_range(5..70_u32)).await;
            store.set_cut(false);
            continue;
        }
        run.history.lock().unwrap().report.crashes += 1;
        // The old node never reaches the store again; what it had sent may still arrive.
        let node = start(&run, &inner, index).await;
        let old = std::mem::replace(&mut run.nodes.lock().unwrap()[index], node);
        end(old.consumer).await;
    }
}

async fn act(run: Arc<Run>, client: u64) {
    let Course { seed, unit, operations, .. } = run.course;
    let mut random = StdRng::seed_from_u64(seed.wrapping_mul(31).wrapping_add(client));
    for n in 1..=operations {
        sleep(unit * random.random_range(0..6000_u32) / 1000).await;
        let id = format!("a{}", random.random_range(0..ACCOUNTS));
        let amount = i64::try_from(client * operations + n).unwrap();
        match random.random_range(0..10) {
            0..=5 => pay(&run, &id, amount, None).await,
            6 => {
                let expected = run.history.lock().unwrap().floor(&id);
                pay(&run, &id, amount, Some(expected)).await;
            }
            7 => refuse(&run, &id).await,
            8 => load(&run, &id).await,
            _ => look(&run, &id).await,
        }
    }
}

fn journals(run: &Run) -> Vec<Journal> {
    run.nodes.lock().unwrap().iter().map(|node| node.journal.clone()).collect()
}

fn context(expected_version: Option<u64>) -> CommandContext {
    CommandContext { actor: "client".into(), expected_version, ..CommandContext::default() }
}

/// Tries the nodes until one owns the account, or answers something else.
async fn pay(run: &Run, id: &str, amount: i64, expected: Option<u64>) {
    for journal in journals(run) {
        let handle = journal.tenant(&tenant());
        let answer = timeout(run.course.unit * 60, deposit_with(&handle, id, amount, context(expected))).await;
        let mut history = run.history.lock().unwrap();
        history.note(run.began, &format!("pay {id} {amount} {answer:?}"));
        match answer {
            Ok(Ok(committed)) => {
                history.report.acknowledged += 1;
                let fact = (committed.version, committed.answer);
                history.deposits.insert(amount, (id.to_owned(), Some(fact)));
                let floor = history.floors.entry(id.to_owned()).or_default();
                *floor = committed.version.max(*floor);
                if let Some(expected) = expected {
                    assert_eq!(committed.version, expected + 1, "its condition held when it was decided");
                }
                return;
            }
            // Nothing was written, and nothing will be.
            Ok(Err(ExecuteError::NotOwner { .. })) => {}
            Ok(Err(ExecuteError::VersionMismatch { expected, actual })) => {
                assert_ne!(expected, actual);
                return;
            }
            Ok(Err(ExecuteError::Unavailable(_))) | Err(_) => {
                history.report.uncertain += 1;
                history.deposits.insert(amount, (id.to_owned(), None));
                return;
            }
            Ok(Err(other)) => panic!("{other:?}"),
        }
    }
}

/// A rejection appends nothing.
async fn refuse(run: &Run, id: &str) {
    let handle = journals(run)[0].tenant(&tenant());
    let answer = timeout(run.course.unit * 60, deposit_with(&handle, id, 0, context(None))).await;
    run.history.lock().unwrap().note(run.began, &format!("refuse {id} {answer:?}"));
    assert!(!matches!(answer, Ok(Ok(_))), "a deposit of nothing was taken");
}

async fn load(run: &Run, id: &str) {
    let floor = run.history.lock().unwrap().floor(id);
    for journal in journals(run) {
        let found = timeout(run.course.unit * 60, journal.tenant(&tenant()).load::<Account>(id)).await;
        let Ok(Ok(found)) = found else { continue };
        let version = found.map_or(0, |(_, version)| version);
        let mut history = run.history.lock().unwrap();
        history.report.reads += 1;
        history.note(run.began, &format!("load {id} {version}"));
        assert!(version >= floor, "{id}: {floor} was acknowledged, then {version} was loaded");
    }
}

async fn look(run: &Run, id: &str) {
    let floor = run.history.lock().unwrap().floor(id);
    for journal in journals(run) {
        let found = timeout(run.course.unit * 150, journal.tenant(&tenant()).get("account", id)).await;
        let Ok(Ok(row)) = found else { continue };
        let version = row.map_or(0, |row| row["seq"].as_u64().unwrap());
        let mut history = run.history.lock().unwrap();
        history.report.reads += 1;
        history.note(run.began, &format!("look {id} {version}"));
        assert!(version >= floor, "{id}: {floor} was acknowledged, then its row said {version}");
    }
}

/// The weather clears, what is on its way arrives, the nodes stop in order.
async fn settle(run: &Run) {
    let nodes = std::mem::take(&mut *run.nodes.lock().unwrap());
    for node in &nodes {
        node.store.set_cut(false);
        node.store.set_weather(None);
    }
    sleep(run.course.unit * 100).await;
    for node in nodes {
        end(node.consumer).await;
        node.journal.shutdown().await;
    }
}

async fn check(run: &Arc<Run>, place: &Place) -> Report {
    let store = place.open().await;
    let mut ledgers: BTreeMap<AggregateKey, Vec<Entry>> = BTreeMap::new();
    let heads = store.heads(SHARDS).await.unwrap();
    let mut writers = BTreeSet::new();
    for (shard, head) in (0..SHARDS).map(ShardId).zip(&heads) {
        let log = store.read(shard, 1, usize::MAX >> 1).await.unwrap();
        let positions: Vec<u64> = log.iter().map(|batch| batch.position).collect();
        assert_eq!(positions, (1..=*head).collect::<Vec<_>>(), "positions have no gap");
        for batch in log {
            assert!(writers.insert(batch.writer), "a batch stands in the log twice");
            for entry in batch.entries {
                ledgers.entry(entry.meta.key.clone()).or_default().push(entry);
            }
        }
    }
    check_deposits(run, &ledgers);
    {
        let mut history = run.history.lock().unwrap();
        history.report.batches = heads.iter().sum();
    }
    check_followers(run, store, &ledgers, &heads).await;
    std::mem::take(&mut run.history.lock().unwrap().report)
}

fn check_deposits(run: &Run, ledgers: &BTreeMap<AggregateKey, Vec<Entry>>) {
    let history = run.history.lock().unwrap();
    let mut found: BTreeMap<i64, (String, u64, i64)> = BTreeMap::new();
    for (key, entries) in ledgers {
        let mut total = 0;
        for (entry, seq) in entries.iter().zip(1..) {
            assert_eq!(entry.meta.seq, seq, "{}: events are numbered without gap", key.id);
            let Event::Deposited { amount, .. } = serde_json::from_slice(&entry.payload).unwrap() else {
                panic!("only deposits were made")
            };
            total += amount;
            let twice = found.insert(amount, (key.id.to_string(), seq, total));
            assert_eq!(twice, None, "a deposit of {amount} was made twice");
        }
    }
    for (amount, (id, acknowledged)) in &history.deposits {
        if let Some((version, total)) = acknowledged {
            let there = found.get(amount);
            assert_eq!(there, Some(&(id.clone(), *version, *total)), "acknowledged, and not so in the log");
        }
    }
    for amount in found.keys() {
        assert!(history.deposits.contains_key(amount), "a deposit of {amount} was refused, and is there");
    }
}

/// A journal that opens on what is left: state, views and consumers agree with the log.
async fn check_followers(
    run: &Arc<Run>,
    store: Arc<dyn Store>,
    ledgers: &BTreeMap<AggregateKey, Vec<Entry>>,
    heads: &[u64],
) {
    let journal = Journal::open_on(store, settings(run, 0), projectors()).await.unwrap();
    let handle = journal.tenant(&tenant());
    // Shards are to be taken over first, and a real store on a busy machine may be late for any question.
    until_answered(run, "a new node takes the shards over", || handle.load::<Account>("a0")).await;
    for (key, entries) in ledgers {
        let mut folded = Account::empty(key);
        for entry in entries {
            folded.apply(&serde_json::from_slice(&entry.payload).unwrap(), &entry.meta);
        }
        let loaded = until_answered(run, "an account is read", || handle.load::<Account>(&key.id)).await;
        let (account, version) = loaded.unwrap();
        assert_eq!((account.as_ref(), version), (&folded, entries.len() as u64), "snapshot and tail say the same");
        let row = until_answered(run, "a row is read", || handle.get("account", &key.id)).await.unwrap();
        assert_eq!(row["seq"], version, "the views have caught up");
    }
    let consumer = tokio::spawn(consume(Arc::clone(run), journal.clone()));
    let all = || {
        let history = run.history.lock().unwrap();
        heads.iter().zip(0..).all(|(head, shard)| {
            history.delivered.get(&ShardId(shard)).map_or(0, |delivered| delivered.len() as u64) == *head
        })
    };
    let wait = async {
        while !all() && !consumer.is_finished() {
            sleep(run.course.unit).await;
        }
    };
    timeout(run.course.unit * 1000, wait).await.expect("everything is delivered");
    end(consumer).await;
    journal.shutdown().await;
}

/// Asks again until there is an answer, and not forever.
async fn until_answered<T, E, F>(run: &Run, what: &str, ask: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T, E>>,
    E: std::fmt::Display,
{
    let wait = async {
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(error) => eprintln!("{what}, not yet: {error}"),
            }
            sleep(run.course.unit).await;
        }
    };
    timeout(run.course.unit * 1000, wait).await.unwrap_or_else(|_| panic!("{what}, in time"))
}

/// Stops a task; what it found wrong is not lost.
async fn end(task: JoinHandle<()>) {
    task.abort();
    if let Err(error) = task.await
        && error.is_panic()
    {
        std::panic::resume_unwind(error.into_panic());
    }
}
