//! Stores of earlier formats open and say what they said; those of later ones are refused by name.
//!
//! A fixture is written once, by the release that introduced its format, and never again:
//! `CASEWRIGHT_WRITE_FIXTURE=<folder> cargo test -p casewright-journal --test upgrade` fills an empty folder.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::sqlite::SqliteStore;
use casewright_journal::{AggregateKey, Filter, Journal, Kind, Query, Store};
use std::path::Path;
use std::sync::Arc;
use support::account::{Account, Event, deposit, record};
use support::stores::{Place, journal_on};
use support::tenant;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/format-1");
const ACCOUNTS: i64 = 3;
const DEPOSITS: i64 = 12;

async fn open(dir: &Path) -> Journal {
    journal_on(Arc::new(SqliteStore::open(dir).await.unwrap())).await
}

async fn fill(journal: &Journal) {
    let handle = journal.tenant(&tenant());
    for n in 1..=DEPOSITS {
        for account in 1..=ACCOUNTS {
            deposit(&handle, &format!("a{account}"), account * n).await.unwrap();
        }
    }
    let opened = ["one", "two"].map(|task| Event::TaskOpened { task: task.to_owned() });
    record(&handle, "b", opened.to_vec()).await.unwrap();
    record(&handle, "b", vec![Event::TaskClosed { task: "one".to_owned() }]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_of_format_1_opens_and_says_what_it_said() {
    if let Ok(dir) = std::env::var("CASEWRIGHT_WRITE_FIXTURE") {
        let journal = open(Path::new(&dir)).await;
        fill(&journal).await;
        journal.shutdown().await;
    }
    let dir = tempfile::tempdir().unwrap();
    for name in ["journal.db", "views.db"] {
        std::fs::copy(Path::new(FIXTURE).join(name), dir.path().join(name)).unwrap();
    }
    let store = SqliteStore::open(dir.path()).await.unwrap();
    let key = AggregateKey::new(&tenant(), "account", "a1");
    assert!(store.snapshot(&key).await.unwrap().is_some(), "the fixture has snapshots");
    let journal = journal_on(Arc::new(store)).await;
    let report = journal.verify(&[Kind::of::<Account>()], |_| {}).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.aggregates, report.entries), (4, 39));
    let handle = journal.tenant(&tenant());
    for n in 1..=ACCOUNTS {
        let id = format!("a{n}");
        let (account, version) = handle.load::<Account>(&id).await.unwrap().unwrap();
        let total = n * DEPOSITS * (DEPOSITS + 1) / 2;
        assert_eq!((account.total, version, account.last_actor.as_str()), (total, 12, "alice"));
        assert_eq!(handle.entries("account", &id, 0, 100).await.unwrap().len(), 12);
        assert_eq!(handle.get("account", &id).await.unwrap().unwrap()["last"], n * DEPOSITS);
    }
    let tasks = handle.query(&Query::new("task", Filter::All)).await.unwrap();
    assert_eq!(tasks.rows.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["two"]);
    assert_eq!(deposit(&handle, "a1", 1).await.unwrap().version, 13, "and it goes on");
    journal.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_later_release_wrote_is_refused_by_its_number() {
    let said = async |damage: &str| -> String {
        let dir = tempfile::tempdir().unwrap();
        std::fs::copy(Path::new(FIXTURE).join("journal.db"), dir.path().join("journal.db")).unwrap();
        let raw = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
        raw.execute_batch(damage).unwrap();
        drop(raw);
        let error = match SqliteStore::open(dir.path()).await {
            Err(error) => error,
            Ok(store) => {
                let journal = journal_on(Arc::new(store)).await;
                let loaded = journal.tenant(&tenant()).load::<Account>("b").await;
                loaded.expect_err("it cannot be read")
            }
        };
        std::error::Error::source(&error).unwrap().to_string()
    };
    let store = said("PRAGMA user_version = 7").await;
    assert!(store.contains("format 7") && store.contains("up to 1"), "{store}");
    let framing = said("UPDATE batch SET entries = CAST(x'09' || substr(entries, 2) AS BLOB)").await;
    assert!(framing.contains("newer release (framing 9)"), "{framing}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_a_later_release_is_refused_by_its_number() {
    let Some(place) = Place::mongo() else {
        return;
    };
    place.open().await;
    let Place::Mongo { uri, database } = &place else {
        panic!("not a MongoDB");
    };
    let client = mongodb::Client::with_uri_str(uri).await.unwrap();
    let meta = client.database(database).collection::<mongodb::bson::Document>("meta");
    let newer = mongodb::bson::doc! { "$set": { "format": 7_i64 } };
    meta.update_one(mongodb::bson::doc! { "_id": "store" }, newer).await.unwrap();
    let refused = casewright_journal::mongo::MongoStore::open(uri, database).await.err().unwrap();
    assert!(refused.to_string().contains("format 7"), "{refused}");
    place.remove().await;
}
