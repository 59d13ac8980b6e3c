//! Full text: which rows have the words of a search.
//!
//! - `words_<view>`: an FTS5 index of the words of each row, by the row's number.
//! - `terms_<view>`: every word that stands in it. FTS5 reads the rows of a word one by one, as they are wanted, but those of a
//!   prefix only all at once. So a prefix that few words begin with is asked for as these words.
//!
//! A word that many rows have is not looked up in the index first: rows are read in the order of the query, and each is asked
//! whether it has the word, until the page is full.

use super::error::SqliteError;
use super::names::{terms_table, words_table};
use super::statement::Statement;
use crate::store::StoreError;
use crate::views::full_text;
use crate::views::view::ViewSpec;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

/// Words that a prefix stands for at most: beyond them the index is asked for the prefix itself.
const TERMS: usize = 16;
/// Rows that have the words from which on they are many.
const MANY: u64 = 1_000;
/// Rows that are read in the order of a query to fill a page with those that have many-used words.
const READ: usize = 2_000;

/// The full text of one view, and the statements that keep it.
#[derive(Clone)]
pub(super) struct FullText {
    put: String,
    remove: String,
    note: String,
    forget: String,
    has: String,
}

/// What a search comes to.
pub(super) enum Found {
    /// No row has these words.
    Nothing,
    /// The rows that match this FTS5 expression.
    Matching(String),
    /// The rows of these numbers.
    Numbered(Vec<i64>),
}

impl FullText {
    /// None where the view has no full text.
    pub(super) fn of(spec: &ViewSpec) -> Result<Option<Self>, SqliteError> {
        if spec.full_text.is_empty() {
            return Ok(None);
        }
        let (words, terms) = (words_table(spec.name)?, terms_table(spec.name)?);
        Ok(Some(Self {
            put: format!("INSERT OR REPLACE INTO {words}(rowid, words) VALUES(?1, ?2)"),
            remove: format!("DELETE FROM {words} WHERE rowid = ?1"),
            note: format!("INSERT OR IGNORE INTO {terms}(term) VALUES(?1)"),
            forget: format!("DELETE FROM {terms} WHERE term = ?1"),
            has: format!("SELECT 1 FROM {words} WHERE {words} MATCH ?1 LIMIT 1"),
        }))
    }

    /// Gives a row these words; `before` are those it had.
    pub(super) fn put(
        &self,
        connection: &Connection,
        n: i64,
        before: &[String],
        words: &[String],
    ) -> Result<(), SqliteError> {
        connection.prepare_cached(&self.put)?.execute(params![n, words.join(" ")])?;
        let mut note = connection.prepare_cached(&self.note)?;
        for word in words.iter().filter(|word| !before.contains(word)) {
            note.execute(params![word])?;
        }
        self.forget(connection, before.iter().filter(|word| !words.contains(word)))
    }

    /// Takes a row out that had these words.
    pub(super) fn remove(&self, connection: &Connection, n: i64, words: &[String]) -> Result<(), SqliteError> {
        connection.prepare_cached(&self.remove)?.execute(params![n])?;
        self.forget(connection, words.iter())
    }

    /// Words that no row has any more leave no trace.
    fn forget<'w>(&self, connection: &Connection, words: impl Iterator<Item = &'w String>) -> Result<(), SqliteError> {
        let mut has = connection.prepare_cached(&self.has)?;
        for word in words {
            if !has.exists(params![exactly(word)])? {
                connection.prepare_cached(&self.forget)?.execute(params![word])?;
            }
        }
        Ok(())
    }
}

/// Makes the tables of a view's full text.
pub(super) fn ensure(connection: &Connection, spec: &ViewSpec) -> Result<(), SqliteError> {
    let (words, terms) = (words_table(spec.name)?, terms_table(spec.name)?);
    connection.execute_batch(&format!(
        "CREATE VIRTUAL TABLE IF NOT EXISTS {words} USING fts5(
             words, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');"
    ))?;
    let is_there = "SELECT 1 FROM pragma_table_info(?1)";
    if connection.prepare(is_there)?.exists(params![format!("terms_{}", spec.name)])? {
        return Ok(());
    }
    // An index that an earlier release wrote tells its words.
    connection.execute_batch(&format!(
        "CREATE TABLE {terms}(term TEXT PRIMARY KEY) WITHOUT ROWID;
         CREATE VIRTUAL TABLE temp.known_terms USING fts5vocab('main', {words}, 'row');
         INSERT INTO {terms}(term) SELECT term FROM temp.known_terms;
         DROP TABLE temp.known_terms;"
    ))?;
    Ok(())
}

