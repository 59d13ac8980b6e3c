//! The store at scale: MongoDB, a replica set or a sharded cluster. No multi-document transaction is ever needed.
//!
//! - `batch`: one document per batch, `_id = shard << 44 | position`: the unique `_id` is the fence. `k` lists its
//!   aggregates with their last sequence.
//! - `view_<name>`: rows `{_id, t: tenant, i: id, p: position, d: document, w: words}`. A write only lands where `p` is older;
//!   a removed row stays a while as `{_id, p, g}`, so that a late write cannot bring it back.
//! - Everything is written with `w: majority, j: true`.
//! - Every call is a task of its own ([`calls`]), so that a connection never waits for somebody who is busy elsewhere.

mod calls;
mod document;
mod leases;
mod log;
mod query;
mod views;

use crate::Entry;
use crate::key::{AggregateKey, ShardId, TenantId};
use crate::log::entry::Batch;
use crate::store::{AppendError, Snapshot, Store, StoreError};
use crate::views::tally::{Group, Tally};
use crate::views::view::{Page, Query, ViewSpec, ViewWrites};
use async_trait::async_trait;
use calls::Calls;
use casewright_rows::Document;
use futures::TryStreamExt;
use mongodb::bson::{Document as Bson, doc};
use mongodb::error::{ErrorKind, WriteFailure};
use mongodb::options::{Acknowledgment, ClientOptions, DatabaseOptions, ReadConcern, WriteConcern};
use mongodb::{Client, Collection, Database};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use uuid::Uuid;

/// Raised when documents change in a way an older release cannot read.
///
/// 2: entries say of which command they are, where another node decided it.
const FORMAT: i64 = 2;
const DUPLICATE_KEY: i32 = 11000;
/// Connections of a process to each server, unless the address says another number.
const CONNECTIONS: u32 = 64;

/// See the module.
pub struct MongoStore {
    calls: Calls,
    specs: RwLock<HashMap<&'static str, ViewSpec>>,
    /// The ends of the logs as they were last read: they only grow.
    heads: Mutex<Vec<u64>>,
}

impl MongoStore {
    /// Connects, and makes what is missing. Fails when no server answers, or a newer release wrote the database.
    ///
    /// The pool has the size that the address names (`maxPoolSize`), else [`CONNECTIONS`].
    pub async fn open(uri: &str, database: &str) -> Result<Self, StoreError> {
        let mut options = ClientOptions::parse(uri).await.map_err(failed("reading the MongoDB address"))?;
        options.app_name = Some("casewright".to_owned());
        options.server_selection_timeout.get_or_insert(Duration::from_secs(5));
        let connections = *options.max_pool_size.get_or_insert(CONNECTIONS);
        let client = Client::with_options(options).map_err(failed("connecting to MongoDB"))?;
        let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
        let database = client.database_with_options(
            database,
            DatabaseOptions::builder().write_concern(durable).read_concern(ReadConcern::majority()).build(),
        );
        let store =
            Self { calls: Calls::new(database, connections), specs: RwLock::default(), heads: Mutex::default() };
        store.calls.make(|database| async move { check_format(&database).await }).await?;
        store
            .calls
            .make(|database| async move {
                log::ensure_indexes(&database).await.map_err(failed("making the log's indexes"))
            })
            .await?;
        Ok(store)
    }

    fn spec(&self, view: &str) -> Result<ViewSpec, StoreError> {
        self.specs
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(view)
            .cloned()
            .ok_or_else(|| StoreError::new(format!("there is no view named {view}")))
    }
}

async fn check_format(database: &Database) -> Result<(), StoreError> {
    let meta = collection(database, "meta");
    meta.update_one(doc! { "_id": "store" }, doc! { "$setOnInsert": { "format": FORMAT } })
        .upsert(true)
        .await
        .map_err(failed("reading the store's format"))?;
    let found = meta.find_one(doc! { "_id": "store" }).await.map_err(failed("reading the store's format"))?;
    let format = found.and_then(|d| d.get_i64("format").ok()).unwrap_or(0);
    if format > FORMAT {
        return Err(StoreError::new(format!(
            "the store has format {format}, this release reads up to {FORMAT}: use the release that wrote it, or a newer one"
        )));
    }
    if format < FORMAT {
        meta.update_one(doc! { "_id": "store" }, doc! { "$max": { "format": FORMAT } })
            .await
            .map_err(failed("raising the store's format"))?;
    }
    Ok(())
}

fn collection(database: &Database, name: &str) -> Collection<Bson> {
    database.collection(name)
}

/// Adds what was tried.
fn failed(what: &'static str) -> impl Fn(mongodb::error::Error) -> StoreError {
    move |error| StoreError::caused(what, error)
}

fn is_duplicate(error: &mongodb::error::Error) -> bool {
    match error.kind.as_ref() {
        ErrorKind::Write(WriteFailure::WriteError(e)) => e.code == DUPLICATE_KEY,
        ErrorKind::Command(e) => e.code == DUPLICATE_KEY,
        _ => false,
    }
}

