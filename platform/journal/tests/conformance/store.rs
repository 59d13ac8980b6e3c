//! The contract of a store, without the journal on top.

use crate::support::stores::Place;
use crate::support::tenant;
use bytes::Bytes;
use casewright_journal::entry::Format;
use casewright_journal::store::{AppendError, Snapshot};
use casewright_journal::{AggregateKey, Batch, Decided, Entry, EntryMeta, ShardId};
use std::sync::Arc;
use uuid::Uuid;

fn entry(id: &str, seq: u64) -> Entry {
    Entry {
        meta: EntryMeta {
            key: AggregateKey::new(&tenant(), "account", id),
            seq,
            at: jiff::Timestamp::from_microsecond(1_750_000_000_000_000).unwrap(),
            actor: "alice".into(),
            cause: "request-1".into(),
        },
        event: "deposited".into(),
        payload: Bytes::from(format!("{{\"n\":{seq}}}")),
        command: None,
        decided: Decided::default(),
    }
}

fn batch(shard: u16, position: u64, entries: Vec<Entry>) -> Arc<Batch> {
    Arc::new(Batch {
        shard: ShardId(shard),
        position,
        since: position,
        writer: Uuid::new_v4(),
        format: Format::Json,
        entries,
    })
}

pub(crate) async fn a_position_can_be_taken_once(place: &Place) {
    let store = place.open().await;
    let first = batch(3, 1, vec![entry("a", 1)]);
    let elsewhere = batch(4, 1, vec![entry("b", 1)]);
    let results = store.append(vec![Arc::clone(&first), Arc::clone(&elsewhere)]).await;
    assert!(results.iter().all(Result::is_ok));
    let results = store.append(vec![batch(3, 1, vec![entry("c", 1)]), batch(4, 2, vec![entry("c", 1)])]).await;
    assert!(matches!(results[0], Err(AppendError::Taken { shard: ShardId(3), position: 1 })));
    assert!(results[1].is_ok(), "one shard's fence does not stop another");
    let log = store.read(ShardId(3), 1, 10).await.unwrap();
    assert_eq!(log, [first.as_ref().clone()], "read as it was written");
    assert_eq!(store.heads(5).await.unwrap(), [0, 0, 0, 1, 2]);
    assert_eq!(store.read(ShardId(4), 2, 10).await.unwrap().len(), 1);
    assert!(store.read(ShardId(0), 1, 10).await.unwrap().is_empty());
}

pub(crate) async fn a_log_of_large_batches_is_read_in_portions(place: &Place) {
    let store = place.open().await;
    let wide = |position: u64| {
        let mut entry = entry("a", position);
        entry.payload = serde_json::to_vec(&"x".repeat(1_500_000)).unwrap().into();
        batch(3, position, vec![entry])
    };
    let written: Vec<_> = (1..=4).map(wide).collect();
    for batch in &written {
        assert!(store.append(vec![Arc::clone(batch)]).await[0].is_ok());
    }
    let mut read = Vec::new();
    while read.len() < written.len() {
        let portion = store.read(ShardId(3), read.len() as u64 + 1, 256).await.unwrap();
        assert_eq!(portion.len(), 1, "two are more than is read at once, and one is always read");
        read.extend(portion.into_iter().map(Arc::new));
    }
    assert!(read == written, "as they were written");
    assert!(store.read(ShardId(3), 5, 256).await.unwrap().is_empty());
}

pub(crate) async fn the_number_of_shards_is_fixed_when_the_store_is_made(place: &Place) {
    let store = place.open().await;
    assert_eq!(store.shards(8).await.unwrap(), 8);
    assert_eq!(store.shards(64).await.unwrap(), 8);
}

pub(crate) async fn an_aggregate_is_read_across_batches(place: &Place) {
    let store = place.open().await;
    for position in 1..=5 {
        let seq = position * 2 - 1;
        let entries = vec![entry("a", seq), entry("other", position), entry("a", seq + 1)];
        let appended = store.append(vec![batch(0, position, entries)]).await;
        assert!(appended[0].is_ok());
    }
    let key = AggregateKey::new(&tenant(), "account", "a");
    let read = async |after, limit| -> Vec<u64> {
        let entries = store.read_aggregate(&key, after, limit).await.unwrap();
        entries.iter().map(|e| e.meta.seq).collect()
    };
    assert_eq!(read(0, 100).await, (1..=10).collect::<Vec<_>>());
    assert_eq!(read(3, 4).await, [4, 5, 6, 7]);
    assert!(read(10, 4).await.is_empty());
    let entries = store.read_aggregate(&key, 8, 1).await.unwrap();
    assert_eq!(entries, [entry("a", 9)]);
}

