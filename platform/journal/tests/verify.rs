//! What `verify` finds: nothing in a store that is whole, and every kind of damage in one that is not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::sqlite::SqliteStore;
use casewright_journal::verify::{Progress, Report};
use casewright_journal::{Aggregate as _, Journal, Kind};
use std::path::Path;
use std::sync::Arc;
use support::account::{Account, Event, deposit, record};
use support::stores::{Place, journal_on};
use support::tenant;

async fn filled(journal: &Journal) {
    let handle = journal.tenant(&tenant());
    for n in 1..=60 {
        deposit(&handle, &format!("a{}", n % 7), n).await.unwrap();
    }
    let opened = (0..5).map(|n| Event::TaskOpened { task: format!("t{n}") }).collect();
    record(&handle, "b", opened).await.unwrap();
    record(&handle, "b", vec![Event::TaskClosed { task: "t3".to_owned() }]).await.unwrap();
}

async fn verified(journal: &Journal) -> Report {
    journal.verify(&[Kind::of::<Account>()], |_| {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_store_has_no_findings_whatever_it_stands_on() {
    let places = [Some(Place::memory()), Some(Place::sqlite()), Place::mongo()];
    for place in places.into_iter().flatten() {
        let journal = place.journal().await;
        filled(&journal).await;
        let mut last: Option<Progress> = None;
        let report = journal.verify(&[Kind::of::<Account>()], |progress| last = Some(progress)).await.unwrap();
        assert_eq!(report.findings, []);
        assert_eq!((report.aggregates, report.entries, report.rows), (8, 66, 7 + 4));
        assert!(report.snapshots > 0, "there were some to compare");
        assert_eq!(last.map(|progress| (progress.step, progress.done)), Some(("rows", 11)));
        journal.shutdown().await;
        place.remove().await;
    }
}

/// Damages one of the two files and says what is found then.
async fn found(file: &str, damage: &str) -> Vec<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    let open = async |dir: &Path| journal_on(Arc::new(SqliteStore::open(dir).await.unwrap())).await;
    let journal = open(folder.path()).await;
    filled(&journal).await;
    assert_eq!(verified(&journal).await.findings, []);
    journal.shutdown().await;
    let raw = rusqlite::Connection::open(folder.path().join(file)).unwrap();
    raw.execute_batch(damage).unwrap();
    drop(raw);
    let journal = open(folder.path()).await;
    let report = verified(&journal).await;
    journal.shutdown().await;
    let mut codes: Vec<&str> = report.findings.iter().map(|finding| finding.code).collect();
    codes.dedup();
    codes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_damage_is_found_under_its_code() {
    let torn =
        "UPDATE batch SET entries = substr(entries, 1, length(entries) - 5) WHERE row = (SELECT min(row) FROM batch)";
    assert!(found("journal.db", torn).await.contains(&"batch-unreadable"));
    let missing = "DELETE FROM batch WHERE row = (SELECT min(row) + 1 FROM batch)";
    let codes = found("journal.db", missing).await;
    assert!(codes.contains(&"position-gap") && codes.contains(&"sequence-gap"), "{codes:?}");
    let mark = "snapshot 1 1\n";
    let wrong = format!(
        "UPDATE snapshot SET state = CAST('{mark}' || json_set(substr(CAST(state AS TEXT), {}), '$.total', 1) AS BLOB)",
        mark.len() + 1
    );
    assert_eq!(found("journal.db", &wrong).await, ["snapshot-differs"]);
    let other = "UPDATE \"view_account\" SET doc = jsonb_set(doc, '$.last', 0) WHERE id = 'a1'";
    assert_eq!(found("views.db", other).await, ["row-differs"]);
    assert_eq!(found("views.db", "DELETE FROM \"view_task\" WHERE id = 't1'").await, ["row-missing"]);
    let extra = "INSERT INTO \"view_task\"(tenant, id, doc) VALUES('acme', 't9', jsonb('{}'))";
    assert_eq!(found("views.db", extra).await, ["row-unfounded"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kind_that_nobody_knows_is_a_finding() {
    let journal = Place::memory().journal().await;
    deposit(&journal.tenant(&tenant()), "a", 1).await.unwrap();
    let report = journal.verify(&[], |_| {}).await.unwrap();
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].code, "kind-unknown");
    assert_eq!(report.findings[0].place, format!("{} a", Account::KIND));
}
