//! What crosses from node to node: the entries of one command.

use crate::key::{AggregateKey, ShardId};
use crate::log::codec::{self, CodecError};
use crate::log::entry::Entry;
use bytes::Bytes;
use uuid::Uuid;

/// The entries of one command, decided on one node, for the node that writes their shard. There is one at least; all are of one
/// aggregate, and each comes after the one before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Forwarded {
    key: AggregateKey,
    shard: ShardId,
    command: Uuid,
    entries: Vec<Entry>,
}

/// Entries that are none of one command.
#[derive(Debug, thiserror::Error)]
pub enum Malformed {
    #[error("they cannot be read")]
    Unreadable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("there are none")]
    Empty,
    #[error("they are of several aggregates or commands, or of none")]
    Mixed,
    #[error("their numbers have a gap")]
    Gap,
}

impl From<CodecError> for Malformed {
    fn from(error: CodecError) -> Self {
        Self::Unreadable(Box::new(error))
    }
}

impl Forwarded {
    /// Entries that were decided here, as one command.
    pub(crate) fn new(shard: ShardId, mut entries: Vec<Entry>) -> Result<Self, Malformed> {
        let command = Uuid::new_v4();
        for entry in &mut entries {
            entry.command = Some(command);
        }
        Self::checked(shard, entries)
    }

    /// Reads what [`Forwarded::to_bytes`] made.
    pub fn from_bytes(shard: ShardId, bytes: &Bytes) -> Result<Self, Malformed> {
        Self::checked(shard, codec::decode_all(bytes)?)
    }

    /// In the framing of the log.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        Bytes::from(codec::encode(&self.entries))
    }

    fn checked(shard: ShardId, entries: Vec<Entry>) -> Result<Self, Malformed> {
        let first = entries.first().ok_or(Malformed::Empty)?;
        let (key, command) = (first.meta.key.clone(), first.command.ok_or(Malformed::Mixed)?);
        if entries.iter().any(|entry| entry.meta.key != key || entry.command != Some(command)) {
            return Err(Malformed::Mixed);
        }
        if first.meta.seq == 0 || entries.iter().zip(first.meta.seq..).any(|(entry, seq)| entry.meta.seq != seq) {
            return Err(Malformed::Gap);
        }
        Ok(Self { key, shard, command, entries })
    }

    #[must_use]
    pub fn key(&self) -> &AggregateKey {
        &self.key
    }

    #[must_use]
    pub fn shard(&self) -> ShardId {
        self.shard
    }

    /// By which what was appended once is known.
    #[must_use]
    pub fn command(&self) -> Uuid {
        self.command
    }

    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The version of the aggregate that they were decided on.
    #[must_use]
    pub fn base(&self) -> u64 {
        self.entries.first().map_or(0, |first| first.meta.seq - 1)
    }

    /// The version of the aggregate with them.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.base() + self.entries.len() as u64
    }

    pub(crate) fn payload_bytes(&self) -> usize {
        self.entries.iter().map(|entry| entry.payload.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::entry::{Decided, EntryMeta};

    fn entry(id: &str, seq: u64) -> Entry {
        Entry {
            meta: EntryMeta {
                key: AggregateKey::new(&crate::TenantId::new("acme"), "account", id),
                seq,
                at: jiff::Timestamp::UNIX_EPOCH,
                actor: "alice".into(),
                cause: "request-1".into(),
            },
            event: "deposited".into(),
            payload: Bytes::from_static(b"{}"),
            command: None,
            decided: Decided::default(),
        }
    }

    #[test]
    fn what_is_sent_is_what_arrives() {
        let sent = Forwarded::new(ShardId(3), vec![entry("a", 8), entry("a", 9)]).unwrap();
        assert_eq!((sent.base(), sent.version()), (7, 9));
        assert_eq!(Forwarded::from_bytes(ShardId(3), &sent.to_bytes()).unwrap(), sent);
        let other = Forwarded::new(ShardId(3), vec![entry("a", 8), entry("a", 9)]).unwrap();
        assert_ne!(sent.command(), other.command(), "each command has an id of its own");
    }

    #[test]
    fn what_is_no_command_is_not_taken() {
        let said = |entries: Vec<Entry>| Forwarded::new(ShardId(0), entries).unwrap_err().to_string();
        assert_eq!(said(Vec::new()), "there are none");
        assert_eq!(said(vec![entry("a", 1), entry("b", 2)]), "they are of several aggregates or commands, or of none");
        for seqs in [[1, 3], [2, 1], [1, 1], [0, 1]] {
            assert_eq!(said(seqs.map(|seq| entry("a", seq)).to_vec()), "their numbers have a gap", "{seqs:?}");
        }
        let of_none = Bytes::from(codec::encode(&[entry("a", 1)]));
        assert!(matches!(Forwarded::from_bytes(ShardId(0), &of_none), Err(Malformed::Mixed)));
        let torn = Forwarded::new(ShardId(0), vec![entry("a", 1)]).unwrap().to_bytes();
        let torn = torn.slice(..torn.len() - 1);
        assert!(matches!(Forwarded::from_bytes(ShardId(0), &torn), Err(Malformed::Unreadable(_))));
    }
}
