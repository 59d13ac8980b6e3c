//! Snapshots that are due: taken when the tail of an aggregate has outgrown its last one, written once their events are
//! durable.

use crate::causes::Causes;
use crate::key::AggregateKey;
use crate::shard::cache::Slot;
use crate::shard::snapshot::Frozen;
use crate::store::{Snapshot, Store};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;

/// States above this are encoded on a thread that may block; below, going there costs more than encoding.
const ENCODED_ASIDE: usize = 64 << 10;

/// A snapshot that is due once its events are durable.
pub(crate) struct Due {
    key: AggregateKey,
    seq: u64,
    /// Its size, guessed from the events in it.
    bytes: usize,
    frozen: Frozen,
}

/// The snapshot of an aggregate whose tail has outgrown its last one.
pub(crate) fn due(key: &AggregateKey, slot: &mut Slot, snapshot_bytes: usize) -> Option<Due> {
    if !slot.wants_snapshot(snapshot_bytes) {
        return None;
    }
    let frozen = slot.freeze()?;
    // Until the snapshot is written its size is guessed.
    slot.snapshot_bytes += slot.tail_bytes;
    slot.tail_bytes = 0;
    Some(Due { key: key.clone(), seq: slot.version, bytes: slot.snapshot_bytes, frozen })
}

impl Due {
    /// Writes it beside everything else, and tells how large it is.
    pub(crate) fn write(self, store: Arc<dyn Store>, sizes: UnboundedSender<(AggregateKey, usize)>) {
        let Self { key, seq, bytes, frozen } = self;
        tokio::spawn(async move {
            let encoded = match bytes > ENCODED_ASIDE {
                true => tokio::task::spawn_blocking(frozen).await,
                false => Ok(frozen()),
            };
            let state = match encoded {
                Ok(Ok(state)) => state,
                Ok(Err(error)) => {
                    tracing::error!(kind = %key.kind, id = %key.id, error, "snapshot cannot be encoded");
                    return;
                }
                Err(error) => {
                    tracing::error!(kind = %key.kind, id = %key.id, %error, "encoding a snapshot failed");
                    return;
                }
            };
            let bytes = state.len();
            let snapshot = Snapshot { key: key.clone(), seq, state };
            match store.put_snapshot(snapshot).await {
                // The writer may have gone meanwhile; then nobody wants to know.
                Ok(()) => drop(sizes.send((key, bytes))),
                Err(error) => {
                    tracing::warn!(kind = %key.kind, id = %key.id, error = %Causes(&error), "snapshot was not written");
                }
            }
        });
    }
}
