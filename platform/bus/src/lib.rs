//! The bus brings journal entries to those who act on them: the outbox is the journal itself, nothing is written twice.
//!
//! What this crate must never do: lose an entry, hide a handler that keeps failing, or know what an event means.
//!
//! - [`envelope`] is an entry on its way, also its JSON on Kafka.
//! - [`Bus`] is what services see: [`Bus::subscribe`] at least once with a durable position, [`Bus::broadcast`] live.
//! - [`in_process`] reads the journal of this process; [`kafka`] relays it to a topic and reads that.
//! - [`delivery`] runs a handler until it succeeds or is given up; [`dead_letter`] keeps what was given up.

pub mod broadcast;
pub mod dead_letter;
pub mod delivery;
pub mod envelope;
pub mod in_process;
pub mod kafka;

pub use broadcast::{Broadcast, Resume};
pub use delivery::{Handler, HandlerError, RetryPolicy, Subscription, handler};
pub use envelope::EntryEnvelope;
pub use in_process::InProcessBus;
pub use kafka::{KafkaBus, KafkaConfig};

use async_trait::async_trait;
use casewright_journal::{Kind, Projector, TenantId};
use std::sync::Arc;

/// Brings entries to their consumers.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Runs `handler` for every entry of these kinds (all kinds when empty): at least once, in order per aggregate, from
    /// the first entry on. The position moves on only after `Ok`. A handler that fails is tried again, ever slower; after
    /// [`RetryPolicy::attempts`] the entry is parked as a [`dead_letter`] and the next one is handled.
    ///
    /// `consumer` names the durable position; only one subscription of a name may run in a process.
    fn subscribe(&self, consumer: &'static str, kinds: &[&str], handler: Handler) -> Subscription;

    /// Entries of these kinds (all kinds when empty) from now on, or from where `resume` says. No durable position.
    async fn broadcast(&self, kinds: &[&str], resume: Option<&Resume>) -> Result<Broadcast, BusError>;

    /// Whether entries get through right now; for readiness.
    async fn ping(&self) -> Result<(), BusError> {
        Ok(())
    }

    /// Runs the handler of a parked entry once more, for `actor`; removes the dead letter when it succeeds.
    async fn retry_dead_letter(&self, tenant: &TenantId, id: &str, actor: &str) -> Result<(), BusError>;
}

/// Projectors the bus wants in the journal it works on.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    vec![Arc::new(dead_letter::DeadLetters)]
}

/// The kinds of aggregates of this crate, for checking a store.
#[must_use]
pub fn kinds() -> Vec<Kind> {
    vec![Kind::of::<dead_letter::DeadLetter>()]
}

/// Why the bus could not do it.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    #[error("the bus could not be reached: {what}")]
    Unavailable {
        what: String,
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    #[error("there is no dead letter {id}")]
    NoDeadLetter { id: String },
    #[error("no handler of {consumer} runs here")]
    NoHandler { consumer: String },
    #[error("the handler failed again")]
    Handler(#[source] HandlerError),
    #[error("the position to resume from is not one of ours")]
    BadResume,
}
