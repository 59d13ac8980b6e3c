//! `POST /api/v1/mails/outgoing`: for the room that knows the case; people answer from the case itself.

use crate::mail::MailState;
use crate::outgoing::compose::{self, OutgoingMail};
use crate::state::EmailState;
use axum::extract::State;
use axum::http::StatusCode;
use casewright_access::{Authenticated, Resource};
use casewright_service::{IdempotencyKey, Json, Problem};
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct QueuedBody {
    id: String,
    /// `queued`; `failed` when it must not be sent (the mail's `problem` says why); how it stands now when it was asked for before.
    state: MailState,
}

/// Queues a mail; durable when answered.
#[utoipa::path(post, path = "/api/v1/mails/outgoing", tag = "mails", request_body = OutgoingMail,
    responses((status = 202, body = QueuedBody), (status = 422, body = Problem)))]
pub(super) async fn queue(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(mail): Json<OutgoingMail>,
) -> Result<(StatusCode, axum::Json<QueuedBody>), Problem> {
    state.access.authorize(&subject, "mail:send", &Resource::kind("mail")).await?;
    let key = key.0.unwrap_or_else(|| Uuid::new_v4().to_string());
    let queued = compose::queue(&state, &subject.tenant, mail, &key).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(QueuedBody { id: queued.mail_id, state: queued.state })))
}
