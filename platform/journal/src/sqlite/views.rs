//! Rows of `views.db`: written with their position in one transaction.

use super::SqliteError;
use super::schema::{table, words_table};
use crate::key::{ShardId, TenantId};
use crate::view::{Document, ViewSpec, ViewWrite, ViewWrites};
use crate::{rows, words};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::HashMap;

pub(super) fn position(connection: &Connection, group: &str, shard: ShardId) -> Result<u64, SqliteError> {
    let found: Option<i64> = connection
        .prepare_cached("SELECT position FROM position WHERE grp = ?1 AND shard = ?2")?
        .query_row(params![group, shard.0], |row| row.get(0))
        .optional()?;
    Ok(found.unwrap_or(0) as u64)
}

/// Writes rows and positions. A shard whose position is not ahead of the recorded one is left alone: it was written before.
pub(super) fn write(
    connection: &mut Connection,
    group: &str,
    shards: Vec<(ShardId, u64, ViewWrites)>,
    specs: &HashMap<&'static str, ViewSpec>,
) -> Result<(), SqliteError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (shard, position, writes) in shards {
        let recorded = transaction
            .prepare_cached(
                "INSERT INTO position(grp, shard, position) VALUES(?1, ?2, ?3)
                 ON CONFLICT(grp, shard) DO UPDATE SET position = excluded.position
                 WHERE excluded.position > position.position",
            )?
            .execute(params![group, shard.0, position as i64])?;
        if recorded == 0 {
            continue;
        }
        for (tenant, view, id, write) in writes.coalesce(false).writes {
            let spec = specs.get(view).ok_or_else(|| SqliteError::Other(format!("there is no view named {view}")))?;
            write_row(&transaction, spec, &tenant, &id, write)?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Statistics for the query planner, from a sample of each index.
pub(super) fn analyze(connection: &Connection) -> Result<(), SqliteError> {
    connection.execute_batch("PRAGMA analysis_limit=400; ANALYZE;")?;
    Ok(())
}

fn write_row(
    connection: &Connection,
    spec: &ViewSpec,
    tenant: &TenantId,
    id: &str,
    write: ViewWrite,
) -> Result<(), SqliteError> {
    match write {
        ViewWrite::Insert(document) | ViewWrite::Put(document) => put(connection, spec, tenant, id, &document),
        ViewWrite::Patch(fields) => match get(connection, tenant, spec.name, id)? {
            Some(mut document) => {
                rows::patch(&mut document, fields);
                put(connection, spec, tenant, id, &document)
            }
            None => Ok(()),
        },
        ViewWrite::Remove => remove(connection, spec, tenant, id),
    }
}

fn put(
    connection: &Connection,
    spec: &ViewSpec,
    tenant: &TenantId,
    id: &str,
    document: &Document,
) -> Result<(), SqliteError> {
    let table = table(spec.name)?;
    let text = serde_json::to_string(document)?;
    let n: i64 = connection
        .prepare_cached(&format!(
            "INSERT INTO {table}(tenant, id, doc) VALUES(?1, ?2, jsonb(?3))
             ON CONFLICT(tenant, id) DO UPDATE SET doc = excluded.doc RETURNING n"
        ))?
        .query_row(params![tenant.as_str(), id, text], |row| row.get(0))?;
    if !spec.full_text.is_empty() {
        let found = words::of_document(document, spec.full_text).join(" ");
        let words = words_table(spec.name)?;
        connection
            .prepare_cached(&format!("INSERT OR REPLACE INTO {words}(rowid, words) VALUES(?1, ?2)"))?
            .execute(params![n, found])?;
    }
    Ok(())
}

fn remove(connection: &Connection, spec: &ViewSpec, tenant: &TenantId, id: &str) -> Result<(), SqliteError> {
    let table = table(spec.name)?;
    let n: Option<i64> = connection
        .prepare_cached(&format!("DELETE FROM {table} WHERE tenant = ?1 AND id = ?2 RETURNING n"))?
        .query_row(params![tenant.as_str(), id], |row| row.get(0))
        .optional()?;
    if let Some(n) = n
        && !spec.full_text.is_empty()
    {
        let words = words_table(spec.name)?;
        connection.prepare_cached(&format!("DELETE FROM {words} WHERE rowid = ?1"))?.execute(params![n])?;
    }
    Ok(())
}

pub(super) fn get(
    connection: &Connection,
    tenant: &TenantId,
    view: &str,
    id: &str,
) -> Result<Option<Document>, SqliteError> {
    let table = table(view)?;
    let text: Option<String> = connection
        .prepare_cached(&format!("SELECT json(doc) FROM {table} WHERE tenant = ?1 AND id = ?2"))?
        .query_row(params![tenant.as_str(), id], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Empties a group that another version wrote, or that is ahead of its journal (which was restored from a backup).
pub(super) fn reset_unless(
    connection: &mut Connection,
    group: &str,
    version: u64,
    specs: &[ViewSpec],
    heads: &[u64],
) -> Result<bool, SqliteError> {
    let known: Option<i64> = connection
        .query_row("SELECT version FROM version WHERE grp = ?1", params![group], |row| row.get(0))
        .optional()?;
    let mut ahead = false;
    for (shard, head) in heads.iter().enumerate() {
        ahead |= position(connection, group, ShardId(shard as u16))? > *head;
    }
    if known == Some(version as i64) && !ahead {
        return Ok(false);
    }
    let transaction = connection.transaction()?;
    for spec in specs {
        transaction.execute(&format!("DELETE FROM {}", table(spec.name)?), [])?;
        if !spec.full_text.is_empty() {
            let words = words_table(spec.name)?;
            transaction.execute(&format!("INSERT INTO {words}({words}) VALUES('delete-all')"), [])?;
        }
    }
    transaction.execute("DELETE FROM position WHERE grp = ?1", params![group])?;
    transaction
        .execute("INSERT OR REPLACE INTO version(grp, version) VALUES(?1, ?2)", params![group, version as i64])?;
    transaction.commit()?;
    Ok(known.is_some())
}
