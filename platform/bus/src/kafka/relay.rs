//! Publishes journal entries, at least once and in order per aggregate; the position moves on when Kafka has them all.
//! What is private stays in the journal.

use super::closing::Closing;
use super::keeper::{self, Standing};
use super::words::{Context, Words};
use super::{KafkaConfig, unavailable};
use crate::BusError;
use crate::dead_letter;
use crate::envelope::EntryEnvelope;
use casewright_journal::Causes;
use casewright_journal::{Consumer, Delivery, Journal, ShardId};
use futures::FutureExt;
use futures::future::join_all;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{FutureProducer, FutureRecord, Producer as _};
use rdkafka::util::Timeout;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Name of the relay's durable position.
const CONSUMER: &str = "kafka-relay";
/// Batches published before the position is recorded.
const GROUP: usize = 256;
const PAUSE: Duration = Duration::from_secs(1);

pub(super) fn start(
    journal: Journal,
    config: Arc<KafkaConfig>,
    standing: watch::Receiver<Standing>,
    words: Arc<Words>,
) -> Result<JoinHandle<()>, BusError> {
    let producer = producer(&config, &words)?;
    let relay = Relay { consumer: journal.consumer(CONSUMER), journal, producer, config, standing, words };
    Ok(tokio::spawn(relay.run()))
}

type Producer = Closing<FutureProducer<Context>>;

fn producer(config: &KafkaConfig, words: &Arc<Words>) -> Result<Producer, BusError> {
    let producer: FutureProducer<Context> = config
        .client()
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "2")
        .set("compression.type", "gzip")
        .set("message.max.bytes", "15000000")
        .create_with_context(Context { words: Arc::clone(words) })
        .map_err(|e| unavailable("making a producer", e))?;
    Ok(Closing::new(producer))
}

struct Relay {
    journal: Journal,
    consumer: Consumer,
    producer: Producer,
    config: Arc<KafkaConfig>,
    standing: watch::Receiver<Standing>,
    words: Arc<Words>,
}

impl Relay {
    async fn run(mut self) {
        // Without its topic a broker may make one of its own kind at the first record.
        keeper::topic(&mut self.standing).await;
        loop {
            let deliveries = match self.collect().await {
                Ok(deliveries) => deliveries,
                Err(error) => {
                    tracing::warn!(error = %Causes(&error), "the log cannot be read for Kafka");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // Again from the first when one fails: later ones must not overtake it.
            while let Err(error) = self.publish(&deliveries).await {
                metrics::counter!("bus_kafka_relay_failures_total").increment(1);
                self.words.warn("relaying entries", &Causes(&error));
                self.renew();
                tokio::time::sleep(PAUSE).await;
            }
            let mut reached: HashMap<ShardId, u64> = HashMap::new();
            for delivery in &deliveries {
                reached.insert(delivery.shard(), delivery.position());
            }
            for (shard, position) in reached {
                if let Err(error) = self.consumer.ack(shard, position).await {
                    // Published again after a restart, which consumers are ready for.
                    tracing::warn!(shard = shard.0, error = %Causes(&error), "the relay's position was not recorded");
                }
            }
        }
    }

    /// A producer that has met something fatal takes nothing any more.
    fn renew(&mut self) {
        if self.producer.client().fatal_error().is_none() {
            return;
        }
        match producer(&self.config, &self.words) {
            Ok(producer) => self.producer = producer,
            Err(error) => self.words.warn("making a producer", &Causes(&error)),
        }
    }

    /// What is there, at least one batch.
    async fn collect(&mut self) -> Result<Vec<Delivery>, casewright_journal::StoreError> {
        let mut deliveries = vec![self.consumer.next().await?];
        while deliveries.len() < GROUP
            && let Some(next) = self.consumer.next().now_or_never()
        {
            deliveries.push(next?);
        }
        Ok(deliveries)
    }

    async fn publish(&self, deliveries: &[Delivery]) -> Result<(), KafkaError> {
        let mut records = Vec::new();
        let is_private = |kind: &str| self.config.private_kinds.contains(&kind);
        let entries = deliveries.iter().flat_map(|delivery| &delivery.batch.entries);
        for entry in entries.filter(|entry| !is_private(&entry.meta.key.kind)) {
            let envelope = EntryEnvelope::from(entry);
            match envelope.to_json() {
                Ok(json) => records.push((envelope, json)),
                Err(error) => self.park(&envelope, &error.to_string()).await,
            }
        }
        // Queued in order; the producer keeps it.
        let sends = records.iter().map(|(envelope, json)| {
            let key = envelope.partition_key();
            async move {
                let record = FutureRecord::to(&self.config.topic).key(&key).payload(json);
                let sent = self.producer.send(record, Timeout::Never).await;
                (envelope, sent)
            }
        });
        for (envelope, sent) in join_all(sends).await {
            match sent {
                Ok(_) => {}
                Err((
                    KafkaError::MessageProduction(
                        code @ (RDKafkaErrorCode::MessageSizeTooLarge | RDKafkaErrorCode::InvalidMessage),
                    ),
                    _,
                )) => self.park(envelope, &code.to_string()).await,
                Err((error, _)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Kafka will never take it; it must not stop the others.
    async fn park(&self, envelope: &EntryEnvelope, error: &str) {
        while let Err(failure) = dead_letter::park(&self.journal, CONSUMER, envelope, 1, error).await {
            tracing::error!(entry = envelope.entry_id(), error = %Causes(&failure), "an entry could not be parked");
            tokio::time::sleep(PAUSE).await;
        }
        tracing::error!(entry = envelope.entry_id(), error, "Kafka refuses an entry");
    }
}
