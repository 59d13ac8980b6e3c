//! Deciding, answering, loading.

use crate::support::account::{Account, Event, NotPositive, by, deposit, deposit_with, projectors, record};
use crate::support::faulty::FaultyStore;
use crate::support::stores::{Place, config, journal_on, wait_until};
use crate::support::tenant;
use bytes::Bytes;
use casewright_journal::store::Snapshot;
use casewright_journal::tenant::IdOrigin;
use casewright_journal::{
    Aggregate, AggregateKey, Clock, DecideContext, Decision, ExecuteError, Field, Filter, Journal, ManualClock, Query,
    Store, TenantId,
};
use serde_json::json;
use std::convert::Infallible;
use std::sync::Arc;

pub(crate) async fn a_command_is_answered_and_read_back(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    let first = deposit(&handle, "a", 10).await.unwrap();
    let second = deposit(&handle, "a", 5).await.unwrap();
    assert_eq!((first.answer, first.version), (10, 1));
    assert_eq!((second.answer, second.version), (15, 2));
    assert!(second.position > first.position);
    let (account, version) = handle.load::<Account>("a").await.unwrap().unwrap();
    assert_eq!((account.total, version), (15, 2));
    let page = handle.query(&Query::new("account", Filter::Eq(Field::named("last"), json!(5)))).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    assert!(handle.load::<Account>("b").await.unwrap().is_none());
}

pub(crate) async fn a_stated_version_is_checked_before_the_decision(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    let expecting = |version| {
        let mut context = by("alice");
        context.expected_version = Some(version);
        context
    };
    deposit_with(&handle, "a", 1, expecting(0)).await.unwrap();
    let stale = deposit_with(&handle, "a", 1, expecting(0)).await;
    assert!(matches!(stale, Err(ExecuteError::VersionMismatch { expected: 0, actual: 1 })));
    deposit_with(&handle, "a", 1, expecting(1)).await.unwrap();
}

pub(crate) async fn a_rejection_changes_nothing(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    deposit(&handle, "a", 3).await.unwrap();
    let rejected = deposit(&handle, "a", -1).await;
    assert!(matches!(rejected, Err(ExecuteError::Rejected(NotPositive))));
    let (account, version) = handle.load::<Account>("a").await.unwrap().unwrap();
    assert_eq!((account.total, version), (3, 1));
    assert_eq!(handle.entries("account", "a", 0, 10).await.unwrap().len(), 1);
}

pub(crate) async fn commands_that_wait_together_share_a_batch(place: &Place) {
    let store = place.faulty().await;
    let journal = journal_on(store.clone()).await;
    let handle = journal.tenant(&tenant());
    let deposits = (0..400).map(|n| {
        let handle = handle.clone();
        async move { deposit(&handle, &format!("a{}", n % 7), 1).await }
    });
    for committed in futures::future::join_all(deposits).await {
        committed.unwrap();
    }
    assert!(store.appends() < 200, "{} appends for 400 commands", store.appends());
    let mut total = 0;
    for n in 0..7 {
        let id = format!("a{n}");
        let (account, version) = handle.load::<Account>(&id).await.unwrap().unwrap();
        assert_eq!(account.deposits, version);
        total += account.total;
    }
    assert_eq!(total, 400);
}

pub(crate) async fn state_survives_a_restart_by_snapshot_and_tail(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    for n in 1..=40 {
        deposit(&handle, "a", n).await.unwrap();
    }
    journal.shutdown().await;
    let store = place.open().await;
    let key = AggregateKey::new(&tenant(), "account", "a");
    let journal = journal_on(store.clone()).await;
    let handle = journal.tenant(&tenant());
    // On a busy machine the first journal's lease may have to run out: its release is not waited for for ever.
    while let Err(error) = deposit(&handle, "a", 1000).await {
        assert!(matches!(error, ExecuteError::NotOwner { .. }), "{error:?}");
    }
    let (account, version) = handle.load::<Account>("a").await.unwrap().unwrap();
    assert_eq!((account.total, version), (40 * 41 / 2 + 1000, 41));
    wait_until("a snapshot is written", async || store.snapshot(&key).await.unwrap().is_some()).await;
    let snapshot = store.snapshot(&key).await.unwrap().unwrap();
    let state: Account =
        serde_json::from_slice(snapshot.state.splitn(2, |byte| *byte == b'\n').last().unwrap()).unwrap();
    assert_eq!(state.deposits, snapshot.seq, "a snapshot is the state at its seq");
}

