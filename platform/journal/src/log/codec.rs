//! How the entries of a batch become bytes: one framing for all stores, so a log can move between them.
//!
//! Payloads are copied as they are, never parsed. A checksum at the end makes a torn or foreign blob an error; half a
//! batch is never returned.
//!
//! ```text
//! version:u8 count:varint (entry)* checksum:u64le          entry = length:varint body
//! body = tenant kind id actor cause event (each length:varint utf8) seq:varint at:i64le(us) payload(rest)
//! ```
//!
//! Where an entry was decided on another node, the batch has a version of its own, and each entry says before its payload
//! of which command it is: `length:u8 uuid`, without length where it was decided where it was appended.
//!
//! Batches of which all entries were forgotten may stand in one: `run:u8 positions:varint checksum:u64le`.

use crate::key::{AggregateKey, TenantId};
use crate::log::entry::{Decided, Entry, EntryMeta};
use bytes::Bytes;
use jiff::Timestamp;
use smol_str::SmolStr;
use uuid::Uuid;

const VERSION: u8 = 1;
const CHECKSUM_BYTES: usize = 8;
/// In place of the version: emptied batches, of which this is the last.
const RUN: u8 = 2;
/// Entries say of which command they are.
const WITH_COMMANDS: u8 = 3;
const COMMAND_BYTES: usize = 16;
/// Bytes of a batch without entries, at most; one with entries takes more.
pub(crate) const EMPTY_BYTES: usize = 1 + 10 + CHECKSUM_BYTES;

/// The bytes are not a whole batch.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CodecError {
    #[error("the batch was written by a newer release (framing {0})")]
    Newer(u8),
    #[error("the batch is torn or damaged: {0}")]
    Damaged(&'static str),
}

pub(crate) fn encode(entries: &[Entry]) -> Vec<u8> {
    let payload: usize = entries.iter().map(|e| e.payload.len() + 160).sum();
    let mut out = Vec::with_capacity(payload + 16);
    let has_commands = entries.iter().any(|entry| entry.command.is_some());
    out.push(if has_commands { WITH_COMMANDS } else { VERSION });
    put_varint(&mut out, entries.len() as u64);
    let mut body = Vec::with_capacity(256);
    for entry in entries {
        body.clear();
        let meta = &entry.meta;
        for text in [meta.key.tenant.as_str(), &meta.key.kind, &meta.key.id, &meta.actor, &meta.cause, &entry.event] {
            put_varint(&mut body, text.len() as u64);
            body.extend_from_slice(text.as_bytes());
        }
        put_varint(&mut body, meta.seq);
        body.extend_from_slice(&meta.at.as_microsecond().to_le_bytes());
        match &entry.command {
            Some(command) => {
                body.push(COMMAND_BYTES as u8);
                body.extend_from_slice(command.as_bytes());
            }
            None if has_commands => body.push(0),
            None => {}
        }
        put_varint(&mut out, (body.len() + entry.payload.len()) as u64);
        out.extend_from_slice(&body);
        out.extend_from_slice(&entry.payload);
    }
    sealed(out)
}

/// A batch without entries that stands for so many positions, its own and those before it.
pub(crate) fn encode_run(positions: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(EMPTY_BYTES);
    out.push(RUN);
    put_varint(&mut out, positions);
    sealed(out)
}

fn sealed(mut out: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&out);
    out.extend_from_slice(&sum.to_le_bytes());
    out
}

/// For how many positions a batch stands: one, unless it is a run.
pub(crate) fn positions(blob: &[u8]) -> Result<u64, CodecError> {
    if blob.first() != Some(&RUN) {
        return Ok(1);
    }
    match (Reader { bytes: content(blob)?, at: 1 }).varint()? {
        0 => Err(CodecError::Damaged("it stands for no position")),
        positions => Ok(positions),
    }
}

/// The bytes before the checksum, once they are known to be whole.
fn content(blob: &[u8]) -> Result<&[u8], CodecError> {
    let end = blob.len().checked_sub(CHECKSUM_BYTES).ok_or(CodecError::Damaged("too short"))?;
    let (content, sum) = blob.split_at(end);
    match content.first() {
        None => return Err(CodecError::Damaged("empty")),
        Some(&(VERSION | RUN | WITH_COMMANDS)) => {}
        Some(&other) => return Err(CodecError::Newer(other)),
    }
    if checksum(content).to_le_bytes() != sum {
        return Err(CodecError::Damaged("checksum"));
    }
    Ok(content)
}

/// All entries, or those `wanted` says yes to; payloads are slices of `blob`.
pub(crate) fn decode(blob: &Bytes, wanted: impl Fn(&str, &str, &str) -> bool) -> Result<Vec<Entry>, CodecError> {
    let content = content(blob)?;
    if content.first() == Some(&RUN) {
        return Ok(Vec::new());
    }
    let has_commands = content.first() == Some(&WITH_COMMANDS);
    let mut reader = Reader { bytes: content, at: 1 };
    let count = reader.varint()?;
    let mut entries = Vec::new();
    for _ in 0..count {
        let length = reader.length()?;
        let next = reader.at + length;
        if next > content.len() {
            return Err(CodecError::Damaged("entry is longer than the batch"));
        }
        let tenant = reader.text()?;
        let kind = reader.text()?;
        let id = reader.text()?;
        if wanted(tenant, kind, id) {
            let actor = SmolStr::new(reader.text()?);
            let cause = SmolStr::new(reader.text()?);
            let event = SmolStr::new(reader.text()?);
            let seq = reader.varint()?;
            let at = reader.timestamp()?;
            let command = if has_commands { reader.command()? } else { None };
            if reader.at > next {
                return Err(CodecError::Damaged("entry is shorter than its parts"));
            }
            entries.push(Entry {
                meta: EntryMeta {
                    key: AggregateKey { tenant: TenantId::new(tenant), kind: SmolStr::new(kind), id: SmolStr::new(id) },
                    seq,
                    at,
                    actor,
                    cause,
                },
                event,
                payload: blob.slice(reader.at..next),
                command,
                decided: Decided::default(),
            });
        }
        reader.at = next;
    }
    Ok(entries)
}

