//! Processes of cases that began a moment ago, and the numbers of their cases.
//!
//! A process that begins names its case by the number, and what it does then is noted on the case that it belongs to. Asking the
//! views has the rows of all new ones written, one by one; who started the process, or linked it, knows the case already. A number
//! stays that of its case, and a process stays with the case that it was linked to.

use casewright_journal::TenantId;
use lru::LruCache;
use smol_str::SmolStr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

/// More than start before the first of them is observed.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(10_000).expect("it is not 0");

/// What is remembered; none of it is wrong later, and all of it is in the views, too.
#[derive(Default)]
pub(crate) struct Begun {
    numbers: Known,
    processes: Known,
}

impl Begun {
    pub(crate) fn note_number(&self, tenant: &TenantId, number: &str, case: &str) {
        self.numbers.note(tenant, number, case);
    }

    /// The id of the case with a number; none: its view knows.
    pub(crate) fn case_numbered(&self, tenant: &TenantId, number: &str) -> Option<SmolStr> {
        self.numbers.get(tenant, number)
    }

    /// The case has noted that the process is its own.
    pub(crate) fn note_process(&self, tenant: &TenantId, instance: &str, case: &str) {
        self.processes.note(tenant, instance, case);
    }

    /// The id of the case that a root process instance belongs to; none: its view knows.
    pub(crate) fn case_of_process(&self, tenant: &TenantId, instance: &str) -> Option<SmolStr> {
        self.processes.get(tenant, instance)
    }
}

struct Known(Mutex<LruCache<(TenantId, SmolStr), SmolStr>>);

impl Default for Known {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Known {
    fn note(&self, tenant: &TenantId, what: &str, case: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.put((tenant.clone(), SmolStr::new(what)), SmolStr::new(case));
    }

    fn get(&self, tenant: &TenantId, what: &str) -> Option<SmolStr> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(tenant.clone(), SmolStr::new(what))).cloned()
    }
}
