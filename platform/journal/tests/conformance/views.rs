//! Views behind the log.

use crate::support::account::{Accounts, Event, deposit, projectors, record};
use crate::support::stores::{Place, config, journal_on};
use crate::support::{document, tenant};
use casewright_journal::{
    Column, Document, Entry, Field, Filter, Journal, Projector, Query, ShardId, ViewSpec, ViewWrites,
};
use serde_json::json;
use std::sync::Arc;

pub(crate) async fn a_query_sees_what_was_acknowledged_before(place: &Place) {
    let journal = place.journal().await;
    let workers = (0..4).map(|worker| {
        let handle = journal.tenant(&tenant());
        tokio::spawn(async move {
            for n in 1..=15 {
                let id = format!("a{worker}");
                deposit(&handle, &id, n).await.unwrap();
                let row = handle.get("account", &id).await.unwrap().unwrap();
                assert_eq!(row["last"], n);
                let query = Query::new("account", Filter::Eq(Field::named("id"), json!(id)));
                let page = handle.query(&query).await.unwrap();
                assert_eq!(page.rows[0].1["seq"], n);
                assert_eq!(handle.count(&query).await.unwrap(), 1);
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
}

pub(crate) async fn rows_that_come_and_go_leave_nothing(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    let opened = |task: &str| Event::TaskOpened { task: task.into() };
    let closed = |task: &str| Event::TaskClosed { task: task.into() };
    record(&handle, "a", vec![opened("t1"), opened("t2"), closed("t1")]).await.unwrap();
    record(&handle, "a", vec![opened("t3")]).await.unwrap();
    let tasks = Query::new("task", Filter::Eq(Field::named("account"), json!("a")));
    assert_eq!(ids(&handle.query(&tasks).await.unwrap()), ["t2", "t3"]);
    record(&handle, "a", vec![closed("t3"), closed("t2")]).await.unwrap();
    assert_eq!(handle.count(&tasks).await.unwrap(), 0);
    record(&handle, "a", vec![opened("t3")]).await.unwrap();
    assert_eq!(ids(&handle.query(&tasks).await.unwrap()), ["t3"], "a row may come back");
}

pub(crate) async fn views_are_built_from_a_log_that_was_there_before(place: &Place) {
    let store = place.open().await;
    let blind = Journal::open_on(store, config(), Vec::new()).await.unwrap();
    let handle = blind.tenant(&tenant());
    for n in 0..30 {
        deposit(&handle, &format!("a{}", n % 10), n + 1).await.unwrap();
    }
    assert!(handle.query(&Query::new("account", Filter::All)).await.is_err(), "nobody wrote this view");
    blind.shutdown().await;
    let seeing = place.journal().await;
    let all = Query::new("account", Filter::All);
    let page = seeing.tenant(&tenant()).query(&all).await.unwrap();
    assert_eq!(page.rows.len(), 10);
    assert!(page.rows.iter().all(|(_, row)| row["seq"] == 3));
}

pub(crate) async fn a_view_write_that_fails_half_way_is_repeated(place: &Place) {
    let store = place.faulty().await;
    let handle = journal_on(store.clone()).await.tenant(&tenant());
    deposit(&handle, "a", 1).await.unwrap();
    store.fail_view_writes(2);
    deposit(&handle, "a", 2).await.unwrap();
    deposit(&handle, "b", 3).await.unwrap();
    let row = handle.get("account", "a").await.unwrap().unwrap();
    assert_eq!((&row["last"], &row["seq"]), (&json!(2), &json!(2)));
    assert!(handle.get("account", "b").await.unwrap().is_some());
}

pub(crate) async fn a_late_write_neither_resurrects_nor_rolls_back_a_row(place: &Place) {
    let store = place.open().await;
    store.ensure_views(&Accounts.views()).await.unwrap();
    let shard = ShardId(1);
    let row = |n: i64| document(json!({"n": n}));
    let put = |n: i64| {
        let mut writes = ViewWrites::default();
        writes.put(&tenant(), "account", "a", row(n));
        writes
    };
    let mut remove = ViewWrites::default();
    remove.remove(&tenant(), "account", "a");
    let write = async |position: u64, writes: ViewWrites| {
        store.write_views("accounts", shard, position, writes).await.unwrap();
        store.get(&tenant(), "account", "a").await.unwrap()
    };
    assert_eq!(write(10, put(10)).await, Some(row(10)));
    assert_eq!(write(5, put(5)).await, Some(row(10)), "not rolled back");
    assert_eq!(write(10, put(11)).await, Some(row(10)), "nor by its equal");
    assert_eq!(write(12, remove).await, None);
    assert_eq!(write(11, put(11)).await, None, "not resurrected");
    let position = store.view_position("accounts", shard).await.unwrap();
    assert_eq!(position, 12, "positions only go forward");
    assert_eq!(write(13, put(13)).await, Some(row(13)));
}

pub(crate) async fn a_new_projector_version_builds_its_views_anew(place: &Place) {
    let journal = place.journal().await;
    deposit(&journal.tenant(&tenant()), "a", 4).await.unwrap();
    journal.shutdown().await;
    let projectors: Vec<Arc<dyn Projector>> = vec![Arc::new(Doubled)];
    let journal = Journal::open_on(place.open().await, config(), projectors).await.unwrap();
    let row = journal.tenant(&tenant()).get("account", "a").await.unwrap();
    assert_eq!(row.unwrap()["last"], 8);
    journal.shutdown().await;
    let journal = Journal::open_on(place.open().await, config(), projectors_again()).await.unwrap();
    let row = journal.tenant(&tenant()).get("account", "a").await.unwrap();
    assert_eq!(row.unwrap()["last"], 4);
}

pub(crate) async fn a_view_is_asked_by_what_its_specification_says_now(place: &Place) {
    const NAME: &str = "note";
    const ALONE: &[&[Column]] = &[&[Column::named("a")]];
    const TOGETHER: &[&[Column]] = &[&[Column::named("b"), Column::named("is")]];
    const SEARCHED: &[Column] = &[Column::named("b")];
    let spec = |indexes, full_text| ViewSpec { name: NAME, indexes, full_text, denormalized: None };
    let store = place.open().await;
    store.ensure_views(&[spec(ALONE, &[])]).await.unwrap();
    let put = |position: u64, value: &str| {
        let mut writes = ViewWrites::default();
        writes.put(&tenant(), NAME, "n1", document(json!({"a": value, "b": value, "is": true})));
        store.write_views("notes", ShardId(0), position, writes)
    };
    let found = async |field: &'static str, value: serde_json::Value| {
        store.count(&tenant(), &Query::new(NAME, Filter::Eq(Field::named(field), value)), None).await.unwrap()
    };
    put(1, "one").await.unwrap();
    // Another field has the index: what was written before is found by it.
    store.ensure_views(&[spec(TOGETHER, &[])]).await.unwrap();
    assert_eq!((found("b", json!("one")).await, found("is", json!(true)).await), (1, 1));
    put(2, "two").await.unwrap();
    // And the first one again: it does not tell what was there in between.
    store.ensure_views(&[spec(ALONE, &[])]).await.unwrap();
    assert_eq!((found("a", json!("one")).await, found("a", json!("two")).await), (0, 1));
    // With full text the group has another version, so its views are built anew.
    let searched = [spec(ALONE, SEARCHED)];
    store.ensure_views(&searched).await.unwrap();
    store.reset_group_unless("notes", 2, &searched).await.unwrap();
    put(3, "three words here").await.unwrap();
    let search = Query { search: Some("words".into()), ..Query::new(NAME, Filter::All) };
    assert_eq!(store.count(&tenant(), &search, None).await.unwrap(), 1);
}

fn projectors_again() -> Vec<Arc<dyn Projector>> {
    projectors()
}

/// The second version of [`Accounts`].
struct Doubled;

impl Projector for Doubled {
    fn group(&self) -> &'static str {
        Accounts.group()
    }
    fn views(&self) -> Vec<ViewSpec> {
        Accounts.views()
    }
    fn kinds(&self) -> &'static [&'static str] {
        Accounts.kinds()
    }
    fn version(&self) -> u32 {
        2
    }
    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        if let Ok(Event::Deposited { amount, .. }) = serde_json::from_slice(&entry.payload) {
            let key = &entry.meta.key;
            let row: Document = document(json!({"last": amount * 2}));
            out.put(&key.tenant, "account", &key.id, row);
        }
    }
}

/// Another group of views over the same accounts.
struct Tellers;

impl Projector for Tellers {
    fn group(&self) -> &'static str {
        "tellers"
    }
    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec { name: "teller", indexes: &[], full_text: &[], denormalized: None }]
    }
    fn kinds(&self) -> &'static [&'static str] {
        &["account"]
    }
    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let key = &entry.meta.key;
        let row: Document = document(json!({"last": entry.meta.seq}));
        out.put(&key.tenant, "teller", &key.id, row);
    }
}

