//! `GET /api/v1/mails/{id}/raw`

use super::read::permitted;
use crate::state::{EmailState, Failure};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use casewright_access::Authenticated;
use casewright_client::CallError;
use casewright_service::Problem;

/// The message as it came, byte for byte.
#[utoipa::path(get, path = "/api/v1/mails/{id}/raw", tag = "mails", params(("id" = String, Path,)),
    responses((status = 200, content_type = "message/rfc822"), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub(super) async fn raw(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let (mail, _) = permitted(&state, &subject, "mail:read", &id).await?;
    let file = mail.raw_file_id.as_ref().ok_or_else(|| Problem::not_found("An outgoing mail has no raw message."))?;
    let bytes = state.rooms.read_file(&subject.tenant, file).await.map_err(unreadable)?;
    let headers = [
        (header::CONTENT_TYPE, "message/rfc822"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"message.eml\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, bytes))
}

/// What the virus scanner says of a message, or has still to say, is told as it is of other files.
fn unreadable(error: CallError) -> Problem {
    match error {
        CallError::Refused(refused) if matches!(refused.code.as_str(), "file-scanning" | "file-infected") => {
            Problem::conflict(&refused.code, refused.text)
        }
        error => Failure::from(error).into(),
    }
}
