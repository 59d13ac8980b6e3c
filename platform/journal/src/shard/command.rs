//! What a caller wants of one aggregate: decide, remember the answer, and give it once the events are durable.

use crate::aggregate::{Aggregate, CommandContext, Committed, DecideContext, Decision, ExecuteError};
use crate::key::AggregateKey;
use crate::log::entry::{Decided, Entry, EntryMeta};
use crate::shard::cache::Slot;
use crate::shard::fold::{self, Loader};
use crate::store::StoreError;
use bytes::Bytes;
use jiff::Timestamp;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Why nothing was acknowledged.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    Unavailable(StoreError),
    NotOwner { address: String },
}

/// What a decision needs from the writer.
pub(crate) struct Setting {
    pub(crate) at: Timestamp,
    /// Position of the batch that is being filled.
    pub(crate) position: u64,
    pub(crate) decision_bytes: usize,
    /// On a thread of its own.
    pub(crate) is_aside: bool,
}

/// What became of running a command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    Decided,
    /// It would take long: nothing changed, to be run again aside.
    WouldTakeLong,
}

/// How an aggregate comes into the cache when it is not there.
pub(crate) enum Absent {
    Load(Loader),
    /// Its version is enough: what is to be appended was decided elsewhere.
    Version(Loader),
    /// The caller vouches that the id was never used.
    Create(fn(&AggregateKey) -> Slot),
}

/// Opaque to the writer: types live inside.
pub(crate) trait Command: Send {
    fn key(&self) -> &AggregateKey;
    fn absent(&self) -> Absent;
    /// Decides and applies; entries to append go to `out`. May be called again when what it decided was lost.
    fn run(&mut self, slot: &mut Slot, setting: &Setting, out: &mut Vec<Entry>) -> Ran;
    /// Everything it rests on is durable.
    fn settle(self: Box<Self>, position: u64);
    fn refuse(self: Box<Self>, refusal: Refusal);
    /// How often it was run; a shard that is lost again and again must not keep it for ever.
    fn runs(&self) -> u32;
}

/// Who changes the state: the journal by `apply`, or the decision itself.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum AppliedBy {
    Journal,
    Decision,
}

/// What a caller is told by a writer.
pub(crate) enum Told<A: Aggregate, R, X, F> {
    Done(Result<Committed<R>, ExecuteError<X>>),
    /// Another node owns the shard. Nothing of the command was appended: it is given back.
    Elsewhere {
        command: Box<Execute<A, R, X, F>>,
        address: String,
    },
}

/// A typed command. `F` decides over the shared state; with [`AppliedBy::Decision`] it also changes it.
pub(crate) struct Execute<A: Aggregate, R, X, F> {
    pub(crate) key: AggregateKey,
    pub(crate) context: CommandContext,
    pub(crate) decide: F,
    pub(crate) applied_by: AppliedBy,
    /// The caller vouches that the id is new.
    pub(crate) is_new: bool,
    /// There while a writer has the command.
    pub(crate) reply: Option<oneshot::Sender<Told<A, R, X, F>>>,
    pub(crate) outcome: Option<Result<(R, u64), ExecuteError<X>>>,
    pub(crate) runs: u32,
    pub(crate) aggregate: std::marker::PhantomData<fn() -> A>,
}

impl<A, R, X, F> Command for Execute<A, R, X, F>
where
    A: Aggregate,
    R: Send + 'static,
    X: Send + 'static,
    F: FnMut(&mut Arc<A>, &DecideContext) -> Result<Decision<A::Event, R>, X> + Send + 'static,
{
    fn key(&self) -> &AggregateKey {
        &self.key
    }

    fn absent(&self) -> Absent {
        if self.is_new { Absent::Create(fold::empty_slot::<A>) } else { Absent::Load(fold::slot::<A>) }
    }

    fn run(&mut self, slot: &mut Slot, setting: &Setting, out: &mut Vec<Entry>) -> Ran {
        let before = out.len();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.decide_and_apply(slot, setting, out)));
        let outcome = outcome.unwrap_or_else(|_| {
            // Nobody knows how far it came: forget the state and what it wanted to append.
            out.truncate(before);
            slot.state = None;
            tracing::error!(kind = %self.key.kind, id = %self.key.id, "a decision panicked");
            Err(ExecuteError::Panicked { kind: self.key.kind.clone(), id: self.key.id.clone() })
        });
        self.outcome = match outcome {
            Ok(None) => return Ran::WouldTakeLong,
            Ok(Some(decided)) => Some(Ok(decided)),
            Err(error) => Some(Err(error)),
        };
        self.runs += 1;
        Ran::Decided
    }

    fn settle(mut self: Box<Self>, position: u64) {
        let result = self.committed(position);
        self.tell(Told::Done(result));
    }

    fn refuse(mut self: Box<Self>, refusal: Refusal) {
        match refusal {
            Refusal::Unavailable(error) => self.tell(Told::Done(Err(ExecuteError::Unavailable(error)))),
            Refusal::NotOwner { address } => {
                let reply = self.reply.take();
                self.outcome = None;
                // A caller that has gone away wants no answer.
                let _gone = reply.map(|reply| reply.send(Told::Elsewhere { command: self, address }));
            }
        }
    }

    fn runs(&self) -> u32 {
        self.runs
    }
}