/// Empties it.
pub(super) fn clear(connection: &Connection, spec: &ViewSpec) -> Result<(), SqliteError> {
    if spec.full_text.is_empty() {
        return Ok(());
    }
    let (words, terms) = (words_table(spec.name)?, terms_table(spec.name)?);
    connection.execute(&format!("INSERT INTO {words}({words}) VALUES('delete-all')"), [])?;
    connection.execute(&format!("DELETE FROM {terms}"), [])?;
    Ok(())
}

/// What rows must match to have every word of a text, or one that begins with it; none when it has no word.
pub(super) fn matching(connection: &Connection, spec: &ViewSpec, text: &str) -> Result<Option<Found>, SqliteError> {
    let mut parts = Vec::new();
    for word in full_text::split(text) {
        match beginning_with(connection, spec, &word)? {
            Some(terms) if terms.is_empty() => return Ok(Some(Found::Nothing)),
            Some(terms) => {
                let terms: Vec<String> = terms.iter().map(|term| exactly(term)).collect();
                parts.push(format!("({})", terms.join(" OR ")));
            }
            None => parts.push(format!("{}*", exactly(&word))),
        }
    }
    Ok((!parts.is_empty()).then(|| Found::Matching(parts.join(" AND "))))
}

fn exactly(word: &str) -> String {
    format!("\"{word}\"")
}

/// The words that begin with this one; none when they are too many.
fn beginning_with(connection: &Connection, spec: &ViewSpec, word: &str) -> Result<Option<Vec<String>>, SqliteError> {
    let terms = terms_table(spec.name)?;
    let mut found = connection
        .prepare_cached(&format!("SELECT term FROM {terms} WHERE term >= ?1 AND term < ?2 ORDER BY term LIMIT ?3"))?;
    let found = found.query_map(params![word, format!("{word}\u{10FFFF}"), TERMS as i64 + 1], |row| row.get(0))?;
    let terms: Vec<String> = found.collect::<rusqlite::Result<_>>()?;
    Ok((terms.len() <= TERMS).then_some(terms))
}

/// The first `wanted` rows in the order of a query that match, when they are soon found: `in_order` answers numbers of rows in
/// that order. None when the index is to be asked first.
pub(super) fn first(
    connection: &Connection,
    spec: &ViewSpec,
    expression: &str,
    in_order: impl FnOnce(usize) -> Result<Statement, StoreError>,
    wanted: u64,
) -> Result<Option<Vec<i64>>, SqliteError> {
    let words = words_table(spec.name)?;
    let matching = format!("SELECT count(*) FROM (SELECT 1 FROM {words} WHERE {words} MATCH ?1 LIMIT ?2)");
    let matching: u64 = connection
        .prepare_cached(&matching)?
        .query_row(params![expression, MANY as i64], |row| row.get::<_, i64>(0))? as u64;
    if matching < MANY {
        return Ok(None);
    }
    let mut has = connection.prepare_cached(&format!("SELECT 1 FROM {words} WHERE {words} MATCH ?1 AND rowid = ?2"))?;
    let statement = in_order(READ)?;
    let mut prepared = connection.prepare_cached(&statement.text)?;
    let mut rows = prepared.query(rusqlite::params_from_iter(&statement.params))?;
    let (mut read, mut numbers) = (0, Vec::new());
    while let Some(row) = rows.next()? {
        read += 1;
        let n: i64 = row.get(0)?;
        if is_one(&mut has, expression, n)? {
            numbers.push(n);
            if numbers.len() as u64 >= wanted {
                return Ok(Some(numbers));
            }
        }
    }
    // All there are were read.
    Ok((read < READ).then_some(numbers))
}

fn is_one(has: &mut CachedStatement<'_>, expression: &str, n: i64) -> Result<bool, SqliteError> {
    Ok(has.query_row(params![expression, n], |_| Ok(())).optional()?.is_some())
}
