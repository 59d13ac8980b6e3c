//! The store at scale: MongoDB, a replica set or a sharded cluster. No multi-document transaction is ever needed.
//!
//! - `batch`: one document per batch, `_id = shard << 44 | position`: the unique `_id` is the fence. `k` lists its
//!   aggregates with their last sequence.
//! - `view_<name>`: rows `{_id, t: tenant, i: id, p: position, d: document, w: words}`. A write only lands where `p` is older;
//!   a removed row stays a while as `{_id, p, g}`, so that a late write cannot bring it back.
//! - Everything is written with `w: majority, j: true`.

mod document;
mod log;
mod query;
mod views;

use crate::Entry;
use crate::entry::Batch;
use crate::key::{AggregateKey, ShardId, TenantId};
use crate::store::{AppendError, Snapshot, Store, StoreError};
use crate::view::{Document, Page, Query, ViewSpec, ViewWrites};
use async_trait::async_trait;
use futures::TryStreamExt;
use mongodb::bson::{Document as Bson, doc};
use mongodb::error::{ErrorKind, WriteFailure};
use mongodb::options::{Acknowledgment, ClientOptions, DatabaseOptions, ReadConcern, ReturnDocument, WriteConcern};
use mongodb::{Client, Collection, Database};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use uuid::Uuid;

/// Raised when documents change in a way an older release cannot read.
const FORMAT: i64 = 1;
const DUPLICATE_KEY: i32 = 11000;

/// See the module.
pub struct MongoStore {
    database: Database,
    specs: RwLock<HashMap<&'static str, ViewSpec>>,
}

impl MongoStore {
    /// Connects, and makes what is missing. Fails when no server answers, or a newer release wrote the database.
    pub async fn open(uri: &str, database: &str) -> Result<Self, StoreError> {
        let mut options = ClientOptions::parse(uri).await.map_err(failed("reading the MongoDB address"))?;
        options.app_name = Some("casewright".to_owned());
        options.server_selection_timeout.get_or_insert(Duration::from_secs(5));
        let client = Client::with_options(options).map_err(failed("connecting to MongoDB"))?;
        let durable = WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build();
        let database = client.database_with_options(
            database,
            DatabaseOptions::builder().write_concern(durable).read_concern(ReadConcern::majority()).build(),
        );
        let store = Self { database, specs: RwLock::default() };
        store.check_format().await?;
        log::ensure_indexes(&store.database).await.map_err(failed("making the log's indexes"))?;
        Ok(store)
    }

    async fn check_format(&self) -> Result<(), StoreError> {
        let meta = self.collection("meta");
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
        Ok(())
    }

    fn collection(&self, name: &str) -> Collection<Bson> {
        self.database.collection(name)
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
        let inserts = batches.iter().map(|batch| log::append(&self.database, batch));
        futures::future::join_all(inserts).await
    }

    fn is_exclusive(&self) -> bool {
        false
    }

    async fn shards(&self, wanted: u16) -> Result<u16, StoreError> {
        let meta = self.collection("meta");
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
        let found = meta.find_one(doc! { "_id": "shards" }).await.map_err(failed("reading the number of shards"))?;
        let number = found.and_then(|d| d.get_i32("number").ok()).unwrap_or(0);
        u16::try_from(number).map_err(|_| StoreError::new(format!("the number of shards is {number}")))
    }

    async fn probe(&self) -> Result<(), StoreError> {
        self.collection("meta")
            .update_one(doc! { "_id": "probe" }, doc! { "$inc": { "n": 1_i64 } })
            .upsert(true)
            .await
            .map_err(failed("writing a probe"))?;
        Ok(())
    }

    async fn head(&self, shard: ShardId) -> Result<u64, StoreError> {
        log::head(&self.database, shard).await
    }

    async fn heads(&self, shards: u16) -> Result<Vec<u64>, StoreError> {
        let heads = (0..shards).map(|shard| log::head(&self.database, ShardId(shard)));
        futures::future::try_join_all(heads).await
    }

    async fn read(&self, shard: ShardId, from: u64, limit: usize) -> Result<Vec<Batch>, StoreError> {
        log::read(&self.database, shard, from, limit).await
    }

    async fn read_aggregate(&self, key: &AggregateKey, after_seq: u64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        log::read_aggregate(&self.database, key, after_seq, limit).await
    }

    async fn snapshot(&self, key: &AggregateKey) -> Result<Option<Snapshot>, StoreError> {
        log::snapshot(&self.database, key).await
    }

    async fn put_snapshot(&self, snapshot: Snapshot) -> Result<(), StoreError> {
        log::put_snapshot(&self.database, &snapshot).await
    }

    async fn forget(&self, keys: &[AggregateKey]) -> Result<(), StoreError> {
        log::forget(&self.database, keys).await
    }

    async fn ensure_views(&self, specs: &[ViewSpec]) -> Result<(), StoreError> {
        for spec in specs {
            views::ensure(&self.database, spec).await.map_err(failed("making a view"))?;
        }
        self.specs
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(specs.iter().map(|spec| (spec.name, spec.clone())));
        Ok(())
    }

    async fn reset_group_unless(&self, group: &str, version: u64, views: &[ViewSpec]) -> Result<bool, StoreError> {
        views::reset_unless(&self.database, group, version, views).await.map_err(failed("resetting views"))
    }

