//! Logs and snapshots.

use super::{failed, is_duplicate};
use crate::key::{AggregateKey, ShardId};
use crate::log::codec;
use crate::log::entry::{Batch, Entry, Format};
use crate::store::{AppendError, Portion, Snapshot, StoreError};
use bytes::Bytes;
use futures::TryStreamExt;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Document, doc};
use mongodb::{Collection, Database, IndexModel};
use std::collections::HashMap;
use uuid::Uuid;

const POSITION_BITS: u32 = 44;
const POSITIONS: i64 = (1 << POSITION_BITS) - 1;

fn row_id(shard: ShardId, position: u64) -> i64 {
    (i64::from(shard.0) << POSITION_BITS) | (position as i64 & POSITIONS)
}

fn batches(database: &Database) -> Collection<Document> {
    database.collection("batch")
}

fn snapshots(database: &Database) -> Collection<Document> {
    database.collection("snapshot")
}

pub(super) async fn ensure_indexes(database: &Database) -> mongodb::error::Result<()> {
    let by_aggregate = IndexModel::builder().keys(doc! { "k.a": 1, "k.q": 1 }).build();
    batches(database).create_index(by_aggregate).await?;
    Ok(())
}

/// `kind`, tenant and id with a separator that none of them should hold; entries are compared again when read.
fn aggregate_id(key: &AggregateKey) -> String {
    format!("{}\u{1f}{}\u{1f}{}", key.kind, key.tenant.as_str(), key.id)
}

fn binary(bytes: impl Into<Vec<u8>>) -> Binary {
    Binary { subtype: BinarySubtype::Generic, bytes: bytes.into() }
}

pub(super) async fn append(database: &Database, batch: &Batch) -> Result<(), AppendError> {
    let mut last_seqs: HashMap<&AggregateKey, u64> = HashMap::new();
    for entry in &batch.entries {
        last_seqs.insert(&entry.meta.key, entry.meta.seq);
    }
    let aggregates: Vec<Document> =
        last_seqs.into_iter().map(|(key, seq)| doc! { "a": aggregate_id(key), "q": seq as i64 }).collect();
    let inserted = batches(database)
        .insert_one(doc! {
            "_id": row_id(batch.shard, batch.position),
            "w": binary(batch.writer.as_bytes().as_slice()),
            "f": batch.format as i32,
            "k": aggregates,
            "e": binary(codec::encode(&batch.entries)),
        })
        .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_duplicate(&error) => Err(AppendError::Taken { shard: batch.shard, position: batch.position }),
        Err(error) => Err(AppendError::Store(failed("appending a batch")(error))),
    }
}

pub(super) async fn head(database: &Database, shard: ShardId) -> Result<u64, StoreError> {
    let last = batches(database)
        .find_one(doc! { "_id": { "$gte": row_id(shard, 0), "$lte": row_id(shard, u64::MAX) } })
        .sort(doc! { "_id": -1 })
        .projection(doc! { "_id": 1 })
        .await
        .map_err(failed("reading the end of a log"))?;
    let row = last.and_then(|d| d.get_i64("_id").ok()).unwrap_or(0);
    Ok((row & POSITIONS) as u64)
}

/// The ends of the first `shards` logs, where those that are `known` were read before: what came after is one question for
/// all, and a small answer.
pub(super) async fn heads(database: &Database, shards: u16, known: Vec<u64>) -> Result<Vec<u64>, StoreError> {
    if known.len() != usize::from(shards) {
        return futures::future::try_join_all((0..shards).map(|shard| head(database, ShardId(shard)))).await;
    }
    let after: Vec<Document> = (0..shards)
        .map(ShardId)
        .zip(&known)
        .map(|(shard, head)| doc! { "_id": { "$gt": row_id(shard, *head), "$lte": row_id(shard, u64::MAX) } })
        .collect();
    let what = failed("reading the ends of the logs");
    let mut found = batches(database).find(doc! { "$or": after }).projection(doc! { "_id": 1 }).await.map_err(&what)?;
    let mut heads = known;
    while let Some(batch) = found.try_next().await.map_err(&what)? {
        let row = batch.get_i64("_id").map_err(|error| StoreError::caused("a batch has no place in a log", error))?;
        if let Some(head) = usize::try_from(row >> POSITION_BITS).ok().and_then(|shard| heads.get_mut(shard)) {
            *head = (*head).max((row & POSITIONS) as u64);
        }
    }
    Ok(heads)
}

pub(super) async fn read(
    database: &Database,
    shard: ShardId,
    from: u64,
    limit: usize,
) -> Result<Vec<Batch>, StoreError> {
    let what = failed("reading a log");
    let mut found = batches(database)
        .find(doc! { "_id": { "$gte": row_id(shard, from.max(1)), "$lte": row_id(shard, u64::MAX) } })
        .sort(doc! { "_id": 1 })
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .await
        .map_err(&what)?;
    let mut batches = Vec::new();
    let mut portion = Portion::default();
    while let Some(document) = found.try_next().await.map_err(&what)? {
        if !portion.takes(document.get_binary_generic("e").map_or(0, Vec::len)) {
            break;
        }
        batches.push(batch(shard, &document)?);
    }
    Ok(batches)
}

