//! What was acknowledged survives SIGKILL and a torn file; a folder has one owner; a store of another release is refused.
//!
//! `CASEWRIGHT_TRUNCATE_EVERY=1` cuts the file at every byte of the last batch; without it at every 61st, and at all around
//! the borders of frames.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::sqlite::SqliteStore;
use casewright_journal::store::Store as _;
use casewright_journal::{Filter, Journal, JournalConfig, Kind, Query, ShardId, StoreConfig};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use support::account::{Account, Event, deposit, projectors, record};
use support::tenant;
use uuid::Uuid;

const CHILD_DIR: &str = "CASEWRIGHT_CRASH_TEST_DIR";
const CLOSING_DIR: &str = "CASEWRIGHT_CLOSING_TEST_DIR";
const HELD_DIR: &str = "CASEWRIGHT_HELD_TEST_DIR";
/// What a child says before it is killed.
const LINES: usize = 150;

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

/// Runs a child over a folder and kills it in the midst of its work; all that it said.
fn lines_until_killed(child: &str, variable: &str, dir: &Path, prefix: &str) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", child, "--nocapture"])
        .env(variable, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        // The last line may be torn.
        if line.starts_with(prefix) && line.rsplit(' ').next().is_some_and(|last| last.parse::<u64>().is_ok()) {
            said.push(line);
            if said.len() == LINES {
                child.kill().unwrap();
            }
        }
    }
    child.wait().unwrap();
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_sigkill() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged: HashMap<String, u64> = HashMap::new();
    for round in 1..=3 {
        let lines = lines_until_killed("child_deposits_until_it_is_killed", CHILD_DIR, dir.path(), "acknowledged ");
        assert!(lines.len() >= LINES, "the child worked in round {round}");
        for line in lines {
            let [_, id, version] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            acknowledged.insert(id.to_owned(), version.parse().unwrap());
        }
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

/// Not a test by itself: opens and closes accounts beside one that is kept, until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_closes_accounts_until_it_is_killed() {
    let Ok(dir) = std::env::var(CLOSING_DIR) else {
        return;
    };
    let journal = open(Path::new(&dir)).await;
    let workers = (0..6).map(|worker| {
        let handle = journal.tenant(&tenant());
        async move {
            loop {
                let short = format!("short-{}", Uuid::new_v4());
                deposit(&handle, &short, 1).await.unwrap();
                let kept = deposit(&handle, &format!("kept-{worker}"), 1).await.unwrap();
                record(&handle, &short, vec![Event::Noted, Event::Closed]).await.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "\nclosed {short} kept-{worker} {}", kept.version).unwrap();
                out.flush().unwrap();
            }
        }
    });
    futures::future::join_all(workers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_forgotten_while_the_process_is_killed_is_gone_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let (mut closed, mut kept) = (Vec::new(), HashMap::new());
    let mut entries_left = 0;
    for round in 1..=3 {
        for line in lines_until_killed("child_closes_accounts_until_it_is_killed", CLOSING_DIR, dir.path(), "closed ") {
            let [_, short, id, version] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
            closed.push(short.to_owned());
            kept.insert(id.to_owned(), version.parse::<u64>().unwrap());
        }
        let journal = open(dir.path()).await;
        let handle = journal.tenant(&tenant());
        // A query waits for the views, which must be past what is forgotten.
        let rows = handle.count(&Query::new("account", Filter::All)).await.unwrap();
        assert!(
            rows <= 6 + 6 * round,
            "{rows}: a kept account a worker, and a short one that was open when it was killed"
        );
        let left = async || {
            let mut left = 0;
            for id in &closed {
                left += handle.entries("account", id, 0, 10).await.unwrap().len();
            }
            left
        };
        let everything = async {
            while left().await > 0 {
                journal.forget_now().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(60), everything).await.expect("what was closed is forgotten");
        for (id, version) in &kept {
            let (account, found) = handle.load::<Account>(id).await.unwrap().unwrap();
            assert!(found >= *version && account.total as u64 == found, "{id}: acknowledged {version}, found {found}");
            assert_eq!(handle.entries("account", id, 0, usize::MAX >> 1).await.unwrap().len() as u64, found);
        }
        let report = journal.verify(&[Kind::of::<Account>()], |_| {}).await.unwrap();
        assert_eq!(report.findings, []);
        entries_left = report.entries;
        journal.shutdown().await;
    }
    let batches = rusqlite::Connection::open(dir.path().join("journal.db")).unwrap();
    let empty: i64 =
        batches.query_row("SELECT count(*) FROM batch WHERE length(entries) < 20", [], |row| row.get(0)).unwrap();
    assert!(
        (empty as u64) <= entries_left + 8,
        "{empty} empty batches between {entries_left} entries: each run is one"
    );
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

/// Not a test by itself: holds a folder until it is killed.
#[tokio::test]
async fn child_holds_a_folder() {
    let Ok(dir) = std::env::var(HELD_DIR) else {
        return;
    };
    let _held = SqliteStore::open(Path::new(&dir)).await.unwrap();
    println!("\nheld");
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_holds_a_folder", "--nocapture"])
        .env(HELD_DIR, dir.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "held"), "the child has the folder");
    let refused = SqliteStore::open(dir.path()).await.err().unwrap();
    assert!(refused.to_string().contains("in use by another process"), "{refused}");
    child.kill().unwrap();
    child.wait().unwrap();
    SqliteStore::open(dir.path()).await.unwrap().close().await;
}

/// Copies the journal as a power cut would leave it when only `length` bytes of its write-ahead log had reached the disk.
fn cut(from: &Path, to: &Path, log: &[u8], length: usize) {
    std::fs::create_dir_all(to).unwrap();
    for old in ["journal.db-shm", "views.db", "views.db-wal", "views.db-shm"] {
        drop(std::fs::remove_file(to.join(old)));
    }
    std::fs::copy(from.join("journal.db"), to.join("journal.db")).unwrap();
    std::fs::write(to.join("journal.db-wal"), &log[..length]).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_torn_at_any_byte_of_the_last_batch_opens_with_all_before_it() {
    let every: usize = std::env::var("CASEWRIGHT_TRUNCATE_EVERY").map_or(61, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (live, torn) = (folder.path().join("live"), folder.path().join("torn"));
    let journal = open(&live).await;
    let handle = journal.tenant(&tenant());
    for n in 1..=10 {
        deposit(&handle, "a", n).await.unwrap();
    }
    let log = live.join("journal.db-wal");
    let before = std::fs::metadata(&log).unwrap().len() as usize;
    deposit(&handle, "a", 11).await.unwrap();
    let bytes = std::fs::read(&log).unwrap();
    assert!(bytes.len() > before, "the last batch made the log longer");
    let shard = journal.shard_of(&casewright_journal::AggregateKey::new(&tenant(), "account", "a"));
    const PAGE: usize = 8192;
    let is_interesting =
        |at: &usize| at.is_multiple_of(every) || (*at - before) % (PAGE + 24) < 32 || bytes.len() - *at < 32;
    let mut cuts = 0;
    for length in (before..=bytes.len()).filter(is_interesting) {
        cut(&live, &torn, &bytes, length);
        let store = SqliteStore::open(&torn).await.unwrap();
        let head = store.head(shard).await.unwrap();
        let expected = if length == bytes.len() { 11 } else { 10 };
        assert_eq!(head, expected, "cut at {length} of {}: what was acknowledged before is there", bytes.len());
        assert_eq!(store.read(shard, 1, 100).await.unwrap().len() as u64, head);
        store.close().await;
        cuts += 1;
    }
    eprintln!("\nchaos: torn: {cuts} lengths of the log between {before} and {} bytes", bytes.len());
    journal.shutdown().await;
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
