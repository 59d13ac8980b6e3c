//! A store that fails on purpose: before, after, or instead of an append, or not at all until told otherwise.

use super::weather::{Call, Outcome, Weather};
use async_trait::async_trait;
use casewright_journal::store::{AppendError, GiveWay, Reached, Snapshot};
use casewright_journal::{
    AggregateKey, Batch, Document, Entry, Group, Page, Query, ShardId, Store, StoreError, Tally, TenantId, ViewSpec,
    ViewWrites,
};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;
use uuid::Uuid;

/// What happens to an append.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    None,
    /// Nothing is written, the caller sees an error.
    Fail,
    /// It is written, the caller sees an error.
    LoseAcknowledgement,
    /// It is written, the caller never sees anything.
    NeverAnswer,
    /// Another writer takes the position first.
    Overtake,
    /// It waits until [`FaultyStore::let_go`], then is written; the caller may have given up.
    Hold,
    /// It arrives twice, as when a network repeats what it carried; the second answer is seen.
    Duplicate,
    /// It is written, the caller sees an error, and reading back fails too: nobody can say.
    LoseContact,
    /// It is written after this long, whether the caller still waits or not.
    Delay(Duration),
}

pub(crate) struct FaultyStore {
    pub(crate) inner: Arc<dyn Store>,
    plan: Mutex<VecDeque<Fault>>,
    down: AtomicBool,
    appends: AtomicU64,
    view_failures: AtomicU64,
    /// Of each write of rows of some views: where it began, where it ended, and how many there were in all.
    row_writes: Mutex<Vec<(usize, usize, usize)>>,
    /// Portions of logs that were read.
    reads: AtomicU64,
    read_failures: AtomicU64,
    /// How often it was asked how far all logs are, or all views of a group.
    looks: AtomicU64,
    /// How long the answer takes.
    looks_take: Mutex<Duration>,
    read_only: AtomicBool,
    /// Where faults come from when none is planned.
    weather: Mutex<Option<Weather>>,
    /// The way to the store is cut: nothing is answered any more.
    is_cut: watch::Sender<bool>,
    /// Writes of views are not begun.
    are_views_held: watch::Sender<bool>,
    /// How long a lease that is taken is not told of.
    leases_are_late: Mutex<Duration>,
    refused_leases: AtomicU64,
    alone: AtomicBool,
    go: Arc<Notify>,
    held: Notify,
}

