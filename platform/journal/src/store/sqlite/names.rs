//! Names of the tables of views.

use super::error::SqliteError;

/// The quoted table of a view.
pub(super) fn table(view: &str) -> Result<String, SqliteError> {
    check(view)?;
    Ok(format!("\"view_{view}\""))
}

/// The quoted full-text table of a view.
pub(super) fn words_table(view: &str) -> Result<String, SqliteError> {
    check(view)?;
    Ok(format!("\"words_{view}\""))
}

/// The quoted table of the words that stand in it.
pub(super) fn terms_table(view: &str) -> Result<String, SqliteError> {
    check(view)?;
    Ok(format!("\"terms_{view}\""))
}

fn check(view: &str) -> Result<(), SqliteError> {
    let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !view.is_empty() && view.chars().all(is_kebab) {
        return Ok(());
    }
    Err(SqliteError::Other(format!("{view:?} is not a name for a view: kebab case is")))
}
