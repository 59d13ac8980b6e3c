//! `/batch` and `/history/batch`: what is under way, how far it is, and what was done.

use crate::error::{RestError, RestResult};
use crate::query::shape::shape;
use crate::query::{Input, Resource};
use crate::request::{Reply, Req, no_content, ok};
use crate::resources::batch;
use casewright_engine_runtime::batch::NewBatch;
use casewright_engine_runtime::{Caller, Engine};
use casewright_engine_views::aggregate::Work;
use casewright_engine_views::{self as views, BatchRow};
use casewright_journal::{Column, Document};
use futures::future::BoxFuture;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

/// Creates a batch and answers with it.
pub(crate) async fn create(req: &Req, work: Work, items: Vec<SmolStr>) -> Reply {
    ok(start(&req.engine, &req.caller, work, items).await?)
}

async fn start(engine: &Engine, caller: &Caller, work: Work, items: Vec<SmolStr>) -> RestResult<Json> {
    let id = engine.batches().create(caller, NewBatch { work, items }).await?;
    let row = engine.journal().get(views::BATCH, &id).await?;
    Ok(Json::Object(shape(batch::FIELDS, &row.unwrap_or_default())))
}

/// `GET /batch/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    match req.engine.journal().get(views::BATCH, req.id()).await? {
        Some(row) => ok(shape(batch::FIELDS, &row)),
        None => Err(RestError::not_found(format!("Batch with id '{}' does not exist", req.id()))),
    }
}

/// `PUT /batch/{id}/suspended`.
pub(crate) async fn suspended(req: Req) -> Reply {
    let suspended = req.json()?.boolean("suspended")?;
    if req.engine.batches().suspend(&req.caller, req.id(), suspended).await? {
        return no_content();
    }
    let verb = if suspended { "suspend" } else { "activate" };
    Err(unable(verb, req.id()))
}

/// `DELETE /batch/{id}`.
pub(crate) async fn delete(req: Req) -> Reply {
    let with_history = req.flag("cascade") == Some(true);
    if req.engine.batches().delete(&req.caller, req.id(), with_history).await? {
        return no_content();
    }
    Err(unable("delete", req.id()))
}

fn unable(verb: &str, id: &str) -> RestError {
    RestError { code: Some(0), ..RestError::invalid(format!("Unable to {verb} batch with id '{id}'")) }
}

/// Rows of batches with the numbers of their jobs.
pub(crate) fn statistics(
    _: Engine,
    resource: &'static Resource,
    _: Input,
    rows: Vec<Document>,
) -> BoxFuture<'static, RestResult<Vec<Json>>> {
    Box::pin(async move {
        let number = |row: &Document, column: Column| column.integer(row).unwrap_or(0);
        Ok(rows
            .iter()
            .map(|row| {
                let mut out = shape(resource.fields, row);
                let remaining = number(row, BatchRow::REMAINING_JOBS);
                out.insert("remainingJobs".into(), json!(remaining));
                out.insert("completedJobs".into(), json!(number(row, BatchRow::TOTAL_JOBS) - remaining));
                out.insert("failedJobs".into(), json!(number(row, BatchRow::FAILED_JOBS)));
                Json::Object(out)
            })
            .collect())
    })
}

/// `GET /history/batch/{id}`.
pub(crate) async fn historic(req: Req) -> Reply {
    match req.engine.journal().get(views::HISTORY_BATCH, req.id()).await? {
        Some(row) => ok(shape(batch::HISTORY_FIELDS, &row)),
        None => Err(RestError::not_found(format!("Historic batch with id '{}' does not exist", req.id()))),
    }
}

/// `DELETE /history/batch/{id}`.
pub(crate) async fn delete_historic(req: Req) -> Reply {
    if req.engine.batches().delete_historic(&req.caller, req.id()).await? {
        return no_content();
    }
    Err(RestError {
        code: Some(0),
        ..RestError::invalid(format!("Unable to delete historic batch with id '{}'", req.id()))
    })
}
