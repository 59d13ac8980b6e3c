//! Several nodes on one store: shards are shared out, and go on elsewhere when a node goes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::{ExecuteError, Journal};
use std::time::Duration;
use support::account::{Account, deposit, projectors};
use support::stores::{Place, config, wait_until};
use support::tenant;

async fn node(place: &Place, address: &str) -> Journal {
    let mut config = config();
    config.shards = 8;
    config.address = address.to_owned();
    config.lease = Duration::from_millis(900);
    Journal::open_on(place.open().await, config, projectors()).await.unwrap()
}

/// Deposits on whichever node owns the account.
async fn deposit_anywhere(nodes: &[&Journal], id: &str) -> Option<u64> {
    for node in nodes {
        match deposit(&node.tenant(&tenant()), id, 1).await {
            Ok(committed) => return Some(committed.version),
            Err(ExecuteError::NotOwner { address }) => assert!(address.starts_with("http://")),
            Err(ExecuteError::Unavailable(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    None
}

async fn owned(node: &Journal, ids: &[String]) -> usize {
    let mut owned = 0;
    for id in ids {
        owned += usize::from(deposit_anywhere(&[node], id).await.is_some());
    }
    owned
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn shards_are_shared_out_and_taken_over_without_losing_a_command() {
    let Some(place) = Place::mongo() else {
        return;
    };
    let ids: Vec<String> = (0..12).map(|n| format!("a{n}")).collect();
    let one = node(&place, "http://one").await;
    wait_until("one node owns everything", async || owned(&one, &ids).await == ids.len()).await;
    let two = node(&place, "http://two").await;
    wait_until("the second node has its share", async || {
        let theirs = owned(&two, &ids).await;
        theirs > 0 && theirs < ids.len()
    })
    .await;
    let mut versions = Vec::new();
    for id in &ids {
        wait_until("one of them takes it", async || deposit_anywhere(&[&one, &two], id).await.is_some()).await;
        // Both see the same, whoever owns it; also through views the other node writes.
        let mine = one.tenant(&tenant()).load::<Account>(id).await.unwrap();
        let theirs = two.tenant(&tenant()).load::<Account>(id).await.unwrap();
        let (account, version) = mine.unwrap();
        assert_eq!(theirs.unwrap().1, version);
        assert_eq!(account.total as u64, version);
        for node in [&one, &two] {
            let row = node.tenant(&tenant()).get("account", id).await.unwrap();
            assert_eq!(row.unwrap()["seq"], version);
        }
        versions.push(version);
    }
    two.shutdown().await;
    wait_until("the first node has taken everything over", async || owned(&one, &ids).await == ids.len()).await;
    for (id, version) in ids.iter().zip(versions) {
        let handle = one.tenant(&tenant());
        let (account, now) = handle.load::<Account>(id).await.unwrap().unwrap();
        assert!(now > version);
        assert_eq!(account.total as u64, now, "no command was lost or repeated");
    }
    one.shutdown().await;
    place.remove().await;
}
