//! Why a process instance cannot follow a migration plan, as the contract tells it.

use casewright_engine_core::migration::{InstanceReport, MappedActivity, StuckInstance};
use serde_json::{Map, Value as Json, json};

/// One instruction of a plan.
pub(crate) fn instruction(mapped: &MappedActivity) -> Json {
    json!({
        "sourceActivityIds": [mapped.source.as_str()],
        "targetActivityIds": [mapped.target.as_str()],
        "updateEventTrigger": mapped.update_event_trigger,
    })
}

/// `validationReport` of an instance that cannot follow a plan.
pub(crate) fn instance_report(report: &InstanceReport) -> Json {
    let stuck = |one: &StuckInstance, id: &str| {
        let mut out = Map::new();
        out.insert("migrationInstruction".into(), one.instruction.as_ref().map_or(Json::Null, instruction));
        out.insert(id.to_owned(), json!(one.id.as_str()));
        out.insert("sourceScopeId".into(), json!(one.scope.as_str()));
        out.insert("failures".into(), json!(one.failures));
        Json::Object(out)
    };
    let activities: Vec<Json> = report.activities.iter().map(|one| stuck(one, "activityInstanceId")).collect();
    let transitions: Vec<Json> = report.transitions.iter().map(|one| stuck(one, "transitionInstanceId")).collect();
    json!({
        "processInstanceId": report.instance.as_str(),
        "failures": report.failures,
        "activityInstanceValidationReports": activities,
        "transitionInstanceValidationReports": transitions,
    })
}
