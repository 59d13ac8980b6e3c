//! `/api/v1/cases/{id}/comments`

use super::access::{case_for, own_key};
use crate::domain::case::decide::{self, NewComment};
use crate::domain::case::state::Comment;
use crate::domain::person::Person;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Subject};
use casewright_instant::{Instant, optional_rfc3339};
use casewright_service::instant::InstantSchema;
use casewright_service::{IdempotencyKey, Json, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WriteComment {
    /// Plain text or Markdown, at most 64 KiB.
    body: String,
    /// Ids of the users who are mentioned; they are told.
    #[serde(default)]
    mentions: Vec<String>,
    /// Id of the mail of the case that it is about; it stands below that mail. Not to be changed.
    #[serde(default)]
    mail_id: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommentBody {
    id: String,
    body: String,
    author: Person,
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    edited_at: Option<Instant>,
}

/// Comments on a case.
#[utoipa::path(post, path = "/api/v1/cases/{id}/comments", tag = "cases", params(("id" = String, Path)), request_body = WriteComment,
    responses((status = 201, body = CommentBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<WriteComment>,
) -> Result<Response, Problem> {
    case_for(&state, &subject, "comment", &id).await?;
    let comment_id = own_key(&key, &subject)
        .aggregate_id(subject.tenant.as_str(), &format!("comment:{id}"), Uuid::now_v7())
        .to_string();
    let wanted = comment_id.clone();
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            let WriteComment { body, mentions, mail_id } = &body;
            let comment = NewComment { id: &wanted, body, mentions, mail: mail_id.as_deref() };
            decide::add_comment(case, definition, comment, by, at)
        })
        .await?;
    answer(&state, &subject, &id, &comment_id, StatusCode::CREATED).await
}

/// Edits one's own comment.
#[utoipa::path(patch, path = "/api/v1/cases/{id}/comments/{commentId}", tag = "cases",
    params(("id" = String, Path), ("commentId" = String, Path)), request_body = WriteComment,
    responses((status = 200, body = CommentBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn edit(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, comment_id)): Path<(String, String)>,
    Json(body): Json<WriteComment>,
) -> Result<Response, Problem> {
    case_for(&state, &subject, "comment", &id).await?;
    let wanted = comment_id.clone();
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::edit_comment(case, definition, &wanted, &body.body, &body.mentions, by, at)
        })
        .await?;
    answer(&state, &subject, &id, &comment_id, StatusCode::OK).await
}

/// Deletes one's own comment; that it was there stays on the timeline.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/comments/{commentId}", tag = "cases",
    params(("id" = String, Path), ("commentId" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, comment_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    case_for(&state, &subject, "comment", &id).await?;
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::delete_comment(case, definition, &comment_id, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn answer(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    comment_id: &str,
    status: StatusCode,
) -> Result<Response, Problem> {
    let (case, version) = state.cases(&subject.tenant).case(id).await?;
    let Some(Comment { body, author, edited_at, .. }) = case.comments.get(comment_id).cloned() else {
        return Err(Problem::not_found("There is no such comment."));
    };
    let body = CommentBody { id: comment_id.to_owned(), body, author, edited_at: edited_at.map(Instant::from) };
    Ok((status, [(header::ETAG, etag(version))], Json(body)).into_response())
}
