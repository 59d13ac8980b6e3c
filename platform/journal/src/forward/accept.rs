//! The owner's side: entries that another node decided go into the log by the path of those that were decided here.

use crate::causes::Causes;
use crate::forward::Answer;
use crate::forward::entries::Forwarded;
use crate::key::AggregateKey;
use crate::log::entry::Entry;
use crate::shard::cache::Slot;
use crate::shard::command::{Absent, Command, Ran, Refusal, Setting};
use crate::shard::fold;
use crate::shard::writer::Shared;
use crate::shard::{Handle, Request};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

/// Appends entries if their aggregate is still at the version they were decided on, and if the shard is ours. A shard that nobody
/// owns becomes ours.
pub(crate) async fn accept(shared: &Shared, writers: &[Handle], forwarded: &Forwarded, within: Duration) -> Answer {
    if let Err(why) = is_ours_to_take(shared, writers, forwarded) {
        return Answer::Refused { why };
    }
    let deadline = Instant::now() + within;
    let late = || unavailable("there was no time left");
    match timeout_at(deadline, appended(writers, forwarded, deadline)).await {
        Err(_) => late(),
        Ok(Outcome::Appended { version, position }) => Answer::Committed { version, position },
        Ok(Outcome::Late) => late(),
        Ok(Outcome::Behind) => unavailable("this node knows less of the aggregate than the one that decided"),
        Ok(Outcome::NotAsked(why)) => unavailable(&why),
        Ok(Outcome::NotOwner(owner)) => Answer::NotMine { owner },
        Ok(Outcome::MovedOn { version, position }) => match timeout_at(deadline, is_there(shared, forwarded)).await {
            Err(_) => late(),
            Ok(Ok(true)) => Answer::Committed { version: forwarded.version(), position },
            Ok(Ok(false)) => Answer::MovedOn { version },
            Ok(Err(error)) => unavailable(&Causes(&error).to_string()),
        },
    }
}

fn unavailable(why: &str) -> Answer {
    Answer::Unavailable { why: why.to_owned() }
}

/// Whoever sends may be of another release, or wrong.
fn is_ours_to_take(shared: &Shared, writers: &[Handle], forwarded: &Forwarded) -> Result<(), String> {
    let shard = forwarded.key().shard(writers.len() as u16);
    if shard != forwarded.shard() {
        return Err(format!("the aggregate lives on shard {}, not {}", shard.0, forwarded.shard().0));
    }
    let (bytes, limit) = (forwarded.payload_bytes(), shared.limits.decision_bytes);
    if bytes > limit {
        return Err(format!("the decision has {bytes} bytes of events, {limit} are allowed"));
    }
    Ok(())
}

/// Whether these entries went into the log before.
async fn is_there(shared: &Shared, forwarded: &Forwarded) -> Result<bool, crate::StoreError> {
    let entries = shared.store.read_aggregate(forwarded.key(), forwarded.base(), 1).await?;
    let first = entries.first().filter(|entry| entry.meta.seq == forwarded.base() + 1);
    Ok(first.is_some_and(|entry| entry.command == Some(forwarded.command())))
}

async fn appended(writers: &[Handle], forwarded: &Forwarded, deadline: Instant) -> Outcome {
    let closed = || Outcome::NotAsked("the journal is closed".to_owned());
    let (reply, answer) = oneshot::channel();
    let command = Append {
        key: forwarded.key().clone(),
        base: forwarded.base(),
        entries: forwarded.entries().to_vec(),
        deadline,
        ran: None,
        runs: 0,
        reply,
    };
    let writer = &writers[usize::from(forwarded.shard().0)];
    if writer.requests.send(Request::Run(Box::new(command))).await.is_err() {
        return closed();
    }
    answer.await.unwrap_or_else(|_| closed())
}

/// What a writer made of entries.
enum Outcome {
    Appended {
        version: u64,
        position: u64,
    },
    /// By these entries, when they were there already, or by others.
    MovedOn {
        version: u64,
        position: u64,
    },
    /// The writer's aggregate is not as far as theirs.
    Behind,
    /// Nobody waits for them any more.
    Late,
    NotOwner(String),
    NotAsked(String),
}

#[derive(Clone, Copy)]
enum Ending {
    Appended,
    MovedOn,
    Behind,
    Late,
}

/// Appends what was decided elsewhere.
struct Append {
    key: AggregateKey,
    base: u64,
    entries: Vec<Entry>,
    deadline: Instant,
    /// How it ended, and the version of the aggregate then.
    ran: Option<(Ending, u64)>,
    runs: u32,
    reply: oneshot::Sender<Outcome>,
}

impl Command for Append {
    fn key(&self) -> &AggregateKey {
        &self.key
    }

    /// Always looked up, also when the command was on a new aggregate: it may be one that is sent again.
    fn absent(&self) -> Absent {
        Absent::Version(fold::version_only)
    }

    fn run(&mut self, slot: &mut Slot, setting: &Setting, out: &mut Vec<Entry>) -> Ran {
        let ending = if slot.version == self.base {
            if Instant::now() >= self.deadline { Ending::Late } else { Ending::Appended }
        } else if slot.version > self.base || slot.version == 0 {
            // None at all: it was forgotten meanwhile.
            Ending::MovedOn
        } else {
            Ending::Behind
        };
        if matches!(ending, Ending::Appended) {
            slot.follow(&self.entries, setting.position);
            out.extend(self.entries.iter().cloned());
        }
        self.ran = Some((ending, slot.version));
        self.runs += 1;
        Ran::Decided
    }

    fn settle(self: Box<Self>, position: u64) {
        let outcome = match self.ran {
            Some((Ending::Appended, version)) => Outcome::Appended { version, position },
            Some((Ending::MovedOn, version)) => Outcome::MovedOn { version, position },
            Some((Ending::Behind, _)) => Outcome::Behind,
            Some((Ending::Late, _)) => Outcome::Late,
            None => Outcome::NotAsked("the entries were never looked at".to_owned()),
        };
        // Who sent them may have gone away.
        let _gone = self.reply.send(outcome);
    }

    fn refuse(self: Box<Self>, refusal: Refusal) {
        let outcome = match refusal {
            Refusal::Unavailable(error) => Outcome::NotAsked(Causes(&error).to_string()),
            Refusal::NotOwner { address } => Outcome::NotOwner(address),
        };
        let _gone = self.reply.send(outcome);
    }

    fn runs(&self) -> u32 {
        self.runs
    }
}
