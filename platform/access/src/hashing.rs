//! Where passwords are hashed: on threads of their own, few at once, with a queue that ends.
//!
//! One hash takes 19 MiB and tens of milliseconds of a core on purpose. Without a bound everybody who can send a wrong
//! password decides how much of the machine that is.

use casewright_service::Problem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Hashes that run at once, by core.
const RUNNING: usize = 2;
/// Those that wait, by core: about two seconds of work.
const WAITING: usize = 64;
/// Seconds to come again after.
const RETRY: u64 = 2;

/// The places for hashing of this process.
pub(crate) struct Hashing {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    longest_queue: usize,
}

impl Default for Hashing {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::new(RUNNING * cores, WAITING * cores)
    }
}

impl Hashing {
    fn new(places: usize, longest_queue: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), waiting: AtomicUsize::new(0), longest_queue }
    }

    /// Runs the work when there is a place for it.
    ///
    /// # Errors
    /// 429 when too many wait already; 500 when the work panicked.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let waiting = Waiting::enter(self)?;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Problem::internal())?;
        drop(waiting);
        let running = tokio::task::spawn_blocking(move || {
            let outcome = work();
            // Held by the thread: who hangs up does not make room while the work still runs.
            drop(place);
            outcome
        });
        running.await.map_err(|error| {
            tracing::error!(%error, "a password could not be hashed");
            Problem::internal()
        })
    }
}

struct Waiting<'a>(&'a Hashing);

impl<'a> Waiting<'a> {
    fn enter(hashing: &'a Hashing) -> Result<Self, Problem> {
        let before = hashing.waiting.fetch_add(1, Ordering::AcqRel);
        let waiting = Self(hashing);
        if before >= hashing.longest_queue {
            return Err(Problem::too_many_requests("Too many people are signing in right now. Try again.", RETRY));
        }
        Ok(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn few_run_at_once_some_wait_and_the_rest_is_sent_away() {
        let hashing = Arc::new(Hashing::new(2, 3));
        let (started, begun) = mpsc::channel();
        let mut releases = Vec::new();
        let mut running = Vec::new();
        for _ in 0..5 {
            let (release, released) = mpsc::channel::<()>();
            releases.push(release);
            let (hashing, started) = (Arc::clone(&hashing), started.clone());
            let job = async move {
                hashing
                    .run(move || {
                        started.send(()).unwrap();
                        released.recv().unwrap();
                    })
                    .await
            };
            let mut job = Box::pin(job);
            assert!(futures_now(&mut job).await.is_none(), "none is done before it is let");
            running.push(job);
        }
        let refused = hashing.run(|| ()).await.unwrap_err();
        assert_eq!((refused.status, refused.retry_after), (429, Some(RETRY)));
        for _ in 0..2 {
            begun.recv().unwrap();
        }
        assert!(begun.try_recv().is_err(), "a third ran beside two");
        for (release, job) in releases.into_iter().zip(running) {
            release.send(()).unwrap();
            job.await.unwrap();
        }
        assert_eq!(begun.try_iter().count(), 3);
        hashing.run(|| ()).await.unwrap();
    }

    #[tokio::test]
    async fn who_hangs_up_leaves_the_queue() {
        let hashing = Hashing::new(1, 1);
        let (release, released) = mpsc::channel::<()>();
        let mut first = Box::pin(hashing.run(move || released.recv().unwrap()));
        assert!(futures_now(&mut first).await.is_none());
        for _ in 0..10 {
            let mut other = Box::pin(hashing.run(|| ()));
            assert!(futures_now(&mut other).await.is_none());
        }
        release.send(()).unwrap();
        first.await.unwrap();
    }

    /// Polls once.
    async fn futures_now<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
                std::task::Poll::Ready(output) => Some(output),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }
}
