//! Says which node should write which shard, where several share a store. Correctness never leans on it: a writer that
//! believes it still owns a shard is stopped by the position it finds taken.

use crate::causes::Causes;
use crate::key::ShardId;
use crate::shard::writer::Shared;
use crate::shard::{Handle, Request, writer};
use crate::store::StoreError;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Takes a fair share of the shards, renews it, and gives back what is too much when nodes join. A node that is no member
/// yet takes what nobody has.
///
/// It is told when to end instead of being broken off: a lease that was taken and that no writer knows of would be given
/// back by nobody, and its shard would belong to a node that is gone until the lease runs out.
pub(crate) async fn keep(shared: Arc<Shared>, writers: Vec<Handle>, ends: CancellationToken) {
    let mut ticks = interval(shared.lease / 3);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while ends.run_until_cancelled(ticks.tick()).await.is_some() {
        let nodes = match members(&shared).await {
            Ok(nodes) => nodes.max(1),
            Err(error) => {
                tracing::warn!(error = %Causes(&error), "leases cannot be renewed");
                continue;
            }
        };
        let share = writers.len().div_ceil(nodes);
        balance(&shared, &writers, share, &ends).await;
    }
}

/// How many nodes share the shards, as far as this one is concerned.
async fn members(shared: &Shared) -> Result<usize, StoreError> {
    if !shared.is_member.load(Ordering::Acquire) {
        return Ok(1);
    }
    shared.store.heartbeat(shared.node, shared.lease.as_millis() as u64).await
}

async fn balance(shared: &Shared, writers: &[Handle], share: usize, ends: &CancellationToken) {
    // Nodes begin at different places, so they do not all grab for the same shards.
    let start = (shared.node.as_u128() % writers.len().max(1) as u128) as usize;
    let order = (0..writers.len()).map(|n| (start + n) % writers.len());
    let (owned, free): (Vec<usize>, Vec<usize>) = order.partition(|n| shared.tail.is_owned(ShardId(*n as u16)));
    for surplus in owned.iter().skip(share) {
        writer::release(&writers[*surplus].requests).await;
    }
    let mut held = 0;
    for shard in owned.iter().take(share) {
        if ends.is_cancelled() {
            return;
        }
        if renew(shared, &writers[*shard], ShardId(*shard as u16)).await {
            held += 1;
        } else {
            writer::release(&writers[*shard].requests).await;
        }
    }
    for shard in free {
        if held >= share || ends.is_cancelled() {
            return;
        }
        if renew(shared, &writers[shard], ShardId(shard as u16)).await {
            held += 1;
        }
    }
}

/// True when the lease is ours; the writer has been told then. A store that does not answer changes nothing: the lease
/// runs out by itself.
async fn renew(shared: &Shared, handle: &Handle, shard: ShardId) -> bool {
    let until = Instant::now() + shared.lease;
    let ttl = shared.lease.as_millis() as u64;
    let lease = shared.store.lease(shard, shared.node, &shared.address, ttl).await;
    match lease {
        Ok(true) => handle.requests.send(Request::Leased(until)).await.is_ok(),
        Ok(false) => false,
        Err(error) => {
            tracing::warn!(shard = shard.0, error = %Causes(&error), "lease was not renewed");
            true
        }
    }
}
