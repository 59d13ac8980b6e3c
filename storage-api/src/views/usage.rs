//! How many bytes a tenant has and a person in it, against their quotas.
//!
//! Counted in memory, and from the view again every now and then: with several nodes another node's uploads are seen by then.
//! A quota may be overrun by what was announced elsewhere meanwhile, never by one node alone.

use crate::domain::file::{FileState, Taken};
use crate::state::Failure;
use crate::views::file::{FILE, FileRow};
use casewright_access::is_machine;
use casewright_journal::{Filter, Journal, Query, TenantId};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How old a count may get.
const RECOUNT: Duration = Duration::from_secs(600);
/// Rows read at once while counting.
const PAGE: u64 = 1000;

/// What files may take, in bytes; 0: no limit, and nothing is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// All files of one tenant together.
    pub tenant: u64,
    /// All files of each tenant that has a quota of its own.
    pub tenants: BTreeMap<TenantId, u64>,
    /// All files that one person uploaded. Machines have none of their own.
    pub person: u64,
}

/// Counts of tenants, and of people in them.
pub struct Usage {
    quotas: Quotas,
    counts: Mutex<HashMap<Holder, Count>>,
}

/// A tenant, or a person of it.
type Holder = (TenantId, Option<String>);

struct Count {
    bytes: u64,
    at: Instant,
}

/// A quota does not allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// Bytes in use.
    pub used: u64,
    /// Bytes allowed.
    pub quota: u64,
}

impl Usage {
    #[must_use]
    pub fn new(quotas: Quotas) -> Self {
        Self { quotas, counts: Mutex::default() }
    }

    /// Takes the bytes from every quota they count for, if all have them left. To be given back by [`Usage::release`].
    ///
    /// # Errors
    /// When it cannot be counted.
    pub async fn reserve(
        &self,
        journal: &Journal,
        tenant: &TenantId,
        taken: &Taken,
    ) -> Result<Result<(), Exceeded>, Failure> {
        let holders = self.holders(tenant, &taken.author);
        if holders.is_empty() {
            return Ok(Ok(()));
        }
        // Held while counting: who comes second must see what the first one took.
        let mut counts = self.counts.lock().await;
        counts.retain(|_, count| count.at.elapsed() < RECOUNT);
        for (holder, quota) in &holders {
            if !counts.contains_key(holder) {
                let bytes = count(journal, holder).await?;
                counts.insert(holder.clone(), Count { bytes, at: Instant::now() });
            }
            let used = counts.get(holder).map_or(0, |count| count.bytes);
            if used.saturating_add(taken.bytes) > *quota {
                return Ok(Err(Exceeded { used, quota: *quota }));
            }
        }
        for (holder, _) in &holders {
            if let Some(count) = counts.get_mut(holder) {
                count.bytes += taken.bytes;
                tell(holder, count.bytes);
            }
        }
        Ok(Ok(()))
    }

    /// Gives bytes back.
    pub async fn release(&self, tenant: &TenantId, taken: &Taken) {
        let mut counts = self.counts.lock().await;
        for (holder, _) in self.holders(tenant, &taken.author) {
            if let Some(count) = counts.get_mut(&holder) {
                count.bytes = count.bytes.saturating_sub(taken.bytes);
                tell(&holder, count.bytes);
            }
        }
    }

    /// Whose quotas a file of this author counts for, and what these are.
    fn holders(&self, tenant: &TenantId, author: &str) -> Vec<(Holder, u64)> {
        let person = (!is_machine(author)).then(|| ((tenant.clone(), Some(author.to_owned())), self.quotas.person));
        let of_tenant = self.quotas.tenants.get(tenant).copied().unwrap_or(self.quotas.tenant);
        let all = ((tenant.clone(), None), of_tenant);
        [Some(all), person].into_iter().flatten().filter(|(_, quota)| *quota > 0).collect()
    }
}

/// The metric of a tenant; people have none.
fn tell((tenant, person): &Holder, bytes: u64) {
    if person.is_none() {
        metrics::gauge!("storage_quota_used_bytes", "tenant" => tenant.as_str().to_owned()).set(bytes as f64);
    }
}

async fn count(journal: &Journal, (tenant, person): &Holder) -> Result<u64, Failure> {
    let counted = FileState::ALL.into_iter().filter(|state| state.counts()).map(FileState::value);
    let mut filter = Filter::In(FileRow::STATE.into(), counted.collect());
    if let Some(person) = person {
        filter = Filter::And(vec![Filter::Eq(FileRow::CREATED_BY.into(), Value::from(person.as_str())), filter]);
    }
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
