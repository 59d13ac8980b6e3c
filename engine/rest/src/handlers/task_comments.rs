//! `/task/{id}/comment` and `/process-instance/{id}/comment`: what people say about a task. Comments outlive the task.

use super::records::{put, remove};
use crate::error::{RestError, RestResult};
use crate::finish::set_removal_times;
use crate::list::Answers;
use crate::query::Field;
use crate::query::shape::shape;
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::streaming;
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, CommentRow, PastTaskRow, PlaceRowColumns as _, RemovalRow, portions};
use casewright_journal::{Column, Document, Query, Row, Sort};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use uuid::Uuid;

const FIELDS: &[Field] = &[
    Field::Links,
    Field::Plain(CommentRow::ID),
    Field::Plain(CommentRow::USER_ID),
    Field::Date(CommentRow::TIME),
    Field::Plain(CommentRow::TASK_ID),
    Field::Plain(CommentRow::MESSAGE),
    Field::Date(RemovalRow::REMOVAL_TIME),
    Field::Plain(CommentRow::ROOT_PROCESS_INSTANCE_ID),
    Field::Plain(CommentRow::PROCESS_INSTANCE_ID),
];

/// The row of a task in history, which knows ended tasks as well.
pub(super) async fn known_task(req: &Req) -> RestResult<Option<Document>> {
    Ok(req.engine.journal().get(views::HISTORY_TASK, req.id()).await?)
}

async fn expect_task(req: &Req, status: fn(String) -> RestError) -> RestResult<Document> {
    known_task(req).await?.ok_or_else(|| status(format!("No task found for task id {}", req.id())))
}

/// A comment of the task of the path, or of the process instance (`column`).
async fn comment_of(req: &Req, column: Column, id: &str) -> RestResult<Option<Document>> {
    let row = req.engine.journal().get(views::COMMENT, id).await?;
    Ok(row.filter(|row| column.text(row) == Some(req.id())))
}

async fn comment(req: &Req, id: &str) -> RestResult<Option<Document>> {
    comment_of(req, CommentRow::TASK_ID, id).await
}

fn newest_first(column: Column, id: &str) -> Query {
    let mut query = Query::new(views::COMMENT, eq(column, id));
    query.sort.push(Sort { field: CommentRow::TIME.into(), descending: true });
    query.sort.push(Sort { field: CommentRow::NTH.into(), descending: true });
    query
}

/// Comments as answers.
fn told(req: &Req, query: Query) -> Answers {
    let engine = req.engine.clone();
    portions::portions(req.engine.journal(), query)
        .err_into()
        .and_then(move |mut rows| {
            let engine = engine.clone();
            async move {
                set_removal_times(&engine, &mut rows).await?;
                Ok(rows.iter().map(|row| Json::Object(shape(FIELDS, row))).collect())
            }
        })
        .boxed()
}

/// `GET /task/{id}/comment`: the newest first.
pub(crate) async fn list(req: Req) -> Reply {
    expect_task(&req, RestError::not_found).await?;
    let query = newest_first(CommentRow::TASK_ID, req.id());
    streaming::array(told(&req, query)).await
}

/// `GET /task/{id}/comment/{commentId}`.
pub(crate) async fn get(req: Req) -> Reply {
    let id = req.path("commentId");
    match comment(&req, id).await? {
        Some(row) => {
            let mut rows = [row];
            set_removal_times(&req.engine, &mut rows).await?;
            ok(shape(FIELDS, &rows[0]))
        }
        None => {
            Err(RestError::not_found(format!("Task comment with id {id} does not exist for task id '{}'.", req.id())))
        }
    }
}

