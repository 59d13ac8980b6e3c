//! Rows: every write is guarded by the row's position, so it can come late, twice, or from a node that lost its shard.

use super::document::{from_bson, to_bson};
use super::{DUPLICATE_KEY, failed};
use crate::key::{ShardId, TenantId};
use crate::store::StoreError;
use crate::views::full_text;
use crate::views::view::{ViewSpec, ViewWrite, ViewWrites};
use casewright_rows::Document;
use casewright_rows::Row;
use futures::TryStreamExt;
use mongodb::bson::{Bson, DateTime, Document as BsonDocument, doc};
use mongodb::options::IndexOptions;
use mongodb::{Collection, Database, IndexModel};
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

/// How long a removed row is remembered: far longer than a write can be late.
const REMEMBERED: Duration = Duration::from_secs(60 * 60);
/// Statements in one command.
const STATEMENTS: usize = 1000;

pub(super) fn rows_of(database: &Database, view: &str) -> Collection<BsonDocument> {
    database.collection(&format!("view_{view}"))
}

fn position_id(group: &str, shard: u16) -> String {
    format!("{group}:{shard}")
}

fn row_id(tenant: &TenantId, id: &str) -> String {
    format!("{}\u{1f}{id}", tenant.as_str())
}

pub(super) async fn ensure(database: &Database, spec: &ViewSpec) -> mongodb::error::Result<()> {
    let rows = rows_of(database, spec.name);
    let mut indexes = vec![
        IndexModel::builder().keys(doc! { "t": 1, "i": 1 }).build(),
        IndexModel::builder()
            .keys(doc! { "g": 1 })
            .options(IndexOptions::builder().expire_after(REMEMBERED).build())
            .build(),
    ];
    for fields in spec.indexes {
        let mut keys = doc! { "t": 1 };
        for field in *fields {
            keys.insert(format!("d.{field}"), 1);
        }
        keys.insert("i", 1);
        indexes.push(IndexModel::builder().keys(keys).build());
    }
    if !spec.full_text.is_empty() {
        indexes.push(IndexModel::builder().keys(doc! { "t": 1, "w": 1 }).build());
    }
    rows.create_indexes(indexes).await?;
    Ok(())
}

/// Positions of a group by shard, of these.
pub(super) async fn positions(
    database: &Database,
    group: &str,
    shards: Range<u16>,
) -> mongodb::error::Result<HashMap<u16, u64>> {
    let ids: Vec<String> = shards.map(|shard| position_id(group, shard)).collect();
    let of_group = doc! { "_id": { "$in": ids } };
    let mut found = database.collection::<BsonDocument>("view_position").find(of_group).await?;
    let mut positions = HashMap::new();
    while let Some(document) = found.try_next().await? {
        if let (Ok(shard), Ok(position)) = (document.get_i32("shard"), document.get_i64("p")) {
            positions.insert(shard as u16, position as u64);
        }
    }
    Ok(positions)
}

pub(super) async fn get(
    database: &Database,
    tenant: &TenantId,
    view: &str,
    id: &str,
) -> mongodb::error::Result<Option<Document>> {
    let found = rows_of(database, view).find_one(doc! { "_id": row_id(tenant, id), "t": tenant.as_str() }).await?;
    Ok(found.and_then(document_of))
}

/// The document of a row; none when the row was removed.
fn document_of(mut row: BsonDocument) -> Option<Document> {
    match row.remove("d") {
        Some(Bson::Document(document)) => Some(from_bson(document)),
        _ => None,
    }
}

/// Rows first, then positions: after a crash in between, the same rows are written again.
pub(super) async fn write(
    database: &Database,
    group: &str,
    shards: &[(ShardId, u64, ViewWrites)],
    specs: &HashMap<&'static str, ViewSpec>,
) -> Result<(), StoreError> {
    let mut by_view: HashMap<&'static str, Vec<RowWrite>> = HashMap::new();
    let mut reached = Vec::new();
    for (shard, position, writes) in shards {
        for (tenant, view, id, write) in writes.clone().coalesce().writes {
            let position = *position as i64;
            by_view.entry(view).or_default().push(RowWrite { tenant, id: id.to_string(), position, write });
        }
        reached.push(doc! {
            "q": { "_id": position_id(group, shard.0) },
            "u": { "$max": { "p": *position as i64 }, "$set": { "group": group, "shard": i32::from(shard.0) } },
            "upsert": true,
        });
    }
    let views = by_view.into_iter().map(|(view, rows)| async move {
        let spec = specs.get(view).ok_or_else(|| StoreError::new(format!("there is no view named {view}")))?;
        write_rows(database, spec, rows).await
    });
    futures::future::try_join_all(views).await?;
    update(database, "view_position", reached).await
}

