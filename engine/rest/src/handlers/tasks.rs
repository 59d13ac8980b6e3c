//! `/task`: reading tasks, their links and forms.

use super::hal;
use crate::error::{RestError, RestResult};
use crate::list::{counted_rows, finished, list_get, list_post, rows};
use crate::query::shape::shape;
use crate::query::{Input, Resource};
use crate::request::{Reply, Req, ok};
use crate::resources::task;
use crate::typed::{Deserialize, to_wire};
use casewright_engine_runtime::Engine;
use casewright_engine_views::criteria::{all, eq, in_view};
use casewright_engine_views::portions::portions;
use casewright_engine_views::{
    self as views, CommentRow, IdentityLinkRow, PlaceRowColumns as _, TaskRow, VariableFieldsColumns as _, VariableRow,
    value_of,
};
use casewright_journal::{Document, Filter, Query};
use futures::TryStreamExt;
use futures::future::BoxFuture;
use serde_json::{Map, Value as Json, json};

/// The row of a task.
pub(crate) async fn row(engine: &Engine, id: &str) -> RestResult<Option<Document>> {
    Ok(engine.journal().get(views::TASK, id).await?)
}

/// Rows as DTOs, with suspension, variables and marks as the request asks.
pub(crate) fn finish(
    engine: Engine,
    _: &'static Resource,
    input: Input,
    rows: Vec<Document>,
) -> BoxFuture<'static, RestResult<Vec<Json>>> {
    Box::pin(async move { dtos(&engine, &input, &rows).await })
}

async fn dtos(engine: &Engine, input: &Input, rows: &[Document]) -> RestResult<Vec<Json>> {
    let suspended = engine.instances().suspended_among(rows).await?;
    let marks = input.boolean("withCommentAttachmentInfo")? == Some(true);
    let all_variables = input.boolean("withTaskVariablesInReturn")? == Some(true);
    let local_variables = input.boolean("withTaskLocalVariablesInReturn")? == Some(true);
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let mut dto = shape(task::FIELDS, row);
        if TaskRow::PROCESS_INSTANCE_ID.text(row).is_some_and(|id| suspended.contains(id)) {
            dto.insert("suspended".into(), json!(true));
        }
        if marks {
            let id = TaskRow::ID.text(row).unwrap_or_default();
            let has = |view| engine.journal().count_of(view, id);
            dto.insert("attachment".into(), json!(has(views::ATTACHMENT).await? > 0));
            dto.insert("comment".into(), json!(has(views::COMMENT).await? > 0));
        }
        if all_variables || local_variables {
            let variables = visible(engine, row, all_variables).await?;
            dto.insert("variables".into(), Json::Object(variables));
        }
        out.push(Json::Object(dto));
    }
    Ok(out)
}

/// `POST /task`.
pub(crate) async fn query(req: Req) -> Reply {
    list_post(req, &task::RESOURCE, finish).await
}

/// Rows of a task in a view.
trait CountOf {
    async fn count_of(&self, view: &'static str, task: &str) -> RestResult<u64>;
}

impl CountOf for casewright_journal::TenantHandle {
    async fn count_of(&self, view: &'static str, task: &str) -> RestResult<u64> {
        Ok(self.count(&Query::new(view, eq(CommentRow::TASK_ID, task))).await?)
    }
}

async fn visible(engine: &Engine, row: &Document, with_outer: bool) -> RestResult<Map<String, Json>> {
    let id = TaskRow::ID.text(row).unwrap_or_default();
    let mut out = Map::new();
    if with_outer && let Some(state) = engine.instances().state_of(id).await? {
        let element = state.local(id).and_then(|id| state.task(id)).map(|task| task.place.element);
        for (name, variable) in element.map(|element| state.visible_variables(element)).unwrap_or_default() {
            let wire = to_wire(&variable.value, Deserialize::Yes);
            out.insert(name.to_string(), Json::Object(wire));
        }
    }
    let page = engine.journal().query(&Query::new(views::VARIABLE, eq(VariableRow::TASK_ID, id))).await?;
    for (_, variable) in page.rows {
        let wire = to_wire(&value_of(&variable), Deserialize::Yes);
        let name = VariableRow::NAME.text(&variable).unwrap_or_default();
        out.insert(name.to_owned(), Json::Object(wire));
    }
    Ok(out)
}

/// `GET /task/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let Some(row) = row(&req.engine, req.id()).await? else {
        return Err(RestError::not_found(format!("No matching task with id {}", req.id())));
    };
    let options = ["withCommentAttachmentInfo", "withTaskVariablesInReturn", "withTaskLocalVariablesInReturn"];
    let options = options.into_iter().filter(|name| req.flag(name) == Some(true));
    let options = Input::Parameters(options.map(|name| (name.to_owned(), "true".to_owned())).collect());
    let mut dtos = dtos(&req.engine, &options, &[row]).await?;
    let task = dtos.remove(0);
    if hal::is_wanted(&req.headers) {
        return hal::one(&req.engine, task, Vec::new()).await;
    }
    ok(task)
}

