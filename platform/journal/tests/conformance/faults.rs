//! Stores that fail, half fail, answer late or never; writers that are overtaken.

use crate::support::account::{Account, Event, NotPositive, by, deposit};
use crate::support::faulty::{Fault, FaultyStore};
use crate::support::scenario::{self, Course, Report};
use crate::support::stores::{Place, journal_on, wait_until};
use crate::support::tenant;
use casewright_journal::{AggregateKey, DecideContext, Decision, ExecuteError, TenantHandle};
use std::sync::Arc;
use std::time::Duration;

async fn faulty(place: &Place) -> (Arc<FaultyStore>, TenantHandle) {
    let store = place.faulty().await;
    let journal = journal_on(store.clone()).await;
    (store, journal.tenant(&tenant()))
}

async fn total(handle: &TenantHandle, id: &str) -> (i64, u64) {
    let (account, version) = handle.load::<Account>(id).await.unwrap().unwrap();
    let entries = handle.entries("account", id, 0, 10_000).await.unwrap();
    let seqs: Vec<u64> = entries.iter().map(|e| e.meta.seq).collect();
    assert_eq!(seqs, (1..=version).collect::<Vec<_>>(), "no gap, none twice");
    (account.total, version)
}

pub(crate) async fn a_failed_append_is_not_acknowledged_and_the_next_one_works(place: &Place) {
    let (store, handle) = faulty(place).await;
    deposit(&handle, "a", 1).await.unwrap();
    store.plan([Fault::Fail]);
    let failed = deposit(&handle, "a", 10).await;
    assert!(matches!(failed, Err(ExecuteError::Unavailable(_))));
    assert_eq!(deposit(&handle, "a", 100).await.unwrap().answer, 101);
    assert_eq!(total(&handle, "a").await, (101, 2));
}

pub(crate) async fn a_lost_acknowledgement_is_recognised_as_success(place: &Place) {
    let (store, handle) = faulty(place).await;
    store.plan([Fault::LoseAcknowledgement]);
    let committed = deposit(&handle, "a", 10).await.unwrap();
    assert_eq!((committed.answer, committed.version), (10, 1));
    deposit(&handle, "a", 1).await.unwrap();
    assert_eq!(total(&handle, "a").await, (11, 2));
}

pub(crate) async fn a_store_that_never_answers_does_not_hang_the_caller(place: &Place) {
    let (store, handle) = faulty(place).await;
    store.plan([Fault::NeverAnswer]);
    let committed = deposit(&handle, "a", 10).await.unwrap();
    assert_eq!(committed.version, 1, "it was written, and reading back says so");
    assert_eq!(total(&handle, "a").await, (10, 1));
}

pub(crate) async fn a_writer_that_was_overtaken_decides_again(place: &Place) {
    let store = place.faulty().await;
    store.claim_to_be_alone();
    let handle = journal_on(store.clone()).await.tenant(&tenant());
    deposit(&handle, "a", 1).await.unwrap();
    store.plan([Fault::Overtake]);
    let committed = deposit(&handle, "a", 10).await.unwrap();
    assert_eq!((committed.answer, committed.version), (11, 2));
    assert_eq!(committed.position, 3, "behind the batch that overtook it");
    assert_eq!(total(&handle, "a").await, (11, 2));
    let other = handle.entries("account", "overtaken-a", 0, 9).await.unwrap();
    assert_eq!(other.len(), 1, "what the other writer wrote stands");
}

pub(crate) async fn two_writers_never_lose_nor_repeat_a_command(place: &Place) {
    let store = place.faulty().await;
    store.claim_to_be_alone();
    let one = journal_on(store.clone()).await.tenant(&tenant());
    let two = journal_on(store.clone()).await.tenant(&tenant());
    let mut tasks = Vec::new();
    for handle in [&one, &two] {
        for worker in 0..3 {
            let handle = handle.clone();
            tasks.push(tokio::spawn(async move {
                let mut acknowledged = 0;
                for n in 0..25 {
                    if deposit(&handle, &format!("a{}", (worker + n) % 2), 1).await.is_ok() {
                        acknowledged += 1;
                    }
                }
                acknowledged
            }));
        }
    }
    let mut acknowledged = 0;
    for task in tasks {
        acknowledged += task.await.unwrap();
    }
    assert!(acknowledged > 0);
    let fresh = journal_on(store).await.tenant(&tenant());
    let sum = total(&fresh, "a0").await.0 + total(&fresh, "a1").await.0;
    assert_eq!(sum, acknowledged, "each acknowledged command once, no other");
}

