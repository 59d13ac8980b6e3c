//! What the log holds of the engine: aggregates as folds of their events. Views are derived from these entries.
//!
//! A fold knows what is so, never what may be done: commands are decided by who holds the engine. Names and fields of events
//! are stored for good.

pub mod batch;
pub mod definition;
pub mod instance;
pub mod operation;
pub mod record;
pub mod registry;
pub mod standalone_task;
pub mod work;

pub use batch::{Batch, BatchEvent, BatchJob, BatchRef, BatchState, Duty, Progress};
pub use definition::{
    Content, DecisionDefinition, DecisionRequirements, Deployment, JobDefinition, ProcessDefinition, Resource,
    StartJob, StartJobKind, StartSubscription, StartTimer,
};
pub use instance::{CoreEvent, Failure, InstanceAggregate, Recorded, ShellEvent};
pub use operation::{Change, Operation};
pub use record::{Record, RecordEvent};
pub use registry::{Latest, RegistryEvent, RegistryState, StartJobOutcome};
pub use standalone_task::{StandaloneEvent, StandaloneTask, TaskEnd, TaskVariable};
pub use work::{Historic, RemovalTime, Restart, Work};