/// `GET /task`, as plain JSON or as HAL.
pub(crate) async fn list(req: Req) -> Reply {
    if !hal::is_wanted(&req.headers) {
        return list_get(req, &task::RESOURCE, finish).await;
    }
    let input = req.query();
    let count = counted_rows(&req, &task::RESOURCE, &input).await?;
    let rows = rows(&req, &task::RESOURCE, &input).await?;
    let tasks = finished(&req.engine, &task::RESOURCE, finish, input, rows);
    hal::list(&req.engine, tasks, count, Vec::new()).await
}

/// `GET /task/{id}/identity-links`.
pub(crate) async fn links(req: Req) -> Reply {
    let id = req.id();
    let Some(row) = row(&req.engine, id).await? else {
        return Err(RestError::null_value(format!("Cannot find task with id {id}: task is null")));
    };
    ok(identity_links(&req.engine, &row, req.query().text("type")?.as_deref()).await?)
}

/// The people of a task: those of its links, its assignee and its owner; of one kind, or all.
pub(super) async fn identity_links(
    engine: &Engine,
    task: &Map<String, Json>,
    kind: Option<&str>,
) -> RestResult<Vec<Json>> {
    let mut filters = vec![eq(IdentityLinkRow::TASK_ID, TaskRow::ID.text(task).unwrap_or_default())];
    filters.extend(kind.map(|kind| eq(IdentityLinkRow::TYPE, kind)));
    let page = engine.journal().query(&Query::new(views::IDENTITY_LINK, all(filters))).await?;
    let mut out: Vec<Json> = page.rows.iter().map(|(_, link)| Json::Object(shape(task::LINK_FIELDS, link))).collect();
    for column in [TaskRow::ASSIGNEE, TaskRow::OWNER] {
        let role = column.name();
        let wanted = kind.is_none_or(|kind| kind == role);
        if let Some(user) = column.text(task).filter(|_| wanted) {
            out.push(json!({"userId": user, "groupId": null, "type": role}));
        }
    }
    Ok(out)
}

/// `GET /task/report/candidate-group-count`.
pub(crate) async fn candidate_group_count(req: Req) -> Reply {
    let journal = req.engine.journal();
    let of_group = all(vec![eq(IdentityLinkRow::TYPE, "candidate"), Filter::NotNull(IdentityLinkRow::GROUP_ID.into())]);
    let links =
        Query { only: Some(&[IdentityLinkRow::GROUP_ID]), ..Query::new(views::IDENTITY_LINK, of_group.clone()) };
    let mut links = portions(journal, links);
    let mut counts: indexmap::IndexMap<String, u64> = indexmap::IndexMap::new();
    while let Some(links) = links.try_next().await? {
        for group in links.iter().filter_map(|link| IdentityLinkRow::GROUP_ID.text(link)) {
            *counts.entry(group.to_owned()).or_default() += 1;
        }
    }
    let others = Filter::Not(Box::new(in_view(TaskRow::ID, views::IDENTITY_LINK, IdentityLinkRow::TASK_ID, of_group)));
    let without = journal.count(&Query::new(views::TASK, others)).await?;
    let mut out: Vec<Json> =
        counts.iter().map(|(group, tasks)| json!({"groupName": group, "taskCount": tasks})).collect();
    if without > 0 {
        out.push(json!({"groupName": null, "taskCount": without}));
    }
    ok(out)
}
