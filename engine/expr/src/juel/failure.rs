//! Why an expression has no value, in Camunda's words.

use casewright_engine_value::EvaluationError;

/// Why a part of an expression has no value, before the text of the whole expression is put around it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Failure {
    /// `PropertyNotFoundException`.
    Property(String),
    /// `MethodNotFoundException`.
    Method(String),
    /// `ELException` and everything else thrown on the way.
    Evaluation(String),
    /// What a scope's method answered; handed on as it is, since it may be a BPMN error.
    Raised(EvaluationError),
}

impl Failure {
    pub(crate) fn evaluation(cause: String) -> Self {
        Self::Evaluation(cause)
    }

    /// With the text of the whole expression around it.
    pub(super) fn in_expression(self, text: &str) -> EvaluationError {
        match self {
            Self::Property(cause) => {
                EvaluationError::UnknownProperty(format!("Unknown property used in expression: {text}. Cause: {cause}"))
            }
            Self::Method(cause) => {
                EvaluationError::Failed(format!("Unknown method used in expression: {text}. Cause: {cause}"))
            }
            Self::Evaluation(cause) => {
                EvaluationError::Failed(format!("Error while evaluating expression: {text}. Cause: {cause}"))
            }
            Self::Raised(EvaluationError::Failed(cause) | EvaluationError::UnknownProperty(cause)) => {
                EvaluationError::Failed(format!("Error while evaluating expression: {text}. Cause: {cause}"))
            }
            Self::Raised(error) => error,
        }
    }
}
