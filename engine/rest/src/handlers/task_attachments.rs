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
use casewright_engine_views::{self as views, AttachmentRow, PastTaskRow, PlaceRowColumns as _, RemovalRow, portions};
use casewright_journal::{Column, Document, Query, Row, Sort};
use futures::TryStreamExt;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use uuid::Uuid;

const FIELDS: &[Field] = &[
    Field::Links,
    Field::Plain(AttachmentRow::ID),
    Field::Plain(AttachmentRow::NAME),
    Field::Plain(AttachmentRow::DESCRIPTION),
    Field::Plain(AttachmentRow::TASK_ID),
    Field::Plain(AttachmentRow::TYPE),
    Field::Plain(AttachmentRow::URL),
    Field::Date(AttachmentRow::CREATE_TIME),
    Field::Date(RemovalRow::REMOVAL_TIME),
    Field::Plain(AttachmentRow::ROOT_PROCESS_INSTANCE_ID),
];

/// What a list reads of a row.
const LISTED: [Column; 9] = [
    AttachmentRow::ID,
    AttachmentRow::NAME,
    AttachmentRow::DESCRIPTION,
    AttachmentRow::TASK_ID,
    AttachmentRow::TYPE,
    AttachmentRow::URL,
    AttachmentRow::CREATE_TIME,
    RemovalRow::REMOVAL_TIME,
    AttachmentRow::ROOT_PROCESS_INSTANCE_ID,
];

async fn attachment(req: &Req) -> RestResult<Option<Document>> {
    let row = req.engine.journal().get(views::ATTACHMENT, req.path("attachmentId")).await?;
    Ok(row.filter(|row| AttachmentRow::TASK_ID.text(row) == Some(req.id())))
}

/// `GET /task/{id}/attachment`.
pub(crate) async fn list(req: Req) -> Reply {
    if known_task(&req).await?.is_none() {
        return Err(RestError::not_found(format!("No task found for task id {}", req.id())));
    }
    let mut query = Query::new(views::ATTACHMENT, eq(AttachmentRow::TASK_ID, req.id()));
    query.sort.push(Sort { field: AttachmentRow::CREATE_TIME.into(), descending: false });
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
    let bytes =
        row.as_ref().and_then(|row| AttachmentRow::CONTENT.text(row)).and_then(|encoded| BASE64.decode(encoded).ok());
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
    let document = Row::from(AttachmentRow {
        id: id.clone(),
        name: text_of("attachment-name"),
        description: text_of("attachment-description"),
        task_id: Some(req.id().into()),
        r#type: text_of("attachment-type"),
        url,
        create_time: req.engine.now(),
        root_process_instance_id: PastTaskRow::ROOT_PROCESS_INSTANCE_ID.text(&task).map(SmolStr::new),
        content: file.map(|part| BASE64.encode(&part.bytes)),
    })
    .into_document();
    let mut out = shape(FIELDS, &document);
    put(&req, views::ATTACHMENT, &id, document).await?;
    let href = format!("{}/task/{}/attachment/{id}", req.base(), req.id());
    out.insert("links".into(), json!([{"method": "GET", "href": href, "rel": "self"}]));
    ok(out)
}
