//! Runs a handler until it succeeds or is given up. Shared by all ways an entry can come.

use crate::BusError;
use crate::dead_letter;
use crate::envelope::EntryEnvelope;
use casewright_journal::Causes;
use casewright_journal::{Journal, Resumed, ShardId};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Attempts that were made before anybody counted them: in good times, and at the first start after.
const BEFORE_CARE: u32 = 2;
/// Attempts that are counted and begun without an end before an entry is parked. One may be cut short by a machine that is switched off, which
/// nobody can tell from an entry that ends the process; so many in a row are no accident.
const CAREFUL: u32 = 4;

/// What a consumer does with an entry.
pub type Handler = Arc<dyn Fn(EntryEnvelope) -> BoxFuture<'static, Result<(), HandlerError>> + Send + Sync>;

/// Makes a [`Handler`] of an async closure.
pub fn handler<F, Fut>(handle: F) -> Handler
where
    F: Fn(EntryEnvelope) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    Arc::new(move |envelope| Box::pin(handle(envelope)))
}

/// Why an entry was not handled.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// May work later: the other side does not answer.
    #[error("{0}")]
    Retry(String, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// Never works by itself: parked at once.
    #[error("{0}")]
    Give(String, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
}

impl HandlerError {
    pub fn retry(what: impl Into<String>) -> Self {
        Self::Retry(what.into(), None)
    }

    pub fn retry_because(what: impl Into<String>, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Retry(what.into(), Some(Box::new(source)))
    }

    pub fn give_up(what: impl Into<String>) -> Self {
        Self::Give(what.into(), None)
    }
}

/// How often and how fast a failing handler is tried again.
#[derive(Clone, Copy, Debug)]
pub struct RetryPolicy {
    pub attempts: u32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { attempts: 8, first_pause: Duration::from_millis(100), longest_pause: Duration::from_secs(10) }
    }
}

/// A running subscription; ends when dropped, and in order by [`Subscription::end`].
#[must_use = "a subscription ends when it is dropped"]
pub struct Subscription {
    consumer: &'static str,
    ended: watch::Sender<bool>,
    task: JoinHandle<()>,
    handlers: Handlers,
}

impl Subscription {
    /// Of a consumer whose handler is known; `run` is given what tells it to end.
    pub(crate) fn start<F>(consumer: &'static str, handlers: Handlers, run: impl FnOnce(Ending) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (ended, ending) = watch::channel(false);
        let task = tokio::spawn(run(Ending(ending)));
        Self { consumer, ended, task, handlers }
    }

    #[must_use]
    pub fn consumer(&self) -> &'static str {
        self.consumer
    }

    /// Ends it in order: what is being handled is left and comes again with the next start, and that is no attempt that ended the process.
    /// Whoever only drops a subscription is to the next start like one whose process was killed.
    pub async fn end(mut self) {
        self.ended.send_replace(true);
        if let Err(error) = (&mut self.task).await {
            tracing::error!(consumer = self.consumer, %error, "a subscription broke off");
        }
    }
}

/// Tells a subscription to end in order.
#[derive(Clone)]
pub(crate) struct Ending(watch::Receiver<bool>);

impl Ending {
    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Until it is to end; never where the subscription is dropped, which ends whoever waits here as well.
    pub(crate) async fn requested(&self) {
        if self.0.clone().wait_for(|is_ended| *is_ended).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an entry that was left is not behind us"]
pub(crate) enum Attended {
    /// It is handled, or parked.
    Done,
    /// The subscription ends; the entry comes again.
    Left,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.task.abort();
        self.handlers.remove(self.consumer);
    }
}

/// The handlers that run in this process, by consumer.
#[derive(Clone, Default)]
pub(crate) struct Handlers {
    by_consumer: Arc<Mutex<HashMap<&'static str, Handler>>>,
}

impl Handlers {
    pub(crate) fn insert(&self, consumer: &'static str, handler: Handler) {
        let before = self.lock().insert(consumer, handler);
        if before.is_some() {
            tracing::error!(consumer, "two subscriptions share a position");
        }
    }

    pub(crate) fn get(&self, consumer: &str) -> Result<Handler, BusError> {
        self.lock().get(consumer).cloned().ok_or_else(|| BusError::NoHandler { consumer: consumer.to_owned() })
    }