impl<A: Aggregate, R, X, F> Execute<A, R, X, F> {
    /// What was decided, once it is durable.
    pub(crate) fn committed(&mut self, position: u64) -> Result<Committed<R>, ExecuteError<X>> {
        match self.outcome.take() {
            Some(Ok((answer, version))) => Ok(Committed { answer, version, position }),
            Some(Err(error)) => Err(error),
            None => Err(ExecuteError::Unavailable(StoreError::new("the command was never run"))),
        }
    }

    /// Neither refused nor failed.
    pub(crate) fn is_decided(&self) -> bool {
        matches!(self.outcome, Some(Ok(_)))
    }

    fn tell(&mut self, told: Told<A, R, X, F>) {
        // A caller that has gone away wants no answer.
        let _gone = self.reply.take().map(|reply| reply.send(told));
    }
}

impl<A, R, X, F> Execute<A, R, X, F>
where
    A: Aggregate,
    F: FnMut(&mut Arc<A>, &DecideContext) -> Result<Decision<A::Event, R>, X>,
{
    fn decide_and_apply(
        &mut self,
        slot: &mut Slot,
        setting: &Setting,
        out: &mut Vec<Entry>,
    ) -> Result<Option<(R, u64)>, ExecuteError<X>> {
        let version = slot.version;
        if let Some(expected) = self.context.expected_version
            && expected != version
        {
            return Err(ExecuteError::VersionMismatch { expected, actual: version });
        }
        let state = slot.state.as_mut().and_then(|state| state.downcast_mut::<Arc<A>>()).ok_or_else(|| {
            ExecuteError::Unavailable(StoreError::new(format!("{} is the kind of two aggregate types", self.key.kind)))
        })?;
        let context = DecideContext::new(self.key.clone(), version, setting.at);
        let context = if setting.is_aside { context.aside() } else { context };
        let decided = (self.decide)(state, &context);
        if context.is_put_aside() {
            return Ok(None);
        }
        let applied_by = self.applied_by;
        let encoded = match decided {
            Ok(decision) => self.encode(&decision.events, &context, setting).map(|entries| (decision, entries)),
            // A rejection left the state as it was: that is the contract of both kinds of decision.
            Err(rejection) => return Err(ExecuteError::Rejected(rejection)),
        };
        let (decision, mut entries) = match encoded {
            Ok(encoded) => encoded,
            Err(error) => {
                // A decision that changes the state itself has already done so.
                if applied_by == AppliedBy::Decision {
                    slot.state = None;
                }
                return Err(error);
            }
        };
        if applied_by == AppliedBy::Journal && !entries.is_empty() {
            let state = Arc::make_mut(state);
            for (event, entry) in decision.events.iter().zip(&entries) {
                state.apply(event, &entry.meta);
            }
        }
        if !entries.is_empty() {
            slot.version += entries.len() as u64;
            slot.position = setting.position;
            slot.tail_bytes += entries.iter().map(|e| e.payload.len()).sum::<usize>();
            for (event, entry) in decision.events.into_iter().zip(&mut entries) {
                entry.decided = Decided::new(event);
            }
            out.extend(entries);
        }
        Ok(Some((decision.answer, slot.version)))
    }

    fn encode(
        &self,
        events: &[A::Event],
        context: &DecideContext,
        setting: &Setting,
    ) -> Result<Vec<Entry>, ExecuteError<X>> {
        let mut bytes = 0;
        let mut entries = Vec::with_capacity(events.len());
        for (event, seq) in events.iter().zip(context.version + 1..) {
            let payload = serde_json::to_vec(event).map_err(|error| {
                ExecuteError::Unavailable(StoreError::caused(
                    format!("event {} cannot be encoded", A::event_name(event)),
                    error,
                ))
            })?;
            bytes += payload.len();
            entries.push(Entry {
                meta: EntryMeta {
                    key: self.key.clone(),
                    seq,
                    at: context.at,
                    actor: self.context.actor.clone(),
                    cause: self.context.cause.clone(),
                },
                event: A::event_name(event).into(),
                payload: Bytes::from(payload),
                command: None,
                decided: Decided::default(),
            });
        }
        if bytes > setting.decision_bytes {
            return Err(ExecuteError::TooLarge { bytes, limit: setting.decision_bytes });
        }
        Ok(entries)
    }
}
