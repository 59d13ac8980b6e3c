//! Views get their share before new commands do, and each is written when it is wanted. On a clock that stands still unless
//! it is moved, so nothing here depends on how fast a machine is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::memory::MemoryStore;
use casewright_journal::{Filter, Query, Store, TenantHandle};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use support::account::{Event, deposit, record};
use support::faulty::FaultyStore;
use support::stores::journal_on;
use support::tenant;
use tokio::time::{Instant, advance};

/// Far more than views may be behind.
const LONG: Duration = Duration::from_secs(2);

async fn open() -> (Arc<FaultyStore>, TenantHandle) {
    let store = FaultyStore::new(Arc::new(MemoryStore::exclusive()));
    let journal = journal_on(store.clone()).await;
    (store, journal.tenant(&tenant()))
}

/// Lets all tasks do what they can do now.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

/// Lets time pass in small steps, so that what is due meanwhile is done when it is.
async fn pass(time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        advance(Duration::from_millis(10)).await;
        settle().await;
    }
}

/// Something that views cannot follow, for long.
async fn fall_behind(store: &FaultyStore, handle: &TenantHandle) {
    store.hold_views(true);
    deposit(handle, "a", 1).await.unwrap();
    pass(LONG).await;
}

fn all(view: &'static str) -> Query {
    Query::new(view, Filter::All)
}

#[tokio::test(start_paused = true)]
async fn commands_wait_for_views_that_are_too_far_behind() {
    let (store, handle) = open().await;
    fall_behind(&store, &handle).await;
    let appends = store.appends();
    let waiting = tokio::spawn({
        let handle = handle.clone();
        async move { deposit(&handle, "a", 2).await.unwrap().answer }
    });
    settle().await;
    assert_eq!(store.appends(), appends, "it is held back");
    assert!(!waiting.is_finished());
    let begun = Instant::now();
    store.hold_views(false);
    assert_eq!(waiting.await.unwrap(), 3);
    assert_eq!(begun.elapsed(), Duration::ZERO, "it goes as soon as the views have moved");
    assert_eq!(handle.get("account", "a").await.unwrap().unwrap()["last"], 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_held_back_together_is_appended_together() {
    let (store, handle) = open().await;
    fall_behind(&store, &handle).await;
    let appends = store.appends();
    let waiting: Vec<_> = (2..12)
        .map(|n| {
            let handle = handle.clone();
            tokio::spawn(async move { deposit(&handle, "a", n).await.unwrap().position })
        })
        .collect();
    settle().await;
    store.hold_views(false);
    let mut positions = Vec::new();
    for waiting in waiting {
        positions.push(waiting.await.unwrap());
    }
    positions.dedup();
    assert_eq!((positions.len(), store.appends()), (1, appends + 1));
}

#[tokio::test(start_paused = true)]
async fn no_command_waits_for_long() {
    let (store, handle) = open().await;
    fall_behind(&store, &handle).await;
    for n in 2..5 {
        let begun = Instant::now();
        deposit(&handle, "a", n).await.unwrap();
        assert!(begun.elapsed() > Duration::ZERO, "it was held back");
        assert!(begun.elapsed() < Duration::from_millis(300), "{:?}", begun.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn no_command_waits_for_views_whose_store_fails() {
    let (store, handle) = open().await;
    store.fail_view_writes(u64::MAX);
    deposit(&handle, "a", 1).await.unwrap();
    pass(LONG).await;
    let begun = Instant::now();
    deposit(&handle, "a", 2).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::ZERO);
    store.fail_view_writes(0);
    assert_eq!(handle.get("account", "a").await.unwrap().unwrap()["last"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_query_has_only_those_views_written_that_it_looks_into() {
    let (store, handle) = open().await;
    let deposited = Event::Deposited { amount: 1, note: "one".to_owned() };
    record(&handle, "a", vec![deposited, Event::TaskOpened { task: "t".to_owned() }]).await.unwrap();
    assert_eq!(handle.count(&all("account")).await.unwrap(), 1);
    let written = async |view| store.count(&tenant(), &all(view)).await.unwrap();
    assert_eq!((written("account").await, written("task").await), (1, 0));
    assert_eq!(handle.count(&all("task")).await.unwrap(), 1);
    // In time everything is written, whether anybody asks or not.
    record(&handle, "a", vec![Event::TaskOpened { task: "u".to_owned() }]).await.unwrap();
    pass(LONG).await;
    assert_eq!(written("task").await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_query_that_looks_into_two_views_sees_them_at_one_position() {
    let (store, handle) = open().await;
    let opened = |task: &str| Event::TaskOpened { task: task.to_owned() };
    let deposited = |amount| Event::Deposited { amount, note: "note".to_owned() };
    let with_task = Query::new(
        "account",
        Filter::InView {
            field: "id".into(),
            view: "task",
            select: "account".into(),
            filter: Box::new(Filter::Eq("account".into(), json!("a"))),
        },
    );
    record(&handle, "a", vec![deposited(1), opened("t")]).await.unwrap();
    assert_eq!(handle.count(&all("account")).await.unwrap(), 1);
    // Its own view is written already, the other one is not.
    assert_eq!(handle.count(&with_task).await.unwrap(), 1);
    // From now on they go together, whoever asks.
    record(&handle, "a", vec![deposited(2), opened("u")]).await.unwrap();
    assert_eq!(handle.count(&all("account")).await.unwrap(), 1);
    assert_eq!(store.count(&tenant(), &all("task")).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_gathers_on_many_shards_is_written_in_several_turns_and_whole() {
    let (store, handle) = open().await;
    let opened = |account: usize| (0..300).map(move |n| Event::TaskOpened { task: format!("{account}-{n}") }).collect();
    for account in 0..12 {
        record(&handle, &format!("a{account}"), opened(account)).await.unwrap();
    }
    pass(LONG).await;
    assert_eq!(store.count(&tenant(), &all("task")).await.unwrap(), 3600);
    assert!(store.row_writes() > 1, "a query could come in between");
}
