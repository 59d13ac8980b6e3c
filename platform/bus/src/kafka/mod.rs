//! The bus over Kafka: a relay publishes the journal to one topic, consumer groups read it.
//!
//! Records are JSON envelopes keyed by aggregate, so one partition keeps their order. The relay is at least once and
//! in order; a subscription skips what it has just seen, by `(aggregate, seq)`, and handlers are idempotent anyway. A record that
//! ends the process is parked at the third restart, as in process (`care`).
//!
//! Kafka may be away, at the start and at any time later: entries stay in the journal, subscriptions wait, nothing of this
//! process stands still for it. [`Bus::ping`] tells.

mod care;
mod closing;
mod keeper;
mod reader;
mod relay;
mod words;

use crate::broadcast::{Broadcast, Resume};
use crate::delivery::{Attendant, Handler, Handlers, RetryPolicy, Subscription};
use crate::{Bus, BusError, dead_letter};
use async_trait::async_trait;
use casewright_journal::{Journal, TenantId};
use keeper::Standing;
use rdkafka::ClientConfig;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use words::Words;

/// Where Kafka is, and how the topic is made when it is missing.
#[derive(Clone, Debug)]
pub struct KafkaConfig {
    /// `host:port,host:port`
    pub brokers: String,
    pub topic: String,
    /// Partitions of a topic that is made. One that is there is taken as it is.
    pub partitions: i32,
    /// Copies of each partition of a topic that is made.
    pub replication: i32,
    /// In front of consumer names: `casewright.` makes group `casewright.notifications`.
    pub group_prefix: String,
    /// Kinds of aggregates that never leave the journal: secrets, sealed or hashed.
    pub private_kinds: &'static [&'static str],
    /// Further librdkafka settings (security, SASL).
    pub settings: Vec<(String, String)>,
}

impl KafkaConfig {
    /// Asks for what must not be published, so that nobody forgets it.
    #[must_use]
    pub fn new(brokers: impl Into<String>, private_kinds: &'static [&'static str]) -> Self {
        Self {
            brokers: brokers.into(),
            topic: "casewright.entries".to_owned(),
            partitions: 16,
            replication: 1,
            group_prefix: "casewright.".to_owned(),
            private_kinds,
            settings: Vec::new(),
        }
    }

    fn client(&self) -> ClientConfig {
        let mut client = ClientConfig::new();
        client.set("bootstrap.servers", &self.brokers).set("client.id", "casewright");
        for (key, value) in &self.settings {
            client.set(key, value);
        }
        client
    }
}

/// See the module.
#[derive(Clone)]
pub struct KafkaBus {
    journal: Journal,
    config: Arc<KafkaConfig>,
    handlers: Handlers,
    policy: RetryPolicy,
    standing: watch::Receiver<Standing>,
    words: Arc<Words>,
    /// One entry is handled carefully at a time, whoever's.
    alone: Arc<tokio::sync::Mutex<()>>,
    _tasks: Arc<Tasks>,
}

struct Tasks([JoinHandle<()>; 2]);

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl KafkaBus {
    /// Relays the shards this node owns, as soon as Kafka is there and has the topic, which is made when it is missing.
    ///
    /// # Errors
    /// A setting that no client can be made of. That Kafka does not answer is none: see [`Bus::ping`].
    pub fn start(journal: Journal, config: KafkaConfig, policy: RetryPolicy) -> Result<Self, BusError> {
        let (config, words) = (Arc::new(config), Arc::new(Words::default()));
        let (keeper, standing) = keeper::start(Arc::clone(&config), Arc::clone(&words))?;
        let relay = relay::start(journal.clone(), Arc::clone(&config), standing.clone(), Arc::clone(&words))?;
        Ok(Self {
            journal,
            config,
            handlers: Handlers::default(),
            policy,
            standing,
            words,
            alone: Arc::default(),
            _tasks: Arc::new(Tasks([keeper, relay])),
        })
    }

    fn reachable(&self) -> Result<(), BusError> {
        match &self.standing.borrow().trouble {
            None => Ok(()),
            Some(trouble) => {
                Err(BusError::Unavailable { what: format!("Kafka does not answer: {trouble}"), source: None })
            }
        }
    }
}

#[async_trait]
impl Bus for KafkaBus {
    fn subscribe(&self, consumer: &'static str, kinds: &[&str], handler: Handler) -> Subscription {
        self.handlers.insert(consumer, handler.clone());
        let (policy, journal, alone) = (self.policy, self.journal.clone(), Arc::clone(&self.alone));
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        Subscription::start(consumer, self.handlers.clone(), |ending| {
            let attendant = Attendant { consumer, handler, policy, journal, ending, alone };
            reader::run(Arc::clone(&self.config), self.standing.clone(), Arc::clone(&self.words), attendant, kinds)
        })
    }

    async fn broadcast(&self, kinds: &[&str], resume: Option<&Resume>) -> Result<Broadcast, BusError> {
        // At once, rather than after all the waiting that the client would do.
        self.reachable()?;
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        reader::broadcast(&self.config, &self.words, kinds, resume).await
    }

    async fn ping(&self) -> Result<(), BusError> {
        self.reachable()
    }

    async fn retry_dead_letter(&self, tenant: &TenantId, id: &str, actor: &str) -> Result<(), BusError> {
        dead_letter::retry(&self.journal, tenant, id, actor, |consumer| self.handlers.get(consumer)).await
    }
}

fn unavailable(what: &str, error: rdkafka::error::KafkaError) -> BusError {
    BusError::Unavailable { what: what.to_owned(), source: Some(Box::new(error)) }
}
