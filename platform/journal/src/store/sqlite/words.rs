//! Full text: which rows have the words of a search.
//!
//! - `words_<view>`: an FTS5 index of the words of each row, by the row's number.
//! - `terms_<view>`: every word that stands in it. FTS5 reads the rows of a word one by one, as they are wanted, but those of a
//!   prefix only all at once. So a prefix that few words begin with is asked for as these words.
//!
//! A word that many rows have is not looked up in the index first: rows are read in the order of the query, and each is looked
//! through for the word, until the page is full. FTS5 is not asked about one row: for a prefix it would put together all rows each time.

use super::error::SqliteError;
use super::jsonb::document_at;
use super::names::{table, terms_table, words_table};
use super::statement::Statement;
use crate::store::StoreError;
use crate::views::full_text;
use crate::views::view::ViewSpec;
use casewright_rows::Document;
use rusqlite::{Connection, OptionalExtension, params};

/// Words that a prefix stands for at most: beyond them the index is asked for the prefix itself.
const TERMS: usize = 16;
/// Rows that have the words from which on they are many.
const MANY: u64 = 1_000;
/// Rows that are read in the order of a query to fill a page with those that have many-used words.
const READ: usize = 2_000;
/// After so many of them it is seen whether the others will do: where not, the index is asked at once.
const TRIED: usize = 250;

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
    /// The rows that have all of these.
    Matching(Asked),
    /// The rows of these numbers.
    Numbered(Vec<i64>),
}

/// Words that are looked for: each of them, or one that begins with it.
pub(super) struct Asked {
    words: Vec<String>,
    /// Parts of an expression of FTS5: of a word that few words begin with, all of these.
    known: Vec<String>,
    /// Of a word that many words begin with, that prefix.
    open: Vec<String>,
}

impl Asked {
    /// The expression of FTS5.
    pub(super) fn expression(&self) -> String {
        [self.known.as_slice(), &self.open].concat().join(" AND ")
    }

    /// Whether a row with this document has them.
    fn are_in(&self, spec: &ViewSpec, document: &Document) -> bool {
        // They are sorted, so those that begin with a word stand where it would.
        let words = full_text::of_document(document, spec.full_text);
        let has = |word: &String| {
            let at = words.partition_point(|known| known < word);
            words.get(at).is_some_and(|known| known.starts_with(word.as_str()))
        };
        self.words.iter().all(has)
    }
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
    let mut asked = Asked { words: full_text::split(text), known: Vec::new(), open: Vec::new() };
    if asked.words.is_empty() {
        return Ok(None);
    }
    for word in &asked.words {
        match beginning_with(connection, spec, word)? {
            Some(terms) if terms.is_empty() => return Ok(Some(Found::Nothing)),
            Some(terms) => {
                let terms: Vec<String> = terms.iter().map(|term| exactly(term)).collect();
                asked.known.push(format!("({})", terms.join(" OR ")));
            }
            None => asked.open.push(format!("{}*", exactly(word))),
        }
    }
    // Few rows have the words that are known: which of them has one that begins as it is to is read there, for the index would
    // first put together all rows of each word that does.
    if !asked.open.is_empty()
        && let Some(numbers) = few(connection, spec, &asked)?
    {
        return Ok(Some(Found::Numbered(having(connection, spec, &asked, &numbers)?)));
    }
    Ok(Some(Found::Matching(asked)))
}

/// The rows that have the words that are known; none when they are many.
fn few(connection: &Connection, spec: &ViewSpec, asked: &Asked) -> Result<Option<Vec<i64>>, SqliteError> {
    if asked.known.is_empty() {
        return Ok(None);
    }
    let words = words_table(spec.name)?;
    let mut found = connection.prepare_cached(&format!("SELECT rowid FROM {words} WHERE {words} MATCH ?1 LIMIT ?2"))?;
    let found = found.query_map(params![asked.known.join(" AND "), MANY as i64], |row| row.get(0))?;
    let numbers: Vec<i64> = found.collect::<rusqlite::Result<_>>()?;
    Ok(((numbers.len() as u64) < MANY).then_some(numbers))
}

/// Those of the rows that have all words.
fn having(connection: &Connection, spec: &ViewSpec, asked: &Asked, numbers: &[i64]) -> Result<Vec<i64>, SqliteError> {
    let mut read = connection.prepare_cached(&format!("SELECT doc FROM {} WHERE n = ?1", table(spec.name)?))?;
    let mut have = Vec::new();
    for n in numbers {
        let document = read.query_row(params![n], |row| Ok(document_at(row, 0))).optional()?.transpose()?;
        if document.is_some_and(|document| asked.are_in(spec, &document)) {
            have.push(*n);
        }
    }
    Ok(have)
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
/// that order, with their documents. None when the index is to be asked first.
pub(super) fn first(
    connection: &Connection,
    spec: &ViewSpec,
    asked: &Asked,
    in_order: impl FnOnce(usize) -> Result<Statement, StoreError>,
    wanted: u64,
) -> Result<Option<Vec<i64>>, SqliteError> {
    // Of a prefix that many words begin with nobody knows how many rows there are but who puts them together.
    if asked.open.is_empty() && few(connection, spec, asked)?.is_some() {
        return Ok(None);
    }
    let statement = in_order(READ)?;
    let mut prepared = connection.prepare_cached(&statement.text)?;
    let mut rows = prepared.query(rusqlite::params_from_iter(&statement.params))?;
    let (mut read, mut numbers) = (0, Vec::new());
    while let Some(row) = rows.next()? {
        read += 1;
        if asked.are_in(spec, &document_at(row, 1)?) {
            numbers.push(row.get(0)?);
            if numbers.len() as u64 >= wanted {
                return Ok(Some(numbers));
            }
        }
        if read == TRIED && ((numbers.len() * READ / TRIED) as u64) < wanted {
            return Ok(None);
        }
    }
    // All there are were read.
    Ok((read < READ).then_some(numbers))
}
