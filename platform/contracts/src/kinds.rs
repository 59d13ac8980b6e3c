//! Kinds of aggregates whose entries more than one room follows.

pub const CASE: &str = "case";
pub const MAIL: &str = "mail";
pub const NOTIFICATION: &str = "notification";
/// Root process instances, with all that runs in them.
pub const PROCESS_INSTANCE: &str = "process-instance";
/// Users of the directory.
pub const USER: &str = "user";
