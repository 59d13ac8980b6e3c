//! How many bytes a tenant has, against its quota.
//!
//! Counted in memory, and from the view again every now and then: with several nodes another node's uploads are seen by then.
//! The quota may be overrun by what was announced elsewhere meanwhile, never by one node alone.

use crate::domain::file::FileState;
use crate::state::Failure;
use crate::views::file::{FILE, FileRow};
use casewright_journal::{Filter, Journal, Query, TenantId};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How old a count may get.
const RECOUNT: Duration = Duration::from_secs(600);
/// Rows read at once while counting.
const PAGE: u64 = 1000;

/// Counts per tenant.
pub struct Usage {
    /// Bytes; 0: no limit.
    quota: u64,
    counts: Mutex<HashMap<TenantId, Count>>,
}

struct Count {
    bytes: u64,
    at: Instant,
}

/// The quota does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Bytes in use.
    pub used: u64,
    /// Bytes allowed.
    pub quota: u64,
}

impl Usage {
    /// `quota` in bytes; 0: nothing is counted.
    #[must_use]
    pub fn new(quota: u64) -> Self {
        Self { quota, counts: Mutex::default() }
    }

    /// Takes `size` bytes from the quota, if they are left. To be given back by [`Usage::release`].
    ///
    /// # Errors
    /// When it cannot be counted.
    pub async fn reserve(
        &self,
        journal: &Journal,
        tenant: &TenantId,
        size: u64,
    ) -> Result<Result<(), Exceeded>, Failure> {
        if self.quota == 0 {
            return Ok(Ok(()));
        }
        // Held while counting: who comes second must see what the first one took.
        let mut counts = self.counts.lock().await;
        let is_fresh = counts.get(tenant).is_some_and(|count| count.at.elapsed() < RECOUNT);
        if !is_fresh {
            let bytes = count(journal, tenant).await?;
            let at = Instant::now();
            counts.insert(tenant.clone(), Count { bytes, at });
        }
        let used = counts.get(tenant).map_or(0, |count| count.bytes);
        if used.saturating_add(size) > self.quota {
            return Ok(Err(Exceeded { used, quota: self.quota }));
        }
        if let Some(count) = counts.get_mut(tenant) {
            count.bytes += size;
        }
        Ok(Ok(()))
    }

    /// Gives bytes back.
    pub async fn release(&self, tenant: &TenantId, size: u64) {
        if let Some(count) = self.counts.lock().await.get_mut(tenant) {
            count.bytes = count.bytes.saturating_sub(size);
        }
    }
}

async fn count(journal: &Journal, tenant: &TenantId) -> Result<u64, Failure> {
    let counted = FileState::ALL.into_iter().filter(|state| state.counts()).map(FileState::value);
    let filter = Filter::In(FileRow::STATE.into(), counted.collect());
    let mut query = Query::new(FILE, filter);
    query.limit = Some(PAGE);
    let mut bytes: u64 = 0;
    loop {
        let page = journal.tenant(tenant).query(&query).await?;
        bytes += page.rows.iter().filter_map(|(_, row)| FileRow::SIZE.of(row).as_u64()).sum::<u64>();
        query.after = page.next;
        if query.after.is_none() {
            return Ok(bytes);
        }
    }
}
