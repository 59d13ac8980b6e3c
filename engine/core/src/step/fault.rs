//! What can go wrong while a step runs: the command is rejected, or a BPMN error was thrown on purpose and looks for its
//! handler.

use crate::outcome::Rejection;
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
            Self::Thrown { code, message } => Rejection::UnhandledError(format!(
                "Execution with id threw a BPMN error with errorCode '{code}'{}, but no error handler was defined.",
                message.map(|m| format!(" and message '{m}'")).unwrap_or_default()
            )),
        }
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<EvaluationError> for Fault {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::BpmnError { code, message } => Self::Thrown { code, message },
            other => Self::Rejected(Rejection::Evaluation(other.to_string())),
        }
    }
}
