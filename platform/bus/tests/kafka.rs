//! The promises of the bus over a real Kafka, when `CASEWRIGHT_TEST_KAFKA` names its brokers; and while there is none.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_bus::{Bus, HandlerError, KafkaBus, KafkaConfig, Resume, handler};
use casewright_journal::{Filter, Journal, Query, TenantId};
use futures::StreamExt;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::mocking::MockCluster;
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::relay::Relay;
use support::{WAIT, journal, patient, wait_until, write, write_secret};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A bus on a topic of its own; none, said loudly, when there is no Kafka.
async fn bus(dir: &Path) -> Option<(Journal, KafkaBus)> {
    let Ok(brokers) = std::env::var("CASEWRIGHT_TEST_KAFKA") else {
        eprintln!("SKIPPED: set CASEWRIGHT_TEST_KAFKA=host:port to run this on Kafka");
        return None;
    };
    let journal = journal(dir).await;
    let bus = KafkaBus::start(journal.clone(), config(dir, brokers), patient()).unwrap();
    Some((journal, bus))
}

/// A topic and groups of its own.
fn config(dir: &Path, brokers: String) -> KafkaConfig {
    let name = dir.file_name().unwrap().to_string_lossy().replace('.', "");
    let mut config = KafkaConfig::new(brokers, &["secret"]);
    config.topic = format!("entries-{name}");
    config.group_prefix = format!("{name}.");
    config.partitions = 3;
    config
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_goes_through_the_topic_in_order_per_aggregate() {
    let dir = tempfile::tempdir().unwrap();
    let Some((journal, bus)) = bus(dir.path()).await else {
        return;
    };
    let acme = journal.tenant(&TenantId::new("acme"));
    for n in 0..20 {
        write(&acme, &format!("n{}", n % 3), "before").await;
    }
    let (seen, mut handled) = mpsc::unbounded_channel();
    let _subscription = bus.subscribe(
        "test",
        &["note"],
        handler(move |envelope| {
            let seen = seen.clone();
            async move {
                seen.send(envelope).unwrap();
                Ok(())
            }
        }),
    );
    for n in 0..20 {
        write(&acme, &format!("n{}", n % 3), "after").await;
    }
    let mut last = HashMap::new();
    for _ in 0..40 {
        let envelope = timeout(WAIT, handled.recv()).await.unwrap().unwrap();
        let last = last.entry(envelope.id.clone()).or_insert(0);
        assert_eq!(envelope.seq, *last + 1, "in order, none twice");
        *last = envelope.seq;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_handler_is_parked_and_the_next_entry_is_handled() {
    let dir = tempfile::tempdir().unwrap();
    let Some((journal, bus)) = bus(dir.path()).await else {
        return;
    };
    let tenant = TenantId::new("acme");
    let acme = journal.tenant(&tenant);
    let broken = Arc::new(AtomicBool::new(true));
    let handled: Arc<Mutex<Vec<u64>>> = Arc::default();
    let _subscription = bus.subscribe("mailer", &["note"], {
        let (broken, handled) = (Arc::clone(&broken), Arc::clone(&handled));
        handler(move |envelope| {
            let fails = envelope.seq == 1 && broken.load(Ordering::SeqCst);
            if !fails {
                handled.lock().unwrap().push(envelope.seq);
            }
            async move {
                match fails {
                    true => Err(HandlerError::retry("the mail server is down")),
                    false => Ok(()),
                }
            }
        })
    });
    write(&acme, "n1", "one").await;
    write(&acme, "n1", "two").await;
    wait_until(async || handled.lock().unwrap().contains(&2)).await;
    let letters = acme.query(&Query::new("dead-letter", Filter::All)).await.unwrap();
    broken.store(false, Ordering::SeqCst);
    bus.retry_dead_letter(&tenant, &letters.rows[0].0, "root").await.unwrap();
    assert_eq!(*handled.lock().unwrap(), [2, 1]);
}

/// A process that ends in the middle of an entry: the handler never comes back, and the bus is dropped with it.
async fn ends_in_the_middle(dir: &Path, seen: &Arc<Mutex<Vec<u64>>>) -> Option<()> {
    let (journal, bus) = bus(dir).await?;
    let (reached, mut poisoned) = mpsc::unbounded_channel();
    let subscription = bus.subscribe("mailer", &["note"], {
        let seen = Arc::clone(seen);
        handler(move |envelope| {
            seen.lock().unwrap().push(envelope.seq);
            let reached = reached.clone();
            async move {
                if envelope.seq == 2 {
                    reached.send(()).unwrap();
                    std::future::pending::<()>().await;
                }
                Ok(())
            }
        })
    });
    timeout(WAIT, poisoned.recv()).await.unwrap().unwrap();
    drop((subscription, bus));
    journal.shutdown().await;
    Some(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_ends_the_process_again_and_again_is_parked() {
    let dir = tempfile::tempdir().unwrap();
    let tenant = TenantId::new("acme");
    {
        let journal = journal(dir.path()).await;
        for text in ["one", "two", "three"] {
            write(&journal.tenant(&tenant), "n1", text).await;
        }
        journal.shutdown().await;
    }
    let seen: Arc<Mutex<Vec<u64>>> = Arc::default();
    for _ in 0..6 {
        if ends_in_the_middle(dir.path(), &seen).await.is_none() {
            return;
        }
    }
    let tried = || seen.lock().unwrap().iter().filter(|seq| **seq == 2).count();
    assert_eq!(tried(), 6);
    let Some((journal, bus)) = bus(dir.path()).await else {
        return;
    };
    let _subscription = bus.subscribe("mailer", &["note"], {
        let seen = Arc::clone(&seen);
        handler(move |envelope| {
            seen.lock().unwrap().push(envelope.seq);
            async { Ok(()) }
        })
    });
    wait_until(async || seen.lock().unwrap().last() == Some(&3)).await;
    assert_eq!(tried(), 6, "it was not tried again");
    let letters = journal.tenant(&tenant).query(&Query::new("dead-letter", Filter::All)).await.unwrap();
    let letter = &letters.rows[0].1;
    assert_eq!((&letter["seq"], &letter["attempts"]), (&2.into(), &6.into()));
    assert!(letter["error"].as_str().unwrap().contains("again and again"), "{letter:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broadcast_resumes_where_its_token_says() {
    let dir = tempfile::tempdir().unwrap();
    let Some((journal, bus)) = bus(dir.path()).await else {
        return;
    };
    let acme = journal.tenant(&TenantId::new("acme"));
    wait_until(async || bus.ping().await.is_ok()).await;
    let mut live = bus.broadcast(&["note"], None).await.unwrap();
    write(&acme, "n1", "one").await;
    let one = timeout(WAIT, live.next()).await.unwrap().unwrap();
    assert_eq!(one.entry_id(), "acme/note/n1/1");
    let token = live.resume().to_token();
    drop(live);
    write(&acme, "n1", "two").await;
    let resume = Resume::from_token(&token).unwrap();
    let mut again = bus.broadcast(&["note"], Some(&resume)).await.unwrap();
    let two = timeout(WAIT, again.next()).await.unwrap().unwrap();
    assert_eq!(two.entry_id(), "acme/note/n1/2");
}

/// Kinds of all records on the topic.
fn kinds_on(config: &KafkaConfig) -> Vec<String> {
    let consumer: BaseConsumer =
        ClientConfig::new().set("bootstrap.servers", &config.brokers).set("group.id", "audit").create().unwrap();
    let mut all = TopicPartitionList::new();
    let mut expected = 0;
    for partition in 0..config.partitions {
        let (begin, end) = consumer.fetch_watermarks(&config.topic, partition, WAIT).unwrap();
        expected += end - begin;
        all.add_partition_offset(&config.topic, partition, Offset::Beginning).unwrap();
    }
    consumer.assign(&all).unwrap();
    let mut kinds = Vec::new();
    for _ in 0..expected {
        let message = consumer.poll(WAIT).unwrap().unwrap();
        let record: serde_json::Value = serde_json::from_slice(message.payload().unwrap()).unwrap();
        kinds.push(record["kind"].as_str().unwrap().to_owned());
    }
    kinds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_private_is_not_on_the_topic() {
    let dir = tempfile::tempdir().unwrap();
    let Some((journal, _bus)) = bus(dir.path()).await else {
        return;
    };
    let acme = journal.tenant(&TenantId::new("acme"));
    for n in 0..10 {
        write_secret(&acme, &format!("s{n}")).await;
        write(&acme, &format!("n{n}"), "hello").await;
    }
    let relayed = journal.consumer("kafka-relay");
    wait_until(async || relayed.lag().await.unwrap() == 0).await;
    let config = config(dir.path(), std::env::var("CASEWRIGHT_TEST_KAFKA").unwrap());
    let kinds = tokio::task::spawn_blocking(move || kinds_on(&config)).await.unwrap();
    assert_eq!(kinds, vec!["note"; 10]);
}

/// A freeze of this one thread would be seen by the one task that only looks at the time.
fn heart() -> (tokio::task::JoinHandle<()>, Arc<Mutex<Duration>>) {
    let longest: Arc<Mutex<Duration>> = Arc::default();
    let seen = Arc::clone(&longest);
    let beat = async move {
        let mut last = Instant::now();
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let mut longest = seen.lock().unwrap();
            *longest = longest.max(last.elapsed());
            last = Instant::now();
        }
    };
    (tokio::spawn(beat), longest)
}

/// Longer than a busy machine lets a thread wait, shorter than the least that librdkafka waits for a broker.
const FROZEN: Duration = Duration::from_secs(4);

#[tokio::test]
async fn a_broker_that_goes_away_stops_nothing_and_what_came_meanwhile_is_handled_after() {
    let dir = tempfile::tempdir().unwrap();
    let Ok(relayed) = std::env::var("CASEWRIGHT_TEST_KAFKA_RELAYED") else {
        eprintln!(
            "SKIPPED: set CASEWRIGHT_TEST_KAFKA_RELAYED=host:port,host:port (the broker's second door, and where it says that is)"
        );
        return;
    };
    let (broker, front) = relayed.split_once(',').unwrap();
    let relay = Relay::open(front, broker).await;
    let journal = journal(dir.path()).await;
    let bus = KafkaBus::start(journal.clone(), config(dir.path(), front.to_owned()), patient()).unwrap();
    let acme = journal.tenant(&TenantId::new("acme"));
    let handled: Arc<Mutex<Vec<u64>>> = Arc::default();
    let note = |_: &str| {
        let handled = Arc::clone(&handled);
        handler(move |envelope| {
            handled.lock().unwrap().push(envelope.seq);
            async { Ok(()) }
        })
    };
    let subscription = bus.subscribe("reader", &["note"], note("reader"));
    let other = bus.subscribe("other", &["task"], note("other"));
    write(&acme, "n1", "before").await;
    wait_until(async || handled.lock().unwrap().len() == 1).await;

    let (heart, longest) = heart();
    relay.close().await;
    write(&acme, "n1", "meanwhile").await;
    wait_until(async || bus.ping().await.is_err()).await;
    assert!(bus.broadcast(&["note"], None).await.is_err(), "said at once");
    // A member of a group that goes: closing waits for a broker that is not there.
    drop(other);

    let relay = Relay::open(front, broker).await;
    write(&acme, "n1", "after").await;
    timeout(3 * WAIT, async {
        while handled.lock().unwrap().len() < 3 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("what came meanwhile is handled");
    assert_eq!(*handled.lock().unwrap(), [1, 2, 3]);
    wait_until(async || bus.ping().await.is_ok()).await;
    heart.abort();
    assert!(*longest.lock().unwrap() < FROZEN, "the thread stood still for {:?}", longest.lock().unwrap());
    drop(subscription);
    relay.close().await;
}

#[tokio::test]
async fn a_bus_starts_without_kafka_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(dir.path()).await;
    // A port of nobody: it was free a moment ago.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (heart, longest) = heart();
    let bus = KafkaBus::start(journal.clone(), config(dir.path(), port.to_string()), patient()).unwrap();
    let subscription = bus.subscribe("reader", &["note"], handler(|_| async { Ok(()) }));
    assert!(bus.ping().await.is_err());
    assert!(bus.broadcast(&["note"], None).await.is_err());
    write(&journal.tenant(&TenantId::new("acme")), "n1", "kept").await;
    drop((subscription, bus));
    journal.shutdown().await;
    heart.abort();
    assert!(*longest.lock().unwrap() < FROZEN, "the thread stood still for {:?}", longest.lock().unwrap());
}

/// On the brokers that librdkafka brings for tests, which make no topics when they are asked to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_is_there_is_taken_with_the_partitions_it_has() {
    let dir = tempfile::tempdir().unwrap();
    let brokers = MockCluster::new(1).unwrap();
    let config = config(dir.path(), brokers.bootstrap_servers());
    assert_ne!(config.partitions, 5);
    brokers.create_topic(&config.topic, 5, 1).unwrap();
    let journal = journal(dir.path()).await;
    let bus = KafkaBus::start(journal.clone(), config, patient()).unwrap();
    wait_until(async || bus.ping().await.is_ok()).await;
    let mut live = bus.broadcast(&["note"], None).await.unwrap();
    // In base64, ten bytes for each partition.
    assert_eq!(live.resume().to_token().len(), 67, "all of them are read");
    write(&journal.tenant(&TenantId::new("acme")), "n1", "one").await;
    assert_eq!(timeout(WAIT, live.next()).await.unwrap().unwrap().entry_id(), "acme/note/n1/1");
}
