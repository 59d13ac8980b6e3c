//! The documents that queries look into, derived from entries behind the log.
//!
//! Field names are those of the contract's answers, plus what criteria need; instants are milliseconds. A projector is
//! a function of one entry: it never looks at state, definitions or the clock.

pub(crate) mod aggregate;
mod batches;
pub(crate) mod criteria;
pub(crate) mod date;
mod definitions;
mod history;
mod instance;
mod level;
mod migration;
pub(crate) mod pieces;
mod plain;
pub(crate) mod portions;
mod records;
mod row;
mod runtime;
mod specs;

pub(crate) use batches::BatchProjector;
pub(crate) use definitions::DefinitionsProjector;
pub(crate) use definitions::{decision_row, process_row, requirements_row};
pub(crate) use instance::InstanceProjector;
pub use level::HistoryLevel;
use level::Levelled;
pub(crate) use plain::{plain, value_of};
pub(crate) use records::RecordsProjector;
pub(crate) use row::{entity_id, job_definition_id, variable_fields};
pub(crate) use row::{event_of, row};
pub(crate) use runtime::{delegation_state, form_reference};

use casewright_journal::Projector;
use std::sync::Arc;

/// All views of the engine share a position.
pub(crate) const GROUP: &str = "engine";

pub(crate) const DEPLOYMENT: &str = "engine-deployment";
pub(crate) const PROCESS_DEFINITION: &str = "engine-process-definition";
pub(crate) const DECISION_DEFINITION: &str = "engine-decision-definition";
pub(crate) const DECISION_REQUIREMENTS: &str = "engine-decision-requirements";
pub(crate) const JOB_DEFINITION: &str = "engine-job-definition";

/// Policies look into it by this name.
pub(crate) const PROCESS_INSTANCE: &str = "engine-process-instance";
/// One row per live element instance; `id` is its execution.
pub(crate) const EXECUTION: &str = "engine-execution";
/// Rows of [`EXECUTION`], when asked for activities.
pub(crate) const ACTIVITY: &str = EXECUTION;
pub(crate) const VARIABLE: &str = "engine-variable";
pub(crate) const TASK: &str = "engine-task";
pub(crate) const IDENTITY_LINK: &str = "engine-identity-link";
pub(crate) const EXTERNAL_TASK: &str = "engine-external-task";
pub(crate) const JOB: &str = "engine-job";
pub(crate) const INCIDENT: &str = "engine-incident";
pub(crate) const EVENT_SUBSCRIPTION: &str = "engine-event-subscription";

/// Policies look into it by this name.
pub(crate) const HISTORY_PROCESS_INSTANCE: &str = "history-process-instance";
pub(crate) const HISTORY_ACTIVITY_INSTANCE: &str = "history-activity-instance";
pub(crate) const HISTORY_VARIABLE: &str = "history-variable";
pub(crate) const HISTORY_DETAIL: &str = "history-detail";
pub(crate) const HISTORY_TASK: &str = "history-task";
pub(crate) const HISTORY_INCIDENT: &str = "history-incident";
pub(crate) const HISTORY_JOB_LOG: &str = "history-job-log";
pub(crate) const HISTORY_EXTERNAL_TASK_LOG: &str = "history-external-task-log";
pub(crate) const HISTORY_IDENTITY_LINK: &str = "history-identity-link";
pub(crate) const HISTORY_DECISION: &str = "history-decision";
pub(crate) const HISTORY_USER_OPERATION: &str = "history-user-operation";
/// Sequence flows that were taken, for the diagram.
pub(crate) const HISTORY_FLOW: &str = "history-flow";

/// All of the above that hold what happened to one process instance.
pub(crate) const HISTORY_VIEWS: [&str; 11] = [
    HISTORY_PROCESS_INSTANCE,
    HISTORY_ACTIVITY_INSTANCE,
    HISTORY_VARIABLE,
    HISTORY_DETAIL,
    HISTORY_TASK,
    HISTORY_INCIDENT,
    HISTORY_JOB_LOG,
    HISTORY_EXTERNAL_TASK_LOG,
    HISTORY_IDENTITY_LINK,
    HISTORY_DECISION,
    HISTORY_FLOW,
];

pub(crate) const USER: &str = "engine-user";
/// Hashes of passwords, apart from the users.
pub(crate) const CREDENTIAL: &str = "engine-credential";
pub(crate) const USER_GROUP: &str = "engine-group";
pub(crate) const TENANT: &str = "engine-tenant";
pub(crate) const MEMBERSHIP: &str = "engine-membership";
pub(crate) const AUTHORIZATION: &str = "engine-authorization";
pub(crate) const FILTER: &str = "engine-filter";
pub(crate) const BATCH: &str = "engine-batch";
pub(crate) const HISTORY_BATCH: &str = "history-batch";
/// Counts that no history tells.
pub(crate) const METRIC: &str = "engine-metric";
pub(crate) const COMMENT: &str = "engine-comment";
pub(crate) const ATTACHMENT: &str = "engine-attachment";

/// Is an activity of this type a scope, in which others run?
pub(crate) fn is_scope(activity_type: &str) -> bool {
    matches!(activity_type, "subProcess" | "transaction" | "adHocSubProcess" | "multiInstanceBody")
}

/// Views of which cleanup takes the rows of an instance: of what users did with it as well.
pub(crate) const CLEANED_VIEWS: [&str; 12] = {
    let mut all = [HISTORY_USER_OPERATION; 12];
    let mut nth = 0;
    while nth < HISTORY_VIEWS.len() {
        all[nth] = HISTORY_VIEWS[nth];
        nth += 1;
    }
    all
};

/// What the journal is opened with so that the engine can answer: with full history.
#[must_use]
pub fn projectors() -> Vec<Arc<dyn Projector>> {
    projectors_at(HistoryLevel::Full)
}

/// All projectors, with as much history as a level keeps. What was written under another level stays as it is.
#[must_use]
pub fn projectors_at(level: HistoryLevel) -> Vec<Arc<dyn Projector>> {
    vec![
        Arc::new(Levelled { inner: InstanceProjector, level }),
        Arc::new(Levelled { inner: DefinitionsProjector, level }),
        Arc::new(Levelled { inner: RecordsProjector, level }),
        Arc::new(Levelled { inner: BatchProjector, level }),
    ]
}
