//! Reads the topic: as a consumer group for subscriptions, on its own for broadcasts.

use super::care::Care;
use super::closing::Closing;
use super::keeper::{self, Standing};
use super::words::{Context, Words};
use super::{KafkaConfig, unavailable};
use crate::BusError;
use crate::broadcast::{Broadcast, Resume};
use crate::delivery::{Attendant, Attended, wants};
use crate::envelope::EntryEnvelope;
use casewright_journal::AggregateKey;
use futures::StreamExt;
use lru::LruCache;
use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

const PAUSE: Duration = Duration::from_secs(1);
/// How long a partition without a leader is left alone.
const LEADER_PAUSE: Duration = Duration::from_millis(100);
const METADATA_TIMEOUT: Duration = Duration::from_secs(10);
/// Aggregates whose last sequence is remembered, to skip what was published twice.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(50_000).expect("50,000 is not zero");

/// A member of a consumer group.
pub(super) type Group = Closing<StreamConsumer<Context>>;

/// A subscription; tries until it is ended or dropped.
pub(super) async fn run(
    config: Arc<KafkaConfig>,
    mut standing: watch::Receiver<Standing>,
    words: Arc<Words>,
    attendant: Attendant,
    kinds: Vec<String>,
) {
    let ending = attendant.ending.clone();
    tokio::select! {
        () = ending.requested() => return,
        () = keeper::topic(&mut standing) => {}
    }
    loop {
        match group(&config, &words, attendant.consumer) {
            Ok(consumer) => read(&Arc::new(consumer), &words, &attendant, &kinds).await,
            Err(error) => words.warn(attendant.consumer, &error),
        }
        tokio::select! {
            () = ending.requested() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// The offset of a record is stored after its handler returned, and committed every second.
fn group(config: &KafkaConfig, words: &Arc<Words>, name: &str) -> Result<Group, KafkaError> {
    let consumer: StreamConsumer<Context> = config
        .client()
        .set("group.id", format!("{}{name}", config.group_prefix))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.commit", "true")
        .set("auto.commit.interval.ms", "1000")
        .set("enable.auto.offset.store", "false")
        .set("fetch.message.max.bytes", "16000000")
        .create_with_context(Context { words: Arc::clone(words) })?;
    let consumer = Closing::new(consumer);
    consumer.subscribe(&[&config.topic])?;
    Ok(consumer)
}

/// Reads until the client is of no more use, or the subscription is ended. A broker that is away is waited for: the client connects again by itself, and
/// goes on where its group is.
async fn read(consumer: &Arc<Group>, words: &Words, attendant: &Attendant, kinds: &[String]) {
    let (mut seen, mut care) = (Seen::default(), Care::default());
    loop {
        let received = tokio::select! {
            () = attendant.ending.requested() => return,
            received = consumer.recv() => received,
        };
        let message = match received {
            Ok(message) => message,
            Err(error) => {
                words.warn(attendant.consumer, &error);
                if matches!(error, KafkaError::MessageConsumptionFatal(_)) {
                    return;
                }
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let mut is_careful = false;
        if let Some(envelope) = decode(&message)
            && wants(kinds, &envelope.kind)
            && seen.is_new(&envelope)
        {
            is_careful = care.is_asked(consumer, attendant, &message).await;
            if attendant.attend(envelope, is_careful).await == Attended::Left {
                return;
            }
        }
        if let Err(error) = consumer.store_offset_from_message(&message) {
            // The partition went to another member; what was handled is handled again there.
            tracing::info!(consumer = attendant.consumer, %error, "an offset was not stored");
        } else if is_careful && let Err(error) = consumer.commit_message(&message, CommitMode::Async) {
            // At once, so that it is not handled with care again; else with the others, a second later.
            tracing::info!(consumer = attendant.consumer, %error, "an offset was not committed");
        }
    }
}

fn decode(message: &BorrowedMessage<'_>) -> Option<EntryEnvelope> {
    let payload = message.payload()?;
    match EntryEnvelope::from_json(payload) {
        Ok(envelope) => Some(envelope),
        Err(error) => {
            metrics::counter!("bus_foreign_records_total").increment(1);
            tracing::error!(
                partition = message.partition(),
                offset = message.offset(),
                %error,
                "a record on the topic is not an entry; skipped"
            );
            None
        }
    }
}

/// The last sequence handled per aggregate.
struct Seen {
    last: LruCache<AggregateKey, u64>,
}

impl Default for Seen {
    fn default() -> Self {
        Self { last: LruCache::new(REMEMBERED) }
    }
}

impl Seen {
    fn is_new(&mut self, envelope: &EntryEnvelope) -> bool {
        let last = self.last.get_or_insert_mut(envelope.key(), || 0);
        let is_new = envelope.seq > *last;
        *last = envelope.seq.max(*last);
        is_new
    }
}

/// Every partition from its end, or from where `resume` says; outside of any group.
pub(super) async fn broadcast(
    config: &Arc<KafkaConfig>,
    words: &Arc<Words>,
    kinds: Vec<String>,
    resume: Option<&Resume>,
) -> Result<Broadcast, BusError> {
    let mut at = resume.cloned().unwrap_or_default();
    let (config, context) = (Arc::clone(config), Context { words: Arc::clone(words) });
    let (consumer, at) = tokio::task::spawn_blocking(move || {
        let consumer: StreamConsumer<Context> = config
            .client()
            .set("group.id", format!("{}broadcast", config.group_prefix))
            .set("enable.auto.commit", "false")
            .set("auto.offset.reset", "latest")
            .set("fetch.message.max.bytes", "16000000")
            .create_with_context(context)
            .map_err(|e| unavailable("making a consumer", e))?;
        let consumer = Closing::new(consumer);
        assign(&consumer, &config.topic, &mut at)?;
        Ok::<_, BusError>((consumer, at))
    })
    .await
    .map_err(|e| BusError::Unavailable { what: "starting a broadcast".to_owned(), source: Some(Box::new(e)) })??;
    let live = Live { consumer, words: Arc::clone(words), kinds, ready: VecDeque::new() };
    let stream = futures::stream::unfold(live, |mut live| async move {
        let next = live.next().await;
        Some((next, live))
    });
    Ok(Broadcast { stream: stream.boxed(), at })
}

fn assign(consumer: &StreamConsumer<Context>, topic: &str, at: &mut Resume) -> Result<(), BusError> {
    let partitions = partitions(consumer, topic).map_err(|e| unavailable("reading the topic", e))?;
    let mut assignment = TopicPartitionList::new();
    for id in partitions {
        let number = u16::try_from(id).map_err(|_| BusError::BadResume)?;
        let last = match at.positions.get(&number) {
            Some(last) => *last,
            None => {
                let end = end_of(consumer, topic, id).map_err(|e| unavailable("reading the end of the topic", e))?;
                at.positions.insert(number, end as u64);
                end as u64
            }
        };
        assignment
            .add_partition_offset(topic, id, Offset::Offset(last as i64))
            .map_err(|e| unavailable("choosing where to begin", e))?;
    }
    consumer.assign(&assignment).map_err(|e| unavailable("choosing where to begin", e))
}

/// The partitions of the topic, once all of them are led: who listens to those that are known so far hears nothing of the
/// others.
fn partitions(consumer: &StreamConsumer<Context>, topic: &str) -> Result<Vec<i32>, KafkaError> {
    until_led(|| {
        let metadata = consumer.fetch_metadata(Some(topic), METADATA_TIMEOUT)?;
        let known = metadata.topics().iter().find(|known| known.name() == topic && known.error().is_none());
        let known = known.map(|known| known.partitions()).unwrap_or_default();
        if known.is_empty() || known.iter().any(|one| one.error().is_some() || one.leader() < 0) {
            return Err(KafkaError::MetadataFetch(RDKafkaErrorCode::LeaderNotAvailable));
        }
        Ok(known.iter().map(|one| one.id()).collect())
    })
}

/// Behind the last record of a partition. What the metadata calls its leader may not know that it is one yet.
pub(super) fn end_of(consumer: &StreamConsumer<Context>, topic: &str, partition: i32) -> Result<i64, KafkaError> {
    until_led(|| {
        let asked = consumer.fetch_watermarks(topic, partition, METADATA_TIMEOUT);
        if asked.as_ref().is_err_and(has_no_leader) {
            // Who leads is remembered until the metadata is read again.
            consumer.fetch_metadata(Some(topic), METADATA_TIMEOUT)?;
        }
        asked.map(|(_, end)| end)
    })
}

/// Asks again while a partition has no leader, as it is for a moment when a topic was just made or a broker went.
fn until_led<T>(mut ask: impl FnMut() -> Result<T, KafkaError>) -> Result<T, KafkaError> {
    let deadline = Instant::now() + METADATA_TIMEOUT;
    loop {
        match ask() {
            Err(error) if has_no_leader(&error) && Instant::now() < deadline => std::thread::sleep(LEADER_PAUSE),
            answer => return answer,
        }
    }
}

fn has_no_leader(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{LeaderNotAvailable, NotLeaderForPartition, UnknownPartition};
    let known = [LeaderNotAvailable, NotLeaderForPartition, UnknownPartition];
    error.rdkafka_error_code().is_some_and(|code| known.contains(&code))
}

struct Live {
    consumer: Closing<StreamConsumer<Context>>,
    words: Arc<Words>,
    kinds: Vec<String>,
    ready: VecDeque<(EntryEnvelope, Resume)>,
}

impl Live {
    async fn next(&mut self) -> (EntryEnvelope, Resume) {
        loop {
            if let Some(ready) = self.ready.pop_front() {
                return ready;
            }
            match self.consumer.recv().await {
                Ok(message) => {
                    if let Some(envelope) = decode(&message)
                        && wants(&self.kinds, &envelope.kind)
                        && let Ok(partition) = u16::try_from(message.partition())
                    {
                        // Positions name the next record of a partition.
                        let moved = Resume { positions: [(partition, message.offset() as u64 + 1)].into() };
                        self.ready.push_back((envelope, moved));
                    }
                }
                Err(error) => {
                    self.words.warn("live events", &error);
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}
