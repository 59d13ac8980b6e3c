//! The aggregates: a notification of one person, what a person wants to be told, and of which cases they do not. Knows nothing of HTTP, the bus or channels.

pub(crate) mod mutes;
pub(crate) mod notification;
pub(crate) mod preferences;
