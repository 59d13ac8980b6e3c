//! `/api/v1/cases/{id}/mails`: the correspondence of a case. The mails are email-to-case's; who may see them is decided
//! here, by the case.

use super::access::{case_for, own_key};
use super::documents::ready_file;
use super::error::room_problem;
use super::mail_drafts::{correspondence, has_file};
use super::mail_templates::template_for;
use super::mail_turn::Turn;
use crate::domain::case::decide::{self, Observation};
use crate::domain::correspondence::WhoseDraft;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject};
use casewright_client::CallError;
use casewright_client::mails::OutgoingMail;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_service::instant::InstantSchema;
use casewright_service::{IdempotencyKey, Json, Problem};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

/// Files one mail carries at most.
const MAX_ATTACHMENTS: usize = 50;

/// Mails of a case, as email-to-case tells them.
#[utoipa::path(get, path = "/api/v1/cases/{id}/mails", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = Object), (status = 404, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    casewright_service::Query(wanted): casewright_service::Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Problem> {
    case_for(&state, &subject, "read", &id).await?;
    // What the caller narrows the list by; whose mails they are is not theirs to say.
    let wanted = wanted.into_iter().filter(|(name, _)| name != "case");
    let mails = state.rooms().mail(&subject).mails().of_case(&id, wanted).await;
    mails.map(Json).map_err(|error| room_problem(&error))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SendMail {
    /// Addresses.
    to: Vec<String>,
    #[serde(default)]
    cc: Vec<String>,
    /// Who gets it without the others' knowing.
    #[serde(default)]
    bcc: Vec<String>,
    subject: String,
    text: String,
    html: Option<String>,
    /// Id of the mail it answers.
    in_reply_to: Option<String>,
    /// Id of the mail of the case that it passes on: it then answers none.
    forward_of: Option<String>,
    /// Ids of files whose upload is complete.
    #[serde(default)]
    attachments: Vec<String>,
    /// Id of the template it was made of, whose files it may carry.
    template: Option<String>,
    /// Written by the platform and not by a person; marked so on the wire (RFC 3834).
    #[serde(default)]
    automatic: bool,
    /// When it is to be sent, a year ahead at most; none, or a time that has passed: at once.
    #[serde(default, with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    send_at: Option<Instant>,
    /// It is held back for as long as it may be undone (`mail.undo_seconds`): it is `scheduled`, and taken back by `DELETE`.
    #[serde(default)]
    undo: bool,
    /// The version of the case up to which the writer has seen it. What came of others since then, mails and comments, is told first:
    /// 409 `newer-correspondence`. None: it is sent whatever came.
    seen: Option<u64>,
    /// Ids of what came since then and was looked at all the same, as the problem told them.
    #[serde(default)]
    known: Vec<String>,
    /// The draft that it was written as, which is gone when it is sent.
    draft: Option<WhoseDraft>,
}

impl SendMail {
    fn outgoing<'a>(&'a self, case: &'a str) -> OutgoingMail<'a> {
        OutgoingMail {
            case_id: case,
            to: &self.to,
            cc: &self.cc,
            bcc: &self.bcc,
            subject: &self.subject,
            text: &self.text,
            html: self.html.as_deref(),
            in_reply_to: self.in_reply_to.as_deref(),
            forward_of: self.forward_of.as_deref(),
            attachments: &self.attachments,
            automatic: self.automatic,
            send_at: self.send_at.map(|at| at.to_string()),
            undo: self.undo,
        }
    }
}