impl FaultyStore {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            inner,
            plan: Mutex::default(),
            down: AtomicBool::new(false),
            appends: AtomicU64::new(0),
            view_failures: AtomicU64::new(0),
            row_writes: Mutex::default(),
            reads: AtomicU64::new(0),
            read_failures: AtomicU64::new(0),
            looks: AtomicU64::new(0),
            looks_take: Mutex::default(),
            read_only: AtomicBool::new(false),
            weather: Mutex::default(),
            is_cut: watch::Sender::new(false),
            are_views_held: watch::Sender::new(false),
            leases_are_late: Mutex::default(),
            refused_leases: AtomicU64::new(0),
            alone: AtomicBool::new(false),
            go: Arc::default(),
            held: Notify::new(),
        })
    }

    /// What happens to the next appends, one after the other.
    pub(crate) fn plan(&self, faults: impl IntoIterator<Item = Fault>) {
        self.plan.lock().unwrap().extend(faults);
    }

    /// While down, every call fails.
    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// Claims that nobody else writes the store, so that no lease keeps two writers apart.
    pub(crate) fn claim_to_be_alone(&self) {
        self.alone.store(true, Ordering::SeqCst);
    }

    pub(crate) fn fail_view_writes(&self, times: u64) {
        self.view_failures.store(times, Ordering::SeqCst);
    }

    pub(crate) fn appends(&self) -> u64 {
        self.appends.load(Ordering::SeqCst)
    }

    /// Writes of rows of some views: where each began, where it ended, and how many rows there were in all.
    pub(crate) fn take_for_looks(&self, time: Duration) {
        *self.looks_take.lock().unwrap() = time;
    }

    async fn look(&self) {
        self.looks.fetch_add(1, Ordering::SeqCst);
        let time = *self.looks_take.lock().unwrap();
        if !time.is_zero() {
            sleep(time).await;
        }
    }

    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::SeqCst)
    }

    pub(crate) fn looks(&self) -> u64 {
        self.looks.load(Ordering::SeqCst)
    }

    pub(crate) fn row_writes(&self) -> Vec<(usize, usize, usize)> {
        self.row_writes.lock().unwrap().clone()
    }

    /// Lets one held append go on.
    pub(crate) fn let_go(&self) {
        self.go.notify_one();
    }

    /// Waits until an append is held.
    pub(crate) async fn is_held(&self) {
        self.held.notified().await;
    }

    /// From now on faults come from this.
    pub(crate) fn set_weather(&self, weather: Option<Weather>) {
        *self.weather.lock().unwrap() = weather;
    }

    /// While cut, no call is answered: a process that was stopped, or that nobody can reach.
    pub(crate) fn set_cut(&self, is_cut: bool) {
        self.is_cut.send_replace(is_cut);
    }

    /// While held, no view is written, and nothing fails.
    pub(crate) fn hold_views(&self, are_held: bool) {
        self.are_views_held.send_replace(are_held);
    }

    /// From now on a lease is taken at once, and answered after this long.
    pub(crate) fn answer_leases_late(&self, late: Duration) {
        *self.leases_are_late.lock().unwrap() = late;
    }

    /// Refuses that many leases, as if another node had the shard and gave it back at once.
    pub(crate) fn refuse_leases(&self, times: u64) {
        self.refused_leases.store(times, Ordering::SeqCst);
    }

    /// How many of them are still to be refused.
    pub(crate) fn leases_to_refuse(&self) -> u64 {
        self.refused_leases.load(Ordering::SeqCst)
    }

    async fn views_may_be_written(&self) {
        let mut are_held = self.are_views_held.subscribe();
        // The sender lives as long as we do.
        drop(are_held.wait_for(|are_held| !are_held).await);
    }

    async fn reached(&self) {
        let mut is_cut = self.is_cut.subscribe();
        // The sender lives as long as we do.
        drop(is_cut.wait_for(|is_cut| !is_cut).await);
    }

    /// As a full disk: reads go on.
    pub(crate) fn refuse_writes(&self, are_refused: bool) {
        self.read_only.store(are_refused, Ordering::SeqCst);
    }

    fn writable(&self) -> Result<(), StoreError> {
        if self.read_only.load(Ordering::SeqCst) {
            return Err(StoreError::new("the disk is full, on purpose"));
        }
        Ok(())
    }

    fn up(&self) -> Result<(), StoreError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(broken());
        }
        Ok(())
    }

    async fn append_with(&self, fault: Fault, batches: Vec<Arc<Batch>>) -> Vec<Result<(), AppendError>> {
        match fault {
            Fault::None => self.inner.append(batches).await,
            Fault::Fail => failed(),
            Fault::LoseAcknowledgement => {
                self.inner.append(batches).await;
                failed()
            }
            Fault::NeverAnswer => {
                self.inner.append(batches).await;
                std::future::pending().await
            }
            Fault::Duplicate => {
                self.inner.append(batches.clone()).await;
                self.inner.append(batches).await
            }
            Fault::LoseContact => {
                self.inner.append(batches).await;
                self.read_failures.store(1, Ordering::SeqCst);
                failed()
            }
            Fault::Delay(pause) => {
                let inner = Arc::clone(&self.inner);
                let late = tokio::spawn(async move {
                    sleep(pause).await;
                    inner.append(batches).await
                });
                late.await.unwrap_or_else(|_| failed())
            }
            Fault::Overtake => {
                let mut other = Batch::clone(&batches[0]);
                other.writer = Uuid::new_v4();
                for entry in &mut other.entries {
                    entry.meta.key.id = format!("overtaken-{}", entry.meta.key.id).into();
                    entry.meta.seq = 1;
                }
                other.entries.truncate(1);
                self.inner.append(vec![Arc::new(other)]).await;
                self.inner.append(batches).await
            }
            Fault::Hold => {
                // On its own, as on a network: it goes on when the caller has given up.
                let (inner, go) = (Arc::clone(&self.inner), Arc::clone(&self.go));
                let late = tokio::spawn(async move {
                    go.notified().await;
                    inner.append(batches).await
                });
                self.held.notify_one();
                late.await.unwrap_or_else(|_| failed())
            }
        }
    }

    async fn call<T>(
        &self,
        what: Call,
        work: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        self.reached().await;
        self.up()?;
        let (pause, outcome) = match self.weather.lock().unwrap().as_mut() {
            Some(weather) => weather.call(what),
            None => (Duration::ZERO, Outcome::Done),
        };
        if !pause.is_zero() {
            sleep(pause).await;
        }
        if outcome == Outcome::Failed {
            return Err(broken());
        }
        let result = work.await;
        self.reached().await;
        if outcome == Outcome::DoneAndFailed {
            return Err(broken());
        }
        result
    }
}

