//! Numbers of cases whose processes were started a moment ago.
//!
//! A process that begins names its case by the number. Asking the view of cases has the rows of all new ones written, one by
//! one; who asked for the process knows the case already. A number stays that of its case.

use casewright_journal::TenantId;
use lru::LruCache;
use smol_str::SmolStr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

/// More than start before the first of them is observed.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(10_000).expect("it is not 0");

pub(crate) struct Numbers(Mutex<LruCache<(TenantId, SmolStr), SmolStr>>);

impl Default for Numbers {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Numbers {
    pub(crate) fn note(&self, tenant: &TenantId, number: &str, case: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.put((tenant.clone(), SmolStr::new(number)), SmolStr::new(case));
    }

    /// The id of the case; none: its view knows.
    pub(crate) fn case(&self, tenant: &TenantId, number: &str) -> Option<SmolStr> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(tenant.clone(), SmolStr::new(number))).cloned()
    }
}
