//! What is derived from entries, for queries: [`file`] has the rows, [`usage`] adds up the bytes of a tenant.

pub mod file;
pub mod usage;
