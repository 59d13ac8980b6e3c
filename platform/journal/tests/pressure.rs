//! Views get their share before new commands do, and each is written when it is wanted. On a clock that stands still unless
//! it is moved, so nothing here depends on how fast a machine is.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::memory::MemoryStore;
use casewright_journal::sqlite::SqliteStore;
use casewright_journal::store::{GiveWay, Reached};
use casewright_journal::{Column, Field, Filter, Query, Row, ShardId, Store, TenantHandle, ViewSpec, ViewWrites};
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

/// After that long what gathers is being written.
const GATHERED: Duration = Duration::from_millis(300);

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
    let written = async |view| store.count(&tenant(), &all(view), None).await.unwrap();
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
            field: Field::named("id"),
            view: "task",
            select: Field::named("account"),
            filter: Box::new(Filter::Eq(Field::named("account"), json!("a"))),
        },
    );
    record(&handle, "a", vec![deposited(1), opened("t")]).await.unwrap();
    assert_eq!(handle.count(&all("account")).await.unwrap(), 1);
    // Its own view is written already, the other one is not.
    assert_eq!(handle.count(&with_task).await.unwrap(), 1);
    // From now on they go together, whoever asks.
    record(&handle, "a", vec![deposited(2), opened("u")]).await.unwrap();
    assert_eq!(handle.count(&all("account")).await.unwrap(), 1);
    assert_eq!(store.count(&tenant(), &all("task"), None).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_gathers_on_many_shards_is_written_in_several_turns_and_whole() {
    let (store, handle) = open().await;
    let opened = |account: usize| (0..300).map(move |n| Event::TaskOpened { task: format!("{account}-{n}") }).collect();
    for account in 0..12 {
        record(&handle, &format!("a{account}"), opened(account)).await.unwrap();
    }
    pass(LONG).await;
    assert_eq!(store.count(&tenant(), &all("task"), None).await.unwrap(), 3600);
    assert!(store.row_writes().len() > 1, "a query could come in between");
}

#[tokio::test(start_paused = true)]
async fn a_query_of_a_view_that_nothing_changed_waits_for_no_write() {
    let (store, handle) = open().await;
    store.hold_views(true);
    deposit(&handle, "a", 1).await.unwrap();
    pass(GATHERED).await;
    // Accounts are being written, and stay so.
    let begun = Instant::now();
    assert_eq!(handle.count(&all("task")).await.unwrap(), 0);
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(store.row_writes(), []);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_nobody_waits_for_gives_way_to_one_that_somebody_does() {
    let (store, handle) = open().await;
    store.hold_views(true);
    record(&handle, "a", (0..300).map(|n| Event::TaskOpened { task: n.to_string() }).collect()).await.unwrap();
    pass(GATHERED).await;
    deposit(&handle, "b", 1).await.unwrap();
    let counted = tokio::spawn({
        let handle = handle.clone();
        async move { handle.count(&all("account")).await.unwrap() }
    });
    settle().await;
    store.hold_views(false);
    assert_eq!(counted.await.unwrap(), 1);
    pass(LONG).await;
    // A part of the tasks, the account, the rest of the tasks.
    assert_eq!(store.row_writes(), [(0, 1, 300), (0, 1, 1), (1, 300, 300)]);
    assert_eq!(store.count(&tenant(), &all("task"), None).await.unwrap(), 300);
}

#[tokio::test(start_paused = true)]
async fn a_query_of_two_views_waits_for_the_rest_of_a_write_that_gave_way() {
    let (store, handle) = open().await;
    let of_both = Query::new(
        "account",
        Filter::InView {
            field: Field::named("id"),
            view: "task",
            select: Field::named("account"),
            filter: Box::new(Filter::Eq(Field::named("account"), json!("a"))),
        },
    );
    deposit(&handle, "a", 1).await.unwrap();
    assert_eq!(handle.count(&all("account")).await.unwrap(), 1);
    store.hold_views(true);
    record(&handle, "a", (0..300).map(|n| Event::TaskOpened { task: n.to_string() }).collect()).await.unwrap();
    pass(GATHERED).await;
    deposit(&handle, "b", 1).await.unwrap();
    let counts = [all("account"), of_both].map(|query| {
        let handle = handle.clone();
        tokio::spawn(async move { handle.count(&query).await.unwrap() })
    });
    settle().await;
    store.hold_views(false);
    let [accounts, with_tasks] = counts;
    assert_eq!((accounts.await.unwrap(), with_tasks.await.unwrap()), (2, 1));
    assert_eq!(store.count(&tenant(), &all("task"), None).await.unwrap(), 300);
}

#[tokio::test(start_paused = true)]
async fn who_observes_a_group_does_not_have_its_views_written_together() {
    let (store, handle) = open().await;
    let _observed = handle.journal().observe("accounts").await.unwrap();
    let deposited = Event::Deposited { amount: 1, note: "one".to_owned() };
    record(&handle, "a", vec![deposited, Event::TaskOpened { task: "t".to_owned() }]).await.unwrap();
    assert_eq!(handle.count(&all("account")).await.unwrap(), 1);
    assert_eq!(store.count(&tenant(), &all("task"), None).await.unwrap(), 0, "nobody asked for tasks");
}

#[tokio::test(start_paused = true)]
async fn what_follows_from_a_row_holds_what_was_acknowledged_before_the_row_was_read() {
    let (store, handle) = open().await;
    record(&handle, "a", vec![Event::TaskOpened { task: "t".to_owned() }]).await.unwrap();
    deposit(&handle, "b", 1).await.unwrap();
    assert_eq!(handle.count(&all("task")).await.unwrap(), 1);
    assert_eq!(store.count(&tenant(), &all("account"), None).await.unwrap(), 0, "nobody asked for accounts");
    assert_eq!(handle.query_further("task", &all("account")).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn a_write_to_sqlite_ends_early_when_it_is_to_and_goes_on_where_it_ended() {
    let store = SqliteStore::temporary().await.unwrap();
    store.shards(1).await.unwrap();
    store.ensure_views(&[ViewSpec { name: "thing", indexes: &[], full_text: &[], denormalized: None }]).await.unwrap();
    let mut writes = ViewWrites::default();
    for n in 0..250 {
        writes.insert(&tenant(), "thing", &format!("{n:03}"), Row::from([(Column::named("n"), n.into())]));
    }
    let rows = Arc::new(writes);
    let reached = vec![Reached { shard: ShardId(0), written: 7, looked: 7 }];
    let way = GiveWay::default();
    way.ask();
    let count = async || store.count(&tenant(), &all("thing"), None).await.unwrap() as usize;
    let part = store.write_rows("things", Arc::clone(&rows), 0, reached.clone(), way).await.unwrap();
    assert!(part > 0 && part < rows.len(), "{part}");
    assert_eq!((count().await, store.view_position("things", ShardId(0)).await.unwrap()), (part, 0));
    let all = store.write_rows("things", Arc::clone(&rows), part, reached, GiveWay::default()).await.unwrap();
    assert_eq!((all, count().await), (rows.len(), rows.len()));
    assert_eq!(store.view_position("things", ShardId(0)).await.unwrap(), 7);
}

#[tokio::test(start_paused = true)]
async fn what_gathers_is_bounded_however_many_queries_wait() {
    const ROWS: usize = 2_000;
    let (store, handle) = open().await;
    store.hold_views(true);
    let mut counts = Vec::new();
    for account in 0..40 {
        let opened = (0..ROWS).map(|n| Event::TaskOpened { task: format!("{account}-{n}") }).collect();
        record(&handle, &account.to_string(), opened).await.unwrap();
        let handle = handle.clone();
        counts.push(tokio::spawn(async move { handle.count(&all("account")).await.unwrap() }));
        settle().await;
    }
    store.hold_views(false);
    for count in counts {
        assert_eq!(count.await.unwrap(), 0);
    }
    pass(LONG).await;
    assert_eq!(store.count(&tenant(), &all("task"), None).await.unwrap(), 40 * ROWS as u64);
    // A portion of one shard may come on top of the 40,000 rows that may gather.
    let most = store.row_writes().into_iter().map(|(_, _, rows)| rows).max();
    assert!(most.is_some_and(|most| most <= 40_000 + 2 * ROWS), "{most:?} rows in memory");
}

/// There are many readers, and each may have much to catch up with.
#[tokio::test(start_paused = true)]
async fn a_reader_has_no_more_in_hand_than_a_portion() {
    let (store, handle) = open().await;
    const LARGE: usize = 24;
    for account in 0..LARGE {
        let note = "x".repeat(1 << 20);
        record(&handle, &account.to_string(), vec![Event::Deposited { amount: 1, note }]).await.unwrap();
    }
    assert_eq!(handle.count(&all("account")).await.unwrap(), LARGE as u64);
    let journal = journal_on(store.clone()).await;
    let mut reader = journal.consumer("late");
    let before = store.reads();
    let mut read = vec![reader.next().await.unwrap()];
    let reads = store.reads() - before;
    assert!(reads <= 2, "{reads} of four shards were read: the others stay in the log");
    while read.len() < LARGE {
        read.push(reader.next().await.unwrap());
    }
    for shard in 0..4 {
        let positions: Vec<u64> =
            read.iter().filter(|each| each.shard() == ShardId(shard)).map(|each| each.position()).collect();
        assert_eq!(positions, (1..=positions.len() as u64).collect::<Vec<_>>(), "in order, and each once");
    }
}
