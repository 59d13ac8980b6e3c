//! One append: what it came to, also when the store is not sure.

use crate::log::entry::Batch;
use crate::store::{AppendError, Store, StoreError};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How an append ended, after reading back what the store was not sure of.
pub(super) enum Appended {
    Durable(Arc<Batch>),
    /// Somebody else's batch stands at our position.
    Lost,
    /// Not durable, or nobody can say.
    Failed(StoreError),
}

/// Appends, and when the store is not sure, reads back whose batch stands there: an acknowledgement may be lost on its way.
pub(super) async fn append(store: Arc<dyn Store>, batch: Arc<Batch>, limit: Duration) -> Appended {
    let answer = timeout(limit, store.append(vec![Arc::clone(&batch)])).await;
    let error = match answer.map(|mut results| results.pop()) {
        Ok(Some(Ok(()))) => return Appended::Durable(batch),
        Ok(Some(Err(AppendError::Taken { .. }))) => {
            StoreError::new(format!("position {} of shard {} is taken", batch.position, batch.shard.0))
        }
        Ok(Some(Err(AppendError::Store(error)))) => error,
        Ok(None) => StoreError::new("the store did not say whether it took the batch"),
        Err(_) => StoreError::new("the store did not answer in time"),
    };
    match within(limit, store.read(batch.shard, batch.position, 1)).await {
        Ok(found) => match found.first() {
            Some(there) if there.writer == batch.writer => Appended::Durable(batch),
            Some(_) => Appended::Lost,
            None => Appended::Failed(error),
        },
        Err(_) => Appended::Failed(error),
    }
}

/// A call that the store has so long to answer.
pub(crate) async fn within<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout(limit, call).await.unwrap_or_else(|_| Err(StoreError::new("the store did not answer in time")))
}
