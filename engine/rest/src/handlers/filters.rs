//! `/filter`: saved task queries. A filter is a record; its query is kept as it was stated and judged when it is run.
//!
//! Expressions (`assigneeExpression`, ...) are evaluated at each run, as the user who runs it; ad-hoc queries may not
//! have any, which is why they are replaced by their values before the query is read.

use super::hal;
use super::records::{put, remove};
use super::tasks;
use crate::error::{RestError, RestResult};
use crate::list::{Answers, finished};
use crate::query::shape::shape;
use crate::query::{Context, Input, Paging};
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::resources::{identity, task};
use crate::streaming;
use crate::words::evaluator;
use casewright_engine_expr::Expressions;
use casewright_engine_runtime::{Caller, Engine};
use casewright_engine_value::{Detached, Evaluator, Language, Value};
use casewright_engine_views::{self as views, FilterRow, date, plain, portions};
use casewright_journal::{Document, Query, Row};
use futures::TryStreamExt;
use serde_json::{Map, Value as Json, json};

const TASK: &str = "Task";

/// Criteria that the contract takes but never shows again.
const NOT_SHOWN: [&str; 2] = ["taskId", "taskIdIn"];

/// Lists that are shown even when they are empty.
const ALWAYS_SHOWN: [&str; 4] = ["taskVariables", "processVariables", "caseInstanceVariables", "orQueries"];

fn missing(id: &str) -> RestError {
    RestError::not_found(format!("Filter with id '{id}' does not exist."))
}

/// 404 as Camunda says it where its engine, not its REST layer, notices that the filter is missing.
fn missing_in_engine(id: &str) -> RestError {
    RestError { code: Some(0), ..missing(id) }
}

async fn find(req: &Req) -> RestResult<Option<Document>> {
    Ok(req.engine.journal().get(views::FILTER, req.id()).await?)
}

/// `POST /filter/create`.
pub(crate) async fn create(req: Req) -> Reply {
    let body = req.json()?;
    let kind = body.text("resourceType")?;
    if kind.as_deref() != Some(TASK) {
        let shown = kind.as_deref().unwrap_or("null");
        return Err(RestError::invalid(format!("Unable to create filter with invalid resource type '{shown}'")));
    }
    let id = uuid::Uuid::new_v4().to_string();
    let row = record(&req, &id, &body, "Unable to create filter with invalid content")?;
    put(&req, views::FILTER, &id, row.clone()).await?;
    let mut answer = dto(&row);
    answer.insert("properties".into(), body.get("properties").cloned().unwrap_or(Json::Null));
    ok(answer)
}

/// `PUT /filter/{id}`.
pub(crate) async fn update(req: Req) -> Reply {
    let body = req.json()?;
    let id = req.id();
    if find(&req).await?.is_none() {
        return Err(missing(id));
    }
    let row = record(&req, id, &body, "Unable to update filter with invalid content")?;
    put(&req, views::FILTER, id, row).await?;
    no_content()
}

fn record(req: &Req, id: &str, body: &Fields, refusal: &str) -> RestResult<Document> {
    let invalid = || RestError { code: Some(0), ..RestError::invalid(refusal) };
    let query = body.object("query")?.ok_or_else(|| RestError::misfit("query", "TaskQueryDto", &Json::Null))?.0;
    let name = body.text("name")?.filter(|name| !name.is_empty()).ok_or_else(invalid)?;
    let properties = match body.get("properties") {
        None => json!({}),
        Some(properties @ Json::Object(_)) => properties.clone(),
        Some(found) => return Err(RestError::misfit("properties", "java.util.Map", found)),
    };
    check(req, &query)?;
    let row = FilterRow {
        id: id.into(),
        resource_type: TASK.into(),
        name,
        owner: body.text("owner")?,
        query: Json::Object(query),
        properties,
    };
    Ok(Row::from(row).into_document())
}

/// Refuses what no run could read. Expressions are judged when they run.
fn check(req: &Req, query: &Map<String, Json>) -> RestResult<()> {
    let stated = query.iter().filter(|(name, _)| !name.ends_with("Expression"));
    let input = Input::Body(stated.map(|(name, value)| (name.clone(), value.clone())).collect());
    task::RESOURCE.query(&input, Paging::default(), &Context::at(req.engine.now())).map(drop)
}

/// `GET /filter/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let row = find(&req).await?.ok_or_else(|| missing(req.id()))?;
    let mut answer = dto(&row);
    if req.flag("itemCount") == Some(true) {
        answer.insert("itemCount".into(), json!(count_of(&req.engine, &req.caller, &row, None).await?));
    }
    ok(answer)
}

/// `DELETE /filter/{id}`.
pub(crate) async fn delete(req: Req) -> Reply {
    if find(&req).await?.is_none() {
        return Err(missing_in_engine(req.id()));
    }
    remove(&req, views::FILTER, req.id()).await?;
    no_content()
}

