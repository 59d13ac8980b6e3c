//! The same promises over a real Kafka, when `CASEWRIGHT_TEST_KAFKA` names its brokers.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_bus::{Bus, HandlerError, KafkaBus, KafkaConfig, Resume, handler};
use casewright_journal::{Filter, Journal, Query, TenantId};
use futures::StreamExt;
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use support::{WAIT, journal, patient, wait_until, write};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// A bus on a topic of its own; none, said loudly, when there is no Kafka.
async fn bus(dir: &Path) -> Option<(Journal, KafkaBus)> {
    let Ok(brokers) = std::env::var("CASEWRIGHT_TEST_KAFKA") else {
        eprintln!("SKIPPED: set CASEWRIGHT_TEST_KAFKA=host:port to run this on Kafka");
        return None;
    };
    let journal = journal(dir).await;
    let name = dir.file_name().unwrap().to_string_lossy().replace('.', "");
    let mut config = KafkaConfig::new(brokers);
    config.topic = format!("entries-{name}");
    config.group_prefix = format!("{name}.");
    config.partitions = 3;
    let bus = KafkaBus::start(journal.clone(), config, patient()).await.unwrap();
    Some((journal, bus))
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
    bus.retry_dead_letter(&tenant, &letters.rows[0].0).await.unwrap();
    assert_eq!(*handled.lock().unwrap(), [2, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broadcast_resumes_where_its_token_says() {
    let dir = tempfile::tempdir().unwrap();
    let Some((journal, bus)) = bus(dir.path()).await else {
        return;
    };
    let acme = journal.tenant(&TenantId::new("acme"));
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