/// Sends a mail from the case: 202, it is on its way, or waits for its time.
#[utoipa::path(post, path = "/api/v1/cases/{id}/mails", tag = "cases", params(("id" = String, Path)), request_body = SendMail,
    responses((status = 202, body = Object), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn send(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<SendMail>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    check(&state, &subject, &id, &body).await?;
    let turn = Turn::begin(&state, &subject, &id, body.seen, &body.known).await?;
    let draft = body.draft;
    let sent = deliver(&state, &subject, &case.id, &key, body).await;
    turn.end(&state, &subject, &id, draft.filter(|_| sent.is_ok())).await;
    Ok((StatusCode::ACCEPTED, Json(sent?)))
}

/// Hands the mail to the mail room, and notes it on the case.
async fn deliver(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    key: &IdempotencyKey,
    body: SendMail,
) -> Result<Value, Problem> {
    // Without a key of the caller's, a retry of ours must still not send twice.
    let key = match &key.0 {
        Some(key) if subject.is_system() => key.clone(),
        _ => own_key(key, subject).aggregate_id(subject.tenant.as_str(), "mail", Uuid::now_v7()).to_string(),
    };
    let mail = state.rooms().mail(subject).mails().send(&body.outgoing(id), &key).await;
    let mail = mail.map_err(|error| mail_problem(&error))?;
    // One that waits for its time is noted when that has come.
    let is_waiting = mail.get("state").and_then(Value::as_str) == Some("scheduled");
    if let Some(mail_id) = mail.get("id").and_then(Value::as_str).filter(|_| !is_waiting) {
        let observation = Observation::MailSent { mail_id: mail_id.to_owned(), to: body.to, subject: body.subject };
        state
            .cases(&subject.tenant)
            .command(id, Command::by(person(subject)), move |case, definition, by, at| {
                decide::observe(case, definition, &observation, by, at)
            })
            .await?;
    }
    Ok(mail)
}

/// Gives a mail of the case that waits for its time another content and another time; without one it is sent at once.
#[utoipa::path(put, path = "/api/v1/cases/{id}/mails/{mailId}", tag = "cases", params(("id" = String, Path), ("mailId" = String, Path)),
    request_body = SendMail,
    responses((status = 200, body = Object), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn rewrite(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, mail_id)): Path<(String, String)>,
    Json(body): Json<SendMail>,
) -> Result<Json<Value>, Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    check(&state, &subject, &id, &body).await?;
    let mail = state.rooms().mail(&subject).mails().rewrite(&mail_id, &body.outgoing(&case.id)).await;
    mail.map(Json).map_err(|error| mail_problem(&error))
}

/// Takes a mail of the case back that waits for its time: it is not sent.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/mails/{mailId}", tag = "cases", params(("id" = String, Path), ("mailId" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn cancel(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, mail_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    let cancelled = state.rooms().mail(&subject).mails().cancel(&mail_id, &case.id).await;
    cancelled.map_err(|error| mail_problem(&error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses what could not be sent: nobody to send it to, or files that the writer may not read.
async fn check(state: &CaseApiState, subject: &Subject, case: &str, body: &SendMail) -> Result<(), Problem> {
    if body.to.iter().all(|address| address.trim().is_empty()) {
        return Err(Problem::unprocessable("invalid-mail", "A mail needs a receiver.").with_error(
            "/to",
            "required",
            "an address is needed",
        ));
    }
    if body.attachments.len() > MAX_ATTACHMENTS {
        return Err(Problem::unprocessable("invalid-mail", "A mail has too many attachments.").with_error(
            "/attachments",
            "too-many",
            format!("At most {MAX_ATTACHMENTS} files."),
        ));
    }
    let template = match &body.template {
        Some(id) => Some(template_for(state, subject, "read", id).await?),
        None => None,
    };
    let drafts = match body.draft {
        Some(_) => Some(correspondence(state, subject, case).await?),
        None => None,
    };
    for (nth, file) in body.attachments.iter().enumerate() {
        // A file of a template was put there to be sent by whoever may use it; one of a draft by whoever writes it.
        if template.as_ref().is_some_and(|template| template.content.attachments.contains(file))
            || drafts.as_ref().is_some_and(|drafts| has_file(drafts, subject, file))
        {
            continue;
        }
        ready_file(state, subject, file, &format!("/attachments/{nth}")).await?;
    }
    Ok(())
}

/// As [`room_problem`]; a mail that waits no more keeps its code.
fn mail_problem(error: &CallError) -> Problem {
    match error.refused() {
        Some(refused) if refused.code == "mail-not-scheduled" => {
            Problem::conflict("mail-not-scheduled", refused.text.as_str())
        }
        _ => room_problem(error),
    }
}

/// Marks the mails of a case as read.
#[utoipa::path(post, path = "/api/v1/cases/{id}/mails/read", tag = "cases", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn read_all(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    state.cases(&subject.tenant).command(&id, Command::by(person(&subject)), decide::read_mails).await?;
    Ok(StatusCode::NO_CONTENT)
}
