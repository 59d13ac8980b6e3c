//! The mechanics of every list resource: `GET` and `POST`, `/count`, and a last pass over the rows.

use super::error::RestResult;
use super::query::{Context, Input, Paging, Resource, shape::shape, variable_sort};
use super::request::{Reply, Req, ok};
use super::streaming;
use crate::resources::Absent;
use crate::state::RestState;
use axum::routing::{MethodRouter, get};
use casewright_engine_runtime::Engine;
use casewright_engine_views::portions::{self, Rows};
use casewright_engine_views::{self as views, PastInstanceRow, TaskRow};
use casewright_journal::{Column, Document, Query};
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

/// Makes answers of a portion of rows; may look things up that a row does not hold.
pub(crate) type Finish =
    fn(Engine, &'static Resource, Input, Vec<Document>) -> BoxFuture<'static, RestResult<Vec<Json>>>;

/// Answers, a portion at a time.
pub(crate) type Answers = BoxStream<'static, RestResult<Vec<Json>>>;

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
pub(crate) fn listed(resource: &'static Resource, finish: Finish) -> MethodRouter<RestState> {
    get(move |req: Req| list_get(req, resource, finish))
}

/// `GET` and `POST` of a list.
pub(crate) fn queried(resource: &'static Resource, finish: Finish) -> MethodRouter<RestState> {
    listed(resource, finish).post(move |req: Req| list_post(req, resource, finish))
}

/// `GET` of a count.
pub(crate) fn counted(resource: &'static Resource) -> MethodRouter<RestState> {
    get(move |req: Req| count_get(req, resource))
}

/// `GET` and `POST` of a count.
pub(crate) fn count_queried(resource: &'static Resource) -> MethodRouter<RestState> {
    counted(resource).post(move |req: Req| count_post(req, resource))
}

pub(crate) async fn list_get(req: Req, resource: &'static Resource, finish: Finish) -> Reply {
    let input = req.query();
    list(req, resource, finish, input).await
}

pub(crate) async fn list_post(req: Req, resource: &'static Resource, finish: Finish) -> Reply {
    let input = req.json()?.input();
    list(req, resource, finish, input).await
}

async fn list(req: Req, resource: &'static Resource, finish: Finish, input: Input) -> Reply {
    let rows = rows(&req, resource, &input).await?;
    let options = req.query();
    streaming::array(finished(&req.engine, resource, finish, merge(input, &options), rows)).await
}

/// Rows as answers.
pub(crate) fn finished(
    engine: &Engine,
    resource: &'static Resource,
    finish: Finish,
    input: Input,
    rows: Rows,
) -> Answers {
    let engine = engine.clone();
    rows.err_into()
        .and_then(move |mut rows| {
            let (engine, input) = (engine.clone(), input.clone());
            async move {
                if resource.view.starts_with("history-") {
                    super::finish::set_removal_times(&engine, &mut rows).await?;
                }
                finish(engine, resource, input, rows).await
            }
        })
        .boxed()
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

/// The rows that a request asks for.
pub(crate) async fn rows(req: &Req, resource: &'static Resource, input: &Input) -> RestResult<Rows> {
    let paging = req.paging()?;
    let context = Context::at(req.engine.now());
    let journal = req.engine.journal();
    if resource.view == views::TASK
        && let Some((input, keys)) = variable_sort::take(input)?
    {
        let query = resource.query(&input, Paging::default(), &context)?;
        let ids = variable_sort::sorted(journal, query, &keys).await?;
        return Ok(portions::by_ids(journal, views::TASK, TaskRow::ID, paging.cut(ids).collect()));
    }
    let query = resource.query(input, paging, &context)?;
    if paging.max == Some(0) {
        return Ok(portions::none());
    }
    if let [sort] = query.sort.as_slice()
        && resource.view == views::HISTORY_PROCESS_INSTANCE
        && (sort.field == BY_NAME.into() || sort.field == BY_VERSION.into())
    {
        return by_definition(req, query).await;
    }
    Ok(portions::portions(journal, query))
}

const BY_NAME: Column = Absent::PROCESS_DEFINITION_NAME;
const BY_VERSION: Column = Absent::PROCESS_DEFINITION_VERSION;

/// What a definition sorts its instances by: its name or its version.
type DefinitionKey = Option<(Option<String>, i32)>;

/// Names and versions of definitions are in no row: the ids of all rows that pass are sorted by the catalog's, then the page
/// is cut.
async fn by_definition(req: &Req, mut query: Query) -> RestResult<Rows> {
    let sort = query.sort.remove(0);
    let paging = Paging { first: std::mem::take(&mut query.offset), max: query.limit.take() };
    query.only = Some(&[PastInstanceRow::ID, PastInstanceRow::PROCESS_DEFINITION_ID]);
    let journal = req.engine.journal();
    let mut rows: Vec<(DefinitionKey, SmolStr)> = Vec::new();
    let mut found = portions::portions(journal, query);
    while let Some(portion) = found.try_next().await? {
        rows.extend(portion.iter().map(|row| {
            let text = |column: Column| column.text(row).unwrap_or_default();
            let key = req.engine.catalog().process(text(PastInstanceRow::PROCESS_DEFINITION_ID)).map(|definition| {
                if sort.field == BY_NAME.into() { (definition.name.clone(), 0) } else { (None, definition.version) }
            });
            (key, SmolStr::new(text(PastInstanceRow::ID)))
        }));
    }
    rows.sort_by(|(left, _), (right, _)| left.cmp(right));
    if sort.descending {
        rows.reverse();
    }
    let ids = paging.cut(rows).map(|(_, id)| id).collect();
    Ok(portions::by_ids(journal, views::HISTORY_PROCESS_INSTANCE, PastInstanceRow::ID, ids))
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
    ok(json!({ "count": counted_rows(req, resource, input).await? }))
}

/// How many rows meet the criteria.
pub(crate) async fn counted_rows(req: &Req, resource: &'static Resource, input: &Input) -> RestResult<u64> {
    let context = Context::at(req.engine.now());
    let mut query = resource.query(input, Paging::default(), &context)?;
    query.sort.clear();
    Ok(req.engine.journal().count(&query).await?)
}
