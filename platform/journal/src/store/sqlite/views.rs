//! Rows of `views.db`: written with their position in one transaction.

use super::error::SqliteError;
use super::jsonb::{self, document_at};
use super::names::table;
use super::tables::{Specs, Table};
use super::words;
use crate::key::{ShardId, TenantId};
use crate::store::{GiveWay, Reached};
use crate::views::full_text;
use crate::views::view::{ViewSpec, ViewWrite, ViewWrites};
use casewright_rows::Document;
use casewright_rows::{Cell, Row};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, ToSql, TransactionBehavior, params};
use smol_str::SmolStr;

/// Rows that are written before a write gives way: a transaction costs about as much as these.
const ROWS_AT_LEAST: usize = 100;

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
    shards: &[(ShardId, u64, ViewWrites)],
    specs: &Specs,
) -> Result<(), SqliteError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut writes = Vec::new();
    for (shard, position, of_shard) in shards {
        if record(&transaction, group, *shard, *position)? {
            writes.extend(&of_shard.writes);
        }
    }
    put_all(&transaction, in_order(writes.into_iter()), specs, &GiveWay::default())?;
    transaction.commit()?;
    Ok(())
}

/// Writes rows from the `from`th on, whatever positions are recorded, and how far the views are when none is left. Answers how
/// many of the rows are written.
pub(super) fn write_rows(
    connection: &mut Connection,
    group: &str,
    rows: &ViewWrites,
    from: usize,
    reached: &[Reached],
    gives_way: &GiveWay,
    specs: &Specs,
) -> Result<usize, SqliteError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for Reached { shard, looked, .. } in reached {
        record(&transaction, &looked_at(group), *shard, *looked)?;
    }
    let rest = in_order(rows.writes.iter()).split_off(from);
    let written = from + put_all(&transaction, rest, specs, gives_way)?;
    if written == rows.len() {
        for Reached { shard, written, .. } in reached {
            record(&transaction, group, *shard, *written)?;
        }
    }
    transaction.commit()?;
    Ok(written)
}

/// The name under which it is recorded how far some views of a group are ahead of the others.
fn looked_at(group: &str) -> String {
    format!("{group} (some)")
}

/// Whether the position was ahead of the recorded one.
fn record(connection: &Connection, group: &str, shard: ShardId, position: u64) -> Result<bool, SqliteError> {
    let recorded = connection
        .prepare_cached(
            "INSERT INTO position(grp, shard, position) VALUES(?1, ?2, ?3)
             ON CONFLICT(grp, shard) DO UPDATE SET position = excluded.position
             WHERE excluded.position > position.position",
        )?
        .execute(params![group, shard.0, position as i64])?;
    Ok(recorded > 0)
}

/// One change of one row, as projectors gave it.
type RowWrite = (TenantId, &'static str, SmolStr, ViewWrite);

/// A row is written once and belongs to one shard, so any order does; this one keeps to neighbouring pages, and is always the
/// one order of these rows.
fn in_order<'a>(writes: impl Iterator<Item = &'a RowWrite>) -> Vec<&'a RowWrite> {
    let mut writes: Vec<&RowWrite> = writes.collect();
    writes.sort_unstable_by(|(tenant, view, id, _), (other_tenant, other_view, other_id, _)| {
        (view, tenant.as_str(), id).cmp(&(other_view, other_tenant.as_str(), other_id))
    });
    writes
}

/// Writes rows in order, some at least, until it is to give way. Answers how many.
fn put_all(
    connection: &Connection,
    writes: Vec<&RowWrite>,
    specs: &Specs,
    gives_way: &GiveWay,
) -> Result<usize, SqliteError> {
    let mut written = 0;
    let mut rest = writes.into_iter().peekable();
    while let Some((_, view, _, _)) = rest.peek() {
        let mut writer = Writer::new(connection, specs.table(view)?)?;
        while let Some((tenant, _, id, write)) = rest.next_if(|(_, of, ..)| *of == writer.table.spec.name) {
            if written >= ROWS_AT_LEAST && gives_way.is_asked() {
                return Ok(written);
            }
            writer.write(tenant, id, write)?;
            written += 1;
        }
    }
    Ok(written)
}

