//! `application/hal+json` of tasks: a task with links to what belongs to it, and with the users, groups and definitions it
//! names embedded, so that a task list is one request. Camunda has it for `GET /task`, `GET /task/{id}` and the tasks of
//! a filter.

use super::identity;
use super::records::Kind;
use super::tasks::identity_links;
use crate::error::{RestError, RestResult};
use crate::list::Answers;
use crate::negotiation::prefers_hal;
use crate::request::Reply;
use crate::streaming::sent;
use crate::typed::{Deserialize, to_wire};
use axum::response::{IntoResponse, Response};
use casewright_engine_runtime::Engine;
use casewright_engine_views::criteria::{all, eq, is_in};
use casewright_engine_views::{self as views, PlaceRowColumns as _, VariableFieldsColumns as _, VariableRow, value_of};
use casewright_journal::{Column, Document, Filter, Query};
use futures::{StreamExt, TryStreamExt, stream};
use http::{HeaderMap, HeaderValue, header};
use indexmap::IndexSet;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

const MEDIA: &str = "application/hal+json";

/// What stands in a segment of a path as it is.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':').remove(b'@').remove(b'+');

/// Fields of the plain task that Camunda's HAL does not have.
const PLAIN_ONLY: [&str; 2] = ["lastUpdated", "taskState"];

pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    prefers_hal(headers)
}

fn answer(body: &Json) -> Response {
    let mut response = body.to_string().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA));
    response
}

/// 200 where a single result was asked for and there is none.
pub(crate) fn nothing() -> Response {
    answer(&json!({"_links": {}, "_embedded": {}}))
}

/// Whom the tasks of a list name. They are embedded behind the tasks, once each.
#[derive(Default)]
struct Named {
    assignees: IndexSet<String>,
    owners: IndexSet<String>,
    definitions: IndexSet<String>,
}

/// A list: the tasks as they come, then what they name. `count` is of all tasks that match; `shown` names variables that go
/// with each task.
pub(crate) async fn list(engine: &Engine, mut tasks: Answers, count: u64, shown: Vec<String>) -> Reply {
    // What is wrong with the request shows here, as long as there is a status to give.
    let first = tasks.try_next().await?.unwrap_or_default();
    let named = Arc::new(Mutex::new(Named::default()));
    let (noted, for_items, shown) = (Arc::clone(&named), engine.clone(), Arc::new(shown));
    let items = stream::iter([Ok(first)]).chain(tasks).and_then(move |portion| {
        let (named, engine, shown) = (Arc::clone(&noted), for_items.clone(), Arc::clone(&shown));
        async move {
            note(&mut named.lock().unwrap_or_else(PoisonError::into_inner), &portion);
            let mut variables = variables_of(&engine, &portion, &shown).await?;
            let item = |task: Json| {
                let own = variables.remove(word(&task, "id").unwrap_or_default());
                let embedded = if shown.is_empty() { Json::Null } else { json!({"variable": own.unwrap_or_default()}) };
                resource(task, embedded)
            };
            Ok(portion.into_iter().map(item).collect())
        }
    });
    let head = format!("{{\"_links\":{{\"self\":{{\"href\":\"/task\"}}}},\"count\":{count},\"_embedded\":{{\"task\":[");
    let engine = engine.clone();
    let tail = move || -> futures::future::BoxFuture<'static, RestResult<String>> {
        Box::pin(async move {
            let named = std::mem::take(&mut *named.lock().unwrap_or_else(PoisonError::into_inner));
            embedded_behind(&engine, &named).await
        })
    };
    Ok(sent(MEDIA, head, items.boxed(), Box::new(tail)))
}

fn note(named: &mut Named, tasks: &[Json]) {
    for task in tasks {
        named.assignees.extend(word(task, "assignee").map(str::to_owned));
        named.owners.extend(word(task, "owner").map(str::to_owned));
        named.definitions.extend(word(task, "processDefinitionId").map(str::to_owned));
    }
}

