//! The logs themselves: every batch decodes, positions and numbers have no gap, everything is where it belongs.

use super::{Census, Progress, Report, STRIDE};
use crate::causes::Causes;
use crate::key::ShardId;
use crate::log::entry::Batch;
use crate::store::{Store, StoreError};

/// Batches fetched at once.
const PAGE: usize = 256;

pub(super) async fn check(
    store: &dyn Store,
    report: &mut Report,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<Census, StoreError> {
    let shards = store.shards(0).await?;
    report.heads = store.heads(shards).await?;
    let of = report.heads.iter().sum();
    let mut census = Census::default();
    for (shard, head) in (0..shards).map(ShardId).zip(report.heads.clone()) {
        let mut position = 0;
        while position < head {
            let (batches, next) = read(store, shard, position, head, report).await;
            position = next;
            for batch in batches {
                take(&batch, shards, &mut census, report);
                if report.batches.is_multiple_of(STRIDE) {
                    progress(Progress { step: "batches", done: report.batches, of });
                }
            }
        }
    }
    progress(Progress { step: "batches", done: report.batches, of });
    Ok(census)
}

/// Batches after `position`, and where to go on. One that cannot be read is a finding; those behind it are read on.
async fn read(store: &dyn Store, shard: ShardId, position: u64, head: u64, report: &mut Report) -> (Vec<Batch>, u64) {
    let batches = match store.read(shard, position + 1, PAGE).await {
        Ok(batches) => batches,
        // One of them is bad: the next one alone tells whether it is that one.
        Err(_) => match store.read(shard, position + 1, 1).await {
            Ok(one) => one,
            Err(error) => {
                let place = format!("shard {} position {}", shard.0, position + 1);
                report.find("batch-unreadable", place, Causes(&error).to_string());
                return (Vec::new(), position + 1);
            }
        },
    };
    let mut next = position;
    for batch in &batches {
        // Reading may begin within what a batch stands for.
        if batch.since > next + 1 {
            let place = format!("shard {} position {}", shard.0, next + 1);
            report.find("position-gap", place, format!("the next batch begins at {}", batch.since));
        }
        next = batch.position;
    }
    if batches.is_empty() {
        let place = format!("shard {} position {}", shard.0, position + 1);
        report.find("position-gap", place, format!("there is no batch, though the log ends at {head}"));
        next = head;
    }
    (batches, next)
}

fn take(batch: &Batch, shards: u16, census: &mut Census, report: &mut Report) {
    report.batches += 1;
    for entry in &batch.entries {
        report.entries += 1;
        let key = &entry.meta.key;
        let place = || format!("shard {} position {}", batch.shard.0, batch.position);
        if key.shard(shards) != batch.shard {
            let what = format!("{} {} belongs to shard {}", key.kind, key.id, key.shard(shards).0);
            report.find("shard-wrong", place(), what);
        }
        let last = census.last_seqs.entry(key.clone()).or_default();
        if entry.meta.seq != *last + 1 {
            let what = format!("event {} of {} {} follows {last}", entry.meta.seq, key.kind, key.id);
            report.find("sequence-gap", place(), what);
        }
        *last = entry.meta.seq;
        census.tenants.insert(key.tenant.clone());
    }
}
