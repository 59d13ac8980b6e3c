//! What a service sees of the journal: aggregates that fold events, and commands that decide them.

use crate::key::AggregateKey;
use crate::log::entry::EntryMeta;
use crate::store::StoreError;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use smol_str::SmolStr;
use std::cell::Cell;
use tokio::time::Instant;

/// State that is a fold over its events. `apply` is the only writer of state, infallible and pure.
pub trait Aggregate: Clone + Send + Sync + Serialize + DeserializeOwned + 'static {
    /// Serialised as an internally or externally tagged enum.
    type Event: Serialize + DeserializeOwned + Clone + Send + Sync + 'static;

    /// Kebab case, unique over the platform.
    const KIND: &'static str;

    /// Raise it when a snapshot of before no longer says what its events say now: another shape of the state, or another
    /// fold. Snapshots of other versions are passed over, and the state is folded from its events.
    const SNAPSHOT_VERSION: u32 = 1;

    /// State before the first event.
    fn empty(key: &AggregateKey) -> Self;
    fn apply(&mut self, event: &Self::Event, meta: &EntryMeta);
    /// Name of an event, kebab case, as it is seen by consumers and in the timeline.
    fn event_name(event: &Self::Event) -> &'static str;
}

/// Who asks, why, and on what condition.
#[derive(Clone, Debug, Default)]
pub struct CommandContext {
    /// A user id, or `system:<role>`.
    pub actor: SmolStr,
    pub cause: SmolStr,
    /// `If-Match`: the version the caller has seen. Checked before the decision; 0 = must not exist yet.
    pub expected_version: Option<u64>,
    /// Until when an answer is wanted where another node has to be asked; [`crate::Limits::forward_timeout`] from now on when
    /// nothing is said.
    pub deadline: Option<Instant>,
}

/// What a decision knows besides the state.
#[derive(Clone, Debug)]
pub struct DecideContext {
    pub key: AggregateKey,
    /// Version of the aggregate before the decision; 0: it does not exist.
    pub version: u64,
    /// The time its entries will carry.
    pub at: Timestamp,
    is_aside: bool,
    wants_aside: Cell<bool>,
}

impl DecideContext {
    #[must_use]
    pub fn new(key: AggregateKey, version: u64, at: Timestamp) -> Self {
        Self { key, version, at, is_aside: false, wants_aside: Cell::new(false) }
    }

    pub(crate) fn aside(self) -> Self {
        Self { is_aside: true, ..self }
    }

    /// May the decision take its time? It runs on a thread of its own then; else all other commands of the shard, and
    /// whatever else the thread is for, wait for it.
    #[must_use]
    pub fn may_take_long(&self) -> bool {
        self.is_aside
    }

    /// The decision would take long: it is to be made again where it [may](Self::may_take_long). What it returns now is
    /// thrown away, so it must have left the state as it was.
    pub fn put_aside(&self) {
        self.wants_aside.set(true);
    }

    pub(crate) fn is_put_aside(&self) -> bool {
        self.wants_aside.get() && !self.is_aside
    }
}

/// What a decision yields: events to append (none is allowed) and the answer to give once they are durable.
#[derive(Clone, Debug)]
pub struct Decision<Event, Answer> {
    pub events: Vec<Event>,
    pub answer: Answer,
}

/// What was acknowledged.
#[derive(Clone, Debug)]
pub struct Committed<Answer> {
    pub answer: Answer,
    /// Version of the aggregate after the command.
    pub version: u64,
    /// Where in the shard's log the events stand (the last position when there were none).
    pub position: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<Rejection> {
    /// The caller's fault; nothing changed.
    #[error("the command was rejected")]
    Rejected(Rejection),
    /// The caller saw another version than the present one.
    #[error("expected version {expected}, the aggregate is at {actual}")]
    VersionMismatch { expected: u64, actual: u64 },
    /// Not durable, nothing acknowledged; may be tried again.
    #[error("the journal is not available")]
    Unavailable(#[source] StoreError),
    /// One decision wanted to append more than a batch may hold; nothing changed. Trying again does not help.
    #[error("the decision has {bytes} bytes of events, {limit} are allowed")]
    TooLarge { bytes: usize, limit: usize },
    /// The decision panicked: a fault of ours. Nothing changed, and trying again would only find it again.
    #[error("deciding a command on {kind} {id} failed")]
    Panicked { kind: SmolStr, id: SmolStr },
    /// Another node owns the shard, and this one was given no way to it ([`crate::JournalConfig::peers`]).
    #[error("the shard is owned by {address}")]
    NotOwner { address: String },
}
