//! What a consumer could not handle: an aggregate per parked entry, shown in a view, retried on demand.
//!
//! Holds where the entry is, never a copy of it.

use crate::BusError;
use crate::delivery::{self, Handler};
use crate::envelope::EntryEnvelope;
use casewright_instant::Instant;
use casewright_journal::{
    Aggregate, AggregateKey, Causes, CommandContext, DecideContext, Decision, Entry, EntryMeta, Journal, Projector,
    TenantId, ViewSpec, ViewWrites,
};
use casewright_rows::Row;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::convert::Infallible;

/// Rows: [`DeadLetterRow`], indexed by consumer and time.
pub const VIEW: &str = "dead-letter";

/// A parked entry, as lists show it.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(view = VIEW)]
pub struct DeadLetterRow {
    pub id: SmolStr,
    pub consumer: String,
    /// Kind of the entry's aggregate.
    pub kind: String,
    pub aggregate_id: String,
    pub seq: u64,
    pub event: String,
    pub attempts: u32,
    pub error: String,
    pub parked_at: Instant,
}

/// A parked entry; gone from the view once it was handled.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    #[serde(rename = "letter")]
    pub entry: Option<ParkedEntry>,
    /// Attempts that were begun and of whose end nothing is known.
    #[serde(default)]
    pub begun: u32,
}

/// Where the entry is, who could not handle it, and why.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParkedEntry {
    pub consumer: String,
    pub kind: String,
    pub aggregate_id: String,
    pub seq: u64,
    pub event: String,
    pub attempts: u32,
    pub error: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Event {
    Parked {
        #[serde(rename = "letter")]
        entry: ParkedEntry,
    },
    Handled,
    /// Somebody tried it again, and it failed.
    FailedAgain {
        error: String,
    },
    /// Somebody gave it up for good.
    Discarded {
        reason: String,
    },
    /// An attempt is about to be made, by a consumer that got nowhere before.
    Begun,
}

impl Aggregate for DeadLetter {
    type Event = Event;
    const KIND: &'static str = "dead-letter";

    fn empty(_key: &AggregateKey) -> Self {
        Self::default()
    }

    fn apply(&mut self, event: &Event, _meta: &EntryMeta) {
        match event {
            Event::Parked { entry } => *self = Self { entry: Some(entry.clone()), begun: 0 },
            Event::Handled | Event::Discarded { .. } => *self = Self::default(),
            Event::FailedAgain { error } => {
                if let Some(entry) = &mut self.entry {
                    entry.attempts += 1;
                    entry.error.clone_from(error);
                }
            }
            Event::Begun => self.begun += 1,
        }
    }

    fn event_name(event: &Event) -> &'static str {
        match event {
            Event::Parked { .. } => "dead-letter-parked",
            Event::Handled => "dead-letter-handled",
            Event::FailedAgain { .. } => "dead-letter-failed-again",
            Event::Discarded { .. } => "dead-letter-discarded",
            Event::Begun => "dead-letter-begun",
        }
    }
}

/// Keeps the view.
pub struct DeadLetters;

impl Projector for DeadLetters {
    fn group(&self) -> &'static str {
        "bus"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: VIEW,
            indexes: &[&[DeadLetterRow::CONSUMER, DeadLetterRow::PARKED_AT]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[DeadLetter::KIND]
    }

    fn version(&self) -> u32 {
        // When an entry was parked is a number.
        2
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let EntryMeta { key, at, .. } = &entry.meta;
        let event: Event = match serde_json::from_slice(&entry.payload) {
            Ok(event) => event,
            Err(error) => {
                tracing::error!(id = %key.id, seq = entry.meta.seq, %error, "a dead letter cannot be read");
                return;
            }
        };
        match event {
            Event::Begun => {}
            Event::Handled | Event::Discarded { .. } => out.remove(&key.tenant, VIEW, &key.id),
            Event::FailedAgain { error } => {
                let changed = [(DeadLetterRow::ERROR, error.into())];
                out.patch(&key.tenant, VIEW, &key.id, casewright_journal::Row::from(changed));
            }
            Event::Parked { entry: ParkedEntry { consumer, kind, aggregate_id, seq, event, attempts, error } } => {
                let (id, parked_at) = (key.id.clone(), Instant::from(*at));
                let row = DeadLetterRow { id, consumer, kind, aggregate_id, seq, event, attempts, error, parked_at };
                out.put(&key.tenant, VIEW, &key.id, row);
            }
        }
    }
}

/// One entry of one consumer makes one dead letter, so parking twice changes nothing.
fn letter_id(consumer: &str, envelope: &EntryEnvelope) -> String {
    format!("{consumer}:{}:{}:{}", envelope.kind, envelope.id, envelope.seq)
}