#[async_trait]
impl Store for MongoStore {
    async fn append(&self, batches: Vec<Arc<Batch>>) -> Vec<Result<(), AppendError>> {
        let number = batches.len();
        let appended = self.calls.make(|database| async move {
            let inserts = batches.iter().map(|batch| log::append(&database, batch));
            Ok(futures::future::join_all(inserts).await)
        });
        match appended.await {
            Ok(results) => results,
            Err(error) => (0..number).map(|_| Err(AppendError::Store(error.clone()))).collect(),
        }
    }

    fn is_exclusive(&self) -> bool {
        false
    }

    async fn shards(&self, wanted: u16) -> Result<u16, StoreError> {
        self.calls
            .make(move |database| async move {
                let meta = collection(&database, "meta");
                if wanted > 0 {
                    let created = meta
                        .update_one(doc! { "_id": "shards" }, doc! { "$setOnInsert": { "number": i32::from(wanted) } })
                        .upsert(true)
                        .await;
                    match created {
                        Err(error) if !is_duplicate(&error) => {
                            return Err(failed("fixing the number of shards")(error));
                        }
                        _ => {}
                    }
                }
                let found = meta.find_one(doc! { "_id": "shards" }).await;
                let found = found.map_err(failed("reading the number of shards"))?;
                let number = found.and_then(|d| d.get_i32("number").ok()).unwrap_or(0);
                u16::try_from(number).map_err(|_| StoreError::new(format!("the number of shards is {number}")))
            })
            .await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.calls
            .make(|database| async move {
                collection(&database, "meta")
                    .update_one(doc! { "_id": "probe" }, doc! { "$inc": { "n": 1_i64 } })
                    .upsert(true)
                    .await
                    .map_err(failed("writing a probe"))?;
                Ok(())
            })
            .await
    }

    async fn head(&self, shard: ShardId) -> Result<u64, StoreError> {
        self.calls.make(move |database| async move { log::head(&database, shard).await }).await
    }

    async fn heads(&self, shards: u16) -> Result<Vec<u64>, StoreError> {
        let known = self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let heads = self.calls.make(move |database| async move { log::heads(&database, shards, known).await }).await?;
        let mut known = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        let shards = known.len().max(heads.len());
        known.resize(shards, 0);
        known.iter_mut().zip(&heads).for_each(|(known, head)| *known = (*known).max(*head));
        Ok(heads)
    }

    async fn read(&self, shard: ShardId, from: u64, limit: usize) -> Result<Vec<Batch>, StoreError> {
        self.calls.make(move |database| async move { log::read(&database, shard, from, limit).await }).await
    }

    async fn read_aggregate(&self, key: &AggregateKey, after_seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let key = key.clone();
        self.calls
            .make(move |database| async move { log::read_aggregate(&database, &key, after_seq, limit).await })
            .await
    }

    async fn snapshot(&self, key: &AggregateKey) -> Result<Option<Snapshot>, StoreError> {
        let key = key.clone();
        self.calls.make(move |database| async move { log::snapshot(&database, &key).await }).await
    }

