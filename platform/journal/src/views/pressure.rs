//! Views get their share before new commands do.
//!
//! Views are written behind the log by the processors that decide commands, too. Under load they would fall ever further
//! behind, and a query, which waits for them, would wait ever longer. So a shard begins no append while its views are
//! further behind than they may be: what is decided meanwhile gathers in its open batch, all commands alike, and is
//! appended together. What was acknowledged is not touched.
//!
//! It must never stop a shard: no batch is held for longer than [`HOLD`], and none for views whose store fails.

use crate::key::ShardId;
use crate::log::tail::Tail;
use crate::views::group::{Group, Views};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long a batch is held at most: a single write of views may take longer than they may be behind, and views that are
/// built anew take minutes.
const HOLD: Duration = Duration::from_millis(250);

/// What holds appends back.
pub(crate) struct Pressure {
    views: Arc<Views>,
    tail: Arc<Tail>,
}

impl Pressure {
    pub(crate) fn new(views: Arc<Views>, tail: Arc<Tail>) -> Self {
        Self { views, tail }
    }

    /// Whether views of the shard are further behind than they may be.
    pub(crate) fn is_on(&self, shard: ShardId) -> bool {
        self.behind(shard).is_some()
    }

    /// Waits until they are not, or for long enough.
    pub(crate) async fn relieved(self: Arc<Self>, shard: ShardId) {
        let begun = Instant::now();
        let deadline = begun + HOLD;
        while let Some(group) = self.behind(shard) {
            let mut moved = group.moved();
            // They may have moved before we looked.
            if group.is_too_far_behind(&self.tail, shard) && timeout_at(deadline, moved.changed()).await.is_err() {
                break;
            }
        }
        metrics::histogram!("journal_batch_held_seconds").record(begun.elapsed().as_secs_f64());
    }

    fn behind(&self, shard: ShardId) -> Option<&Arc<Group>> {
        self.views.groups().find(|group| group.is_too_far_behind(&self.tail, shard))
    }
}
