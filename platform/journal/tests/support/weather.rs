//! Faults drawn from a seed: the same seed, the same fault for the same call at the same moment, in whatever order calls of
//! one moment come.

use super::faulty::Fault;
use casewright_journal::ShardId;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;
use tokio::time::Instant;

/// What is called, and on which shard.
pub(crate) type Call = (&'static str, Option<ShardId>);

/// How bad a day it is.
pub(crate) struct Weather {
    seed: u64,
    began: Instant,
    /// Of the present call.
    random: StdRng,
    /// What a short delay is measured in; the journal gives up on a call after fifteen.
    unit: Duration,
    /// Faults in a hundred appends.
    percent: u32,
}

impl Weather {
    pub(crate) fn new(seed: u64, unit: Duration) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let percent = [0, 5, 20, 50][random.random_range(0..4_usize)];
        Self { seed, began: Instant::now(), random, unit, percent }
    }

    pub(crate) fn append(&mut self, shard: ShardId) -> Fault {
        self.begin(("append", Some(shard)));
        if !self.is_bad() {
            return Fault::Delay(self.units(0, 2));
        }
        match self.random.random_range(0..7) {
            0 => Fault::Fail,
            1 => Fault::LoseAcknowledgement,
            2 => Fault::NeverAnswer,
            3 => Fault::Duplicate,
            4 => Fault::LoseContact,
            // Lands long after its writer gave up.
            5 => Fault::Delay(self.units(16, 40)),
            _ => Fault::Delay(self.units(2, 15)),
        }
    }

    /// How long another call takes, and whether it fails then; a view write may fail after it was done.
    pub(crate) fn call(&mut self, what: Call) -> (Duration, Outcome) {
        self.begin(what);
        let pause = self.units(0, 2);
        if self.random.random_range(0..4) > 0 || !self.is_bad() {
            return (pause, Outcome::Done);
        }
        match self.random.random_range(0..3) {
            0 => (pause, Outcome::Failed),
            1 => (pause, Outcome::DoneAndFailed),
            _ => (self.units(2, 20), Outcome::Done),
        }
    }

    fn begin(&mut self, what: Call) {
        let mut hasher = DefaultHasher::new();
        (self.seed, what, self.began.elapsed().as_nanos()).hash(&mut hasher);
        self.random = StdRng::seed_from_u64(hasher.finish());
    }

    fn is_bad(&mut self) -> bool {
        self.random.random_range(0..100) < self.percent
    }

    fn units(&mut self, from: u32, to: u32) -> Duration {
        // Thousandths, so that two calls rarely end at the same moment.
        self.unit * self.random.random_range(from * 1000..to * 1000) / 1000
    }
}

/// What a call comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    Done,
    Failed,
    DoneAndFailed,
}
