//! Any node takes any command: it is as if it had come to the owner of its shard, whatever happens on the way.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::memory::MemoryStore;
use casewright_journal::tenant::IdOrigin;
use casewright_journal::{
    AggregateKey, Answer, CommandContext, DecideContext, Decision, ExecuteError, Forwarded, Journal, ShardId, Store,
};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use support::account::projectors;
use support::account::{Account, Deposited, Event, NotPositive, by, deposit, deposit_with};
use support::faulty::{Fault, FaultyStore};
use support::peers::{Mishap, Wire};
use support::stores::{Place, config, wait_until};
use support::tenant;
use tokio::time::Instant;

const LEASE: Duration = Duration::from_millis(900);
const SHARDS: u16 = 8;

/// Nodes on one store, each with a way to the others.
struct Cluster {
    store: Arc<dyn Store>,
    wire: Arc<Wire>,
}

/// A node, and what stands between it and the store.
struct Node {
    journal: Journal,
    store: Arc<FaultyStore>,
    address: String,
}

impl Cluster {
    fn in_memory() -> Self {
        Self { store: Arc::new(MemoryStore::shared()), wire: Arc::default() }
    }

    async fn node(&self, address: &str) -> Node {
        let node = self.newcomer(address).await;
        node.journal.join();
        node
    }

    /// One that takes only shards that nobody has.
    async fn newcomer(&self, address: &str) -> Node {
        let mut config = config();
        config.shards = SHARDS;
        config.address = address.to_owned();
        config.lease = LEASE;
        config.joins_later = true;
        config.peers = Some(self.wire.clone());
        config.limits.forward_timeout = 5 * LEASE;
        let store = FaultyStore::new(Arc::clone(&self.store));
        let journal = Journal::open_on(store.clone(), config, projectors()).await.unwrap();
        self.wire.connect(address, &journal);
        Node { journal, store, address: address.to_owned() }
    }

    /// The first one owns all shards, the second one none.
    async fn owner_and_other(&self) -> (Node, Node) {
        let owner = self.newcomer("http://owner").await;
        wait_until("it owns everything", async || self.owned_by(&owner).await == SHARDS).await;
        (owner, self.newcomer("http://other").await)
    }

    async fn owned_by(&self, node: &Node) -> u16 {
        let mut owned = 0;
        for shard in 0..SHARDS {
            let holder = self.store.lease_holder(ShardId(shard)).await.unwrap();
            owned += u16::from(holder.as_deref() == Some(&node.address));
        }
        owned
    }

    async fn end(&self, nodes: impl IntoIterator<Item = Node>) {
        for node in nodes {
            self.wire.disconnect(&node.address);
            node.journal.shutdown().await;
        }
    }

    /// As the log tells it.
    async fn account(&self, id: &str) -> (i64, u64) {
        let key = AggregateKey::new(&tenant(), "account", id);
        let entries = self.store.read_aggregate(&key, 0, 10_000).await.unwrap();
        let total = entries.iter().map(|entry| match serde_json::from_slice(&entry.payload).unwrap() {
            Event::Deposited { amount, .. } => amount,
            _ => 0,
        });
        (total.sum(), entries.len() as u64)
    }
}

impl Node {
    async fn deposit(&self, id: &str, amount: i64) -> Deposited {
        deposit(&self.journal.tenant(&tenant()), id, amount).await
    }

    async fn deposit_with(&self, id: &str, amount: i64, context: CommandContext) -> Deposited {
        deposit_with(&self.journal.tenant(&tenant()), id, amount, context).await
    }

