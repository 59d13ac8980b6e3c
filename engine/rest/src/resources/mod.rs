//! The list resources of the contract, one file per resource: criteria, sort keys, fields.
//!
//! What several resources join with stands here.

pub(crate) mod batch;
pub(crate) mod decision;
pub(crate) mod deployment;
pub(crate) mod event_subscription;
pub(crate) mod execution;
pub(crate) mod external_task;
pub(crate) mod history;
pub(crate) mod identity;
pub(crate) mod incident;
pub(crate) mod job;
pub(crate) mod permission;
pub(crate) mod process_definition;
pub(crate) mod process_instance;
pub(crate) mod task;
pub(crate) mod variable_instance;

use super::error::RestResult;
use super::query::{Input, Join, Through};
use casewright_engine_views::criteria::{eq, is_in};
use casewright_engine_views::{self as views, PlaceRow, ProcessDefinitionRow, ProcessInstanceRow};
use casewright_journal::Filter;
use casewright_rows::Row;

/// Columns of the contract that no row here has: nothing is sorted by them, or it is sorted elsewhere.
#[derive(Row)]
pub(crate) struct Absent {
    pub(crate) case_definition_id: Option<String>,
    pub(crate) case_execution_id: Option<String>,
    pub(crate) hostname: Option<String>,
    /// Where instances are sorted by it, their definitions are asked.
    pub(crate) process_definition_name: Option<String>,
    pub(crate) process_definition_version: Option<i32>,
}

/// Through the running instance of a row.
pub(crate) const INSTANCE: Through =
    Through { field: PlaceRow::PROCESS_INSTANCE_ID, view: views::PROCESS_INSTANCE, select: ProcessInstanceRow::ID };

/// Through the process definition of a row.
pub(crate) const DEFINITION: Through = Through {
    field: PlaceRow::PROCESS_DEFINITION_ID,
    view: views::PROCESS_DEFINITION,
    select: ProcessDefinitionRow::ID,
};

/// Variables at the process instance of a row.
pub(crate) const INSTANCE_VARIABLES: Join = Join {
    field: PlaceRow::PROCESS_INSTANCE_ID,
    view: views::VARIABLE,
    select: PlaceRow::PROCESS_INSTANCE_ID,
    only_instance_scope: true,
    what: "process variable",
};

/// What belongs to an instance is suspended when the instance is.
pub(crate) fn in_suspended_instance() -> Filter {
    INSTANCE.filter(eq(ProcessInstanceRow::SUSPENDED, true))
}

pub(crate) fn not_in_suspended_instance() -> Filter {
    Filter::Not(Box::new(in_suspended_instance()))
}

/// `tenantIdIn`, widened by a flag to what has no tenant.
pub(crate) fn tenant_in(input: &Input, name: &str, include: &str, out: &mut Vec<Filter>) -> RestResult<()> {
    if let Some(tenants) = input.list(name)? {
        let among = is_in(PlaceRow::TENANT_ID, tenants);
        out.push(if input.boolean(include)? == Some(true) {
            Filter::Or(vec![among, Filter::IsNull(PlaceRow::TENANT_ID.into())])
        } else {
            among
        });
    }
    Ok(())
}
