//! SIGKILL at seeded random points of the main job, then start again: nothing acknowledged is missing, nothing is done twice,
//! what was not answered is wholly there or wholly not, timers that came due meanwhile fire once.
//!
//! The points come in groups, each on a store of its own: a group ends with a check of everything. A point is a time soon after
//! a start, or some commands after it, so that a slow machine is killed in the midst of work, too. `CASEWRIGHT_KILL_POINTS` says
//! how many points there are, `CASEWRIGHT_KILL_SEED` where; a failing group is repeated by its seed, which it names.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod checker;
mod disk;
mod history;
mod platform;
mod sink;
#[path = "../support/mod.rs"]
mod support;
mod timers;
mod two;
mod workload;

use history::{History, Tally};
use platform::Platform;
use sink::Sink;
use std::sync::Arc;
use std::time::{Duration, Instant};
use workload::Workload;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// SplitMix64: the same points for the same seed, everywhere.
struct Points(u64);

impl Points {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }
}

/// Points on one store.
const GROUP: u64 = 100;
/// Points after which what left the house is looked at.
const LOOK: u64 = 10;
/// How long some of everything may take when nothing is killed any more.
const LAST_STRETCH: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_points_nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let points = setting("CASEWRIGHT_KILL_POINTS", 8);
    let seed = setting("CASEWRIGHT_KILL_SEED", 1);
    let begin = Instant::now();
    let mut tally = Tally::default();
    for (seed, done) in (seed..).zip((0..points).step_by(GROUP as usize)) {
        let of_group = GROUP.min(points - done);
        let found = run(seed, of_group).await;
        let seconds = begin.elapsed().as_secs();
        eprintln!("seed {seed}: {} of {points} points after {seconds} s; {}", done + of_group, found.tally);
        if !found.findings.is_empty() {
            let history = std::env::temp_dir().join(format!("casewright-kill-{seed}.history"));
            std::fs::write(&history, &found.history).unwrap();
            panic!(
                "{} findings; the history of all commands is in {}; again with CASEWRIGHT_KILL_SEED={seed} \
                 CASEWRIGHT_KILL_POINTS={of_group}:\n{}",
                found.findings.len(),
                history.display(),
                found.findings.join("\n")
            );
        }
        tally.add(&found.tally);
    }
    eprintln!("\nchaos: kill: seeds from {seed}, {points} points in {} s, {tally}", begin.elapsed().as_secs());
    assert!(tally.is_substantial(), "the work was too little to show anything: {tally}");
}

/// Where it is killed, counted from when it is ready: soon, among the first requests, or in the midst of work.
enum Point {
    Time(Duration),
    Commands(u64, Duration),
}

/// How long so many commands may take.
const SLOWEST: Duration = Duration::from_secs(5);

fn point_of(random: &mut Points) -> Point {
    match random.next(4) {
        0 => Point::Time(Duration::from_millis(random.next(300))),
        _ => Point::Commands(1 + random.next(40), Duration::from_micros(random.next(30_000))),
    }
}

async fn at(point: Point, history: &History) {
    match point {
        Point::Time(time) => tokio::time::sleep(time).await,
        Point::Commands(count, time) => {
            history.wait_for_more(count, SLOWEST).await;
            tokio::time::sleep(time).await;
        }
    }
}

struct Found {
    findings: Vec<String>,
    tally: Tally,
    history: String,
}

/// A store from its beginning to the check of everything, with so many kills in between.
async fn run(seed: u64, points: u64) -> Found {
    let folder = tempfile::tempdir().unwrap();
    let sink = Sink::listen().await;
    let mut platform = Platform::new(folder.path(), sink.address());
    platform.start().await;
    platform.deploy().await;
    let history = Arc::new(History::default());
    let mut workload = Workload::start(&platform, &history);
    let mut random = Points(seed);
    let mut findings = Vec::new();
    let (begin, mut down) = (Instant::now(), Duration::ZERO);
    for point in 1..=points {
        at(point_of(&mut random), &history).await;
        platform.kill();
        let killed = Instant::now();
        if point.is_multiple_of(LOOK) {
            findings.extend(checker::check_sent(&history, &sink));
            eprintln!("seed {seed}, killed {point} times of {points}: {}", history.tally());
        }
        // Mostly clients wait until it is ready; sometimes they ask from the first moment.
        workload.set_gate(random.next(4) == 0);
        platform.start().await;
        platform.sign_in().await;
        workload.set_gate(true);
        down += killed.elapsed();
    }
    let killing = begin.elapsed();
    // A store with few points has a longer last stretch.
    let stretch = Instant::now();
    while !history.tally().is_substantial() && stretch.elapsed() < LAST_STRETCH {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    workload.begin_no_more().await;
    checker::settle(&platform, &history, &sink).await;
    eprintln!(
        "seed {seed}: {points} kills in {:.0} s, {:.0} s of them starting, settled after {:.0} s more",
        killing.as_secs_f64(),
        down.as_secs_f64(),
        stretch.elapsed().as_secs_f64()
    );
    workload.stop().await;
    findings.extend(checker::check(&platform, &history, &sink).await);
    platform.stop();
    findings.extend(checker::journal::check(&platform.journal_folder()).await);
    findings.extend(platform.verify());
    Found { findings, tally: history.tally(), history: history.text() }
}
