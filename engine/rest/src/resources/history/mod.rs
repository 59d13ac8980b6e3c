//! The history resources, one file each.

pub(crate) mod activity_instance;
pub(crate) mod decision_instance;
pub(crate) mod detail;
pub(crate) mod logs;
pub(crate) mod process_instance;
pub(crate) mod task;
pub(crate) mod variable_instance;
