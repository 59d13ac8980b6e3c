//! A process on MongoDB with a pool of two connections, when `CASEWRIGHT_TEST_MONGODB` names a server: many consumers, whose
//! handlers read and write, all come to their end.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_bus::{Bus, HandlerError, InProcessBus, Subscription, handler, projectors};
use casewright_journal::{Filter, Journal, JournalConfig, Query, StoreConfig, TenantHandle, TenantId};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use support::write;
use tokio::time::timeout;

const NOTES: usize = 20;
const CONSUMERS: [&str; 4] = ["one", "two", "three", "four"];

/// Asks a view, then writes an answer to the note: what most handlers of the platform do.
fn answer(bus: &InProcessBus, consumer: &'static str, acme: &TenantHandle, handled: &Arc<AtomicUsize>) -> Subscription {
    let (acme, handled) = (acme.clone(), Arc::clone(handled));
    bus.subscribe(
        consumer,
        &["note"],
        handler(move |envelope| {
            let (acme, handled) = (acme.clone(), Arc::clone(&handled));
            async move {
                if envelope.id.starts_with("answer") {
                    return Ok(());
                }
                let letters = Query::new("dead-letter", Filter::All);
                acme.query(&letters).await.map_err(|error| HandlerError::retry_because("asking", error))?;
                write(&acme, &format!("answer-{consumer}-{}", envelope.id), "yes").await;
                handled.fetch_add(1, Ordering::SeqCst);
                Ok(())
            }
        }),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consumers_share_a_pool_of_two() {
    let Ok(uri) = std::env::var("CASEWRIGHT_TEST_MONGODB") else {
        eprintln!("SKIPPED: set CASEWRIGHT_TEST_MONGODB=mongodb://... to run this on MongoDB");
        return;
    };
    let database = format!("test-{}", std::process::id());
    let store = StoreConfig::Mongo { uri: format!("{uri}&maxPoolSize=2"), database };
    let mut config = JournalConfig::new(store);
    config.limits.store_timeout = Duration::from_secs(60);
    config.limits.view_timeout = Duration::from_secs(60);
    let journal = Journal::open(config, projectors()).await.unwrap();
    let acme = journal.tenant(&TenantId::new("acme"));
    let bus = InProcessBus::new(journal.clone());
    let handled = Arc::new(AtomicUsize::new(0));
    let subscriptions = CONSUMERS.map(|consumer| answer(&bus, consumer, &acme, &handled));
    let writes = (0..NOTES).map(|n| {
        let acme = acme.clone();
        tokio::spawn(async move { write(&acme, &format!("n{n}"), "hello").await })
    });
    for written in writes.collect::<Vec<_>>() {
        written.await.unwrap();
    }
    let all = async {
        while handled.load(Ordering::SeqCst) < NOTES * CONSUMERS.len() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let done = timeout(Duration::from_secs(300), all).await;
    assert!(done.is_ok(), "{} of {} were handled", handled.load(Ordering::SeqCst), NOTES * CONSUMERS.len());
    drop(subscriptions);
    journal.shutdown().await;
}
