//! The journal's shell (writers, leases, views, consumers) under a simulated clock, with everything that is by chance
//! (faults, delays, crashes, who comes first) drawn from a seed: a failing run is repeated by its number.
//!
//! `CASEWRIGHT_SIMULATION_SEED=n` runs one seed; `CASEWRIGHT_SIMULATION_SEEDS=n` runs so many, and without it 500, or as
//! many as fit into a minute.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::memory::MemoryStore;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::scenario::{self, Course, Report};
use support::stores::Place;

const MINUTE: Duration = Duration::from_secs(60);
/// Seeds of the short form; the long one (`cargo xtask chaos simulation`) runs 10,000.
const SHORT: u64 = 500;

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

fn simulate(seed: u64) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let nodes = 1 + usize::try_from(seed % 3).unwrap();
    let store = if nodes == 1 { MemoryStore::exclusive() } else { MemoryStore::shared() };
    let course = Course { seed, nodes, clients: 4, operations: 14, unit: Duration::from_secs(1) };
    let place = Place::Memory(Arc::new(store));
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(scenario::run(&place, course))));
    outcome.unwrap_or_else(|cause| {
        eprintln!("seed {seed} failed; again with: CASEWRIGHT_SIMULATION_SEED={seed}");
        resume_unwind(cause)
    })
}

#[test]
fn a_seed_runs_the_same_way_every_time() {
    for seed in 1..=12 {
        assert_eq!(simulate(seed), simulate(seed), "seed {seed}");
    }
}

#[test]
fn whatever_the_seed_nothing_acknowledged_is_lost_and_nothing_is_done_twice() {
    if let Some(seed) = setting("CASEWRIGHT_SIMULATION_SEED") {
        eprintln!("seed {seed}: {:?}", simulate(seed));
        return;
    }
    let wanted = setting("CASEWRIGHT_SIMULATION_SEEDS");
    let begin = Instant::now();
    let mut sum = Report::default();
    let mut seeds = 0;
    while wanted.map_or_else(|| seeds < SHORT && begin.elapsed() < MINUTE, |wanted| seeds < wanted) {
        seeds += 1;
        sum.add(&simulate(seeds));
    }
    eprintln!("\nchaos: simulation: seeds 1 to {seeds}: {sum}, {:.0} s", begin.elapsed().as_secs_f64());
    assert!(sum.acknowledged > 0 && sum.uncertain > 0 && sum.reads > 0, "the seeds show something");
    assert!(sum.crashes > 0 && sum.pauses > 0, "the nodes were in trouble");
}
