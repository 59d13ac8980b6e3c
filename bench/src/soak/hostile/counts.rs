//! What the hostile load did, and what came of it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// For the report.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Sent {
    pub(in super::super) wanted: usize,
    /// Connections open at once, from the first time on that nine tenths of the most were.
    pub(in super::super) held_mean: f64,
    pub(in super::super) held_most: usize,
    pub(in super::super) opened: u64,
    /// By the way they are kept.
    pub(in super::super) connections: BTreeMap<String, Held>,
    pub(in super::super) bombs: BTreeMap<String, Thrown>,
    /// Bombs whose turn it was while too many were under way.
    pub(in super::super) skipped: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Held {
    pub(in super::super) opened: u64,
    pub(in super::super) longest_ms: f64,
    pub(in super::super) endings: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in super::super) struct Thrown {
    pub(in super::super) thrown: u64,
    pub(in super::super) slowest_ms: f64,
    pub(in super::super) answers: BTreeMap<String, u64>,
}

#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<Counting>);

#[derive(Debug, Default)]
struct Counting {
    sent: Sent,
    held: usize,
    looks: Vec<usize>,
}

impl Counts {
    pub(super) fn opened(&self, kind: &str) {
        let mut counting = self.counting();
        counting.held += 1;
        counting.sent.opened += 1;
        counting.sent.held_most = counting.sent.held_most.max(counting.held);
        counting.sent.connections.entry(kind.to_owned()).or_default().opened += 1;
    }

    /// How a connection that was opened ended.
    pub(super) fn closed(&self, kind: &str, after: Duration, how: &io::Result<&'static str>) {
        let mut counting = self.counting();
        counting.held -= 1;
        let held = counting.sent.connections.entry(kind.to_owned()).or_default();
        held.longest_ms = held.longest_ms.max(after.as_secs_f64() * 1000.0);
        let ending = how.as_ref().map_or_else(|error| format!("{:?}", error.kind()), |ending| (*ending).to_owned());
        *held.endings.entry(ending).or_default() += 1;
    }

    pub(super) fn thrown(&self, bomb: &str, after: Duration, answer: String) {
        let mut counting = self.counting();
        let thrown = counting.sent.bombs.entry(bomb.to_owned()).or_default();
        thrown.thrown += 1;
        thrown.slowest_ms = thrown.slowest_ms.max(after.as_secs_f64() * 1000.0);
        *thrown.answers.entry(answer).or_default() += 1;
    }

    pub(super) fn skipped(&self) {
        self.counting().sent.skipped += 1;
    }

    /// Notes how many are open.
    pub(super) fn look(&self) {
        let mut counting = self.counting();
        let held = counting.held;
        counting.looks.push(held);
    }

    pub(super) fn sent(&self, wanted: usize) -> Sent {
        let counting = self.counting();
        let full = counting.looks.iter().position(|held| held * 10 >= counting.sent.held_most * 9);
        let looks = full.map_or(&[][..], |full| &counting.looks[full..]);
        let held_mean = looks.iter().sum::<usize>() as f64 / looks.len().max(1) as f64;
        Sent { wanted, held_mean, ..counting.sent.clone() }
    }

    fn counting(&self) -> MutexGuard<'_, Counting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_over_the_time_in_which_they_are_there() {
        let counts = Counts::default();
        counts.look();
        for _ in 0..10 {
            counts.opened("idle");
        }
        counts.look();
        counts.closed("idle", Duration::from_secs(2), &Ok("cut"));
        counts.closed("idle", Duration::from_secs(1), &Err(io::ErrorKind::ConnectionReset.into()));
        counts.look();
        let sent = counts.sent(20);
        assert_eq!((sent.wanted, sent.held_most, sent.opened), (20, 10, 10));
        assert!((sent.held_mean - 9.0).abs() < 1e-9, "{sent:?}");
        let idle = &sent.connections["idle"];
        assert_eq!(idle.endings, BTreeMap::from([("ConnectionReset".to_owned(), 1), ("cut".to_owned(), 1)]));
        assert!((idle.longest_ms - 2000.0).abs() < 1e-9);
    }
}
