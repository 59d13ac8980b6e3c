//! `/api/v1/cases/{id}/documents`: files that belong to a case. The bytes are storage-api's.

use super::access::{case_for, own_key};
use super::error::room_problem;
use crate::domain::case::decide;
use crate::domain::case::document::CaseDocument;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, Whose};
use casewright_client::files::{File, FileState};
use casewright_service::{IdempotencyKey, Json, PageBody, Problem};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

/// Documents of a case, in the order they came.
#[utoipa::path(get, path = "/api/v1/cases/{id}/documents", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PageBody<CaseDocument>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<CaseDocument>>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    Ok(Json(PageBody { items: case.documents.clone(), next_cursor: None, total: None }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddDocument {
    /// A file whose upload is complete.
    file_id: String,
    /// Shown name; the file's own when absent.
    name: Option<String>,
}

/// Makes a file a document of the case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/documents", tag = "cases", params(("id" = String, Path)), request_body = AddDocument,
    responses((status = 201, body = CaseDocument), (status = 200, body = CaseDocument), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<AddDocument>,
) -> Result<Response, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    let file = ready_file(&state, &subject, &body.file_id, "/fileId").await?;
    let document_id = own_key(&key, &subject)
        .aggregate_id(subject.tenant.as_str(), &format!("document:{id}"), Uuid::now_v7())
        .to_string();
    let by = person(&subject);
    let document = CaseDocument {
        id: document_id.clone(),
        name: body.name.unwrap_or(file.name),
        file_id: body.file_id,
        content_type: Some(file.content_type),
        size: Some(file.size),
        added_at: state.journal().clock().now().into(),
        added_by: by.clone(),
        sha256: file.sha256,
    };
    let committed = state
        .cases(&subject.tenant)
        .command(&id, Command::by(by), move |case, definition, by, at| {
            decide::add_document(case, definition, &document, by, at)
        })
        .await?;
    let status = if committed.answer.id == document_id { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(committed.answer)).into_response())
}

/// A file that is there, that the caller may read, and that nobody has found dangerous. Whoever may not read it is told the
/// same as of one that is not there.
pub(crate) async fn ready_file(
    state: &CaseApiState,
    subject: &Subject,
    file_id: &str,
    pointer: &str,
) -> Result<File, Problem> {
    let refused =
        |detail: &str| Problem::unprocessable("unknown-file", detail).with_error(pointer, "unknown-file", detail);
    let missing = || refused("There is no such file.");
    let file = match state.rooms().storage(subject).files().get(file_id).await {
        Ok(file) => file,
        Err(error) if error.is_not_found() => return Err(missing()),
        Err(error) => return Err(room_problem(&error)),
    };
    let attributes = json!({
        "state": file.state, "createdBy": file.created_by, "contentType": file.content_type, "size": file.size,
    });
    let resource = Resource::new("file", file_id).with(attributes);
    let readable = state.access().authorize_within(subject, "read", resource, Whose::File(file_id), missing).await;
    readable.map_err(|problem| if problem.status == StatusCode::FORBIDDEN.as_u16() { missing() } else { problem })?;
    match file.state {
        // What waits for the virus scanner belongs to the case; nobody reads it before.
        FileState::Ready | FileState::Scanning => Ok(file),
        FileState::Rejected => Err(refused("The file was rejected.")),
        FileState::Quarantined => Err(refused("The file is not what it says it is; it is kept in quarantine.")),
        FileState::Infected => Err(refused("The virus scanner found something in the file; it is kept apart.")),
        FileState::Pending | FileState::Expired | FileState::Deleted => {
            Err(refused("The upload of the file is not complete."))
        }
    }
}

/// Takes a document out of the case.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/documents/{documentId}", tag = "cases",
    params(("id" = String, Path), ("documentId" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, document_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::remove_document(case, definition, &document_id, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
