//! Rows of what runs, a file each: they go when what they stand for goes.

mod event_subscription;
mod execution;
mod external_task;
pub(crate) mod identity_link;
mod incident;
mod job;
mod process_instance;
pub(crate) mod task;
mod variable;

pub use event_subscription::EventSubscriptionRow;
pub(crate) use event_subscription::{compensation, subscription_created};
pub use execution::ExecutionRow;
pub(crate) use execution::{element, element_gone, token_placed};
pub use external_task::ExternalTaskRow;
pub(crate) use external_task::{external_task, external_task_created};
pub use identity_link::IdentityLinkRow;
pub use incident::IncidentRow;
pub(crate) use incident::{failed_activity, incident, incident_raised};
pub use job::{JobRow, JobWithoutInstanceRow};
pub(crate) use job::{job, job_created};
pub use process_instance::ProcessInstanceRow;
pub(crate) use process_instance::{instance_changed, instance_ended, instance_started};
pub use task::{StandaloneTaskRow, TaskRow, delegation_state, form_reference};
pub(crate) use task::{task_changed, task_created, task_ended, task_state};
pub use variable::{VariableFields, VariableFieldsColumns, VariableRow};
pub(crate) use variable::{variable_row, variable_set};

use casewright_journal::ViewSpec;

pub(crate) const SPECS: [ViewSpec; 9] = [
    process_instance::SPEC,
    execution::SPEC,
    variable::SPEC,
    task::SPEC,
    identity_link::SPEC,
    external_task::SPEC,
    job::SPEC,
    incident::SPEC,
    event_subscription::SPEC,
];