pub(crate) async fn a_batch_that_lands_late_is_not_overwritten(place: &Place) {
    let (store, handle) = faulty(place).await;
    store.plan([Fault::Hold]);
    let late = deposit(&handle, "a", 10).await;
    assert!(matches!(late, Err(ExecuteError::Unavailable(_))), "gave up");
    let shard = handle.journal().shard_of(&AggregateKey::new(&tenant(), "account", "a"));
    store.plan([Fault::Hold]);
    let next = tokio::spawn({
        let handle = handle.clone();
        async move { deposit(&handle, "a", 100).await }
    });
    store.is_held().await;
    // The permit of the first hold is still there: both holds end, the first one first.
    store.let_go();
    wait_until("the late batch has landed", async || store.inner.head(shard).await.unwrap() == 1).await;
    store.let_go();
    let next = next.await.unwrap();
    let acknowledged = if next.is_ok() { 100 } else { 0 };
    let (sum, _) = total(&handle, "a").await;
    assert!(sum == 10 + acknowledged || sum == acknowledged, "total {sum} after acknowledging {acknowledged}");
}

pub(crate) async fn nothing_that_rests_on_a_lost_batch_is_answered(place: &Place) {
    let (store, handle) = faulty(place).await;
    deposit(&handle, "a", 1).await.unwrap();
    store.plan([Fault::Hold]);
    let first = tokio::spawn({
        let handle = handle.clone();
        async move { deposit(&handle, "a", 10).await }
    });
    store.is_held().await;
    let rejected_by_what_it_saw = handle
        .execute("a", by("bob"), |account: &Account, _: &DecideContext| -> Result<Decision<Event, ()>, NotPositive> {
            assert_eq!(account.total, 11, "decided ahead of the disk");
            Err(NotPositive)
        })
        .await;
    assert!(
        matches!(rejected_by_what_it_saw, Err(ExecuteError::Unavailable(_))),
        "not even a rejection may rest on what was lost"
    );
    assert!(first.await.unwrap().is_err());
    assert_eq!(total(&handle, "a").await, (1, 1));
}

pub(crate) async fn a_store_that_comes_back_is_used_again(place: &Place) {
    let (store, handle) = faulty(place).await;
    deposit(&handle, "a", 1).await.unwrap();
    store.set_down(true);
    for _ in 0..3 {
        let failed = deposit(&handle, "a", 10).await;
        assert!(matches!(failed, Err(ExecuteError::Unavailable(_))));
    }
    store.set_down(false);
    assert_eq!(deposit(&handle, "a", 100).await.unwrap().answer, 101);
    assert_eq!(total(&handle, "a").await, (101, 2));
    let row = handle.get("account", "a").await.unwrap().unwrap();
    assert_eq!(row["last"], 100, "the views went on too");
}

pub(crate) async fn readiness_tells_that_writes_are_refused_until_they_are_taken_again(place: &Place) {
    let (store, handle) = faulty(place).await;
    let journal = handle.journal().clone();
    deposit(&handle, "a", 1).await.unwrap();
    journal.ping().await.unwrap();
    store.refuse_writes(true);
    journal.ping().await.unwrap();
    assert!(deposit(&handle, "a", 10).await.is_err());
    let error = journal.ping().await.unwrap_err();
    assert!(error.to_string().contains("writes are refused"), "a full disk still reads: {error}");
    assert_eq!(total(&handle, "a").await, (1, 1));
    store.refuse_writes(false);
    journal.ping().await.unwrap();
    assert_eq!(deposit(&handle, "a", 100).await.unwrap().answer, 101);
    store.refuse_writes(true);
    assert!(deposit(&handle, "a", 10).await.is_err());
    store.refuse_writes(false);
    deposit(&handle, "a", 1000).await.unwrap();
    journal.ping().await.unwrap();
}

/// `CASEWRIGHT_FAULT_SEEDS` says how many; a failing one is repeated by `CASEWRIGHT_FAULT_SEED`.
pub(crate) async fn seeded_faults_lose_nothing_and_repeat_nothing(place: &Place) {
    let setting = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seeds = match setting("CASEWRIGHT_FAULT_SEED") {
        Some(seed) => seed..=seed,
        None => 1..=setting("CASEWRIGHT_FAULT_SEEDS").unwrap_or(2),
    };
    let mut sum = Report::default();
    for seed in seeds.clone() {
        let nodes = if place.is_shared() { 2 } else { 1 };
        let course = Course { seed, nodes, clients: 3, operations: 12, unit: Duration::from_millis(20) };
        let fresh = place.another();
        eprintln!("faults on {}, seed {seed}", place.name());
        let report = Box::pin(scenario::run(&fresh, course)).await;
        sum.add(&report);
        fresh.remove().await;
    }
    eprintln!("\nchaos: faults on {}: seeds {} to {}: {sum}", place.name(), seeds.start(), seeds.end());
}
