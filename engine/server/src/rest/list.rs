//! The mechanics of every list resource: `GET` and `POST`, `/count`, and a last pass over the rows.

use super::error::RestResult;
use super::query::{Context, Input, Paging, Resource, shape::shape, variable_sort};
use super::request::{Reply, Req, ok};
use crate::engine::Engine;
use crate::views;
use axum::routing::{MethodRouter, get};
use casewright_journal::{Document, Query};
use futures::future::BoxFuture;
use serde_json::{Value as Json, json};

/// Makes answers of rows; may look things up that a row does not hold.
pub(crate) type Finish =
    fn(Engine, &'static Resource, Input, Vec<Document>) -> BoxFuture<'static, RestResult<Vec<Json>>>;

/// Rows as they are.
pub(crate) fn plain(
    _: Engine,
    resource: &'static Resource,
    _: Input,
    rows: Vec<Document>,
) -> BoxFuture<'static, RestResult<Vec<Json>>> {
    Box::pin(async move { Ok(rows.iter().map(|row| Json::Object(shape(resource.fields, row))).collect()) })
}

/// `GET` of a list.
pub(crate) fn listed(resource: &'static Resource, finish: Finish) -> MethodRouter<Engine> {
    get(move |req: Req| list_get(req, resource, finish))
}

/// `GET` and `POST` of a list.
pub(crate) fn queried(resource: &'static Resource, finish: Finish) -> MethodRouter<Engine> {
    listed(resource, finish).post(move |req: Req| list_post(req, resource, finish))
}

/// `GET` of a count.
pub(crate) fn counted(resource: &'static Resource) -> MethodRouter<Engine> {
    get(move |req: Req| count_get(req, resource))
}

/// `GET` and `POST` of a count.
pub(crate) fn count_queried(resource: &'static Resource) -> MethodRouter<Engine> {
    counted(resource).post(move |req: Req| count_post(req, resource))
}

async fn list_get(req: Req, resource: &'static Resource, finish: Finish) -> Reply {
    let input = req.query();
    list(req, resource, finish, input).await
}

async fn list_post(req: Req, resource: &'static Resource, finish: Finish) -> Reply {
    let input = req.json()?.input();
    list(req, resource, finish, input).await
}

async fn list(req: Req, resource: &'static Resource, finish: Finish, input: Input) -> Reply {
    let mut rows = rows(&req, resource, &input).await?;
    if resource.view.starts_with("history-") {
        super::finish::set_removal_times(&req.engine, &mut rows).await?;
    }
    let options = req.query();
    let input = merge(input, &options);
    let out = finish(req.engine, resource, input, rows).await?;
    ok(out)
}

/// Options such as `deserializeValues` stay in the query string even of a POST.
fn merge(input: Input, options: &Input) -> Input {
    match (input, options) {
        (Input::Body(mut body), Input::Parameters(parameters)) => {
            for (name, value) in parameters {
                let value = match value.as_str() {
                    "true" => json!(true),
                    "false" => json!(false),
                    text => json!(text),
                };
                body.entry(name.clone()).or_insert(value);
            }
            Input::Body(body)
        }
        (input, _) => input,
    }
}

async fn rows(req: &Req, resource: &'static Resource, input: &Input) -> RestResult<Vec<Document>> {
    let paging = req.query().paging()?;
    let context = Context::at(req.engine.now());
    if resource.view == views::TASK
        && let Some((input, keys)) = variable_sort::take(input)?
    {
        let query = resource.query(&input, Paging::default(), &context)?;
        let page = req.engine.journal().query(&query).await?;
        let mut rows: Vec<Document> = page.rows.into_iter().map(|(_, row)| row).collect();
        variable_sort::sort(req.engine.journal(), &mut rows, &keys).await?;
        return Ok(paging.cut(rows).collect());
    }
    let query = resource.query(input, paging, &context)?;
    if paging.max == Some(0) {
        return Ok(Vec::new());
    }
    if let [sort] = query.sort.as_slice()
        && resource.view == views::HISTORY_PROCESS_INSTANCE
        && matches!(&*sort.field, "processDefinitionName" | "processDefinitionVersion")
    {
        return by_definition(req, query).await;
    }
    let page = req.engine.journal().query(&query).await?;
    Ok(page.rows.into_iter().map(|(_, row)| row).collect())
}

/// Names and versions of definitions are in no row: all rows that pass are sorted by the catalog's, then the page is cut.
async fn by_definition(req: &Req, mut query: Query) -> RestResult<Vec<Document>> {
    let sort = query.sort.remove(0);
    let paging = Paging { first: std::mem::take(&mut query.offset), max: query.limit.take() };
    let page = req.engine.journal().query(&query).await?;
    let mut rows: Vec<Document> = page.rows.into_iter().map(|(_, row)| row).collect();
    rows.sort_by_cached_key(|row| {
        let id = row.get("processDefinitionId").and_then(Json::as_str).unwrap_or_default();
        req.engine.catalog().process(id).map(|definition| {
            if &*sort.field == "processDefinitionName" {
                (definition.name.clone(), 0)
            } else {
                (None, definition.version)
            }
        })
    });
    if sort.descending {
        rows.reverse();
    }
    Ok(paging.cut(rows).collect())
}

async fn count_get(req: Req, resource: &'static Resource) -> Reply {
    let input = req.query();
    count(&req, resource, &input).await
}

async fn count_post(req: Req, resource: &'static Resource) -> Reply {
    let input = req.json()?.input();
    count(&req, resource, &input).await
}

async fn count(req: &Req, resource: &'static Resource, input: &Input) -> Reply {
    let context = Context::at(req.engine.now());
    let mut query = resource.query(input, Paging::default(), &context)?;
    query.sort.clear();
    let count = req.engine.journal().count(&query).await?;
    ok(json!({ "count": count }))
}
