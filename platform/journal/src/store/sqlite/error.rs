//! What goes wrong inside a connection, and the threads that may block.

use super::jsonb;
use crate::log::codec;
use crate::store::StoreError;

/// What goes wrong inside a connection.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SqliteError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Codec(#[from] codec::CodecError),
    #[error("a stored document is not JSON")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Document(#[from] jsonb::NotWrittenHere),
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Other(String),
}

/// Does what blocks on a thread for it.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(StoreError::caused("the store's thread failed", e)))
}
