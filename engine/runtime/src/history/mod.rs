//! History: how long it is kept, what deletes it, and what is written into it without a process.

mod cleanup;
mod decisions;
mod deletion;
mod removal_time;
pub(crate) mod retention;

pub(crate) use cleanup::job_id as cleanup_job_id;
pub use deletion::Rows;
