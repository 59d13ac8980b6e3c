//! The bus over Kafka: a relay publishes the journal to one topic, consumer groups read it.
//!
//! Records are JSON envelopes keyed by aggregate, so one partition keeps their order. The relay is at least once and
//! in order; a subscription skips what it has just seen, by `(aggregate, seq)`, and handlers are idempotent anyway.

mod reader;
mod relay;

use crate::broadcast::{Broadcast, Resume};
use crate::delivery::{Attendant, Handler, Handlers, RetryPolicy, Subscription};
use crate::{Bus, BusError, dead_letter};
use async_trait::async_trait;
use casewright_journal::{Journal, TenantId};
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::types::RDKafkaErrorCode;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Where Kafka is, and how the topic is made when it is missing.
#[derive(Clone, Debug)]
pub struct KafkaConfig {
    /// `host:port,host:port`
    pub brokers: String,
    pub topic: String,
    pub partitions: i32,
    pub replication: i32,
    /// In front of consumer names: `casewright.` makes group `casewright.notifications`.
    pub group_prefix: String,
    /// Further librdkafka settings (security, SASL).
    pub settings: Vec<(String, String)>,
}

impl KafkaConfig {
    #[must_use]
    pub fn new(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            topic: "casewright.entries".to_owned(),
            partitions: 16,
            replication: 1,
            group_prefix: "casewright.".to_owned(),
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
    _relay: Arc<Relay>,
}

struct Relay(JoinHandle<()>);

impl Drop for Relay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl KafkaBus {
    /// Makes the topic when it is missing and starts relaying the shards this node owns.
    pub async fn start(journal: Journal, config: KafkaConfig, policy: RetryPolicy) -> Result<Self, BusError> {
        ensure_topic(&config).await?;
        let relay = relay::start(journal.clone(), &config)?;
        Ok(Self {
            journal,
            config: Arc::new(config),
            handlers: Handlers::default(),
            policy,
            _relay: Arc::new(Relay(relay)),
        })
    }
}

async fn ensure_topic(config: &KafkaConfig) -> Result<(), BusError> {
    let admin: AdminClient<DefaultClientContext> =
        config.client().create().map_err(|e| unavailable("making an admin client", e))?;
    let topic = NewTopic::new(&config.topic, config.partitions, TopicReplication::Fixed(config.replication));
    let made =
        admin.create_topics([&topic], &AdminOptions::new()).await.map_err(|e| unavailable("making the topic", e))?;
    for result in made {
        match result {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                return Err(BusError::Unavailable {
                    what: format!("topic {topic} was not made: {code}"),
                    source: None,
                });
            }
        }
    }
    Ok(())
}

#[async_trait]
impl Bus for KafkaBus {
    fn subscribe(&self, consumer: &'static str, kinds: &[&str], handler: Handler) -> Subscription {
        self.handlers.insert(consumer, handler.clone());
        let attendant = Attendant { consumer, handler, policy: self.policy, journal: self.journal.clone() };
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        Subscription {
            consumer,
            task: tokio::spawn(reader::run(Arc::clone(&self.config), attendant, kinds)),
            handlers: self.handlers.clone(),
        }
    }

    async fn broadcast(&self, kinds: &[&str], resume: Option<&Resume>) -> Result<Broadcast, BusError> {
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        reader::broadcast(&self.config, kinds, resume).await
    }

    async fn retry_dead_letter(&self, tenant: &TenantId, id: &str) -> Result<(), BusError> {
        dead_letter::retry(&self.journal, tenant, id, |consumer| self.handlers.get(consumer)).await
    }
}

fn unavailable(what: &str, error: rdkafka::error::KafkaError) -> BusError {
    BusError::Unavailable { what: what.to_owned(), source: Some(Box::new(error)) }
}
