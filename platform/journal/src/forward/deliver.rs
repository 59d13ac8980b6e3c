//! Brings entries to whoever owns their shard, again and again, until somebody says what became of them or time is up.

use crate::causes::Causes;
use crate::forward::accept::accept;
use crate::forward::entries::Forwarded;
use crate::forward::owners::Owners;
use crate::forward::{Answer, Peers};
use crate::shard::Handle;
use crate::shard::writer::Shared;
use crate::store::StoreError;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LAST_PAUSE: Duration = Duration::from_millis(250);

/// What became of entries.
pub(crate) enum Delivered {
    Committed { position: u64 },
    MovedOn,
}

/// Where entries can be brought.
pub(crate) struct Destinations<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) writers: &'a [Handle],
    pub(crate) peers: &'a dyn Peers,
    pub(crate) owners: &'a Owners,
}

impl Destinations<'_> {
    /// An error when time is up, or when they are never taken. In the first case nobody knows whether they were appended.
    pub(crate) async fn deliver(&self, forwarded: &Forwarded, deadline: Instant) -> Result<Delivered, StoreError> {
        let shard = forwarded.shard();
        let mut pace = Pace::new(self.shared);
        loop {
            let (answer, was_hinted) = self.ask(forwarded, deadline).await;
            let why = match answer {
                Ok(Answer::Committed { position, .. }) => return Ok(Delivered::Committed { position }),
                Ok(Answer::MovedOn { .. }) => return Ok(Delivered::MovedOn),
                Ok(Answer::Refused { why }) => {
                    return Err(StoreError::new(format!("the owner of shard {} refused entries: {why}", shard.0)));
                }
                Ok(Answer::NotMine { owner }) => {
                    let why = format!("it is owned by {owner}");
                    self.owners.learned(shard, owner);
                    why
                }
                Ok(Answer::Unavailable { why }) => {
                    self.owners.forget(shard);
                    why
                }
                Err(error) => {
                    self.owners.forget(shard);
                    Causes(&error).to_string()
                }
            };
            tracing::debug!(shard = shard.0, command = %forwarded.command(), why, "entries are sent again");
            if !pace.wait(deadline, was_hinted).await {
                return Err(StoreError::new(format!("shard {} did not take entries in time: {why}", shard.0)));
            }
        }
    }

    /// Whoever is known to own the shard; where nobody is, our own writer: it takes a shard that is free, or says whose it is.
    /// The second is whether what was remembered has turned out to be old: then another is asked at once.
    async fn ask(&self, forwarded: &Forwarded, deadline: Instant) -> (Result<Answer, StoreError>, bool) {
        let begun = Instant::now();
        let within = deadline.saturating_duration_since(begun);
        let Some(address) = self.owners.of(forwarded.shard()) else {
            let answer = accept(self.shared, self.writers, forwarded, within).await;
            let is_elsewhere = matches!(answer, Answer::NotMine { .. });
            return (Ok(answer), is_elsewhere);
        };
        let asked = timeout_at(deadline, self.peers.append(&address, forwarded, within)).await;
        let answer = asked.unwrap_or_else(|_| Err(StoreError::new(format!("{address} did not answer in time"))));
        let name = answer.as_ref().map_or("unreachable", Answer::name);
        metrics::counter!("journal_forwarded_total", "answer" => name).increment(1);
        metrics::histogram!("journal_forward_seconds").record(begun.elapsed().as_secs_f64());
        (answer, false)
    }
}

/// Longer and longer pauses, of another length on each node.
pub(crate) struct Pace {
    pause: Duration,
    node: u32,
    hurried: u32,
}

impl Pace {
    /// How often in all the next try may follow at once.
    const HURRIES: u32 = 3;

    pub(crate) fn new(shared: &Shared) -> Self {
        Self { pause: FIRST_PAUSE, node: (shared.node.as_u128() % 50) as u32, hurried: 0 }
    }

    /// Waits for the next try; false when time is up before it.
    pub(crate) async fn wait(&mut self, deadline: Instant, is_at_once: bool) -> bool {
        let now = Instant::now();
        if is_at_once && self.hurried < Self::HURRIES {
            self.hurried += 1;
            return now < deadline;
        }
        let until = now + self.pause + self.pause * self.node / 100;
        self.pause = (self.pause * 2).min(LAST_PAUSE);
        if until >= deadline {
            return false;
        }
        sleep_until(until).await;
        true
    }
}
