//! The journal itself, read as it lies on the disk.

use casewright_journal::sqlite::SqliteStore;
use casewright_journal::{AggregateKey, ShardId, Store};
use std::collections::HashMap;
use std::path::Path;

/// Positions have no gaps, and every aggregate's events are numbered from 1 without gaps.
pub(crate) async fn check(folder: &Path) -> Vec<String> {
    let store = SqliteStore::open(folder).await.unwrap();
    let shards = store.shards(64).await.unwrap();
    let mut findings = Vec::new();
    for shard in (0..shards).map(ShardId) {
        let mut position = 0;
        let mut sequences: HashMap<AggregateKey, u64> = HashMap::new();
        loop {
            let batches = store.read(shard, position + 1, 500).await.unwrap();
            if batches.is_empty() {
                break;
            }
            for batch in batches {
                if batch.position != position + 1 {
                    findings.push(format!("shard {}: position {} follows {position}", shard.0, batch.position));
                }
                position = batch.position;
                for entry in batch.entries {
                    let last = sequences.entry(entry.meta.key.clone()).or_default();
                    if entry.meta.seq != *last + 1 {
                        findings.push(format!("{:?}: event {} follows {last}", entry.meta.key, entry.meta.seq));
                    }
                    *last = entry.meta.seq;
                }
            }
        }
    }
    store.close().await;
    findings
}
