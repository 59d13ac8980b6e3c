//! What is derived from entries, for queries.

pub(crate) mod notification;
