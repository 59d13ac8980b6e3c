//! Entries as they are committed, for those who show them: no durable position, but one to resume from.

use crate::BusError;
use crate::envelope::EntryEnvelope;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::Stream;
use futures::stream::BoxStream;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Where a broadcast goes on: the last position seen per log. Opaque outside, URL safe as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resume {
    pub(crate) positions: BTreeMap<u16, u64>,
}

impl Resume {
    #[must_use]
    pub fn to_token(&self) -> String {
        let mut bytes = Vec::with_capacity(self.positions.len() * 10);
        for (log, position) in &self.positions {
            bytes.extend_from_slice(&log.to_be_bytes());
            bytes.extend_from_slice(&position.to_be_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub fn from_token(token: &str) -> Result<Self, BusError> {
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| BusError::BadResume)?;
        let mut positions = BTreeMap::new();
        let mut records = bytes.chunks_exact(10);
        for record in &mut records {
            let mut log = [0; 2];
            let mut position = [0; 8];
            log.copy_from_slice(&record[..2]);
            position.copy_from_slice(&record[2..]);
            positions.insert(u16::from_be_bytes(log), u64::from_be_bytes(position));
        }
        if !records.remainder().is_empty() {
            return Err(BusError::BadResume);
        }
        Ok(Self { positions })
    }
}

/// A stream of entries in order per aggregate. Ends only with the bus.
pub struct Broadcast {
    pub(crate) stream: BoxStream<'static, (EntryEnvelope, Resume)>,
    pub(crate) at: Resume,
}

impl Broadcast {
    /// Resumes after the last entry that was returned.
    #[must_use]
    pub fn resume(&self) -> &Resume {
        &self.at
    }
}

impl Stream for Broadcast {
    type Item = EntryEnvelope;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<EntryEnvelope>> {
        let next = self.stream.as_mut().poll_next(cx);
        next.map(|item| {
            item.map(|(envelope, moved)| {
                self.at.positions.extend(moved.positions);
                envelope
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_foreign_one_is_refused() {
        let resume = Resume { positions: [(0, 7), (63, u64::MAX)].into() };
        assert_eq!(Resume::from_token(&resume.to_token()).unwrap(), resume);
        assert!(Resume::from_token("not ours!").is_err());
        assert!(Resume::from_token("AAAA").is_err());
    }
}