/// Writes rows of one view.
struct Writer<'a> {
    connection: &'a Connection,
    table: &'a Table,
    insert: CachedStatement<'a>,
    find: CachedStatement<'a>,
    remove: CachedStatement<'a>,
}

/// What a row that is there holds, where it is not what it is to hold.
struct Differs {
    /// Numbers of its columns.
    columns: Vec<usize>,
    /// Of a row with full text whose words are others: its number, the words it had, and those it is to have.
    words: Option<(i64, Vec<String>, Vec<String>)>,
}

impl<'a> Writer<'a> {
    fn new(connection: &'a Connection, table: &'a Table) -> Result<Self, SqliteError> {
        let insert = connection.prepare_cached(&table.insert)?;
        let find = connection.prepare_cached(&table.find)?;
        let remove = connection.prepare_cached(&table.remove)?;
        Ok(Self { connection, table, insert, find, remove })
    }

    fn write(&mut self, tenant: &TenantId, id: &str, write: &ViewWrite) -> Result<(), SqliteError> {
        match write {
            // It was written before when it is written a second time, after a crash.
            ViewWrite::Insert(row) => match self.insert(tenant, id, row)? {
                true => Ok(()),
                false => self.put(tenant, id, row),
            },
            ViewWrite::Put(row) => self.put(tenant, id, row),
            ViewWrite::Patch(fields) => self.patch(tenant, id, fields),
            ViewWrite::Remove => self.remove(tenant, id),
        }
    }

    /// Sets fields of a row; of one that is not there, none.
    fn patch(&mut self, tenant: &TenantId, id: &str, fields: &Row) -> Result<(), SqliteError> {
        let Some(document) = get(self.connection, tenant, self.table.spec.name, id)? else {
            return Ok(());
        };
        let before = Row::from(document);
        let mut row = before.clone();
        row.patch(fields.clone());
        if self.table.words.is_some() {
            return self.put(tenant, id, &row);
        }
        let columns = self.table.columns.iter().enumerate();
        let changed = columns.filter(|(_, field)| before.at(field) != row.at(field)).map(|(at, _)| at);
        self.update(tenant, id, &row, &changed.collect::<Vec<_>>())
    }

    fn put(&mut self, tenant: &TenantId, id: &str, row: &Row) -> Result<(), SqliteError> {
        let Some(differs) = self.differs(tenant, id, row)? else {
            self.insert(tenant, id, row)?;
            return Ok(());
        };
        self.update(tenant, id, row, &differs.columns)?;
        match differs.words {
            Some((n, before, words)) => self.put_words(n, &before, &words),
            None => Ok(()),
        }
    }

    /// Writes the document of a row that is there, and the columns of these numbers.
    fn update(&self, tenant: &TenantId, id: &str, row: &Row, columns: &[usize]) -> Result<(), SqliteError> {
        let mut update = self.connection.prepare_cached(&self.table.update(columns)?)?;
        update.raw_bind_parameter(1, tenant.as_str())?;
        update.raw_bind_parameter(2, id)?;
        update.raw_bind_parameter(3, jsonb::encode(row))?;
        for (at, place) in columns.iter().zip(4..) {
            update.raw_bind_parameter(place, InColumn::of(&row.at(self.table.columns[*at]))?)?;
        }
        update.raw_execute()?;
        Ok(())
    }

    /// Compares a row with what is there; none when it is not there.
    fn differs(&mut self, tenant: &TenantId, id: &str, row: &Row) -> Result<Option<Differs>, SqliteError> {
        let mut found = self.find.query(params![tenant.as_str(), id])?;
        let Some(there) = found.next()? else {
            return Ok(None);
        };
        let mut columns = Vec::new();
        for (at, field) in self.table.columns.iter().enumerate() {
            if there.get_ref(at + 2)? != InColumn::of(&row.at(field))?.value() {
                columns.push(at);
            }
        }
        let words = match there.get::<_, Option<i64>>(0)? {
            Some(n) => {
                let document = document_at(there, 1)?;
                let before = full_text::of_document(&document, self.table.spec.full_text);
                let wanted = words_of(self.table, row);
                (before != wanted).then_some((n, before, wanted))
            }
            None => None,
        };
        Ok(Some(Differs { columns, words }))
    }