    /// As when its process is killed: it says nothing to anybody any more, and keeps its leases until they run out.
    fn is_killed(&self, cluster: &Cluster) {
        cluster.wire.disconnect(&self.address);
        self.store.set_cut(true);
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_at_another_node_is_as_one_at_the_owner() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    for n in 0..20_i64 {
        let node = if n % 2 == 0 { &other } else { &owner };
        let committed = node.deposit("a", 10 + n).await.unwrap();
        assert_eq!(committed.version, n as u64 + 1);
        assert_eq!(committed.answer, (0..=n).map(|n| 10 + n).sum::<i64>());
        let head = cluster.store.head(owner.journal.shard_of(&key("a"))).await.unwrap();
        assert_eq!(committed.position, head);
    }
    // Refused for the reasons for which the owner would refuse it.
    assert!(matches!(other.deposit("a", 0).await, Err(ExecuteError::Rejected(NotPositive))));
    let seen = |version| CommandContext { expected_version: Some(version), ..by("bob") };
    let error = other.deposit_with("a", 1, seen(7)).await.unwrap_err();
    assert!(matches!(error, ExecuteError::VersionMismatch { expected: 7, actual: 20 }), "{error}");
    assert_eq!(other.deposit_with("a", 1, seen(20)).await.unwrap().version, 21);
    let handle = other.journal.tenant(&tenant());
    let breaks =
        handle.execute("a", by("bob"), |_: &Account, _: &DecideContext| -> Result<Decision<Event, ()>, NotPositive> {
            panic!("on purpose")
        });
    assert!(matches!(breaks.await, Err(ExecuteError::Panicked { .. })));
    // A command that appends nothing asks nobody.
    let messages = cluster.wire.carried().len();
    assert_eq!(messages, 11, "one message for each command that appends something");
    let looks = other.journal.tenant(&tenant());
    let total = looks.execute("a", by("bob"), |account: &Account, _: &DecideContext| {
        Ok::<_, NotPositive>(Decision { events: Vec::new(), answer: account.total })
    });
    assert_eq!(total.await.unwrap().answer, cluster.account("a").await.0);
    assert_eq!(cluster.wire.carried().len(), messages);
    assert_eq!(owner.journal.tenant(&tenant()).load::<Account>("a").await.unwrap().unwrap().1, 21);
    cluster.end([owner, other]).await;
}

#[tokio::test(start_paused = true)]
async fn who_asked_and_why_stand_in_the_log() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    let context = CommandContext { actor: "bob".into(), cause: "request-7".into(), ..CommandContext::default() };
    other.deposit_with("a", 1, context).await.unwrap();
    owner.deposit("a", 1).await.unwrap();
    let entries = owner.journal.tenant(&tenant()).entries("account", "a", 0, 10).await.unwrap();
    let said: Vec<_> = entries.iter().map(|e| (e.meta.actor.as_str(), e.meta.cause.as_str())).collect();
    assert_eq!(said, [("bob", "request-7"), ("alice", "")]);
    assert_eq!(entries[0].command, Some(cluster.wire.carried()[0].command()));
    assert_eq!(entries[1].command, None);
    cluster.end([owner, other]).await;
}

#[tokio::test(start_paused = true)]
async fn decisions_in_place_on_new_ids_and_aside_are_forwarded_as_well() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    let handle = other.journal.tenant(&tenant());
    for (origin, version) in [(IdOrigin::New, 1), (IdOrigin::Any, 2), (IdOrigin::New, 3)] {
        let committed =
            handle.execute_in_place("a", origin, by("bob"), |account: &mut Account, context: &DecideContext| {
                if !context.may_take_long() {
                    context.put_aside();
                    return Ok(Decision { events: Vec::new(), answer: 0 });
                }
                account.total += 5;
                account.deposits += 1;
                account.last_actor = "bob".to_owned();
                let event = Event::Deposited { amount: 5, note: "in place".to_owned() };
                Ok::<_, NotPositive>(Decision { events: vec![event], answer: account.total })
            });
        let committed = committed.await.unwrap();
        assert_eq!((committed.version, committed.answer), (version, 5 * version as i64), "{origin:?}");
    }
    assert_eq!(cluster.account("a").await, (15, 3));
    // The owner goes on from there.
    assert_eq!(owner.deposit("a", 1).await.unwrap().answer, 16);
    cluster.end([owner, other]).await;
}

#[tokio::test(start_paused = true)]
async fn the_next_query_at_the_same_node_sees_it() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    for n in 1..=30 {
        other.deposit("a", n).await.unwrap();
        let row = other.journal.tenant(&tenant()).get("account", "a").await.unwrap().unwrap();
        assert_eq!((&row["last"], &row["seq"]), (&n.into(), &n.into()));
    }
    // It waits for the owner to write its views, as the owner's own would.
    owner.store.hold_views(true);
    other.deposit("a", 99).await.unwrap();
    let handle = other.journal.tenant(&tenant());
    let mut query = tokio::spawn(async move { handle.get("account", "a").await.unwrap().unwrap() });
    let waited = tokio::time::timeout(Duration::from_millis(300), &mut query).await;
    assert!(waited.is_err(), "{waited:?}");
    owner.store.hold_views(false);
    assert_eq!(query.await.unwrap()["last"], 99);
    cluster.end([owner, other]).await;
}

