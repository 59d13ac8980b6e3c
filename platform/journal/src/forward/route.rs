//! Where a command goes: to the writer of this node, or, when another one owns the shard, over the log and to the owner.

use crate::aggregate::{Aggregate, Committed, DecideContext, Decision, ExecuteError};
use crate::clock::to_entry_precision;
use crate::forward::deliver::{Delivered, Destinations, Pace};
use crate::forward::entries::Forwarded;
use crate::forward::owners::{Lines, Owners};
use crate::forward::{Answer, Peers, accept};
use crate::key::{AggregateKey, ShardId};
use crate::log::entry::Entry;
use crate::log::forget::FORGOTTEN;
use crate::shard::append::within;
use crate::shard::cache::Slot;
use crate::shard::command::{Absent, Command, Execute, Ran, Setting, Told};
use crate::shard::due::due;
use crate::shard::writer::Shared;
use crate::shard::{Handle, Request, aside};
use crate::store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// The writers of this node, and the way to those of others.
pub(crate) struct Route {
    shared: Arc<Shared>,
    writers: Vec<Handle>,
    elsewhere: Option<Elsewhere>,
}

struct Elsewhere {
    peers: Arc<dyn Peers>,
    owners: Owners,
    lines: Lines,
}

/// A command that was decided over the log.
struct OverLog<C> {
    command: Box<C>,
    slot: Slot,
    entries: Vec<Entry>,
}

impl Route {
    pub(crate) fn new(shared: Arc<Shared>, writers: Vec<Handle>, peers: Option<Arc<dyn Peers>>) -> Self {
        let elsewhere = peers.map(|peers| Elsewhere { peers, owners: Owners::default(), lines: Lines::default() });
        Self { shared, writers, elsewhere }
    }

    pub(crate) fn writers(&self) -> &[Handle] {
        &self.writers
    }

    pub(crate) fn shard_of(&self, key: &AggregateKey) -> ShardId {
        key.shard(self.writers.len() as u16)
    }

    /// Whether a shard is another node's, as far as is known without asking.
    pub(crate) fn is_elsewhere(&self, shard: ShardId) -> bool {
        let is_known = self.elsewhere.as_ref().is_some_and(|elsewhere| elsewhere.owners.of(shard).is_some());
        is_known && !self.shared.tail.is_leased(shard)
    }

    /// Another node owns the shard: it has been said.
    pub(crate) fn learned(&self, shard: ShardId, address: String) {
        if let Some(elsewhere) = &self.elsewhere {
            elsewhere.owners.learned(shard, address);
        }
    }

    /// What another node decided; see [`accept`].
    pub(crate) async fn accept(&self, forwarded: &Forwarded, within: Duration) -> Answer {
        accept::accept(&self.shared, &self.writers, forwarded, within).await
    }

    /// Has the writer of this node run a command.
    pub(crate) async fn here<A, R, X, F>(&self, mut command: Box<Execute<A, R, X, F>>) -> Told<A, R, X, F>
    where
        A: Aggregate,
        R: Send + 'static,
        X: Send + 'static,
        F: FnMut(&mut Arc<A>, &DecideContext) -> Result<Decision<A::Event, R>, X> + Send + 'static,
    {
        let closed = || Told::Done(Err(ExecuteError::Unavailable(StoreError::new("the journal is closed"))));
        let (reply, answer) = oneshot::channel();
        command.reply = Some(reply);
        let writer = &self.writers[usize::from(self.shard_of(&command.key).0)];
        if writer.requests.send(Request::Run(command)).await.is_err() {
            return closed();
        }
        answer.await.unwrap_or_else(|_| closed())
    }

    /// Runs a command wherever its shard is written, and answers when its events are durable.
    pub(crate) async fn execute<A, R, X, F>(
        &self,
        mut command: Box<Execute<A, R, X, F>>,
    ) -> Result<Committed<R>, ExecuteError<X>>
    where
        A: Aggregate,
        R: Send + 'static,
        X: Send + 'static,
        F: FnMut(&mut Arc<A>, &DecideContext) -> Result<Decision<A::Event, R>, X> + Send + 'static,
    {
        let shard = self.shard_of(&command.key);
        let deadline = command.context.deadline.unwrap_or_else(|| Instant::now() + self.shared.limits.forward_timeout);
        let mut pace = Pace::new(&self.shared);
        loop {
            if !self.is_elsewhere(shard) {
                command = match self.here(command).await {
                    Told::Done(result) => return result,
                    Told::Elsewhere { command, address } => {
                        if self.elsewhere.is_none() {
                            return Err(ExecuteError::NotOwner { address });
                        }
                        self.learned(shard, address);
                        command
                    }
                };
            }
            command = match self.over_log(command, shard, deadline).await? {
                Tried::Done(committed) => return Ok(committed),
                Tried::MovedOn(command) => command,
            };
            // Whoever vouched that the id is new was wrong, or the aggregate came about meanwhile.
            command.is_new = false;
            if !pace.wait(deadline, true).await {
                return Err(late(shard));
            }
        }
    }

