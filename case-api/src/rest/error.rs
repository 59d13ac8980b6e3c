//! Errors of this room as problems (RFC 9457).

pub(crate) use crate::gate::problem::{invalid, store};

use crate::domain::case::decide::CaseRejection;
use crate::repository::CaseError;
use casewright_access::store_problem;
use casewright_client::{CallError, Refused};
use casewright_service::Problem;
use http::StatusCode;

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

/// A legal hold stands.
pub(crate) fn on_hold() -> Problem {
    Problem::conflict("case-on-hold", "A legal hold stands on the case; nothing of it is deleted until it is lifted.")
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
        CaseRejection::TaskNotFound => Problem::not_found("The case has no such task."),
        CaseRejection::TaskNotOpen => Problem::conflict("task-not-open", "The task has ended; open it again first."),
        CaseRejection::OnHold => on_hold(),
        CaseRejection::HoldNotFound => Problem::not_found("There is no such hold on the case."),
        CaseRejection::BeingDisposed => {
            Problem::conflict("case-being-deleted", "The case is being deleted; nothing happens to it any more.")
        }
        CaseRejection::Closed => Problem::conflict("case-closed", "The case is closed; open it again first."),
        CaseRejection::PlaybookItemNotFound => Problem::not_found("The playbook of the stage has no such item."),
        CaseRejection::Merged(into) => super::merged::refused(&into),
        CaseRejection::NotMergeable(why) => super::merged::not_mergeable(why),
        CaseRejection::OpenChildren => super::open_work::children_refused(0, &[]),
        CaseRejection::OpenWork(work) => super::open_work::refused(&work),
        CaseRejection::MoveRefused { to, lacks } => super::lacks::refused(&to, &lacks),
        CaseRejection::NotMigratable(faults) => {
            let reasons: Vec<&str> = faults.iter().map(|fault| fault.detail.as_str()).collect();
            Problem::unprocessable("not-migratable", format!("It stays with its version: {}.", reasons.join("; ")))
        }
        CaseRejection::NotClosed => Problem::conflict("not-closed", "The case is not closed."),
        CaseRejection::OtherDefinition => Problem::conflict(
            "other-definition",
            "The case is moving to another version of its definition. Try again in a moment.",
        ),
        CaseRejection::AlreadyAssigned => Problem::conflict("already-assigned", "Somebody else has taken the case."),
    }
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
