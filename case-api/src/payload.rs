//! Reading an event back from an entry.

use casewright_journal::Entry;
use serde::de::DeserializeOwned;

/// The event of an entry; none, with a line in the log, when this release does not know it: a later release wrote it,
/// and a view that skips it is better than a view that stops.
pub(crate) fn read<E: DeserializeOwned>(entry: &Entry) -> Option<E> {
    match serde_json::from_slice(&entry.payload) {
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
