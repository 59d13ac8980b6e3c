//! Consumers, observers, live entries.

use crate::support::account::{Account, Event, by, deposit, deposit_with, record};
use crate::support::stores::Place;
use crate::support::tenant;
use casewright_journal::{Consumer, Filter, Kind, Observation, Observations, Query};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::timeout;

const WAIT: Duration = Duration::from_secs(10);

/// `id/seq` of the next `count` entries, each shard acknowledged when `ack`.
async fn take(consumer: &mut Consumer, count: usize, ack: bool) -> Vec<String> {
    let mut seen = Vec::new();
    while seen.len() < count {
        let delivery = timeout(WAIT, consumer.next()).await.unwrap().unwrap();
        for entry in &delivery.batch.entries {
            seen.push(format!("{}/{}", entry.meta.key.id, entry.meta.seq));
        }
        if ack {
            consumer.ack(delivery.shard(), delivery.position()).await.unwrap();
        }
    }
    seen.sort();
    seen
}

pub(crate) async fn a_consumer_goes_on_after_what_it_acknowledged(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    for id in ["a", "b", "c"] {
        deposit(&handle, id, 1).await.unwrap();
    }
    let mut consumer = journal.consumer("mail");
    assert_eq!(take(&mut consumer, 3, true).await, ["a/1", "b/1", "c/1"]);
    assert_eq!(consumer.lag().await.unwrap(), 0);
    for id in ["a", "b"] {
        deposit(&handle, id, 1).await.unwrap();
    }
    assert_eq!(take(&mut consumer, 2, false).await, ["a/2", "b/2"]);
    journal.shutdown().await;

    let journal = place.journal().await;
    let mut again = journal.consumer("mail");
    assert_eq!(
        take(&mut again, 2, true).await,
        ["a/2", "b/2"],
        "what was not acknowledged comes again, and nothing else"
    );
    let mut other = journal.consumer("search");
    assert_eq!(take(&mut other, 5, false).await.len(), 5, "each has its own position");
}

pub(crate) async fn an_observer_sees_everything_after_the_views(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    for n in 0..10 {
        deposit(&handle, &format!("a{n}"), 1).await.unwrap();
    }
    let (start, mut stream) = journal.observe("accounts").await.unwrap();
    assert!(!start.is_empty());
    let writers = tokio::spawn({
        let handle = handle.clone();
        async move {
            for n in 0..60 {
                deposit_with(&handle, &format!("a{}", n % 10), 2, by("later")).await.unwrap();
            }
        }
    });
    let rows = handle.query(&Query::new("account", Filter::All)).await.unwrap();
    let mut versions: HashMap<String, u64> =
        rows.rows.iter().map(|(id, row)| (id.to_string(), row["seq"].as_u64().unwrap())).collect();
    while versions.values().sum::<u64>() < 70 {
        for (id, seq) in committed(&mut stream).await {
            let known = versions.entry(id).or_insert(0);
            assert!(seq <= *known + 1, "no entry was skipped");
            *known = (*known).max(seq);
        }
    }
    writers.await.unwrap();
    assert!(versions.values().all(|seq| *seq == 7));
}

pub(crate) async fn live_entries_resume_from_a_position(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    deposit(&handle, "a", 1).await.unwrap();
    let seen = journal.positions();
    deposit(&handle, "a", 1).await.unwrap();
    let mut resumed = journal.live(&seen);
    let mut fresh = journal.live(&HashMap::new());
    assert_eq!(committed(&mut resumed).await, [("a".to_owned(), 2)]);
    deposit(&handle, "a", 1).await.unwrap();
    assert_eq!(committed(&mut fresh).await, [("a".to_owned(), 3)]);
}

async fn committed(stream: &mut Observations) -> Vec<(String, u64)> {
    loop {
        let observed = timeout(WAIT, stream.next()).await.unwrap().unwrap();
        if let Observation::Committed(batch) = observed {
            return batch.entries.iter().map(|e| (e.meta.key.id.to_string(), e.meta.seq)).collect();
        }
    }
}

pub(crate) async fn what_is_to_be_forgotten_goes_when_everybody_is_past_it(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    for id in ["a", "b", "a"] {
        deposit(&handle, id, 1).await.unwrap();
    }
    let mut consumer = journal.consumer("mail");
    take(&mut consumer, 3, true).await;
    record(&handle, "a", vec![Event::Closed]).await.unwrap();
    // A query waits for the views.
    assert_eq!(handle.query(&Query::new("account", Filter::All)).await.unwrap().rows.len(), 1);
    assert_eq!(journal.forget_now().await.unwrap(), 0, "a consumer has not seen the end");
    take(&mut consumer, 1, true).await;
    // What happens by itself meanwhile may have been faster.
    let gone = journal.forget_now().await.unwrap();
    assert!(gone <= 1);
    assert!(handle.entries("account", "a", 0, 10).await.unwrap().is_empty());
    assert_eq!(journal.forget_now().await.unwrap(), 0, "once");
    journal.shutdown().await;

    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    assert_eq!(journal.forget_now().await.unwrap(), 0, "what is gone is not found again");
    assert!(handle.load::<Account>("a").await.unwrap().is_none());
    assert_eq!(handle.load::<Account>("b").await.unwrap().unwrap().0.total, 1);
    let report = journal.verify(&[Kind::of::<Account>()], |_| ()).await.unwrap();
    assert_eq!((report.findings, report.entries, report.rows), (vec![], 1, 1));
    journal.shutdown().await;
}