async fn many_at_once(cluster: &Cluster, nodes: &[Node], each: i64) {
    let mut clients = tokio::task::JoinSet::new();
    for node in nodes {
        for _ in 0..each {
            let handle = node.journal.tenant(&tenant());
            clients.spawn(async move { deposit(&handle, "a", 1).await.unwrap().version });
        }
    }
    let versions: BTreeSet<u64> = clients.join_all().await.into_iter().collect();
    let all = nodes.len() as u64 * each as u64;
    assert_eq!(versions, (1..=all).collect(), "each has a version of its own");
    assert_eq!(cluster.account("a").await, (all as i64, all));
}

#[tokio::test(start_paused = true)]
async fn commands_on_one_aggregate_from_all_nodes_are_neither_lost_nor_repeated() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    let third = cluster.newcomer("http://third").await;
    let nodes = [owner, other, third];
    many_at_once(&cluster, &nodes, 40).await;
    for node in &nodes {
        let (account, version) = node.journal.tenant(&tenant()).load::<Account>("a").await.unwrap().unwrap();
        assert_eq!((account.total, version), (120, 120));
    }
    cluster.end(nodes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_are_they_on_threads_that_really_race() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    let nodes = [owner, other];
    many_at_once(&cluster, &nodes, 100).await;
    cluster.end(nodes).await;
}

#[tokio::test(start_paused = true)]
async fn commands_on_many_aggregates_share_batches_of_their_owner() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    // Learns who the owner is.
    other.deposit("first", 1).await.unwrap();
    let before = owner.store.appends();
    owner.store.plan([Fault::Delay(Duration::from_millis(20)); 8]);
    let ids: Vec<String> = (0..200).map(|n| format!("a{n}")).collect();
    let all = ids.iter().map(|id| other.deposit(id, 1));
    for committed in futures::future::join_all(all).await {
        assert_eq!(committed.unwrap().version, 1);
    }
    let appends = owner.store.appends() - before;
    assert!(appends <= 50, "{appends} appends for 200 commands on {SHARDS} shards");
    cluster.end([owner, other]).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_lost_on_the_way_is_sent_again_and_done_once() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    let mishaps = [Mishap::LoseRequest, Mishap::LoseAnswer, Mishap::Repeat];
    for (n, mishap) in (1..).zip(mishaps) {
        cluster.wire.plan([mishap]);
        let committed = other.deposit("a", 1).await.unwrap();
        assert_eq!((committed.version, committed.answer), (n, n as i64), "{mishap:?}");
        assert_eq!(cluster.account("a").await, (n as i64, n), "{mishap:?}");
    }
    // The answer is lost, and before it is sent again somebody else goes on with the aggregate.
    cluster.wire.plan([Mishap::LoseAnswer, Mishap::Hold]);
    let handle = other.journal.tenant(&tenant());
    let slow = tokio::spawn(async move { deposit(&handle, "a", 1).await.unwrap().version });
    cluster.wire.is_held().await;
    assert_eq!(owner.deposit("a", 1).await.unwrap().version, 5);
    cluster.wire.let_go();
    assert_eq!(slow.await.unwrap(), 4, "what was committed then, not anew");
    assert_eq!(cluster.account("a").await, (5, 5));
    cluster.end([owner, other]).await;
}

#[tokio::test(start_paused = true)]
async fn an_owner_that_dies_before_it_can_answer_has_done_it_once() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    other.deposit("a", 1).await.unwrap();
    cluster.wire.plan([Mishap::LoseNode]);
    let handle = other.journal.tenant(&tenant());
    let asked = tokio::spawn(async move { deposit(&handle, "a", 1).await.unwrap() });
    wait_until("it is appended", async || cluster.account("a").await.1 == 2).await;
    owner.is_killed(&cluster);
    let committed = asked.await.unwrap();
    assert_eq!((committed.version, committed.answer), (2, 2));
    assert_eq!(cluster.account("a").await, (2, 2));
    assert!(cluster.owned_by(&other).await > 0, "who asked has taken over");
    cluster.end([other]).await;
}

