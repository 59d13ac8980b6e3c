//! The views that a store knows, each with the statements that write it.

use super::SqliteError;
use super::schema::{column, columns, table, words_table};
use crate::store::StoreError;
use crate::view::ViewSpec;
use std::collections::HashMap;

/// All views by name.
#[derive(Clone, Default)]
pub(super) struct Specs(HashMap<&'static str, Table>);

/// A view and its statements, spelled once.
#[derive(Clone)]
pub(super) struct Table {
    pub(super) spec: ViewSpec,
    /// Fields that have a column, in the order of the parameters of `put` from the fourth on.
    pub(super) columns: Vec<&'static str>,
    /// Parameters: tenant, id, document, columns. With full text it returns the number of the row.
    pub(super) put: String,
    /// Parameters: tenant, id. With full text it returns the number of the row.
    pub(super) remove: String,
    pub(super) words: Option<Words>,
}

/// Statements of the full text of a view.
#[derive(Clone)]
pub(super) struct Words {
    pub(super) put: String,
    pub(super) remove: String,
}

impl Specs {
    pub(super) fn extend(&mut self, specs: &[ViewSpec]) -> Result<(), SqliteError> {
        for spec in specs {
            self.0.insert(spec.name, Table::new(spec)?);
        }
        Ok(())
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
        let mut changes = String::new();
        for (field, place) in columns.iter().zip(4..) {
            let column = column(field)?;
            names.push_str(&format!(", {column}"));
            places.push_str(&format!(", ?{place}"));
            changes.push_str(&format!(", {column} = excluded.{column}"));
        }
        let returning = if spec.full_text.is_empty() { "" } else { " RETURNING n" };
        let words = match spec.full_text {
            [] => None,
            _ => {
                let words = words_table(spec.name)?;
                Some(Words {
                    put: format!("INSERT OR REPLACE INTO {words}(rowid, words) VALUES(?1, ?2)"),
                    remove: format!("DELETE FROM {words} WHERE rowid = ?1"),
                })
            }
        };
        Ok(Self {
            put: format!(
                "INSERT INTO {name}(tenant, id, doc{names}) VALUES(?1, ?2, ?3{places})
                 ON CONFLICT(tenant, id) DO UPDATE SET doc = excluded.doc{changes}{returning}"
            ),
            remove: format!("DELETE FROM {name} WHERE tenant = ?1 AND id = ?2{returning}"),
            columns,
            words,
            spec: spec.clone(),
        })
    }
}
