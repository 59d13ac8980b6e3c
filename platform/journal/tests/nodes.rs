//! Several nodes on one store: shards are shared out, and go on elsewhere when a node goes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::memory::MemoryStore;
use casewright_journal::{ExecuteError, Filter, Journal, Query, ShardId, Store};
use std::sync::Arc;
use std::time::Duration;
use support::account::{Account, deposit, projectors};
use support::faulty::FaultyStore;
use support::stores::{Place, config, wait_until};
use support::tenant;

async fn node(place: &Place, address: &str) -> Journal {
    node_on(place.open().await, address, false).await
}

async fn node_on(store: Arc<dyn Store>, address: &str, joins_later: bool) -> Journal {
    let mut config = config();
    config.shards = 8;
    config.address = address.to_owned();
    config.lease = LEASE;
    config.joins_later = joins_later;
    Journal::open_on(store, config, projectors()).await.unwrap()
}

const LEASE: Duration = Duration::from_millis(900);

/// Deposits on whichever node owns the account.
async fn deposit_anywhere(nodes: &[&Journal], id: &str) -> Option<u64> {
    for node in nodes {
        match deposit(&node.tenant(&tenant()), id, 1).await {
            Ok(committed) => return Some(committed.version),
            Err(ExecuteError::NotOwner { address }) => assert!(address.starts_with("http://")),
            Err(ExecuteError::Unavailable(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    None
}

async fn owned(node: &Journal, ids: &[String]) -> usize {
    let mut owned = 0;
    for id in ids {
        owned += usize::from(deposit_anywhere(&[node], id).await.is_some());
    }
    owned
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shards_are_shared_out_and_taken_over_without_losing_a_command() {
    let Some(place) = Place::mongo() else {
        return;
    };
    let ids: Vec<String> = (0..12).map(|n| format!("a{n}")).collect();
    let one = node(&place, "http://one").await;
    wait_until("one node owns everything", async || owned(&one, &ids).await == ids.len()).await;
    let two = node(&place, "http://two").await;
    wait_until("the second node has its share", async || {
        let theirs = owned(&two, &ids).await;
        theirs > 0 && theirs < ids.len()
    })
    .await;
    let mut versions = Vec::new();
    for id in &ids {
        wait_until("one of them takes it", async || deposit_anywhere(&[&one, &two], id).await.is_some()).await;
        // Both see the same, whoever owns it; also through views the other node writes.
        let mine = one.tenant(&tenant()).load::<Account>(id).await.unwrap();
        let theirs = two.tenant(&tenant()).load::<Account>(id).await.unwrap();
        let (account, version) = mine.unwrap();
        assert_eq!(theirs.unwrap().1, version);
        assert_eq!(account.total as u64, version);
        for node in [&one, &two] {
            let row = node.tenant(&tenant()).get("account", id).await.unwrap();
            assert_eq!(row.unwrap()["seq"], version);
        }
        versions.push(version);
    }
    two.shutdown().await;
    wait_until("the first node has taken everything over", async || owned(&one, &ids).await == ids.len()).await;
    for (id, version) in ids.iter().zip(versions) {
        let handle = one.tenant(&tenant());
        let (account, now) = handle.load::<Account>(id).await.unwrap().unwrap();
        assert!(now > version);
        assert_eq!(account.total as u64, now, "no command was lost or repeated");
    }
    one.shutdown().await;
    place.remove().await;
}

/// On the runtime's clock: several leases pass in no time.
#[tokio::test(start_paused = true)]
async fn a_node_that_never_joined_takes_nothing_from_the_others() {
    let store = Arc::new(MemoryStore::shared());
    let ids: Vec<String> = (0..12).map(|n| format!("a{n}")).collect();
    let one = node_on(store.clone(), "http://one", false).await;
    wait_until("one node owns everything", async || owned(&one, &ids).await == ids.len()).await;

    let two = node_on(store.clone(), "http://two", true).await;
    tokio::time::sleep(5 * LEASE).await;
    assert_eq!(owned(&one, &ids).await, ids.len(), "it gives nothing away to a node that only starts");
    assert_eq!(owned(&two, &ids).await, 0);
    // What it needs for its start it reads.
    let there = two.tenant(&tenant()).load::<Account>(&ids[0]).await.unwrap();
    assert!(there.is_some_and(|(_, version)| version > 0));
    assert!(two.tenant(&tenant()).get("account", &ids[0]).await.unwrap().is_some());

    // It fails, and another takes its place.
    two.shutdown().await;
    let three = node_on(store.clone(), "http://three", true).await;
    three.join();
    wait_until("the node that joined has its share", async || {
        let theirs = owned(&three, &ids).await;
        theirs > 0 && theirs < ids.len()
    })
    .await;

    // Who goes in order is not waited for.
    three.shutdown().await;
    let alone = store.heartbeat(uuid::Uuid::nil(), 1).await.unwrap();
    assert_eq!(alone, 2, "the first node, and the one that asks");
    wait_until("the first node has everything again", async || owned(&one, &ids).await == ids.len()).await;
    one.shutdown().await;
}

/// After all nodes have died there is nobody to share with: what the views lack is caught up by the node that starts.
#[tokio::test(start_paused = true)]
async fn a_node_that_starts_alone_writes_what_nobody_has() {
    let store = Arc::new(MemoryStore::shared());
    let one = node_on(store.clone(), "http://one", true).await;
    let ids: Vec<String> = (0..12).map(|n| format!("a{n}")).collect();
    wait_until("it owns everything", async || owned(&one, &ids).await == ids.len()).await;
    assert_eq!(store.heartbeat(uuid::Uuid::nil(), 1).await.unwrap(), 1, "it does not count yet");
    one.shutdown().await;
}

/// A command line that looks for a moment must not keep the platform from its shards until its leases run out.
#[tokio::test(start_paused = true)]
async fn a_node_that_ends_while_it_takes_shards_gives_all_of_them_back() {
    let store = FaultyStore::new(Arc::new(MemoryStore::shared()));
    store.answer_leases_late(LEASE / 20);
    let one = node_on(store.clone(), "http://one", true).await;
    let taken = async || {
        let mut taken = 0;
        for shard in 0..8 {
            taken += usize::from(store.lease_holder(ShardId(shard)).await.unwrap().is_some());
        }
        taken
    };
    wait_until("it takes one", async || taken().await > 0).await;
    one.shutdown().await;
    assert_eq!(taken().await, 0);
}

/// The shard was another's a moment ago and is nobody's now: it is ours to take, and no reason to refuse anything.
#[tokio::test(start_paused = true)]
async fn a_shard_that_changes_hands_is_taken_at_once() {
    let store = FaultyStore::new(Arc::new(MemoryStore::shared()));
    store.refuse_leases(8);
    let one = node_on(store.clone(), "http://one", false).await;
    wait_until("it has found nothing to take", async || store.leases_to_refuse() == 0).await;
    store.refuse_leases(1);
    assert!(one.tenant(&tenant()).load::<Account>("a0").await.unwrap().is_none());
    store.refuse_leases(1);
    assert_eq!(deposit_anywhere(&[&one], "a1").await, Some(1));
    one.shutdown().await;
}

/// What they wait for is written by the store that they ask: a question for each of them would keep it from that.
#[tokio::test(start_paused = true)]
async fn queries_that_wait_for_another_node_ask_the_store_together() {
    let store = Arc::new(MemoryStore::shared());
    let one = node_on(store.clone(), "http://one", false).await;
    let ids: Vec<String> = (0..12).map(|n| format!("a{n}")).collect();
    wait_until("one node owns everything", async || owned(&one, &ids).await == ids.len()).await;
    let counted = FaultyStore::new(store);
    let two = node_on(counted.clone(), "http://two", true).await;
    counted.take_for_looks(Duration::from_millis(3));
    let before = counted.looks();
    let mut queries = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let handle = two.tenant(&tenant());
        queries.spawn(async move { handle.count(&Query::new("account", Filter::All)).await.unwrap() });
    }
    assert_eq!(queries.join_all().await, vec![ids.len() as u64; 200]);
    let looks = counted.looks() - before;
    assert!(looks <= 8, "asked {looks} times for 200 queries");
    two.shutdown().await;
    one.shutdown().await;
}
