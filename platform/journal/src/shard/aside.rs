//! Decisions that may take long: on threads of their own, a few at once.
//!
//! A writer runs on the threads that answer requests, and decides for all aggregates of its shard one after another. What runs
//! strangers' code for seconds must hold up neither.

use crate::clock::to_entry_precision;
use crate::log::entry::Entry;
use crate::shard::cache::Slot;
use crate::shard::command::{Command, Setting};
use crate::shard::writer::Shared;
use futures::future::BoxFuture;
use std::sync::Arc;

/// A decision under way; none when its thread went away with the runtime.
pub(crate) type Aside<C = dyn Command> = BoxFuture<'static, Option<Done<C>>>;

/// A command that was decided aside, with the aggregate it was decided on.
pub(crate) struct Done<C: ?Sized = dyn Command> {
    /// Of the writer when it began.
    pub(crate) epoch: u64,
    pub(crate) command: Box<C>,
    pub(crate) slot: Slot,
    pub(crate) entries: Vec<Entry>,
}

/// Runs a command on its aggregate, in turn: that of its organisation among others, and its own in the organisation.
pub(crate) fn begin<C: Command + ?Sized + 'static>(
    shared: Arc<Shared>,
    epoch: u64,
    mut command: Box<C>,
    mut slot: Slot,
) -> Aside<C> {
    Box::pin(async move {
        let tenant = command.key().tenant.clone();
        let place = shared.asides.take(&tenant).await;
        let deciding = tokio::task::spawn_blocking(move || {
            let setting = Setting {
                at: to_entry_precision(shared.clock.now()),
                // Told when it is done: the batch that is open then.
                position: slot.position,
                decision_bytes: shared.limits.decision_bytes,
                is_aside: true,
            };
            let mut entries = Vec::new();
            command.run(&mut slot, &setting, &mut entries);
            drop(place);
            Done { epoch, command, slot, entries }
        });
        match deciding.await {
            Ok(done) => Some(done),
            Err(error) => {
                tracing::warn!(%error, "a decision on a thread of its own was not made");
                None
            }
        }
    })
}
