//! Why a migration plan is not valid, or a process instance cannot follow one.

use crate::error::RestError;
use casewright_engine_core::migration::{
    InstanceFault, InstanceReport, MappedActivity, Plan, PlanFault, PlanReport, StuckInstance,
};
use casewright_engine_model::MigrationType;
use http::StatusCode;
use serde_json::{Map, Value as Json, json};
use smol_str::{SmolStr, format_smolstr};
use std::fmt::Write as _;

/// 400 of a plan that cannot be carried out.
pub(crate) fn invalid_plan(plan: &Plan, report: &PlanReport) -> RestError {
    let mut message = format!(
        "ENGINE-23001 Migration plan for process definition '{}' to '{}' is not valid:\n",
        plan.source, plan.target
    );
    for (mapped, faults) in &report.activities {
        // Writing to a String cannot fail.
        let _ = writeln!(message, "\t Migration instruction {} is not valid:", spelled(mapped));
        for fault in faults {
            let _ = writeln!(message, "\t\t{}", plan_fault(fault));
        }
    }
    let mut error = RestError::new(StatusCode::BAD_REQUEST, "MigrationPlanValidationException", message, Some(0));
    error.extra.push(("validationReport", plan_report(report)));
    error
}

/// `validationReport` of a plan.
pub(crate) fn plan_report(report: &PlanReport) -> Json {
    let reports: Vec<Json> = report
        .activities
        .iter()
        .map(|(mapped, faults)| {
            let failures: Vec<String> = faults.iter().map(plan_fault).collect();
            json!({"instruction": instruction(mapped), "failures": failures})
        })
        .collect();
    json!({"instructionReports": reports, "variableReports": {}})
}

/// One instruction of a plan.
pub(crate) fn instruction(mapped: &MappedActivity) -> Json {
    json!({
        "sourceActivityIds": [mapped.source.as_str()],
        "targetActivityIds": [mapped.target.as_str()],
        "updateEventTrigger": mapped.update_event_trigger,
    })
}

/// `validationReport` of an instance that cannot follow a plan.
pub(super) fn instance_report(report: &InstanceReport) -> Json {
    let stuck = |one: &StuckInstance, id: &str| {
        let mut out = Map::new();
        out.insert("migrationInstruction".into(), one.instruction.as_ref().map_or(Json::Null, instruction));
        out.insert(id.to_owned(), json!(one.id.as_str()));
        out.insert("sourceScopeId".into(), json!(one.scope.as_str()));
        out.insert("failures".into(), json!(told(&one.failures)));
        Json::Object(out)
    };
    let activities: Vec<Json> = report.activities.iter().map(|one| stuck(one, "activityInstanceId")).collect();
    let transitions: Vec<Json> = report.transitions.iter().map(|one| stuck(one, "transitionInstanceId")).collect();
    json!({
        "processInstanceId": report.instance.as_str(),
        "failures": told(&report.failures),
        "activityInstanceValidationReports": activities,
        "transitionInstanceValidationReports": transitions,
    })
}

fn told(faults: &[InstanceFault]) -> Vec<String> {
    faults.iter().map(instance_fault).collect()
}

/// The sentence about an instance that cannot follow a plan.
pub(super) fn not_migrated(report: &InstanceReport) -> String {
    let mut text = format!("ENGINE-23004 Cannot migrate process instance '{}':\n", report.instance);
    // Writing to a String cannot fail.
    for fault in told(&report.failures) {
        let _ = writeln!(text, "\t{fault}");
    }
    for (kind, stuck) in [("activity", &report.activities), ("transition", &report.transitions)] {
        for one in stuck {
            let _ = writeln!(text, "\tCannot migrate {kind} instance '{}':", one.id);
            for fault in told(&one.failures) {
                let _ = writeln!(text, "\t\t{fault}");
            }
        }
    }
    text
}

pub(super) fn instance_fault(fault: &InstanceFault) -> String {
    match fault {
        InstanceFault::Unmapped => "There is no migration instruction for this instance's activity".to_owned(),
        InstanceFault::Unsupported => {
            "The type of the source activity is not supported for activity instance migration".to_owned()
        }
        InstanceFault::NotAsyncBefore => "Target activity is not asyncBefore".to_owned(),
        InstanceFault::NotAsyncAfter => "Target activity is not asyncAfter".to_owned(),
        InstanceFault::NoWayOut => {
            "Transition instance is assigned no sequence flow and target activity has more than one outgoing sequence flow"
                .to_owned()
        }
        InstanceFault::Compensation(activity) => format!(
            "Cannot migrate subscription for compensation handler of activity '{activity}'. There is no migration instruction for it"
        ),
    }
}

pub(super) fn plan_fault(fault: &PlanFault) -> String {
    match fault {
        PlanFault::NoSource(id) => format!("Source activity '{id}' does not exist"),
        PlanFault::NoTarget(id) => format!("Target activity '{id}' does not exist"),
        PlanFault::Types { source, target } => format!(
            "Activities have incompatible types ({} is not compatible with {})",
            class_name(*source),
            class_name(*target)
        ),
        PlanFault::EventTypes { source, target } => format!("Events are not of the same type ({source} != {target})"),
        PlanFault::MappedTwice { source, instructions } => {
            let list: Vec<String> = instructions.iter().map(spelled).collect();
            format!("There are multiple mappings for source activity id '{source}': {}", list.join(", "))
        }
        PlanFault::NewBody { target, body } => format!(
            "Target activity '{target}' is a descendant of multi-instance body '{body}' that is not mapped from the source process definition."
        ),
        PlanFault::BodyWithoutInside => {
            "Must map the inner activity of a multi-instance body when the body is mapped".to_owned()
        }
        PlanFault::InsideRemoved => {
            "Cannot remove the inner activity of a multi-instance body when the body is mapped".to_owned()
        }
        PlanFault::FewerFlows => {
            "The target gateway must have at least the same number of incoming sequence flows that the source gateway has"
                .to_owned()
        }
        PlanFault::GatewayScopeUnmapped { scope } => format!("The gateway's flow scope '{scope}' must be mapped"),
        PlanFault::GatewayMappedTwice { gateway } => format!("Only one gateway can be mapped to gateway '{gateway}'"),
        PlanFault::EventScope { source, target: None } => format!(
            "The source activity's event scope ({source}) must be mapped but the target activity has no event scope"
        ),
        PlanFault::EventScope { source, target: Some(target) } => format!(
            "The source activity's event scope ({source}) must be mapped to the target activity's event scope ({target})"
        ),
        PlanFault::NoTrigger => {
            "Cannot update event trigger because the activity does not define a persistent event trigger".to_owned()
        }
        PlanFault::OutsideAncestor { ancestor, scope, target } => format!(
            "The closest mapped ancestor '{ancestor}' is mapped to scope '{scope}' which is not an ancestor of target scope '{target}'"
        ),
        PlanFault::ConditionKept => "Conditional event has to set updateEventTrigger to true".to_owned(),
    }
}

/// As messages show an instruction.
fn spelled(mapped: &MappedActivity) -> String {
    format!(
        "MigrationInstructionImpl{{sourceActivityId='{}', targetActivityId='{}', updateEventTrigger='{}'}}",
        mapped.source, mapped.target, mapped.update_event_trigger
    )
}

/// Simple name of the class that does the work of activities of a type.
pub(super) fn class_name(migration_type: MigrationType) -> SmolStr {
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
