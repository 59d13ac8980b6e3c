//! Where strangers' bytes are worked on: on threads of their own, so many at once and no more, each with a deadline.
//!
//! What a stranger wrote decides how long it takes to read it, so it must not be read on a thread of the runtime, on which everything else
//! waits for its turn. Native code cannot be interrupted: what passes its deadline is left to itself, and keeps its place, so that no more
//! threads are lost than there are places.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

/// A number of places, each for one piece of work. Cloning is cheap and gives the same places.
#[derive(Clone, Debug)]
pub struct Bench {
    places: Arc<Semaphore>,
    count: u32,
    patience: Duration,
}

/// A place that is taken until this is dropped and whatever was begun at it has ended.
#[derive(Debug)]
pub struct Place {
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

impl Bench {
    /// `patience` is how long one piece of work may take.
    #[must_use]
    pub fn new(count: u32, patience: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(count as usize)), count, patience }
    }

    /// Waits for a place; `alone`: until nothing else is worked on.
    ///
    /// # Panics
    /// Never: the places are not taken away.
    pub async fn place(&self, alone: bool) -> Place {
        let wanted = if alone { self.count } else { 1 };
        let permit = Arc::clone(&self.places).acquire_many_owned(wanted).await.expect("the places are never closed");
        Place { permit: Arc::new(permit), patience: self.patience }
    }

    /// Works at the next free place; waiting for one is part of the time.
    ///
    /// # Errors
    /// See [`Unfinished`].
    pub async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unfinished> {
        let place = tokio::time::timeout(self.patience, self.place(false)).await.map_err(|_| Unfinished::Late)?;
        place.work(work).await
    }
}

impl Place {
    /// # Errors
    /// See [`Unfinished`].
    pub async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Unfinished> {
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
    async fn what_passes_its_deadline_is_left_to_itself_and_keeps_its_place() {
        let bench = Bench::new(1, Duration::from_millis(20));
        let (release, released) = mpsc::channel::<()>();
        let stuck = bench.work(move || released.recv().is_err()).await;
        assert_eq!(stuck, Err(Unfinished::Late));
        assert_eq!(bench.work(|| 1).await, Err(Unfinished::Late), "its place is not given to another");
        drop(release);
        drop(bench.place(false).await);
    }

    #[tokio::test]
    async fn what_breaks_off_gives_its_place_back() {
        let bench = Bench::new(1, Duration::from_secs(30));
        assert_eq!(bench.work(|| -> u8 { panic!("a fault in a parser") }).await, Err(Unfinished::BrokeOff));
        assert_eq!(bench.work(|| 1).await, Ok(1));
    }

    #[tokio::test]
    async fn who_wants_to_be_alone_waits_for_the_others() {
        let bench = Bench::new(2, Duration::from_secs(30));
        let one = bench.place(false).await;
        let alone = bench.place(true);
        tokio::pin!(alone);
        assert!(futures::poll!(&mut alone).is_pending());
        drop(one);
        alone.await;
    }
}