pub(crate) fn decode_all(blob: &Bytes) -> Result<Vec<Entry>, CodecError> {
    decode(blob, |_, _, _| true)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], CodecError> {
        let end = self
            .at
            .checked_add(length)
            .filter(|end| *end <= self.bytes.len())
            .ok_or(CodecError::Damaged("ends early"))?;
        let slice = &self.bytes[self.at..end];
        self.at = end;
        Ok(slice)
    }

    fn varint(&mut self) -> Result<u64, CodecError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(CodecError::Damaged("number is too long"))
    }

    fn length(&mut self) -> Result<usize, CodecError> {
        usize::try_from(self.varint()?).map_err(|_| CodecError::Damaged("length is too large"))
    }

    fn text(&mut self) -> Result<&'a str, CodecError> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).map_err(|_| CodecError::Damaged("text is not UTF-8"))
    }

    fn command(&mut self) -> Result<Option<Uuid>, CodecError> {
        match usize::from(self.take(1)?[0]) {
            0 => Ok(None),
            COMMAND_BYTES => {
                let command = Uuid::from_slice(self.take(COMMAND_BYTES)?);
                command.map(Some).map_err(|_| CodecError::Damaged("a command has no id"))
            }
            _ => Err(CodecError::Damaged("the id of a command is no id")),
        }
    }

    fn timestamp(&mut self) -> Result<Timestamp, CodecError> {
        let mut bytes = [0u8; 8];
        bytes.copy_from_slice(self.take(8)?);
        Timestamp::from_microsecond(i64::from_le_bytes(bytes)).map_err(|_| CodecError::Damaged("time is out of range"))
    }
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// FNV-1a over eight bytes at a time: it has to find torn writes, not forgers.
fn checksum(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325 ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0u8; 8];
        word.copy_from_slice(chunk);
        hash = (hash ^ u64::from_le_bytes(word)).wrapping_mul(0x0000_0100_0000_01b3);
        hash ^= hash >> 29;
    }
    for byte in chunks.remainder() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(seq: u64) -> Entry {
        Entry {
            meta: EntryMeta {
                key: AggregateKey::new(&TenantId::new("acme"), "case", "c-1"),
                seq,
                at: Timestamp::from_microsecond(1_700_000_000_123_456).unwrap(),
                actor: "user".into(),
                cause: "".into(),
            },
            event: "case-created".into(),
            payload: Bytes::from_static(b"{\"title\":\"x\"}"),
            command: None,
            decided: Decided::default(),
        }
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let entries = vec![entry(1), entry(200)];
        let blob = Bytes::from(encode(&entries));
        assert_eq!(decode_all(&blob).unwrap(), entries);
        assert!(decode(&blob, |_, _, id| id == "other").unwrap().is_empty());
    }

    fn of_a_command(seq: u64) -> Entry {
        Entry { command: Some(Uuid::from_u128(7)), ..entry(seq) }
    }

    #[test]
    fn entries_say_of_which_command_they_are_where_one_came_from_elsewhere() {
        let entries = vec![entry(1), of_a_command(2), of_a_command(3)];
        let blob = Bytes::from(encode(&entries));
        assert_eq!(decode_all(&blob).unwrap(), entries);
        assert_eq!(blob[0], WITH_COMMANDS);
        // What earlier releases read is written as they do.
        assert_eq!(encode(&[entry(1)])[0], VERSION);
    }

    #[test]
    fn a_batch_cut_at_any_byte_is_an_error_never_half_a_batch() {
        for blob in [encode(&[entry(1), entry(2)]), encode(&[entry(1), of_a_command(2)])] {
            for cut in 0..blob.len() {
                let torn = Bytes::copy_from_slice(&blob[..cut]);
                assert!(decode_all(&torn).is_err(), "cut at {cut}");
            }
        }
    }

    #[test]
    fn a_flipped_bit_is_an_error() {
        for blob in [encode(&[entry(1)]), encode_run(300)] {
            for at in 0..blob.len() {
                let mut bad = blob.clone();
                bad[at] ^= 0x10;
                assert!(decode_all(&Bytes::from(bad)).is_err(), "flipped at {at}");
            }
        }
    }

    #[test]
    fn a_run_has_no_entries_and_stands_for_its_positions() {
        for count in [1, 2, 300, u64::MAX] {
            let run = Bytes::from(encode_run(count));
            assert!(run.len() <= EMPTY_BYTES && decode_all(&run).unwrap().is_empty());
            assert_eq!(positions(&run).unwrap(), count);
        }
        assert!(positions(&encode_run(0)).is_err());
        let (empty, least) = (encode(&[]), encode(&[entry(1)]));
        assert_eq!((positions(&empty).unwrap(), positions(&least).unwrap()), (1, 1));
        assert!(empty.len() <= EMPTY_BYTES && EMPTY_BYTES < least.len());
    }
}