/// The end of the list's text.
async fn embedded_behind(engine: &Engine, named: &Named) -> RestResult<String> {
    let mut out = "]".to_owned();
    let kinds = [
        ("assignee", people(engine, Kind::User, &named.assignees).await?),
        ("owner", people(engine, Kind::User, &named.owners).await?),
        ("processDefinition", definitions(engine, &named.definitions)),
    ];
    for (name, embedded) in kinds {
        if !embedded.is_empty() {
            out.push_str(&format!(",\"{name}\":{}", Json::Array(embedded)));
        }
    }
    out.push_str("}}");
    Ok(out)
}

/// One task, with its links to people; `shown` as in [`list`].
pub(crate) async fn one(engine: &Engine, task: Json, shown: Vec<String>) -> Reply {
    let links = match &task {
        Json::Object(fields) => identity_links(engine, fields, None).await?,
        _ => return Err(RestError::engine("a task is an object")),
    };
    let id = word(&task, "id").unwrap_or_default().to_owned();
    let named = |field: &str| links.iter().filter_map(|link| word(link, field)).map(str::to_owned).collect();
    let (users, groups): (IndexSet<String>, IndexSet<String>) = (named("userId"), named("groupId"));
    let definition = word(&task, "processDefinitionId").map(str::to_owned).into_iter().collect();
    let mut variables = variables_of(engine, std::slice::from_ref(&task), &shown).await?;
    let kinds = [
        ("group", people(engine, Kind::Group, &groups).await?),
        ("identityLink", links.iter().map(|link| link_resource(&id, link)).collect()),
        ("processDefinition", definitions(engine, &definition)),
        ("user", people(engine, Kind::User, &users).await?),
        ("variable", variables.remove(&id).unwrap_or_default()),
    ];
    let mut embedded = Map::new();
    embedded.extend(kinds.into_iter().filter(|(_, all)| !all.is_empty()).map(|(name, all)| (name.into(), json!(all))));
    let embedded = if embedded.is_empty() { Json::Null } else { Json::Object(embedded) };
    Ok(answer(&resource(task, embedded)))
}

fn word<'a>(json: &'a Json, field: &str) -> Option<&'a str> {
    json.get(field).and_then(Json::as_str)
}

fn href(segments: &[&str]) -> Json {
    let path: String = segments.iter().map(|segment| format!("/{}", utf8_percent_encode(segment, SEGMENT))).collect();
    json!({ "href": path })
}

fn resource(task: Json, embedded: Json) -> Json {
    let mut links = Map::new();
    let mut link = |name: &str, to: &str, field: &str| {
        if let Some(id) = word(&task, field) {
            links.insert(name.to_owned(), href(&[to, id]));
        }
    };
    link("assignee", "user", "assignee");
    link("execution", "execution", "executionId");
    link("owner", "user", "owner");
    link("parent", "task", "parentTaskId");
    link("processDefinition", "process-definition", "processDefinitionId");
    link("processInstance", "process-instance", "processInstanceId");
    link("self", "task", "id");
    let id = word(&task, "id").unwrap_or_default();
    links.insert("identityLink".into(), href(&["task", id, "identity-links"]));
    let mut out = Map::new();
    out.insert("_links".into(), Json::Object(links));
    out.insert("_embedded".into(), embedded);
    if let Json::Object(fields) = task {
        out.extend(fields.into_iter().filter(|(name, _)| !PLAIN_ONLY.contains(&name.as_str())));
    }
    Json::Object(out)
}

fn link_resource(task: &str, link: &Json) -> Json {
    let mut links = Map::new();
    for (name, field) in [("group", "groupId"), ("user", "userId")] {
        if let Some(id) = word(link, field) {
            links.insert(name.to_owned(), href(&[name, id]));
        }
    }
    links.insert("task".into(), href(&["task", task]));
    let of = |field: &str| link.get(field).cloned().unwrap_or(Json::Null);
    json!({
        "_links": links,
        "_embedded": null,
        "type": of("type"),
        "userId": of("userId"),
        "groupId": of("groupId"),
        "taskId": task,
    })
}