pub(crate) async fn a_snapshot_that_cannot_be_read_is_passed_over(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    deposit(&handle, "a", 4).await.unwrap();
    deposit(&handle, "a", 5).await.unwrap();
    journal.shutdown().await;
    let store = place.open().await;
    // The second one decodes, and is wrong all the same: it was written by other rules.
    let foreign = [
        (1, "{\"of\":\"another release\"}"),
        (2, "{\"id\":\"a\",\"total\":1,\"deposits\":1,\"last_actor\":\"alice\"}"),
    ];
    for (seq, state) in foreign {
        let key = AggregateKey::new(&tenant(), "account", "a");
        store.put_snapshot(Snapshot { key, seq, state: Bytes::from_static(state.as_bytes()) }).await.unwrap();
        let store: Arc<dyn Store> = FaultyStore::new(Arc::clone(&store));
        let handle = journal_on(store).await.tenant(&tenant());
        let (account, version) = handle.load::<Account>("a").await.unwrap().unwrap();
        assert_eq!((account.total, version), (9, 2), "folded from its events");
    }
}

pub(crate) async fn any_past_state_can_be_loaded(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    for n in 1..=30 {
        deposit(&handle, "a", n).await.unwrap();
    }
    for seq in [1, 7, 29, 30] {
        let past = handle.load_at::<Account>("a", seq).await.unwrap().unwrap();
        assert_eq!(past.total, (seq * (seq + 1) / 2) as i64);
    }
    assert!(handle.load_at::<Account>("a", 31).await.unwrap().is_none());
    assert!(handle.load_at::<Account>("a", 0).await.unwrap().is_none());
}

pub(crate) async fn the_timeline_is_read_in_order_and_in_pages(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    let deposits = (0..25).map(|_| deposit(&handle, "a", 1));
    futures::future::join_all(deposits).await;
    let mut seen = Vec::new();
    loop {
        let after = seen.last().copied().unwrap_or(0);
        let page = handle.entries("account", "a", after, 4).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 4);
        for entry in page {
            assert_eq!(entry.event, "deposited");
            assert_eq!(entry.meta.actor, "alice");
            seen.push(entry.meta.seq);
        }
    }
    assert_eq!(seen, (1..=25).collect::<Vec<u64>>());
}

pub(crate) async fn a_decision_in_place_is_what_its_events_say(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    for n in 1..=20 {
        let committed = handle
            .execute_in_place(
                "a",
                if n == 1 { IdOrigin::New } else { IdOrigin::Any },
                by("engine"),
                move |account: &mut Account, context: &DecideContext| {
                    let event = Event::Deposited { amount: n, note: String::new() };
                    let meta = casewright_journal::EntryMeta {
                        key: context.key.clone(),
                        seq: context.version + 1,
                        at: context.at,
                        actor: "engine".into(),
                        cause: "".into(),
                    };
                    account.apply(&event, &meta);
                    Ok::<_, Infallible>(Decision { answer: account.total, events: vec![event] })
                },
            )
            .await
            .unwrap();
        assert_eq!(committed.answer, n * (n + 1) / 2);
    }
    let (held, version) = handle.load::<Account>("a").await.unwrap().unwrap();
    let folded = handle.load_at::<Account>("a", version).await.unwrap();
    assert_eq!(Some(held.as_ref().clone()), folded);
}

pub(crate) async fn a_decision_that_panics_harms_nobody_else(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    deposit(&handle, "a", 2).await.unwrap();
    let panicked = handle
        .execute_in_place(
            "a",
            IdOrigin::Any,
            by("engine"),
            |account: &mut Account, _: &DecideContext| -> Result<Decision<Event, ()>, Infallible> {
                account.total = 99;
                panic!("on purpose")
            },
        )
        .await;
    assert!(matches!(&panicked, Err(ExecuteError::Panicked { id, .. }) if id == "a"), "{panicked:?}");
    let next = deposit(&handle, "a", 3).await.unwrap();
    assert_eq!(next.answer, 5, "the half-done state was forgotten");
}

