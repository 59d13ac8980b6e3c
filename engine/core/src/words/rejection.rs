//! Exceptions.

use crate::outcome::{Missing, Rejection};

impl Rejection {
    /// Simple name of the exception that Camunda 7 has for it.
    #[must_use]
    pub fn exception(&self) -> &'static str {
        match self {
            Self::NotFound { kind: Missing::ExternalTask, .. } => "NotFoundException",
            Self::NotFound { .. } | Self::NullValue(_) | Self::Ended(_) => "NullValueException",
            Self::BadRequest(_) | Self::WrongWorker(_) => "BadUserRequestException",
            Self::NotValid(_) => "NotValidException",
            Self::Suspended(_) => "SuspendedEntityInteractionException",
            Self::AlreadyClaimed { .. } => "TaskAlreadyClaimedException",
            Self::Migration(_) => "MigratingProcessInstanceValidationException",
            Self::NoOutgoingFlow { .. }
            | Self::UnhandledEscalation(_)
            | Self::UnhandledError(_)
            | Self::Evaluation(_)
            | Self::Limit { .. }
            | Self::Panicked(_)
            | Self::Engine(_) => "ProcessEngineException",
        }
    }
}
