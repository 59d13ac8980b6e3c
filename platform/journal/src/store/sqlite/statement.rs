//! A statement with its parameters.

use rusqlite::types::Value as SqlValue;

pub(super) struct Statement {
    pub(super) text: String,
    pub(super) params: Vec<SqlValue>,
}
