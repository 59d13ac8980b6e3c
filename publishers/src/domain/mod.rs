//! The aggregates: a notification of one person, and what a person wants to be told. Knows nothing of HTTP, the bus or channels.

pub(crate) mod notification;
pub(crate) mod preferences;
