//! Why a wish about a case is not granted.

use super::open_work::OpenWork;
use super::requirement::Lack;
use crate::domain::case::merge::{MergeRefusal, NamedCase};
use crate::domain::definition::stage::StageRef;
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
    #[error("there is no such task")]
    TaskNotFound,
    #[error("the task has ended")]
    TaskNotOpen,
    #[error("the case is closed")]
    Closed,
    #[error("the playbook of the stage has no such item")]
    PlaybookItemNotFound,
    #[error("the case is part of another one")]
    Merged(NamedCase),
    #[error("the case cannot be merged")]
    NotMergeable(MergeRefusal),
    #[error("the case has open child cases")]
    OpenChildren,
    #[error("the case has open work")]
    OpenWork(OpenWork),
    #[error("the case cannot move to {}", .to.id)]
    MoveRefused { to: StageRef, lacks: Vec<Lack> },
    #[error("the other version of the definition has no place for the case")]
    NotMigratable(Vec<FieldFault>),
    #[error("the case is not closed")]
    NotClosed,
    #[error("a legal hold stands")]
    OnHold,
    #[error("there is no such hold")]
    HoldNotFound,
    #[error("the case is being deleted")]
    BeingDisposed,
    #[error("the case has moved to another version of its definition meanwhile")]
    OtherDefinition,
}
