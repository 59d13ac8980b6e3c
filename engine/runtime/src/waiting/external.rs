//! External tasks by topic: those a worker can have now, by priority, and those that are locked, by expiry.

use super::{Key, instance_of, instant};
use casewright_engine_core::entity::ExternalTask;
use casewright_engine_core::ids::{Id, Prefix};
use casewright_engine_value::Instant;
use casewright_engine_views::ExternalTaskRow;
use casewright_journal::Document;
use smol_str::SmolStr;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a fetch asks for.
pub(crate) struct Wanted<'a> {
    pub(crate) topics: &'a [&'a str],
    pub(crate) max: usize,
    pub(crate) use_priority: bool,
}

/// An open external task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Open {
    instance: Id,
    topic: SmolStr,
    priority: i64,
    locked_until: Option<Instant>,
    has_retries: bool,
    is_suspended: bool,
}

#[derive(Default)]
pub(super) struct ExternalTasks {
    known: BTreeMap<Key, Open>,
    topics: HashMap<SmolStr, Topic>,
}

#[derive(Default)]
struct Topic {
    ready: BTreeSet<(Reverse<i64>, Key)>,
    locked: BTreeSet<(Instant, Key)>,
    /// Tasks whose priority is not 0.
    prioritised: usize,
}

impl From<&ExternalTask> for Open {
    fn from(task: &ExternalTask) -> Self {
        Self {
            instance: task.place.instance,
            topic: task.topic.clone(),
            priority: task.priority,
            locked_until: task.locked_until,
            has_retries: task.retries.is_none_or(|retries| retries > 0),
            is_suspended: task.suspended,
        }
    }
}

/// Of a row of the view, which knows nothing of suspension.
pub(super) fn of_row(row: &Document) -> Open {
    Open {
        instance: instance_of(row),
        topic: SmolStr::new(ExternalTaskRow::TOPIC_NAME.text(row).unwrap_or_default()),
        priority: ExternalTaskRow::PRIORITY.integer(row).unwrap_or(0),
        locked_until: instant(row, ExternalTaskRow::LOCK_EXPIRATION_TIME),
        has_retries: ExternalTaskRow::RETRIES.integer(row).is_none_or(|retries| retries > 0),
        is_suspended: false,
    }
}

impl ExternalTasks {
    pub(super) fn put(&mut self, key: Key, task: Open) {
        self.remove(key);
        let topic = self.topics.entry(task.topic.clone()).or_default();
        topic.prioritised += usize::from(task.priority != 0);
        topic.place(key, &task);
        self.known.insert(key, task);
    }

    pub(super) fn remove(&mut self, key: Key) {
        let Some(task) = self.known.remove(&key) else {
            return;
        };
        let Some(topic) = self.topics.get_mut(&task.topic) else {
            return;
        };
        topic.displace(key, &task);
        topic.prioritised -= usize::from(task.priority != 0);
        if topic.prioritised == 0 && topic.ready.is_empty() && topic.locked.is_empty() {
            // A topic of which all tasks are suspended or failed is made anew when one comes back.
            self.topics.remove(&task.topic);
        }
    }

    pub(super) fn suspend(&mut self, prefix: Prefix, instance: Id, is_suspended: bool) {
        let of_root = (prefix, Id(0))..=(prefix, Id(u64::MAX));
        let keys: Vec<Key> =
            self.known.range(of_root).filter(|(_, task)| task.instance == instance).map(|(key, _)| *key).collect();
        for key in keys {
            if let Some(task) = self.known.get(&key).cloned() {
                self.put(key, Open { is_suspended, ..task });
            }
        }
    }

    /// Takes tasks out of what is ready, best first. None: the order asked for is not kept here.
    pub(super) fn take(&mut self, wanted: &Wanted<'_>, now: Instant) -> Option<Vec<(Key, SmolStr)>> {
        for name in wanted.topics {
            let Some(topic) = self.topics.get_mut(*name) else {
                continue;
            };
            if !wanted.use_priority && topic.prioritised > 0 {
                return None;
            }
            topic.expire(now, &self.known);
        }
        let mut found: Vec<(Reverse<i64>, Key, &str)> = Vec::new();
        for name in wanted.topics {
            let ready = self.topics.get(*name).into_iter().flat_map(|topic| &topic.ready);
            found.extend(ready.take(wanted.max).map(|(priority, key)| (*priority, *key, *name)));
        }
        found.sort_unstable();
        found.truncate(wanted.max);
        for (priority, key, name) in &found {
            if let Some(topic) = self.topics.get_mut(*name) {
                topic.ready.remove(&(*priority, *key));
            }
        }
        Some(found.into_iter().map(|(_, key, name)| (key, SmolStr::new(name))).collect())
    }

