//! `POST /api/v1/mail-templates/{id}/render`: a template filled in for a case, as the caller sees that case.

use super::access::case_for;
use super::cases::CaseBody;
use super::error::{invalid, room_problem, store};
use super::mail_templates::template_for;
use crate::domain::mail_template::{Filled, Known, MailText, Missing, fill};
use crate::state::CaseApiState;
use crate::working_time::WorkingTimes;
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject};
use casewright_client::files::FileState;
use casewright_forms::FieldFault;
use casewright_service::{Json, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// For which case, and in which language.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RenderTemplate {
    /// A case that the caller may read.
    case_id: String,
    /// Absent: the requester's, which the case's field `language` says, else English; else the nearest there is.
    #[serde(default)]
    language: Option<String>,
    /// A text to be tried out instead of what is kept, as an editor shows it.
    #[serde(default)]
    text: Option<MailText>,
}

/// A mail to be looked at, and sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RenderedTemplate {
    /// The language it is in.
    language: String,
    /// Empty: the mail keeps the subject it has.
    subject: String,
    body: String,
    attachments: Vec<RenderedAttachment>,
    /// What could not be filled in: a blank (`____`) stands there.
    missing: Vec<Missing>,
}

/// A file that goes with the mail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RenderedAttachment {
    /// Id of the file.
    id: String,
    name: String,
    content_type: String,
    /// Bytes.
    size: u64,
}

/// Fills a template in for a case. Nothing is kept, and nothing is sent.
#[utoipa::path(post, path = "/api/v1/mail-templates/{id}/render", tag = "mail-templates", params(("id" = String, Path)),
    request_body = RenderTemplate,
    responses((status = 200, body = RenderedTemplate), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn render(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(wanted): Json<RenderTemplate>,
) -> Result<Json<RenderedTemplate>, Problem> {
    let template = template_for(&state, &subject, "read", &id).await?;
    let (case, version) = case_for(&state, &subject, "read", &wanted.case_id).await?;
    // What may be put in is what the caller is shown of the case, and nothing besides.
    let times = WorkingTimes::of(&state.tenant(&subject.tenant), case.clocks.iter()).await.map_err(store)?;
    let case = CaseBody::of(&case, version, state.journal().clock().now(), &times);
    let language = language_of(wanted.language, &case);
    let (language, kept) = template.content.text_in(language.as_deref()).ok_or_else(empty)?;
    let text = wanted.text.as_ref().unwrap_or(kept);
    let known = known(&state, &subject, &case, language);
    let (subject_line, body) = (fill(&text.subject, &known, true), fill(&text.body, &known, false));
    let missing = all_missing(&[&subject_line, &body]);
    let mut attachments = Vec::with_capacity(template.content.attachments.len());
    for file_id in &template.content.attachments {
        // The template was given the file by somebody who may read it, to be sent: the room reads it, whoever asks.
        let file = state.rooms().storage(&subject.tenant).files().get(file_id).await;
        match file {
            Ok(file) if matches!(file.state, FileState::Ready | FileState::Scanning) => {
                attachments.push(RenderedAttachment {
                    id: file_id.clone(),
                    name: file.name,
                    content_type: file.content_type,
                    size: file.size,
                })
            }
            Ok(_) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(room_problem(&error)),
        }
    }
    Ok(Json(RenderedTemplate {
        language: language.to_owned(),
        subject: subject_line.text,
        body: body.text,
        attachments,
        missing,
    }))
}

/// The wanted language, else the requester's, which the case's field `language` says.
pub(super) fn language_of(wanted: Option<String>, case: &CaseBody) -> Option<String> {
    wanted.or_else(|| case.fields.get("language").and_then(Value::as_str).map(str::to_owned))
}

/// What may be put in.
pub(super) fn known<'a>(
    state: &CaseApiState,
    subject: &'a Subject,
    case: &'a CaseBody,
    language: &'a str,
) -> Known<'a> {
    let date = |at: jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
    Known {
        number: &case.number,
        title: &case.title,
        definition: &case.definition_name,
        stage: &case.stage_name,
        status: &case.status_name,
        queue: case.queue.as_deref(),
        assignee: case.assignee.as_ref().map(|assignee| assignee.name.as_str()),
        due: case.due_at.map(|at| date(at.timestamp())),
        today: date(state.journal().clock().now()),
        requester: case.requester.as_ref(),
        fields: Some(&case.fields),
        my_name: &subject.name,
        my_email: &subject.email,
        language,
    }
}

fn all_missing(filled: &[&Filled]) -> Vec<Missing> {
    let mut all: Vec<Missing> = Vec::new();
    for missing in filled.iter().flat_map(|filled| &filled.missing) {
        if !all.contains(missing) {
            all.push(missing.clone());
        }
    }
    all
}

fn empty() -> Problem {
    invalid("invalid-mail-template", vec![FieldFault::new("/texts", "required", "the template has no text")])
}
