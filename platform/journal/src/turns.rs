//! Turns: places for work that may take long, given to organisations one after another.
//!
//! While there is a free place everybody gets one at once. When there is none, who waits stands in the line of its
//! organisation, and what becomes free goes to the line that has had the least for its weight (start-time fair queueing: each
//! turn takes a line forward by 1/weight, and a line that was empty begins where the others are). So an organisation with a
//! thousand things to do delays another's one by a turn or two, and gets all places while nobody else wants any.

use crate::key::TenantId;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// How far a turn takes a line of weight one.
const TURN: u64 = 1 << 20;

/// How much of what is shared an organisation gets beside others: one with weight 2 twice as many turns as one with weight 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// Of organisations that are not named; 0 is 1.
    pub others: u32,
    /// 0 is 1.
    pub of: BTreeMap<TenantId, u32>,
}

impl Weights {
    fn of(&self, tenant: &TenantId) -> u64 {
        u64::from(self.of.get(tenant).copied().unwrap_or(self.others).max(1))
    }
}

/// Places, and the lines in front of them. Cheap to clone.
#[derive(Clone)]
pub struct Turns(Arc<Hall>);

struct Hall {
    weights: Weights,
    lines: Mutex<Lines>,
}

/// A place. It is the next one's when it is dropped.
#[must_use = "a place is given back when it is dropped"]
pub struct Place(Option<Arc<Hall>>);

/// Who waits. There is a free place only while nobody does.
#[derive(Default)]
struct Lines {
    free: usize,
    /// Where the line stood that had the last turn.
    now: u64,
    of: BTreeMap<TenantId, Line>,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<oneshot::Sender<Place>>,
    /// Where it stands: the least has the next turn.
    at: u64,
}

impl Turns {
    #[must_use]
    pub fn new(places: usize, weights: Weights) -> Self {
        let lines = Lines { free: places, ..Lines::default() };
        Self(Arc::new(Hall { weights, lines: Mutex::new(lines) }))
    }

    /// As many places as work that computes can use: twice the processors; what computes more than that only waits.
    #[must_use]
    pub fn for_computing(weights: Weights) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::new((2 * processors).max(4), weights)
    }

    /// Waits for a place in the line of an organisation. Who no longer waits has left the line.
    pub async fn take(&self, tenant: &TenantId) -> Place {
        loop {
            let waits = match self.ask(tenant) {
                Ok(place) => return place,
                Err(waits) => waits,
            };
            if let Ok(place) = waits.await {
                return place;
            }
        }
    }

    fn ask(&self, tenant: &TenantId) -> Result<Place, oneshot::Receiver<Place>> {
        let mut lines = self.0.lines();
        if lines.free > 0 {
            lines.free -= 1;
            return Ok(Place(Some(Arc::clone(&self.0))));
        }
        let (sender, waits) = oneshot::channel();
        lines.join(tenant, sender);
        Err(waits)
    }
}

