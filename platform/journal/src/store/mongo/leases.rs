//! Who writes which shard, and which nodes there are: by the nodes' clocks; correctness does not depend on them.

use super::{collection, failed, is_duplicate};
use crate::key::ShardId;
use crate::store::StoreError;
use mongodb::Database;
use mongodb::bson::doc;
use mongodb::options::ReturnDocument;
use uuid::Uuid;

pub(super) async fn take(
    database: &Database,
    shard: ShardId,
    holder: Uuid,
    address: &str,
    ttl_ms: u64,
) -> Result<bool, StoreError> {
    let now = now_ms();
    let holder = holder.to_string();
    let taken = collection(database, "lease")
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

pub(super) async fn holder(database: &Database, shard: ShardId) -> Result<Option<String>, StoreError> {
    let found = collection(database, "lease")
        .find_one(doc! { "_id": i32::from(shard.0), "until": { "$gte": now_ms() } })
        .await
        .map_err(failed("reading a lease"))?;
    Ok(found.and_then(|d| d.get_str("address").ok().map(ToOwned::to_owned)))
}

pub(super) async fn release(database: &Database, shard: ShardId, holder: Uuid) -> Result<(), StoreError> {
    collection(database, "lease")
        .delete_one(doc! { "_id": i32::from(shard.0), "holder": holder.to_string() })
        .await
        .map_err(failed("releasing a lease"))?;
    Ok(())
}

pub(super) async fn heartbeat(database: &Database, node: Uuid, ttl_ms: u64) -> Result<usize, StoreError> {
    let now = now_ms();
    let nodes = collection(database, "node");
    nodes
        .update_one(doc! { "_id": node.to_string() }, doc! { "$set": { "until": now + ttl_ms as i64 } })
        .upsert(true)
        .await
        .map_err(failed("saying that this node lives"))?;
    nodes.delete_many(doc! { "until": { "$lt": now } }).await.map_err(failed("forgetting dead nodes"))?;
    let living = nodes.count_documents(doc! {}).await.map_err(failed("counting nodes"))?;
    Ok(living as usize)
}

pub(super) async fn leave(database: &Database, node: Uuid) -> Result<(), StoreError> {
    collection(database, "node")
        .delete_one(doc! { "_id": node.to_string() })
        .await
        .map_err(failed("saying that this node goes"))?;
    Ok(())
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