/// `POST /task/{id}/comment/create`.
pub(crate) async fn create(req: Req) -> Reply {
    let body = req.json()?;
    let task = expect_task(&req, RestError::invalid).await?;
    let Some(message) = body.text("message")? else {
        let mut error = RestError::invalid("Not enough parameters submitted");
        error.code = Some(0);
        return Err(error);
    };
    let id = Uuid::now_v7().to_string();
    let instance = body.text("processInstanceId")?;
    let document = Row::from(CommentRow {
        id: id.clone(),
        user_id: req.caller.user.clone(),
        time: req.engine.now(),
        // Within one millisecond the id, which grows, says what came first.
        nth: id.clone(),
        task_id: Some(req.id().into()),
        message,
        process_instance_id: instance,
        root_process_instance_id: PastTaskRow::ROOT_PROCESS_INSTANCE_ID.text(&task).map(SmolStr::new),
    })
    .into_document();
    let mut out = shape(FIELDS, &document);
    put(&req, views::COMMENT, &id, document).await?;
    let href = format!("{}/task/{}/comment/{id}", req.base(), req.id());
    out.insert("links".into(), json!([{"method": "GET", "href": href, "rel": "self"}]));
    ok(out)
}

/// `PUT /task/{id}/comment`.
pub(crate) async fn update(req: Req) -> Reply {
    let body = req.json()?;
    expect_task(&req, RestError::not_found).await?;
    change(&req, CommentRow::TASK_ID, &body).await
}

/// Replaces the message of a comment that the body names.
async fn change(req: &Req, column: Column, body: &Fields) -> Reply {
    let id = body.text("id")?;
    if id.is_none() && column == CommentRow::PROCESS_INSTANCE_ID {
        return Err(RestError::invalid("commentId is null"));
    }
    let id = id.unwrap_or_default();
    let Some(message) = body.text("message")? else {
        return Err(RestError::invalid("message is null"));
    };
    let Some(mut document) = comment_of(req, column, &id).await? else {
        return Err(RestError::invalid(format!(
            "No comment exists with commentId: {id} and {column}: {}: comment is null",
            req.id()
        )));
    };
    document.insert(CommentRow::MESSAGE.name().into(), json!(message));
    document.insert(CommentRow::TIME.name().into(), json!(req.engine.now().0));
    put(req, views::COMMENT, &id, document).await?;
    no_content()
}

/// `DELETE /task/{id}/comment/{commentId}`.
pub(crate) async fn delete(req: Req) -> Reply {
    expect_task(&req, RestError::not_found).await?;
    let id = req.path("commentId");
    if comment(&req, id).await?.is_some() {
        remove(&req, views::COMMENT, id).await?;
    }
    no_content()
}

/// `DELETE /task/{id}/comment`.
pub(crate) async fn delete_all(req: Req) -> Reply {
    expect_task(&req, RestError::not_found).await?;
    delete_where(&req, CommentRow::TASK_ID).await
}

async fn delete_where(req: &Req, column: Column) -> Reply {
    let query = Query { only: Some(&[]), ..Query::new(views::COMMENT, eq(column, req.id())) };
    for (id, _) in req.engine.journal().query(&query).await?.rows {
        remove(req, views::COMMENT, &id).await?;
    }
    no_content()
}

/// History knows ended instances as well.
async fn expect_instance(req: &Req) -> RestResult<()> {
    match req.engine.journal().get(views::HISTORY_PROCESS_INSTANCE, req.id()).await? {
        Some(_) => Ok(()),
        None => Err(RestError::not_found(format!("No process instance found for id {}", req.id()))),
    }
}

/// `GET /process-instance/{id}/comment`: the newest first.
pub(crate) async fn list_of_instance(req: Req) -> Reply {
    expect_instance(&req).await?;
    streaming::array(told(&req, newest_first(CommentRow::PROCESS_INSTANCE_ID, req.id()))).await
}

/// `PUT /process-instance/{id}/comment`.
pub(crate) async fn update_of_instance(req: Req) -> Reply {
    let body = req.json()?;
    expect_instance(&req).await?;
    change(&req, CommentRow::PROCESS_INSTANCE_ID, &body).await
}

/// `DELETE /process-instance/{id}/comment/{commentId}`.
pub(crate) async fn delete_of_instance(req: Req) -> Reply {
    expect_instance(&req).await?;
    let id = req.path("commentId");
    if comment_of(&req, CommentRow::PROCESS_INSTANCE_ID, id).await?.is_some() {
        remove(&req, views::COMMENT, id).await?;
    }
    no_content()
}

/// `DELETE /process-instance/{id}/comment`.
pub(crate) async fn delete_all_of_instance(req: Req) -> Reply {
    expect_instance(&req).await?;
    delete_where(&req, CommentRow::PROCESS_INSTANCE_ID).await
}
