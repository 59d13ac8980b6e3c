//! Batches: one piece of work on many things, done by jobs of its own, as Camunda 7 has them.
//!
//! A batch is an aggregate. Its seed job makes the execution jobs, a hundred at a time; each does the work on one thing;
//! the monitor job ends the batch when none is left. The job executor runs them, or `POST /job/{id}/execute` does.
//!
//! An execution job changes other aggregates, so it is not one transaction with its batch: it is recorded as done only
//! after its work is durable. After a crash in between the work is done again, which changes nothing where the work is a
//! state to reach (deleted, suspended, retries, variables); an instance that has reached the target of a migration or
//! was restarted by this very job is recognised. Only a modification or a message may then happen a second time.

mod batches;
mod change;
mod perform;
mod run;
mod running;

pub use batches::{Batches, NewBatch};
pub(crate) use change::Change;
pub(crate) use run::BatchJobs;
pub(crate) use running::Running;
