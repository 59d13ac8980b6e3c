//! A backup taken while the store is written is one moment of it, and comes back as it was.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::sqlite::SqliteStore;
use casewright_journal::sqlite::backup::{Backup, Writer};
use casewright_journal::{Entry, Journal, Kind, ShardId, Store};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use support::account::{Account, Event, deposit, record};
use support::stores::journal_on;
use support::tenant;

async fn open(dir: &Path) -> Journal {
    journal_on(Arc::new(SqliteStore::open(dir).await.unwrap())).await
}

/// Everything in a store: every aggregate with all its entries.
async fn aggregates(dir: &Path) -> BTreeMap<String, Vec<Entry>> {
    let store = SqliteStore::open(dir).await.unwrap();
    let shards = store.shards(0).await.unwrap();
    let mut found: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for shard in (0..shards).map(ShardId) {
        for batch in store.read(shard, 1, usize::MAX >> 1).await.unwrap() {
            for entry in batch.entries {
                found.entry(entry.meta.key.id.to_string()).or_default().push(entry);
            }
        }
    }
    store.close().await;
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_under_load_holds_every_aggregate_as_of_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let (live, file, restored) =
        (folder.path().join("live"), folder.path().join("backup"), folder.path().join("restored"));
    let journal = open(&live).await;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|worker| {
            let (handle, stop) = (journal.tenant(&tenant()), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut version = 0;
                while !stop.load(Ordering::Relaxed) || version < 30 {
                    version = deposit(&handle, &format!("a{worker}"), 1).await.unwrap().version;
                }
            })
        })
        .collect();
    let handle = journal.tenant(&tenant());
    let before = deposit(&handle, "before", 7).await.unwrap().version;
    let mut writer = Writer::begin(&live, &file, "test").await.unwrap();
    let after = deposit(&handle, "after", 7).await.unwrap().version;
    assert_eq!((before, after), (1, 1));
    let attachment = folder.path().join("attachment");
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n as u8).collect();
    std::fs::write(&attachment, &bytes).unwrap();
    assert!(writer.add("files/one", &attachment).await.unwrap());
    assert!(!writer.add("files/gone", &folder.path().join("gone")).await.unwrap());
    assert!(!file.exists(), "it appears when it is whole");
    let contents = writer.finish().await.unwrap();
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    journal.shutdown().await;
    assert_eq!((contents.files, contents.file_bytes), (1, 3_000_000));

    let backup = Backup::open(&file).await.unwrap();
    assert_eq!(backup.contents(), &contents);
    backup.restore_journal(&restored).await.unwrap();
    assert_eq!(backup.files().await.unwrap(), ["files/one"]);
    backup.extract("files/one", &folder.path().join("again")).await.unwrap();
    assert!(std::fs::read(folder.path().join("again")).unwrap() == bytes);

    let (all, held) = (aggregates(&live).await, aggregates(&restored).await);
    assert!(held.contains_key("before"), "what was acknowledged before the backup began is in it");
    assert!(!held.contains_key("after"), "what came later is not");
    for (id, entries) in &held {
        assert_eq!(entries[..], all[id][..entries.len()], "{id} is as it was at that moment");
    }
    let store = SqliteStore::open(&restored).await.unwrap();
    assert_eq!(store.heads(store.shards(0).await.unwrap()).await.unwrap(), contents.heads, "at the position it says");
    let journal = journal_on(Arc::new(store)).await;
    let report = journal.verify(&[Kind::of::<Account>()], |_| {}).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.aggregates, held.len() as u64);
    assert_eq!(deposit(&journal.tenant(&tenant()), "before", 1).await.unwrap().answer, 8, "and it goes on from there");
    journal.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_never_overwrites_and_a_damaged_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (live, file) = (folder.path().join("live"), folder.path().join("backup"));
    let none = Writer::begin(&live, &file, "test").await.err().unwrap();
    assert!(none.to_string().contains("journal.db"), "{none}");
    let journal = open(&live).await;
    for n in 1..=200 {
        deposit(&journal.tenant(&tenant()), &format!("a{}", n % 20), n).await.unwrap();
    }
    drop(Writer::begin(&live, &file, "test").await.unwrap());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "one that was given up leaves nothing");
    Writer::begin(&live, &file, "test").await.unwrap().finish().await.unwrap();
    let again = Writer::begin(&live, &file, "test").await.err().unwrap();
    assert!(again.to_string().contains("exists already"), "{again}");
    let backup = Backup::open(&file).await.unwrap();
    journal.shutdown().await;
    let occupied = backup.restore_journal(&live).await.unwrap_err();
    assert!(occupied.to_string().contains("restore into an empty folder"), "{occupied}");

    let whole = std::fs::read(&file).unwrap();
    let damaged = folder.path().join("damaged");
    for cut in [0, 10, whole.len() / 3, whole.len() - 8192] {
        std::fs::write(&damaged, &whole[..cut]).unwrap();
        assert!(Backup::open(&damaged).await.is_err(), "cut at {cut} of {}", whole.len());
    }
    let raw = rusqlite::Connection::open(&file).unwrap();
    raw.execute("UPDATE backup SET value = '9' WHERE key = 'format'", []).unwrap();
    drop(raw);
    let newer = Backup::open(&file).await.err().unwrap();
    let cause = std::error::Error::source(&newer).unwrap().to_string();
    assert!(cause.contains("format 9"), "{cause}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_are_partly_ahead_of_a_journal_that_was_put_back_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (live, kept) = (folder.path().join("live"), folder.path().join("kept.db"));
    let journal = open(&live).await;
    deposit(&journal.tenant(&tenant()), "a", 1).await.unwrap();
    journal.shutdown().await;
    std::fs::copy(live.join("journal.db"), &kept).unwrap();
    let journal = open(&live).await;
    let handle = journal.tenant(&tenant());
    let deposited = Event::Deposited { amount: 1, note: "lost".to_owned() };
    record(&handle, "b", vec![deposited, Event::TaskOpened { task: "t".to_owned() }]).await.unwrap();
    // Only this view is written, so all of them together are not ahead.
    assert!(handle.get("account", "b").await.unwrap().is_some());
    journal.shutdown().await;
    std::fs::copy(&kept, live.join("journal.db")).unwrap();
    for log in ["journal.db-wal", "journal.db-shm"] {
        if live.join(log).exists() {
            std::fs::remove_file(live.join(log)).unwrap();
        }
    }
    let handle = open(&live).await.tenant(&tenant());
    assert!(handle.get("account", "a").await.unwrap().is_some());
    assert!(handle.get("account", "b").await.unwrap().is_none(), "the journal knows nothing of it");
}
