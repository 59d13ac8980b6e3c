//! What runs instances: routing of effects, correlation of messages and signals, external tasks, jobs.

pub(crate) mod attempts;
pub(crate) mod batch;
pub(crate) mod cleanup;
pub(crate) mod correlation;
pub(crate) mod effects;
pub(crate) mod external;
pub(crate) mod jobs;
pub(crate) mod operation;
pub(crate) mod rejection;
pub(crate) mod retention;
pub(crate) mod start_jobs;
pub(crate) mod waiting;
