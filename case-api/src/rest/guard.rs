//! What every handler needs: policy on a case, errors as problems, pages from views.

use crate::case::Case;
use crate::case::decide::CaseRejection;
use crate::case::desk::CaseError;
use crate::fault::FieldFault;
use crate::state::CaseApiState;
use casewright_access::{Resource, Subject, store_problem};
use casewright_client::{CallError, Refused};
use casewright_contracts::CaseRow;
use casewright_journal::{Cursor, Page, Query, StoreError, TenantHandle};
use casewright_service::{IdempotencyKey, PageBody, PageParams, Problem};
use http::StatusCode;
use std::sync::Arc;

impl From<CaseError> for Problem {
    fn from(error: CaseError) -> Self {
        match error {
            CaseError::Rejected(rejection) => rejected(rejection),
            CaseError::VersionMismatch { actual, .. } => Problem::precondition_failed(actual),
            CaseError::Unavailable(error) => store_problem(&error),
            CaseError::Panicked => Problem::internal(),
            CaseError::TooLarge => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "This change is larger than one change may be.",
            ),
            CaseError::DefinitionGone { key, version } => {
                tracing::error!(%key, version, "the definition of a case is gone");
                Problem::internal()
            }
        }
    }
}

fn rejected(rejection: CaseRejection) -> Problem {
    match rejection {
        CaseRejection::NotFound => Problem::not_found("There is no such case."),
        CaseRejection::Invalid(faults) => invalid("invalid-case", faults),
        CaseRejection::CommentNotFound => Problem::not_found("There is no such comment."),
        CaseRejection::NotTheAuthor => Problem::forbidden("Only its author may change a comment."),
        CaseRejection::DocumentNotFound => Problem::not_found("There is no such document."),
        CaseRejection::UnknownProcess(key) => {
            Problem::unprocessable("unknown-process", format!("The definition of this case has no process `{key}`."))
                .with_error("/key", "unknown-process", "not a process of the definition")
        }
        CaseRejection::OpenWork(work) => super::open_work::refused(&work),
        CaseRejection::AlreadyAssigned => Problem::conflict("already-assigned", "Somebody else has taken the case."),
    }
}

/// 422 with a pointer per fault.
pub(crate) fn invalid(code: &str, faults: Vec<FieldFault>) -> Problem {
    let detail = match faults.len() {
        1 => "One value is not acceptable.".to_owned(),
        n => format!("{n} values are not acceptable."),
    };
    faults.into_iter().fold(Problem::unprocessable(code, detail), |problem, fault| {
        problem.with_error(fault.pointer, &fault.code, fault.detail)
    })
}

/// Another room's refusal, told as ours where the caller can do something about it.
pub(crate) fn room_problem(error: &CallError) -> Problem {
    match error {
        CallError::Refused(Refused { status: StatusCode::NOT_FOUND, text, .. }) => Problem::not_found(text.as_str()),
        CallError::Refused(Refused { status: StatusCode::CONFLICT, text, .. }) => {
            Problem::conflict("conflict", text.as_str())
        }
        CallError::Refused(Refused { status, text, .. })
            if status.is_client_error() && *status != StatusCode::UNAUTHORIZED =>
        {
            Problem::unprocessable("refused", text.as_str())
        }
        other => {
            tracing::warn!(error = %other, "another room did not answer as it should");
            Problem::unavailable("Another part of the platform does not answer. Try again in a moment.")
        }
    }
}

pub(crate) fn store(error: StoreError) -> Problem {
    store_problem(&error)
}

/// The case, as policy is asked about it.
pub(crate) fn case_resource(case: &Case) -> Resource {
    Resource::case(&CaseRow::from(case).into())
}

/// A key of a caller's, made the caller's own: the same key of somebody else names something else. Keys of machine clients
/// are ids of tasks that they hand to each other.
pub(crate) fn own_key(key: &IdempotencyKey, subject: &Subject) -> IdempotencyKey {
    match &key.0 {
        Some(key) if !subject.is_system() => IdempotencyKey(Some(format!("{}\u{0}{key}", subject.id))),
        _ => key.clone(),
    }
}

/// Loads a case for somebody who may `action` it.
pub(crate) async fn case_for(
    state: &CaseApiState,
    subject: &Subject,
    action: &str,
    id: &str,
) -> Result<(Arc<Case>, u64), Problem> {
    let (case, version) = state.desk(&subject.tenant).case(id).await?;
    if state.access().authorize(subject, action, &case_resource(&case)).await.is_ok() {
        return Ok((case, version));
    }
    // Who may not read it must not learn that it exists.
    state
        .access()
        .authorize(subject, "read", &case_resource(&case))
        .await
        .map_err(|_| Problem::not_found("There is no such case."))?;
    Err(Problem::forbidden("You may not do that with this case."))
}

/// A page of a view.
pub(crate) async fn page(
    handle: &TenantHandle,
    mut query: Query,
    params: &PageParams,
) -> Result<(Page, Option<u64>), Problem> {
    query.limit = Some(params.limit);
    query.after = params.cursor.clone().map(Cursor);
    let page = match handle.query(&query).await {
        Ok(page) => page,
        Err(error) => return Err(query_problem(handle, query, error).await),
    };
    let total = if params.total { Some(handle.count(&query).await.map_err(store)?) } else { None };
    Ok((page, total))
}

/// A store that answers the same query without its cursor was given a cursor that is not one of this list.
async fn query_problem(handle: &TenantHandle, mut query: Query, error: StoreError) -> Problem {
    query.limit = Some(1);
    if query.after.take().is_some() && handle.query(&query).await.is_ok() {
        return invalid_cursor();
    }
    store(error)
}

pub(crate) fn invalid_cursor() -> Problem {
    Problem::bad_request("invalid-cursor", "The cursor is not one of this list.").with_error(
        "?cursor",
        "invalid-cursor",
        "unknown",
    )
}

pub(crate) fn page_body<T>(items: Vec<T>, page: &Page, total: Option<u64>) -> PageBody<T> {
    PageBody { items, next_cursor: page.next.as_ref().map(|cursor| cursor.0.clone()), total }
}
