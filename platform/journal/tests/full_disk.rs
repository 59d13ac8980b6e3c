//! A disk that takes no more, under the journal itself: an append that ends in the middle of a page of the write-ahead log is
//! not acknowledged, what was acknowledged stays, and the same process goes on when there is room again; killed while the
//! disk is full or not.
//!
//! A disk is full in two ways: by a limit on the size of files, which cuts a write at any byte, and as a small file system
//! of its own, which is the real thing but cuts at pages. `CASEWRIGHT_FULL_DISK_ROUNDS` says how often it fills up,
//! `CASEWRIGHT_FULL_DISK_SEED` where.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::{ExecuteError, Journal, JournalConfig, StoreConfig};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::statvfs::statvfs;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::account::{Account, Event, deposit, projectors};
use support::stores::wait_until;
use support::tenant;

const CHILD_DIR: &str = "CASEWRIGHT_FULL_DISK_DIR";
const CHILD_SEED: &str = "CASEWRIGHT_FULL_DISK_CHILD";
const KIND: &str = "CASEWRIGHT_FULL_DISK_KIND";
const SMALL_DISK: &str = "CASEWRIGHT_SMALL_DISK_DIR";
const ACCOUNTS: usize = 4;
/// Times that the disk fills up in one life of the process.
const ROUNDS_PER_CHILD: u64 = 4;

/// What makes it full.
enum Disk {
    /// No file grows beyond a size.
    Limit { log: PathBuf },
    /// A file that takes all the room but some.
    Ballast { file: PathBuf },
}

impl Disk {
    fn new(kind: &str, dir: &Path) -> Self {
        match kind {
            "limit" => Self::Limit { log: dir.join("journal.db-wal") },
            "ballast" => Self::Ballast { file: dir.join("ballast") },
            other => panic!("{other} is no disk"),
        }
    }

    /// Leaves room for so many bytes.
    fn fill(&self, left: u64) {
        match self {
            Self::Limit { log } => {
                let (_, hard) = getrlimit(Resource::RLIMIT_FSIZE).unwrap();
                let size = std::fs::metadata(log).unwrap().len();
                setrlimit(Resource::RLIMIT_FSIZE, size + left, hard).unwrap();
            }
            Self::Ballast { file } => {
                let disk = statvfs(file.parent().unwrap()).unwrap();
                let free = disk.blocks_available() * disk.fragment_size();
                let ballast = vec![0; usize::try_from(free.saturating_sub(left)).unwrap()];
                match std::fs::write(file, ballast) {
                    // Views took of the room meanwhile.
                    Err(error) if error.kind() == std::io::ErrorKind::StorageFull => {}
                    written => written.unwrap(),
                }
            }
        }
    }

    fn free(&self) {
        match self {
            Self::Limit { .. } => {
                let (_, hard) = getrlimit(Resource::RLIMIT_FSIZE).unwrap();
                setrlimit(Resource::RLIMIT_FSIZE, hard, hard).unwrap();
            }
            Self::Ballast { file } => std::fs::remove_file(file).unwrap(),
        }
    }
}

async fn open(dir: &Path) -> Journal {
    let mut config = JournalConfig::new(StoreConfig::Sqlite { dir: dir.to_owned() });
    config.shards = 4;
    config.limits.snapshot_bytes = 1000;
    Journal::open(config, projectors()).await.unwrap()
}

fn say(what: &str, id: &str, amount: i64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{what} {id} {amount}").unwrap();
    out.flush().unwrap();
}

/// Deposits amounts of its own; how many were taken and how many were not.
async fn deposit_some(journal: &Journal, next: &mut i64, count: usize) -> (u64, u64) {
    let handle = journal.tenant(&tenant());
    let several = (0..count).map(|n| {
        *next += 1;
        let (handle, id, amount) = (handle.clone(), format!("a{}", n % ACCOUNTS), *next);
        async move {
            say("tried", &id, amount);
            match deposit(&handle, &id, amount).await {
                Ok(_) => {
                    say("acknowledged", &id, amount);
                    (1, 0)
                }
                Err(ExecuteError::Unavailable(_)) => (0, 1),
                Err(other) => panic!("{other:?}"),
            }
        }
    });
    let ended = futures::future::join_all(several).await;
    ended.into_iter().fold((0, 0), |(taken, refused), (t, r)| (taken + t, refused + r))
}

/// Not a test by itself: the process that meets a full disk. Prints what it tried and what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_writes_to_a_disk_that_fills_up() {
    let Ok(dir) = std::env::var(CHILD_DIR) else {
        return;
    };
    let seed: u64 = std::env::var(CHILD_SEED).unwrap().parse().unwrap();
    let disk = Disk::new(&std::env::var(KIND).unwrap(), Path::new(&dir));
    let mut random = StdRng::seed_from_u64(seed);
    let journal = open(Path::new(&dir)).await;
    let mut next = i64::try_from(seed).unwrap() * 100_000;
    for _ in 0..ROUNDS_PER_CHILD {
        let (taken, refused) = deposit_some(&journal, &mut next, random.random_range(1..12)).await;
        assert_eq!(refused, 0, "{taken} were taken, there was room for all");
        // Not even a frame of the log, or some frames and a part of one.
        disk.fill(random.random_range(0..40_000));
        let mut refusals = 0;
        for _ in 0..40 {
            refusals += deposit_some(&journal, &mut next, random.random_range(1..6)).await.1;
            if refusals > 3 {
                break;
            }
        }
        assert!(refusals > 0, "the disk never was full");
        disk.free();
        wait_until("writes are taken again", async || journal.ping().await.is_ok()).await;
        let (_, refused) = deposit_some(&journal, &mut next, 4).await;
        assert_eq!(refused, 0, "there is room again");
        check_views(&journal).await;
        say("round", "-", i64::try_from(refusals).unwrap());
    }
    journal.shutdown().await;
}

