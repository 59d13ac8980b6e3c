//! Where strangers' bytes are worked on: on threads of their own, so many at once and no more, each with a deadline.
//!
//! What a stranger wrote decides how long it takes to read it, so it must not be read on a thread of the runtime, on which everything else
//! waits for its turn. Native code cannot be interrupted: what passes its deadline is left to itself, and keeps its worker, so that no more
//! threads are lost than there are workers.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

/// So many workers, each for one piece of work at a time. Cloning is cheap and gives the same workers.
#[derive(Clone, Debug)]
pub struct WorkerPool {
    workers: Arc<Semaphore>,
    count: u32,
    patience: Duration,
}

/// A worker that is taken until this is dropped and whatever was begun on it has ended.
#[derive(Debug)]
pub struct Worker {
    permit: Arc<OwnedSemaphorePermit>,
    patience: Duration,
}

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfinished {
    #[error("it did not end within its time")]
    Late,
    #[error("it broke off")]
    BrokeOff,
}

impl WorkerPool {
    /// `patience` is how long one piece of work may take.
    #[must_use]
    pub fn new(count: u32, patience: Duration) -> Self {
        Self { workers: Arc::new(Semaphore::new(count as usize)), count, patience }
    }

    /// Waits for a worker; `alone`: until nothing else is worked on.
    ///
    /// # Panics
    /// Never: the workers are not taken away.
    pub async fn worker(&self, alone: bool) -> Worker {
        let wanted = if alone { self.count } else { 1 };
        let permit = Arc::clone(&self.workers).acquire_many_owned(wanted).await.expect("the pool is never closed");
        Worker { permit: Arc::new(permit), patience: self.patience }
    }

    /// Runs on the next free worker; waiting for one is part of the time.
    ///
    /// # Errors
    /// See [`Unfinished`].
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unfinished> {
        let worker = tokio::time::timeout(self.patience, self.worker(false)).await.map_err(|_| Unfinished::Late)?;
        worker.run(work).await
    }
}

impl Worker {
    /// # Errors
    /// See [`Unfinished`].
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unfinished> {
        let held = Arc::clone(&self.permit);
        let job = spawn_blocking(move || {
            let done = work();
            drop(held);
            done
        });
        match tokio::time::timeout(self.patience, job).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(_)) => Err(Unfinished::BrokeOff),
            Err(_) => Err(Unfinished::Late),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn what_passes_its_deadline_is_left_to_itself_and_keeps_its_worker() {
        let pool = WorkerPool::new(1, Duration::from_millis(20));
        let (release, released) = mpsc::channel::<()>();
        let stuck = pool.run(move || released.recv().is_err()).await;
        assert_eq!(stuck, Err(Unfinished::Late));
        assert_eq!(pool.run(|| 1).await, Err(Unfinished::Late), "its worker is not given to another");
        drop(release);
        drop(pool.worker(false).await);
    }

    #[tokio::test]
    async fn what_breaks_off_gives_its_worker_back() {
        let pool = WorkerPool::new(1, Duration::from_secs(30));
        assert_eq!(pool.run(|| -> u8 { panic!("a fault in a parser") }).await, Err(Unfinished::BrokeOff));
        assert_eq!(pool.run(|| 1).await, Ok(1));
    }

    #[tokio::test]
    async fn who_wants_to_be_alone_waits_for_the_others() {
        let pool = WorkerPool::new(2, Duration::from_secs(30));
        let one = pool.worker(false).await;
        let alone = pool.worker(true);
        tokio::pin!(alone);
        assert!(futures::poll!(&mut alone).is_pending());
        drop(one);
        alone.await;
    }
}
