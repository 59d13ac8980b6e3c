//! Queries that wait for views to be as far as the log was when they came.
//!
//! Each is told once, by the task that writes the views, when they are; that task asks here which views are wanted, so it
//! writes those and no others.

use crate::key::ShardId;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};

/// The queries that wait for views of one group.
#[derive(Default)]
pub(crate) struct Waits {
    waiting: Mutex<Vec<Waiting>>,
    came: Notify,
}

/// What a query waits for.
pub(crate) struct Wait {
    pub(crate) views: Vec<&'static str>,
    /// How far the views have to be, by shard; what is reached is taken out.
    pub(crate) targets: Vec<(ShardId, u64)>,
    /// Shards that went to another node meanwhile.
    pub(crate) elsewhere: Vec<ShardId>,
    /// The views have to be at one position, not just far enough.
    pub(crate) is_joined: bool,
}

struct Waiting {
    wait: Wait,
    done: oneshot::Sender<Vec<ShardId>>,
}

impl Waits {
    /// Has a query wait. It is told which of its shards went to another node.
    pub(crate) fn add(&self, wait: Wait) -> oneshot::Receiver<Vec<ShardId>> {
        let (done, told) = oneshot::channel();
        self.waiting().push(Waiting { wait, done });
        self.came.notify_one();
        told
    }

    /// Whether anybody waits.
    pub(crate) fn is_any(&self) -> bool {
        !self.waiting().is_empty()
    }

    /// Until somebody has come since this was last awaited.
    pub(crate) async fn came(&self) {
        self.came.notified().await;
    }

    /// Tells those for whom it `is_over`, and forgets those who wait no longer.
    pub(crate) fn settle(&self, is_over: impl Fn(&mut Wait) -> bool) {
        let mut waiting = self.waiting();
        for Waiting { wait, done } in
            waiting.extract_if(.., |waiting| waiting.done.is_closed() || is_over(&mut waiting.wait))
        {
            // Its time may have run out a moment ago.
            let _is_gone = done.send(wait.elsewhere);
        }
    }

    /// The views that somebody waits for and that are not as far yet, each once.
    pub(crate) fn wanted(&self, is_behind: impl Fn(&'static str, &[(ShardId, u64)]) -> bool) -> Vec<&'static str> {
        let mut wanted: Vec<&'static str> = Vec::new();
        for Waiting { wait, .. } in self.waiting().iter() {
            for view in &wait.views {
                if !wanted.contains(view) && (wait.is_joined || is_behind(view, &wait.targets)) {
                    wanted.push(view);
                }
            }
        }
        wanted
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