    /// Whether it was not there.
    fn insert(&mut self, tenant: &TenantId, id: &str, row: &Row) -> Result<bool, SqliteError> {
        self.insert.raw_bind_parameter(1, tenant.as_str())?;
        self.insert.raw_bind_parameter(2, id)?;
        self.insert.raw_bind_parameter(3, jsonb::encode(row))?;
        for (field, place) in self.table.columns.iter().zip(4..) {
            self.insert.raw_bind_parameter(place, InColumn::of(&row.at(field))?)?;
        }
        if self.table.words.is_none() {
            return Ok(self.insert.raw_execute()? > 0);
        }
        let number = self.insert.raw_query().next()?.map(|row| row.get(0)).transpose()?;
        match number {
            Some(n) => self.put_words(n, &[], &words_of(self.table, row)).map(|()| true),
            None => Ok(false),
        }
    }

    fn put_words(&self, n: i64, before: &[String], words: &[String]) -> Result<(), SqliteError> {
        match &self.table.words {
            Some(full_text) => full_text.put(self.connection, n, before, words),
            None => Ok(()),
        }
    }

    fn remove(&mut self, tenant: &TenantId, id: &str) -> Result<(), SqliteError> {
        let Some(full_text) = &self.table.words else {
            self.remove.execute(params![tenant.as_str(), id])?;
            return Ok(());
        };
        let mut gone = self.remove.query(params![tenant.as_str(), id])?;
        let Some(row) = gone.next()? else {
            return Ok(());
        };
        let words = full_text::of_document(&document_at(row, 1)?, self.table.spec.full_text);
        let n = row.get(0)?;
        drop(gone);
        full_text.remove(self.connection, n, &words)
    }
}

fn words_of(table: &Table, row: &Row) -> Vec<String> {
    full_text::of_document(&row.clone().into_document(), table.spec.full_text)
}

/// A value as [`super::schema`] says that columns hold it.
enum InColumn<'a> {
    Plain(ValueRef<'a>),
    Json(Vec<u8>),
}

impl<'a> InColumn<'a> {
    fn of(value: &'a Cell) -> Result<Self, SqliteError> {
        Ok(Self::Plain(match value {
            Cell::Null => ValueRef::Null,
            Cell::Bool(value) => ValueRef::Blob(if *value { &[1] } else { &[0] }),
            Cell::Integer(value) => ValueRef::Integer(*value),
            Cell::Float(value) => ValueRef::Real(*value),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::Json(serde_json::Value::Number(number)) => number.as_f64().map_or(ValueRef::Null, ValueRef::Real),
            Cell::Json(other) => return Ok(Self::Json(serde_json::to_vec(other)?)),
        }))
    }

    fn value(&self) -> ValueRef<'_> {
        match self {
            Self::Plain(value) => *value,
            Self::Json(text) => ValueRef::Blob(text),
        }
    }
}

impl ToSql for InColumn<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.value()))
    }
}

/// Statistics for the query planner, from a sample of each index of a view.
pub(super) fn analyze(connection: &Connection, view: &str) -> Result<(), SqliteError> {
    connection.execute_batch(&format!("PRAGMA analysis_limit=400; ANALYZE {};", table(view)?))?;
    Ok(())
}

pub(super) fn get(
    connection: &Connection,
    tenant: &TenantId,
    view: &str,
    id: &str,
) -> Result<Option<Document>, SqliteError> {
    let table = table(view)?;
    let mut statement = connection.prepare_cached(&format!("SELECT doc FROM {table} WHERE tenant = ?1 AND id = ?2"))?;
    let mut found = statement.query(params![tenant.as_str(), id])?;
    found.next()?.map(|row| document_at(row, 0)).transpose()
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
        for recorded in [group, &looked_at(group)] {
            ahead |= position(connection, recorded, ShardId(shard as u16))? > *head;
        }
    }
    if known == Some(version as i64) && !ahead {
        return Ok(false);
    }
    let transaction = connection.transaction()?;
    for spec in specs {
        transaction.execute(&format!("DELETE FROM {}", table(spec.name)?), [])?;
        words::clear(&transaction, spec)?;
    }
    transaction.execute("DELETE FROM position WHERE grp IN (?1, ?2)", params![group, looked_at(group)])?;
    transaction
        .execute("INSERT OR REPLACE INTO version(grp, version) VALUES(?1, ?2)", params![group, version as i64])?;
    transaction.commit()?;
    Ok(known.is_some())
}
