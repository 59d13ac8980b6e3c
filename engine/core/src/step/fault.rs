//! What can go wrong while a step runs: the command is rejected, or a BPMN error was thrown on purpose and looks for its
//! handler.

use crate::rejection::{Failure, Rejection};
use casewright_engine_value::EvaluationError;

pub(crate) type Done<T = ()> = Result<T, Fault>;

#[derive(Debug)]
pub(crate) enum Fault {
    Rejected(Rejection),
    /// By a script or expression; caught where the element is performed.
    Thrown {
        code: String,
        message: Option<String>,
    },
}

impl Fault {
    /// Outside an element nobody can catch a BPMN error.
    pub(crate) fn into_rejection(self) -> Rejection {
        match self {
            Self::Rejected(rejection) => rejection,
            Self::Thrown { code, message } => Rejection::UnhandledError { activity: None, code, message },
        }
    }
}

impl<R: Into<Rejection>> From<R> for Fault {
    fn from(rejection: R) -> Self {
        Self::Rejected(rejection.into())
    }
}

impl From<EvaluationError> for Fault {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::BpmnError { code, message } => Self::Thrown { code, message },
            other => Self::Rejected(Failure::Evaluator(other).into()),
        }
    }
}
