//! Reads that many want at once: one read serves all who asked before it began.
//!
//! Whoever waits for other nodes asks the store how far they are, again and again. Each for itself would be a load that grows
//! with those who wait, and what they wait for is written by the very store that they keep busy.

use crate::store::StoreError;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;

/// One thing that is read, by one at a time.
#[derive(Default)]
pub(crate) struct SharedRead<T> {
    /// Reads that have begun.
    begun: AtomicU64,
    /// What the last one found, and which one it was.
    last: Mutex<Option<(u64, Result<T, StoreError>)>>,
}

impl<T: Clone> SharedRead<T> {
    /// What a read finds, or how it fails, that began after this was called.
    pub(crate) async fn get<F>(&self, read: impl FnOnce() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let asked = self.begun.load(Ordering::Acquire);
        let mut last = self.last.lock().await;
        if let Some((number, found)) = last.as_ref()
            && *number > asked
        {
            return found.clone();
        }
        let number = self.begun.fetch_add(1, Ordering::AcqRel) + 1;
        let found = read().await;
        *last = Some((number, found.clone()));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::Semaphore;
    use tokio::task::{JoinSet, yield_now};

    /// Something that can be read when it is let.
    #[derive(Default)]
    struct Source {
        shared: SharedRead<u64>,
        reads: AtomicU64,
    }

    impl Source {
        async fn read(&self, gate: &Semaphore) -> Result<u64, StoreError> {
            self.shared
                .get(|| async {
                    let number = self.reads.fetch_add(1, Ordering::AcqRel) + 1;
                    gate.acquire().await.map_err(|error| StoreError::caused("the gate", error))?.forget();
                    if number == 3 { Err(StoreError::new("the third")) } else { Ok(number) }
                })
                .await
        }
    }

    async fn settle() {
        for _ in 0..50 {
            yield_now().await;
        }
    }

    #[tokio::test]
    async fn who_asks_while_one_reads_waits_for_the_next_and_shares_it() {
        let source = Arc::new(Source::default());
        let gate = Arc::new(Semaphore::new(0));
        let mut tasks = JoinSet::new();
        let ask = |tasks: &mut JoinSet<Result<u64, String>>, times: usize| {
            for _ in 0..times {
                let (source, gate) = (Arc::clone(&source), Arc::clone(&gate));
                tasks.spawn(async move { source.read(&gate).await.map_err(|error| error.to_string()) });
            }
        };
        ask(&mut tasks, 1);
        settle().await;
        // What the first read finds may be older than these questions.
        ask(&mut tasks, 20);
        settle().await;
        gate.add_permits(2);
        let mut found = tasks.join_all().await;
        found.sort();
        assert_eq!(found, [vec![Ok(1)], vec![Ok(2); 20]].concat());
        // A failure is shared as well: nobody waits for a store that is away once for each who asked before.
        let mut tasks = JoinSet::new();
        ask(&mut tasks, 1);
        settle().await;
        ask(&mut tasks, 1);
        settle().await;
        gate.add_permits(2);
        let mut found = tasks.join_all().await;
        found.sort();
        assert_eq!(found, [Ok(4), Err("the third".to_owned())]);
        assert_eq!(source.reads.load(Ordering::Acquire), 4);
    }
}
