//! What can be wrong before or after the platform is asked; each with a stable code of `docs/errors.md`.

#[derive(Debug, thiserror::Error)]
pub(super) enum Mistake {
    #[error("nothing-selected: name instances by id, --business-key, --definition-key or --definition")]
    NothingSelected,
    #[error("unknown-instances: no such {state} process instance: {}", .ids.join(", "))]
    UnknownInstances { state: &'static str, ids: Vec<String> },
    #[error("unknown-definition: there is no version {version} of process '{key}'")]
    UnknownDefinition { key: String, version: u64 },
    #[error("several-definitions: the instances run on {}; select those of one by --definition", .0.join(", "))]
    SeveralDefinitions(Vec<String>),
    #[error("invalid-plan: {0}")]
    InvalidPlan(String),
    #[error("nothing-to-do: {0}")]
    NothingToDo(&'static str),
    #[error("some-failed: {failed} of {all} were refused")]
    SomeFailed { failed: usize, all: usize },
    #[error("batch-failed: {failed} of {all} jobs of batch {id} failed; their retries can be set again by its jobs")]
    BatchFailed { id: String, failed: i64, all: i64 },
    #[error("unknown-batch: there is no batch {0}, running or ended")]
    UnknownBatch(String),
}