    async fn over_log<A, R, X, F>(
        &self,
        command: Box<Execute<A, R, X, F>>,
        shard: ShardId,
        deadline: Instant,
    ) -> Result<Tried<Execute<A, R, X, F>, R>, ExecuteError<X>>
    where
        A: Aggregate,
        R: Send + 'static,
        X: Send + 'static,
        F: FnMut(&mut Arc<A>, &DecideContext) -> Result<Decision<A::Event, R>, X> + Send + 'static,
    {
        let Some(Elsewhere { peers, owners, lines }) = &self.elsewhere else { return Ok(Tried::MovedOn(command)) };
        let key = command.key.clone();
        let turn = timeout_at(deadline, lines.turn(&key)).await.map_err(|_| late(shard))?;
        let decided = timeout_at(deadline, self.decided(command)).await.map_err(|_| late(shard))?;
        let OverLog { mut command, mut slot, entries } = decided.map_err(ExecuteError::Unavailable)?;
        if entries.is_empty() || !command.is_decided() {
            let position = within(self.shared.limits.store_timeout, self.shared.store.head(shard)).await;
            return command.committed(position.map_err(ExecuteError::Unavailable)?).map(Tried::Done);
        }
        let is_last = entries.iter().any(|entry| entry.event == FORGOTTEN);
        let forwarded = Forwarded::new(shard, entries)
            .map_err(|error| ExecuteError::Unavailable(StoreError::caused("entries cannot be sent", error)))?;
        let peers = peers.as_ref();
        let destinations = Destinations { shared: &self.shared, writers: &self.writers, peers, owners };
        let delivered = destinations.deliver(&forwarded, deadline).await.map_err(ExecuteError::Unavailable)?;
        drop(turn);
        let Delivered::Committed { position } = delivered else { return Ok(Tried::MovedOn(command)) };
        // The owner may never have seen the state.
        if !is_last && let Some(due) = due(&key, &mut slot, self.shared.limits.snapshot_bytes) {
            due.write(Arc::clone(&self.shared.store), mpsc::unbounded_channel().0);
        }
        command.committed(position).map(Tried::Done)
    }

    /// Decides over the state at the end of the log.
    async fn decided<C: Command + 'static>(&self, mut command: Box<C>) -> Result<OverLog<C>, StoreError> {
        let shared = &self.shared;
        let key = command.key().clone();
        let mut slot = match command.absent() {
            Absent::Create(empty) => empty(&key),
            Absent::Load(loader) | Absent::Version(loader) => {
                within(shared.limits.store_timeout, loader(Arc::clone(&shared.store), key)).await?
            }
        };
        let setting = Setting {
            at: to_entry_precision(shared.clock.now()),
            // Told when it is known: by who appends.
            position: 0,
            decision_bytes: shared.limits.decision_bytes,
            is_aside: false,
        };
        let mut entries = Vec::new();
        match command.run(&mut slot, &setting, &mut entries) {
            Ran::Decided => Ok(OverLog { command, slot, entries }),
            Ran::WouldTakeLong => {
                let done = aside::begin(Arc::clone(shared), 0, command, slot).await;
                let aside::Done { command, slot, entries, .. } =
                    done.ok_or_else(|| StoreError::new("a decision on a thread of its own was not made"))?;
                Ok(OverLog { command, slot, entries })
            }
        }
    }
}

/// A command that was decided over the log, and sent.
enum Tried<C, R> {
    Done(Committed<R>),
    /// Its aggregate has gone on: to be decided anew.
    MovedOn(Box<C>),
}

fn late<X>(shard: ShardId) -> ExecuteError<X> {
    ExecuteError::Unavailable(StoreError::new(format!("there was no time left for a command on shard {}", shard.0)))
}
