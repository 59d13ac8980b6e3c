//! Tables, indexes and their versions.
//!
//! A row of a view is a document; every field of an index has a column besides, so that neither a write nor a look-up by it
//! parses anything. A column holds strings as TEXT, numbers as INTEGER or REAL, booleans as a BLOB of one byte, and what is
//! in an array or object as its JSON in a BLOB: values of two JSON types are never equal.

use super::connection;
use super::error::SqliteError;
use super::names::table;
use super::words;
use crate::store::StoreError;
use crate::views::view::ViewSpec;
use rusqlite::{Connection, OptionalExtension, params};
use std::path::Path;
use uuid::Uuid;

/// Raised when `journal.db` changes in a way an older release cannot read.
const JOURNAL_FORMAT: i64 = 1;
/// `views.db` of another format is made anew.
const VIEWS_FORMAT: &str = "2";

/// Makes or checks `journal.db`; returns the id of this store.
pub(super) fn prepare_journal(connection: &Connection) -> Result<String, StoreError> {
    let prepared = (|| -> Result<String, SqliteError> {
        check_format(connection)?;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             CREATE TABLE IF NOT EXISTS meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS batch(
                 row INTEGER PRIMARY KEY, writer BLOB NOT NULL, format INTEGER NOT NULL, entries BLOB NOT NULL);
             CREATE TABLE IF NOT EXISTS aggregate_batch(
                 kind TEXT NOT NULL, tenant TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, batch INTEGER NOT NULL,
                 PRIMARY KEY(kind, tenant, id, seq)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS snapshot(
                 kind TEXT NOT NULL, tenant TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, state BLOB NOT NULL,
                 UNIQUE(kind, tenant, id));
             CREATE TABLE IF NOT EXISTS consumer(
                 name TEXT NOT NULL, shard INTEGER NOT NULL, position INTEGER NOT NULL,
                 PRIMARY KEY(name, shard)) WITHOUT ROWID;
             PRAGMA user_version = {JOURNAL_FORMAT};
             COMMIT;"
        ))?;
        connection.execute(
            "INSERT OR IGNORE INTO meta(key, value) VALUES('store-id', ?1)",
            params![Uuid::new_v4().to_string()],
        )?;
        let id = connection.query_row("SELECT value FROM meta WHERE key = 'store-id'", [], |row| row.get(0))?;
        Ok(id)
    })();
    prepared.map_err(|e| StoreError::caused("preparing journal.db", e))
}

/// Refuses what a newer release wrote.
pub(super) fn check_format(connection: &Connection) -> Result<(), SqliteError> {
    let format: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if format > JOURNAL_FORMAT {
        return Err(SqliteError::Other(format!(
            "the store has format {format}, this release reads up to {JOURNAL_FORMAT}: use the release that wrote it, or a newer one"
        )));
    }
    Ok(())
}

/// The number of shards the store was made with.
pub(super) fn shards(connection: &Connection, wanted: u16) -> Result<u16, SqliteError> {
    let known: Option<String> =
        connection.query_row("SELECT value FROM meta WHERE key = 'shards'", [], |row| row.get(0)).optional()?;
    if let Some(known) = known {
        return known.parse().map_err(|_| SqliteError::Other(format!("the number of shards is {known:?}")));
    }
    if wanted == 0 {
        return Ok(0);
    }
    connection.execute("INSERT INTO meta(key, value) VALUES('shards', ?1)", params![wanted.to_string()])?;
    Ok(wanted)
}

/// Changes a row that means nothing, so that a commit has something to write.
pub(super) fn probe(connection: &Connection) -> Result<(), SqliteError> {
    connection
        .prepare_cached(
            "INSERT INTO meta(key, value) VALUES('probe', '1')
             ON CONFLICT(key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        )?
        .execute([])?;
    Ok(())
}

/// Makes `views.db`, or makes it anew when it belongs to another journal or has another format.
pub(super) fn prepare_views(path: &Path, store_id: &str) -> Result<(), StoreError> {
    let mark = format!("{VIEWS_FORMAT} {store_id}");
    let connection = connection::open_views(path)?;
    if is_marked(&connection, &mark).unwrap_or(false) {
        return Ok(());
    }
    drop(connection);
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match std::fs::remove_file(&file) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(StoreError::caused("removing old views", e)),
        }
    }
    let connection = connection::open_views(path)?;
    connection
        .execute_batch(
            "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
             CREATE TABLE position(
                 grp TEXT NOT NULL, shard INTEGER NOT NULL, position INTEGER NOT NULL,
                 PRIMARY KEY(grp, shard)) WITHOUT ROWID;
             CREATE TABLE version(grp TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;",
        )
        .and_then(|()| connection.execute("INSERT INTO meta(key, value) VALUES('mark', ?1)", params![mark]))
        .map_err(|e| StoreError::caused("preparing views.db", e))?;
    Ok(())
}

fn is_marked(connection: &Connection, mark: &str) -> rusqlite::Result<bool> {
    let found: Option<String> =
        connection.query_row("SELECT value FROM meta WHERE key = 'mark'", [], |row| row.get(0)).optional()?;
    Ok(found.as_deref() == Some(mark))
}

