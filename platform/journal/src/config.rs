//! What a journal needs to know at start.

use crate::clock::{Clock, SystemClock};
use crate::forward::Peers;
use crate::turns::Weights;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Which back-end, and where.
#[derive(Clone, Debug)]
pub enum StoreConfig {
    /// Two files in a folder that belongs to one process: `journal.db` (fsync on every commit) and `views.db`
    /// (derived, caught up after a crash).
    Sqlite { dir: PathBuf },
    /// The two files of SQLite in a temporary folder without fsync, gone when the journal is dropped. For tests and trying out.
    MemorySqlite,
    /// A replica set or sharded cluster; every write with `w: majority, j: true`.
    Mongo { uri: String, database: String },
}

/// Settings of a journal. [`JournalConfig::new`] has defaults that suit one node.
#[derive(Clone)]
pub struct JournalConfig {
    pub store: StoreConfig,
    /// Number of shard logs; fixed when a store is created (a store keeps the number it was created with).
    pub shards: u16,
    pub clock: Arc<dyn Clock>,
    /// This process, for leases. A new one for every start.
    pub node: Uuid,
    /// Where other nodes reach this one (`http://host:port`), as [`Peers`] understands it; stands in the leases of its shards.
    pub address: String,
    /// How long a lease lasts without renewal; it is renewed three times as often.
    pub lease: Duration,
    /// The way to the other nodes, where several share the store. Without one a command whose shard another node owns is not
    /// taken.
    pub peers: Option<Arc<dyn Peers>>,
    /// Where several nodes share the store: do not count as one before [`crate::Journal::join`] is called. Until then this
    /// node writes only shards that nobody has, so that a start that fails, or a command that only looks, takes nothing
    /// from the nodes that work.
    pub joins_later: bool,
    pub limits: Limits,
    /// Turns of organisations where decisions that take long wait for a thread.
    pub weights: Weights,
}

/// Bounds on memory, batches and waiting.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Payload bytes of one batch: a shard stops deciding when it has that much waiting. MongoDB documents end at 16 MiB.
    pub batch_bytes: usize,
    /// Payload bytes of one decision; more is [`crate::ExecuteError::TooLarge`].
    pub decision_bytes: usize,
    /// Bytes of cached aggregates per shard (estimated by their snapshot and tail).
    pub cache_bytes: usize,
    /// A tail shorter than this is never worth a snapshot.
    pub snapshot_bytes: usize,
    /// How long a store may take for one call before it counts as not answering.
    pub store_timeout: Duration,
    /// How long a query waits for its views.
    pub view_timeout: Duration,
    /// Commands that may wait in front of a shard.
    pub queue: usize,
    /// How long a command waits, at most, for the node that owns its shard: longer than a lease, so that another node has
    /// taken over where one has died.
    pub forward_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_bytes: 2 << 20,
            decision_bytes: 12 << 20,
            cache_bytes: 8 << 20,
            snapshot_bytes: 32 << 10,
            store_timeout: Duration::from_secs(10),
            view_timeout: Duration::from_secs(10),
            queue: 4096,
            forward_timeout: Duration::from_secs(15),
        }
    }
}

impl JournalConfig {
    /// One node on this store, with 64 shards and the machine's clock.
    #[must_use]
    pub fn new(store: StoreConfig) -> Self {
        Self {
            store,
            shards: 64,
            clock: Arc::new(SystemClock),
            node: Uuid::new_v4(),
            address: String::new(),
            lease: Duration::from_secs(9),
            peers: None,
            joins_later: false,
            limits: Limits::default(),
            weights: Weights::default(),
        }
    }
}
