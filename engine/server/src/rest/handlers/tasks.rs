//! `/task`: reading tasks, their links and forms.

use super::instances::text;
use super::task_actions::{TaskRef, task_ref};
use crate::engine::Engine;
use crate::rest::error::{RestError, RestResult};
use crate::rest::finish::{suspended, value_of};
use crate::rest::query::criteria::{all, eq, is_in};
use crate::rest::query::shape::shape;
use crate::rest::query::{Input, Resource};
use crate::rest::request::{Reply, Req, ok};
use crate::rest::resources::task;
use crate::rest::typed::{Deserialize, to_wire};
use crate::views;
use casewright_journal::{Document, Query};
use futures::future::BoxFuture;
use serde_json::{Map, Value as Json, json};

/// The row of a task.
pub(crate) async fn row(engine: &Engine, id: &str) -> RestResult<Option<Document>> {
    Ok(engine.journal().get(views::TASK, id).await?)
}

/// Is the task's instance suspended? A task that is not there is not.
pub(crate) async fn is_suspended(engine: &Engine, id: &str) -> RestResult<bool> {
    let row = row(engine, id).await?;
    Ok(!suspended(engine, row.as_slice()).await?.is_empty())
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
    let suspended = suspended(engine, rows).await?;
    let marks = input.boolean("withCommentAttachmentInfo")? == Some(true);
    let all_variables = input.boolean("withTaskVariablesInReturn")? == Some(true);
    let local_variables = input.boolean("withTaskLocalVariablesInReturn")? == Some(true);
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let mut dto = shape(task::FIELDS, row);
        if text(row, "processInstanceId").is_some_and(|id| suspended.contains(id)) {
            dto.insert("suspended".into(), json!(true));
        }
        if marks {
            let id = text(row, "id").unwrap_or_default();
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

/// Rows of a task in a view.
trait CountOf {
    async fn count_of(&self, view: &'static str, task: &str) -> RestResult<u64>;
}

impl CountOf for casewright_journal::TenantHandle {
    async fn count_of(&self, view: &'static str, task: &str) -> RestResult<u64> {
        Ok(self.count(&Query::new(view, eq("taskId", task))).await?)
    }
}

async fn visible(engine: &Engine, row: &Document, with_outer: bool) -> RestResult<Map<String, Json>> {
    let id = text(row, "id").unwrap_or_default();
    let mut out = Map::new();
    if with_outer && let Some(state) = engine.state_of(id).await? {
        let element = state.local(id).and_then(|id| state.task(id)).map(|task| task.place.element);
        for (name, variable) in element.map(|element| state.visible_variables(element)).unwrap_or_default() {
            let wire = to_wire(&variable.value, Deserialize::Yes);
            out.insert(name.to_string(), Json::Object(wire));
        }
    }
    let page = engine.journal().query(&Query::new(views::VARIABLE, eq("taskId", id))).await?;
    for (_, variable) in page.rows {
        let wire = to_wire(&value_of(&variable), Deserialize::Yes);
        let name = text(&variable, "name").unwrap_or_default();
        out.insert(name.to_owned(), Json::Object(wire));
    }
    Ok(out)
}

/// `GET /task/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let Some(row) = row(&req.engine, req.id()).await? else {
        return Err(RestError::not_found(format!("No matching task with id {}", req.id())));
    };
    let mut dtos = dtos(&req.engine, &req.query(), &[row]).await?;
    ok(dtos.remove(0))
}

/// `GET /task/{id}/identity-links`.
pub(crate) async fn links(req: Req) -> Reply {
    let id = req.id();
    let Some(row) = row(&req.engine, id).await? else {
        return Err(RestError::null_value(format!("Cannot find task with id {id}: task is null")));
    };
    let mut filters = vec![eq("taskId", id)];
    let kind = req.query().text("type")?;
    if let Some(kind) = &kind {
        filters.push(eq("type", kind.clone()));
    }
    let page = req.engine.journal().query(&Query::new(views::IDENTITY_LINK, all(filters))).await?;
    let mut out: Vec<Json> = page.rows.iter().map(|(_, link)| Json::Object(shape(task::LINK_FIELDS, link))).collect();
    for role in ["assignee", "owner"] {
        let wanted = kind.as_deref().is_none_or(|kind| kind == role);
        if let Some(user) = text(&row, role).filter(|_| wanted) {
            out.push(json!({"userId": user, "groupId": null, "type": role}));
        }
    }
    ok(out)
}

/// `GET /task/report/candidate-group-count`.
pub(crate) async fn candidate_group_count(req: Req) -> Reply {
    let page = req.engine.journal().query(&Query::new(views::IDENTITY_LINK, eq("type", "candidate"))).await?;
    let mut counts: indexmap::IndexMap<Option<String>, Vec<String>> = indexmap::IndexMap::new();
    for (_, link) in &page.rows {
        let group = text(link, "groupId").map(str::to_owned);
        if let (Some(_), Some(task)) = (&group, text(link, "taskId")) {
            counts.entry(group).or_default().push(task.to_owned());
        }
    }
    let grouped: Vec<String> = counts.values().flatten().cloned().collect();
    let others = casewright_journal::Filter::Not(Box::new(is_in("id", grouped)));
    let without = req.engine.journal().count(&Query::new(views::TASK, others)).await?;
    let mut out: Vec<Json> =
        counts.iter().map(|(group, tasks)| json!({"groupName": group, "taskCount": tasks.len()})).collect();
    if without > 0 {
        out.push(json!({"groupName": null, "taskCount": without}));
    }
    ok(out)
}

/// Is the id that of a task, of whatever kind?
pub(crate) async fn exists(engine: &Engine, id: &str) -> RestResult<bool> {
    Ok(!matches!(task_ref(engine, id).await?, TaskRef::None))
}
