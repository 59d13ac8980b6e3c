//! Why a wish about a case is not granted.

use super::close::OpenWork;
use casewright_forms::FieldFault;

/// Why a wish was not granted; nothing changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CaseRejection {
    #[error("there is no such case")]
    NotFound,
    #[error("some values are not acceptable")]
    Invalid(Vec<FieldFault>),
    #[error("there is no such comment")]
    CommentNotFound,
    #[error("only its author may change a comment")]
    NotTheAuthor,
    #[error("there is no such document")]
    DocumentNotFound,
    #[error("the definition has no process `{0}`")]
    UnknownProcess(String),
    #[error("somebody else has taken the case")]
    AlreadyAssigned,
    #[error("the case has open work")]
    OpenWork(OpenWork),
}