    /// What was taken is ready again, unless something happened to it.
    pub(super) fn give_back(&mut self, key: Key) {
        if let Some(task) = self.known.get(&key)
            && let Some(topic) = self.topics.get_mut(&task.topic)
        {
            topic.place(key, task);
        } else if let Some(task) = self.known.get(&key).cloned() {
            self.put(key, task);
        }
    }

    pub(super) fn next_expiry(&self, topics: &[&str]) -> Option<Instant> {
        let first = |name: &&str| self.topics.get(*name)?.locked.first().map(|(until, _)| *until);
        topics.iter().filter_map(first).min()
    }
}

impl Topic {
    fn place(&mut self, key: Key, task: &Open) {
        if task.is_suspended || !task.has_retries {
            return;
        }
        match task.locked_until {
            None => self.ready.insert((Reverse(task.priority), key)),
            Some(until) => self.locked.insert((until, key)),
        };
    }

    fn displace(&mut self, key: Key, task: &Open) {
        self.ready.remove(&(Reverse(task.priority), key));
        if let Some(until) = task.locked_until {
            self.locked.remove(&(until, key));
        }
    }

    /// Tasks whose lock has run out are ready.
    fn expire(&mut self, now: Instant, known: &BTreeMap<Key, Open>) {
        while let Some((until, key)) = self.locked.first().copied()
            && until <= now
        {
            self.locked.pop_first();
            if let Some(task) = known.get(&key) {
                self.ready.insert((Reverse(task.priority), key));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(root: u8, id: u64) -> Key {
        (Prefix::new([root; 10]), Id(id))
    }

    fn open(priority: i64) -> Open {
        Open {
            instance: Id::ROOT,
            topic: "pay".into(),
            priority,
            locked_until: None,
            has_retries: true,
            is_suspended: false,
        }
    }

    fn take(tasks: &mut ExternalTasks, max: usize, now: i64) -> Vec<Key> {
        let wanted = Wanted { topics: &["pay"], max, use_priority: true };
        tasks.take(&wanted, Instant(now)).unwrap().into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn the_highest_priority_comes_first_and_what_is_offered_is_offered_once() {
        let mut tasks = ExternalTasks::default();
        tasks.put(key(1, 5), open(0));
        tasks.put(key(2, 5), open(9));
        tasks.put(key(3, 5), open(0));
        assert_eq!(take(&mut tasks, 2, 0), [key(2, 5), key(1, 5)]);
        assert_eq!(take(&mut tasks, 2, 0), [key(3, 5)]);
        tasks.give_back(key(2, 5));
        assert_eq!(take(&mut tasks, 2, 0), [key(2, 5)]);
    }

    #[test]
    fn a_locked_task_comes_back_when_its_lock_has_run_out() {
        let mut tasks = ExternalTasks::default();
        tasks.put(key(1, 5), Open { locked_until: Some(Instant(10)), ..open(0) });
        assert_eq!(tasks.next_expiry(&["pay"]), Some(Instant(10)));
        assert!(take(&mut tasks, 1, 9).is_empty());
        assert_eq!(take(&mut tasks, 1, 10), [key(1, 5)]);
        assert_eq!(tasks.next_expiry(&["pay"]), None);
    }

    #[test]
    fn what_was_given_back_after_a_lock_is_not_offered_before_its_expiry() {
        let mut tasks = ExternalTasks::default();
        tasks.put(key(1, 5), open(0));
        assert_eq!(take(&mut tasks, 1, 0).len(), 1);
        tasks.put(key(1, 5), Open { locked_until: Some(Instant(10)), ..open(0) });
        tasks.give_back(key(1, 5));
        assert!(take(&mut tasks, 1, 5).is_empty());
        tasks.remove(key(1, 5));
        tasks.give_back(key(1, 5));
        assert!(take(&mut tasks, 1, 20).is_empty() && tasks.topics.is_empty());
    }

    #[test]
    fn tasks_of_a_suspended_instance_and_those_without_retries_are_not_offered() {
        let mut tasks = ExternalTasks::default();
        tasks.put(key(1, 5), open(0));
        tasks.put(key(1, 6), Open { instance: Id(4), ..open(0) });
        tasks.put(key(2, 5), Open { has_retries: false, ..open(0) });
        tasks.suspend(Prefix::new([1; 10]), Id::ROOT, true);
        assert_eq!(take(&mut tasks, 9, 0), [key(1, 6)]);
        tasks.suspend(Prefix::new([1; 10]), Id::ROOT, false);
        assert_eq!(take(&mut tasks, 9, 0), [key(1, 5)]);
    }

    #[test]
    fn priorities_that_are_not_asked_for_are_left_to_the_view() {
        let mut tasks = ExternalTasks::default();
        tasks.put(key(1, 5), open(3));
        let wanted = Wanted { topics: &["pay"], max: 1, use_priority: false };
        assert_eq!(tasks.take(&wanted, Instant(0)), None);
    }
}
