//! Jobs of instances by their due date.

use super::{Key, instance_of, instant};
use casewright_engine_core::entity::Job;
use casewright_engine_core::ids::{Id, Prefix};
use casewright_engine_value::Instant;
use casewright_engine_views::JobRow;
use casewright_journal::Document;
use std::collections::{BTreeMap, BTreeSet};

/// A job that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Open {
    instance: Id,
    /// The least there is when it has no due date.
    due: Instant,
    has_retries: bool,
    is_suspended: bool,
}

#[derive(Default)]
pub(super) struct Jobs {
    known: BTreeMap<Key, Open>,
    due: BTreeSet<(Instant, Key)>,
}

const AT_ONCE: Instant = Instant(i64::MIN);

impl From<&Job> for Open {
    fn from(job: &Job) -> Self {
        Self {
            instance: job.place.instance,
            due: job.due.unwrap_or(AT_ONCE),
            has_retries: job.retries > 0,
            is_suspended: job.suspended,
        }
    }
}

pub(super) fn of_row(row: &Document) -> Open {
    Open {
        instance: instance_of(row),
        due: instant(row, JobRow::DUE_DATE).unwrap_or(AT_ONCE),
        has_retries: JobRow::RETRIES.integer(row).is_some_and(|retries| retries > 0),
        is_suspended: JobRow::SUSPENDED.is_set(row),
    }
}

impl Jobs {
    pub(super) fn put(&mut self, key: Key, job: Open) {
        self.remove(key);
        if job.has_retries && !job.is_suspended {
            self.due.insert((job.due, key));
        }
        self.known.insert(key, job);
    }

    pub(super) fn remove(&mut self, key: Key) {
        if let Some(job) = self.known.remove(&key) {
            self.due.remove(&(job.due, key));
        }
    }

    pub(super) fn suspend(&mut self, prefix: Prefix, instance: Id, is_suspended: bool) {
        let of_root = (prefix, Id(0))..=(prefix, Id(u64::MAX));
        let keys: Vec<Key> =
            self.known.range(of_root).filter(|(_, job)| job.instance == instance).map(|(key, _)| *key).collect();
        for key in keys {
            if let Some(job) = self.known.get(&key).copied() {
                self.put(key, Open { is_suspended, ..job });
            }
        }
    }

    pub(super) fn due(&self, now: Instant, limit: usize) -> Vec<Key> {
        self.due.iter().take_while(|(due, _)| *due <= now).take(limit).map(|(_, key)| *key).collect()
    }

    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(due, _)| *due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: u64) -> Key {
        (Prefix::new([1; 10]), Id(id))
    }

    fn open(due: i64) -> Open {
        Open { instance: Id::ROOT, due: Instant(due), has_retries: true, is_suspended: false }
    }

    #[test]
    fn what_has_been_due_for_longest_comes_first() {
        let mut jobs = Jobs::default();
        jobs.put(key(1), open(20));
        jobs.put(key(2), open(10));
        jobs.put(key(3), open(30));
        assert_eq!(jobs.due(Instant(20), 9), [key(2), key(1)]);
        assert_eq!(jobs.due(Instant(20), 1), [key(2)]);
        jobs.remove(key(2));
        assert_eq!(jobs.next_due(), Some(Instant(20)));
    }

    #[test]
    fn a_job_that_is_changed_has_one_due_date() {
        let mut jobs = Jobs::default();
        jobs.put(key(1), open(10));
        jobs.put(key(1), open(50));
        assert!(jobs.due(Instant(20), 9).is_empty());
        jobs.put(key(1), Open { has_retries: false, ..open(5) });
        assert_eq!(jobs.next_due(), None);
    }

    #[test]
    fn a_suspended_job_waits_until_its_instance_is_activated() {
        let mut jobs = Jobs::default();
        jobs.put(key(1), open(10));
        jobs.suspend(Prefix::new([1; 10]), Id::ROOT, true);
        assert!(jobs.due(Instant(20), 9).is_empty());
        jobs.suspend(Prefix::new([1; 10]), Id::ROOT, false);
        assert_eq!(jobs.due(Instant(20), 9), [key(1)]);
    }
}
