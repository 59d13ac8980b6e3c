//! `/api/v1/cases/{id}/mail-drafts`: mails while they are being written, kept for the next device, or for whoever opens the case next.

use super::access::case_for;
use super::documents::ready_file;
use super::error::{invalid, store};
use crate::domain::correspondence::{Correspondence, CorrespondenceEvent, DraftContent, MailDraft, Saved, WhoseDraft};
use crate::domain::person::Person;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject, problem_of};
use casewright_instant::{Instant, rfc3339};
use casewright_journal::{CommandContext, Decision};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, PageBody, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;

/// A draft.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailDraftBody {
    whose: WhoseDraft,
    content: DraftContent,
    /// Who wrote in it last.
    by: Person,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    at: Instant,
    /// To be said when it is saved again.
    revision: u64,
}

/// A draft to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveMailDraft {
    content: DraftContent,
    /// The revision of the shared draft that the writer has seen; absent: there was none. One's own is overwritten whatever was seen.
    #[serde(default)]
    revision: Option<u64>,
}

/// The caller's draft for the case, and the shared one, as far as there are any.
#[utoipa::path(get, path = "/api/v1/cases/{id}/mail-drafts", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PageBody<MailDraftBody>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<MailDraftBody>>, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    let known = correspondence(&state, &subject, &id).await?;
    let one = |whose| known.draft(whose, &subject.id).map(|draft| body(whose, draft));
    let items = [WhoseDraft::Mine, WhoseDraft::Shared].into_iter().filter_map(one).collect();
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Keeps a draft. Who writes in the shared one has none of their own besides.
#[utoipa::path(put, path = "/api/v1/cases/{id}/mail-drafts/{whose}", tag = "cases",
    params(("id" = String, Path), ("whose" = WhoseDraft, Path)), request_body = SaveMailDraft,
    responses((status = 200, body = MailDraftBody), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn save(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, whose)): Path<(String, WhoseDraft)>,
    Json(SaveMailDraft { content, revision }): Json<SaveMailDraft>,
) -> Result<Json<MailDraftBody>, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    let faults = content.faults();
    if !faults.is_empty() {
        return Err(invalid("invalid-mail-draft", faults));
    }
    let known = correspondence(&state, &subject, &id).await?;
    for (nth, file) in content.attachments.iter().enumerate() {
        // What is in a draft was put there by somebody who may read it.
        if !has_file(&known, &subject, &file.id) {
            ready_file(&state, &subject, &file.id, &format!("/content/attachments/{nth}")).await?;
        }
    }
    let by = person(&subject);
    let saved = decide(&state, &subject, &id, move |present| Ok(present.save(whose, revision, &content, &by))).await?;
    let known = correspondence(&state, &subject, &id).await?;
    let present = known.draft(whose, &subject.id).map(|draft| body(whose, draft));
    match (saved, present) {
        (Saved::Yes, Some(present)) => Ok(Json(present)),
        (_, present) => {
            let detail = "Somebody else has written in this draft since you looked at it.";
            Err(Problem::conflict("draft-changed", detail).with_details(json!({"draft": present})))
        }
    }
}

/// Throws a draft away.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/mail-drafts/{whose}", tag = "cases",
    params(("id" = String, Path), ("whose" = WhoseDraft, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, whose)): Path<(String, WhoseDraft)>,
) -> Result<StatusCode, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    let me = subject.id.clone();
    decide(&state, &subject, &id, move |present| Ok(present.drop_draft(whose, &me))).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn body(whose: WhoseDraft, draft: &MailDraft) -> MailDraftBody {
    let MailDraft { content, by, at, revision } = draft.clone();
    MailDraftBody { whose, content, by, at, revision }
}

/// Whether a draft that the caller sees has the file.
pub(super) fn has_file(known: &Correspondence, subject: &Subject, file: &str) -> bool {
    let drafts = [WhoseDraft::Mine, WhoseDraft::Shared].into_iter().filter_map(|whose| known.draft(whose, &subject.id));
    drafts.into_iter().any(|draft| draft.content.has_file(file))
}

/// What is being written about a case.
pub(super) async fn correspondence(
    state: &CaseApiState,
    subject: &Subject,
    case: &str,
) -> Result<Arc<Correspondence>, Problem> {
    let loaded = state.tenant(&subject.tenant).load::<Correspondence>(case).await.map_err(store)?;
    Ok(loaded.map_or_else(Arc::default, |(known, _)| known))
}

/// Decides on what is being written about a case.
pub(super) async fn decide<R, F>(state: &CaseApiState, subject: &Subject, case: &str, decide: F) -> Result<R, Problem>
where
    R: Send + 'static,
    F: Fn(&Correspondence) -> Result<Decision<CorrespondenceEvent, R>, Problem> + Send + 'static,
{
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    let committed = state
        .tenant(&subject.tenant)
        .execute::<Correspondence, R, Problem, _>(case, context, move |known, _| decide(known))
        .await
        .map_err(problem_of)?;
    Ok(committed.answer)
}
