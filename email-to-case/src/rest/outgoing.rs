//! `POST /api/v1/mails/outgoing`: for the room that knows the case; people answer from the case itself.
//!
//! Who writes is who called that room, as its token says; the body never names anybody.

use crate::domain::mail::MailState;
use crate::outgoing::compose::{self, OutgoingMail};
use crate::state::{EmailState, Failure};
use axum::extract::State;
use axum::http::StatusCode;
use casewright_access::{Authenticated, Resource, Whose};
use casewright_contracts::{CaseRow, views};
use casewright_journal::{StoreError, TenantId};
use casewright_service::{IdempotencyKey, Json, Problem};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What another room asks to be sent.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OutgoingMail)]
pub(super) struct OutgoingBody {
    case_id: String,
    to: Vec<String>,
    #[serde(default)]
    cc: Vec<String>,
    #[serde(default)]
    subject: String,
    text: String,
    #[serde(default)]
    html: Option<String>,
    /// Id of the mail it answers, for a person one of the case; none: the last mail of the case.
    #[serde(default)]
    in_reply_to: Option<String>,
    /// Ids of files to attach.
    #[serde(default)]
    attachments: Vec<String>,
    /// Sent by a process rather than a person (RFC 3834 `auto-generated`).
    #[serde(default)]
    automatic: bool,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct QueuedBody {
    id: String,
    /// `queued`; `failed` when it must not be sent (the mail's `problem` says why); how it stands now when it was asked for before.
    state: MailState,
}

/// Queues a mail for a machine client; durable when answered. People write from the case.
#[utoipa::path(post, path = "/api/v1/mails/outgoing", tag = "mails", request_body = OutgoingBody,
    responses((status = 202, body = QueuedBody), (status = 403, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem)))]
pub(super) async fn queue(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(body): Json<OutgoingBody>,
) -> Result<(StatusCode, axum::Json<QueuedBody>), Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients queue mails; people write from the case."));
    }
    let whose = Whose::Case(&body.case_id);
    state.access.authorize_within(&subject, "mail:send", Resource::kind("mail"), whose, unknown_case).await?;
    let number = number_of(&state, &subject.tenant, &body.case_id).await?;
    let is_known = number.is_some();
    let actor = subject.actor();
    let mail = OutgoingMail {
        case_id: body.case_id,
        case_number: number.unwrap_or_default(),
        from_name: (!actor.is_machine()).then(|| actor.name.to_owned()),
        actor: Some(actor.id.to_owned()),
        to: body.to,
        cc: body.cc,
        subject: body.subject,
        text: body.text,
        html: body.html,
        in_reply_to: body.in_reply_to,
        attachments: body.attachments,
        automatic: body.automatic,
    };
    compose::check(&state, &mail)?;
    if !is_known {
        return Err(unknown_case());
    }
    let key = key.0.unwrap_or_else(|| Uuid::new_v4().to_string());
    let queued = compose::queue(&state, &subject.tenant, mail, &key).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(QueuedBody { id: queued.mail_id, state: queued.state })))
}

/// The number of a case of this tenant; none: there is no such case.
async fn number_of(state: &EmailState, tenant: &TenantId, case: &str) -> Result<Option<String>, Failure> {
    if !state.journal.has_view(views::CASE) {
        return Ok(None);
    }
    let row = state.journal.tenant(tenant).get(views::CASE, case).await?;
    let row = row.map(|row| CaseRow::read(&row)).transpose().map_err(StoreError::from)?;
    Ok(row.map(|row| row.number))
}

pub(super) fn unknown_case() -> Problem {
    let detail = "There is no such case.";
    Problem::unprocessable("unknown-case", detail).with_error("/caseId", "unknown-case", detail)
}