/// Makes the tables of views and brings their indexes to what is declared.
pub(super) fn ensure_views(connection: &mut Connection, specs: &[ViewSpec]) -> Result<(), SqliteError> {
    let transaction = connection.transaction()?;
    for spec in specs {
        let table = table(spec.name)?;
        ensure_table(&transaction, spec, &table)?;
        if !spec.full_text.is_empty() {
            words::ensure(&transaction, spec)?;
        }
        ensure_indexes(&transaction, spec, &table)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Makes a table, or gives it the columns that indexes now want. One that is not wanted any more goes with its index.
fn ensure_table(connection: &Connection, spec: &ViewSpec, table: &str) -> Result<(), SqliteError> {
    let wanted: Vec<String> = columns(spec).into_iter().map(column).collect::<Result<_, _>>()?;
    let further: String = wanted.iter().map(|column| format!(", {column}")).collect();
    // Only full text needs rows to have numbers.
    let (number, key, kind) = match spec.full_text {
        [] => ("", "PRIMARY KEY", " WITHOUT ROWID"),
        _ => ("n INTEGER PRIMARY KEY, ", "UNIQUE", ""),
    };
    // Whether a view has full text is part of its group's version, so a table of the other kind is built anew in any case.
    let is_there = "SELECT count(*), count(*) FILTER (WHERE name = 'n') FROM pragma_table_info(?1)";
    let (columns_there, numbers_there): (i64, i64) =
        connection.query_row(is_there, params![format!("view_{}", spec.name)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if columns_there > 0 && (numbers_there > 0) == spec.full_text.is_empty() {
        connection.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {table}(
             {number}tenant TEXT NOT NULL, id TEXT NOT NULL, doc BLOB NOT NULL{further}, {key}(tenant, id)){kind};"
    ))?;
    let present = fields_with_column(connection, spec)?;
    for field in columns(spec).into_iter().filter(|field| !present.iter().any(|name| name == field)) {
        let (column, path) = (column(field)?, path(field).map_err(|e| SqliteError::Other(e.what))?);
        connection.execute_batch(&format!(
            "ALTER TABLE {table} ADD COLUMN {column};
             UPDATE {table} SET {column} = CASE json_type(doc, {path})
                 WHEN 'true' THEN x'01' WHEN 'false' THEN x'00'
                 WHEN 'array' THEN CAST(json_extract(doc, {path}) AS BLOB)
                 WHEN 'object' THEN CAST(json_extract(doc, {path}) AS BLOB)
                 ELSE json_extract(doc, {path}) END;"
        ))?;
    }
    Ok(())
}

/// Fields that have a column in the table as it is.
fn fields_with_column(connection: &Connection, spec: &ViewSpec) -> Result<Vec<String>, SqliteError> {
    let mut statement =
        connection.prepare("SELECT substr(name, 3) FROM pragma_table_info(?1) WHERE name LIKE 'f:%'")?;
    let fields = statement.query_map(params![format!("view_{}", spec.name)], |row| row.get(0))?;
    Ok(fields.collect::<rusqlite::Result<_>>()?)
}

/// Fields that are to have a column: those of its indexes.
pub(super) fn columns(spec: &ViewSpec) -> Vec<&'static str> {
    let mut columns: Vec<&'static str> = Vec::new();
    for field in spec.indexes.iter().copied().flatten().map(|column| column.name()) {
        if !columns.contains(&field) {
            columns.push(field);
        }
    }
    columns
}

pub(super) fn is_column(spec: &ViewSpec, field: &str) -> bool {
    spec.indexes.iter().copied().flatten().any(|column| column.name() == field)
}

/// The quoted column of a field.
pub(super) fn column(field: &str) -> Result<String, SqliteError> {
    // What can be no path can be no name either.
    path(field).map_err(|e| SqliteError::Other(e.what))?;
    Ok(format!("\"f:{field}\""))
}

fn ensure_indexes(connection: &Connection, spec: &ViewSpec, table: &str) -> Result<(), SqliteError> {
    let mut wanted = Vec::new();
    for fields in spec.indexes {
        let fields: Vec<&str> = fields.iter().map(|column| column.name()).collect();
        let name = format!("view_{}:{}", spec.name, fields.join(","));
        let columns: Result<Vec<String>, SqliteError> = fields.iter().copied().map(column).collect();
        connection.execute_batch(&format!(
            "CREATE INDEX IF NOT EXISTS \"{name}\" ON {table}(tenant, {}, id)",
            columns?.join(", ")
        ))?;
        wanted.push(name);
    }
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL")?;
    let present: Vec<String> = statement
        .query_map(params![format!("view_{}", spec.name)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for name in present {
        if !wanted.contains(&name) {
            connection.execute_batch(&format!("DROP INDEX \"{name}\""))?;
        }
    }
    // A column that is no longer written must not be there when its index comes back.
    for field in fields_with_column(connection, spec)?.iter().filter(|field| !is_column(spec, field)) {
        connection.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN {}", column(field)?))?;
    }
    Ok(())
}

/// A path as a literal.
pub(super) fn path(field: &str) -> Result<String, StoreError> {
    if field.is_empty() || field.contains(|c: char| matches!(c, '"' | '\\') || c.is_control()) {
        return Err(StoreError::new(format!("{field:?} is not a field that can be asked for")));
    }
    let labels: Vec<String> = field.split('.').map(|label| format!(".\"{label}\"")).collect();
    Ok(format!("'${}'", labels.concat().replace('\'', "''")))
}