/// A deposit that is made aside, once it may.
async fn deposit_aside(
    handle: &casewright_journal::TenantHandle,
    id: &str,
    amount: i64,
    began: tokio::sync::mpsc::UnboundedSender<()>,
    may_end: std::sync::mpsc::Receiver<()>,
) -> u64 {
    let decide = move |account: &mut Account, context: &DecideContext| {
        if !context.may_take_long() {
            context.put_aside();
            return Ok(Decision { events: Vec::new(), answer: () });
        }
        began.send(()).unwrap();
        may_end.recv().unwrap();
        account.total += amount;
        account.deposits += 1;
        Ok::<_, Infallible>(Decision { events: vec![Event::Deposited { amount, note: String::new() }], answer: () })
    };
    handle.execute_in_place(id, IdOrigin::Any, by("engine"), decide).await.unwrap().version
}

pub(crate) async fn a_decision_that_takes_long_holds_up_its_own_aggregate_only(place: &Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    let of_one_shard = |n: &u32| {
        let key = |id: &str| AggregateKey::new(&tenant(), Account::KIND, id);
        journal.shard_of(&key(&n.to_string())) == journal.shard_of(&key("slow"))
    };
    let neighbour = (0..).find(of_one_shard).unwrap().to_string();
    deposit(&handle, "slow", 1).await.unwrap();
    let (began, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
    let (end, may_end) = std::sync::mpsc::channel();
    let slow = tokio::spawn({
        let handle = handle.clone();
        async move { deposit_aside(&handle, "slow", 2, began, may_end).await }
    });
    has_begun.recv().await.unwrap();
    let mut behind = tokio::spawn({
        let handle = handle.clone();
        async move { deposit(&handle, "slow", 4).await.unwrap() }
    });
    for n in 1..=3 {
        assert_eq!(deposit(&handle, &neighbour, 5).await.unwrap().version, n, "others of the shard go on");
    }
    assert!(futures::poll!(&mut behind).is_pending(), "its own aggregate waits");
    end.send(()).unwrap();
    assert_eq!(slow.await.unwrap(), 2);
    let behind = behind.await.unwrap();
    assert_eq!((behind.answer, behind.version), (7, 3), "in the order they came");
    let (held, version) = handle.load::<Account>("slow").await.unwrap().unwrap();
    let folded = handle.load_at::<Account>("slow", version).await.unwrap();
    assert_eq!(Some(held.as_ref().clone()), folded);
}

pub(crate) async fn a_decision_too_large_for_a_batch_is_refused(place: &Place) {
    let mut config = config();
    config.limits.decision_bytes = 1000;
    let journal = Journal::open_on(place.open().await, config, projectors()).await.unwrap();
    let handle = journal.tenant(&tenant());
    let huge = Event::Deposited { amount: 1, note: "x".repeat(2000) };
    let refused = record(&handle, "a", vec![huge]).await;
    assert!(matches!(refused, Err(ExecuteError::TooLarge { .. })));
    assert_eq!(deposit(&handle, "a", 1).await.unwrap().version, 1);
}

pub(crate) async fn an_id_of_one_tenant_is_unknown_to_another(place: &Place) {
    let journal = place.journal().await;
    let acme = journal.tenant(&tenant());
    let other = journal.tenant(&TenantId::new("other"));
    deposit(&acme, "a", 1).await.unwrap();
    assert!(other.load::<Account>("a").await.unwrap().is_none());
    assert!(other.get("account", "a").await.unwrap().is_none());
    assert!(other.entries("account", "a", 0, 9).await.unwrap().is_empty());
    assert_eq!(deposit(&other, "a", 7).await.unwrap().version, 1);
    assert!(acme.get("account", "a").await.unwrap().is_some());
}

pub(crate) async fn entries_carry_the_time_of_the_given_clock(place: &Place) {
    let noon: jiff::Timestamp = "2026-05-01T12:00:00.123456789Z".parse().unwrap();
    let clock = Arc::new(ManualClock::at(noon));
    let mut config = config();
    config.clock = clock.clone();
    let journal = Journal::open_on(place.open().await, config, projectors()).await.unwrap();
    assert_eq!(journal.clock().now(), noon);
    let handle = journal.tenant(&tenant());
    deposit(&handle, "a", 1).await.unwrap();
    clock.advance(jiff::SignedDuration::from_hours(1));
    assert_eq!(clock.now(), noon + jiff::SignedDuration::from_hours(1));
    deposit(&handle, "a", 1).await.unwrap();
    let entries = handle.entries("account", "a", 0, 9).await.unwrap();
    let times: Vec<String> = entries.iter().map(|e| e.meta.at.to_string()).collect();
    assert_eq!(times, ["2026-05-01T12:00:00.123456Z", "2026-05-01T13:00:00.123456Z"]);
}