pub(crate) async fn an_older_snapshot_never_replaces_a_newer_one(place: &Place) {
    let store = place.open().await;
    let key = AggregateKey::new(&tenant(), "account", "a");
    assert_eq!(store.snapshot(&key).await.unwrap(), None);
    let snapshot = |seq: u64| Snapshot { key: key.clone(), seq, state: Bytes::from(format!("{seq}")) };
    for (seq, kept) in [(5, 5), (3, 5), (9, 9)] {
        store.put_snapshot(snapshot(seq)).await.unwrap();
        assert_eq!(store.snapshot(&key).await.unwrap(), Some(snapshot(kept)));
    }
}

pub(crate) async fn what_is_forgotten_is_gone_and_its_positions_stay(place: &Place) {
    let store = place.open().await;
    let key = |id: &str| AggregateKey::new(&tenant(), "account", id);
    for position in 1..=3 {
        let alone = store.append(vec![batch(0, 2 * position - 1, vec![entry("a", 2 * position - 1)])]).await;
        let mixed = vec![entry("a", 2 * position), entry("b", position), entry("ab", position)];
        let mixed = store.append(vec![batch(0, 2 * position, mixed)]).await;
        assert!(alone[0].is_ok() && mixed[0].is_ok());
    }
    for id in ["a", "b"] {
        store.put_snapshot(Snapshot { key: key(id), seq: 2, state: Bytes::from("x") }).await.unwrap();
    }
    let b = store.read_aggregate(&key("b"), 0, 10).await.unwrap();
    for _ in 0..2 {
        store.forget(&[key("a"), key("ab"), key("never was")]).await.unwrap();
        assert!(store.read_aggregate(&key("a"), 0, 10).await.unwrap().is_empty());
        assert!(store.read_aggregate(&key("ab"), 0, 10).await.unwrap().is_empty());
        assert_eq!(store.read_aggregate(&key("b"), 0, 10).await.unwrap(), b);
        assert_eq!(store.snapshot(&key("a")).await.unwrap(), None);
        assert!(store.snapshot(&key("b")).await.unwrap().is_some());
        let log = store.read(ShardId(0), 1, 10).await.unwrap();
        let held: Vec<(u64, usize)> = log.iter().map(|batch| (batch.position, batch.entries.len())).collect();
        assert_eq!(held, [(1, 0), (2, 1), (3, 0), (4, 1), (5, 0), (6, 1)]);
        assert_eq!(store.head(ShardId(0)).await.unwrap(), 6);
    }
}

pub(crate) async fn a_log_of_which_all_is_forgotten_has_no_gap(place: &Place) {
    const LAST: u64 = 9;
    let store = place.open().await;
    let key = |id: String| AggregateKey::new(&tenant(), "account", &id);
    for position in 1..=LAST {
        let appended = store.append(vec![batch(0, position, vec![entry(&format!("a{position}"), 1)])]).await;
        assert!(appended[0].is_ok());
    }
    // Alone, beside one and two that are empty, the last, together, and what is left.
    let parts: [&[u64]; 7] = [&[4], &[5], &[3], &[9], &[7, 8], &[1, 6], &[2]];
    let mut gone = Vec::new();
    for part in parts {
        gone.extend_from_slice(part);
        store.forget(&part.iter().map(|n| key(format!("a{n}"))).collect::<Vec<_>>()).await.unwrap();
        let log = store.read(ShardId(0), 1, 20).await.unwrap();
        let mut next = 1;
        for batch in &log {
            assert_eq!(batch.since, next, "{gone:?} are forgotten");
            let held = u64::from(!gone.contains(&batch.position));
            assert_eq!((batch.entries.len() as u64, held * (batch.position - batch.since)), (held, 0));
            next = batch.position + 1;
        }
        assert_eq!((next, store.head(ShardId(0)).await.unwrap()), (LAST + 1, LAST));
        for from in 1..=LAST {
            let first = store.read(ShardId(0), from, 1).await.unwrap().remove(0);
            assert!(first.since <= from && from <= first.position, "from {from}: {first:?}");
        }
    }
    let left = store.read(ShardId(0), 1, 20).await.unwrap().len();
    assert_eq!(left, if matches!(place, Place::Sqlite(_)) { 1 } else { 9 });
    assert!(store.append(vec![batch(0, LAST + 1, vec![entry("b", 1)])]).await[0].is_ok());
    assert!(store.append(vec![batch(0, LAST, vec![entry("c", 1)])]).await[0].is_err(), "a position stays taken");
}

pub(crate) async fn consumers_of_a_shard_are_known(place: &Place) {
    let store = place.open().await;
    for (name, shard, position) in [("mail", 1, 7), ("search", 1, 3), ("mail", 11, 9)] {
        store.put_consumer_position(name, ShardId(shard), position).await.unwrap();
    }
    let mut consumers = store.consumers(ShardId(1)).await.unwrap();
    consumers.sort();
    assert_eq!(consumers, [("mail".to_owned(), 7), ("search".to_owned(), 3)]);
    assert!(store.consumers(ShardId(2)).await.unwrap().is_empty());
}
