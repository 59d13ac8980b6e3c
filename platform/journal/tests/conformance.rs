//! One suite over every store: what the journal promises, whatever it stands on.

mod support;

use casewright_journal::{ExecuteError, Filter, Query};
use serde_json::json;
use support::account::{Account, by, deposit, deposit_with};
use support::stores::Place;
use support::tenant;

async fn a_command_is_answered_and_read_back(place: Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    let first = deposit(&handle, "a", 10).await.unwrap();
    let second = deposit(&handle, "a", 5).await.unwrap();
    assert_eq!((first.answer, first.version), (10, 1));
    assert_eq!((second.answer, second.version), (15, 2));
    assert!(second.position > first.position);
    let (account, version) = handle.load::<Account>("a").await.unwrap().unwrap();
    assert_eq!((account.total, version), (15, 2));
    let page = handle
        .query(&Query::new("account", Filter::Eq("last".into(), json!(5))))
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 1);
    assert!(handle.load::<Account>("b").await.unwrap().is_none());
}

async fn a_stated_version_is_checked_before_the_decision(place: Place) {
    let journal = place.journal().await;
    let handle = journal.tenant(&tenant());
    let expecting = |version| {
        let mut context = by("alice");
        context.expected_version = Some(version);
        context
    };
    deposit_with(&handle, "a", 1, expecting(0)).await.unwrap();
    let stale = deposit_with(&handle, "a", 1, expecting(0)).await;
    assert!(matches!(
        stale,
        Err(ExecuteError::VersionMismatch { expected: 0, actual: 1 })
    ));
    deposit_with(&handle, "a", 1, expecting(1)).await.unwrap();
}

macro_rules! suite {
    ($($rule:ident),* $(,)?) => {
        mod sqlite {
            use super::support::stores::Place;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                super::$rule(Place::sqlite()).await;
            })*
        }
    };
}

suite!(
    a_command_is_answered_and_read_back,
    a_stated_version_is_checked_before_the_decision,
);
