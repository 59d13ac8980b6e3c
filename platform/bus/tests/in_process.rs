//! What the bus promises, over a journal on SQLite.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_bus::{Bus, HandlerError, InProcessBus, Resume, Subscription, dead_letter, handler};
use casewright_journal::{Filter, Journal, Query, TenantId};
use futures::StreamExt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use support::{WAIT, journal, patient, wait_until, write};
use tokio::sync::mpsc;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_entry_is_handled_in_order_per_aggregate_from_the_first_on() {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(dir.path()).await;
    let acme = journal.tenant(&TenantId::new("acme"));
    for n in 0..20 {
        write(&acme, &format!("n{}", n % 3), "before").await;
    }
    let bus = InProcessBus::new(journal.clone());
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
    let mut last = std::collections::HashMap::new();
    for _ in 0..40 {
        let envelope = timeout(WAIT, handled.recv()).await.unwrap().unwrap();
        let last = last.entry(envelope.id.clone()).or_insert(0);
        assert_eq!(envelope.seq, *last + 1, "in order, none twice");
        *last = envelope.seq;
        assert_eq!(envelope.event, "written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restart_what_was_handled_and_recorded_is_not_handled_again() {
    let dir = tempfile::tempdir().unwrap();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let collect = {
        let seen = Arc::clone(&seen);
        handler(move |envelope| {
            seen.lock().unwrap().push(envelope.entry_id());
            async { Ok(()) }
        })
    };
    {
        let journal = journal(dir.path()).await;
        let acme = journal.tenant(&TenantId::new("acme"));
        write(&acme, "n1", "one").await;
        let bus = InProcessBus::new(journal.clone());
        let _subscription = bus.subscribe("test", &["note"], collect.clone());
        let probe = journal.consumer("test");
        wait_until(async || probe.lag().await.unwrap() == 0).await;
        journal.shutdown().await;
    }
    let journal = journal(dir.path()).await;
    let acme = journal.tenant(&TenantId::new("acme"));
    write(&acme, "n1", "two").await;
    let bus = InProcessBus::new(journal.clone());
    let _subscription = bus.subscribe("test", &["note"], collect);
    wait_until(async || seen.lock().unwrap().len() >= 2).await;
    assert_eq!(*seen.lock().unwrap(), ["acme/note/n1/1", "acme/note/n1/2"], "the first was not handled again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_keeps_failing_is_parked_and_can_be_retried() {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(dir.path()).await;
    let tenant = TenantId::new("acme");
    let acme = journal.tenant(&tenant);
    let bus = InProcessBus::with_policy(journal.clone(), patient());
    let broken = Arc::new(AtomicU32::new(1));
    let attempts = Arc::new(AtomicU32::new(0));
    let handled: Arc<Mutex<Vec<u64>>> = Arc::default();
    let _subscription = bus.subscribe("mailer", &["note"], {
        let (broken, attempts, handled) = (Arc::clone(&broken), Arc::clone(&attempts), Arc::clone(&handled));
        handler(move |envelope| {
            let fails = envelope.seq == 1 && broken.load(Ordering::SeqCst) == 1;
            if fails {
                attempts.fetch_add(1, Ordering::SeqCst);
            } else {
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
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
    let letters = acme.query(&Query::new("dead-letter", Filter::All)).await.unwrap();
    let (id, letter) = &letters.rows[0];
    assert_eq!(letter["consumer"], "mailer");
    assert_eq!(letter["seq"], 1);
    assert_eq!(letter["error"], "the mail server is down");

    assert!(bus.retry_dead_letter(&tenant, id, "root").await.is_err());
    broken.store(0, Ordering::SeqCst);
    bus.retry_dead_letter(&tenant, id, "root").await.unwrap();
    let told: Vec<(String, String)> = acme
        .entries("dead-letter", id, 0, 10)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| (entry.event.to_string(), entry.meta.actor.to_string()))
        .collect();
    let expected = [("parked", "system:bus"), ("failed-again", "root"), ("handled", "root")];
    assert_eq!(told, expected.map(|(event, actor)| (format!("dead-letter-{event}"), actor.to_owned())));
    assert!(handled.lock().unwrap().contains(&1));
    let letters = acme.count(&Query::new("dead-letter", Filter::All)).await.unwrap();
    assert_eq!(letters, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gives_an_entry_up_and_why_stays_in_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(dir.path()).await;
    let tenant = TenantId::new("acme");
    let acme = journal.tenant(&tenant);
    let bus = InProcessBus::with_policy(journal.clone(), patient());
    let _subscription = bus.subscribe("mailer", &["note"], handler(|_| async { Err(HandlerError::give_up("no")) }));
    write(&acme, "n1", "one").await;
    let letters = async || acme.query(&Query::new("dead-letter", Filter::All)).await.unwrap().rows;
    wait_until(async || letters().await.len() == 1).await;
    let id = letters().await[0].0.clone();
    let elsewhere = TenantId::new("b");
    assert!(dead_letter::discard(&journal, &elsewhere, &id, "not theirs", "olga").await.is_err());
    dead_letter::discard(&journal, &tenant, &id, "a test of ours", "root").await.unwrap();
    assert!(letters().await.is_empty());
    assert!(dead_letter::discard(&journal, &tenant, &id, "again", "root").await.is_err());
    assert!(bus.retry_dead_letter(&tenant, &id, "root").await.is_err());
    let last = acme.entries("dead-letter", &id, 0, 10).await.unwrap().pop().unwrap();
    assert_eq!((last.event.as_str(), last.meta.actor.as_str()), ("dead-letter-discarded", "root"));
    assert!(String::from_utf8_lossy(&last.payload).contains("a test of ours"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_that_panics_is_retried_like_one_that_fails() {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(dir.path()).await;
    let acme = journal.tenant(&TenantId::new("acme"));
    let bus = InProcessBus::with_policy(journal.clone(), patient());
    let calls = Arc::new(AtomicU32::new(0));
    let _subscription = bus.subscribe("panics", &["note"], {
        let calls = Arc::clone(&calls);
        handler(move |_| {
            let call = calls.fetch_add(1, Ordering::SeqCst);
            async move {
                assert!(call > 0, "the first call panics on purpose");
                Ok(())
            }
        })
    });
    write(&acme, "n1", "one").await;
    wait_until(async || calls.load(Ordering::SeqCst) == 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broadcast_resumes_where_its_token_says() {
    let dir = tempfile::tempdir().unwrap();
    let journal = journal(dir.path()).await;
    let acme = journal.tenant(&TenantId::new("acme"));
    let bus = InProcessBus::new(journal.clone());
    write(&acme, "n1", "long ago").await;
    let mut live = bus.broadcast(&["note"], None).await.unwrap();
    write(&acme, "n1", "one").await;
    let one = timeout(WAIT, live.next()).await.unwrap().unwrap();
    assert_eq!(one.seq, 2, "only what came after the start");
    let token = live.resume().to_token();
    drop(live);
    write(&acme, "n1", "two").await;
    write(&acme, "n2", "other").await;
    let resume = Resume::from_token(&token).unwrap();
    let mut again = bus.broadcast(&["note"], Some(&resume)).await.unwrap();
    let mut missed = vec![
        timeout(WAIT, again.next()).await.unwrap().unwrap().entry_id(),
        timeout(WAIT, again.next()).await.unwrap().unwrap().entry_id(),
    ];
    missed.sort();
    assert_eq!(missed, ["acme/note/n1/3", "acme/note/n2/1"]);
}

/// A bus whose process ends in the middle of an entry: the handler never comes back, and the bus is dropped with it.
async fn ends_in_the_middle(dir: &std::path::Path, seen: &Arc<Mutex<Vec<String>>>, poison: &'static str) {
    let (journal, subscription) = in_the_middle(dir, seen, poison).await;
    drop(subscription);
    journal.shutdown().await;
}

/// A bus in the middle of an entry whose handler never comes back.
async fn in_the_middle(
    dir: &std::path::Path,
    seen: &Arc<Mutex<Vec<String>>>,
    poison: &'static str,
) -> (Journal, Subscription) {
    let journal = journal(dir).await;
    let bus = InProcessBus::with_policy(journal.clone(), patient());
    let (reached, mut poisoned) = mpsc::unbounded_channel();
    let subscription = bus.subscribe("mailer", &["note"], {
        let seen = Arc::clone(seen);
        handler(move |envelope| {
            let is_poison = envelope.entry_id() == poison;
            seen.lock().unwrap().push(envelope.entry_id());
            let reached = reached.clone();
            async move {
                if is_poison {
                    reached.send(()).unwrap();
                    std::future::pending::<()>().await;
                }
                Ok(())
            }
        })
    });
    timeout(WAIT, poisoned.recv()).await.unwrap().unwrap();
    (journal, subscription)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_ends_a_subscription_in_order_has_met_no_entry_that_ends_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let tenant = TenantId::new("acme");
    {
        let journal = journal(dir.path()).await;
        write(&journal.tenant(&tenant), "n1", "one").await;
        write(&journal.tenant(&tenant), "n1", "two").await;
        journal.shutdown().await;
    }
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    for _ in 0..10 {
        let (journal, subscription) = in_the_middle(dir.path(), &seen, "acme/note/n1/2").await;
        subscription.end().await;
        journal.shutdown().await;
    }
    let ids = seen.lock().unwrap().clone();
    assert_eq!(
        ids.iter().filter(|id| *id == "acme/note/n1/1").count(),
        1,
        "what was handled is noted at the end: {ids:?}"
    );
    let journal = journal(dir.path()).await;
    let bus = InProcessBus::with_policy(journal.clone(), patient());
    let _subscription = bus.subscribe("mailer", &["note"], {
        let seen = Arc::clone(&seen);
        handler(move |envelope| {
            seen.lock().unwrap().push(format!("handled {}", envelope.seq));
            async { Ok(()) }
        })
    });
    wait_until(async || seen.lock().unwrap().last().is_some_and(|last| last == "handled 2")).await;
    let letters = journal.tenant(&tenant).query(&Query::new("dead-letter", Filter::All)).await.unwrap();
    assert!(letters.rows.is_empty(), "{letters:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_that_ends_the_process_again_and_again_is_parked() {
    let dir = tempfile::tempdir().unwrap();
    let tenant = TenantId::new("acme");
    {
        let journal = journal(dir.path()).await;
        let acme = journal.tenant(&tenant);
        for text in ["one", "two", "three"] {
            write(&acme, "n1", text).await;
        }
        journal.shutdown().await;
    }
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    for _ in 0..6 {
        ends_in_the_middle(dir.path(), &seen, "acme/note/n1/2").await;
    }
    let tried = |seen: &[String]| seen.iter().filter(|id| *id == "acme/note/n1/2").count();
    assert_eq!(tried(&seen.lock().unwrap()), 6);
    let journal = journal(dir.path()).await;
    let acme = journal.tenant(&tenant);
    let bus = InProcessBus::with_policy(journal.clone(), patient());
    let _subscription = bus.subscribe("mailer", &["note"], {
        let seen = Arc::clone(&seen);
        handler(move |envelope| {
            seen.lock().unwrap().push(envelope.entry_id());
            async { Ok(()) }
        })
    });
    wait_until(async || seen.lock().unwrap().last().is_some_and(|id| id == "acme/note/n1/3")).await;
    assert_eq!(tried(&seen.lock().unwrap()), 6, "it was not tried again");
    let letters = acme.query(&Query::new("dead-letter", Filter::All)).await.unwrap();
    assert_eq!((letters.rows[0].1["seq"].clone(), letters.rows[0].1["attempts"].clone()), (2.into(), 6.into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_survives_a_careful_attempt_is_forgotten_as_an_attempt() {
    let dir = tempfile::tempdir().unwrap();
    let tenant = TenantId::new("acme");
    {
        let journal = journal(dir.path()).await;
        write(&journal.tenant(&tenant), "n1", "one").await;
        journal.shutdown().await;
    }
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    ends_in_the_middle(dir.path(), &seen, "acme/note/n1/1").await;
    let journal = journal(dir.path()).await;
    let bus = InProcessBus::with_policy(journal.clone(), patient());
    let _subscription = bus.subscribe("mailer", &["note"], handler(|_| async { Ok(()) }));
    let acme = journal.tenant(&tenant);
    let letter = async || {
        let loaded = acme.load::<casewright_bus::dead_letter::DeadLetter>("mailer:note:n1:1").await.unwrap();
        loaded.map(|(letter, version)| (letter.begun, letter.entry.is_none(), version))
    };
    wait_until(async || letter().await == Some((0, true, 2))).await;
}
