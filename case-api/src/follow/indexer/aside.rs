//! Work on the files of the index, off the threads that answer requests, and how it fails.

use casewright_journal::StoreError;
use casewright_search::IndexError;

#[derive(Debug, thiserror::Error)]
pub(super) enum IndexerError {
    #[error("the journal did not answer")]
    Store(#[from] StoreError),
    #[error("the index did not do it")]
    Index(#[from] IndexError),
    #[error("the index could not be worked on")]
    Aside(#[from] tokio::task::JoinError),
}

/// Runs what reads and writes the files of the index.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, IndexError> + Send + 'static,
) -> Result<T, IndexerError> {
    Ok(tokio::task::spawn_blocking(work).await??)
}