fn broken() -> StoreError {
    StoreError::new("the store is broken on purpose")
}

fn failed() -> Vec<Result<(), AppendError>> {
    vec![Err(AppendError::Store(broken()))]
}

#[async_trait]
impl Store for FaultyStore {
    async fn append(&self, batches: Vec<Arc<Batch>>) -> Vec<Result<(), AppendError>> {
        assert_eq!(batches.len(), 1, "a writer appends one batch at a time");
        self.appends.fetch_add(1, Ordering::SeqCst);
        if self.up().and_then(|()| self.writable()).is_err() {
            return failed();
        }
        self.reached().await;
        let planned = self.plan.lock().unwrap().pop_front();
        let fault =
            planned.or_else(|| self.weather.lock().unwrap().as_mut().map(|weather| weather.append(batches[0].shard)));
        let answers = self.append_with(fault.unwrap_or(Fault::None), batches).await;
        self.reached().await;
        answers
    }

    fn is_exclusive(&self) -> bool {
        self.alone.load(Ordering::SeqCst) || self.inner.is_exclusive()
    }

    async fn shards(&self, wanted: u16) -> Result<u16, StoreError> {
        self.inner.shards(wanted).await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.writable()?;
        self.call(("probe", None), self.inner.probe()).await
    }

    async fn head(&self, shard: ShardId) -> Result<u64, StoreError> {
        self.call(("head", Some(shard)), self.inner.head(shard)).await
    }

    async fn heads(&self, shards: u16) -> Result<Vec<u64>, StoreError> {
        self.look().await;
        self.call(("heads", None), self.inner.heads(shards)).await
    }

