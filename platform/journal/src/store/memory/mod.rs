//! A store in memory, gone when it is dropped: for simulations and tests, where time and the order of things come from a
//! seed. It does no I/O, starts no thread and asks no clock but the runtime's, so what runs on it runs the same way again.
//!
//! Several journals may share one, each as a node of its own: then it keeps leases, and the taken position is the fence.

mod query;

use crate::Entry;
use crate::key::{AggregateKey, ShardId, TenantId};
use crate::log::entry::Batch;
use crate::store::{AppendError, GiveWay, Portion, Reached, Snapshot, Store, StoreError};
use crate::views::tally::{Group, Tally};
use crate::views::view::{Page, Query, ViewSpec, ViewWrite, ViewWrites};
use async_trait::async_trait;
use casewright_rows::Document;
use casewright_rows::Row;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// See the module.
#[derive(Default)]
pub struct MemoryStore {
    state: Mutex<State>,
    is_shared: bool,
}

/// Rows of one view, by tenant and id.
type Rows = BTreeMap<(TenantId, String), Document>;

#[derive(Default)]
struct State {
    shards: u16,
    logs: BTreeMap<ShardId, Vec<Arc<Batch>>>,
    snapshots: BTreeMap<AggregateKey, Snapshot>,
    consumers: BTreeMap<(String, ShardId), u64>,
    specs: BTreeMap<&'static str, ViewSpec>,
    views: BTreeMap<&'static str, Rows>,
    positions: BTreeMap<(String, ShardId), u64>,
    versions: BTreeMap<String, u64>,
    leases: BTreeMap<ShardId, Lease>,
    nodes: BTreeMap<Uuid, Instant>,
}

struct Lease {
    holder: Uuid,
    address: String,
    until: Instant,
}

impl MemoryStore {
    /// A store for one journal.
    #[must_use]
    pub fn exclusive() -> Self {
        Self::default()
    }

