//! The documents that queries look into, derived from entries behind the log.
//!
//! Field names are those of the contract's answers, plus what criteria need; instants are milliseconds. A projector is
//! a function of one entry: it never looks at state, definitions or the clock.

pub mod aggregate;
mod batches;
pub mod criteria;
pub mod date;
mod definitions;
mod history;
mod instance;
mod level;
mod migration;
pub mod pieces;
mod place;
mod plain;
pub mod portions;
mod records;
mod row;
mod runtime;
mod specs;
mod value;

pub(crate) use batches::BatchProjector;
pub use batches::{BatchRow, HistoricBatchRow};
pub(crate) use definitions::DefinitionsProjector;
pub use definitions::{
    DecisionDefinitionRow, DecisionRequirementsRow, DeploymentRow, JobDefinitionRow, ProcessDefinitionRow,
    decision_row, deployment_row, process_row, requirements_row,
};
pub use history::{
    ActivityInstanceRow, DecisionInstanceRow, DetailRow, ExternalTaskLogRow, FlowRow, InstanceEndRow, JobLogRow,
    JobLogWithoutInstanceRow, LinkLogRow, LogRow, OperationRow, PastIncidentRow, PastInstanceRow, PastTaskRow,
    PastVariableRow,
};
pub(crate) use instance::InstanceProjector;
pub use level::HistoryLevel;
use level::Levelled;
pub use place::{PlaceRow, PlaceRowColumns, RemovalRow};
pub use plain::{plain, value_of};
pub(crate) use records::RecordsProjector;
pub use records::{
    AttachmentRow, AuthorizationRow, CommentRow, CredentialRow, EvaluationRow, FilterRow, GroupRow, MembershipRow,
    MetricRow, TenantRow, UserRow,
};
pub use row::event_of;
pub use row::{entity_id, job_definition_id};
pub use runtime::{
    EventSubscriptionRow, ExecutionRow, ExternalTaskRow, IdentityLinkRow, IncidentRow, JobRow, JobWithoutInstanceRow,
    ProcessInstanceRow, StandaloneTaskRow, TaskRow, VariableFields, VariableFieldsColumns, VariableRow,
    delegation_state, form_reference,
};
pub use value::{ValueRow, ValueRowColumns};

use casewright_journal::Projector;
use std::sync::Arc;

/// All views of the engine share a position.
pub const GROUP: &str = "engine";

pub const DEPLOYMENT: &str = "engine-deployment";
pub const PROCESS_DEFINITION: &str = "engine-process-definition";
pub const DECISION_DEFINITION: &str = "engine-decision-definition";
pub const DECISION_REQUIREMENTS: &str = "engine-decision-requirements";
pub const JOB_DEFINITION: &str = "engine-job-definition";

/// Other rooms and policies look into it, as into [`HISTORY_PROCESS_INSTANCE`].
pub const PROCESS_INSTANCE: &str = casewright_contracts::views::INSTANCE;
/// One row per live element instance; `id` is its execution.
pub const EXECUTION: &str = "engine-execution";
/// Rows of [`EXECUTION`], when asked for activities.
pub const ACTIVITY: &str = EXECUTION;
pub const VARIABLE: &str = "engine-variable";
pub const TASK: &str = "engine-task";
pub const IDENTITY_LINK: &str = "engine-identity-link";
pub const EXTERNAL_TASK: &str = "engine-external-task";
pub const JOB: &str = "engine-job";
pub const INCIDENT: &str = "engine-incident";
pub const EVENT_SUBSCRIPTION: &str = "engine-event-subscription";

pub const HISTORY_PROCESS_INSTANCE: &str = casewright_contracts::views::PAST_INSTANCE;
pub const HISTORY_ACTIVITY_INSTANCE: &str = "history-activity-instance";
pub const HISTORY_VARIABLE: &str = "history-variable";
pub const HISTORY_DETAIL: &str = "history-detail";
pub const HISTORY_TASK: &str = "history-task";
pub const HISTORY_INCIDENT: &str = "history-incident";
pub const HISTORY_JOB_LOG: &str = "history-job-log";
pub const HISTORY_EXTERNAL_TASK_LOG: &str = "history-external-task-log";
pub const HISTORY_IDENTITY_LINK: &str = "history-identity-link";
pub const HISTORY_DECISION: &str = "history-decision";
pub const HISTORY_USER_OPERATION: &str = "history-user-operation";
/// Sequence flows that were taken, for the diagram.
pub const HISTORY_FLOW: &str = "history-flow";

/// All of the above that hold what happened to one process instance.
pub const HISTORY_VIEWS: [&str; 11] = [
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

pub const USER: &str = "engine-user";
/// Hashes of passwords, apart from the users.
pub const CREDENTIAL: &str = "engine-credential";
pub const USER_GROUP: &str = "engine-group";
pub const TENANT: &str = "engine-tenant";
pub const MEMBERSHIP: &str = "engine-membership";
pub const AUTHORIZATION: &str = "engine-authorization";
pub const FILTER: &str = "engine-filter";
pub const BATCH: &str = "engine-batch";
pub const HISTORY_BATCH: &str = "history-batch";
/// Counts that no history tells.
pub const METRIC: &str = "engine-metric";
pub const COMMENT: &str = "engine-comment";
pub const ATTACHMENT: &str = "engine-attachment";

/// Is an activity of this type a scope, in which others run?
pub fn is_scope(activity_type: &str) -> bool {
    matches!(activity_type, "subProcess" | "transaction" | "adHocSubProcess" | "multiInstanceBody")
}

/// Views of which cleanup takes the rows of an instance: of what users did with it as well.
pub const CLEANED_VIEWS: [&str; 12] = {
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
