//! What this room does by itself: starts processes that were asked for, cancels those whose case was closed, notes what the engine and the mail room did,
//! answers entries with rules, and looks at SLA clocks.
//!
//! Everything here comes from the log at least once and is idempotent: by start id, by the place in the other log, by the
//! last entry answered. An error is returned to the bus, which tries again; what can never succeed becomes a fact of the
//! case (a failed step) instead of a retry.

pub(crate) mod canceller;
pub(crate) mod engine_observer;
pub(crate) mod mail_observer;
pub(crate) mod rule_runner;
pub(crate) mod sla_ticker;
pub(crate) mod starter;

use crate::case::Case;
use crate::case::desk::CaseError;
use crate::state::CaseApiState;
use casewright_bus::{Bus, EntryEnvelope, HandlerError, handler};
use casewright_client::CallError;
use casewright_contracts::{MailEvent, ProcessEvent, kinds};
use casewright_journal::{Aggregate, StoreError, TenantId};
use casewright_service::Shutdown;
use std::sync::Arc;

/// Runs everything this room does by itself until a stop is requested.
pub async fn run(state: CaseApiState, bus: Arc<dyn Bus>, shutdown: Shutdown) {
    let subscriptions = [
        subscribe(&state, bus.as_ref(), starter::CONSUMER, Case::KIND, |state, heard| {
            Box::pin(starter::hear(state, heard))
        }),
        subscribe(&state, bus.as_ref(), canceller::CONSUMER, Case::KIND, |state, heard| {
            Box::pin(canceller::hear(state, heard))
        }),
        subscribe(&state, bus.as_ref(), rule_runner::CONSUMER, Case::KIND, |state, heard| {
            Box::pin(rule_runner::hear(state, heard))
        }),
        subscribe(&state, bus.as_ref(), engine_observer::CONSUMER, kinds::PROCESS_INSTANCE, |state, heard| {
            Box::pin(engine_observer::hear(state, heard))
        }),
        subscribe(&state, bus.as_ref(), mail_observer::CONSUMER, kinds::MAIL, |state, heard| {
            Box::pin(mail_observer::hear(state, heard))
        }),
    ];
    sla_ticker::run(state, shutdown).await;
    drop(subscriptions);
}

type Hear = for<'a> fn(&'a CaseApiState, &'a Heard<'a>) -> futures::future::BoxFuture<'a, Result<(), JobError>>;

fn subscribe(
    state: &CaseApiState,
    bus: &dyn Bus,
    consumer: &'static str,
    kind: &str,
    hear: Hear,
) -> casewright_bus::Subscription {
    let state = state.clone();
    bus.subscribe(
        consumer,
        &[kind],
        handler(move |envelope: EntryEnvelope| {
            let state = state.clone();
            async move {
                let heard = Heard {
                    tenant: envelope.tenant.clone(),
                    id: &envelope.id,
                    seq: envelope.seq,
                    event: &envelope.event,
                    actor: &envelope.actor,
                    cause: &envelope.cause,
                    payload: &envelope.payload,
                };
                hear(&state, &heard).await.map_err(JobError::into_handler_error)
            }
        }),
    )
}

/// One entry as the jobs see it.
pub(crate) struct Heard<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) id: &'a str,
    pub(crate) seq: u64,
    pub(crate) event: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) cause: &'a str,
    pub(crate) payload: &'a [u8],
}

impl Heard<'_> {
    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, JobError> {
        self.known(serde_json::from_slice(self.payload))
    }

    /// What the engine says.
    pub(crate) fn process_event(&self) -> Result<ProcessEvent, JobError> {
        self.known(ProcessEvent::read(self.event, self.payload))
    }

    /// What the mail room says.
    pub(crate) fn mail_event(&self) -> Result<MailEvent, JobError> {
        self.known(MailEvent::read(self.event, self.payload))
    }

    fn known<T>(&self, read: serde_json::Result<T>) -> Result<T, JobError> {
        read.map_err(|source| JobError::Unreadable {
            event: self.event.to_owned(),
            id: self.id.to_owned(),
            seq: self.seq,
            source,
        })
    }
}

/// Why an entry could not be handled now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    #[error("event {event} number {seq} of {id} cannot be read")]
    Unreadable {
        event: String,
        id: String,
        seq: u64,
        #[source]
        source: serde_json::Error,
    },
    #[error("a case could not be changed")]
    Case(#[from] CaseError),
    #[error("another room did not do it")]
    Room(#[from] CallError),
    #[error("the journal did not answer")]
    Store(#[from] StoreError),
}

impl JobError {
    /// What no retry can mend is given up, and parked for a person.
    fn into_handler_error(self) -> HandlerError {
        match self {
            error @ Self::Unreadable { .. } => HandlerError::give_up(error.to_string()),
            error => HandlerError::retry_because("the entry could not be handled", error),
        }
    }
}
