//! SIGKILL at seeded random points of the main job, then start again: nothing acknowledged is missing, nothing is done twice, timers that
//! came due meanwhile fire.
//!
//! `CASEWRIGHT_KILL_POINTS` and `CASEWRIGHT_KILL_SEED` choose how often and where; a failing run is repeated by its seed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod checker;
mod disk;
mod platform;
mod sink;
mod workload;

use platform::Platform;
use sink::Sink;
use std::sync::Arc;
use std::time::Duration;
use workload::{Acknowledged, Workload};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_points_nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    let points = setting("CASEWRIGHT_KILL_POINTS", 8);
    let seed = setting("CASEWRIGHT_KILL_SEED", 1);
    let folder = tempfile::tempdir().unwrap();
    let sink = Sink::listen().await;
    let mut platform = Platform::new(folder.path(), sink.address());
    platform.start().await;
    platform.deploy_timer_process().await;
    let acknowledged = Arc::new(Acknowledged::default());
    let workload = Workload::start(&platform, Arc::clone(&acknowledged));
    let mut random = Points(seed);
    for point in 1..=points {
        // The point is a time after readiness: from within the first requests to well into the work.
        tokio::time::sleep(Duration::from_millis(random.next(1_200))).await;
        platform.kill();
        eprintln!("killed {point}/{points}: {}", acknowledged.summary());
        platform.start().await;
    }
    workload.stop().await;
    checker::settle(&platform, &acknowledged, &sink).await;
    let mut findings = checker::check(&platform, &acknowledged, &sink).await;
    platform.stop();
    findings.extend(checker::check_journal(&platform.journal_folder()).await);
    eprintln!("\nchaos: kill: seed {seed}, {points} points, {}", acknowledged.summary());
    assert!(acknowledged.is_substantial(), "the work was too little to show anything: {}", acknowledged.summary());
    assert!(findings.is_empty(), "seed {seed}: {} findings:\n{}", findings.len(), findings.join("\n"));
}