    async fn view_position(&self, group: &str, shard: ShardId) -> Result<u64, StoreError> {
        let positions = views::positions(&self.database, group).await.map_err(failed("reading a view position"))?;
        Ok(positions.get(&shard.0).copied().unwrap_or(0))
    }

    async fn view_positions(&self, group: &str, shards: u16) -> Result<Vec<u64>, StoreError> {
        let positions = views::positions(&self.database, group).await.map_err(failed("reading view positions"))?;
        Ok((0..shards).map(|shard| positions.get(&shard).copied().unwrap_or(0)).collect())
    }

    async fn write_views(
        &self,
        group: &str,
        shard: ShardId,
        position: u64,
        writes: ViewWrites,
    ) -> Result<(), StoreError> {
        self.write_views_of_shards(group, Arc::new(vec![(shard, position, writes.coalesce(false))])).await
    }

    async fn write_views_of_shards(
        &self,
        group: &str,
        shards: Arc<Vec<(ShardId, u64, ViewWrites)>>,
    ) -> Result<(), StoreError> {
        let specs = self.specs.read().unwrap_or_else(PoisonError::into_inner).clone();
        views::write(&self.database, group, &shards, &specs).await
    }

    async fn get(&self, tenant: &TenantId, view: &'static str, id: &str) -> Result<Option<Document>, StoreError> {
        let spec = self.spec(view)?;
        views::get(&self.database, tenant, spec.name, id).await.map_err(failed("reading a row"))
    }

    async fn query(&self, tenant: &TenantId, query: &Query) -> Result<Page, StoreError> {
        let spec = self.spec(query.view)?;
        query::page(&self.database, Some(tenant), query, &spec).await
    }

    async fn count(&self, tenant: &TenantId, query: &Query) -> Result<u64, StoreError> {
        let spec = self.spec(query.view)?;
        query::count(&self.database, Some(tenant), query, &spec).await
    }

    async fn system_query_all_tenants(&self, query: &Query) -> Result<Page, StoreError> {
        let spec = self.spec(query.view)?;
        query::page(&self.database, None, query, &spec).await
    }

    async fn consumer_position(&self, consumer: &str, shard: ShardId) -> Result<u64, StoreError> {
        let found = self
            .collection("consumer")
            .find_one(doc! { "_id": format!("{consumer}:{}", shard.0) })
            .await
            .map_err(failed("reading a consumer position"))?;
        Ok(found.and_then(|d| d.get_i64("p").ok()).unwrap_or(0) as u64)
    }

    async fn put_consumer_position(&self, consumer: &str, shard: ShardId, position: u64) -> Result<(), StoreError> {
        self.collection("consumer")
            .update_one(doc! { "_id": format!("{consumer}:{}", shard.0) }, doc! { "$max": { "p": position as i64 } })
            .upsert(true)
            .await
            .map_err(failed("writing a consumer position"))?;
        Ok(())
    }

    async fn consumers(&self, shard: ShardId) -> Result<Vec<(String, u64)>, StoreError> {
        let what = failed("reading the positions of consumers");
        let mut found = self
            .collection("consumer")
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

    async fn lease(&self, shard: ShardId, holder: Uuid, address: &str, ttl_ms: u64) -> Result<bool, StoreError> {
        let now = now_ms();
        let holder = holder.to_string();
        let taken = self
            .collection("lease")
            .find_one_and_update(
                doc! {
                    "_id": i32::from(shard.0),
                    "$or": [{ "holder": &holder }, { "until": { "$lt": now } }],
                },
                doc! { "$set": { "holder": &holder, "address": address, "until": now + ttl_ms as i64 } },
            )
            .upsert(true)
            .return_document(ReturnDocument::After)
            .await;
        match taken {
            Ok(_) => Ok(true),
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(failed("taking a lease")(error)),
        }
    }

    async fn lease_holder(&self, shard: ShardId) -> Result<Option<String>, StoreError> {
        let found = self
            .collection("lease")
            .find_one(doc! { "_id": i32::from(shard.0), "until": { "$gte": now_ms() } })
            .await
            .map_err(failed("reading a lease"))?;
        Ok(found.and_then(|d| d.get_str("address").ok().map(ToOwned::to_owned)))
    }

    async fn release(&self, shard: ShardId, holder: Uuid) -> Result<(), StoreError> {
        self.collection("lease")
            .delete_one(doc! { "_id": i32::from(shard.0), "holder": holder.to_string() })
            .await
            .map_err(failed("releasing a lease"))?;
        Ok(())
    }

    async fn heartbeat(&self, node: Uuid, ttl_ms: u64) -> Result<usize, StoreError> {
        let now = now_ms();
        let nodes = self.collection("node");
        nodes
            .update_one(doc! { "_id": node.to_string() }, doc! { "$set": { "until": now + ttl_ms as i64 } })
            .upsert(true)
            .await
            .map_err(failed("saying that this node lives"))?;
        nodes.delete_many(doc! { "until": { "$lt": now } }).await.map_err(failed("forgetting dead nodes"))?;
        let living = nodes.count_documents(doc! {}).await.map_err(failed("counting nodes"))?;
        Ok(living as usize)
    }
}

/// Leases are by the nodes' clocks; correctness does not depend on them.
fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
