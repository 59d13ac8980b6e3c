//! Calls of the database, each a task of its own.
//!
//! A future that has a connection and is not polled keeps it for as long as its owner is busy with something else. When
//! what the owner waits for is another connection, nobody ever goes on. A task is polled by the runtime, whatever its
//! caller does: it gives its connection back as soon as the server has answered. So callers may keep as many calls in
//! hand as they like, and poll them whenever they like.

use crate::store::StoreError;
use mongodb::Database;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long a call waits for its turn before it fails. The driver itself would wait for ever.
const PATIENCE: Duration = Duration::from_secs(10);

/// The database behind a queue as wide as the driver's pool: first come, first served, and nobody waits for good.
pub(super) struct Calls {
    database: Database,
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Calls {
    /// `connections` is the size of the pool; 0 is one without a bound, as in the address of a server.
    pub(super) fn new(database: Database, connections: u32) -> Self {
        let places = match connections {
            0 => Semaphore::MAX_PERMITS,
            some => usize::try_from(some).unwrap_or(Semaphore::MAX_PERMITS),
        };
        Self { database, places: Arc::new(Semaphore::new(places)), patience: PATIENCE }
    }

    /// Makes one call. When the caller goes away before it is over, it is broken off.
    ///
    /// # Errors
    /// What the call says; or that no connection became free in time.
    pub(super) async fn make<T, F, Fut>(&self, call: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(Database) -> Fut,
        Fut: Future<Output = Result<T, StoreError>> + Send + 'static,
    {
        let call = call(self.database.clone());
        let (places, patience) = (Arc::clone(&self.places), self.patience);
        // A set of one: it ends its task when it is dropped.
        let mut task = JoinSet::new();
        task.spawn(async move {
            // Waited for in here as well: a place that is given to somebody who is not polled is lost as a connection is.
            let place = timeout(patience, places.acquire_owned()).await;
            let _place = place
                .map_err(|_| StoreError::new(format!("no connection to MongoDB became free within {patience:?}")))?
                .map_err(|error| StoreError::caused("waiting for a connection to MongoDB", error))?;
            call.await
        });
        match task.join_next().await {
            Some(Ok(outcome)) => outcome,
            Some(Err(error)) => Err(StoreError::caused("a call of MongoDB failed", error)),
            None => Err(StoreError::new("a call of MongoDB was not made")),
        }
    }
}
