//! Root process instances that are open, and those that are about to begin.

use casewright_engine_core::ids::Prefix;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Default)]
pub(super) struct Roots {
    open: HashSet<Prefix>,
    /// Whether they do is not known yet.
    beginning: HashSet<Prefix>,
}

/// A root instance that is about to begin. It counts until the log says what became of it, or until this is dropped.
#[must_use = "it counts for as long as this is kept"]
pub(crate) struct Beginning(Option<(SharedRoots, Prefix)>);

/// Counted by several. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct SharedRoots(Arc<Mutex<Roots>>);

impl SharedRoots {
    pub(super) fn lock(&self) -> MutexGuard<'_, Roots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that one is about to begin; none: with it there would be more than `most`.
    pub(super) fn begin(&self, prefix: Prefix, most: u64) -> Option<Beginning> {
        self.lock().begin(prefix, most).then(|| Beginning(Some((self.clone(), prefix))))
    }
}

impl Roots {
    fn begin(&mut self, prefix: Prefix, most: u64) -> bool {
        let has_room = self.count() < most;
        if has_room {
            self.beginning.insert(prefix);
        }
        has_room
    }

    fn not_begun(&mut self, prefix: Prefix) {
        self.beginning.remove(&prefix);
    }

    pub(super) fn opened(&mut self, prefix: Prefix) {
        self.beginning.remove(&prefix);
        self.open.insert(prefix);
    }

    pub(super) fn ended(&mut self, prefix: Prefix) {
        self.open.remove(&prefix);
    }

    pub(super) fn count(&self) -> u64 {
        (self.open.len() + self.beginning.len()) as u64
    }
}

impl Beginning {
    /// It has begun, and that is durable: the log says so.
    pub(crate) fn has_begun(mut self) {
        self.0 = None;
    }
}

impl Drop for Beginning {
    fn drop(&mut self) {
        if let Some((roots, prefix)) = self.0.take() {
            roots.lock().not_begun(prefix);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(number: u8) -> Prefix {
        Prefix::new([number; 10])
    }

    #[test]
    fn what_begins_counts_once_and_until_it_has_ended() {
        let mut roots = Roots::default();
        assert!(roots.begin(prefix(1), 2) && roots.begin(prefix(2), 2));
        assert!(!roots.begin(prefix(3), 2));
        roots.opened(prefix(1));
        assert_eq!(roots.count(), 2);
        roots.not_begun(prefix(2));
        assert!(roots.begin(prefix(3), 2));
        roots.opened(prefix(3));
        roots.ended(prefix(1));
        roots.opened(prefix(3));
        assert_eq!(roots.count(), 1, "what is told twice counts once");
    }
}
