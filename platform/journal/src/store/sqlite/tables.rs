//! The views that a store knows, each with the statements that write it.

use super::error::SqliteError;
use super::names::table;
use super::schema::{column, columns};
use super::words::FullText;
use crate::store::StoreError;
use crate::views::view::ViewSpec;
use std::collections::HashMap;

/// All views by name.
#[derive(Clone, Default)]
pub(super) struct Specs(HashMap<&'static str, Table>);

/// A view and its statements, spelled once.
#[derive(Clone)]
pub(super) struct Table {
    pub(super) spec: ViewSpec,
    /// Fields that have a column, in the order of the parameters of `insert` from the fourth on.
    pub(super) columns: Vec<&'static str>,
    /// Writes nothing when the row is there. Parameters: tenant, id, document, columns. With full text it returns the
    /// number of the row.
    pub(super) insert: String,
    /// The columns of a row, with full text after its number and its document. Parameters: tenant, id.
    pub(super) find: String,
    /// Parameters: tenant, id. With full text it returns the number of the row and its document.
    pub(super) remove: String,
    pub(super) words: Option<FullText>,
}

impl Specs {
    pub(super) fn extend(&mut self, specs: &[ViewSpec]) -> Result<(), SqliteError> {
        for spec in specs {
            self.0.insert(spec.name, Table::new(spec)?);
        }
        Ok(())
    }

    /// The names of all views, in order.
    pub(super) fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = self.0.keys().copied().collect();
        names.sort_unstable();
        names
    }

    pub(super) fn table(&self, view: &str) -> Result<&Table, StoreError> {
        self.0.get(view).ok_or_else(|| StoreError::new(format!("there is no view named {view}")))
    }

    pub(super) fn get(&self, view: &str) -> Result<&ViewSpec, StoreError> {
        self.table(view).map(|table| &table.spec)
    }
}

impl Table {
    fn new(spec: &ViewSpec) -> Result<Self, SqliteError> {
        let name = table(spec.name)?;
        let columns = columns(spec);
        let mut names = String::new();
        let mut places = String::new();
        for (field, place) in columns.iter().zip(4..) {
            let column = column(field)?;
            names.push_str(&format!(", {column}"));
            places.push_str(&format!(", ?{place}"));
        }
        let known = if spec.full_text.is_empty() { "NULL, NULL" } else { "n, doc" };
        let (returning, gone) = match spec.full_text {
            [] => ("", ""),
            _ => (" RETURNING n", " RETURNING n, doc"),
        };
        Ok(Self {
            insert: format!(
                "INSERT INTO {name}(tenant, id, doc{names}) VALUES(?1, ?2, ?3{places})
                 ON CONFLICT(tenant, id) DO NOTHING{returning}"
            ),
            find: format!("SELECT {known}{names} FROM {name} WHERE tenant = ?1 AND id = ?2"),
            remove: format!("DELETE FROM {name} WHERE tenant = ?1 AND id = ?2{gone}"),
            columns,
            words: FullText::of(spec)?,
            spec: spec.clone(),
        })
    }

    /// Changes a row: its document, and those of its columns that have these numbers. (SQLite writes an index anew when a
    /// column of it is set, even if to what it was.) Parameters: tenant, id, document, those columns.
    pub(super) fn update(&self, changed: &[usize]) -> Result<String, SqliteError> {
        let mut changes = String::new();
        for (at, place) in changed.iter().zip(4..) {
            changes.push_str(&format!(", {} = ?{place}", column(self.columns[*at])?));
        }
        Ok(format!("UPDATE {} SET doc = ?3{changes} WHERE tenant = ?1 AND id = ?2", table(self.spec.name)?))
    }
}
