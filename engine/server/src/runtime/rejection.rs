//! The core's rejections as errors of the contract.

use crate::engine::StepError;
use crate::rest::error::RestError;
use crate::rest::handlers::migrations::instance_report;
use casewright_engine_core::Rejection;
use http::StatusCode;

/// Status and type as Camunda has them for an error that no resource wraps.
pub(crate) fn rest_error(error: StepError) -> RestError {
    match error {
        StepError::Rest(error) => error,
        StepError::Rejected(rejection) => of_rejection(&rejection),
    }
}

pub(crate) fn of_rejection(rejection: &Rejection) -> RestError {
    let status = match rejection {
        Rejection::BadRequest(_) | Rejection::NotValid(_) | Rejection::Suspended(_) | Rejection::WrongWorker(_) => {
            StatusCode::BAD_REQUEST
        }
        Rejection::NotFound { .. } => StatusCode::NOT_FOUND,
        Rejection::Migration(_) => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut error = RestError::new(status, rejection.exception(), rejection.to_string(), Some(0));
    if let Rejection::Migration(report) = rejection {
        error.extra.push(("validationReport", instance_report(report)));
    }
    error
}

/// Is it that the addressed thing is not there (any more)?
pub(crate) fn is_missing(error: &StepError) -> bool {
    matches!(error, StepError::Rejected(Rejection::NotFound { .. } | Rejection::Ended(_)))
}
