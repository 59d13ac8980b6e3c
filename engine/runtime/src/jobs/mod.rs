//! Jobs: what runs later, by itself or because somebody asks for it. They belong to instances, to definitions or to batches.

mod attempts;
mod change;
mod cleanup;
mod executor;
mod of_definitions;
mod wakeup;

pub(crate) use attempts::JobAttempts;
pub use change::{JobChange, Jobs};
pub use cleanup::CleanupJob;
pub use executor::Executor;
pub(crate) use of_definitions::StartJobs;
pub(crate) use wakeup::Wakeup;