    async fn put_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        self.calls.make(move |database| async move { log::put_snapshot(&database, &snapshot).await }).await
    }

    async fn forget(&self, keys: &[AggregateKey]) -> Result<(), StoreError> {
        let keys = keys.to_vec();
        self.calls.make(move |database| async move { log::forget(&database, &keys).await }).await
    }

    async fn ensure_views(&self, specs: &[ViewSpec]) -> Result<(), StoreError> {
        let wanted = specs.to_vec();
        self.calls
            .make(move |database| async move {
                for spec in &wanted {
                    views::ensure(&database, spec).await.map_err(failed("making a view"))?;
                }
                Ok(())
            })
            .await?;
        self.specs
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(specs.iter().map(|spec| (spec.name, spec.clone())));
        Ok(())
    }

    async fn reset_group_unless(&self, group: &str, version: u64, views: &[ViewSpec]) -> Result<bool, StoreError> {
        let (group, specs) = (group.to_owned(), views.to_vec());
        self.calls
            .make(move |database| async move {
                views::reset_unless(&database, &group, version, &specs).await.map_err(failed("resetting views"))
            })
            .await
    }

    async fn view_position(&self, group: &str, shard: ShardId) -> Result<u64, StoreError> {
        Ok(self.positions(group, shard.0..shard.0 + 1).await?.get(&shard.0).copied().unwrap_or(0))
    }

    async fn view_positions(&self, group: &str, shards: u16) -> Result<Vec<u64>, StoreError> {
        let positions = self.positions(group, 0..shards).await?;
        Ok((0..shards).map(|shard| positions.get(&shard).copied().unwrap_or(0)).collect())
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
        let specs = self.specs.read().unwrap_or_else(PoisonError::into_inner).clone();
        let group = group.to_owned();
        self.calls.make(move |database| async move { views::write(&database, &group, &shards, &specs).await }).await
    }

    async fn get(&self, tenant: &TenantId, view: &'static str, id: &str) -> Result<Option<Document>, StoreError> {
        let spec = self.spec(view)?;
        let (tenant, id) = (tenant.clone(), id.to_owned());
        self.calls
            .make(move |database| async move {
                views::get(&database, &tenant, spec.name, &id).await.map_err(failed("reading a row"))
            })
            .await
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, StoreError> {
        let spec = self.spec(query.view)?;
        let (tenant, query) = (tenant.clone(), query.clone());
        self.calls.make(move |database| async move { query::page(&database, Some(&tenant), &query, &spec).await }).await
    }

    async fn count(&self, tenant: &TenantId, query: &Query, most: Option<u64>) -> Result<u64, StoreError> {
        let spec = self.spec(query.view)?;
        let (tenant, query) = (tenant.clone(), query.clone());
        self.calls
            .make(move |database| async move { query::count(&database, &tenant, &query, most, &spec).await })
            .await
    }

    async fn tally(&self, tenant: &TenantId, tally: &Tally) -> Result<Vec<Group>, StoreError> {
        let spec = self.spec(tally.query.view)?;
        let (tenant, tally) = (tenant.clone(), tally.clone());
        self.calls.make(move |database| async move { query::tally(&database, &tenant, &tally, &spec).await }).await
    }

    async fn system_query_all_tenants(&self, query: &Query) -> Result<Page, StoreError> {
        let spec = self.spec(query.view)?;
        let query = query.clone();
        self.calls.make(move |database| async move { query::page(&database, None, &query, &spec).await }).await
    }

    async fn consumer_position(&self, consumer: &str, shard: ShardId) -> Result<u64, StoreError> {
        let id = format!("{consumer}:{}", shard.0);
        self.calls
            .make(move |database| async move {
                let found = collection(&database, "consumer").find_one(doc! { "_id": id }).await;
                let found = found.map_err(failed("reading a consumer position"))?;
                Ok(found.and_then(|d| d.get_i64("p").ok()).unwrap_or(0) as u64)
            })
            .await
    }

    async fn put_consumer_position(&self, consumer: &str, shard: ShardId, position: u64) -> Result<(), StoreError> {
        let id = format!("{consumer}:{}", shard.0);
        self.calls
            .make(move |database| async move {
                collection(&database, "consumer")
                    .update_one(doc! { "_id": id }, doc! { "$max": { "p": position as i64 } })
                    .upsert(true)
                    .await
                    .map_err(failed("writing a consumer position"))?;
                Ok(())
            })
            .await
    }

    async fn consumers(&self, shard: ShardId) -> Result<Vec<(String, u64)>, StoreError> {
        self.calls.make(move |database| async move { consumers(&database, shard).await }).await
    }

    async fn lease(&self, shard: ShardId, holder: Uuid, address: &str, ttl_ms: u64) -> Result<bool, StoreError> {
        let address = address.to_owned();
        self.calls
            .make(move |database| async move { leases::take(&database, shard, holder, &address, ttl_ms).await })
            .await
    }

    async fn lease_holder(&self, shard: ShardId) -> Result<Option<String>, StoreError> {
        self.calls.make(move |database| async move { leases::holder(&database, shard).await }).await
    }

    async fn release(&self, shard: ShardId, holder: Uuid) -> Result<(), StoreError> {
        self.calls.make(move |database| async move { leases::release(&database, shard, holder).await }).await
    }

    async fn heartbeat(&self, node: Uuid, ttl_ms: u64) -> Result<usize, StoreError> {
        self.calls.make(move |database| async move { leases::heartbeat(&database, node, ttl_ms).await }).await
    }

    async fn leave(&self, node: Uuid) -> Result<(), StoreError> {
        self.calls.make(move |database| async move { leases::leave(&database, node).await }).await
    }
}

impl MongoStore {
    /// How far the views of a group are, by shard, of these.
    async fn positions(&self, group: &str, shards: Range<u16>) -> Result<HashMap<u16, u64>, StoreError> {
        let group = group.to_owned();
        self.calls
            .make(move |database| async move {
                views::positions(&database, &group, shards).await.map_err(failed("reading view positions"))
            })
            .await
    }
}

async fn consumers(database: &Database, shard: ShardId) -> Result<Vec<(String, u64)>, StoreError> {
    let what = failed("reading the positions of consumers");
    let mut found = collection(database, "consumer")
        .find(doc! { "_id": { "$regex": format!(":{}$", shard.0) } })
        .await
        .map_err(&what)?;
    let mut consumers = Vec::new();
    while let Some(document) = found.try_next().await.map_err(&what)? {
        let name = document.get_str("_id").ok().and_then(|id| id.rsplit_once(':'));
        if let Some(((name, _), position)) = name.zip(document.get_i64("p").ok()) {
            consumers.push((name.to_owned(), position as u64));
        }
    }
    Ok(consumers)
}
