//! `/task/{id}/attachment`: links and small files kept with a task.

use super::records::{put, remove};
use super::task_comments::known_task;
use crate::error::{RestError, RestResult};
use crate::finish::set_removal_times;
use crate::query::Field;
use crate::query::shape::shape;
use crate::request::{Reply, Req, content, no_content, ok};
use crate::streaming;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use casewright_engine_views::criteria::eq;
use casewright_engine_views::text;
use casewright_engine_views::{self as views, portions};
use casewright_journal::{Column, Document, Query, Sort};
use futures::TryStreamExt;
use serde_json::{Value as Json, json};
use uuid::Uuid;

const FIELDS: &[Field] = &[
    Field::Links,
    Field::Plain("id"),
    Field::Plain("name"),
    Field::Plain("description"),
    Field::Plain("taskId"),
    Field::Plain("type"),
    Field::Plain("url"),
    Field::Date("createTime"),
    Field::Date("removalTime"),
    Field::Plain("rootProcessInstanceId"),
];

/// What a list reads of a row.
const LISTED: [Column; 9] = [
    Column::named("id"),
    Column::named("name"),
    Column::named("description"),
    Column::named("taskId"),
    Column::named("type"),
    Column::named("url"),
    Column::named("createTime"),
    Column::named("removalTime"),
    Column::named("rootProcessInstanceId"),
];

async fn attachment(req: &Req) -> RestResult<Option<Document>> {
    let row = req.engine.journal().get(views::ATTACHMENT, req.path("attachmentId")).await?;
    Ok(row.filter(|row| text(row, "taskId") == Some(req.id())))
}

/// `GET /task/{id}/attachment`.
pub(crate) async fn list(req: Req) -> Reply {
    if known_task(&req).await?.is_none() {
        return Err(RestError::not_found(format!("No task found for task id {}", req.id())));
    }
    let mut query = Query::new(views::ATTACHMENT, eq("taskId", req.id()));
    query.sort.push(Sort { field: "createTime".into(), descending: false });
    // All but the content.
    query.only = Some(&LISTED);
    let engine = req.engine.clone();
    let answers = portions::portions(req.engine.journal(), query).err_into().and_then(move |mut rows| {
        let engine = engine.clone();
        async move {
            set_removal_times(&engine, &mut rows).await?;
            Ok(rows.iter().map(|row| Json::Object(shape(FIELDS, row))).collect())
        }
    });
    streaming::array(answers).await
}

/// `GET /task/{id}/attachment/{attachmentId}`.
pub(crate) async fn get(req: Req) -> Reply {
    match attachment(&req).await? {
        Some(row) => {
            let mut rows = [row];
            set_removal_times(&req.engine, &mut rows).await?;
            ok(shape(FIELDS, &rows[0]))
        }
        None => Err(RestError::not_found(format!(
            "Task attachment with id {} does not exist for task id '{}'.",
            req.path("attachmentId"),
            req.id()
        ))),
    }
}

/// `GET /task/{id}/attachment/{attachmentId}/data`.
pub(crate) async fn data(req: Req) -> Reply {
    let row = attachment(&req).await?;
    let bytes = row.as_ref().and_then(|row| text(row, "content")).and_then(|encoded| BASE64.decode(encoded).ok());
    match bytes {
        Some(bytes) => content(bytes, "application/octet-stream"),
        None => Err(RestError::not_found(format!(
            "Attachment content for attachment with id '{}' does not exist for task id '{}'.",
            req.path("attachmentId"),
            req.id()
        ))),
    }
}

/// `DELETE /task/{id}/attachment/{attachmentId}`.
pub(crate) async fn delete(req: Req) -> Reply {
    let id = req.path("attachmentId");
    if attachment(&req).await?.is_none() {
        return Err(RestError::not_found(format!(
            "Deletion is not possible. No attachment exists for task id '{}' and attachment id '{id}'.",
            req.id()
        )));
    }
    remove(&req, views::ATTACHMENT, id).await?;
    no_content()
}

/// `POST /task/{id}/attachment/create`: multipart, a `url` or a `content`.
pub(crate) async fn create(req: Req) -> Reply {
    let parts = req.multipart().await?;
    let Some(task) = known_task(&req).await? else {
        return Err(RestError::invalid(format!("No task found for task id {}", req.id())));
    };
    let text_of = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.text());
    let file = parts.iter().find(|part| part.name == "content");
    let url = text_of("url");
    if file.is_none() && url.is_none() {
        return Err(RestError::invalid("No content or url to remote content exists to create the task attachment."));
    }
    let id = Uuid::now_v7().to_string();
    let document = json!({
        "id": &id,
        "name": text_of("attachment-name"),
        "description": text_of("attachment-description"),
        "taskId": req.id(),
        "type": text_of("attachment-type"),
        "url": url,
        "createTime": req.engine.now().0,
        "rootProcessInstanceId": text(&task, "rootProcessInstanceId"),
        "content": file.map(|part| BASE64.encode(&part.bytes)),
    });
    put(&req, views::ATTACHMENT, &id, document.clone()).await?;
    let mut out = shape(FIELDS, &document.as_object().cloned().unwrap_or_default());
    let href = format!("{}/task/{}/attachment/{id}", req.base(), req.id());
    out.insert("links".into(), json!([{"method": "GET", "href": href, "rel": "self"}]));
    ok(out)
}