fn batch(shard: ShardId, document: &Document) -> Result<Batch, StoreError> {
    let bad = |what: &str| StoreError::new(format!("a batch of shard {}: {what}", shard.0));
    let row = document.get_i64("_id").map_err(|_| bad("no position"))?;
    let writer = document
        .get_binary_generic("w")
        .ok()
        .and_then(|bytes| Uuid::from_slice(bytes).ok())
        .ok_or_else(|| bad("no writer"))?;
    if document.get_i32("f").ok() != Some(Format::Json as i32) {
        return Err(bad("its format is of a newer release"));
    }
    let position = (row & POSITIONS) as u64;
    Ok(Batch {
        shard,
        position,
        since: position,
        writer,
        format: Format::Json,
        entries: codec::decode_all(&blob(document)?).map_err(|e| StoreError::caused("reading a batch", e))?,
    })
}

fn blob(document: &Document) -> Result<Bytes, StoreError> {
    document
        .get_binary_generic("e")
        .map(|bytes| Bytes::copy_from_slice(bytes))
        .map_err(|_| StoreError::new("a batch has no entries"))
}

pub(super) async fn read_aggregate(
    database: &Database,
    key: &AggregateKey,
    after_seq: u64,
    limit: usize,
) -> Result<Vec<Entry>, StoreError> {
    let what = failed("reading an aggregate");
    let after = i64::try_from(after_seq).unwrap_or(i64::MAX);
    // An aggregate lives on one shard, so the order of positions is the order of its entries.
    let mut found = batches(database)
        .find(doc! { "k": { "$elemMatch": { "a": aggregate_id(key), "q": { "$gt": after } } } })
        .sort(doc! { "_id": 1 })
        .projection(doc! { "e": 1 })
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .await
        .map_err(&what)?;
    let mut entries = Vec::new();
    while entries.len() < limit
        && let Some(document) = found.try_next().await.map_err(&what)?
    {
        let of_batch = codec::decode(&blob(&document)?, |tenant, kind, id| {
            id == key.id && kind == key.kind && tenant == key.tenant.as_str()
        })
        .map_err(|e| StoreError::caused("reading an aggregate", e))?;
        entries.extend(of_batch.into_iter().filter(|e| e.meta.seq > after_seq));
    }
    entries.truncate(limit);
    Ok(entries)
}

pub(super) async fn snapshot(database: &Database, key: &AggregateKey) -> Result<Option<Snapshot>, StoreError> {
    let found =
        snapshots(database).find_one(doc! { "_id": aggregate_id(key) }).await.map_err(failed("reading a snapshot"))?;
    let Some(document) = found else {
        return Ok(None);
    };
    let parts = document.get_i64("seq").ok().zip(document.get_binary_generic("state").ok());
    let (seq, state) = parts.ok_or_else(|| StoreError::new("a snapshot is damaged"))?;
    Ok(Some(Snapshot { key: key.clone(), seq: seq as u64, state: Bytes::copy_from_slice(state) }))
}

/// An older snapshot never replaces a newer one.
pub(super) async fn put_snapshot(database: &Database, snapshot: &Snapshot) -> Result<(), StoreError> {
    let written = snapshots(database)
        .update_one(
            doc! { "_id": aggregate_id(&snapshot.key), "seq": { "$lt": snapshot.seq as i64 } },
            doc! { "$set": { "seq": snapshot.seq as i64, "state": binary(snapshot.state.as_ref()) } },
        )
        .upsert(true)
        .await;
    match written {
        Err(error) if !is_duplicate(&error) => Err(failed("writing a snapshot")(error)),
        _ => Ok(()),
    }
}

/// Batch by batch in the order of the log, so that an aggregate's last entry goes last: who is interrupted finds it again.
pub(super) async fn forget(database: &Database, keys: &[AggregateKey]) -> Result<(), StoreError> {
    let what = failed("forgetting aggregates");
    let ids: Vec<String> = keys.iter().map(aggregate_id).collect();
    let mut found = batches(database)
        .find(doc! { "k.a": { "$in": &ids } })
        .sort(doc! { "_id": 1 })
        .projection(doc! { "e": 1, "k": 1 })
        .await
        .map_err(&what)?;
    while let Some(document) = found.try_next().await.map_err(&what)? {
        let mut entries =
            codec::decode_all(&blob(&document)?).map_err(|e| StoreError::caused("forgetting aggregates", e))?;
        entries.retain(|entry| !keys.contains(&entry.meta.key));
        let mut index = document.get_array("k").cloned().unwrap_or_default();
        index.retain(|of| {
            let id = of.as_document().and_then(|of| of.get_str("a").ok());
            id.is_none_or(|id| !ids.iter().any(|gone| gone == id))
        });
        batches(database)
            .update_one(
                doc! { "_id": document.get_i64("_id").map_err(|_| StoreError::new("a batch has no position"))? },
                doc! { "$set": { "e": binary(codec::encode(&entries)), "k": index } },
            )
            .await
            .map_err(&what)?;
    }
    snapshots(database).delete_many(doc! { "_id": { "$in": &ids } }).await.map_err(&what)?;
    Ok(())
}
