//! Statements over `journal.db`. A batch is one row; its key is `shard << 44 | position`, so a log is one range.

use super::error::SqliteError;
use crate::key::{AggregateKey, ShardId};
use crate::log::codec;
use crate::log::entry::{Batch, Entry, Format};
use crate::store::{Portion, Snapshot};
use bytes::Bytes;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

const POSITION_BITS: u32 = 44;
const POSITIONS: i64 = (1 << POSITION_BITS) - 1;

fn row_id(shard: ShardId, position: u64) -> i64 {
    (i64::from(shard.0) << POSITION_BITS) | (position as i64 & POSITIONS)
}

/// False when the position is taken.
pub(super) fn append(connection: &Connection, batch: &Batch, blob: &[u8]) -> Result<bool, SqliteError> {
    let row = row_id(batch.shard, batch.position);
    let inserted = connection
        .prepare_cached("INSERT INTO batch(row, writer, format, entries) VALUES(?1, ?2, ?3, ?4)")?
        .execute(params![row, batch.writer.as_bytes().as_slice(), batch.format as u8, blob]);
    match inserted {
        Ok(_) => {}
        Err(rusqlite::Error::SqliteFailure(e, _)) if e.code == ErrorCode::ConstraintViolation => {
            return Ok(false);
        }
        Err(error) => return Err(error.into()),
    }
    let mut last_seqs: HashMap<&AggregateKey, u64> = HashMap::new();
    for entry in &batch.entries {
        last_seqs.insert(&entry.meta.key, entry.meta.seq);
    }
    let mut index = connection
        .prepare_cached("INSERT INTO aggregate_batch(kind, tenant, id, seq, batch) VALUES(?1, ?2, ?3, ?4, ?5)")?;
    for (key, seq) in last_seqs {
        index.execute(params![key.kind.as_str(), key.tenant.as_str(), key.id.as_str(), seq as i64, row])?;
    }
    Ok(true)
}

pub(super) fn head(connection: &Connection, shard: ShardId) -> Result<u64, SqliteError> {
    let last: Option<i64> = connection
        .prepare_cached("SELECT max(row) FROM batch WHERE row BETWEEN ?1 AND ?2")?
        .query_row(params![row_id(shard, 0), row_id(shard, u64::MAX)], |row| row.get(0))?;
    Ok(last.map_or(0, |row| (row & POSITIONS) as u64))
}

pub(super) fn read(
    connection: &Connection,
    shard: ShardId,
    from: u64,
    limit: usize,
) -> Result<Vec<Batch>, SqliteError> {
    let mut statement = connection.prepare_cached(
        "SELECT row, writer, format, entries FROM batch WHERE row BETWEEN ?1 AND ?2 ORDER BY row LIMIT ?3",
    )?;
    let mut rows = statement.query(params![
        row_id(shard, from.max(1)),
        row_id(shard, u64::MAX),
        i64::try_from(limit).unwrap_or(i64::MAX)
    ])?;
    let mut batches = Vec::new();
    let mut portion = Portion::default();
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let writer: Vec<u8> = row.get(1)?;
        let entries = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
        if !portion.takes(entries.len()) {
            break;
        }
        let entries = Bytes::copy_from_slice(entries);
        let position = (id & POSITIONS) as u64;
        batches.push(Batch {
            shard,
            position,
            since: (position + 1).saturating_sub(codec::positions(&entries)?),
            writer: Uuid::from_slice(&writer).map_err(|e| SqliteError::Other(format!("writer of a batch: {e}")))?,
            format: format(row.get(2)?)?,
            entries: codec::decode_all(&entries)?,
        });
    }
    Ok(batches)
}

fn format(number: u8) -> Result<Format, SqliteError> {
    if number == Format::Json as u8 {
        return Ok(Format::Json);
    }
    Err(SqliteError::Other(format!("the batch was written by a newer release (format {number})")))
}

pub(super) fn read_aggregate(
    connection: &Connection,
    key: &AggregateKey,
    after_seq: u64,
    limit: usize,
) -> Result<Vec<Entry>, SqliteError> {
    let mut statement = connection.prepare_cached(
        "SELECT b.entries FROM aggregate_batch a JOIN batch b ON b.row = a.batch
         WHERE a.kind = ?1 AND a.tenant = ?2 AND a.id = ?3 AND a.seq > ?4 ORDER BY a.seq LIMIT ?5",
    )?;
    let mut rows = statement.query(params![
        key.kind.as_str(),
        key.tenant.as_str(),
        key.id.as_str(),
        i64::try_from(after_seq).unwrap_or(i64::MAX),
        i64::try_from(limit).unwrap_or(i64::MAX)
    ])?;
    let mut entries = Vec::new();
    while entries.len() < limit
        && let Some(row) = rows.next()?
    {
        let blob = Bytes::from(row.get::<_, Vec<u8>>(0)?);
        let found =
            codec::decode(&blob, |tenant, kind, id| id == key.id && kind == key.kind && tenant == key.tenant.as_str())?;
        entries.extend(found.into_iter().filter(|e| e.meta.seq > after_seq));
    }
    entries.truncate(limit);
    Ok(entries)
}

pub(super) fn snapshot(connection: &Connection, key: &AggregateKey) -> Result<Option<Snapshot>, SqliteError> {
    let found = connection
        .prepare_cached("SELECT seq, state FROM snapshot WHERE kind = ?1 AND tenant = ?2 AND id = ?3")?
        .query_row(params![key.kind.as_str(), key.tenant.as_str(), key.id.as_str()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })
        .optional()?;
    Ok(found.map(|(seq, state)| Snapshot { key: key.clone(), seq: seq as u64, state: Bytes::from(state) }))
}

