//! Rows of what happened, a file each: they stay until they are deleted on purpose.

mod activity_instance;
pub(crate) mod decision;
mod detail;
mod external_task_log;
mod flow;
mod identity_link;
mod incident;
mod job_log;
mod process_instance;
mod removal;
pub(crate) mod task;
mod user_operation;
mod variable;

pub use activity_instance::ActivityInstanceRow;
pub(crate) use activity_instance::{ActivityEnd, activity_ended, activity_started, element_changed};
pub use decision::DecisionInstanceRow;
pub(crate) use decision::decision;
pub use detail::DetailRow;
pub(crate) use detail::form_submitted;
pub use external_task_log::ExternalTaskLogRow;
pub(crate) use external_task_log::{external_task_failed, external_task_log};
pub use flow::FlowRow;
pub(crate) use flow::flow_taken;
pub use identity_link::LinkLogRow;
pub use incident::PastIncidentRow;
pub(crate) use incident::{IncidentState, incident, incident_raised};
pub use job_log::{JobLogRow, JobLogWithoutInstanceRow};
pub(crate) use job_log::{job_failed, job_log};
pub(crate) use process_instance::{End, instance_changed, instance_ended, instance_started, root_dated};
pub use process_instance::{InstanceEndRow, PastInstanceRow};
pub(crate) use removal::{deleted, removal_time_set};
pub use task::PastTaskRow;
pub(crate) use task::{task_changed, task_created, task_ended};
pub use user_operation::OperationRow;
pub(crate) use user_operation::{operated, operation_annotated};
pub use variable::PastVariableRow;
pub(crate) use variable::{VariableChange, variable_removed, variable_set};

use casewright_journal::ViewSpec;
use casewright_rows::Row;

pub(crate) const SPECS: [ViewSpec; 12] = [
    process_instance::SPEC,
    activity_instance::SPEC,
    variable::SPEC,
    detail::SPEC,
    task::SPEC,
    incident::SPEC,
    job_log::SPEC,
    external_task_log::SPEC,
    identity_link::SPEC,
    decision::SPEC,
    flow::SPEC,
    user_operation::SPEC,
];

/// What a line of a log tells of; the one that it is is true, the others are not there.
#[derive(Clone, Copy, Debug, Row)]
pub struct LogRow {
    pub creation_log: bool,
    pub failure_log: bool,
    pub success_log: bool,
    pub deletion_log: bool,
}
