//! `/api/v1/cases/{id}/merge`: makes a case part of another one, and says before what that means.

use super::access::case_for;
use super::cases::{CaseBody, answer, resolve};
use super::merged::{not_mergeable, reason};
use super::noted::until_noted;
use crate::domain::case::Case;
use crate::domain::case::decide::{self, Closing, MergeTarget, OnOpenWork};
use crate::domain::case::merge::{MergeRefusal, NamedCase};
use crate::domain::case::process::CaseProcessState;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::Response;
use casewright_access::{Authenticated, Subject};
use casewright_service::{Json, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What a case is to become part of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MergeCase {
    /// Id or number of the case that goes on.
    into: String,
    /// What becomes of processes that run for the case: they stay its own, so they are cancelled, or it is not merged.
    #[serde(default)]
    open_work: OnOpenWork,
}

/// What a merge would do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MergePreview {
    /// The case that goes on.
    into: NamedCase,
    into_title: String,
    /// What goes on there.
    mails: usize,
    documents: usize,
    comments: usize,
    tasks: usize,
    links: usize,
    /// Names of processes that run, and would be cancelled.
    processes: Vec<String>,
    /// Why it is not possible; null: it is.
    refusal: Option<MergeRefusal>,
    /// The refusal in a sentence.
    refusal_detail: Option<String>,
}

/// Says what a merge would do; nothing changes.
#[utoipa::path(post, path = "/api/v1/cases/{id}/merge/preview", tag = "cases", request_body = MergeCase,
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, body = MergePreview), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn preview(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(body): Json<MergeCase>,
) -> Result<Json<MergePreview>, Problem> {
    let (case, into) = both(&state, &subject, id, body.into).await?;
    let target = MergeTarget::from(into.as_ref());
    let refusal = match &case.merge {
        Some(_) => Some(MergeRefusal::AlreadyMerged),
        None => decide::refusal(&case.id, &case.restricted_to, &target),
    };
    let runs = |state| matches!(state, CaseProcessState::Starting | CaseProcessState::Active);
    Ok(Json(MergePreview {
        into: target.reference,
        into_title: into.title.clone(),
        mails: case.mails.len(),
        documents: case.documents.len(),
        comments: case.comments.values().filter(|comment| !comment.is_deleted).count(),
        tasks: case.ad_hoc_tasks.iter().filter(|task| task.is_open()).count(),
        links: case.links.iter().filter(|link| link.kind.is_by_hand() && link.other != into.id).count(),
        processes: case.processes.iter().filter(|each| runs(each.state)).map(|each| each.name.clone()).collect(),
        refusal,
        refusal_detail: refusal.map(|why| reason(why).1.to_owned()),
    }))
}

/// Makes a case part of another one: its mails, documents, comments, open tasks and links go on there, and it is closed. 200 when that
/// is done, 202 while it is under way; the case then says `mergedInto`. Asked again, it says the same.
#[utoipa::path(post, path = "/api/v1/cases/{id}/merge", tag = "cases", request_body = MergeCase,
    params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, body = CaseBody), (status = 202, body = CaseBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn merge(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(body): Json<MergeCase>,
) -> Result<Response, Problem> {
    let (case, into) = both(&state, &subject, id, body.into).await?;
    let (target, id) = (MergeTarget::from(into.as_ref()), case.id.clone());
    let closing = Closing { open_work: body.open_work, ..Closing::default() };
    let cases = state.cases(&subject.tenant);
    cases
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::request_merge(case, definition, &target, &closing, by, at)
        })
        .await?;
    let is_over = |case: &Case| case.merge.is_none() || case.merged_into().is_some();
    let merged = until_noted(&state, &subject, &id, is_over).await?;
    if merged.merge.is_none() {
        return Err(not_mergeable(MergeRefusal::TargetMerging));
    }
    let status = if merged.merged_into().is_some() { StatusCode::OK } else { StatusCode::ACCEPTED };
    let (case, version) = cases.case(&id).await?;
    answer(&state, &subject, status, &case, version).await
}

/// Both cases, for somebody who may merge each of them.
async fn both(
    state: &CaseApiState,
    subject: &Subject,
    id: String,
    into: String,
) -> Result<(Arc<Case>, Arc<Case>), Problem> {
    let id = resolve(state, subject, id).await?;
    let (case, _) = mergeable(state, subject, &id).await?;
    let into = resolve(state, subject, into).await?;
    let unknown = |_| {
        let detail = "There is no such case, or you may not merge it.";
        Problem::unprocessable("unknown-case", detail).with_error("/into", "unknown-case", "not a case")
    };
    let (into, _) = mergeable(state, subject, &into).await.map_err(unknown)?;
    Ok((case, into))
}

/// One of the two. What was merged already says so by itself, in words of its own.
async fn mergeable(state: &CaseApiState, subject: &Subject, id: &str) -> Result<(Arc<Case>, u64), Problem> {
    let (case, version) = case_for(state, subject, "read", id).await?;
    state.access().authorize(subject, "merge", &super::access::case_resource(&case)).await?;
    Ok((case, version))
}
