//! `/api/v1/cases/{id}/mails`: the correspondence of a case. The mails are email-to-case's; who may see them is decided
//! here, by the case.

use super::access::{case_for, own_key};
use super::documents::ready_file;
use super::error::room_problem;
use crate::domain::case::decide::{self, Observation};
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use casewright_access::Authenticated;
use casewright_client::mails::OutgoingMail;
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
    subject: String,
    text: String,
    html: Option<String>,
    /// Id of the mail it answers.
    in_reply_to: Option<String>,
    /// Ids of files whose upload is complete.
    #[serde(default)]
    attachments: Vec<String>,
    /// Written by the platform and not by a person; marked so on the wire (RFC 3834).
    #[serde(default)]
    automatic: bool,
}

/// Sends a mail from the case: 202, it is on its way.
#[utoipa::path(post, path = "/api/v1/cases/{id}/mails", tag = "cases", params(("id" = String, Path)), request_body = SendMail,
    responses((status = 202, body = Object), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn send(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<SendMail>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
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
    for (nth, file) in body.attachments.iter().enumerate() {
        ready_file(&state, &subject, file, &format!("/attachments/{nth}")).await?;
    }
    // Without a key of the caller's, a retry of ours must still not send twice.
    let key = match key.0 {
        Some(key) if subject.is_system() => key,
        _ => own_key(&key, &subject).aggregate_id(subject.tenant.as_str(), "mail", Uuid::now_v7()).to_string(),
    };
    let outgoing = OutgoingMail {
        case_id: &case.id,
        to: &body.to,
        cc: &body.cc,
        subject: &body.subject,
        text: &body.text,
        html: body.html.as_deref(),
        in_reply_to: body.in_reply_to.as_deref(),
        attachments: &body.attachments,
        automatic: body.automatic,
    };
    let mail = state.rooms().mail(&subject).mails().send(&outgoing, &key).await;
    let mail = mail.map_err(|error| room_problem(&error))?;
    if let Some(mail_id) = mail.get("id").and_then(Value::as_str) {
        let observation = Observation::MailSent { mail_id: mail_id.to_owned(), to: body.to, subject: body.subject };
        state
            .cases(&subject.tenant)
            .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
                decide::observe(case, definition, &observation, by, at)
            })
            .await?;
    }
    Ok((StatusCode::ACCEPTED, Json(mail)))
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