#[tokio::test(start_paused = true)]
async fn a_new_owner_knows_what_the_dead_one_had_appended() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    let heir = cluster.newcomer("http://heir").await;
    cluster.wire.plan([Mishap::LoseNode]);
    let handle = other.journal.tenant(&tenant());
    let asked = tokio::spawn(async move { deposit(&handle, "a", 1).await.unwrap() });
    wait_until("it is appended", async || cluster.account("a").await.1 == 1).await;
    owner.is_killed(&cluster);
    let forwarded = cluster.wire.carried()[0].clone();
    // The third node takes over, and has appended something else by the time it is asked.
    wait_until("the heir has the shard", async || heir.deposit("a", 5).await.is_ok()).await;
    assert_eq!(asked.await.unwrap().version, 1);
    assert_eq!(cluster.account("a").await, (6, 2));
    for _ in 0..2 {
        let answer = heir.journal.accept(&forwarded, LEASE).await;
        assert!(matches!(answer, Answer::Committed { version: 1, .. } | Answer::NotMine { .. }), "{answer:?}");
    }
    cluster.end([other, heir]).await;
}

#[tokio::test(start_paused = true)]
async fn an_owner_that_goes_in_the_middle_loses_nothing() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    let mut clients = tokio::task::JoinSet::new();
    for client in 0..8 {
        let handle = other.journal.tenant(&tenant());
        clients.spawn(async move {
            for n in 1..=25 {
                let committed = deposit(&handle, &format!("a{client}"), 1).await.unwrap();
                assert_eq!(committed.version, n);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
    }
    wait_until("they are under way", async || cluster.account("a0").await.1 > 3).await;
    cluster.end([owner]).await;
    clients.join_all().await;
    for client in 0..8 {
        assert_eq!(cluster.account(&format!("a{client}")).await, (25, 25));
    }
    cluster.end([other]).await;
}

#[tokio::test(start_paused = true)]
async fn shards_that_move_while_commands_come_lose_nothing() {
    let cluster = Cluster::in_memory();
    let one = cluster.node("http://one").await;
    let mut clients = tokio::task::JoinSet::new();
    let two = cluster.node("http://two").await;
    for (client, node) in [&one, &two, &one, &two].into_iter().enumerate() {
        let handle = node.journal.tenant(&tenant());
        clients.spawn(async move {
            for n in 0..60 {
                deposit(&handle, &format!("a{}", n % 6), 1).await.unwrap_or_else(|e| panic!("{client} {n}: {e:?}"));
                tokio::time::sleep(Duration::from_millis(40)).await;
            }
        });
    }
    tokio::time::sleep(LEASE).await;
    let three = cluster.node("http://three").await;
    tokio::time::sleep(LEASE).await;
    cluster.end([three]).await;
    clients.join_all().await;
    for n in 0..6 {
        assert_eq!(cluster.account(&format!("a{n}")).await, (40, 40));
    }
    cluster.end([one, two]).await;
}

#[tokio::test(start_paused = true)]
async fn who_waits_longer_than_its_time_is_told_and_nothing_happens_later() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    other.deposit("a", 1).await.unwrap();
    let hurried = || CommandContext { deadline: Some(Instant::now() + LEASE / 4), ..by("bob") };
    // On the wire for too long: what arrives then is not acted upon.
    cluster.wire.plan([Mishap::Hold]);
    let begun = Instant::now();
    let error = other.deposit_with("a", 1, hurried()).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Unavailable(_)), "{error:?}");
    assert!(begun.elapsed() <= LEASE / 3, "{:?}", begun.elapsed());
    // Nobody there, and a lease that runs on.
    owner.is_killed(&cluster);
    let begun = Instant::now();
    let error = other.deposit_with("a", 1, hurried()).await.unwrap_err();
    assert!(matches!(error, ExecuteError::Unavailable(_)), "{error:?}");
    assert!(begun.elapsed() <= LEASE / 3, "{:?}", begun.elapsed());
    assert_eq!(cluster.account("a").await, (1, 1));
    // Who can wait for the lease to run out is served.
    assert_eq!(other.deposit("a", 1).await.unwrap().version, 2);
    cluster.end([other]).await;
}

#[tokio::test(start_paused = true)]
async fn entries_that_arrive_late_are_not_appended() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    other.deposit("a", 1).await.unwrap();
    cluster.wire.plan([Mishap::Hold]);
    let handle = other.journal.tenant(&tenant());
    let context = CommandContext { deadline: Some(Instant::now() + LEASE / 4), ..by("bob") };
    let asked = tokio::spawn(async move { deposit_with(&handle, "a", 1, context).await });
    cluster.wire.is_held().await;
    assert!(asked.await.unwrap().is_err());
    let late = cluster.wire.carried().pop().unwrap();
    assert_eq!(owner.journal.accept(&late, Duration::ZERO).await, unavailable("there was no time left"));
    owner.deposit("b", 1).await.unwrap();
    assert_eq!(cluster.account("a").await, (1, 1));
    cluster.end([owner, other]).await;
}

