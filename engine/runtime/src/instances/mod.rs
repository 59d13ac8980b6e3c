//! Process instances: starting them, and every step that they take afterwards.

mod act;
mod decide;
mod panic;
mod step;

pub use act::Restarted;
pub use decide::Submission;
pub use step::Stepped;

use crate::Words;
use crate::base::Base;
use crate::fetches::Fetches;
use crate::instances::decide::Decider;
use crate::jobs::Wakeup;
use crate::quota::{OpenInstances, ScriptTime};
use crate::registry::Catalog;
use casewright_engine_core::ids::Prefix;
use casewright_engine_expr::Expressions;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// The process instances of an organisation.
pub struct Instances {
    pub(crate) base: Base,
    decider: Arc<Decider>,
    fetches: Arc<Fetches>,
    wakeup: Arc<Wakeup>,
    open: Arc<OpenInstances>,
    /// The next prefix's count.
    prefixes: AtomicU64,
}

impl Instances {
    pub(crate) fn new(
        base: Base,
        catalog: Arc<Catalog>,
        expressions: Arc<Expressions>,
        fetches: Arc<Fetches>,
        wakeup: Arc<Wakeup>,
        words: Words,
        open: Arc<OpenInstances>,
        scripts: Arc<ScriptTime>,
    ) -> Self {
        let decider = Arc::new(Decider { config: Arc::clone(&base.config), catalog, expressions, words, scripts });
        let prefixes = AtomicU64::new(Uuid::new_v4().as_u128() as u64);
        Self { base, decider, fetches, wakeup, open, prefixes }
    }

    pub(crate) fn catalog(&self) -> &Arc<Catalog> {
        &self.decider.catalog
    }

    /// The prefix of a new root process instance: seconds since 1970, then a count that began at a random number. Rows that
    /// are written together so lie together in every index, and no two processes give the same prefix: they would have
    /// to count through the same numbers in the same second.
    pub fn new_prefix(&self) -> Prefix {
        let seconds = self.base.journal.journal().clock().now().as_second() as u32;
        let count = self.prefixes.fetch_add(1, Ordering::Relaxed);
        let mut bits = [0; 10];
        bits[..4].copy_from_slice(&seconds.to_be_bytes());
        bits[4..].copy_from_slice(&count.to_be_bytes()[2..]);
        Prefix::new(bits)
    }
}

/// The prefix of what is started once for a text, however often it is asked for: see [`Instances::start_once`]. A text that
/// begins with a UUID of version 7 gives it that time, as [`Instances::new_prefix`] has it: what is written together lies together.
#[must_use]
pub fn derived_prefix(scope: &[&str], key: &str) -> Prefix {
    let name = [scope, &[key]].concat().join("\u{0}");
    let hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
    let mut bits = [0; 10];
    bits.copy_from_slice(&hash.as_bytes()[..10]);
    if let Some(seconds) = key.get(..36).and_then(seconds_of) {
        bits[..4].copy_from_slice(&seconds.to_be_bytes());
    }
    Prefix::new(bits)
}

/// Seconds since 1970 of a UUID of version 7.
fn seconds_of(text: &str) -> Option<u32> {
    let uuid = Uuid::try_parse(text).ok().filter(|uuid| uuid.get_version_num() == 7)?;
    u32::try_from(uuid.get_timestamp()?.to_unix().0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_gives_the_same_prefix_and_a_uuid_of_version_7_its_time() {
        assert_eq!(derived_prefix(&["anna", "p"], "order-17"), derived_prefix(&["anna", "p"], "order-17"));
        assert_ne!(derived_prefix(&["anna", "p"], "order-17"), derived_prefix(&["ben", "p"], "order-17"));
        assert_ne!(derived_prefix(&["anna", "p"], "order-17"), derived_prefix(&["anna", "q"], "order-17"));
        // 2026-01-01T00:00:00Z, as RFC 9562 writes it into the first 48 bits.
        let key = "019b76da-a800-7000-8000-000000000000:start";
        assert!(derived_prefix(&[], key).to_string().starts_with(&format!("{:08x}", 1_767_225_600)));
        assert_ne!(derived_prefix(&[], key), derived_prefix(&[], &format!("{key}2")));
    }
}
