//! Classes that do the work of activities, as messages about migrations have them.

use casewright_engine_model::MigrationType;
use smol_str::{SmolStr, format_smolstr};

/// Simple name of the class that does the work of activities of a type.
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