    async fn read(&self, shard: ShardId, from: u64, limit: usize) -> Result<Vec<Batch>, StoreError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        if self.read_failures.swap(0, Ordering::SeqCst) > 0 {
            return Err(broken());
        }
        self.call(("read", Some(shard)), self.inner.read(shard, from, limit)).await
    }

    async fn read_aggregate(&self, key: &AggregateKey, after_seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.call(("read_aggregate", Some(key.shard(u16::MAX))), self.inner.read_aggregate(key, after_seq, limit)).await
    }

    async fn snapshot(&self, key: &AggregateKey) -> Result<Option<Snapshot>, StoreError> {
        self.call(("snapshot", Some(key.shard(u16::MAX))), self.inner.snapshot(key)).await
    }

    async fn put_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.call(("put_snapshot", Some(snapshot.key.shard(u16::MAX))), self.inner.put_snapshot(snapshot)).await
    }

    async fn forget(&self, keys: &[AggregateKey]) -> Result<(), StoreError> {
        self.call(("forget", keys.first().map(|key| key.shard(u16::MAX))), self.inner.forget(keys)).await
    }

    async fn ensure_views(&self, specs: &[ViewSpec]) -> Result<(), StoreError> {
        self.inner.ensure_views(specs).await
    }

    async fn reset_group_unless(&self, group: &str, version: u64, views: &[ViewSpec]) -> Result<bool, StoreError> {
        self.inner.reset_group_unless(group, version, views).await
    }

    async fn view_position(&self, group: &str, shard: ShardId) -> Result<u64, StoreError> {
        self.call(("view_position", Some(shard)), self.inner.view_position(group, shard)).await
    }

    async fn view_positions(&self, group: &str, shards: u16) -> Result<Vec<u64>, StoreError> {
        self.look().await;
        self.call(("view_positions", None), self.inner.view_positions(group, shards)).await
    }

    async fn write_views(
        &self,
        group: &str,
        shard: ShardId,
        position: u64,
        writes: ViewWrites,
    ) -> Result<(), StoreError> {
        self.views_may_be_written().await;
        let left = self.view_failures.load(Ordering::SeqCst);
        if left > 0 {
            self.view_failures.store(left - 1, Ordering::SeqCst);
            // Half of it was written: the rows, but not all shards.
            self.inner.write_views(group, shard, position, writes).await?;
            return Err(broken());
        }
        self.call(("write_views", Some(shard)), self.inner.write_views(group, shard, position, writes)).await
    }

    async fn write_rows(
        &self,
        group: &str,
        rows: Arc<ViewWrites>,
        from: usize,
        reached: Vec<Reached>,
        gives_way: GiveWay,
    ) -> Result<usize, StoreError> {
        self.views_may_be_written().await;
        let left = self.view_failures.load(Ordering::SeqCst);
        if left > 0 {
            self.view_failures.store(left - 1, Ordering::SeqCst);
            // The rows, but no positions.
            self.inner.write_rows(group, rows, from, Vec::new(), gives_way).await?;
            return Err(broken());
        }
        let all = rows.len();
        let write = self.inner.write_rows(group, rows, from, reached, gives_way);
        let written = self.call(("write_rows", None), write).await?;
        self.row_writes.lock().unwrap().push((from, written, all));
        Ok(written)
    }

    async fn get(&self, tenant: &TenantId, view: &'static str, id: &str) -> Result<Option<Document>, StoreError> {
        self.call(("get", None), self.inner.get(tenant, view, id)).await
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, StoreError> {
        self.call(("query", None), self.inner.query(tenant, query)).await
    }

    async fn count(&self, tenant: &TenantId, query: &Query, most: Option<u64>) -> Result<u64, StoreError> {
        self.call(("count", None), self.inner.count(tenant, query, most)).await
    }

    async fn tally(&self, tenant: &TenantId, tally: &Tally) -> Result<Vec<Group>, StoreError> {
        self.call(("tally", None), self.inner.tally(tenant, tally)).await
    }

    async fn system_query_all_tenants(&self, query: &Query) -> Result<Page, StoreError> {
        self.call(("system_query_all_tenants", None), self.inner.system_query_all_tenants(query)).await
    }

    async fn consumer_position(&self, consumer: &str, shard: ShardId) -> Result<u64, StoreError> {
        self.call(("consumer_position", Some(shard)), self.inner.consumer_position(consumer, shard)).await
    }

    async fn put_consumer_position(&self, consumer: &str, shard: ShardId, position: u64) -> Result<(), StoreError> {
        self.call(("put_consumer_position", Some(shard)), self.inner.put_consumer_position(consumer, shard, position))
            .await
    }

    async fn consumers(&self, shard: ShardId) -> Result<Vec<(String, u64)>, StoreError> {
        self.call(("consumers", Some(shard)), self.inner.consumers(shard)).await
    }

    async fn lease(&self, shard: ShardId, holder: Uuid, address: &str, ttl_ms: u64) -> Result<bool, StoreError> {
        let to_refuse = self.refused_leases.load(Ordering::SeqCst);
        if to_refuse > 0 {
            self.refused_leases.store(to_refuse - 1, Ordering::SeqCst);
            return Ok(false);
        }
        let taken = self.call(("lease", Some(shard)), self.inner.lease(shard, holder, address, ttl_ms)).await;
        let late = *self.leases_are_late.lock().unwrap();
        if !late.is_zero() {
            sleep(late).await;
        }
        taken
    }

    async fn lease_holder(&self, shard: ShardId) -> Result<Option<String>, StoreError> {
        self.call(("lease_holder", Some(shard)), self.inner.lease_holder(shard)).await
    }

    async fn release(&self, shard: ShardId, holder: Uuid) -> Result<(), StoreError> {
        self.call(("release", Some(shard)), self.inner.release(shard, holder)).await
    }

    async fn heartbeat(&self, node: Uuid, ttl_ms: u64) -> Result<usize, StoreError> {
        self.call(("heartbeat", None), self.inner.heartbeat(node, ttl_ms)).await
    }

    async fn leave(&self, node: Uuid) -> Result<(), StoreError> {
        self.call(("leave", None), self.inner.leave(node)).await
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