/// `GET /filter`.
pub(crate) async fn list(req: Req) -> Reply {
    let input = req.query();
    let paging = req.paging()?;
    let query = identity::FILTER.query(&input, paging, &Context::at(req.engine.now()))?;
    if paging.max == Some(0) {
        return ok(json!([]));
    }
    let with_count = input.switch("itemCount") == Some(true);
    let (engine, caller) = (req.engine.clone(), req.caller.clone());
    let answers = portions::portions(req.engine.journal(), query).err_into().and_then(move |rows| {
        let (engine, caller) = (engine.clone(), caller.clone());
        async move {
            let mut answers = Vec::with_capacity(rows.len());
            for row in rows {
                let mut dto = dto(&row);
                if with_count {
                    dto.insert("itemCount".into(), json!(count_of(&engine, &caller, &row, None).await?));
                }
                answers.push(Json::Object(dto));
            }
            Ok(answers)
        }
    });
    streaming::array(answers).await
}

fn dto(row: &Document) -> Map<String, Json> {
    let mut out = shape(identity::FILTER.fields, row);
    let stored = FilterRow::QUERY.of(row).as_object();
    let mut query: Map<String, Json> = stored
        .into_iter()
        .flatten()
        .filter(|(name, value)| !NOT_SHOWN.contains(&name.as_str()) && is_stated(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for name in ALWAYS_SHOWN {
        query.entry(name).or_insert_with(|| json!([]));
    }
    out.insert("query".into(), Json::Object(query));
    out
}

/// Flags count only when true, lists only when they have items.
fn is_stated(value: &Json) -> bool {
    match value {
        Json::Null | Json::Bool(false) => false,
        Json::Array(items) => !items.is_empty(),
        _ => true,
    }
}

/// `GET` and `POST /filter/{id}/count`.
pub(crate) async fn count(req: Req) -> Reply {
    let (row, extension) = addressed(&req).await?;
    let count = count_of(&req.engine, &req.caller, &row, extension).await?;
    ok(json!({ "count": count }))
}

/// `GET` and `POST /filter/{id}/list`.
pub(crate) async fn items(req: Req) -> Reply {
    let (row, extension) = addressed(&req).await?;
    let paging = req.paging()?;
    if hal::is_wanted(&req.headers) {
        let count = count_of(&req.engine, &req.caller, &row, extension.clone()).await?;
        let tasks = run(&req.engine, &req.caller, &row, extension, paging).await?;
        return hal::list(&req.engine, tasks, count, shown_variables(&row)).await;
    }
    streaming::array(run(&req.engine, &req.caller, &row, extension, paging).await?).await
}

/// `GET` and `POST /filter/{id}/singleResult`: no task is 204, several are an error.
pub(crate) async fn single(req: Req) -> Reply {
    let (row, extension) = addressed(&req).await?;
    let two = Paging { first: 0, max: Some(2) };
    let found: Vec<Vec<Json>> = run(&req.engine, &req.caller, &row, extension, two).await?.try_collect().await?;
    let mut tasks = found.into_iter().flatten();
    match (tasks.next(), tasks.next()) {
        (None, _) if hal::is_wanted(&req.headers) => Ok(hal::nothing()),
        (None, _) => no_content(),
        (Some(task), None) if hal::is_wanted(&req.headers) => hal::one(&req.engine, task, shown_variables(&row)).await,
        (Some(task), None) => ok(task),
        (Some(_), Some(_)) => {
            Err(RestError { code: Some(0), ..RestError::invalid("Filter does not returns a valid single result") })
        }
    }
}

/// Names of the variables that a task list shows beside the tasks of a filter (`properties.variables`).
fn shown_variables(row: &Document) -> Vec<String> {
    let variables = FilterRow::PROPERTIES.of(row).get("variables").and_then(Json::as_array);
    let names = variables.into_iter().flatten().filter_map(|variable| variable.get("name").and_then(Json::as_str));
    names.map(str::to_owned).collect()
}

/// The filter, and what a POST adds to its query.
async fn addressed(req: &Req) -> RestResult<(Document, Option<Map<String, Json>>)> {
    let row = find(req).await?.ok_or_else(|| missing_in_engine(req.id()))?;
    let invalid = |_| RestError::invalid(format!("Invalid query for resource type '{TASK}'"));
    if !req.has_body() {
        return Ok((row, None));
    }
    let extension = req.json().map_err(|error| if error.misfit { invalid(error) } else { error })?.0;
    check(req, &extension).map_err(|error| if error.misfit { invalid(error) } else { error })?;
    Ok((row, Some(extension)))
}

async fn count_of(
    engine: &Engine,
    caller: &Caller,
    row: &Document,
    extension: Option<Map<String, Json>>,
) -> RestResult<u64> {
    let (mut query, _) = read(engine, caller, row, extension, Paging::default()).await?;
    query.sort.clear();
    Ok(engine.journal().count(&query).await?)
}

async fn run(
    engine: &Engine,
    caller: &Caller,
    row: &Document,
    extension: Option<Map<String, Json>>,
    paging: Paging,
) -> RestResult<Answers> {
    let (query, input) = read(engine, caller, row, extension, paging).await?;
    let rows = match paging.max {
        Some(0) => portions::none(),
        _ => portions::portions(engine.journal(), query),
    };
    Ok(finished(engine, &task::RESOURCE, tasks::finish, input, rows))
}

async fn read(
    engine: &Engine,
    caller: &Caller,
    row: &Document,
    extension: Option<Map<String, Json>>,
    paging: Paging,
) -> RestResult<(Query, Input)> {
    let stored = FilterRow::QUERY.of(row).as_object().cloned().unwrap_or_default();
    let stated = extend(stored, extension.unwrap_or_default());
    let mut scope = Detached { user: caller.user.clone(), groups: caller.groups.clone(), ..Detached::at(engine.now()) };
    let evaluating = engine.aside(move |engine| evaluated(engine.expressions(), &mut scope, stated));
    let input = Input::Body(evaluating.await??);
    let query = task::RESOURCE.query(&input, paging, &Context::at(engine.now()))?;
    Ok((query, input))
}

/// A criterion of the extension replaces the filter's own; lists of variables and alternatives add up, and its sorting
/// comes after the filter's.
fn extend(mut query: Map<String, Json>, extension: Map<String, Json>) -> Map<String, Json> {
    for (name, value) in extension.into_iter().filter(|(_, value)| is_stated(value)) {
        let adds_up = matches!(name.as_str(), "sorting" | "orQueries") || name.ends_with("Variables");
        match (query.get_mut(&name), value) {
            (Some(Json::Array(own)), Json::Array(further)) if adds_up => {
                if name.ends_with("Variables") {
                    own.retain(|old| !further.iter().any(|new| new.get("name") == old.get("name")));
                }
                own.extend(further);
            }
            (_, value) => {
                query.insert(name, value);
            }
        }
    }
    query
}

/// The query with its expressions replaced by what they give now.
fn evaluated(
    expressions: &Expressions,
    scope: &mut Detached,
    query: Map<String, Json>,
) -> RestResult<Map<String, Json>> {
    let mut out = Map::new();
    let mut values = Vec::new();
    for (name, value) in query {
        if name == "orQueries" {
            let queries = value.as_array().cloned().unwrap_or_default();
            let queries: RestResult<Vec<Json>> = queries
                .into_iter()
                .map(|query| match query {
                    Json::Object(query) => evaluated(expressions, scope, query).map(Json::Object),
                    found => Err(RestError::misfit("orQueries", "TaskQueryDto", &found)),
                })
                .collect();
            out.insert(name, Json::Array(queries?));
            continue;
        }
        match (name.strip_suffix("Expression"), &value) {
            (Some(criterion), Json::String(text)) => {
                let value = expressions
                    .evaluate(Language::Juel, text, scope)
                    .map_err(|error| RestError::engine(evaluator(&error)))?;
                values.push((criterion.to_owned(), wire(criterion, &value)));
            }
            (Some(_), _) => {}
            (None, _) => {
                out.insert(name, value);
            }
        }
    }
    out.extend(values);
    Ok(out)
}

/// A criterion's value as a body would state it.
fn wire(criterion: &str, value: &Value) -> Json {
    let is_list = criterion.ends_with("In") || criterion == "candidateGroups";
    match value {
        Value::Date(at) => json!(date::format(*at)),
        Value::String(text) if is_list => json!(text.split(',').map(str::trim).collect::<Vec<_>>()),
        other => plain(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: Json) -> Map<String, Json> {
        json.as_object().cloned().expect("an object")
    }

    #[test]
    fn an_extension_replaces_criteria_and_adds_variables_and_sorting() {
        let own = object(json!({
            "assignee": "anna",
            "taskVariables": [{"name": "a", "operator": "eq", "value": 1}],
            "sorting": [{"sortBy": "name", "sortOrder": "asc"}],
        }));
        let extension = object(json!({
            "assignee": "bert",
            "active": false,
            "taskVariables": [{"name": "b", "operator": "eq", "value": 2}, {"name": "a", "operator": "eq", "value": 3}],
            "sorting": [{"sortBy": "priority", "sortOrder": "desc"}],
        }));
        let query = extend(own, extension);
        assert_eq!(query["assignee"], json!("bert"));
        assert_eq!(query.get("active"), None);
        assert_eq!(query["taskVariables"].as_array().map(Vec::len), Some(2));
        assert_eq!(query["sorting"][1]["sortBy"], json!("priority"));
    }

    #[test]
    fn a_filter_shows_what_is_stated_and_its_four_lists() {
        let row = object(json!({
            "id": "f", "resourceType": "Task", "name": "x", "owner": null, "properties": {},
            "query": {"taskId": "t", "assignee": "anna", "unassigned": false, "sorting": []},
        }));
        let query = dto(&row).remove("query").expect("a query");
        assert_eq!(
            query,
            json!({
                "assignee": "anna", "taskVariables": [], "processVariables": [], "caseInstanceVariables": [],
                "orQueries": [],
            })
        );
    }
}
