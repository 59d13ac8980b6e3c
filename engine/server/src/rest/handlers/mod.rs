//! What the operations of the contract do, one file per resource.

pub(crate) mod asynchronous;
pub(crate) mod authorizations;
pub(crate) mod batches;
pub(crate) mod decisions;
pub(crate) mod definition_actions;
pub(crate) mod definitions;
pub(crate) mod deployments;
pub(crate) mod events;
pub(crate) mod executions;
pub(crate) mod external_tasks;
pub(crate) mod filters;
pub(crate) mod forms;
pub(crate) mod history;
pub(crate) mod identity;
pub(crate) mod instances;
pub(crate) mod jobs;
pub(crate) mod meta;
pub(crate) mod migrations;
pub(crate) mod modification;
pub(crate) mod task_actions;
pub(crate) mod tasks;
pub(crate) mod tree;
pub(crate) mod variables;