impl Hall {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a place to whose turn it is.
    fn pass_on(self: &Arc<Self>) {
        let mut place = Place(Some(Arc::clone(self)));
        loop {
            // The lock is given back here: who is gone meanwhile gives the place back to us.
            let next = self.lines().next(&self.weights);
            let Some(next) = next else {
                place.0 = None;
                return;
            };
            match next.send(place) {
                Ok(()) => return,
                Err(returned) => place = returned,
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(hall) = self.0.take() {
            hall.pass_on();
        }
    }
}

impl Lines {
    fn join(&mut self, tenant: &TenantId, sender: oneshot::Sender<Place>) {
        let now = self.now;
        let line = self.of.entry(tenant.clone()).or_default();
        line.leave();
        if line.waiting.is_empty() {
            line.at = line.at.max(now);
        }
        line.waiting.push_back(sender);
    }

    /// Whose turn it is; with nobody waiting the place is free.
    fn next(&mut self, weights: &Weights) -> Option<oneshot::Sender<Place>> {
        for line in self.of.values_mut() {
            line.leave();
        }
        // What an empty line has had is forgotten once the others have had as much.
        let now = self.now;
        self.of.retain(|_, line| !line.waiting.is_empty() || line.at > now);
        let waiting = self.of.iter_mut().filter(|(_, line)| !line.waiting.is_empty());
        let turn = waiting.min_by_key(|(_, line)| line.at).and_then(|(tenant, line)| {
            let next = line.waiting.pop_front()?;
            let at = line.at;
            line.at += TURN / weights.of(tenant).min(TURN);
            Some((at, next))
        });
        let Some((at, next)) = turn else {
            self.free += 1;
            return None;
        };
        self.now = self.now.max(at);
        Some(next)
    }
}

impl Line {
    /// Those at its head who no longer wait.
    fn leave(&mut self) {
        while self.waiting.front().is_some_and(oneshot::Sender::is_closed) {
            self.waiting.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Waits = oneshot::Receiver<Place>;

    fn tenant(name: &str) -> TenantId {
        TenantId::new(name)
    }

    /// One place, which is taken, and those who wait for it.
    struct Queue {
        turns: Turns,
        place: Option<Place>,
        lines: BTreeMap<&'static str, VecDeque<Waits>>,
    }

    impl Queue {
        fn new(weights: Weights) -> Self {
            let turns = Turns::new(1, weights);
            let place = turns.ask(&tenant("first")).ok();
            assert!(place.is_some());
            Self { turns, place, lines: BTreeMap::new() }
        }

        fn wait(&mut self, name: &'static str, count: usize) {
            for _ in 0..count {
                let Err(waits) = self.turns.ask(&tenant(name)) else { panic!("there was a free place") };
                self.lines.entry(name).or_default().push_back(waits);
            }
        }

        /// Gives the place on so often, and says to whom it went.
        fn serve(&mut self, count: usize) -> String {
            (0..count).map(|_| self.serve_one()).collect()
        }

        fn serve_one(&mut self) -> &'static str {
            drop(self.place.take());
            let mut served = Vec::new();
            for (name, line) in &mut self.lines {
                if let Some(place) = line.front_mut().and_then(|first| first.try_recv().ok()) {
                    line.pop_front();
                    served.push((*name, place));
                }
            }
            let Some((name, place)) = served.pop() else { panic!("nobody has got the place") };
            assert!(served.is_empty(), "one place went to several");
            self.place = Some(place);
            name
        }
    }

    #[test]
    fn who_comes_behind_a_thousand_of_another_organisation_is_served_within_two_turns() {
        let mut queue = Queue::new(Weights::default());
        queue.wait("a", 1_000);
        for round in 0..3 {
            queue.wait("b", 1);
            let order = queue.serve(2);
            assert!(order.contains('b'), "{order} in round {round}");
            assert_eq!(queue.serve(50), "a".repeat(50), "nobody else wants any");
        }
    }

    #[test]
    fn turns_go_round_and_by_weight() {
        let mut queue = Queue::new(Weights::default());
        for name in ["a", "b", "c"] {
            queue.wait(name, 3);
        }
        assert_eq!(queue.serve(9), "abcabcabc");

        let mut queue = Queue::new(Weights { others: 0, of: BTreeMap::from([(tenant("b"), 3)]) });
        queue.wait("a", 40);
        queue.wait("b", 40);
        let order = queue.serve(40);
        assert_eq!(order.matches('b').count(), 30, "{order}");
    }

    #[test]
    fn who_comes_back_for_one_at_a_time_gets_no_more_than_who_waits_in_a_line() {
        let mut queue = Queue::new(Weights::default());
        queue.wait("b", 100);
        let mut order = String::new();
        for _ in 0..20 {
            queue.wait("a", 1);
            while queue.lines["a"].front().is_some() {
                order.push_str(queue.serve_one());
            }
        }
        assert_eq!((order.matches('a').count(), order.matches('b').count()), (20, 19), "{order}");
    }

    #[test]
    fn who_was_away_has_saved_nothing() {
        let mut queue = Queue::new(Weights::default());
        queue.wait("a", 100);
        queue.serve(50);
        queue.wait("b", 50);
        let order = queue.serve(10);
        assert_eq!(order.matches('b').count(), 5, "{order}");
    }

    #[test]
    fn who_has_gone_is_passed_over_and_a_place_that_nobody_wants_is_free() {
        let mut queue = Queue::new(Weights::default());
        queue.wait("a", 2);
        queue.lines.entry("a").or_default().pop_front();
        assert_eq!(queue.serve(1), "a");
        queue.wait("a", 1);
        drop(queue.place.take());
        // It was given, and is not looked at.
        queue.lines.clear();
        assert!(queue.turns.ask(&tenant("b")).is_ok());
        assert_eq!(queue.turns.0.lines().of.values().map(|line| line.waiting.len()).sum::<usize>(), 0);
    }

    #[tokio::test]
    async fn places_are_taken_at_once_while_there_are_some() {
        let turns = Turns::new(2, Weights::default());
        let (_first, second) = (turns.take(&tenant("a")).await, turns.take(&tenant("a")).await);
        let b = tenant("b");
        let mut waits = Box::pin(turns.take(&b));
        assert!(futures::poll!(&mut waits).is_pending());
        drop(second);
        assert!(futures::poll!(&mut waits).is_ready());
    }
}
