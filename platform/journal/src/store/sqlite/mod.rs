//! The embedded store: two SQLite files in a folder that belongs to one process.
//!
//! - `journal.db`: logs, snapshots, consumer positions. WAL with `synchronous=FULL`: what was committed survives the
//!   machine losing power. One thread commits for all shards, see [`committer`].
//! - `views.db`: rows derived from the journal. Never fsynced on commit: position and rows go together in one
//!   transaction, so after a crash it is merely behind. It is thrown away when it belongs to another journal.
//!
//! [`backup`] copies a store while it runs. [`log`] reads the journal, [`views`] writes rows, [`query`] asks them.

pub mod backup;
mod checkpoint;
mod committer;
mod connection;
mod error;
mod jsonb;
mod lock;
mod log;
mod names;
mod query;
mod schema;
mod statement;
mod tables;
mod views;
mod words;

use crate::Entry;
use crate::causes::Causes;
use crate::key::{AggregateKey, ShardId, TenantId};
use crate::log::entry::Batch;
use crate::store::{AppendError, GiveWay, Reached, Snapshot, Store, StoreError};
use crate::views::tally::{Group, Tally};
use crate::views::view::{Page, Query, ViewSpec, ViewWrites};
use async_trait::async_trait;
use casewright_rows::Document;
use checkpoint::Checkpointer;
use committer::Committer;
use connection::{Durability, Pool};
use error::blocking;
use lock::Lock;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tables::Specs;
use uuid::Uuid;

/// Rows of views after which they are analyzed for the first time; from then on whenever twice as many were written.
const FIRST_ANALYSIS: u64 = 2_000;

/// See the module.
pub struct SqliteStore {
    committer: Arc<Committer>,
    journal: Pool,
    views: Pool,
    /// The only connection that writes views, and its lock.
    view_writer: Pool,
    journal_checkpoints: Arc<Checkpointer>,
    view_checkpoints: Arc<Checkpointer>,
    /// Rows of views written since the start, and at how many of them they are analyzed next.
    rows_written: AtomicU64,
    analyzed_at: AtomicU64,
    /// Views that are still to be analyzed of those that were there then.
    to_analyze: Mutex<Vec<&'static str>>,
    specs: RwLock<Arc<Specs>>,
    /// Held as long as the store is open.
    lock: Mutex<Option<Lock>>,
    /// A temporary store's folder; removed last.
    _dir: Option<tempfile::TempDir>,
}

impl SqliteStore {
    /// Opens or creates the store in `dir`. Fails when another process has it open, or a newer release wrote it.
    pub async fn open(dir: &Path) -> Result<Self, StoreError> {
        let dir = dir.to_owned();
        blocking(move || Self::open_here(&dir, Durability::Full, None)).await
    }