/// Those of the users or groups that are known.
async fn people(engine: &Engine, kind: Kind, ids: &IndexSet<String>) -> RestResult<Vec<Json>> {
    let mut out = Vec::new();
    for id in ids {
        if let Some(mut found) = identity::profile(engine, kind, id).await? {
            found.insert("_links".into(), json!({"self": href(&[kind.noun(), id])}));
            found.insert("_embedded".into(), Json::Null);
            out.push(Json::Object(found));
        }
    }
    Ok(out)
}

fn definitions(engine: &Engine, ids: &IndexSet<String>) -> Vec<Json> {
    let found = ids.iter().filter_map(|id| engine.catalog().process(id));
    found
        .map(|definition| {
            let deployment = definition.deployment_id.as_str();
            json!({
                "_links": {
                    "deployment": href(&["deployment", deployment]),
                    "resource": href(&["deployment", deployment, "resources", &definition.resource]),
                    "self": href(&["process-definition", &definition.id]),
                },
                "_embedded": null,
                "id": definition.id.as_str(),
                "key": definition.key.as_str(),
                "category": definition.category.as_str(),
                "description": definition.description,
                "name": definition.name,
                "versionTag": definition.version_tag,
                "version": definition.version,
                "resource": definition.resource,
                "deploymentId": deployment,
                "diagram": definition.diagram,
                "suspended": definition.suspended,
                "contextPath": null,
            })
        })
        .collect()
}

/// The variables of these names that each task can see at itself, its execution or its process instance, by task.
async fn variables_of(engine: &Engine, tasks: &[Json], names: &[String]) -> RestResult<HashMap<String, Vec<Json>>> {
    let mut out: HashMap<String, Vec<Json>> = HashMap::new();
    if names.is_empty() || tasks.is_empty() {
        return Ok(out);
    }
    let ids = |field: &'static str| tasks.iter().filter_map(move |task| word(task, field));
    let of_tasks = Filter::Or(vec![
        is_in(VariableRow::TASK_ID, ids("id")),
        all(vec![is_in(VariableRow::EXECUTION_ID, ids("executionId")), Filter::IsNull(VariableRow::TASK_ID.into())]),
        all(vec![
            is_in(VariableRow::PROCESS_INSTANCE_ID, ids("processInstanceId")),
            eq(VariableRow::IS_INSTANCE_SCOPE, true),
        ]),
    ]);
    let named = is_in(VariableRow::NAME, names.iter().map(String::as_str));
    let query = Query::new(views::VARIABLE, all(vec![named, of_tasks]));
    let rows: Vec<Document> =
        engine.journal().query_further(views::TASK, &query).await?.rows.into_iter().map(|(_, row)| row).collect();
    for task in tasks {
        let (task_id, execution) = (word(task, "id"), word(task, "executionId"));
        let instance = word(task, "processInstanceId");
        let own = rows.iter().filter_map(|row| {
            let name = VariableRow::NAME.text(row).unwrap_or_default();
            let is = |column: Column, id: Option<&str>| id.is_some() && column.text(row) == id;
            let at = if is(VariableRow::TASK_ID, task_id) {
                href(&["task", task_id.unwrap_or_default(), "localVariables", name])
            } else if !VariableRow::TASK_ID.of(row).is_null() {
                return None;
            } else if VariableRow::IS_INSTANCE_SCOPE.is_set(row) && is(VariableRow::PROCESS_INSTANCE_ID, instance) {
                href(&["process-instance", instance.unwrap_or_default(), "variables", name])
            } else if is(VariableRow::EXECUTION_ID, execution) {
                href(&["execution", execution.unwrap_or_default(), "localVariables", name])
            } else {
                return None;
            };
            let mut shown = to_wire(&value_of(row), Deserialize::No);
            shown.insert("name".into(), json!(name));
            shown.insert("_links".into(), json!({ "self": at }));
            shown.insert("_embedded".into(), Json::Null);
            Some(Json::Object(shown))
        });
        out.insert(task_id.unwrap_or_default().to_owned(), own.collect());
    }
    Ok(out)
}