    fn remove(&self, consumer: &str) {
        self.lock().remove(consumer);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Handler>> {
        self.by_consumer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One handler with its patience.
#[derive(Clone)]
pub(crate) struct Attendant {
    pub(crate) consumer: &'static str,
    pub(crate) handler: Handler,
    pub(crate) policy: RetryPolicy,
    pub(crate) journal: Journal,
    pub(crate) ending: Ending,
    /// Held by whoever handles carefully: what is begun when the process ends is the only thing that was.
    pub(crate) alone: Arc<tokio::sync::Mutex<()>>,
}

impl Attendant {
    /// Returns when the entry is handled or parked, or the subscription is ended. `is_careful`: it may have ended the process before.
    pub(crate) async fn attend(&self, envelope: EntryEnvelope, is_careful: bool) -> Attended {
        if is_careful { self.attend_carefully(envelope).await } else { self.unless_ended(envelope).await }
    }

    async fn unless_ended(&self, envelope: EntryEnvelope) -> Attended {
        tokio::select! {
            biased;
            () = self.ending.requested() => Attended::Left,
            () = self.handle(envelope) => Attended::Done,
        }
    }

    /// Parking is durable; it is tried until it is.
    async fn handle(&self, envelope: EntryEnvelope) {
        let mut pause = self.policy.first_pause;
        let mut attempt = 1;
        let error = loop {
            let error = match call(&self.handler, envelope.clone()).await {
                Ok(()) => {
                    metrics::counter!("bus_handled_total", "consumer" => self.consumer).increment(1);
                    return;
                }
                Err(error) => error,
            };
            metrics::counter!("bus_failures_total", "consumer" => self.consumer).increment(1);
            tracing::warn!(
                consumer = self.consumer,
                entry = envelope.entry_id(),
                event = %envelope.event,
                attempt,
                error = %Causes(&error),
                "handling an entry failed"
            );
            if attempt >= self.policy.attempts || matches!(error, HandlerError::Give(..)) {
                break error;
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(self.policy.longest_pause);
        };
        let reason = Causes(&error).to_string();
        self.park(&envelope, attempt, &reason).await;
    }

    /// Delivers an entry that may have ended the process before: the attempt is durable before it is made, and so is its end. An entry whose
    /// attempts were begun [`CAREFUL`] times and never ended is parked.
    async fn attend_carefully(&self, envelope: EntryEnvelope) -> Attended {
        let _alone = self.alone.lock().await;
        if self.ending.is_requested() {
            return Attended::Left;
        }
        let begun = self.durably(|| dead_letter::begin(&self.journal, self.consumer, &envelope)).await;
        if begun >= CAREFUL {
            let error = "the process ended while this was handled, again and again";
            self.park(&envelope, begun + BEFORE_CARE, error).await;
            return Attended::Done;
        }
        let attended = self.unless_ended(envelope.clone()).await;
        self.durably(|| dead_letter::survived(&self.journal, self.consumer, &envelope)).await;
        attended
    }

    /// Was the reading of a shard taken up here before, with nothing handled since? A handler that ends the process takes the
    /// count of its attempts with it, so the place is written down first, under `mark`.
    pub(crate) async fn got_nowhere(&self, mark: &str, shard: ShardId, resumed: Resumed) -> bool {
        let got_nowhere = self.durably(|| self.journal.is_taken_up_again(mark, shard, resumed)).await;
        if got_nowhere {
            tracing::warn!(
                consumer = self.consumer,
                shard = shard.0,
                "taken up where it was taken up before; one entry at a time from here"
            );
        }
        got_nowhere
    }

    /// Tries until the journal has it.
    async fn durably<T, E, Fut>(&self, write: impl Fn() -> Fut) -> T
    where
        E: std::error::Error + 'static,
        Fut: Future<Output = Result<T, E>>,
    {
        let mut pause = self.policy.first_pause;
        loop {
            match write().await {
                Ok(written) => return written,
                Err(error) => {
                    tracing::error!(consumer = self.consumer, error = %Causes(&error), "an attempt was not written down");
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(self.policy.longest_pause);
        }
    }

    async fn park(&self, envelope: &EntryEnvelope, attempts: u32, error: &str) {
        let mut pause = self.policy.first_pause;
        while let Err(failure) = dead_letter::park(&self.journal, self.consumer, envelope, attempts, error).await {
            tracing::error!(
                consumer = self.consumer,
                entry = envelope.entry_id(),
                error = %Causes(&failure),
                "an entry could not be parked"
            );
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(self.policy.longest_pause);
        }
        metrics::counter!("bus_parked_total", "consumer" => self.consumer).increment(1);
        tracing::error!(
            consumer = self.consumer,
            entry = envelope.entry_id(),
            event = %envelope.event,
            attempts,
            "an entry was parked as a dead letter"
        );
    }
}

/// A handler that panics has failed, not taken the consumer with it.
pub(crate) async fn call(handler: &Handler, envelope: EntryEnvelope) -> Result<(), HandlerError> {
    AssertUnwindSafe(async { handler(envelope).await })
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(HandlerError::retry("the handler panicked")))
}

pub(crate) fn wants(kinds: &[String], kind: &str) -> bool {
    kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind)
}
