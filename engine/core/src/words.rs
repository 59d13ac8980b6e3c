//! How Camunda 7 calls what this crate knows by type: exceptions, and the classes that do the work of activities.
//!
//! These are words of its REST interface and decide nothing here.

use crate::outcome::{Missing, Rejection};
use casewright_engine_model::MigrationType;
use smol_str::{SmolStr, format_smolstr};

/// Simple name of the exception that Camunda 7 has for a rejection.
#[must_use]
pub fn exception(rejection: &Rejection) -> &'static str {
    match rejection {
        Rejection::NotFound { kind: Missing::ExternalTask, .. } => "NotFoundException",
        Rejection::NotFound { .. } | Rejection::NullValue(_) | Rejection::Ended(_) => "NullValueException",
        Rejection::BadRequest(_) | Rejection::WrongWorker(_) => "BadUserRequestException",
        Rejection::NotValid(_) => "NotValidException",
        Rejection::Suspended(_) => "SuspendedEntityInteractionException",
        Rejection::AlreadyClaimed { .. } => "TaskAlreadyClaimedException",
        Rejection::Migration(_) => "MigratingProcessInstanceValidationException",
        Rejection::NoOutgoingFlow { .. }
        | Rejection::UnhandledEscalation(_)
        | Rejection::UnhandledError(_)
        | Rejection::Evaluation(_)
        | Rejection::Limit { .. }
        | Rejection::Panicked(_)
        | Rejection::Engine(_) => "ProcessEngineException",
    }
}

/// Simple name of the class that does the work of activities of a type, as messages about migrations have it.
#[must_use]
pub fn class_name(migration_type: MigrationType) -> SmolStr {
    SmolStr::new_static(match migration_type {
        MigrationType::Of(activity_type) => return behavior(activity_type),
        MigrationType::EventSubProcessStart => "EventSubProcessStartEventActivityBehavior",
        MigrationType::ConditionalEventSubProcessStart => "EventSubProcessStartConditionalEventActivityBehavior",
        MigrationType::ThrowEscalation => "ThrowEscalationEventActivityBehavior",
        MigrationType::ThrowSignal => "ThrowSignalEventActivityBehavior",
        MigrationType::ThrowCompensation => "CompensationEventActivityBehavior",
        MigrationType::ThrowNothing => "IntermediateThrowNoneEventActivityBehavior",
        MigrationType::ConditionalCatch => "IntermediateConditionalEventBehavior",
        MigrationType::LinkCatch => "IntermediateCatchLinkEventActivityBehavior",
        MigrationType::ConditionalBoundary => "BoundaryConditionalEventActivityBehavior",
        MigrationType::CancelBoundary => "CancelBoundaryEventActivityBehavior",
        MigrationType::ExternalTask => "ExternalTaskActivityBehavior",
        MigrationType::Expression => "ServiceTaskExpressionActivityBehavior",
        MigrationType::JavaClass => "ClassDelegateActivityBehavior",
        MigrationType::DelegateExpression => "ServiceTaskDelegateExpressionActivityBehavior",
        MigrationType::Connector => "ServiceTaskConnectorActivityBehavior",
        MigrationType::Decision => "DmnBusinessRuleTaskActivityBehavior",
        MigrationType::CallActivity => "CallActivityBehavior",
        MigrationType::ParallelBody => "ParallelMultiInstanceActivityBehavior",
        MigrationType::SequentialBody => "SequentialMultiInstanceActivityBehavior",
        MigrationType::Process => "ProcessDefinition",
    })
}

/// `userTask` is done by `UserTaskActivityBehavior`.
fn behavior(activity_type: &str) -> SmolStr {
    let mut letters = activity_type.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let name: SmolStr = first.into_iter().chain(letters).collect();
    format_smolstr!("{name}ActivityBehavior")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_named_like_its_activity_unless_camunda_names_it_otherwise() {
        let names = [MigrationType::Of("userTask"), MigrationType::Of("boundaryEvent"), MigrationType::CallActivity];
        let expected = ["UserTaskActivityBehavior", "BoundaryEventActivityBehavior", "CallActivityBehavior"];
        assert_eq!(names.map(class_name), expected);
    }
}