    /// A store for several journals, each a node.
    #[must_use]
    pub fn shared() -> Self {
        Self { is_shared: true, ..Self::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn append(&mut self, batch: Arc<Batch>) -> Result<(), AppendError> {
        let log = self.logs.entry(batch.shard).or_default();
        let next = log.len() as u64 + 1;
        if batch.position < next {
            return Err(AppendError::Taken { shard: batch.shard, position: batch.position });
        }
        if batch.position > next {
            return Err(AppendError::Store(StoreError::new(format!(
                "position {} of shard {} would leave a gap after {}",
                batch.position,
                batch.shard.0,
                next - 1
            ))));
        }
        log.push(batch);
        Ok(())
    }

    fn head(&self, shard: ShardId) -> u64 {
        self.logs.get(&shard).map_or(0, |log| log.len() as u64)
    }

    fn position(&self, group: &str, shard: ShardId) -> u64 {
        self.positions.get(&(group.to_owned(), shard)).copied().unwrap_or(0)
    }

    fn write_row(
        &mut self,
        tenant: TenantId,
        view: &'static str,
        id: &str,
        write: ViewWrite,
    ) -> Result<(), StoreError> {
        let rows = self.views.get_mut(view).ok_or_else(|| unknown(view))?;
        let key = (tenant, id.to_owned());
        match write {
            ViewWrite::Insert(row) | ViewWrite::Put(row) => drop(rows.insert(key, row.into_document())),
            ViewWrite::Patch(fields) => {
                if let Some(document) = rows.get_mut(&key) {
                    let mut row = Row::from(std::mem::take(document));
                    row.patch(fields);
                    *document = row.into_document();
                }
            }
            ViewWrite::Remove => drop(rows.remove(&key)),
        }
        Ok(())
    }
}

fn unknown(view: &str) -> StoreError {
    StoreError::new(format!("there is no view named {view}"))
}

#[async_trait]
impl Store for MemoryStore {
    async fn append(&self, batches: Vec<Arc<Batch>>) -> Vec<Result<(), AppendError>> {
        let mut state = self.lock();
        batches.into_iter().map(|batch| state.append(batch)).collect()
    }

    fn is_exclusive(&self) -> bool {
        !self.is_shared
    }

    async fn shards(&self, wanted: u16) -> Result<u16, StoreError> {
        let mut state = self.lock();
        if state.shards == 0 {
            state.shards = wanted;
        }
        Ok(state.shards)
    }

    async fn probe(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn head(&self, shard: ShardId) -> Result<u64, StoreError> {
        Ok(self.lock().head(shard))
    }

    async fn read(&self, shard: ShardId, from: u64, limit: usize) -> Result<Vec<Batch>, StoreError> {
        let state = self.lock();
        let log = state.logs.get(&shard).map_or(&[][..], Vec::as_slice);
        let skip = usize::try_from(from.max(1) - 1).unwrap_or(usize::MAX);
        let mut portion = Portion::default();
        let fits = |batch: &&Arc<Batch>| portion.takes(batch.entries.iter().map(|entry| entry.payload.len()).sum());
        Ok(log.iter().skip(skip).take(limit).take_while(fits).map(|batch| batch.as_ref().clone()).collect())
    }

    async fn read_aggregate(&self, key: &AggregateKey, after_seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let state = self.lock();
        let log = state.logs.get(&key.shard(state.shards.max(1))).into_iter().flatten();
        let anywhere = state.logs.values().flatten();
        // Who appends by hand may put an aggregate on any shard; it still is on one only.
        let entries: Vec<Entry> =
            log.flat_map(|batch| &batch.entries).filter(|e| e.meta.key == *key).cloned().collect();
        let entries = match entries.is_empty() {
            true => anywhere.flat_map(|batch| &batch.entries).filter(|e| e.meta.key == *key).cloned().collect(),
            false => entries,
        };
        Ok(entries.into_iter().filter(|entry| entry.meta.seq > after_seq).take(limit).collect())
    }

    async fn snapshot(&self, key: &AggregateKey) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.lock().snapshots.get(key).cloned())
    }

    async fn put_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        let mut state = self.lock();
        let known = state.snapshots.get(&snapshot.key).map_or(0, |known| known.seq);
        if snapshot.seq > known {
            state.snapshots.insert(snapshot.key.clone(), snapshot);
        }
        Ok(())
    }

    async fn forget(&self, keys: &[AggregateKey]) -> Result<(), StoreError> {
        let mut state = self.lock();
        for batch in state.logs.values_mut().flatten() {
            if batch.entries.iter().any(|entry| keys.contains(&entry.meta.key)) {
                Arc::make_mut(batch).entries.retain(|entry| !keys.contains(&entry.meta.key));
            }
        }
        state.snapshots.retain(|key, _| !keys.contains(key));
        Ok(())
    }

    async fn ensure_views(&self, specs: &[ViewSpec]) -> Result<(), StoreError> {
        let mut state = self.lock();
        for spec in specs {
            state.specs.insert(spec.name, spec.clone());
            state.views.entry(spec.name).or_default();
        }
        Ok(())
    }

