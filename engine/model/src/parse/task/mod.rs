//! Tasks and call activities, one file per kind of work.

mod binding;
pub(crate) mod business_rule;
pub(crate) mod call_activity;
pub(crate) mod receive;
pub(crate) mod script;
pub(crate) mod service;
pub(crate) mod user;
