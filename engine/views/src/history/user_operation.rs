//! What users did, a line per property that they changed.

use crate::HISTORY_USER_OPERATION;
use crate::aggregate::Operation;
use crate::row::{Names, row};
use crate::specs::view;
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`HISTORY_USER_OPERATION`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_USER_OPERATION)]
pub struct OperationRow {
    pub id: SmolStr,
    pub user_id: Option<SmolStr>,
    pub timestamp: Instant,
    pub operation_id: SmolStr,
    pub operation_type: SmolStr,
    pub entity_type: SmolStr,
    pub category: Option<SmolStr>,
    pub annotation: Option<String>,
    pub property: Option<SmolStr>,
    pub org_value: Option<SmolStr>,
    pub new_value: Option<SmolStr>,
    pub deployment_id: Option<SmolStr>,
    pub process_definition_id: Option<SmolStr>,
    pub process_definition_key: Option<SmolStr>,
    pub process_instance_id: Option<SmolStr>,
    pub root_process_instance_id: Option<SmolStr>,
    pub execution_id: Option<SmolStr>,
    pub task_id: Option<SmolStr>,
    pub external_task_id: Option<SmolStr>,
    pub job_id: Option<SmolStr>,
    pub job_definition_id: Option<SmolStr>,
    pub tenant_id: Option<SmolStr>,
}

pub(crate) const SPEC: ViewSpec = view(
    HISTORY_USER_OPERATION,
    &[
        &[OperationRow::PROCESS_INSTANCE_ID],
        &[OperationRow::TASK_ID],
        &[OperationRow::USER_ID],
        &[OperationRow::TIMESTAMP],
    ],
);

/// One line per property that was changed; one without a property where none was.
pub(crate) fn operated(names: &Names<'_>, operation: &Operation, out: &mut ViewWrites) {
    let place = &operation.place;
    let operation_id = names.log_id(0);
    for (nth, change) in operation.lines().enumerate() {
        let id = names.log_id(nth + 1);
        let document = row! {
            OperationRow::ID => id.as_str(),
            OperationRow::USER_ID => names.actor,
            OperationRow::TIMESTAMP => operation.at,
            OperationRow::OPERATION_ID => operation_id.as_str(),
            OperationRow::OPERATION_TYPE => operation.kind.as_str(),
            OperationRow::ENTITY_TYPE => operation.entity.as_str(),
            OperationRow::CATEGORY => operation.category(),
            OperationRow::ANNOTATION => operation.annotation.as_deref(),
            OperationRow::PROPERTY => change.property.as_deref(),
            OperationRow::ORG_VALUE => change.old.as_deref(),
            OperationRow::NEW_VALUE => change.new.as_deref(),
            OperationRow::DEPLOYMENT_ID => operation.deployment.as_deref(),
            OperationRow::PROCESS_DEFINITION_ID => &place.definition.id,
            OperationRow::PROCESS_DEFINITION_KEY => &place.definition.key,
            OperationRow::PROCESS_INSTANCE_ID => names.id(place.instance),
            OperationRow::ROOT_PROCESS_INSTANCE_ID => &names.root,
            OperationRow::EXECUTION_ID => operation.is_at_execution().then(|| names.id(place.execution).to_string()),
            OperationRow::TASK_ID => names.optional(operation.task),
            OperationRow::EXTERNAL_TASK_ID => names.optional(operation.external_task),
            OperationRow::JOB_ID => names.optional(operation.job),
            OperationRow::JOB_DEFINITION_ID => operation.job_definition.as_deref(),
            OperationRow::TENANT_ID => place.definition.tenant_id.as_ref(),
        };
        out.insert(names.tenant, HISTORY_USER_OPERATION, &id, document);
    }
}

/// All lines of an operation carry its annotation.
pub(crate) fn operation_annotated(names: &Names<'_>, rows: &[SmolStr], annotation: Option<&str>, out: &mut ViewWrites) {
    for id in rows {
        out.patch(names.tenant, HISTORY_USER_OPERATION, id, row! { OperationRow::ANNOTATION => annotation });
    }
}
