//! Requests for external tasks that wait for one.

use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Requests that wait.
pub(crate) struct Fetches {
    pub(crate) changes: watch::Sender<u64>,
    parked: Mutex<Parked>,
    most: usize,
    share: usize,
}

#[derive(Default)]
struct Parked {
    all: usize,
    by_client: HashMap<SmolStr, usize>,
}

/// A place to wait in, given back when it is dropped.
pub(crate) struct Place<'a> {
    fetches: &'a Fetches,
    client: Option<SmolStr>,
}

impl Fetches {
    /// `most` may wait at once, and `share` of one client.
    pub(crate) fn new(most: usize, share: usize) -> Self {
        Self { changes: watch::Sender::new(0), parked: Mutex::default(), most, share }
    }

    /// A task was created or unlocked.
    pub(crate) fn wake(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// A place for a client; none when all are taken, or when it has its share. Where nobody is asked who they are, there is
    /// nobody to share with.
    pub(crate) fn park(&self, client: Option<&SmolStr>) -> Option<Place<'_>> {
        let mut parked = self.parked();
        if parked.all >= self.most {
            return None;
        }
        if let Some(client) = client {
            let own = parked.by_client.entry(client.clone()).or_default();
            if *own >= self.share {
                return None;
            }
            *own += 1;
        }
        parked.all += 1;
        Some(Place { fetches: self, client: client.cloned() })
    }

    fn parked(&self) -> MutexGuard<'_, Parked> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut parked = self.fetches.parked();
        parked.all = parked.all.saturating_sub(1);
        let Some(client) = &self.client else { return };
        if let Some(own) = parked.by_client.get_mut(client) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                parked.by_client.remove(client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_does_not_take_all_places() {
        let fetches = Fetches::new(3, 2);
        let (greedy, other) = (SmolStr::new("greedy"), SmolStr::new("other"));
        let held: Vec<_> = (0..2).map(|_| fetches.park(Some(&greedy)).unwrap()).collect();
        assert!(fetches.park(Some(&greedy)).is_none());
        let last = fetches.park(Some(&other)).unwrap();
        assert!(fetches.park(Some(&other)).is_none(), "all places are taken");
        drop(last);
        drop(held);
        assert!(fetches.parked().by_client.is_empty(), "who does not wait leaves nothing");
        let anybody: Vec<_> = (0..3).filter_map(|_| fetches.park(None)).collect();
        assert_eq!(anybody.len(), 3);
        assert!(fetches.park(None).is_none());
    }
}
