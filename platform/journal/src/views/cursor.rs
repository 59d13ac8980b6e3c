//! Where the next page begins: the sort keys and the id of the last row, as URL-safe base64 of JSON.

use crate::store::StoreError;
use crate::views::view::{Cursor, Query};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casewright_rows::{Document, lookup};
use serde_json::Value;

/// A decoded cursor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Position {
    /// One value per sort key; null where the row has none.
    pub(crate) keys: Vec<Value>,
    pub(crate) id: String,
}

pub(crate) fn after_row(query: &Query, id: &str, document: &Document) -> Cursor {
    let mut parts: Vec<Value> =
        query.sort.iter().map(|sort| lookup(document, &sort.field).cloned().unwrap_or(Value::Null)).collect();
    parts.push(Value::String(id.to_owned()));
    Cursor(URL_SAFE_NO_PAD.encode(Value::Array(parts).to_string()))
}

/// Fails when the cursor was made for another sort order, or not by us at all.
pub(crate) fn decode(query: &Query, cursor: &Cursor) -> Result<Position, StoreError> {
    let bad = StoreError::foreign_cursor;
    let bytes = URL_SAFE_NO_PAD.decode(&cursor.0).map_err(|_| bad())?;
    let mut keys: Vec<Value> = serde_json::from_slice(&bytes).map_err(|_| bad())?;
    let Some(Value::String(id)) = keys.pop() else {
        return Err(bad());
    };
    if keys.len() != query.sort.len() {
        return Err(bad());
    }
    Ok(Position { keys, id })
}