/// Rows of views say what the log says.
async fn check_views(journal: &Journal) {
    let handle = journal.tenant(&tenant());
    for n in 0..ACCOUNTS {
        let id = format!("a{n}");
        if let Some((_, version)) = handle.load::<Account>(&id).await.unwrap() {
            assert_eq!(handle.get("account", &id).await.unwrap().unwrap()["seq"], version, "{id}");
        }
    }
}

/// What the lives of a process said so far.
#[derive(Default)]
struct Said {
    tried: BTreeSet<(String, i64)>,
    acknowledged: BTreeSet<(String, i64)>,
    rounds: u64,
    refusals: i64,
}

/// One life; `lines` after which it is killed.
fn live(dir: &Path, kind: &str, seed: u64, lines: Option<usize>, said: &mut Said) {
    let executable = std::env::current_exe().unwrap();
    // With SIGXFSZ ignored, a write beyond the limit is an error, as on a full disk.
    let mut child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(executable)
        .args(["--exact", "child_writes_to_a_disk_that_fills_up", "--nocapture"])
        .env(CHILD_DIR, dir)
        .env(CHILD_SEED, seed.to_string())
        .env(KIND, kind)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut seen = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let [what, id, amount] = words[..] else { continue };
        let Ok(amount) = amount.parse::<i64>() else { continue };
        match what {
            "tried" => drop(said.tried.insert((id.to_owned(), amount))),
            "acknowledged" => drop(said.acknowledged.insert((id.to_owned(), amount))),
            "round" => {
                said.rounds += 1;
                said.refusals += amount;
            }
            _ => continue,
        }
        seen += 1;
        if lines == Some(seen) {
            child.kill().unwrap();
        }
    }
    let status = child.wait().unwrap();
    assert!(lines.is_some() || status.success(), "seed {seed}: the process ended with {status}");
}

async fn check(dir: &Path, said: &Said) {
    let journal = open(dir).await;
    let handle = journal.tenant(&tenant());
    let mut found: BTreeMap<(String, i64), u64> = BTreeMap::new();
    for n in 0..ACCOUNTS {
        let id = format!("a{n}");
        for entry in handle.entries("account", &id, 0, 1_000_000).await.unwrap() {
            let Event::Deposited { amount, .. } = serde_json::from_slice(&entry.payload).unwrap() else {
                panic!("only deposits were made")
            };
            *found.entry((id.clone(), amount)).or_default() += 1;
        }
    }
    for acknowledged in &said.acknowledged {
        assert_eq!(found.get(acknowledged), Some(&1), "{acknowledged:?} was acknowledged");
    }
    for (deposit, times) in &found {
        assert_eq!(*times, 1, "{deposit:?} stands in the log");
        assert!(said.tried.contains(deposit), "{deposit:?} was never tried");
    }
    check_views(&journal).await;
    journal.shutdown().await;
}

async fn fill_again_and_again(dir: &Path, kind: &str) {
    let setting = |name: &str, default: u64| std::env::var(name).map_or(default, |text| text.parse().unwrap());
    let (rounds, first) = (setting("CASEWRIGHT_FULL_DISK_ROUNDS", 16), setting("CASEWRIGHT_FULL_DISK_SEED", 1));
    let mut said = Said::default();
    let mut kills = 0;
    for seed in first.. {
        if said.rounds >= rounds {
            break;
        }
        // Every other life ends by SIGKILL, wherever it is.
        let mut random = StdRng::seed_from_u64(!seed);
        let lines = seed.is_multiple_of(2).then(|| random.random_range(5..90));
        kills += u64::from(lines.is_some());
        eprintln!("{kind}, seed {seed}");
        live(dir, kind, seed, lines, &mut said);
        if kind == "ballast" {
            drop(std::fs::remove_file(dir.join("ballast")));
        }
        check(dir, &said).await;
    }
    let Said { tried, acknowledged, rounds, refusals } = &said;
    eprintln!(
        "\nchaos: full disk ({kind}): full {rounds} times, {} deposits tried, {} acknowledged, {refusals} refused, {kills} kills",
        tried.len(),
        acknowledged.len()
    );
    assert!(!acknowledged.is_empty() && *refusals > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_append_that_is_cut_at_any_byte_is_not_acknowledged_and_costs_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    fill_again_and_again(dir.path(), "limit").await;
}

/// Not a test by itself: what runs in a file system of four megabytes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inside_of_a_small_file_system() {
    if let Ok(dir) = std::env::var(SMALL_DISK) {
        fill_again_and_again(Path::new(&dir), "ballast").await;
    }
}

#[test]
fn a_file_system_without_room_refuses_and_goes_on_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs -o size=4m none \"$CASEWRIGHT_SMALL_DISK_DIR\" || exit 42; exec \"$0\" \"$@\"";
    let status = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "inside_of_a_small_file_system", "--nocapture"])
        .env(SMALL_DISK, dir.path())
        .status();
    match status {
        Ok(status) if status.code() == Some(42) || status.code() == Some(1) && !can_unshare() => {
            eprintln!("SKIPPED: this user may not mount a file system of its own");
        }
        Ok(status) => assert!(status.success(), "it ended with {status}"),
        Err(error) => eprintln!("SKIPPED: there is no unshare: {error}"),
    }
}

fn can_unshare() -> bool {
    Command::new("unshare").args(["--user", "--map-root-user", "--mount", "true"]).status().is_ok_and(|s| s.success())
}
