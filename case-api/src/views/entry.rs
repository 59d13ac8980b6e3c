//! Reading an event back from an entry.

use casewright_contracts::ProcessEvent;
use casewright_journal::Entry;
use serde::de::DeserializeOwned;

/// The event of an entry; none, with a line in the log, when this release does not know it: a later release wrote it,
/// and a view that skips it is better than a view that stops.
pub(crate) fn read<E: DeserializeOwned>(entry: &Entry) -> Option<E> {
    logged(entry, serde_json::from_slice(&entry.payload))
}

/// An event of a process instance; none, with a line in the log, when it cannot be read.
pub(crate) fn of_process(entry: &Entry) -> Option<ProcessEvent> {
    logged(entry, ProcessEvent::read(&entry.event, &entry.payload))
}

fn logged<E>(entry: &Entry, read: serde_json::Result<E>) -> Option<E> {
    match read {
        Ok(event) => Some(event),
        Err(error) => {
            tracing::error!(
                kind = %entry.meta.key.kind, id = %entry.meta.key.id, seq = entry.meta.seq, event = %entry.event,
                %error, "an event of the journal could not be read"
            );
            None
        }
    }
}
