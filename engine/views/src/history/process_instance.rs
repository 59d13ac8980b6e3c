//! A process instance, running or ended.

use crate::HISTORY_PROCESS_INSTANCE;
use crate::place::RemovalRow;
use crate::row::{Names, row};
use crate::specs::view;
use casewright_engine_core::entity::{EndState, ProcessInstance};
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`HISTORY_PROCESS_INSTANCE`], as it begins.
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_PROCESS_INSTANCE)]
pub struct PastInstanceRow {
    pub id: SmolStr,
    /// Equal to `id`, for joins.
    pub process_instance_id: SmolStr,
    pub root_process_instance_id: SmolStr,
    pub super_process_instance_id: Option<SmolStr>,
    pub business_key: Option<SmolStr>,
    pub process_definition_id: SmolStr,
    pub process_definition_key: SmolStr,
    pub start_time: Instant,
    pub end_time: Option<Instant>,
    pub duration_in_millis: Option<i64>,
    pub start_user_id: Option<SmolStr>,
    pub start_activity_id: Option<SmolStr>,
    pub delete_reason: Option<String>,
    pub case_instance_id: Option<SmolStr>,
    pub tenant_id: Option<SmolStr>,
    pub state: SmolStr,
    pub restarted_process_instance_id: Option<SmolStr>,
}

/// What it has when it has ended.
#[derive(Clone, Debug, Row)]
pub struct InstanceEndRow {
    pub end_activity_id: Option<SmolStr>,
}

pub(crate) const SPEC: ViewSpec = view(
    HISTORY_PROCESS_INSTANCE,
    &[
        &[PastInstanceRow::ID],
        &[PastInstanceRow::PROCESS_DEFINITION_KEY],
        &[PastInstanceRow::PROCESS_DEFINITION_ID],
        &[PastInstanceRow::BUSINESS_KEY],
        &[PastInstanceRow::START_TIME],
        &[PastInstanceRow::STATE],
        &[PastInstanceRow::SUPER_PROCESS_INSTANCE_ID],
        &[PastInstanceRow::ROOT_PROCESS_INSTANCE_ID],
        &[RemovalRow::REMOVAL_TIME],
    ],
);

/// How an instance ended.
pub(crate) struct End<'a> {
    pub(crate) state: EndState,
    pub(crate) activity: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) at: Instant,
}

pub(crate) fn instance_started(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let id = names.id(instance.id);
    let row = PastInstanceRow {
        id: id.clone(),
        process_instance_id: id.clone(),
        root_process_instance_id: names.root.clone(),
        super_process_instance_id: names.optional(instance.super_instance),
        business_key: instance.business_key.clone(),
        process_definition_id: instance.definition.id.clone(),
        process_definition_key: instance.definition.key.clone(),
        start_time: instance.started,
        end_time: None,
        duration_in_millis: None,
        start_user_id: instance.start_user.clone(),
        start_activity_id: instance.start_activity_id.clone(),
        delete_reason: None,
        case_instance_id: instance.case_instance_id.clone(),
        tenant_id: instance.definition.tenant_id.clone(),
        state: SmolStr::new_static("ACTIVE"),
        restarted_process_instance_id: instance.restarted_from.clone(),
    };
    out.insert(names.tenant, HISTORY_PROCESS_INSTANCE, &id, row);
}

pub(crate) fn instance_changed(names: &Names<'_>, instance: &ProcessInstance, out: &mut ViewWrites) {
    let fields = row! {
        PastInstanceRow::BUSINESS_KEY => instance.business_key.as_ref(),
        PastInstanceRow::PROCESS_DEFINITION_ID => &instance.definition.id,
        PastInstanceRow::PROCESS_DEFINITION_KEY => &instance.definition.key,
        PastInstanceRow::START_ACTIVITY_ID => instance.start_activity_id.as_ref(),
        PastInstanceRow::STATE => if instance.suspended { "SUSPENDED" } else { "ACTIVE" },
    };
    let id = names.id(instance.id);
    out.patch(names.tenant, HISTORY_PROCESS_INSTANCE, &id, fields);
}

pub(crate) fn instance_ended(names: &Names<'_>, instance: &ProcessInstance, end: &End<'_>, out: &mut ViewWrites) {
    let state = match end.state {
        EndState::Completed => "COMPLETED",
        EndState::ExternallyTerminated => "EXTERNALLY_TERMINATED",
        EndState::InternallyTerminated => "INTERNALLY_TERMINATED",
    };
    let fields = row! {
        PastInstanceRow::END_TIME => end.at,
        PastInstanceRow::DURATION_IN_MILLIS => end.at.0 - instance.started.0,
        PastInstanceRow::DELETE_REASON => end.reason,
        InstanceEndRow::END_ACTIVITY_ID => end.activity,
        PastInstanceRow::BUSINESS_KEY => instance.business_key.as_ref(),
        PastInstanceRow::START_ACTIVITY_ID => instance.start_activity_id.as_ref(),
        PastInstanceRow::STATE => state,
    };
    let id = names.id(instance.id);
    out.patch(names.tenant, HISTORY_PROCESS_INSTANCE, &id, fields);
}

/// Rows of the whole hierarchy go by the time of its root, unless they state one of their own.
pub(crate) fn root_dated(names: &Names<'_>, at: Instant, out: &mut ViewWrites) {
    out.patch(names.tenant, HISTORY_PROCESS_INSTANCE, &names.root, row! { RemovalRow::REMOVAL_TIME => at });
}
