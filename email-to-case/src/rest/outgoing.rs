//! `POST /api/v1/mails/outgoing`: for the room that knows the case; people answer from the case itself.
//!
//! Who writes is who called that room, as its token says; the body never names anybody.

use crate::domain::mail::{Mail, MailState, decide};
use crate::outgoing::compose::{self, OutgoingMail};
use crate::state::{EmailState, Failure};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_access::{Authenticated, Resource, Subject, Whose, problem_of};
use casewright_contracts::{CaseRow, views};
use casewright_instant::{Instant, optional_rfc3339};
use casewright_journal::{CommandContext, Decision, StoreError, TenantId};
use casewright_service::instant::InstantSchema;
use casewright_service::{IdempotencyKey, Json, Problem, Query};
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
    /// Who gets it without the others' knowing.
    #[serde(default)]
    bcc: Vec<String>,
    #[serde(default)]
    subject: String,
    text: String,
    #[serde(default)]
    html: Option<String>,
    /// Id of the mail it answers, for a person one of the case; none: the last mail of the case.
    #[serde(default)]
    in_reply_to: Option<String>,
    /// Id of the mail of the case that it passes on: it then answers none, and carries no message ids of others.
    #[serde(default)]
    forward_of: Option<String>,
    /// Ids of files to attach.
    #[serde(default)]
    attachments: Vec<String>,
    /// Sent by a process rather than a person (RFC 3834 `auto-generated`).
    #[serde(default)]
    automatic: bool,
    /// When it is to be sent, a year ahead at most; none, or a time that has passed: at once.
    #[serde(default, with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    send_at: Option<Instant>,
    /// It is held back for as long as it may be undone (`mail.undo_seconds`).
    #[serde(default)]
    undo: bool,
}

impl OutgoingBody {
    /// As it is of who calls about this case.
    fn mail(self, subject: &Subject, number: Option<String>) -> OutgoingMail {
        let actor = subject.actor();
        OutgoingMail {
            case_id: self.case_id,
            case_number: number.unwrap_or_default(),
            from_name: (!actor.is_machine()).then(|| actor.name.to_owned()),
            actor: Some(actor.id.to_owned()),
            to: self.to,
            cc: self.cc,
            bcc: self.bcc,
            subject: self.subject,
            text: self.text,
            html: self.html,
            in_reply_to: self.in_reply_to,
            forward_of: self.forward_of,
            attachments: self.attachments,
            automatic: self.automatic,
            send_at: self.send_at,
            undo: self.undo,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct QueuedBody {
    id: String,
    /// `queued`; `scheduled` when it waits for its time; `failed` when it must not be sent (the mail's `problem` says why); how it stands now when it was asked for before.
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
    let mail = wanted(&state, &subject, body).await?;
    let key = key.0.unwrap_or_else(|| Uuid::new_v4().to_string());
    let queued = compose::queue(&state, &subject.tenant, mail, &key).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(QueuedBody { id: queued.mail_id, state: queued.state })))
}

/// Gives a mail that waits for its time another content and another time; without one it is sent at once.
#[utoipa::path(put, path = "/api/v1/mails/outgoing/{id}", tag = "mails", params(("id" = String, Path,)), request_body = OutgoingBody,
    responses((status = 200, body = QueuedBody), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(super) async fn rewrite(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(body): Json<OutgoingBody>,
) -> Result<axum::Json<QueuedBody>, Problem> {
    let mail = wanted(&state, &subject, body).await?;
    let queued = compose::rewrite(&state, &subject.tenant, mail, &id).await?;
    Ok(axum::Json(QueuedBody { id: queued.mail_id, state: queued.state }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfCase {
    /// Id of the case it is of.
    case: String,
}

/// Takes a mail back that waits for its time: it is not sent.
#[utoipa::path(delete, path = "/api/v1/mails/outgoing/{id}", tag = "mails", params(("id" = String, Path,), OfCase),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn cancel(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Query(OfCase { case }): Query<OfCase>,
) -> Result<StatusCode, Problem> {
    may_send(&state, &subject, &case).await?;
    let journal = state.journal.tenant(&subject.tenant);
    let missing = || Problem::not_found("There is no such mail.");
    let known = journal.load::<Mail>(&id).await.map_err(Failure::from)?;
    known.filter(|(mail, _)| mail.case_id.as_deref() == Some(&case)).ok_or_else(missing)?;
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    journal
        .execute::<Mail, (), Problem, _>(&id, context, move |mail, _| {
            Ok(Decision { events: decide::cancel(mail, &case)?.into_iter().collect(), answer: () })
        })
        .await
        .map_err(problem_of)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A machine client that may send mail of the case.
async fn may_send(state: &EmailState, subject: &Subject, case: &str) -> Result<(), Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients queue mails; people write from the case."));
    }
    let whose = Whose::Case(case);
    state.access.authorize_within(subject, "mail:send", Resource::kind("mail"), whose, unknown_case).await
}

/// The mail that is asked for, when it may be sent.
async fn wanted(state: &EmailState, subject: &Subject, body: OutgoingBody) -> Result<OutgoingMail, Problem> {
    may_send(state, subject, &body.case_id).await?;
    let number = number_of(state, &subject.tenant, &body.case_id).await?;
    let is_known = number.is_some();
    let mail = body.mail(subject, number);
    compose::check(state, &mail)?;
    if is_known { Ok(mail) } else { Err(unknown_case()) }
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
