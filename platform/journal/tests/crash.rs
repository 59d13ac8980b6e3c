//! What was acknowledged survives SIGKILL; a folder has one owner; a store of another release is refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::sqlite::SqliteStore;
use casewright_journal::store::Store as _;
use casewright_journal::{Journal, JournalConfig, ShardId, StoreConfig};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use support::account::{Account, deposit, projectors};
use support::tenant;

const CHILD_DIR: &str = "CASEWRIGHT_CRASH_TEST_DIR";

async fn open(dir: &Path) -> Journal {
    let mut config = JournalConfig::new(StoreConfig::Sqlite { dir: dir.to_owned() });
    config.shards = 8;
    config.limits.snapshot_bytes = 1000;
    Journal::open(config, projectors()).await.unwrap()
}

/// Not a test by itself: what the killed process runs. Prints what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_deposits_until_it_is_killed() {
    let Ok(dir) = std::env::var(CHILD_DIR) else {
        return;
    };
    let journal = open(Path::new(&dir)).await;
    let workers = (0..6).map(|worker| {
        let handle = journal.tenant(&tenant());
        async move {
            let id = format!("a{worker}");
            loop {
                let committed = deposit(&handle, &id, 1).await.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "\nacknowledged {id} {}", committed.version).unwrap();
                out.flush().unwrap();
            }
        }
    });
    futures::future::join_all(workers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_sigkill() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged: HashMap<String, u64> = HashMap::new();
    for round in 1..=3 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_deposits_until_it_is_killed", "--nocapture"])
            .env(CHILD_DIR, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        for line in lines {
            let line = line.unwrap();
            let mut words = line.split(' ');
            if let (Some("acknowledged"), Some(id), Some(version)) = (words.next(), words.next(), words.next())
                && let Ok(version) = version.parse()
            {
                acknowledged.insert(id.to_owned(), version);
                seen += 1;
                if seen == 150 {
                    child.kill().unwrap();
                }
            }
        }
        child.wait().unwrap();
        assert!(seen >= 150, "the child worked in round {round}");

        let journal = open(dir.path()).await;
        let handle = journal.tenant(&tenant());
        for (id, version) in &acknowledged {
            let (account, found) = handle.load::<Account>(id).await.unwrap().unwrap();
            assert!(found >= *version, "{id}: acknowledged {version}, found {found}");
            assert_eq!(account.total as u64, found);
            let row = handle.get("account", id).await.unwrap().unwrap();
            assert_eq!(row["seq"], found, "the views were caught up");
        }
        journal.shutdown().await;
    }
}

#[tokio::test]
async fn a_folder_in_use_is_refused_with_a_clear_error() {
    let dir = tempfile::tempdir().unwrap();
    let first = SqliteStore::open(dir.path()).await.unwrap();
    let second = SqliteStore::open(dir.path()).await.err().unwrap();
    assert!(second.to_string().contains("in use by another process"), "{second}");
    first.close().await;
    SqliteStore::open(dir.path()).await.unwrap();
}

#[tokio::test]
async fn a_store_of_a_newer_release_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    SqliteStore::open(dir.path()).await.unwrap().close().await;
    let raw = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    raw.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(raw);
    let error = SqliteStore::open(dir.path()).await.err().unwrap();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("format 99"), "{cause}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_torn_batch_is_an_error_not_half_a_batch() {
    let dir = tempfile::tempdir().unwrap();
    let journal = open(dir.path()).await;
    let handle = journal.tenant(&tenant());
    let committed = deposit(&handle, "a", 1).await.unwrap();
    let shard = journal.shard_of(&casewright_journal::AggregateKey::new(&tenant(), "account", "a"));
    assert_eq!(committed.position, 1);
    journal.shutdown().await;
    let raw = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    raw.execute_batch("UPDATE batch SET entries = substr(entries, 1, length(entries) - 5)").unwrap();
    drop(raw);
    let store = SqliteStore::open(dir.path()).await.unwrap();
    assert!(store.read(shard, 1, 10).await.is_err());
    assert!(store.read(ShardId(shard.0 ^ 1), 1, 10).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_of_another_journal_are_thrown_away() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (dir, id) in [(&one, "mine"), (&two, "theirs")] {
        let journal = open(dir.path()).await;
        let handle = journal.tenant(&tenant());
        deposit(&handle, id, 1).await.unwrap();
        assert!(handle.get("account", id).await.unwrap().is_some());
        journal.shutdown().await;
    }
    for file in ["views.db", "views.db-wal"] {
        let from = two.path().join(file);
        if from.exists() {
            std::fs::copy(from, one.path().join(file)).unwrap();
        }
    }
    let handle = open(one.path()).await.tenant(&tenant());
    assert!(handle.get("account", "mine").await.unwrap().is_some());
    assert!(handle.get("account", "theirs").await.unwrap().is_none());
}
