//! `POST /api/v1/mails`: a raw message over HTTP, for machine clients that receive mail elsewhere.

use crate::incoming::receive;
use crate::message;
use crate::smtp::Envelope;
use crate::state::{EmailState, Failure};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use casewright_access::{Authenticated, Resource};
use casewright_service::{Problem, Query};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EnvelopeParams {
    /// Envelope sender; empty for the null reverse path, absent when it is not known.
    from: Option<String>,
    /// Envelope recipient: one of the mailboxes.
    to: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ReceivedBody {
    id: String,
}

/// Takes a message as SMTP would; the same message again answers 200 with the first one's id.
#[utoipa::path(post, path = "/api/v1/mails", tag = "mails", params(EnvelopeParams),
    request_body(content = Vec<u8>, content_type = "message/rfc822"),
    responses((status = 201, body = ReceivedBody), (status = 200, body = ReceivedBody), (status = 415, body = Problem)))]
pub(super) async fn receive(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Query(envelope): Query<EnvelopeParams>,
    request: Request,
) -> Result<(StatusCode, axum::Json<ReceivedBody>), Problem> {
    state.access.authorize(&subject, "mail:receive", &Resource::kind("mail")).await?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("message/rfc822") {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Send message/rfc822."));
    }
    let mailbox = state.config.mailbox(&envelope.to).filter(|mailbox| mailbox.tenant == subject.tenant.as_str());
    let mailbox = mailbox.cloned().ok_or_else(|| Problem::not_found("There is no such mailbox."))?;
    // Read only now: who may not send any is not listened to for as long.
    let raw = axum::body::to_bytes(request.into_body(), state.config.max_message_bytes).await.map_err(|error| {
        tracing::debug!(%error, "a message over HTTP was not read to its end");
        let detail = "The message is larger than is taken here, or ended early.";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail)
    })?;
    let from = match envelope.from {
        Some(from) => from,
        None => {
            let raw = raw.clone();
            let read = state.receiving.run(move || message::envelope(&raw).0).await;
            read.map_err(Failure::from)?
        }
    };
    let envelope = Envelope { from, to: vec![envelope.to], origin: state.config.handed_on() };
    let received = receive::receive(&state, &mailbox, envelope, raw, None).await?;
    let status = if received.is_duplicate { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, axum::Json(ReceivedBody { id: received.mail_id })))
}