pub(crate) async fn park(
    journal: &Journal,
    consumer: &str,
    envelope: &EntryEnvelope,
    attempts: u32,
    error: &str,
) -> Result<(), BusError> {
    let parked = ParkedEntry {
        consumer: consumer.to_owned(),
        kind: envelope.kind.to_string(),
        aggregate_id: envelope.id.to_string(),
        seq: envelope.seq,
        event: envelope.event.to_string(),
        attempts,
        error: error.to_owned(),
    };
    let done = journal
        .tenant(&envelope.tenant)
        .execute(
            &letter_id(consumer, envelope),
            by_bus(envelope.entry_id()),
            move |dead: &DeadLetter, _: &DecideContext| {
                let events = match dead.entry {
                    Some(_) => Vec::new(),
                    None => vec![Event::Parked { entry: parked.clone() }],
                };
                Ok::<_, Infallible>(Decision { events, answer: () })
            },
        )
        .await;
    done.map(drop).map_err(unavailable)
}

/// Writes down that an entry is about to be handled; how often that was begun before without an end.
pub(crate) async fn begin(journal: &Journal, consumer: &str, envelope: &EntryEnvelope) -> Result<u32, BusError> {
    let begun = journal
        .tenant(&envelope.tenant)
        .execute(&letter_id(consumer, envelope), by_bus(envelope.entry_id()), |dead: &DeadLetter, _: &DecideContext| {
            Ok::<_, Infallible>(Decision { events: vec![Event::Begun], answer: dead.begun })
        })
        .await;
    begun.map(|committed| committed.answer).map_err(unavailable)
}

/// The attempt that was begun has ended, and the process has not.
pub(crate) async fn survived(journal: &Journal, consumer: &str, envelope: &EntryEnvelope) -> Result<(), BusError> {
    let survived = journal
        .tenant(&envelope.tenant)
        .execute(&letter_id(consumer, envelope), by_bus(envelope.entry_id()), |dead: &DeadLetter, _: &DecideContext| {
            let events = if dead.begun > 0 { vec![Event::Handled] } else { Vec::new() };
            Ok::<_, Infallible>(Decision { events, answer: () })
        })
        .await;
    survived.map(drop).map_err(unavailable)
}

pub(crate) async fn retry(
    journal: &Journal,
    tenant: &TenantId,
    id: &str,
    actor: &str,
    handler_of: impl Fn(&str) -> Result<Handler, BusError>,
) -> Result<(), BusError> {
    let none = || BusError::NoDeadLetter { id: id.to_owned() };
    let handle = journal.tenant(tenant);
    let (dead, _) = handle.load::<DeadLetter>(id).await.map_err(unavailable)?.ok_or_else(none)?;
    let parked = dead.entry.as_ref().ok_or_else(none)?;
    let handler = handler_of(&parked.consumer)?;
    let entries = handle.entries(&parked.kind, &parked.aggregate_id, parked.seq - 1, 1).await.map_err(unavailable)?;
    let entry = entries.first().ok_or_else(none)?;
    let envelope = EntryEnvelope::from(entry);
    let cause = envelope.entry_id();
    let done = delivery::call(&handler, envelope).await;
    let event = match &done {
        Ok(()) => Event::Handled,
        Err(error) => Event::FailedAgain { error: Causes(error).to_string() },
    };
    let context = CommandContext { cause: cause.into(), ..by(actor) };
    decide(journal, tenant, id, context, event).await?;
    done.map_err(BusError::Handler)
}

/// Gives a parked entry up for good: nobody handles it any more. Who did that and why stays in the journal.
///
/// # Errors
/// There is none of this id; the journal does not answer.
pub async fn discard(
    journal: &Journal,
    tenant: &TenantId,
    id: &str,
    reason: &str,
    actor: &str,
) -> Result<(), BusError> {
    match decide(journal, tenant, id, by(actor), Event::Discarded { reason: reason.to_owned() }).await? {
        true => Ok(()),
        false => Err(BusError::NoDeadLetter { id: id.to_owned() }),
    }
}

/// Writes down what became of a parked entry; whether there was one still.
async fn decide(
    journal: &Journal,
    tenant: &TenantId,
    id: &str,
    context: CommandContext,
    event: Event,
) -> Result<bool, BusError> {
    let decided = journal
        .tenant(tenant)
        .execute(id, context, move |dead: &DeadLetter, _: &DecideContext| {
            let is_parked = dead.entry.is_some();
            let events = if is_parked { vec![event.clone()] } else { Vec::new() };
            Ok::<_, Infallible>(Decision { events, answer: is_parked })
        })
        .await;
    decided.map(|committed| committed.answer).map_err(unavailable)
}

fn by(actor: &str) -> CommandContext {
    CommandContext { actor: actor.into(), ..CommandContext::default() }
}

fn by_bus(cause: String) -> CommandContext {
    CommandContext { cause: cause.into(), ..by("system:bus") }
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> BusError {
    BusError::Unavailable { what: "the journal".to_owned(), source: Some(Box::new(error)) }
}