#[tokio::test(start_paused = true)]
async fn an_owner_that_was_paused_cannot_append_what_it_was_sent() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    other.deposit("a", 1).await.unwrap();
    // Its batch is on the way to the store when its process is stopped.
    owner.store.plan([Fault::Hold]);
    let handle = other.journal.tenant(&tenant());
    let asked = tokio::spawn(async move { deposit(&handle, "a", 1).await.unwrap() });
    owner.store.is_held().await;
    owner.is_killed(&cluster);
    let committed = asked.await.unwrap();
    assert_eq!(committed.version, 2, "another node has taken over");
    // It wakes up, and what it had in hand arrives.
    owner.store.let_go();
    owner.store.set_cut(false);
    cluster.wire.connect(&owner.address, &owner.journal);
    wait_until("it serves again", async || owner.deposit("b", 1).await.is_ok()).await;
    assert_eq!(cluster.account("a").await, (2, 2), "once");
    assert_eq!(owner.deposit("a", 1).await.unwrap().version, 3);
    cluster.end([owner, other]).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_no_command_of_the_shard_is_refused() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    other.deposit("a", 1).await.unwrap();
    let sent = cluster.wire.carried().pop().unwrap();
    let elsewhere = Forwarded::from_bytes(ShardId((sent.shard().0 + 1) % SHARDS), &sent.to_bytes()).unwrap();
    let answer = owner.journal.accept(&elsewhere, LEASE).await;
    assert!(matches!(&answer, Answer::Refused { why } if why.contains("lives on shard")), "{answer:?}");
    // Where it does not belong it is not taken either.
    let answer = other.journal.accept(&sent, LEASE).await;
    assert_eq!(answer, Answer::NotMine { owner: owner.address.clone() });
    // Of an aggregate that has gone on by another command.
    owner.deposit("b", 1).await.unwrap();
    other.deposit("b", 1).await.unwrap();
    owner.deposit("a", 1).await.unwrap();
    let again = owner.journal.accept(&sent, LEASE).await;
    assert!(matches!(again, Answer::Committed { version: 1, .. }), "{again:?}");
    cluster.end([owner, other]).await;
}

#[tokio::test(start_paused = true)]
async fn an_aggregate_that_others_change_gets_its_snapshots() {
    let cluster = Cluster::in_memory();
    let (owner, other) = cluster.owner_and_other().await;
    for n in 1..=40 {
        other.deposit("a", n).await.unwrap();
    }
    wait_until("a snapshot is written", async || {
        let snapshot = cluster.store.snapshot(&key("a")).await.unwrap();
        snapshot.is_some_and(|snapshot| snapshot.seq > 1)
    })
    .await;
    let (account, version) = owner.journal.tenant(&tenant()).load::<Account>("a").await.unwrap().unwrap();
    assert_eq!((account.total, version), (820, 40));
    cluster.end([owner, other]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_on_mongodb_take_each_others_commands() {
    let Some(place) = Place::mongo() else {
        return;
    };
    let cluster = Cluster { store: place.open().await, wire: Arc::default() };
    let one = cluster.node("http://one").await;
    wait_until("it owns everything", async || cluster.owned_by(&one).await == SHARDS).await;
    let two = cluster.node("http://two").await;
    wait_until("the second has its share", async || cluster.owned_by(&two).await == SHARDS / 2).await;
    let nodes = [one, two];
    many_at_once(&cluster, &nodes, 40).await;
    for node in &nodes {
        cluster.wire.plan([Mishap::LoseAnswer]);
        for n in 0..12 {
            let id = format!("b{n}");
            let before = cluster.account(&id).await.1;
            assert_eq!(node.deposit(&id, 1).await.unwrap().version, before + 1);
            let row = node.journal.tenant(&tenant()).get("account", &id).await.unwrap().unwrap();
            assert_eq!(row["seq"], before + 1, "it reads what it wrote");
        }
    }
    cluster.end(nodes).await;
    place.remove().await;
}

fn key(id: &str) -> AggregateKey {
    AggregateKey::new(&tenant(), "account", id)
}

fn unavailable(why: &str) -> Answer {
    Answer::Unavailable { why: why.to_owned() }
}
