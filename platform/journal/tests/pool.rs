//! The pool of the MongoDB driver: nobody who is busy elsewhere keeps a connection from those who need one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops where it stands")]

mod support;

use casewright_journal::mongo::MongoStore;
use casewright_journal::{ShardId, Store};
use futures::FutureExt;
use std::time::Duration;
use support::stores::Place;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_nobody_polls_keep_no_connection() {
    let Some(Place::Mongo { uri, database }) = Place::mongo() else {
        return;
    };
    let store = MongoStore::open(&format!("{uri}&maxPoolSize=2"), &database).await.unwrap();
    // Begun, and then left alone: as a reader does that waits for a write before it looks at its reads again.
    let mut begun: Vec<_> = (0..8).map(|shard| store.head(ShardId(shard))).collect();
    for call in &mut begun {
        assert!(call.now_or_never().is_none());
    }
    for _ in 0..4 {
        let head = timeout(Duration::from_secs(30), store.head(ShardId(9))).await;
        assert_eq!(head.expect("a connection is free").unwrap(), 0);
    }
    for call in begun {
        assert_eq!(call.await.unwrap(), 0);
    }
    Place::Mongo { uri, database }.remove().await;
}