/// One write of one row.
struct RowWrite {
    tenant: TenantId,
    id: String,
    position: i64,
    write: ViewWrite,
}

async fn write_rows(database: &Database, spec: &ViewSpec, rows: Vec<RowWrite>) -> Result<(), StoreError> {
    let mut patched = present(database, spec.name, &rows).await?;
    let mut statements = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row_id(&row.tenant, &row.id);
        let document = match row.write {
            ViewWrite::Insert(row) | ViewWrite::Put(row) => Some(row.into_document()),
            ViewWrite::Remove => None,
            ViewWrite::Patch(fields) => match patched.remove(&id) {
                Some(document) => {
                    let mut row = Row::from(document);
                    row.patch(fields);
                    Some(row.into_document())
                }
                None => continue,
            },
        };
        let replacement = match document {
            Some(document) => {
                let mut row = doc! {
                    "t": row.tenant.as_str(),
                    "i": &row.id,
                    "p": row.position,
                    "d": to_bson(&document),
                };
                if !spec.full_text.is_empty() {
                    row.insert("w", full_text::of_document(&document, spec.full_text));
                }
                row
            }
            None => doc! { "p": row.position, "g": DateTime::now() },
        };
        statements.push(doc! {
            "q": { "_id": id, "p": { "$lt": row.position } },
            "u": replacement,
            "upsert": true,
        });
    }
    update(database, &format!("view_{}", spec.name), statements).await
}

/// Documents of the rows that are to be patched.
async fn present(database: &Database, view: &str, rows: &[RowWrite]) -> Result<HashMap<String, Document>, StoreError> {
    let ids: Vec<String> = rows
        .iter()
        .filter(|row| matches!(row.write, ViewWrite::Patch(_)))
        .map(|row| row_id(&row.tenant, &row.id))
        .collect();
    let mut present = HashMap::new();
    if ids.is_empty() {
        return Ok(present);
    }
    let what = failed("reading rows to patch");
    let mut found = rows_of(database, view).find(doc! { "_id": { "$in": ids } }).await.map_err(&what)?;
    while let Some(row) = found.try_next().await.map_err(&what)? {
        if let Ok(id) = row.get_str("_id") {
            let id = id.to_owned();
            if let Some(document) = document_of(row) {
                present.insert(id, document);
            }
        }
    }
    Ok(present)
}

/// Unordered updates in as few commands as possible. A duplicate key says that the row is newer: nothing to do.
async fn update(database: &Database, collection: &str, statements: Vec<BsonDocument>) -> Result<(), StoreError> {
    for chunk in statements.chunks(STATEMENTS) {
        let answer = database
            .run_command(doc! {
                "update": collection,
                "updates": chunk.to_vec(),
                "ordered": false,
                "writeConcern": { "w": "majority", "j": true },
            })
            .await
            .map_err(failed("writing rows"))?;
        if let Ok(errors) = answer.get_array("writeErrors") {
            for error in errors.iter().filter_map(Bson::as_document) {
                if error.get_i32("code").ok() != Some(DUPLICATE_KEY) {
                    return Err(StoreError::new(format!(
                        "writing rows of {collection}: {}",
                        error.get_str("errmsg").unwrap_or("no reason given")
                    )));
                }
            }
        }
        if let Ok(error) = answer.get_document("writeConcernError") {
            return Err(StoreError::new(format!(
                "rows of {collection} are not durable: {}",
                error.get_str("errmsg").unwrap_or("no reason given")
            )));
        }
    }
    Ok(())
}

/// Empties a group that another version wrote.
pub(super) async fn reset_unless(
    database: &Database,
    group: &str,
    version: u64,
    specs: &[ViewSpec],
) -> mongodb::error::Result<bool> {
    let versions = database.collection::<BsonDocument>("view_version");
    let known = versions.find_one(doc! { "_id": group }).await?.and_then(|d| d.get_i64("version").ok());
    if known == Some(version as i64) {
        return Ok(false);
    }
    for spec in specs {
        rows_of(database, spec.name).delete_many(doc! {}).await?;
    }
    database.collection::<BsonDocument>("view_position").delete_many(doc! { "group": group }).await?;
    versions.update_one(doc! { "_id": group }, doc! { "$set": { "version": version as i64 } }).upsert(true).await?;
    Ok(known.is_some())
}