    async fn reset_group_unless(&self, group: &str, version: u64, views: &[ViewSpec]) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let known = state.versions.insert(group.to_owned(), version);
        if known == Some(version) {
            return Ok(false);
        }
        for spec in views {
            state.views.insert(spec.name, Rows::new());
        }
        state.positions.retain(|(of, _), _| of != group);
        Ok(known.is_some())
    }

    async fn view_position(&self, group: &str, shard: ShardId) -> Result<u64, StoreError> {
        Ok(self.lock().position(group, shard))
    }

    async fn write_views(
        &self,
        group: &str,
        shard: ShardId,
        position: u64,
        writes: ViewWrites,
    ) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.position(group, shard) >= position {
            return Ok(());
        }
        for (tenant, view, id, write) in writes.coalesce().writes {
            state.write_row(tenant, view, &id, write)?;
        }
        state.positions.insert((group.to_owned(), shard), position);
        Ok(())
    }

    async fn write_rows(
        &self,
        group: &str,
        rows: Arc<ViewWrites>,
        from: usize,
        reached: Vec<Reached>,
        gives_way: GiveWay,
    ) -> Result<usize, StoreError> {
        let mut state = self.lock();
        let mut written = from;
        for (tenant, view, id, write) in rows.writes[from..].iter().cloned() {
            if written > from && gives_way.is_asked() {
                return Ok(written);
            }
            state.write_row(tenant, view, &id, write)?;
            written += 1;
        }
        for Reached { shard, written, .. } in reached {
            let known = state.positions.entry((group.to_owned(), shard)).or_default();
            *known = written.max(*known);
        }
        Ok(written)
    }

    async fn get(&self, tenant: &TenantId, view: &'static str, id: &str) -> Result<Option<Document>, StoreError> {
        let state = self.lock();
        let rows = state.views.get(view).ok_or_else(|| unknown(view))?;
        Ok(rows.get(&(tenant.clone(), id.to_owned())).cloned())
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, StoreError> {
        query::page(&self.lock(), Some(tenant), query)
    }

    async fn count(&self, tenant: &TenantId, query: &Query, most: Option<u64>) -> Result<u64, StoreError> {
        let count = query::count(&self.lock(), tenant, query)?;
        Ok(most.map_or(count, |most| count.min(most)))
    }

    async fn tally(&self, tenant: &TenantId, tally: &Tally) -> Result<Vec<Group>, StoreError> {
        query::tally(&self.lock(), tenant, tally)
    }

    async fn system_query_all_tenants(&self, query: &Query) -> Result<Page, StoreError> {
        query::page(&self.lock(), None, query)
    }

    async fn consumer_position(&self, consumer: &str, shard: ShardId) -> Result<u64, StoreError> {
        Ok(self.lock().consumers.get(&(consumer.to_owned(), shard)).copied().unwrap_or(0))
    }

    async fn put_consumer_position(&self, consumer: &str, shard: ShardId, position: u64) -> Result<(), StoreError> {
        let mut state = self.lock();
        let known = state.consumers.entry((consumer.to_owned(), shard)).or_default();
        *known = position.max(*known);
        Ok(())
    }

    async fn consumers(&self, shard: ShardId) -> Result<Vec<(String, u64)>, StoreError> {
        let state = self.lock();
        let here = state.consumers.iter().filter(|((_, of), _)| *of == shard);
        Ok(here.map(|((name, _), position)| (name.clone(), *position)).collect())
    }

    async fn lease(&self, shard: ShardId, holder: Uuid, address: &str, ttl_ms: u64) -> Result<bool, StoreError> {
        let mut state = self.lock();
        let now = Instant::now();
        if state.leases.get(&shard).is_some_and(|lease| lease.holder != holder && lease.until >= now) {
            return Ok(false);
        }
        let until = now + Duration::from_millis(ttl_ms);
        state.leases.insert(shard, Lease { holder, address: address.to_owned(), until });
        Ok(true)
    }

    async fn lease_holder(&self, shard: ShardId) -> Result<Option<String>, StoreError> {
        let state = self.lock();
        let lease = state.leases.get(&shard).filter(|lease| lease.until >= Instant::now());
        Ok(lease.map(|lease| lease.address.clone()))
    }

    async fn release(&self, shard: ShardId, holder: Uuid) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.leases.get(&shard).is_some_and(|lease| lease.holder == holder) {
            state.leases.remove(&shard);
        }
        Ok(())
    }

    async fn heartbeat(&self, node: Uuid, ttl_ms: u64) -> Result<usize, StoreError> {
        let mut state = self.lock();
        let now = Instant::now();
        state.nodes.insert(node, now + Duration::from_millis(ttl_ms));
        state.nodes.retain(|_, until| *until >= now);
        Ok(state.nodes.len())
    }

    async fn leave(&self, node: Uuid) -> Result<(), StoreError> {
        self.lock().nodes.remove(&node);
        Ok(())
    }
}