    /// A store in a temporary folder, without fsync, removed when it is dropped.
    pub async fn temporary() -> Result<Self, StoreError> {
        blocking(|| {
            let memory = Path::new("/dev/shm");
            let dir = if memory.is_dir() {
                tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir())
            } else {
                tempfile::tempdir()
            }
            .map_err(|e| StoreError::caused("making a temporary folder", e))?;
            let path = dir.path().to_owned();
            Self::open_here(&path, Durability::None, Some(dir))
        })
        .await
    }

    fn open_here(dir: &Path, durability: Durability, temporary: Option<tempfile::TempDir>) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir)
            .map_err(|e| StoreError::caused(format!("making the folder {}", dir.display()), e))?;
        let lock = Lock::take(dir)?;
        let journal_path = dir.join("journal.db");
        let views_path = dir.join("views.db");
        let mut writer = connection::open_journal_writer(&journal_path, durability)?;
        let store_id = schema::prepare_journal(&writer)?;
        schema::prepare_views(&views_path, &store_id)?;
        let checkpoints = connection::open_journal(&journal_path, durability)?;
        let journal_checkpoints = Arc::new(Checkpointer::start("journal-checkpoint", checkpoints)?);
        journal_checkpoints.watch(&mut writer)?;
        let checkpoints = connection::open_views(&views_path)?;
        let view_checkpoints = Arc::new(Checkpointer::start("view-checkpoint", checkpoints)?);
        Ok(Self {
            committer: Arc::new(Committer::start(writer)?),
            journal: Pool::new(move || connection::open_journal(&journal_path, durability)),
            views: Pool::new({
                let path = views_path.clone();
                move || connection::open_views(&path)
            }),
            view_writer: Pool::single({
                let checkpoints = Arc::clone(&view_checkpoints);
                move || {
                    let mut connection = connection::open_view_writer(&views_path)?;
                    checkpoints.watch(&mut connection)?;
                    Ok(connection)
                }
            }),
            journal_checkpoints,
            view_checkpoints,
            rows_written: AtomicU64::new(0),
            analyzed_at: AtomicU64::new(FIRST_ANALYSIS),
            to_analyze: Mutex::default(),
            specs: RwLock::default(),
            lock: Mutex::new(Some(lock)),
            _dir: temporary,
        })
    }

    fn specs(&self) -> Arc<Specs> {
        Arc::clone(&self.specs.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Rows were written.
    async fn note_written(&self, rows: u64) {
        if let Some((view, is_last)) = self.next_to_analyze(rows) {
            self.analyze(view, is_last).await;
        }
    }

    /// A view to be analyzed, and whether it is the last: all are when so many rows were written that they may be others now,
    /// one with each write, so that no query waits for all of them.
    fn next_to_analyze(&self, rows: u64) -> Option<(&'static str, bool)> {
        let written = self.rows_written.fetch_add(rows, Ordering::AcqRel) + rows;
        let mut left = self.to_analyze.lock().unwrap_or_else(PoisonError::into_inner);
        if written >= self.analyzed_at.load(Ordering::Acquire) && left.is_empty() {
            self.analyzed_at.store(written * 2, Ordering::Release);
            *left = self.specs().names();
        }
        let next = left.pop()?;
        Some((next, left.is_empty()))
    }

    /// Without statistics SQLite takes any two equal columns for selective, and walks all open tasks to count those of a group.
    async fn analyze(&self, view: &'static str, is_last: bool) {
        match self.view_writer.with("analyzing a view", move |c| views::analyze(c, view)).await {
            // A connection reads the statistics once.
            Ok(()) if is_last => self.views.renew(),
            Ok(()) => {}
            Err(error) => tracing::warn!(view, error = %Causes(&error), "queries go on with older statistics"),
        }
    }

    async fn page(&self, tenant: Option<&TenantId>, query: &Query) -> Result<Page, StoreError> {
        let (tenant, query, specs) = (tenant.cloned(), query.clone(), self.specs());
        self.views.with("querying a view", move |c| query::run(c, tenant.as_ref(), &query, &specs)).await
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn append(&self, batches: Vec<Arc<Batch>>) -> Vec<Result<(), AppendError>> {
        self.committer.append(batches).await
    }

    fn is_exclusive(&self) -> bool {
        true
    }

    async fn shards(&self, wanted: u16) -> Result<u16, StoreError> {
        self.committer.write("fixing the number of shards", move |c| schema::shards(c, wanted)).await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.committer.write("writing a probe", schema::probe).await
    }

    async fn head(&self, shard: ShardId) -> Result<u64, StoreError> {
        self.journal.with("reading the end of a log", move |c| log::head(c, shard)).await
    }

    async fn heads(&self, shards: u16) -> Result<Vec<u64>, StoreError> {
        self.journal
            .with("reading the ends of the logs", move |c| (0..shards).map(|s| log::head(c, ShardId(s))).collect())
            .await
    }

    async fn read(&self, shard: ShardId, from: u64, limit: usize) -> Result<Vec<Batch>, StoreError> {
        self.journal.with("reading a log", move |c| log::read(c, shard, from, limit)).await
    }

    async fn read_aggregate(&self, key: &AggregateKey, after_seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let key = key.clone();
        self.journal.with("reading an aggregate", move |c| log::read_aggregate(c, &key, after_seq, limit)).await
    }

    async fn snapshot(&self, key: &AggregateKey) -> Result<Option<Snapshot>, StoreError> {
        let key = key.clone();
        self.journal.with("reading a snapshot", move |c| log::snapshot(c, &key)).await
    }

    async fn resume(&self, key: &AggregateKey, limit: usize) -> Result<(Option<Snapshot>, Vec<Entry>), StoreError> {
        let key = key.clone();
        self.journal
            .with("reading an aggregate", move |c| {
                let snapshot = log::snapshot(c, &key)?;
                let after = snapshot.as_ref().map_or(0, |snapshot| snapshot.seq);
                Ok((snapshot, log::read_aggregate(c, &key, after, limit)?))
            })
            .await
    }

    async fn put_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.committer.write("writing a snapshot", move |c| log::put_snapshot(c, &snapshot)).await
    }

    async fn forget(&self, keys: &[AggregateKey]) -> Result<(), StoreError> {
        let keys = keys.to_vec();
        self.committer.write("forgetting aggregates", move |c| log::forget(c, &keys)).await
    }

    async fn ensure_views(&self, specs: &[ViewSpec]) -> Result<(), StoreError> {
        let wanted = specs.to_vec();
        self.view_writer.with("making views", move |c| schema::ensure_views(c, &wanted)).await?;
        let mut known = self.specs.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut known).extend(specs).map_err(|e| StoreError::caused("making views", e))
    }

    async fn reset_group_unless(&self, group: &str, version: u64, views: &[ViewSpec]) -> Result<bool, StoreError> {
        let group = group.to_owned();
        let specs = views.to_vec();
        let shards = self.shards(0).await?;
        let heads = self.heads(shards).await?;
        self.view_writer.with("resetting views", move |c| views::reset_unless(c, &group, version, &specs, &heads)).await
    }

    async fn view_position(&self, group: &str, shard: ShardId) -> Result<u64, StoreError> {
        let group = group.to_owned();
        self.views.with("reading a view position", move |c| views::position(c, &group, shard)).await
    }

    async fn write_views(
        &self,
        group: &str,
        shard: ShardId,
        position: u64,
        writes: ViewWrites,
    ) -> Result<(), StoreError> {
        self.write_views_of_shards(group, Arc::new(vec![(shard, position, writes.coalesce())])).await
    }

    async fn write_views_of_shards(
        &self,
        group: &str,
        shards: Arc<Vec<(ShardId, u64, ViewWrites)>>,
    ) -> Result<(), StoreError> {
        let group = group.to_owned();
        let specs = self.specs();
        let rows: u64 = shards.iter().map(|(_, _, writes)| writes.len() as u64).sum();
        self.view_writer.with("writing views", move |c| views::write(c, &group, &shards, &specs)).await?;
        self.note_written(rows).await;
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
        let group = group.to_owned();
        let specs = self.specs();
        let write =
            move |c: &mut rusqlite::Connection| views::write_rows(c, &group, &rows, from, &reached, &gives_way, &specs);
        let written = self.view_writer.with("writing views", write).await?;
        self.note_written((written - from) as u64).await;
        Ok(written)
    }

    async fn get(&self, tenant: &TenantId, view: &'static str, id: &str) -> Result<Option<Document>, StoreError> {
        self.specs().get(view)?;
        let (tenant, id) = (tenant.clone(), id.to_owned());
        self.views.with("reading a row", move |c| views::get(c, &tenant, view, &id)).await
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, StoreError> {
        self.page(Some(tenant), query).await
    }

    async fn count(&self, tenant: &TenantId, query: &Query, most: Option<u64>) -> Result<u64, StoreError> {
        let (tenant, query, specs) = (tenant.clone(), query.clone(), self.specs());
        self.views.with("counting rows", move |c| query::run_count(c, &tenant, &query, most, &specs)).await
    }

    async fn tally(&self, tenant: &TenantId, tally: &Tally) -> Result<Vec<Group>, StoreError> {
        let (tenant, tally, specs) = (tenant.clone(), tally.clone(), self.specs());
        self.views.with("counting rows in groups", move |c| query::run_tally(c, &tenant, &tally, &specs)).await
    }

    async fn system_query_all_tenants(&self, query: &Query) -> Result<Page, StoreError> {
        self.page(None, query).await
    }

    async fn consumer_position(&self, consumer: &str, shard: ShardId) -> Result<u64, StoreError> {
        let consumer = consumer.to_owned();
        self.journal.with("reading a consumer position", move |c| log::consumer_position(c, &consumer, shard)).await
    }

    async fn put_consumer_position(&self, consumer: &str, shard: ShardId, position: u64) -> Result<(), StoreError> {
        let consumer = consumer.to_owned();
        self.committer
            .write("writing a consumer position", move |c| log::put_consumer_position(c, &consumer, shard, position))
            .await
    }

    async fn consumers(&self, shard: ShardId) -> Result<Vec<(String, u64)>, StoreError> {
        self.journal.with("reading the positions of consumers", move |c| log::consumers(c, shard)).await
    }

    async fn lease(&self, _shard: ShardId, _holder: Uuid, _address: &str, _ttl_ms: u64) -> Result<bool, StoreError> {
        // The folder belongs to this process, and so do all shards.
        Ok(true)
    }

    async fn lease_holder(&self, _shard: ShardId) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    async fn release(&self, _shard: ShardId, _holder: Uuid) -> Result<(), StoreError> {
        Ok(())
    }

    async fn heartbeat(&self, _node: Uuid, _ttl_ms: u64) -> Result<usize, StoreError> {
        Ok(1)
    }

    async fn leave(&self, _node: Uuid) -> Result<(), StoreError> {
        Ok(())
    }

    async fn close(&self) {
        self.view_writer.close().await;
        let committer = Arc::clone(&self.committer);
        let checkpoints = [Arc::clone(&self.journal_checkpoints), Arc::clone(&self.view_checkpoints)];
        let closed = blocking(move || {
            committer.close();
            checkpoints.iter().for_each(|checkpoints| checkpoints.close());
            Ok(())
        });
        if let Err(error) = closed.await {
            tracing::error!(%error, "the store was not closed in order");
        }
        self.views.close().await;
        self.journal.close().await;
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