pub(crate) async fn a_further_question_sees_what_the_first_one_saw(place: &Place) {
    let projectors: Vec<Arc<dyn Projector>> = vec![Arc::new(Accounts), Arc::new(Tellers)];
    let journal = Journal::open_on(place.open().await, config(), projectors).await.unwrap();
    let handle = journal.tenant(&tenant());
    for n in 1..=20 {
        deposit(&handle, "a", n).await.unwrap();
        let read = handle.get("account", "a").await.unwrap().unwrap();
        deposit(&handle, "b", n).await.unwrap();
        let same = handle.query_further("account", &Query::new("account", Filter::All)).await.unwrap();
        assert!(same.rows.iter().any(|(id, row)| id == "a" && row["seq"] == read["seq"]));
        let other = handle.query_further("account", &Query::new("teller", Filter::All)).await.unwrap();
        assert!(other.rows.iter().all(|(_, row)| row["last"] == n), "views of another group are waited for");
        assert_eq!(other.rows.len(), 2);
    }
    let unknown = Query::new("no-such-view", Filter::All);
    assert!(handle.query_further("account", &unknown).await.is_err());
}

pub(crate) fn ids(page: &casewright_journal::Page) -> Vec<&str> {
    page.rows.iter().map(|(id, _)| id.as_str()).collect()
}

pub(crate) async fn views_catch_up_with_much_that_does_not_concern_them(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    deposit(&handle, "a", 1).await.unwrap();
    // More than is read at once, less than is worth a record of the position.
    for _ in 0..300 {
        record(&handle, "a", vec![Event::Noted]).await.unwrap();
    }
    journal.shutdown().await;
    let journal = place.journal().await;
    let count = journal.tenant(&tenant()).count(&Query::new("account", Filter::All)).await.unwrap();
    assert_eq!(count, 1);
}
