//! What the log holds of the engine: aggregates as folds of their events. Views are derived from these entries.
//!
//! A fold knows what is so, never what may be done: commands are decided by who holds the engine. Names and fields of events
//! are stored for good.

pub(crate) mod batch;
pub(crate) mod definition;
pub(crate) mod instance;
pub(crate) mod operation;
pub(crate) mod record;
pub(crate) mod registry;
pub(crate) mod standalone_task;
pub(crate) mod work;

pub(crate) use batch::{Batch, BatchEvent, BatchJob, BatchRef, BatchState, Duty, Progress};
pub(crate) use definition::{
    Content, DecisionDefinition, DecisionRequirements, Deployment, JobDefinition, ProcessDefinition, Resource,
    StartJob, StartJobKind, StartSubscription, StartTimer,
};
pub(crate) use instance::{CoreEvent, Failure, InstanceAggregate, Recorded, ShellEvent};
pub(crate) use operation::{Change, Operation};
pub(crate) use record::{Record, RecordEvent};
pub(crate) use registry::{Latest, RegistryEvent, RegistryState, StartJobOutcome};
pub(crate) use standalone_task::{StandaloneEvent, StandaloneTask, TaskEnd, TaskVariable};
pub(crate) use work::{Historic, RemovalTime, Restart, Work};
