//! What is derived from entries, for queries.

pub mod mail;
