//! A process instance that runs.

use crate::row::Names;
use crate::specs::view;
use crate::{EXECUTION, PROCESS_INSTANCE};
use casewright_engine_core::entity::ProcessInstance;
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`PROCESS_INSTANCE`].
#[derive(Clone, Debug, Row)]
#[row(view = PROCESS_INSTANCE)]
pub struct ProcessInstanceRow {
    pub id: SmolStr,
    /// Equal to `id`, for joins.
    pub process_instance_id: SmolStr,
    pub root_process_instance_id: SmolStr,
    pub super_process_instance_id: Option<SmolStr>,
    pub process_definition_id: SmolStr,
    pub process_definition_key: SmolStr,
    pub business_key: Option<SmolStr>,
    pub case_instance_id: Option<SmolStr>,
    pub suspended: bool,
    pub tenant_id: Option<SmolStr>,
    pub start_time: Instant,
}

pub(crate) const SPEC: ViewSpec = view(
    PROCESS_INSTANCE,
    &[
        &[ProcessInstanceRow::ID],
        &[ProcessInstanceRow::PROCESS_DEFINITION_ID],
        &[ProcessInstanceRow::PROCESS_DEFINITION_KEY],
        &[ProcessInstanceRow::BUSINESS_KEY],
        &[ProcessInstanceRow::SUPER_PROCESS_INSTANCE_ID],
        &[ProcessInstanceRow::ROOT_PROCESS_INSTANCE_ID],
        &[ProcessInstanceRow::SUSPENDED],
    ],
);

pub(crate) fn instance_started(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let row = row_of(names, instance);
    out.insert(names.tenant, PROCESS_INSTANCE, &row.id.clone(), row);
}

pub(crate) fn instance_changed(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let row = row_of(names, instance);
    out.patch(names.tenant, PROCESS_INSTANCE, &row.id.clone(), row);
}

pub(crate) fn instance_ended(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let id = names.id(instance.id);
    out.remove(names.tenant, PROCESS_INSTANCE, &id);
    out.remove(names.tenant, EXECUTION, &id);
}

fn row_of(names: &Names<'_>, instance: &ProcessInstance) -> ProcessInstanceRow {
    let id = names.id(instance.id);
    ProcessInstanceRow {
        process_instance_id: id.clone(),
        id,
        root_process_instance_id: names.root.clone(),
        super_process_instance_id: names.optional(instance.super_instance),
        process_definition_id: instance.definition.id.clone(),
        process_definition_key: instance.definition.key.clone(),
        business_key: instance.business_key.clone(),
        case_instance_id: instance.case_instance_id.clone(),
        suspended: instance.suspended,
        tenant_id: instance.definition.tenant_id.clone(),
        start_time: instance.started,
    }
}
