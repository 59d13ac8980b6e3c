//! Names of users, from the directory that access keeps.

use crate::person::Person;
use casewright_journal::{StoreError, TenantHandle};
use serde_json::Value;

/// Access's view of users.
const USERS: &str = "user";

/// A user of the directory.
pub(crate) async fn find(handle: &TenantHandle, id: &str) -> Result<Option<Person>, StoreError> {
    let row = handle.get(USERS, id).await?;
    Ok(row.map(|row| Person {
        id: id.to_owned(),
        name: row.get("name").and_then(Value::as_str).unwrap_or(id).to_owned(),
    }))
}

/// A user as far as the directory knows; else named by their id.
pub(crate) async fn named(handle: &TenantHandle, id: &str) -> Result<Person, StoreError> {
    let found = find(handle, id).await?;
    Ok(found.unwrap_or_else(|| Person { id: id.to_owned(), name: id.to_owned() }))
}
