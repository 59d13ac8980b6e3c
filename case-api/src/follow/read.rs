//! The events of entries that come over the bus.

use super::error::FollowError;
use casewright_bus::EntryEnvelope;
use casewright_contracts::{MailEvent, ProcessEvent};
use serde::de::DeserializeOwned;

/// An event of this room.
pub(super) fn event<T: DeserializeOwned>(entry: &EntryEnvelope) -> Result<T, FollowError> {
    known(entry, serde_json::from_slice(&entry.payload))
}

/// What the engine says.
pub(super) fn process_event(entry: &EntryEnvelope) -> Result<ProcessEvent, FollowError> {
    known(entry, ProcessEvent::read(&entry.event, &entry.payload))
}

/// What the mail room says.
pub(super) fn mail_event(entry: &EntryEnvelope) -> Result<MailEvent, FollowError> {
    known(entry, MailEvent::read(&entry.event, &entry.payload))
}

fn known<T>(entry: &EntryEnvelope, read: serde_json::Result<T>) -> Result<T, FollowError> {
    read.map_err(|source| FollowError::Unreadable {
        event: entry.event.to_string(),
        id: entry.id.to_string(),
        seq: entry.seq,
        source,
    })
}