/// An older snapshot never replaces a newer one.
pub(super) fn put_snapshot(connection: &Connection, snapshot: &Snapshot) -> Result<(), SqliteError> {
    let key = &snapshot.key;
    connection
        .prepare_cached(
            "INSERT INTO snapshot(kind, tenant, id, seq, state) VALUES(?1, ?2, ?3, ?4, ?5)
             ON CONFLICT(kind, tenant, id) DO UPDATE SET seq = excluded.seq, state = excluded.state
             WHERE excluded.seq > snapshot.seq",
        )?
        .execute(params![
            key.kind.as_str(),
            key.tenant.as_str(),
            key.id.as_str(),
            snapshot.seq as i64,
            snapshot.state.as_ref()
        ])?;
    Ok(())
}

/// Batches that hold nothing any more and stand side by side become one row.
pub(super) fn forget(connection: &Connection, keys: &[AggregateKey]) -> Result<(), SqliteError> {
    let mut rows = BTreeSet::new();
    for AggregateKey { tenant, kind, id } in keys {
        let of_key = params![kind.as_str(), tenant.as_str(), id.as_str()];
        connection
            .prepare_cached("DELETE FROM snapshot WHERE kind = ?1 AND tenant = ?2 AND id = ?3")?
            .execute(of_key)?;
        let mut index = connection.prepare_cached(
            "DELETE FROM aggregate_batch WHERE kind = ?1 AND tenant = ?2 AND id = ?3 RETURNING batch",
        )?;
        for row in index.query_map(of_key, |row| row.get::<_, i64>(0))? {
            rows.insert(row?);
        }
    }
    let keys: HashSet<&AggregateKey> = keys.iter().collect();
    let mut read = connection.prepare_cached("SELECT entries FROM batch WHERE row = ?1")?;
    let mut write = connection.prepare_cached("UPDATE batch SET entries = ?2 WHERE row = ?1")?;
    let mut emptied = Vec::new();
    for row in rows {
        let blob: Vec<u8> = read.query_row(params![row], |row| row.get(0))?;
        let mut entries = codec::decode_all(&Bytes::from(blob))?;
        entries.retain(|entry| !keys.contains(&entry.meta.key));
        if entries.is_empty() {
            emptied.push(row);
        }
        write.execute(params![row, codec::encode(&entries)])?;
    }
    for row in emptied {
        join(connection, row)?;
    }
    Ok(())
}

/// Puts an emptied batch together with its neighbours that are empty, too. The last of them stays, so a log keeps its end.
fn join(connection: &Connection, row: i64) -> Result<(), SqliteError> {
    const BEFORE: &str = "SELECT row, iif(length(entries) <= ?3, entries, NULL) FROM batch
         WHERE row > ?1 AND row < ?2 ORDER BY row DESC LIMIT 1";
    const BEHIND: &str = "SELECT row, iif(length(entries) <= ?3, entries, NULL) FROM batch
         WHERE row > ?1 AND row <= ?2 ORDER BY row LIMIT 1";
    let first = row & !POSITIONS;
    let neighbours = [(BEFORE, first, row), (BEHIND, row, first | POSITIONS)];
    // What was put together with one before it may be a run by now.
    let own: Vec<u8> = connection
        .prepare_cached("SELECT entries FROM batch WHERE row = ?1")?
        .query_row(params![row], |row| row.get(0))?;
    let (mut last, mut positions) = (row, codec::positions(&own)?);
    let mut remove = connection.prepare_cached("DELETE FROM batch WHERE row = ?1")?;
    for (text, after, before) in neighbours {
        let found: Option<(i64, Option<Vec<u8>>)> = connection
            .prepare_cached(text)?
            .query_row(params![after, before, codec::EMPTY_BYTES as i64], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        if let Some((neighbour, Some(empty))) = found {
            positions += codec::positions(&empty)?;
            remove.execute(params![last.min(neighbour)])?;
            last = last.max(neighbour);
        }
    }
    connection
        .prepare_cached("UPDATE batch SET entries = ?2 WHERE row = ?1")?
        .execute(params![last, codec::encode_run(positions)])?;
    Ok(())
}

pub(super) fn consumers(connection: &Connection, shard: ShardId) -> Result<Vec<(String, u64)>, SqliteError> {
    let mut statement = connection.prepare_cached("SELECT name, position FROM consumer WHERE shard = ?1")?;
    let found = statement.query_map(params![shard.0], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn consumer_position(connection: &Connection, consumer: &str, shard: ShardId) -> Result<u64, SqliteError> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT position FROM consumer WHERE name = ?1 AND shard = ?2")?
        .query_row(params![consumer, shard.0], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(0) as u64)
}

/// Positions only go forward.
pub(super) fn put_consumer_position(
    connection: &Connection,
    consumer: &str,
    shard: ShardId,
    position: u64,
) -> Result<(), SqliteError> {
    connection
        .prepare_cached(
            "INSERT INTO consumer(name, shard, position) VALUES(?1, ?2, ?3)
             ON CONFLICT(name, shard) DO UPDATE SET position = max(position, excluded.position)",
        )?
        .execute(params![consumer, shard.0, position as i64])?;
    Ok(())
}
